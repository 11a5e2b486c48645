/** The text of an answer at one place of a document: what edits bring it there, and which changes it makes. */
import { putStep, type Step } from './step.ts';
import type { TextSpanChange } from './textChanges.ts';

/** Old lines in the new text, and the first of its lines that they are. */
export interface LeftLines {
  readonly newLine: number;
  readonly lines: readonly string[];
}

export interface PlacedText {
  /** Old lines that were left below the answer, which did not reach them or found them changed. */
  readonly leftLines: number;
  /** Lines that the document has of the answer. A change that reaches the last one may still grow. */
  readonly lineCount: number;
  /** Parts of the answer that fit nowhere, or in several places equally well. */
  readonly unplaced: readonly string[];
  /** Old lines in the new text that the answer passes over, though nothing in it stands for them. */
  readonly left: readonly LeftLines[];
  /** Old lines that were removed in long runs for which the answer has little, or with little that proves it. */
  readonly unmentioned: number;
  take(text: string): readonly Step[];
  /** The answer ended by itself. */
  end(): readonly Step[];
  /**
   * The answer was cut off.
   * @param isLastWhole the last line is whole, though its line end has not come
   */
  suspend(isLastWhole: boolean): readonly Step[];
  /**
   * The answer continues where it was cut off.
   * @param given what of the text was certain when it was cut off
   */
  resume(given: string): readonly Step[];
  /** The document has all steps so far. */
  landed(): void;
  /** The old text is not what it was; the steps take the place of those that were refused. */
  release(): readonly Step[];
  changes(eol: string): readonly TextSpanChange[];
  /**
   * The change that begins at the line was kept or undone.
   * @returns the first line whose changes may still become others
   */
  decide(line: number): number;
  /** All of it was put anew, so no change is decided. */
  reopen(): void;
}

/** An answer that is put as it comes, in place of all old text at once: an insertion, or one line that is replaced. */
export class InsertedText implements PlacedText {
  readonly leftLines = 0;
  readonly unplaced = [];
  readonly left = [];
  readonly unmentioned = 0;
  readonly lineCount = Number.POSITIVE_INFINITY;
  readonly #old: string;
  #put = '';
  /** What an edit that is on its way takes back. */
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
