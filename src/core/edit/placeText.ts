/** What the edits of one place of a document have left there: the text that was put or passed, and the old text after it. */
import { putStep, type Step } from './step.ts';

export class PlaceText {
  /** From the beginning of the place to where the next text goes, with `\n` as line end. */
  put = '';
  readonly #original: string;
  #rest: string;

  /** @param original what the place held before */
  constructor(original: string) {
    this.#original = original;
    this.#rest = original;
  }

  get isUnchanged(): boolean {
    return this.put + this.#rest === this.#original;
  }

  apply(steps: readonly Step[]): void {
    for (const step of steps) {
      switch (step.type) {
        case 'put':
          this.put += step.text;
          this.#rest = step.lead + this.#rest;
          break;
        case 'pass':
          this.put += step.text;
          this.#rest = this.#rest.slice(step.text.length);
          break;
        case 'remove':
          this.#rest = this.#rest.slice(step.text.length);
          break;
        case 'clear':
          this.#rest = '';
          break;
        case 'back':
          this.put = this.put.slice(0, this.put.length - step.text.length);
          break;
        default:
          step satisfies never;
      }
    }
  }

  /** The steps that make all of it anew where the old text stands untouched. */
  again(): readonly Step[] {
    return this.put === '' ? [] : [{ type: 'clear' }, putStep(this.put, this.#rest)];
  }

  /** The old text stands there again. */
  reset(): void {
    [this.put, this.#rest] = ['', this.#original];
  }
}
