// A display formula: between `$$` and `$$`, `\[` and `\]`, or as a LaTeX environment.
//
// A blank line does not end it, since models write them inside formulas. A line of prose after a blank line does: then the
// end mark is missing, and the formula stays as typed.
import { create } from '../../shared/create.ts';
import { wholeCharacter } from '../code/linePieces.ts';
import type { RenderContext } from '../renderContext.ts';
import type { Leaf } from './leaf.ts';

/** What a sentence may put after the formula. */
const PUNCTUATION = /^[ \t]*[.,;:!?。，；：！？、]?[ \t]*/;

/** A longer formula is laid out only while it is in sight: a matrix has as many elements as many paragraphs. */
const LARGE = 100;
/** A long formula, as typed, is laid out in parts: each ends at the first line end after this many characters, or at twice as many. */
const PART = 4096;

export class MathBlock implements Leaf {
  readonly element = document.createElement('div');
  readonly #tools: RenderContext;
  readonly #open: string;
  readonly #close: string;
  /** The lines before the current one. */
  readonly #lines: string[] = [];
  #line = '';
  /** Where in the line the search for the end mark continues. */
  #looked = 0;
  /** What follows the end mark on its line. */
  #after: string | undefined;
  /** What was typed and is not shown yet, and the last part of what is shown. */
  #unshown: string;
  #text = document.createTextNode('');
  #paused = false;

  /** `mark`: `$$`, `\[` or `\begin{…}`. */
  constructor(mark: string, tools: RenderContext) {
    this.#tools = tools;
    const environment = /^\\begin\{(.+)\}$/.exec(mark)?.[1];
    this.#open = this.#unshown = mark;
    this.#close = environment !== undefined ? `\\end{${environment}}` : mark === '$$' ? '$$' : '\\]';
    this.element.className = 'math-block';
    this.element.append(this.#text);
  }

  /** Blank lines came, so the next line says whether the formula continues. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Whether the formula takes the line, which is complete if blank lines came before it. */
  claims(line: string): boolean {
    return !this.#paused || !isProse(line);
  }

  blankLine(): void {
    this.#paused = true;
  }

  text(piece: string): string | undefined {
    this.#paused = false;
    if (this.#after !== undefined) return this.#behind(piece);
    this.#line += piece;
    const at = this.#findEnd();
    const after = at < 0 ? '' : this.#line.slice(at + this.#close.length);
    this.#unshown += piece.slice(0, piece.length - after.length);
    if (at < 0) return undefined;
    this.#line = this.#line.slice(0, at);
    this.#after = '';
    return this.#behind(after);
  }

  endLine(): 'open' | 'closed' {
    if (this.#after !== undefined) return 'closed';
    this.#lines.push(this.#line);
    this.#line = '';
    this.#looked = 0;
    this.#unshown += '\n';
    return 'open';
  }

  draw(): void {
    let text = this.#unshown;
    this.#unshown = '';
    for (;;) {
      const shown = this.#text.length;
      const lineEnd = text.indexOf('\n', Math.max(0, PART - shown)) + 1;
      const longest = wholeCharacter(text, 2 * PART - shown);
      const end = lineEnd > 0 ? Math.min(lineEnd, longest) : longest;
      this.#text.appendData(text.slice(0, end));
      if (text.length < end) return;
      text = text.slice(end);
      this.#text = document.createTextNode('');
      this.element.append(create('span', { className: 'part section' }, this.#text));
    }
  }

  close(): void {
    this.draw();
    this.#text.data = this.#text.data.trimEnd();
    if (this.#after === undefined) return;
    const mark = this.#after.trim();
    const body = [...this.#lines, this.#line].join('\n').trim();
    if (body === '') return;
    const formula = this.#open.startsWith('\\begin') ? `${this.#open}${body}${this.#close}` : body;
    if (body.length > LARGE) this.element.classList.add('section');
    this.#tools.math.draw(this.element, formula + (/^[.,;:!?]$/.test(mark) ? mark : mark && `\\text{${mark}}`), true);
  }

  #findEnd(): number {
    let at = this.#line.indexOf(this.#close, this.#looked);
    // An escaped dollar sign belongs to the formula.
    while (at > 0 && this.#close === '$$' && this.#line[at - 1] === '\\') at = this.#line.indexOf(this.#close, at + 1);
    if (at < 0) this.#looked = Math.max(0, this.#line.length - this.#close.length);
    return at;
  }

  /** Punctuation after the end mark belongs to the formula; the rest of the line is a paragraph. */
  #behind(piece: string): string | undefined {
    const after = this.#after! + piece;
    const mark = PUNCTUATION.exec(after)![0];
    this.#unshown += mark.slice(this.#after!.length);
    this.#after = mark;
    return mark.length < after.length ? after.slice(mark.length) : undefined;
  }
}

/** A sentence, or a mark that begins another block. */
export function isProse(line: string): boolean {
  if (/^(?:#{1,6}\s|```|~~~|>\s|\d{1,9}[.)]\s|[-*+]\s\D.*[A-Za-z]{3}|\|.*\|$)/.test(line)) return true;
  const words = line.replace(/\\(?:text|mathrm|mbox|textbf|textit|operatorname)\*?\{[^{}]*\}/g, '');
  if (words.startsWith('\\') || words.includes('\\\\') || words.startsWith('&')) return false;
  return (
    /(?:^|\s)[\p{L}'’]{2,},?\s+[\p{L}'’]{2,}(?:[\s,.:;!?]|$)/u.test(words) || /[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{3}/.test(words)
  );
}
