// The visible line of folded details: running text between `<summary>` and `</summary>`.
import { InlineRun } from '../inline/inlineRun.ts';
import type { RenderContext } from '../renderContext.ts';
import { mayRunRight } from './direction.ts';
import type { Leaf } from './leaf.ts';

const END = /<\/summary\s*>/i;
const HALF_END = /<[^<>]{0,12}$/;

export class Summary implements Leaf {
  readonly element = document.createElement('summary');
  readonly #run: InlineRun;
  /** What may be the beginning of the end mark, or after it only spaces. */
  #held = '';
  #ended = false;
  #empty = true;

  constructor(tools: RenderContext) {
    this.#run = new InlineRun(this.element, tools);
  }

  text(piece: string): string | undefined {
    if (mayRunRight(piece)) this.element.dir = 'auto';
    const text = this.#held + piece;
    this.#held = '';
    if (this.#ended) return this.#behind(text);
    const end = END.exec(text);
    if (end) {
      this.#write(text.slice(0, end.index));
      this.#ended = true;
      return this.#behind(text.slice(end.index + end[0].length));
    }
    this.#held = HALF_END.exec(text)?.[0] ?? '';
    this.#write(text.slice(0, text.length - this.#held.length));
    return undefined;
  }

  endLine(): 'open' | 'closed' {
    if (this.#ended) return 'closed';
    this.#write(`${this.#held} `);
    this.#held = '';
    return 'open';
  }

  draw(more: boolean): void {
    this.#run.draw(more);
  }

  close(): void {
    this.#run.write(this.#ended ? '' : this.#held);
    this.#run.close();
  }

  #write(text: string): void {
    const shown = this.#empty ? text.trimStart() : text;
    this.#empty &&= shown === '';
    this.#run.write(shown);
  }

  #behind(text: string): string | undefined {
    if (text.trim() !== '') return text.trimStart();
    this.#held = text;
    return undefined;
  }
}
