/**
 * Indents the lines of an answer: keeps their relative indentation, follows the line of the cursor, and uses the document's
 * tabs or spaces.
 */

export interface Indentation {
  /** Whether the document indents with tabs. */
  readonly tabs: boolean;
  /** Columns of one level, 1 or more. */
  readonly size: number;
}

/** The reference of a model's indentation: its own first line, or the document's left edge. */
type Reading = 'relative' | 'absolute';

/** Whether a line opens a block, by its last character or first word. */
const opensBlock = new RegExp(
  [
    /[:{([,=\\|&+]\s*$/,
    /(?:=>|->|\b(?:do|then|else|begin|repeat|try|is|of|where))\s*$/,
    /^\s*(?:def|class|module|if|unless|while|until|for|case|begin|function|local function|when|else|elsif|elseif|elif)\b/,
    /^\s*<(?!(?:br|hr|img|input|link|meta)\b)[a-z][^>]*>?$/i,
    /^\s*(?:try|do|struct|interface|switch|catch|finally|sub|proc|fn)\b/,
  ]
    .map(({ source }) => source)
    .join('|'),
);
/** Whether a line continues the previous statement. */
const continues = /^[.?:&|+*/=<>)\]}]/;
/** The content and the continuation lines of a list item begin after its mark. */
const listItem = /^\s*(?:[-*+]|\d{1,9}[.)])\s+/;

export class Indenter {
  readonly #document: Indentation;
  readonly #base: string;
  /** The previous line, as far as it is known. */
  #previous: string;
  #first: number | undefined;
  #reading: Reading | undefined;
  #answerSize: number | undefined;
  /** The lines are a fenced block, whose first line keeps its white space. */
  isFenced = false;

  /**
   * @param base white space before the text of the cursor's line
   * @param lineBefore all text before the cursor on its line
   */
  constructor(document: Indentation, base: string, lineBefore: string) {
    this.#document = document;
    this.#base = base;
    this.#previous = lineBefore;
    if (lineBefore.trim() !== '') this.#first = 0;
  }

  /** A new block of code: its own first line is its left edge. */
  startBlock(): void {
    this.#first = undefined;
    this.#reading = undefined;
  }

  /** Call it for the first line of a block at the cursor or under a comment. */
  first(space: string): void {
    this.#first = this.#columns(space);
  }

  /** Call it with the text of the current line, whose end matters for the next one. */
  text(text: string): void {
    if (this.#reading === undefined) this.#previous += text;
  }

  /**
   * The white space for a line.
   * @param space its white space in the answer
   * @param beginning at least one character of its text
   */
  line(space: string, beginning: string): string {
    if (this.#first === undefined) {
      if (this.#base === '') this.#first = 0;
      else {
        this.first(space);
        this.#previous = '';
        return this.#base;
      }
    }
    const columns = this.#columns(space);
    this.#reading ??= this.#read(columns, beginning);
    if (this.#base === '') return this.#render(space, columns);
    switch (this.#reading) {
      case 'absolute':
        return this.#render(space, columns);
      case 'relative': {
        const inner = columns - this.#first;
        if (inner >= 0) return this.#base + this.#render(space, inner);
        return this.#render('', Math.max(0, this.#columns(this.#base) + inner));
      }
      default:
        return this.#reading satisfies never;
    }
  }

  /** Absolute only if that fits the previous line exactly and relative does not. */
  #read(columns: number, beginning: string): Reading {
    const base = this.#columns(this.#base);
    if (base === 0 || continues.test(beginning) || (this.isFenced && this.#first === 0)) return 'relative';
    const item = listItem.exec(this.#previous);
    const fits = (inner: number): boolean => {
      if (item !== null && inner === item[0].trimStart().length) return true;
      return inner === (item === null && opensBlock.test(this.#previous) ? this.#document.size : 0);
    };
    return fits(columns - base) && !fits(columns - (this.#first ?? 0)) ? 'absolute' : 'relative';
  }

  /** `columns` as white space of the document. `space` is the white space in the answer. */
  #render(space: string, columns: number): string {
    if (columns === 0) return '';
    if (!this.#document.tabs) return ' '.repeat(columns);
    if (/^\t*$/.test(space) && space !== '') return '\t'.repeat(columns / this.#document.size);
    this.#answerSize ??= [2, 3, 4, 8].includes(columns) ? columns : this.#document.size;
    const size = space === '' ? this.#document.size : this.#answerSize;
    return '\t'.repeat(Math.floor(columns / size)) + ' '.repeat(columns % size);
  }

  /** A tab is one level of the document. */
  #columns(space: string): number {
    let columns = 0;
    for (const character of space) {
      columns += character === '\t' ? this.#document.size - (columns % this.#document.size) : 1;
    }
    return columns;
  }
}
