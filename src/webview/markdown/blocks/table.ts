// A table as it grows row by row, in parts with fixed columns: a new row moves those above it only to keep a word whole.
import { drawInline } from '../inline/inlineDom.ts';
import { InlineRun } from '../inline/inlineRun.ts';
import type { RenderContext } from '../renderContext.ts';
import { ColumnWidths } from './columnWidths.ts';
import { mayRunRight } from './direction.ts';
import type { Leaf } from './leaf.ts';
import { sectionSize } from './sectionedBlocks.ts';

/** Measured: the cost of laying out one table grows with all its rows, so a long one continues in further tables. */
const ROWS_PER_PART = 32;
const MOST_PER_PART = 256;
/** Maximum number of cells laid out together. */
const CELLS_PER_PART = 1000;
/** A wider table has too many cells in each row to be drawn while it grows. */
export const MOST_COLUMNS = 200;
/** A longer unfinished row is drawn again only when it has grown by a quarter. */
const LONG_ROW = 1024;
/** A longer cell is drawn in steps. */
const SHORT_CELL = 1024;
/** A row longer than this is drawn when it is complete, cell by cell. */
const LONGEST_SHOWN = 8192;

export class Table implements Leaf {
  readonly element = document.createElement('div');
  readonly #tools: RenderContext;
  readonly #aligns: readonly string[];
  readonly #widths: ColumnWidths;
  #body!: HTMLElement;
  #rows = 0;
  /** The last part is full when there are as many rows. */
  #fullAt = 0;
  #drawAgainAt = 0;
  #line: string | undefined;
  #shown: HTMLElement | undefined;
  #mark: HTMLElement | undefined;

  constructor(header: string, delimiters: string, tools: RenderContext) {
    this.#tools = tools;
    this.#aligns = cells(delimiters).map(alignment);
    this.#widths = new ColumnWidths(this.#aligns.length);
    this.element.className = 'table';
    // The header gives it its direction.
    if (mayRunRight(header)) this.element.dir = 'auto';
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
    this.#drawAgainAt = 0;
    return 'open';
  }

  draw(more: boolean): void {
    const length = this.#line?.length ?? 0;
    if (more || length < this.#drawAgainAt || length > LONGEST_SHOWN) return;
    if (length > LONG_ROW) this.#drawAgainAt = length * 1.25;
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
    if (this.#rows === this.#fullAt) this.#startPart();
    this.#body.append(this.#row(line, 'td', true));
    this.#mark = undefined;
    this.#rows++;
  }

  #startPart(): HTMLTableElement {
    const part = document.createElement('div');
    const most = Math.ceil(CELLS_PER_PART / this.#aligns.length);
    this.#fullAt += Math.min(most, sectionSize(ROWS_PER_PART, MOST_PER_PART, this.#rows));
    if (this.#rows > 0) part.className = 'part section';
    const table = document.createElement('table');
    this.#body = document.createElement('tbody');
    table.append(this.#widths.columns(table), this.#body);
    part.append(table);
    this.element.append(part);
    return table;
  }

  #row(line: string, kind: 'th' | 'td', final: boolean): HTMLElement {
    const row = document.createElement('tr');
    const texts = cellsFor(line, this.#aligns.length);
    const mark = this.#mark;
    const directed = kind === 'td' && (this.element.dir !== '' || mayRunRight(line));
    this.#aligns.forEach((align, index) => {
      const cell = document.createElement(kind);
      if (directed) cell.dir = 'auto';
      if (align) cell.style.textAlign = align;
      const text = texts[index] ?? '';
      row.append(cell);
      if (!final) return cell.append(drawInline(this.#tools.inline.tokens(text), this.#tools, false));
      const fill = (): 'done' => {
        cell.replaceChildren(...(mark && index === 0 ? [mark] : []));
        if (text.length <= SHORT_CELL) cell.append(drawInline(this.#tools.inline.tokens(text), this.#tools, true));
        else new InlineRun(cell, this.#tools).complete(text);
        return 'done';
      };
      if (line.length > LONGEST_SHOWN) void this.#tools.work.slice(fill);
      else fill();
      this.#tools.references.watch(text, fill);
      this.#widths.measure(index, drawnText(cell, text), this.#rows);
    });
    if (final) this.#widths.apply();
    return row;
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

/** As many as there are columns: in a row with too many bars, those in code and formulas are text, then all that are left over. */
function cellsFor(line: string, columns: number): readonly string[] {
  const all = cells(line);
  if (all.length <= columns) return all;
  const kept = cells(withTextBars(line));
  const texts = kept.length < columns ? all : kept;
  return [...texts.slice(0, columns - 1), texts.slice(columns - 1).join(' | ')];
}

/** The line with a backslash before each bar in code or in a formula. */
export function withTextBars(line: string): string {
  return line.replace(/`[^`]+`|\$[^$]+\$/g, (span) => span.replace(/(?<!\\)\|/g, '\\|'));
}

/** The text of a cell as it will be drawn: formulas are drawn later, and much narrower than they are typed. */
function drawnText(cell: HTMLElement, source: string): string {
  if (cell.querySelector('.math') === null) return cell.textContent;
  return source.replaceAll(/\${1,2}([^$]+)\${1,2}/g, (_, formula: string) =>
    formula
      .replaceAll(/\\(log|ln|exp|sin|cos|tan|lim|max|min)\b/g, '$1')
      .replaceAll(/\\[a-zA-Z]+/g, 'x')
      .replaceAll(/[{}^_\\\s]/g, ''),
  );
}

function alignment(delimiter: string): string {
  const left = delimiter.startsWith(':');
  const right = delimiter.endsWith(':');
  if (left && right) return 'center';
  return right ? 'right' : left ? 'left' : '';
}
