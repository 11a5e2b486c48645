/** A conversation as it is kept, and a part of one as the beginning of another. */
import { type Answer, type Entry, nothingWritten, type Queued, type SettledAnswer, written } from './entries.ts';
import type { Parameters } from '../provider/parameters.ts';

/** A conversation as it was left. */
export interface Saved {
  readonly id: string;
  readonly title?: string;
  /** Parents before children, older siblings before younger ones. */
  readonly entries: readonly Entry[];
  /** What has to be chosen, in order, once all entries are there. */
  readonly chosen: readonly string[];
  readonly queue: readonly Queued[];
  readonly parameters?: Parameters;
  /** Lines of its journal that a later version wrote: they are kept and not shown. */
  readonly unknown?: readonly string[];
}

/** One line of at most 60 characters. */
export function titleOf(question: string): string {
  const line = question.trim().replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

/** A path through a conversation as one with another id. */
export function forked(path: readonly Entry[], id: string, parameters: Parameters, newId: () => string): Saved {
  return { id, entries: copiesOf(path, newId), chosen: [], queue: [], ...someParameters(parameters) };
}

export function someParameters(parameters: Parameters): { readonly parameters?: Parameters } {
  return Object.keys(parameters).length === 0 ? {} : { parameters };
}

/** The same entries with new ids, each the child of the one before. */
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

/** A copy of an answer that is being written is as far as that one has come. */
function settledCopy(answer: Answer): SettledAnswer {
  const { state } = answer;
  if (state.type === 'settled') return state;
  const stream = state.type === 'live' ? state.stream : undefined;
  const usage = stream?.usage() ?? { prompt: 0, completion: 0, total: 0, estimated: true, attempts: 0 };
  const timing = stream?.timing() ?? { totalMs: 0, waitsMs: 0 };
  return { type: 'settled', ...written(answer), reason: 'truncated', usage, timing };
}
