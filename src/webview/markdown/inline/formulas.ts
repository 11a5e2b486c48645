// Formulas: shown as typed until KaTeX has drawn them as MathML. KaTeX is loaded for the first formula.
import type { IdleTasks } from '../idleTasks.ts';

type Katex = typeof import('katex').default;

/** KaTeX draws a formula in one go, and the browser lays it out in one go. A longer one stays as typed, to keep both short. */
const LONGEST = 5000;
const MOST_ELEMENTS = 3000;
/** Characters drawn at once, so that a formula does not flash up as typed each time its line is drawn again. */
const AT_ONCE = 2000;
/** What any formula costs, in characters of a long one. */
const LEAST = 100;
/** A longer formula may be wider than the panel and gets a scroll bar; a short one keeps its base line. */
const NARROW = 24;
/** The invisible sign after the name of a function. */
const APPLY_FUNCTION = '\u2061';

interface Waiting {
  readonly element: HTMLElement;
  readonly formula: string;
  readonly display: boolean;
}

export class Formulas {
  readonly #work: IdleTasks;
  #loading: Promise<void> | undefined;
  #katex: Katex | undefined;
  #waiting: Waiting[] = [];
  #slicing = false;
  #room = AT_ONCE;

  constructor(work: IdleTasks) {
    this.#work = work;
  }

  inline(formula: string, source: string): HTMLElement {
    const element = document.createElement('span');
    element.textContent = source;
    if (formula.length > NARROW) {
      element.classList.add('wide');
      // A person with a keyboard can scroll it sideways.
      element.tabIndex = 0;
    }
    this.draw(element, formula, /^(?:\$\$|\\\[|\\begin)/.test(source));
    return element;
  }

  draw(element: HTMLElement, formula: string, display: boolean): void {
    element.classList.add('math');
    if (formula.length > LONGEST) return;
    const waiting = { element, formula, display };
    if (this.#katex && this.#room >= formula.length) {
      this.#room -= formula.length + LEAST;
      render(this.#katex, waiting);
    } else this.#waiting.push(waiting);
    this.#loading ??= import('katex').then((module) => void (this.#katex = module.default));
    this.#slice();
  }

  /** Draws what waits, one formula at each step. */
  #slice(): void {
    if (this.#slicing || this.#waiting.length + AT_ONCE - this.#room === 0) return;
    this.#slicing = true;
    const drawn = this.#loading!.then(() => {
      let next = 0;
      return this.#work.slice(() => {
        const waiting = this.#waiting[next++];
        // Text that was drawn again meanwhile has other elements.
        if (waiting?.element.isConnected) render(this.#katex!, waiting);
        if (next < this.#waiting.length) return 'more';
        this.#waiting = [];
        this.#slicing = false;
        this.#room = AT_ONCE;
        return 'done';
      });
    });
    this.#work.add(drawn.catch(() => undefined));
  }
}

function render(katex: Katex, { element, formula, display }: Waiting): void {
  // MathML needs neither the fonts nor the inline styles of KaTeX's HTML. `trust` off: no links, no images.
  // A warning for each word that is not LaTeX's, such as a Chinese one, costs more than the formula.
  const options = { output: 'mathml', displayMode: display, throwOnError: false, trust: false, strict: 'ignore', maxExpand: 200 } as const;
  const holder = document.createElement('span');
  katex.render(formula, holder, options);
  if (holder.getElementsByTagName('*').length > MOST_ELEMENTS) return;
  for (const mark of holder.querySelectorAll('mi + mo')) if (mark.textContent === APPLY_FUNCTION) spaceFunction(mark);
  element.replaceChildren(...holder.childNodes);
}

/** TeX's thin spaces around the name of a function, as in n log n. KaTeX leaves them out of MathML, and browsers add none. */
function spaceFunction(mark: Element): void {
  const scripts = mark.parentElement?.parentElement?.closest('msub, msup, msubsup, munder, mover, munderover');
  const base = scripts?.firstElementChild === mark.parentElement ? scripts : undefined;
  const name = base ?? mark.previousElementSibling!;
  const [before, after] = [name.previousElementSibling, (base ?? mark).nextElementSibling];
  if (before !== null && before.localName !== 'mspace' && (before.localName !== 'mo' || /^[)\]}!]$/.test(before.textContent)))
    name.before(thinSpaceBeside(mark));
  if (after !== null && after.localName !== 'mo') (base ?? mark).after(thinSpaceBeside(mark));
}

/** Of the namespace of its neighbours. */
function thinSpaceBeside({ namespaceURI }: Element): Element {
  const space = document.createElementNS(namespaceURI, 'mspace');
  space.setAttribute('width', '0.1667em');
  return space;
}
