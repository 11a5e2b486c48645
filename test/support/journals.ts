// Whole journals in memory: written as one text, and read back with how much of it was whole.
import type { Saved } from '../../src/core/chat/saved.ts';
import { linePiecesOf } from '../../src/core/chat/journal/journal.ts';
import { Replay } from '../../src/core/chat/journal/replay.ts';

export interface Replayed {
  readonly saved: Saved;
  /** Characters up to the end of the last line that was read as it was written. */
  readonly good: number;
  /** Characters of the lines that were not. */
  readonly damaged: number;
}

export function linesOf(saved: Saved): string {
  return [...linePiecesOf(saved)].join('');
}

/** Undefined when nothing of it can be read. */
export function replay(journal: string, id?: string): Replayed | undefined {
  const state = new Replay(id);
  let good = 0;
  let damaged = 0;
  for (let from = 0; from < journal.length;) {
    const end = journal.indexOf('\n', from) + 1;
    const to = end === 0 ? journal.length : end;
    // A last line without its line end is read if it is whole, but nothing can be appended to it.
    if (state.take(journal.slice(from, end === 0 ? to : end - 1)) === 'whole' && end !== 0) good = to;
    else damaged += to - from;
    from = to;
  }
  const { saved } = state;
  return saved === undefined ? undefined : { saved, good, damaged };
}
