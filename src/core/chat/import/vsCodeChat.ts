/** What VS Code's own Chat exports as JSON: requests, each with the parts of its response. */
import * as v from 'valibot';
import { type Imported, type ImportedMessage, Skipped } from './imported.ts';

const part = v.looseObject({ kind: v.optional(v.string()), value: v.optional(v.unknown()), content: v.optional(v.unknown()) });
const request = v.looseObject({
  message: v.union([v.string(), v.looseObject({ text: v.string() })]),
  response: v.nullish(v.array(part)),
  timestamp: v.nullish(v.number()),
  modelId: v.nullish(v.string()),
  isCanceled: v.nullish(v.boolean()),
});
export const vsCodeChat = v.looseObject({
  requesterUsername: v.optional(v.string()),
  responderUsername: v.string(),
  customTitle: v.nullish(v.string()),
  requests: v.array(request),
});

/** What only shows how far an answer is, or what was done for it. */
const silent = new Set([
  'progressMessage',
  'progressTask',
  'progressTaskSerialized',
  'undoStop',
  'codeblockUri',
  'mcpServersStarting',
  'prepareToolInvocation',
]);

export function fromVsCodeChat({ requests, customTitle }: v.InferOutput<typeof vsCodeChat>): Imported {
  const skipped = new Skipped();
  const messages = requests.flatMap(({ message, response, timestamp, modelId, isCanceled }, index): ImportedMessage[] => {
    const at = timestamp == null ? {} : { at: timestamp };
    const text: string[] = [];
    const reasoning: string[] = [];
    for (const { kind, value, content } of response ?? []) {
      const words = wordsOf(value) ?? wordsOf(content);
      if (kind === 'thinking') reasoning.push(words ?? '');
      else if (kind === undefined || kind === 'markdownContent' || kind === 'markdownVuln') text.push(words ?? '');
      else if (kind === 'inlineReference') text.push('`…`');
      else if (!silent.has(kind)) skipped.add(kind);
    }
    const asked: ImportedMessage = {
      id: `q${index}`,
      parent: index === 0 ? undefined : `a${index - 1}`,
      role: 'user',
      text: typeof message === 'string' ? message : message.text,
      ...at,
    };
    const answered: ImportedMessage = {
      id: `a${index}`,
      parent: asked.id,
      role: 'assistant',
      text: text.join(''),
      reasoning: reasoning.join(''),
      ...at,
      ...(modelId == null ? {} : { model: modelId }),
      ...(isCanceled === true ? { reason: 'cancelled' } : {}),
    };
    return [asked, answered];
  });
  return { title: customTitle ?? '', messages, skipped: skipped.counts };
}

/** A part holds its words as a text, as Markdown, or as a list of texts. */
function wordsOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.filter((each) => typeof each === 'string').join('');
  return typeof value === 'object' && value !== null && 'value' in value && typeof value.value === 'string' ? value.value : undefined;
}
