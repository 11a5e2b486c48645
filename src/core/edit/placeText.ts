/** The state of one place of a document: the text written or passed so far, and the old text after it. */
import { putStep, type Step } from './step.ts';

export class PlaceText {
  /** The text from the start of the place to the next write, with `\n` as line end. */
  put = '';
  /** The text before the first edit. */
  readonly original: string;
  #rest: string;

  constructor(original: string) {
    this.original = original;
    this.#rest = original;
  }

  get isUnchanged(): boolean {
    return this.put + this.#rest === this.original;
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

  /** The steps that recreate this state from the original text. */
  again(): readonly Step[] {
    return this.put === '' ? [] : [{ type: 'clear' }, putStep(this.put, this.#rest)];
  }

  /** The original text was restored. */
  reset(): void {
    [this.put, this.#rest] = ['', this.original];
  }
}
