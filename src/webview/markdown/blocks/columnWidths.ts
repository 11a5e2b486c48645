// The widths of a table's columns: by what the first rows hold, and never narrower than the longest word of any row.

/** The first rows tell how wide the columns are to be. */
const ROWS_MEASURED = 8;
const NARROWEST = 4;
const WIDEST = 28;
/** A longer word may break; it is an address or a hash. */
const LONGEST_WORD = 36;
/** The padding of a cell. */
const PADDING = 2.5;
const LONGEST_READ = 10_000;
const WIDEST_CHARACTER = 1.9;
const [SPACE, LINE_END, HYPHEN] = [32, 10, 45];
/** By the character's code; as in most fonts for user interfaces. */
const WIDTHS = Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (/[mwMW@%]/.test(char)) return 1.6;
  if (/[A-Z_+<>=~#&]/.test(char)) return 1.25;
  return /[ijl.,:;'|!`]/.test(char) ? 0.6 : 1.05;
});

export class ColumnWidths {
  /** In `ch`, without the padding. */
  readonly #content: number[];
  readonly #words: number[];
  readonly #parts: { readonly table: HTMLTableElement; readonly columns: readonly HTMLElement[] }[] = [];
  #changed = false;

  constructor(count: number) {
    this.#content = Array.from({ length: count }, () => NARROWEST);
    this.#words = [...this.#content];
  }

  /** The columns of a further table, which are kept as wide as those of the others. */
  columns(table: HTMLTableElement): HTMLElement {
    const group = document.createElement('colgroup');
    const columns = this.#content.map(() => document.createElement('col'));
    group.append(...columns);
    const part = { table, columns };
    this.#parts.push(part);
    this.#set(part);
    return group;
  }

  measure(column: number, text: string, row: number): void {
    if (row < ROWS_MEASURED) this.#raise(this.#content, column, Math.min(WIDEST, width(text.slice(0, WIDEST * 2)).whole));
    if (text.length * WIDEST_CHARACTER > this.#words[column]!)
      this.#raise(this.#words, column, Math.min(LONGEST_WORD, width(text.slice(0, LONGEST_READ)).longestWord));
  }

  apply(): void {
    if (!this.#changed) return;
    this.#changed = false;
    for (const part of this.#parts) this.#set(part);
  }

  #raise(widths: number[], column: number, wanted: number): void {
    if (wanted <= widths[column]!) return;
    widths[column] = wanted;
    this.#changed = true;
  }

  #set({ table, columns }: { readonly table: HTMLTableElement; readonly columns: readonly HTMLElement[] }): void {
    const widths = this.#content.map((content, column) => Math.max(content, this.#words[column]!) + PADDING);
    const total = widths.reduce((sum, each) => sum + each, 0);
    // As far as the table may shrink, every column shrinks alike, and none below its longest word.
    const least = Math.max(...widths.map((each, column) => (this.#words[column]! + PADDING) / each));
    columns.forEach((column, index) => (column.style.width = `${((100 * widths[index]!) / total).toFixed(2)}%`));
    table.style.minWidth = `${Math.ceil(total * least)}ch`;
  }
}

/** About as wide as the text and its longest word are, in widths of the digit 0. Ideographs and hyphens end a word. */
function width(text: string): { readonly whole: number; readonly longestWord: number } {
  let whole = 0;
  let word = 0;
  let longestWord = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const wide = code < WIDTHS.length ? WIDTHS[code]! : code >= 0x2e80 ? WIDEST_CHARACTER : 1.1;
    whole += wide;
    word = code === SPACE || code === LINE_END || code >= 0x2e80 ? 0 : word + wide;
    if (word > longestWord) longestWord = word;
    if (code === HYPHEN) word = 0;
  }
  return { whole, longestWord };
}
