/** What the model gets to read of a conversation: its texts in order, with what was attached to each question. */
import type { Message } from '../../api.ts';
import { type Attachment, type Draft, type Entry, written } from './entries.ts';

/** @param entries from the first question on; answers without text say nothing and are left out */
export function messagesOf(entries: readonly Entry[]): readonly Message[] {
  return entries.flatMap((entry): Message[] => {
    if (entry.role === 'user') return [{ role: 'user', content: contentOf(entry) }];
    const { text } = written(entry);
    return text === '' ? [] : [{ role: 'assistant', content: text }];
  });
}

/** The attachments stand before the words that speak of them. */
export function contentOf({ text, attachments }: Draft): string {
  return [...attachments.map(attached), text].join('\n\n');
}

function attached({ name, language, text }: Attachment): string {
  const fence = fenceAround(text);
  return `${name}:\n${fence}${language}\n${text}${text.endsWith('\n') ? '' : '\n'}${fence}`;
}

/** A fence longer than any in the text, so that the text cannot end it (CommonMark 4.5). */
export function fenceAround(text: string): string {
  return '`'.repeat(Math.max(3, ...(text.match(/`+/g) ?? []).map((run) => run.length + 1)));
}
