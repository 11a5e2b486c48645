// A heading of one line; number signs at its end are decoration.
import { InlineRun } from '../inline/inlineRun.ts';
import type { RenderContext } from '../renderContext.ts';
import { mayRunRight } from './direction.ts';
import type { Leaf } from './leaf.ts';

/** Characters that are looked at from the end. */
const LONGEST_DECORATION = 1000;

export class Heading implements Leaf {
  readonly element: HTMLElement;
  readonly #run: InlineRun;
  readonly #tools: RenderContext;
  #source = '';
  /** The end of the text, as long as it may be decoration. */
  #held = '';

  constructor(level: number, tools: RenderContext) {
    this.#tools = tools;
    this.element = document.createElement(`h${level}`);
    this.#run = new InlineRun(this.element, tools);
  }

  text(piece: string): void {
    const text = this.#held + piece;
    const end = decorationStart(text, this.#source === '');
    this.#held = text.slice(end);
    if (mayRunRight(piece)) this.element.dir = 'auto';
    this.#source += text.slice(0, end);
    this.#run.write(text.slice(0, end));
  }

  seam(mark: HTMLElement): void {
    this.#run.mark(mark);
  }

  endLine(): 'closed' {
    return 'closed';
  }

  draw(more: boolean): void {
    this.#run.draw(more);
  }

  pause(): void {
    this.#run.pause();
  }

  close(): void {
    this.#run.close();
    this.#tools.references.watch(this.#source, () => this.#run.again().complete(this.#source));
  }
}

/** Where the spaces and number signs at the end begin. Signs count after a space, or where they are all of the text. */
function decorationStart(text: string, atStart: boolean): number {
  const least = Math.max(0, text.length - LONGEST_DECORATION);
  const before = (end: number, signs: string): number => {
    let at = end;
    while (at > least && signs.includes(text[at - 1]!)) at--;
    return at;
  };
  const space = before(text.length, ' \t');
  const sign = before(space, '#');
  const start = before(sign, ' \t');
  return start < sign || (atStart && sign === 0) ? start : space;
}
