/** The stored form of a conversation, and a copy of a path as a new conversation. */
import { type Answer, type Entry, nothingWritten, type Queued, type SettledAnswer, written } from './entries.ts';
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

/** Copies a path of a conversation into a new conversation. */
export function forked(path: readonly Entry[], id: string, parameters: Parameters, newId: () => string): Saved {
  return { id, entries: copiesOf(path, newId), chosen: [], queue: [], ...someParameters(parameters) };
}

export function someParameters(parameters: Parameters): { readonly parameters?: Parameters } {
  return Object.keys(parameters).length === 0 ? {} : { parameters };
}

/** Copies entries with new ids, each the child of the previous one. */
function copiesOf(path: readonly Entry[], newId: () => string): readonly Entry[] {
  const ids = new Map(path.map((old) => [old.id, newId()]));
  return path.map((old): Entry => {
    const copied = { id: ids.get(old.id)!, parent: old.parent === undefined ? undefined : ids.get(old.parent) };
    if (old.role === 'user') {
      const { cut, ...question } = old;
      const upTo = cut === undefined ? undefined : ids.get(cut.upTo);
      return { ...question, ...copied, compared: false, ...(cut === undefined || upTo === undefined ? {} : { cut: { ...cut, upTo } }) };
    }
    return { ...old, ...copied, parent: copied.parent!, previous: nothingWritten, state: settledCopy(old) };
  });
}

/** A running answer is copied as far as it has come. */
function settledCopy(answer: Answer): SettledAnswer {
  const { state } = answer;
  if (state.type === 'settled') return state;
  const stream = state.type === 'live' ? state.stream : undefined;
  const usage = stream?.usage() ?? { prompt: 0, completion: 0, total: 0, estimated: true, attempts: 0 };
  const timing = stream?.timing() ?? { totalMs: 0, waitsMs: 0 };
  return { type: 'settled', ...written(answer), reason: 'truncated', usage, timing };
}
