/** A conversation of another program, as the readers of the export formats hand it on, and as one of ours. */
import type { EndReason } from '../../../api.ts';
import type { Saved } from '../saved.ts';
import { type Answer, type Attachment, type Entry, nothingWritten, type Question, type SettledAnswer } from '../entries.ts';

/** One message; messages that a person or a model did not write are left out by the readers, which join what they parted. */
export interface ImportedMessage {
  readonly id: string;
  /** The message that it follows; undefined for a first one. */
  readonly parent: string | undefined;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly reasoning?: string;
  /** As the program calls it. */
  readonly model?: string;
  /** In ms since the epoch. */
  readonly at?: number;
  readonly attachments?: readonly Omit<Attachment, 'id' | 'tokens'>[];
  /** How an answer ended, where that is known. */
  readonly reason?: EndReason;
}

export interface Imported {
  readonly title: string;
  /** Parents before children. */
  readonly messages: readonly ImportedMessage[];
  /** The last message of the branch that was shown; the newest one when left out. */
  readonly shown?: string;
  /** What was not taken over, such as `image`, and how often. */
  readonly skipped: ReadonlyMap<string, number>;
}

/**
 * The same as a conversation of ours, with new ids. There a question follows an answer and an answer a question; where two
 * messages of one side follow each other, an empty one stands between them.
 * @param source the program, in place of the endpoint of a model
 */
export function savedFrom({ title, messages, shown }: Imported, source: string, newId: () => string, now: number): Saved {
  const entries: Entry[] = [];
  const made = new Map<string, { readonly id: string; readonly role: 'user' | 'assistant' }>();
  const question = (parent: string | undefined, message?: ImportedMessage): Question => ({
    role: 'user',
    id: newId(),
    parent,
    askedAt: message?.at ?? now,
    text: message?.text ?? '',
    attachments: (message?.attachments ?? []).map((attachment) => ({
      ...attachment,
      id: newId(),
      tokens: Math.ceil(attachment.text.length / 4),
    })),
    compared: false,
  });
  const answer = (parent: string, message?: ImportedMessage): Answer => ({
    role: 'assistant',
    id: newId(),
    parent,
    ...(message?.at === undefined ? {} : { askedAt: message.at }),
    model: `${source}/${message?.model ?? source}`,
    previous: nothingWritten,
    state: stateOf(message),
  });
  for (const message of messages) {
    const before = message.parent === undefined ? undefined : made.get(message.parent);
    let parent = before?.id;
    if (message.role === 'user' && before?.role === 'user') {
      const between = answer(before.id);
      entries.push(between);
      parent = between.id;
    }
    if (message.role === 'assistant' && before?.role !== 'user') {
      const between = question(parent, { ...message, text: '', attachments: [] });
      entries.push(between);
      parent = between.id;
    }
    const entry = message.role === 'user' ? question(parent, message) : answer(parent!, message);
    entries.push(entry);
    made.set(message.id, { id: entry.id, role: entry.role });
  }
  const parents = new Map(entries.map(({ id, parent }) => [id, parent]));
  const chosen: string[] = [];
  for (let id = made.get(shown ?? '')?.id; id !== undefined; id = parents.get(id)) chosen.unshift(id);
  return { id: newId(), ...(title.trim() === '' ? {} : { title: title.trim() }), entries, chosen, queue: [] };
}

function stateOf(message: ImportedMessage | undefined): SettledAnswer {
  return {
    ...nothingWritten,
    type: 'settled',
    text: message?.text ?? '',
    reasoning: message?.reasoning ?? '',
    reason: message?.reason ?? 'stop',
    usage: { prompt: 0, completion: 0, total: 0, estimated: true, attempts: 0 },
    timing: { totalMs: 0, waitsMs: 0 },
  };
}

/** Counts what a reader leaves out. */
export class Skipped {
  readonly counts = new Map<string, number>();

  /** @returns the mark that takes its place in the text, so that its absence is visible */
  add(kind: string): string {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    return `[${kind}]`;
  }
}

/** The messages, parents before children; a message without a path to the root begins a separate branch. */
export function parentsFirst(messages: readonly ImportedMessage[]): readonly ImportedMessage[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const ordered = new Map<string, ImportedMessage>();
  for (const message of messages) {
    const path: ImportedMessage[] = [];
    const seen = new Set<string>();
    for (let each: ImportedMessage | undefined = message; each !== undefined && !ordered.has(each.id) && !seen.has(each.id);) {
      seen.add(each.id);
      path.unshift(each);
      each = each.parent === undefined ? undefined : byId.get(each.parent);
    }
    for (const each of path) ordered.set(each.id, each);
  }
  return [...ordered.values()].map((message) => {
    if (message.parent === undefined || byId.has(message.parent)) return message;
    const { parent: _, ...first } = message;
    return { ...first, parent: undefined };
  });
}
