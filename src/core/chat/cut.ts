/**
 * Shorter prompts for a long conversation: from a question on, the messages before a cut are not sent any more. Either they
 * are left out, or the question asks for a summary of them, which then stands in their place. Nothing is deleted.
 */
import type { Cut, Entry, Question } from './entries.ts';

/** What of a conversation is sent. */
export interface Sent {
  readonly summary: string | undefined;
  readonly entries: readonly Entry[];
}

/** @param entries a path from the first question on */
export function sentOf(entries: readonly Entry[]): Sent {
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries[index] as Entry;
    if (entry.role !== 'user' || entry.cut === undefined || entry.cut.undone === true) continue;
    const summary = entry.cut.summary === true ? summaryOf(entry.cut, entries[index + 1]) : undefined;
    if (entry.cut.summary === true && summary === undefined) continue;
    return { summary, entries: withoutSummaries(after(entries, entry.cut.upTo)) };
  }
  return { summary: undefined, entries: withoutSummaries(entries) };
}

/** What is summed up by the answer to this question, the last entry of a path. */
export function toSumUp(entries: readonly Entry[], cut: Cut): Sent {
  const before = entries.slice(0, -1);
  const { summary, entries: sent } = sentOf(before);
  const kept = new Set(after(before, cut.upTo).map(({ id }) => id));
  return { summary, entries: sent.filter(({ id }) => !kept.has(id)) };
}

/** Whether an entry is the question for a summary, or the summary. */
export function isSummary(entry: Entry, find: (id: string) => Entry | undefined): boolean {
  const question = entry.role === 'user' ? entry : find(entry.parent);
  return question?.role === 'user' && asksForSummary(question);
}

/** The text of a summary that is whole; half of one would lose what the other half says. A person's words are whole. */
export function summaryOf(cut: Cut, answer: Entry | undefined): string | undefined {
  if (cut.text !== undefined) return cut.text;
  if (answer?.role !== 'assistant' || answer.state.type !== 'settled') return undefined;
  const { text, reason } = answer.state;
  return reason === 'stop' && text.trim() !== '' ? text : undefined;
}

/**
 * Where to cut so that the newest messages stay, as whole questions with their answers: the last entry that goes, or
 * undefined where there is nothing that could go.
 * @param entries what is sent now
 * @param stays whether these last entries may all stay; asked with fewer and fewer of them
 */
export function cutBefore(entries: readonly Entry[], stays: (newest: readonly Entry[]) => boolean): string | undefined {
  const ends = endsIn(entries);
  const end = ends.find((index) => stays(entries.slice(index + 1))) ?? ends.at(-1);
  return end === undefined ? undefined : entries[end]?.id;
}

export const asksForSummary = ({ cut }: Question): boolean => cut?.summary === true;

/** The places of the last answers to each question. */
function endsIn(entries: readonly Entry[]): readonly number[] {
  return entries.flatMap((entry, index) => (entry.role === 'assistant' && entries[index + 1]?.role !== 'assistant' ? [index] : []));
}

function after(entries: readonly Entry[], id: string): readonly Entry[] {
  return entries.slice(entries.findIndex((entry) => entry.id === id) + 1);
}

function withoutSummaries(entries: readonly Entry[]): readonly Entry[] {
  const questions = new Set(entries.filter((entry) => entry.role === 'user' && asksForSummary(entry)).map(({ id }) => id));
  return entries.filter((entry) => !questions.has(entry.role === 'user' ? entry.id : entry.parent));
}

/** This share of what is sent stays as it is when the rest is summed up. */
const keptShare = 0.25;
/** The request for a summary leaves this share of the window to the summary. */
const summaryShare = 0.25;

/**
 * The last entry that a summary should stand for, or undefined where there is nothing to sum up.
 * @param entries what is sent now
 * @param window undefined where it is not known
 */
export function sumUpTo(
  entries: readonly Entry[],
  tokens: (entries: readonly Entry[]) => number,
  window: number | undefined,
): string | undefined {
  const kept = Math.min(tokens(entries), window ?? Number.POSITIVE_INFINITY) * keptShare;
  const upTo = cutBefore(entries, (newest) => tokens(newest) <= kept);
  if (upTo === undefined || window === undefined) return upTo;
  // What is summed up has to be read once more, so it may be less than what is too long.
  const older = entries.slice(0, entries.findIndex(({ id }) => id === upTo) + 1);
  const fits = (count: number): boolean => tokens(older.slice(0, count)) <= window * (1 - summaryShare);
  const ends = endsIn(older).map((index) => index + 1);
  const count = ends.findLast(fits) ?? ends[0];
  return count === undefined ? undefined : older[count - 1]?.id;
}
