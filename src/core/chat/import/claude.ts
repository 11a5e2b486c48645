/** The conversations.json of a Claude data export: each conversation is a list of messages, which may name their parents. */
import * as v from 'valibot';
import { type Imported, type ImportedMessage, parentsFirst, Skipped } from './imported.ts';

const block = v.looseObject({ type: v.string(), text: v.nullish(v.string()), thinking: v.nullish(v.string()) });
const attachment = v.looseObject({ file_name: v.nullish(v.string()), extracted_content: v.nullish(v.string()) });
const message = v.looseObject({
  uuid: v.string(),
  sender: v.string(),
  text: v.nullish(v.string()),
  content: v.nullish(v.array(block)),
  created_at: v.nullish(v.string()),
  attachments: v.nullish(v.array(attachment)),
  files: v.nullish(v.array(v.unknown())),
  parent_message_uuid: v.nullish(v.string()),
  truncated: v.nullish(v.boolean()),
});
export const claudeConversation = v.looseObject({
  uuid: v.string(),
  name: v.nullish(v.string()),
  chat_messages: v.array(message),
  current_leaf_message_uuid: v.nullish(v.string()),
});

export function fromClaude({
  name,
  chat_messages: said,
  current_leaf_message_uuid: leaf,
}: v.InferOutput<typeof claudeConversation>): Imported {
  const skipped = new Skipped();
  const known = new Set(said.map(({ uuid }) => uuid));
  const messages = said.map((each, index): ImportedMessage => {
    const blocks = each.content ?? [];
    const text = blocks.flatMap(({ type, text: words }) => {
      if (type === 'text') return [words ?? ''];
      return type === 'thinking' ? [] : [skipped.add(type)];
    });
    const reasoning = blocks.flatMap(({ thinking }) => thinking ?? []).join('\n\n');
    const files = (each.files ?? []).map(() => skipped.add('file'));
    const at = Date.parse(each.created_at ?? '');
    const parent = each.parent_message_uuid ?? undefined;
    return {
      id: each.uuid,
      // Older exports name no parents: each message follows the one before it.
      parent: parent !== undefined && known.has(parent) ? parent : parent === undefined ? said[index - 1]?.uuid : undefined,
      role: each.sender === 'human' ? 'user' : 'assistant',
      text: [blocks.length === 0 ? (each.text ?? '') : text.join('\n\n'), ...files].filter((part) => part !== '').join('\n\n'),
      reasoning,
      ...(Number.isNaN(at) ? {} : { at }),
      attachments: (each.attachments ?? []).map(({ file_name: file, extracted_content: words }) => ({
        name: file ?? '',
        language: 'plaintext',
        text: words ?? '',
      })),
      ...(each.truncated === true ? { reason: 'truncated' } : {}),
    };
  });
  return { title: name ?? '', messages: parentsFirst(messages), skipped: skipped.counts, ...(leaf == null ? {} : { shown: leaf }) };
}
