/** Builds the prompt of a conversation: its messages in order, with the attachments of each question. */
import type { Content, Message, Part } from '../../api.ts';
import { type Sent, sentOf, toSumUp } from './cut.ts';
import { type Attachment, type Draft, type Entry, written } from './entries.ts';

/** For the model, so not translated. */
const summaryHead = 'Summary of the conversation so far:';

/**
 * @param entries from the first question on; empty answers are left out
 * @param pictures the pictures that the questions name, by file
 */
export function messagesOf(entries: readonly Entry[], pictures: ReadonlyMap<string, Uint8Array> = new Map()): readonly Message[] {
  const last = entries.at(-1);
  if (last?.role === 'user' && last.cut?.summary === true) {
    return [...messagesFrom(toSumUp(entries, last.cut), pictures), { role: 'user', content: last.text }];
  }
  return messagesFrom(sentOf(entries), pictures);
}

/** Puts a summary in front of the first question after it: some models reject two user messages in a row. */
function messagesFrom({ summary, entries }: Sent, pictures: ReadonlyMap<string, Uint8Array>): readonly Message[] {
  const messages = messagesOfAll(entries, pictures);
  if (summary === undefined) return messages;
  const [first, ...others] = messages;
  const before = `${summaryHead}\n\n${summary}`;
  if (first?.role !== 'user') return [{ role: 'user', content: before }, ...messages];
  const content: Content =
    typeof first.content === 'string' ? `${before}\n\n${first.content}` : [{ type: 'text', text: `${before}\n\n` }, ...first.content];
  return [{ role: 'user', content }, ...others];
}

function messagesOfAll(entries: readonly Entry[], pictures: ReadonlyMap<string, Uint8Array>): readonly Message[] {
  return entries.flatMap((entry): Message[] => {
    if (entry.role === 'user') return [{ role: 'user', content: withPictures(entry, pictures) }];
    const { text } = written(entry);
    const parts = entry.state.type === 'settled' ? withoutCalls(entry.state.parts ?? []) : [];
    if (parts.length > 0) return [{ role: 'assistant', content: parts }];
    return text === '' ? [] : [{ role: 'assistant', content: text }];
  });
}

/** Replaces pictures with their names, for models without vision. */
export function withoutPictures(messages: readonly Message[]): readonly Message[] {
  return messages.map(({ role, content }) => {
    if (typeof content === 'string') return { role, content };
    const parts = content.map((part): Part => (part.type === 'image' ? { type: 'text', text: `[${part.mime}: not sent]\n\n` } : part));
    return { role, content: parts };
  });
}

export function hasPictures({ content }: Message): boolean {
  return typeof content !== 'string' && content.some(({ type }) => type === 'image');
}

/** Attachments come before the text that refers to them. */
export function contentOf({ text, attachments }: Draft): string {
  return [...attachments.map(attached), text].join('\n\n');
}

/** Pictures come before the text. A missing file is named, so that the model does not guess its content. */
function withPictures(question: Draft, loaded: ReadonlyMap<string, Uint8Array>): Content {
  const { pictures = [] } = question;
  const text = contentOf(question);
  if (pictures.length === 0) return text;
  const parts = pictures.map(({ mime, file, name }): Part => {
    const data = loaded.get(file);
    return data === undefined ? { type: 'text', text: `[${mime}: ${name}]\n\n` } : { type: 'image', mime, data };
  });
  return text === '' ? parts : [...parts, { type: 'text', text }];
}

/** Every protocol rejects a call without a result, and reasoning that led to a missing call. */
function withoutCalls(parts: readonly Part[]): readonly Part[] {
  const kept: Part[] = [];
  for (const part of parts) {
    if (part.type !== 'tool-call') kept.push(part);
    else while (kept.at(-1)?.type === 'reasoning') kept.pop();
  }
  return kept.some(({ type }) => type === 'text') ? kept : [];
}

function attached({ name, language, text }: Attachment): string {
  const fence = fenceAround(text);
  return `${name}:\n${fence}${language}\n${text}${text.endsWith('\n') ? '' : '\n'}${fence}`;
}

/** A fence longer than any in the text, so that the text cannot end it (CommonMark 4.5). */
export function fenceAround(text: string): string {
  return '`'.repeat(Math.max(3, ...(text.match(/`+/g) ?? []).map((run) => run.length + 1)));
}
