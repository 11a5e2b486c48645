/** The stored form of a conversation, and a copy of a path as a new conversation. */
import { type Answer, type Entry, interrupted, nothingWritten, type Queued, type SettledAnswer, written } from './entries.ts';
import { clipped } from '../provider/reading/clipped.ts';
import type { Parameters } from '../provider/parameters.ts';

/** A stored conversation. */
export interface Saved {
  readonly id: string;
  readonly title?: string;
  /** Parents before children, older siblings before younger ones. */
  readonly entries: readonly Entry[];
  /** The ids to choose, in order, after all entries are added. */
  readonly chosen: readonly string[];
  readonly queue: readonly Queued[];
  readonly parameters?: Parameters;
  /** Journal lines of a later version: kept, not shown. */
  readonly unknown?: readonly string[];
}

/** Shortens a question to one line of at most 60 characters. */
export function titleOf(question: string): string {
  const line = question.trim().replace(/\s+/g, ' ');
  return line.length > 60 ? clipped(line, 59) : line;
}

/** Copies a path of a conversation into a new conversation. The entries get new ids, each the child of the previous one. */
export function forked(path: readonly Entry[], id: string, parameters: Parameters, newId: () => string): Saved {
  const entries: Entry[] = [];
  for (const old of path) {
    const own = newId();
    const parent = entries.at(-1)?.id;
    if (old.role === 'assistant') entries.push({ ...old, id: own, parent: parent!, previous: nothingWritten, state: settledCopy(old) });
    else if (old.cut === undefined) entries.push({ ...old, id: own, parent, compared: false });
    else {
      const { cut, ...question } = old;
      const upTo = entries[path.findIndex((other) => other.id === cut.upTo)]?.id;
      entries.push({ ...question, id: own, parent, compared: false, ...(upTo === undefined ? {} : { cut: { ...cut, upTo } }) });
    }
  }
  return { id, entries, chosen: [], queue: [], ...someParameters(parameters) };
}

export function someParameters(parameters: Parameters): { readonly parameters?: Parameters } {
  return Object.keys(parameters).length === 0 ? {} : { parameters };
}

/** A running answer is copied as far as it has come. */
function settledCopy(answer: Answer): SettledAnswer {
  const { state } = answer;
  if (state.type === 'settled') return state;
  const { interrupted: _, ...copy } = interrupted(written(answer));
  return state.type === 'live' ? { ...copy, usage: state.stream.usage(), timing: state.stream.timing() } : copy;
}
