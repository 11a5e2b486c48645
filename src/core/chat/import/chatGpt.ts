/** The conversations.json of a ChatGPT data export: each conversation is a tree of nodes, most with a message. */
import * as v from 'valibot';
import { type Imported, type ImportedMessage, parentsFirst, Skipped } from './imported.ts';

const content = v.looseObject({
  content_type: v.string(),
  parts: v.optional(v.array(v.unknown())),
  text: v.optional(v.string()),
  language: v.optional(v.string()),
  thoughts: v.optional(v.array(v.looseObject({ summary: v.optional(v.string()), content: v.optional(v.string()) }))),
});
const message = v.looseObject({
  author: v.looseObject({ role: v.string() }),
  create_time: v.nullish(v.number()),
  content,
  status: v.nullish(v.string()),
  recipient: v.nullish(v.string()),
  metadata: v.nullish(v.looseObject({ model_slug: v.nullish(v.string()), is_visually_hidden_from_conversation: v.nullish(v.boolean()) })),
});
export const chatGptConversation = v.looseObject({
  title: v.nullish(v.string()),
  mapping: v.record(v.string(), v.looseObject({ message: v.nullish(message), parent: v.nullish(v.string()) })),
  current_node: v.nullish(v.string()),
});

type Message = v.InferOutput<typeof message>;

export function fromChatGpt({ title, mapping, current_node: current }: v.InferOutput<typeof chatGptConversation>): Imported {
  const skipped = new Skipped();
  const kept = new Map<string, ImportedMessage>();
  /** Where the text of a node went: to itself, or to the message that it continues. */
  const heldBy = new Map<string, string>();
  const holder = (id: string | null | undefined): string | undefined => {
    const seen = new Set<string>();
    for (let at = id ?? undefined; at !== undefined && !seen.has(at); at = mapping[at]?.parent ?? undefined) {
      seen.add(at);
      const held = heldBy.get(at);
      if (held !== undefined) return held;
    }
    return undefined;
  };
  for (const id of inOrder(mapping)) {
    const node = mapping[id]!;
    const said = node.message ?? undefined;
    if (said === undefined || said.metadata?.is_visually_hidden_from_conversation === true) continue;
    const { role } = said.author;
    if (role === 'system') continue;
    if (role !== 'user' && role !== 'assistant') {
      skipped.add(role);
      continue;
    }
    const { text, reasoning } = textsOf(said, skipped);
    if (text === '' && reasoning === '') continue;
    const parent = holder(node.parent);
    const before = parent === undefined ? undefined : kept.get(parent);
    // One turn of the model comes as several messages: its thoughts, its calls of tools, its words.
    if (role === 'assistant' && before?.role === 'assistant' && parent !== undefined) {
      const joined = [before.text, text].filter(Boolean).join('\n\n');
      const thought = [before.reasoning ?? '', reasoning].filter(Boolean).join('\n\n');
      const model = said.metadata?.model_slug ?? before.model;
      kept.set(parent, { ...before, text: joined, reasoning: thought, ...(model === undefined ? {} : { model }) });
      heldBy.set(id, parent);
      continue;
    }
    const model = said.metadata?.model_slug ?? undefined;
    kept.set(id, {
      id,
      parent,
      role,
      text,
      reasoning,
      ...(model === undefined ? {} : { model }),
      ...(said.create_time == null ? {} : { at: said.create_time * 1000 }),
      ...(said.status == null || said.status === 'finished_successfully' ? {} : { reason: 'truncated' }),
    });
    heldBy.set(id, id);
  }
  const shown = holder(current);
  return {
    title: title ?? '',
    messages: parentsFirst([...kept.values()]),
    skipped: skipped.counts,
    ...(shown === undefined ? {} : { shown }),
  };
}

/** Parents before children, whatever the order in the file. */
function inOrder(mapping: Readonly<Record<string, { readonly parent?: string | null | undefined }>>): readonly string[] {
  const ordered = new Set<string>();
  for (const id of Object.keys(mapping)) {
    const path: string[] = [];
    for (let at: string | undefined = id; at !== undefined && mapping[at] !== undefined && !ordered.has(at) && !path.includes(at);)
      [at] = [mapping[at]!.parent ?? undefined, path.unshift(at)];
    for (const each of path) ordered.add(each);
  }
  return [...ordered];
}

function textsOf({ content: said, author, recipient }: Message, skipped: Skipped): { readonly text: string; readonly reasoning: string } {
  switch (said.content_type) {
    case 'text':
    case 'multimodal_text': {
      const parts = (said.parts ?? []).map((part) => (typeof part === 'string' ? part : skipped.add(kindOf(part))));
      return { text: parts.filter((part) => part.trim() !== '').join('\n\n'), reasoning: '' };
    }
    case 'code':
      // Words to a tool, which a person did not see as an answer.
      if (author.role === 'assistant' && recipient != null && recipient !== 'all') return { text: '', reasoning: skipped.add('tool') };
      return { text: `\`\`\`${said.language ?? ''}\n${said.text ?? ''}\n\`\`\``, reasoning: '' };
    case 'thoughts':
      return {
        text: '',
        reasoning: (said.thoughts ?? []).map(({ summary = '', content: words = '' }) => `${summary}\n${words}`.trim()).join('\n\n'),
      };
    case 'reasoning_recap':
    case 'model_editable_context':
    case 'user_editable_context':
      return { text: '', reasoning: '' };
    default:
      return { text: [said.text ?? '', skipped.add(said.content_type)].filter(Boolean).join('\n\n'), reasoning: '' };
  }
}

function kindOf(part: unknown): string {
  const type = typeof part === 'object' && part !== null && 'content_type' in part ? part.content_type : undefined;
  if (type === 'image_asset_pointer') return 'image';
  return typeof type === 'string' ? type : 'part';
}
