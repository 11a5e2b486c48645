// A formula on lines of its own, between `$$` and `$$` or `\[` and `\]`.
import type { Leaf } from './leaf.ts';
import type { Formulas } from './formulas.ts';

export class MathBlock implements Leaf {
  readonly element = document.createElement('div');
  readonly #tools: { readonly math: Formulas };
  readonly #open: string;
  readonly #close: string;
  readonly #text = document.createTextNode('');
  #source = '';
  #ended = false;

  constructor(mark: string, tools: { readonly math: Formulas }) {
    this.#tools = tools;
    this.#open = mark.slice(0, 2);
    this.#close = this.#open === '$$' ? '$$' : '\\]';
    this.element.className = 'math-block';
    this.element.append(this.#text);
  }

  text(piece: string): void {
    this.#source += piece;
  }

  endLine(): 'open' | 'closed' {
    const formula = this.#source.trimEnd();
    this.#ended = formula.endsWith(this.#close);
    if (this.#ended) this.#source = formula.slice(0, -2);
    else this.#source += '\n';
    return this.#ended ? 'closed' : 'open';
  }

  draw(): void {
    this.#text.data = `${this.#open}${this.#source}`;
  }

  close(): void {
    this.#text.data = `${this.#open}${this.#source}${this.#ended ? this.#close : ''}`;
    if (this.#ended) this.#tools.math.draw(this.element, this.#source.trim(), true);
  }
}
