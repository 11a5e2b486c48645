// A table as it grows, row by row, in parts with fixed columns: a new row never moves the rows above it.
import { drawInline } from './inlineDom.ts';
import type { Leaf } from './leaf.ts';
import type { RenderContext } from './renderContext.ts';

/** Measured: the cost of laying out one table grows with all its rows, so a long one goes on in further tables. */
const ROWS_PER_PART = 32;
/** The first rows tell how wide the columns are to be. */
const ROWS_MEASURED = 8;
const NARROWEST = 4;
const WIDEST = 28;

export class Table implements Leaf {
  readonly element = document.createElement('div');
  readonly #tools: RenderContext;
  readonly #aligns: readonly string[];
  readonly #widths: number[];
  #columns: HTMLElement[] = [];
  #body!: HTMLElement;
  #rows = 0;
  #line: string | undefined;
  #shown: HTMLElement | undefined;
  #mark: HTMLElement | undefined;

  constructor(header: string, delimiters: string, tools: RenderContext) {
    this.#tools = tools;
    this.#aligns = cells(delimiters).map(alignment);
    this.#widths = this.#aligns.map(() => NARROWEST);
    this.element.className = 'table';
    // A person with a keyboard can scroll a wide table sideways.
    this.element.tabIndex = 0;
    const table = this.#startPart();
    const head = document.createElement('thead');
    head.append(this.#row(header, 'th', true));
    table.insertBefore(head, this.#body);
  }

  text(piece: string): void {
    this.#line = (this.#line ?? '') + piece;
  }

  seam(mark: HTMLElement): void {
    this.#mark = mark;
  }

  endLine(): 'open' {
    // The line of dashes ends without having had any text for us.
    if (this.#line !== undefined) this.#finish(this.#line);
    this.#line = undefined;
    return 'open';
  }

  draw(): void {
    this.#shown?.remove();
    this.#shown = undefined;
    if (this.#line === undefined) return;
    this.#shown = this.#row(this.#line, 'td', false);
    this.#body.append(this.#shown);
  }

  close(): void {
    this.endLine();
  }

  #finish(line: string): void {
    this.#shown?.remove();
    this.#shown = undefined;
    if (this.#rows > 0 && this.#rows % ROWS_PER_PART === 0) this.#startPart();
    const row = this.#row(line, 'td', true);
    if (this.#mark) row.firstElementChild?.prepend(this.#mark);
    this.#mark = undefined;
    this.#body.append(row);
    this.#rows++;
  }

  #startPart(): HTMLTableElement {
    const part = document.createElement('div');
    if (this.#rows > 0) part.className = 'part section';
    const table = document.createElement('table');
    const group = document.createElement('colgroup');
    this.#columns = this.#aligns.map(() => document.createElement('col'));
    group.append(...this.#columns);
    this.#body = document.createElement('tbody');
    table.append(group, this.#body);
    part.append(table);
    this.element.append(part);
    this.#setWidths();
    return table;
  }

  #row(line: string, kind: 'th' | 'td', final: boolean): HTMLElement {
    const row = document.createElement('tr');
    const texts = cells(line);
    this.#aligns.forEach((align, index) => {
      const cell = document.createElement(kind);
      if (align) cell.style.textAlign = align;
      const text = texts[index] ?? '';
      const fill = () => cell.replaceChildren(drawInline(this.#tools.inline.tokens(text), this.#tools));
      fill();
      if (final) {
        this.#tools.references.watch(text, fill);
        this.#measure(index, text.length);
      }
      row.append(cell);
    });
    if (final && this.#rows < ROWS_MEASURED) this.#setWidths();
    return row;
  }

  #measure(column: number, length: number): void {
    if (this.#rows < ROWS_MEASURED) this.#widths[column] = Math.min(WIDEST, Math.max(this.#widths[column]!, length));
  }

  #setWidths(): void {
    const total = this.#widths.reduce((sum, width) => sum + width, 0);
    this.#columns.forEach((column, index) => (column.style.width = `${((100 * this.#widths[index]!) / total).toFixed(1)}%`));
    const table = this.#body.parentElement!;
    table.style.minWidth = `${Math.round(total * 0.7 + this.#widths.length * 2)}ch`;
  }
}

/** The texts between the bars; a bar with a backslash before it is text. */
export function cells(line: string): string[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function alignment(delimiter: string): string {
  const left = delimiter.startsWith(':');
  const right = delimiter.endsWith(':');
  if (left && right) return 'center';
  return right ? 'right' : left ? 'left' : '';
}
