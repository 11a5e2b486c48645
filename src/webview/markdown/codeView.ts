// Shows code: its language, what can be done with it, and its lines, coloured one by one as they come.
import { codeBar } from './codeBar.ts';
import { LineColours } from './lineColours.ts';
import type { Grammar, Run } from './highlighter.ts';
import type { RenderContext } from './renderContext.ts';

/** Lines that the browser lays out, or leaves out of sight, together. */
const LINES_PER_SECTION = 48;
/** From here on the bar stays in view while its code is. */
const TALL_LINES = 16;
/** A longer line is broken in the view, not in the text: one very long line is costly to lay out. */
const LONGEST_PIECE = 2000;

export class CodeView {
  readonly element = document.createElement('div');
  readonly #code = document.createElement('code');
  readonly #tools: RenderContext;
  readonly #lines: string[] = [];
  readonly #elements: HTMLElement[] = [];
  #section!: HTMLElement;
  #colours: LineColours | undefined;
  /** The unfinished line: its text, its element, and how much of the text the element shows. */
  #line = '';
  #open: HTMLElement | undefined;
  #shown = 0;
  #closed = false;

  constructor(language: string, tools: RenderContext) {
    this.#tools = tools;
    this.element.className = 'code';
    const pre = document.createElement('pre');
    pre.tabIndex = 0;
    pre.append(this.#code);
    const { use } = tools;
    const bar = codeBar(language, tools.strings, {
      use: (what) => use(what, language, this.#text),
      wrap: (wrap) => this.element.classList.toggle('wrap', wrap),
    });
    this.element.append(bar, pre);
    tools.work.add(tools.highlighter.grammar(language).then((grammar) => grammar && this.#colour(grammar)));
  }

  get #text(): string {
    const whole = this.#open ? [...this.#lines, this.#line] : this.#lines;
    return whole.length === 0 ? '' : `${whole.join('\n')}\n`;
  }

  /** Above the line that goes on: inside of it there is nothing but code. */
  seam(mark: HTMLElement): void {
    this.#open ??= this.#addLine();
    this.#open.before(mark);
  }

  text(piece: string): void {
    this.#line += piece;
    this.#open ??= this.#addLine();
  }

  endLine(): void {
    this.text('');
    this.#grow();
    this.#open!.append('\n');
    this.#lines.push(this.#line);
    this.#colours?.add(this.#line);
    this.#line = '';
    this.#open = undefined;
    this.#shown = 0;
  }

  draw(): void {
    this.#grow();
  }

  close(): void {
    this.#closed = true;
    this.#colours?.close();
  }

  #grow(): void {
    if (!this.#open) return;
    for (; this.#shown < this.#line.length;) {
      const room = LONGEST_PIECE - (this.#shown % LONGEST_PIECE);
      const piece = this.#line.slice(this.#shown, this.#shown + room);
      if (this.#shown < LONGEST_PIECE) this.#open.append(piece);
      else this.#overlong(this.#open, piece);
      this.#shown += piece.length;
    }
  }

  #overlong(line: HTMLElement, piece: string): void {
    if (this.#shown % LONGEST_PIECE === 0) line.append(Object.assign(document.createElement('span'), { className: 'piece' }));
    line.lastElementChild!.append(piece);
  }

  #addLine(): HTMLElement {
    if (this.#elements.length === TALL_LINES) this.element.classList.add('tall');
    if (this.#elements.length % LINES_PER_SECTION === 0) {
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
    if (line.length > LONGEST_PIECE || runs.map(({ text }) => text).join('') !== line) return;
    const nodes = runs.map(({ text, scope }) => {
      if (scope === '') return text;
      const span = document.createElement('span');
      span.className = `hljs-${scope}`;
      span.textContent = text;
      return span;
    });
    this.#elements[index]!.replaceChildren(...nodes, '\n');
  }
}
