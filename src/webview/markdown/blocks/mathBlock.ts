// A display formula: between `$$` and `$$`, `\[` and `\]`, or as a LaTeX environment.
//
// A blank line does not end it, since models leave some inside formulas. A line of prose after a blank line does: then its
// end mark is missing, and it stays as typed.
import type { RenderContext } from '../renderContext.ts';
import type { Leaf } from './leaf.ts';

/** What a sentence may put after the formula. */
const PUNCTUATION = /^[ \t]*[.,;:!?。，；：！？、]?[ \t]*/;

/** A longer formula is laid out only while it is in sight. */
const LARGE = 500;

export class MathBlock implements Leaf {
  readonly element = document.createElement('div');
  readonly #tools: RenderContext;
  readonly #open: string;
  readonly #close: string;
  readonly #text = document.createTextNode('');
  #source = '';
  /** From here on the end mark is looked for. */
  #looked = 0;
  /** What follows the end mark on its line. */
  #after: string | undefined;
  #paused = false;

  /** `environment`: its name, if the formula is one. */
  constructor(mark: string, tools: RenderContext) {
    this.#tools = tools;
    const environment = /^\\begin\{(.+)\}$/.exec(mark)?.[1];
    this.#open = mark;
    this.#close = environment !== undefined ? `\\end{${environment}}` : mark === '$$' ? '$$' : '\\]';
    this.element.className = 'math-block';
    this.element.append(this.#text);
  }

  /** Blank lines came, so the next line says whether the formula continues. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Whether the formula takes the line, which is whole if blank lines came before it. */
  claims(line: string): boolean {
    return !this.#paused || !isProse(line);
  }

  blankLine(): void {
    this.#paused = true;
  }

  text(piece: string): string | undefined {
    this.#paused = false;
    if (this.#after !== undefined) return this.#behind(piece);
    this.#source += piece;
    const at = this.#findEnd();
    if (at < 0) return undefined;
    const after = this.#source.slice(at + this.#close.length);
    this.#source = this.#source.slice(0, at);
    this.#after = '';
    return this.#behind(after);
  }

  endLine(): 'open' | 'closed' {
    if (this.#after !== undefined) return 'closed';
    this.#source += '\n';
    return 'open';
  }

  draw(): void {
    this.#text.data = this.#typed;
  }

  close(): void {
    this.#text.data = this.#typed.trimEnd();
    if (this.#after === undefined) return;
    const mark = this.#after.trim();
    const body = this.#source.trim();
    const formula = this.#open.startsWith('\\begin') ? `${this.#open}${body}${this.#close}` : body;
    // A matrix has as many elements as many paragraphs.
    if (body.length > LARGE) this.element.classList.add('section');
    this.#tools.math.draw(this.element, formula + (/^[.,;:!?]$/.test(mark) ? mark : mark && `\\text{${mark}}`), true);
  }

  get #typed(): string {
    return `${this.#open}${this.#source}${this.#after === undefined ? '' : this.#close + this.#after}`;
  }

  #findEnd(): number {
    let at = this.#source.indexOf(this.#close, this.#looked);
    // An escaped dollar sign is one of the formula's own.
    while (at > 0 && this.#close === '$$' && this.#source[at - 1] === '\\') at = this.#source.indexOf(this.#close, at + 1);
    if (at < 0) this.#looked = Math.max(0, this.#source.length - this.#close.length);
    return at;
  }

  /** The punctuation after the end mark belongs to the formula; what else the line holds is a paragraph. */
  #behind(piece: string): string | undefined {
    const after = this.#after! + piece;
    const mark = PUNCTUATION.exec(after)![0];
    this.#after = mark;
    return mark.length < after.length ? after.slice(mark.length) : undefined;
  }
}

/** A sentence, or a mark that begins another block. */
export function isProse(line: string): boolean {
  if (/^(?:#{1,6}\s|```|~~~|>\s|\d{1,9}[.)]\s|[-*+]\s+\D.*[A-Za-z]{3}|\|.*\|$)/.test(line)) return true;
  const words = line.replace(/\\(?:text|mathrm|mbox|textbf|textit|operatorname)\*?\{[^{}]*\}/g, '');
  if (words.startsWith('\\') || words.includes('\\\\') || words.startsWith('&')) return false;
  return (
    /(?:^|\s)[\p{L}'’]{2,},?\s+[\p{L}'’]{2,}(?:[\s,.:;!?]|$)/u.test(words) || /[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{3}/.test(words)
  );
}
