/** Our own JSON export, with all versions. */
import * as v from 'valibot';
import { endReasons } from '../journal/journal.ts';
import { type Imported, type ImportedMessage, parentsFirst, Skipped } from './imported.ts';

const attachment = v.looseObject({ name: v.string(), language: v.string(), text: v.string() });
const question = v.looseObject({
  role: v.literal('user'),
  id: v.string(),
  parent: v.optional(v.string()),
  askedAt: v.string(),
  text: v.string(),
  attachments: v.array(attachment),
  pictures: v.optional(v.array(v.looseObject({ name: v.string() }))),
});
const answer = v.looseObject({
  role: v.literal('assistant'),
  id: v.string(),
  parent: v.string(),
  model: v.string(),
  askedAt: v.optional(v.string()),
  text: v.string(),
  reasoning: v.string(),
  reason: v.optional(v.picklist(endReasons)),
});
export const ownExport = v.looseObject({
  format: v.literal('rivulet-conversation'),
  version: v.picklist([1, 2]),
  title: v.string(),
  shown: v.array(v.string()),
  entries: v.array(v.variant('role', [question, answer])),
});

export function fromOwnExport({ title, shown, entries }: v.InferOutput<typeof ownExport>): Imported {
  const skipped = new Skipped();
  const messages = entries.map((entry): ImportedMessage => {
    if (entry.role === 'assistant') {
      const { id, parent, role, model, askedAt, text, reasoning, reason } = entry;
      // One that was still streaming has no reason.
      return { id, parent, role, model, text, reasoning, reason: reason ?? 'truncated', ...timeIn(askedAt) };
    }
    const { id, parent, role, askedAt, text, attachments, pictures = [] } = entry;
    const withPictures = [text, ...pictures.map(() => skipped.add('image'))].filter((part) => part !== '').join('\n\n');
    return {
      id,
      parent,
      role,
      text: withPictures,
      attachments: attachments.map(({ name, language, text: words }) => ({ name, language, text: words })),
      ...timeIn(askedAt),
    };
  });
  const last = shown.at(-1);
  return { title, messages: parentsFirst(messages), skipped: skipped.counts, ...(last === undefined ? {} : { shown: last }) };
}

function timeIn(text: string | undefined): { readonly at?: number } {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? {} : { at };
}
