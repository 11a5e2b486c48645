/** A text while an answer takes its place: the steps, put into a document by a model of an editor that knows nothing of lines. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChangeLedger } from '../../../src/core/insert/changeLedger.ts';
import { PlaceText } from '../../../src/core/edit/placeText.ts';
import { ReplacedText } from '../../../src/core/edit/replacedText.ts';
import { expectedText, type Step } from '../../../src/core/edit/step.ts';

/** `put` and `rest` are what the document has before and after the place where the next text goes. */
class Document {
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
    expect(this.rest.startsWith(expectedText(steps))).toBe(true);
    this.place.apply(steps);
    for (const step of steps) {
      switch (step.type) {
        case 'back':
          expect(this.put.endsWith(step.text)).toBe(true);
          this.put = this.put.slice(0, this.put.length - step.text.length);
          break;
        case 'pass':
        case 'remove':
          expect(this.rest.startsWith(step.text)).toBe(true);
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

const word = fc.constantFrom('', '}', '{', '  return;', 'alpha();', 'beta(1);', 'const gamma = 3;', 'delta(alpha, beta);', 'end');
const block = fc
  .constantFrom('first', 'second', 'third')
  .map((name) => Array.from({ length: 6 }, (_, at) => `const ${name}${at} = call(${at});`));
const lines = fc.array(fc.oneof({ weight: 4, arbitrary: word.map((line) => [line]) }, { weight: 1, arbitrary: block }), { maxLength: 16 });
const text = lines.map((each) => each.flat().join('\n'));
const cuts = fc.array(fc.nat(600), { maxLength: 12 });

function pieces(whole: string, at: readonly number[]): string[] {
  const places = [0, ...at.filter((cut) => cut < whole.length).toSorted((a, b) => a - b), whole.length];
  return places.slice(1).map((cut, index) => whole.slice(places[index], cut));
}

function run(old: string, answer: string, at: readonly number[]): { readonly document: Document; readonly replaced: ReplacedText } {
  const document = new Document(old);
  const replaced = new ReplacedText(old, true);
  for (const piece of pieces(answer, at)) {
    document.take(replaced.take(piece));
    replaced.landed();
  }
  return { document, replaced };
}

describe('a text that an answer replaces', () => {
  it('knows which text was put and which was only passed', () => {
    const { document, replaced } = run(
      'const one = 1;\nconst two = 2;\nconst three = 3;',
      'const one = 1;\nconst two = "two";\nconst three = 3;',
      [20],
    );
    document.take(replaced.end());
    expect(document.place.added.map(({ start, end }) => document.place.put.slice(start, end))).toEqual(['\nconst two = "two";']);
  });

  it('is the answer at its end, however that was cut, and may keep old lines only where the answer ended early', () => {
    fc.assert(
      fc.property(text, text, cuts, (old, answer, at) => {
        const { document, replaced } = run(old, answer, at);
        document.take(replaced.end());
        expect([document.place.put, document.place.isUnchanged]).toEqual([document.put, document.text === old]);
        if (answer === '') expect(document.text).toBe(old);
        else if (replaced.leftLines === 0) expect(document.text).toBe(answer);
        else expect(document.text.startsWith(`${answer}\n`) && old.endsWith(document.text.slice(answer.length))).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it('has every whole line of an answer that was cut off, and every old line that was not reached', () => {
    fc.assert(
      fc.property(text, text, cuts, (old, answer, at) => {
        const { document, replaced } = run(old, answer, at);
        const isLastWhole = answer.length % 2 === 0;
        document.take(replaced.suspend(isLastWhole));
        const lines = answer.split('\n');
        const whole = isLastWhole && lines.at(-1) !== '' ? lines : lines.slice(0, -1);
        const left = replaced.leftLines === 0 ? [] : old.split('\n').slice(-replaced.leftLines);
        expect(document.text).toBe(whole.length === 0 && left.length === 0 ? '' : [...whole, ...left].join('\n'));
      }),
      { numRuns: 5_000 },
    );
  });

  it('ends the same when the answer was cut off anywhere and resumed', () => {
    fc.assert(
      fc.property(text, text, fc.nat(600), cuts, (old, answer, cut, at) => {
        const unbroken = run(old, answer, []);
        unbroken.document.take(unbroken.replaced.end());
        const { document, replaced } = run(old, answer.slice(0, cut), at);
        document.take(replaced.suspend(cut % 2 === 0));
        replaced.landed();
        document.take(replaced.resume());
        replaced.landed();
        document.take(replaced.take(answer.slice(cut)));
        document.take(replaced.end());
        expect(document.text).toBe(unbroken.document.text);
      }),
      { numRuns: 5_000 },
    );
  });

  it('goes on after lines that it cannot take back, since they were changed by hand while it was stopped', () => {
    const { document, replaced } = run('const one = 1;\nconst two = 2;', 'const one = 1;\n}\n', []);
    document.take(replaced.suspend(false));
    replaced.landed();
    document.put = `${document.put} // typed`;
    replaced.resume();
    document.take(replaced.release());
    document.take(replaced.take('const three = 3;'));
    document.take(replaced.end());
    expect(document.text).toBe('const one = 1;\n} // typed\nconst three = 3;\nconst two = 2;');
  });

  it('loses neither an old line nor a line of the answer when the old text was changed by hand', () => {
    fc.assert(
      fc.property(text, text, cuts, (old, answer, at) => {
        const { document, replaced } = run(old, answer, at);
        // A batch that was refused, since the old text is another by now.
        replaced.take('one\ntwo\n');
        document.rest = document.rest === '' ? '' : `${document.rest.startsWith('\n') ? '\n' : ''}typed ${document.rest}`;
        const rest = document.rest;
        document.take(replaced.release());
        document.take(replaced.take('three'));
        document.take(replaced.end());
        expect([document.text.endsWith(rest), rest === '' || replaced.leftLines > 0]).toEqual([true, true]);
        expect(
          document.put
            .split('\n')
            .filter((line) => line !== '')
            .join('\n'),
        ).toBe(
          `${answer}one\ntwo\nthree`
            .split('\n')
            .filter((line) => line !== '')
            .join('\n'),
        );
      }),
      { numRuns: 3_000 },
    );
  });

  it('can have any of its changes undone, in any order, to the exact old text', () => {
    fc.assert(
      fc.property(
        text,
        text,
        cuts,
        fc.array(fc.nat(20), { maxLength: 20 }),
        fc.constantFrom('\n', '\r\n'),
        (old, answer, at, order, eol) => {
          const { document, replaced } = run(old, answer, at);
          document.take(replaced.end());
          if (replaced.leftLines > 0) return;
          let shown = document.text.replaceAll('\n', eol);
          const ledger = new ChangeLedger(replaced.changes(eol));
          const undo = (index: number): void => {
            const change = ledger.pending[index]!;
            const edit = { rangeOffset: change.span.start, rangeLength: change.span.end - change.span.start, text: change.removed };
            ledger.keep(change.id);
            shown = shown.slice(0, edit.rangeOffset) + edit.text + shown.slice(edit.rangeOffset + edit.rangeLength);
            ledger.follow([edit]);
          };
          for (const index of order) if (index < ledger.pending.length) undo(index);
          while (ledger.pending.length > 0) undo(0);
          expect(shown).toBe(old.replaceAll('\n', eol));
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
