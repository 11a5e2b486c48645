// Shows code: its language, what can be done with it, and its lines, coloured one by one as they come.
import { sectionSize } from '../blocks/sectionedBlocks.ts';
import { visibleText } from '../../shared/controlCharacters.ts';
import type { RenderContext } from '../renderContext.ts';
import { codeBar } from './codeBar.ts';
import type { Grammar, Run } from './highlighter.ts';
import { LineColours } from './lineColours.ts';
import { pieceEnd } from './linePieces.ts';

/** Lines that the browser lays out, or leaves out of sight, together. */
const LINES_PER_SECTION = 48;
const MOST_PER_SECTION = 192;
/** From here on the bar stays in view while its code is. */
const TALL_LINES = 16;
/** A longer line is not coloured. */
const LONGEST_COLOURED = 2000;

export class CodeView {
  readonly element = document.createElement('div');
  readonly #code = document.createElement('code');
  readonly #tools: RenderContext;
  readonly #lines: string[] = [];
  readonly #elements: HTMLElement[] = [];
  #section!: HTMLElement;
  /** The section is full when there are as many lines. */
  #fullAt = 0;
  #colours: LineColours | undefined;
  /** The unfinished line: its element, its complete pieces, its last piece, and how much of that the element shows. */
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
      use: (what) => use(what, language, what === 'copy' ? this.#text.replace(/\n+$/, '') : this.#text),
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

  /** Above the line that it continues: inside a line there is nothing but code. */
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
    }
  }

  #append(line: HTMLElement, to: number): void {
    if (to <= this.#shown) return;
    let parent = line;
    if (this.#pieces.length > 0) {
      if (this.#shown === 0) line.append(Object.assign(document.createElement('span'), { className: 'piece' }));
      parent = line.lastElementChild as HTMLElement;
    }
    // A joiner is seen together with the character before it.
    const from = Math.max(0, this.#shown - 2);
    parent.append(...visibleText(this.#piece.slice(from, to), 'code', this.#shown - from));
  }

  #addLine(): HTMLElement {
    if (this.#elements.length === TALL_LINES) this.element.classList.add('tall');
    if (this.#elements.length === this.#fullAt) {
      this.#fullAt += sectionSize(LINES_PER_SECTION, MOST_PER_SECTION, this.#elements.length);
      this.#section = document.createElement('span');
      this.#section.className = 'lines';
      this.#code.append(this.#section);
    }
    const line = document.createElement('span');
    line.className = 'line';
    this.#elements.push(line);
    this.#section.append(line);
    return line;
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
    // Colours must never change a word: whatever goes wrong in a grammar, the text stays.
    if (line.length > LONGEST_COLOURED || runs.map(({ text }) => text).join('') !== line) return;
    const nodes = runs.flatMap(({ text, scope }) => {
      const shown = visibleText(text, 'code');
      if (scope === '') return shown;
      const span = document.createElement('span');
      span.className = `hljs-${scope}`;
      span.append(...shown);
      return [span];
    });
    this.#elements[index]!.replaceChildren(...nodes, '\n');
  }
}
