/** A part of one conversation as the beginning of another. */
import { type Answer, type Entry, nothingWritten, type SettledAnswer, written } from './entries.ts';

/** The same entries with new ids, each the child of the one before. */
export function copiesOf(path: readonly Entry[], newId: () => string): readonly Entry[] {
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
