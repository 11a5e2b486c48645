// Shows code: its language, its buttons, and its lines, which are coloured one by one as they arrive.
//
// A line is one row, and a very long line several. Rows stand in sections, which the browser skips while they are off screen.
import { sectionSize } from '../blocks/sectionedBlocks.ts';
import { MOST_MARKS, spellOut, visibleText } from '../../shared/controlCharacters.ts';
import type { RenderContext } from '../renderContext.ts';
import { codeBar } from './codeBar.ts';
import type { Grammar, Run } from './highlighter.ts';
import { LineColours } from './lineColours.ts';
import { pieceEnd } from './linePieces.ts';

/** Rows per section: as few at first, as many in long code. */
const ROWS_PER_SECTION = 48;
const MOST_PER_SECTION = 192;
/** Characters per section, where rows are long. A hidden character is an element and counts as many letters. */
const SECTION_CHARACTERS = 16_384;
const HIDDEN_CHARACTER = 32;
/** Code with more lines than this keeps its bar in view. */
const TALL_LINES = 16;
/** A longer line is not coloured. It fits into one row. */
const LONGEST_COLOURED = 2000;

export class CodeView {
  readonly element = document.createElement('div');
  readonly #code = document.createElement('code');
  readonly #tools: RenderContext;
  readonly #lines: string[] = [];
  /** The last row of each line. */
  readonly #elements: HTMLElement[] = [];
  #section!: HTMLElement;
  #rows = 0;
  /** The section is full at this number of rows, or at this number of characters. */
  #fullAt = 0;
  #room = 0;
  #colours: LineColours | undefined;
  /** The unfinished line: its last row, the text of the rows before it, the text of that row, and how much of it is shown. */
  #open: HTMLElement | undefined;
  #pieces: string[] = [];
  #piece = '';
  #shown = 0;
  #closed = false;

  constructor(language: string, tools: RenderContext) {
    this.#tools = tools;
    this.element.className = 'code';
    this.element.dir = 'ltr';
    const pre = document.createElement('pre');
    pre.tabIndex = 0;
    pre.append(this.#code);
    const { use } = tools;
    const bar = codeBar(language, tools.strings, {
      // Pasted into a terminal, a line end would run the last line at once.
      use: (what) => use(what, language, what === 'copy' ? this.#text.replace(/(?<!\n)\n+$/, '') : this.#text),
      wrap: (wrap) => this.element.classList.toggle('wrap', wrap),
    });
    this.element.append(bar, pre);
    tools.work.add(tools.highlighter.grammar(language).then((grammar) => grammar && this.#colour(grammar)));
  }

  get #text(): string {
    const whole = this.#open ? [...this.#lines, this.#line] : this.#lines;
    return whole.length === 0 ? '' : `${whole.join('\n')}\n`;
  }

  get #line(): string {
    return this.#pieces.join('') + this.#piece;
  }

  /** Above the row that it continues: a line holds nothing but code. */
  seam(mark: HTMLElement): void {
    this.#open ??= this.#addLine();
    this.#open.before(mark);
  }

  text(piece: string): void {
    this.#piece += piece;
    this.#open ??= this.#addLine();
  }

  endLine(): void {
    this.text('');
    this.#grow(true);
    this.#open!.append('\n');
    const line = this.#line;
    this.#lines.push(line);
    this.#colours?.add(line);
    this.#pieces = [];
    this.#piece = '';
    this.#open = undefined;
    this.#shown = 0;
  }

  draw(): void {
    this.#grow(false);
  }

  close(): void {
    this.#closed = true;
    this.#colours?.close();
  }

  #grow(complete: boolean): void {
    if (!this.#open) return;
    for (;;) {
      const { to, cut } = pieceEnd(this.#piece, complete);
      this.#append(this.#open, to);
      this.#shown = Math.max(this.#shown, to);
      if (!cut) return;
      this.#pieces.push(this.#piece.slice(0, to));
      this.#piece = this.#piece.slice(to);
      this.#shown = 0;
      this.#open = this.#elements[this.#elements.length - 1] = this.#addRow();
    }
  }

  #append(row: HTMLElement, to: number): void {
    if (to <= this.#shown) return;
    // A joiner is seen together with the character before it.
    const from = Math.max(0, this.#shown - 2);
    this.#room -= to - this.#shown;
    const rest: (string | HTMLElement)[] = [];
    for (const node of visibleText(this.#piece.slice(from, to), 'code', this.#shown - from)) {
      if (row.childElementCount === MOST_MARKS) rest.push(node);
      else {
        row.append(node);
        if (typeof node !== 'string') this.#room -= HIDDEN_CHARACTER;
      }
    }
    spellOut(row.lastElementChild, rest);
  }

  #addLine(): HTMLElement {
    if (this.#elements.length === TALL_LINES) this.element.classList.add('tall');
    const row = this.#addRow();
    this.#elements.push(row);
    return row;
  }

  #addRow(): HTMLElement {
    if (this.#rows >= this.#fullAt || this.#room <= 0) {
      this.#fullAt = this.#rows + sectionSize(ROWS_PER_SECTION, MOST_PER_SECTION, this.#rows);
      this.#room = SECTION_CHARACTERS;
      this.#section = document.createElement('span');
      this.#section.className = 'lines';
      this.#code.append(this.#section);
    }
    this.#rows++;
    const row = document.createElement('span');
    row.className = 'line';
    this.#section.append(row);
    return row;
  }

  /** The grammar has come, perhaps later than the code: colours what is there, a slice at a time. */
  #colour(grammar: Grammar): Promise<void> {
    const colours = new LineColours(grammar, (index, runs) => this.#paint(index, runs));
    let next = 0;
    return this.#tools.work.slice(() => {
      if (next < this.#lines.length) {
        colours.add(this.#lines[next++]!);
        return 'more';
      }
      this.#colours = colours;
      if (this.#closed) colours.close();
      return 'done';
    });
  }

  #paint(index: number, runs: readonly Run[]): void {
    const line = this.#lines[index]!;
    const row = this.#elements[index]!;
    // Colours must never change a word: whatever goes wrong in a grammar, the text stays.
    if (
      line.length > LONGEST_COLOURED ||
      row.lastElementChild?.classList.contains('long') ||
      runs.map(({ text }) => text).join('') !== line
    )
      return;
    const nodes = runs.flatMap(({ text, scope }) => {
      const shown = visibleText(text, 'code');
      if (scope === '') return shown;
      const span = document.createElement('span');
      span.className = `hljs-${scope}`;
      span.append(...shown);
      return [span];
    });
    row.replaceChildren(...nodes, '\n');
  }
}
