/** Chats that Open WebUI exports as JSON: each has a tree of messages, and the last one of the branch that was shown. */
import * as v from 'valibot';
import { type Imported, type ImportedMessage, parentsFirst, Skipped } from './imported.ts';

const message = v.looseObject({
  id: v.string(),
  parentId: v.nullish(v.string()),
  role: v.string(),
  content: v.union([v.string(), v.array(v.looseObject({ type: v.string(), text: v.nullish(v.string()) }))]),
  timestamp: v.nullish(v.number()),
  model: v.nullish(v.string()),
  done: v.nullish(v.boolean()),
  files: v.nullish(v.array(v.unknown())),
});
export const openWebUiChat = v.looseObject({
  title: v.nullish(v.string()),
  chat: v.looseObject({
    title: v.nullish(v.string()),
    history: v.looseObject({ messages: v.record(v.string(), message), currentId: v.nullish(v.string()) }),
  }),
});

/** How it writes down what a model thought before it answered. */
const thought = /<details type="reasoning"[^>]*>\s*<summary>[^<]*<\/summary>\s*([\s\S]*?)\s*<\/details>\s*/g;

export function fromOpenWebUi({ title, chat }: v.InferOutput<typeof openWebUiChat>): Imported {
  const skipped = new Skipped();
  const messages = Object.values(chat.history.messages).flatMap((said): ImportedMessage[] => {
    if (said.role === 'system') return [];
    const parts = typeof said.content === 'string' ? [said.content] : said.content.map(({ type, text }) => text ?? skipped.add(type));
    const whole = [...parts, ...(said.files ?? []).map(() => skipped.add('file'))].join('\n\n');
    const isUser = said.role === 'user';
    return [
      {
        id: said.id,
        parent: said.parentId ?? undefined,
        role: isUser ? 'user' : 'assistant',
        text: isUser ? whole : whole.replaceAll(thought, ''),
        reasoning: isUser ? '' : [...whole.matchAll(thought)].map(([, words]) => words!.replaceAll(/^> ?/gm, '')).join('\n\n'),
        ...(said.model == null ? {} : { model: said.model }),
        ...(said.timestamp == null ? {} : { at: said.timestamp * 1000 }),
        ...(said.done === false ? { reason: 'truncated' } : {}),
      },
    ];
  });
  const shown = chat.history.currentId ?? undefined;
  const name = title ?? chat.title ?? '';
  return { title: name, messages: parentsFirst(messages), skipped: skipped.counts, ...(shown === undefined ? {} : { shown }) };
}
