// Formulas: shown as typed until KaTeX, loaded for the first of them, has drawn them as MathML.
import type { Leaf } from './leaf.ts';
import type { RenderContext } from './renderContext.ts';
import type { IdleTasks } from './idleTasks.ts';

export class Formulas {
  readonly #work: IdleTasks;
  #katex: Promise<typeof import('katex').default> | undefined;

  constructor(work: IdleTasks) {
    this.#work = work;
  }

  inline(formula: string, source: string): HTMLElement {
    const element = document.createElement('span');
    element.textContent = source;
    this.draw(element, formula, /^(?:\$\$|\\\[)/.test(source));
    return element;
  }

  draw(element: HTMLElement, formula: string, display: boolean): void {
    element.classList.add('math');
    this.#katex ??= import('katex').then((module) => module.default);
    const drawn = this.#katex.then((katex) => {
      // MathML needs neither the fonts nor the inline styles of KaTeX's HTML. `trust` off: no links, no images.
      const options = { output: 'mathml', displayMode: display, throwOnError: false, trust: false, maxExpand: 200 } as const;
      const holder = document.createElement('span');
      katex.render(formula, holder, options);
      element.replaceChildren(...holder.childNodes);
    });
    this.#work.add(drawn.catch(() => undefined));
  }
}

/** A formula on lines of its own, between `$$` and `$$` or `\[` and `\]`. */
export class MathBlock implements Leaf {
  readonly element = document.createElement('div');
  readonly #tools: RenderContext;
  readonly #open: string;
  readonly #close: string;
  readonly #text = document.createTextNode('');
  #source = '';
  #ended = false;

  constructor(mark: string, tools: RenderContext) {
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
