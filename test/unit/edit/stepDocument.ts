/** A model of an editor that applies steps by their offsets, and sample texts. */
import fc from 'fast-check';
import { PlaceText } from '../../../src/core/edit/placeText.ts';
import { expectedText, type Step } from '../../../src/core/edit/step.ts';

/** `put` and `rest` are what the document has before and after the place where the next text goes. */
export class StepDocument {
  put = '';
  rest: string;

  readonly place: PlaceText;

  constructor(old: string) {
    this.rest = old;
    this.place = new PlaceText(old);
  }

  get text(): string {
    return this.put + this.rest;
  }

  take(steps: readonly Step[]): void {
    must(this.rest.startsWith(expectedText(steps)), 'The steps expect another old text.');
    this.place.apply(steps);
    for (const step of steps) {
      switch (step.type) {
        case 'back':
          must(this.put.endsWith(step.text), 'A step takes back what is not there.');
          this.put = this.put.slice(0, this.put.length - step.text.length);
          break;
        case 'pass':
        case 'remove':
          must(this.rest.startsWith(step.text), 'A step passes or removes what is not there.');
          if (step.type === 'pass') this.put += step.text;
          this.rest = this.rest.slice(step.text.length);
          break;
        case 'put':
          this.put += step.text;
          this.rest = step.lead + this.rest;
          break;
        case 'clear':
          this.rest = '';
          break;
        default:
          step satisfies never;
      }
    }
  }
}

function must(isRight: boolean, otherwise: string): void {
  if (!isRight) throw new Error(otherwise);
}

const word = fc.constantFrom('', '}', '{', '  return;', 'alpha();', 'beta(1);', 'const gamma = 3;', 'delta(alpha, beta);', 'end');
const block = fc
  .constantFrom('first', 'second', 'third')
  .map((name) => Array.from({ length: 6 }, (_, at) => `const ${name}${at} = call(${at});`));
const lines = fc.array(fc.oneof({ weight: 4, arbitrary: word.map((line) => [line]) }, { weight: 1, arbitrary: block }), { maxLength: 16 });
export const text = lines.map((each) => each.flat().join('\n'));
export const cuts = fc.array(fc.nat(600), { maxLength: 12 });

export function pieces(whole: string, at: readonly number[]): string[] {
  const places = [0, ...at.filter((cut) => cut < whole.length).toSorted((a, b) => a - b), whole.length];
  return places.slice(1).map((cut, index) => whole.slice(places[index], cut));
}
