// The widths of a table's columns: by what the first rows hold, and never narrower than the longest word of any row.

/** The first rows tell how wide the columns are to be. */
const ROWS_MEASURED = 8;
const NARROWEST = 4;
const WIDEST = 28;
/** A longer word may break; it is an address or a hash. */
const LONGEST_WORD = 36;
/** The padding of a cell. */
const PADDING = 2.5;
/** Where a line may break beside spaces: between ideographs, and after a hyphen. */
const WORDS = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\uac00-\ud7af]|[^\s\-\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\uac00-\ud7af]+-?|-/g;

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
    if (row < ROWS_MEASURED) this.#raise(this.#content, column, Math.min(WIDEST, width(text.slice(0, WIDEST * 2))));
    const words = text.slice(0, 10_000).match(WORDS) ?? [];
    this.#raise(this.#words, column, Math.min(LONGEST_WORD, Math.max(0, ...words.map(width))));
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

/** About as wide as the text is, in widths of the digit 0. */
function width(text: string): number {
  let sum = 0;
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code >= 0x2e80) sum += 1.9;
    else if (/[mwMW@%…—]/.test(char)) sum += 1.6;
    else if (/[A-Z_+<>=~#&]/.test(char)) sum += 1.25;
    else if (/[ijl.,:;'|!`]/.test(char)) sum += 0.6;
    else sum += 1.05;
  }
  return sum;
}
