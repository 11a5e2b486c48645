/**
 * Shortens the prompts of long conversations. From a question on, messages before a cut are no longer sent: they are left
 * out, or a summary that the question requests replaces them. Nothing is deleted.
 */
import type { Cut, Entry, Question } from './entries.ts';

/** The part of a conversation that is sent. */
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

/** The entries that the answer to this question summarizes; the question is the last entry of the path. */
export function toSumUp(entries: readonly Entry[], cut: Cut): Sent {
  const before = entries.slice(0, -1);
  const { summary, entries: sent } = sentOf(before);
  const kept = new Set(after(before, cut.upTo).map(({ id }) => id));
  return { summary, entries: sent.filter(({ id }) => !kept.has(id)) };
}

/** Whether an entry is a summary or the question that asked for it. */
export function isSummary(entry: Entry, find: (id: string) => Entry | undefined): boolean {
  const question = entry.role === 'user' ? entry : find(entry.parent);
  return question?.role === 'user' && asksForSummary(question);
}

/** The summary, if it is complete: an incomplete one would lose content. A user's own text is always complete. */
export function summaryOf(cut: Cut, answer: Entry | undefined): string | undefined {
  if (cut.text !== undefined) return cut.text;
  if (answer?.role !== 'assistant' || answer.state.type !== 'settled') return undefined;
  const { text, reason } = answer.state;
  return reason === 'stop' && text.trim() !== '' ? text : undefined;
}

/**
 * Finds the cut that keeps the newest messages, as complete exchanges. Returns the last entry to drop, or undefined if
 * nothing can be dropped.
 * @param entries the entries sent now
 * @param stays whether these last entries fit; fewer of entries that fit must fit too
 */
export function cutBefore(entries: readonly Entry[], stays: (newest: readonly Entry[]) => boolean): string | undefined {
  const ends = endsIn(entries);
  const end = firstOf(ends, (index) => stays(entries.slice(index + 1))) ?? ends.at(-1);
  return end === undefined ? undefined : entries[end]?.id;
}

/** The first number that fits, found by halving: all after one that fits must fit too. */
function firstOf(numbers: readonly number[], fits: (number: number) => boolean): number | undefined {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(numbers[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return numbers[low];
}

export const asksForSummary = ({ cut }: Question): boolean => cut?.summary === true;

/** Indexes of the last answer to each question. */
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

/** Share of the prompt that is kept verbatim when the rest is summarized. */
const keptShare = 0.25;
/** Share of the context window reserved for the summary itself. */
const summaryShare = 0.25;

/**
 * The last entry that a summary should replace, or undefined if there is nothing to summarize.
 * @param entries the entries sent now
 * @param window size of the context window in tokens; undefined if unknown
 */
export function sumUpTo(
  entries: readonly Entry[],
  tokens: (entries: readonly Entry[]) => number,
  window: number | undefined,
): string | undefined {
  const kept = Math.min(tokens(entries), window ?? Number.POSITIVE_INFINITY) * keptShare;
  const upTo = cutBefore(entries, (newest) => tokens(newest) <= kept);
  if (upTo === undefined || window === undefined) return upTo;
  // The summarized part must fit into the summary request, so it may be smaller than the overlong part.
  const older = entries.slice(0, entries.findIndex(({ id }) => id === upTo) + 1);
  const fits = (count: number): boolean => tokens(older.slice(0, count)) <= window * (1 - summaryShare);
  const ends = endsIn(older).map((index) => index + 1);
  const count = firstOf(ends.toReversed(), fits) ?? ends[0];
  return count === undefined ? undefined : older[count - 1]?.id;
}
