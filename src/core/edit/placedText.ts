/** The text of an answer at one place of a document: the edits that write it, and the changes that it makes. */
import { putStep, type Step } from './step.ts';
import type { TextSpanChange } from './textChanges.ts';

/** Old lines that are in the new text, and the line where they start. */
export interface LeftLines {
  readonly newLine: number;
  readonly lines: readonly string[];
}

export interface PlacedText {
  /** Old lines left below the answer because it did not reach them or found them changed. */
  readonly leftLines: number;
  /** Number of answer lines in the document. A change that reaches the last one may grow. */
  readonly lineCount: number;
  /** Parts of the answer that fit nowhere, or equally well in several places. */
  readonly unplaced: readonly string[];
  /** Old lines that stay although the answer omits them without a mark. */
  readonly left: readonly LeftLines[];
  /** Old lines removed in long runs, or with little proof. */
  readonly unmentioned: number;
  take(text: string): readonly Step[];
  /** The answer is complete. */
  end(): readonly Step[];
  /**
   * The answer was interrupted.
   * @param isLastWhole the last line is complete although its line end is missing
   */
  suspend(isLastWhole: boolean): readonly Step[];
  /**
   * The answer continues where it was interrupted.
   * @param given the text that was certain at the interruption
   */
  resume(given: string): readonly Step[];
  /** The document has applied all steps so far. */
  landed(): void;
  /** The old text has changed; the returned steps replace those that were refused. */
  release(): readonly Step[];
  changes(eol: string): readonly TextSpanChange[];
  /**
   * The change that starts at the line was kept or undone.
   * @returns the first line whose changes are not final
   */
  decide(line: number): number;
  /** All text was written again, so no change is decided. */
  reopen(): void;
}

/** An answer written as it arrives, in place of all old text at once: an insertion, or the replacement of a single line. */
export class InsertedText implements PlacedText {
  readonly leftLines = 0;
  readonly unplaced = [];
  readonly left = [];
  readonly unmentioned = 0;
  readonly lineCount = Number.POSITIVE_INFINITY;
  readonly #old: string;
  #put = '';
  /** The text that an edit on its way takes back. */
  #back = '';

  constructor(old: string) {
    this.#old = old;
  }

  take(text: string): readonly Step[] {
    this.#put += text;
    return text === '' ? [] : [{ type: 'clear' }, putStep(text)];
  }

  changes(eol: string): readonly TextSpanChange[] {
    if (this.#put === '') return [];
    const count = (text: string): number => (text === '' ? 0 : text.split('\n').length);
    const [removedLines, addedLines] = [count(this.#old), count(this.#put)];
    const end = this.#put.length + (addedLines - 1) * (eol.length - 1);
    const [removed, added] = [this.#old, this.#put].map((text) => text.replaceAll('\n', eol)) as [string, string];
    return [{ line: 0, start: 0, end, removed, removedLines, addedLines, added: () => added }];
  }

  decide(): number {
    return 0;
  }

  reopen(): void {}

  end(): readonly Step[] {
    return [];
  }

  suspend(): readonly Step[] {
    return [];
  }

  resume(given: string): readonly Step[] {
    this.#back = this.#put.slice(given.length);
    this.#put = this.#put.slice(0, given.length);
    return this.#back === '' ? [] : [{ type: 'back', text: this.#back }];
  }

  release(): readonly Step[] {
    this.#put += this.#back;
    this.#back = '';
    return [];
  }

  landed(): void {
    this.#back = '';
  }
}
