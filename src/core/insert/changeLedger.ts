/** The changes of a document that are neither kept nor undone yet, followed through all other edits. */
import type { TextSpanChange } from '../edit/textChanges.ts';
import { followAll, type OffsetRange, type TextChange } from './trackedRange.ts';

export interface PendingChange {
  readonly id: number;
  readonly span: OffsetRange;
  /** What undoes it in the place of its span. */
  readonly removed: string;
  readonly removedLines: number;
  readonly addedLines: number;
}

export class ChangeLedger {
  #pending: PendingChange[];

  /** @param changes with offsets of the document */
  constructor(changes: readonly TextSpanChange[]) {
    this.#pending = changes.map(({ start, end, ...rest }, id) => ({ id, span: { start, end }, ...rest }));
  }

  /** In the order of the document. */
  get pending(): readonly PendingChange[] {
    return this.#pending;
  }

  /** Edits by others: what was typed in a change is part of it, and a change that was rewritten with what is around it is kept. */
  follow(edits: readonly TextChange[]): void {
    this.#pending = this.#pending.flatMap((change) => {
      const span = followAll(change.span, edits);
      return span === undefined ? [] : [{ ...change, span }];
    });
  }

  /** The change is kept; nothing happens to the document. */
  keep(id: number): void {
    this.#pending = this.#pending.filter((each) => each.id !== id);
  }

  /** A change whose edit was refused waits again. */
  restore(change: PendingChange): void {
    this.#pending = [...this.#pending, change].toSorted((a, b) => a.span.start - b.span.start);
  }
}
