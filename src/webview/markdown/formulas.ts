// Draws formulas as MathML with KaTeX, which is loaded for the first of them; until then they are shown as typed.
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
