/** A text while an answer replaces it: the steps, applied by a model of an editor that knows only offsets. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplacedText } from '../../../src/core/edit/replacedText.ts';
import type { Step } from '../../../src/core/edit/step.ts';
import { TrackedRanges } from '../../../src/core/insert/trackedRanges.ts';
import { applied } from './applied.ts';
import { optionsAt, shaped } from '../insert/picture.ts';
import { cuts, text, pieces, StepDocument } from './stepDocument.ts';

function run(old: string, answer: string, at: readonly number[]): { readonly document: StepDocument; readonly replaced: ReplacedText } {
  const document = new StepDocument(old);
  const replaced = new ReplacedText(old, true);
  for (const piece of pieces(answer, at)) {
    document.take(replaced.take(piece));
    replaced.landed();
  }
  return { document, replaced };
}

/** A document whose characters know which of the old ones they are, edited as an editor edits it. */
class KnownCharacters {
  characters: { readonly text: string; readonly old?: number }[];
  readonly #eol: string;
  readonly #ranges: TrackedRanges;

  constructor(old: string, eol: string) {
    this.#eol = eol;
    this.characters = Array.from(this.#ended(old), (character, at) => ({ text: character, old: at }));
    this.#ranges = new TrackedRanges([{ start: 0, end: this.characters.length }]);
  }

  take(steps: readonly Step[]): void {
    const ended = steps.map((step): Step => {
      if (step.type === 'clear') return step;
      const text = this.#ended(step.text);
      return step.type === 'put' ? { ...step, text, lead: this.#ended(step.lead) } : { ...step, text };
    });
    const planned = this.#ranges.plan([ended]).toSorted((a, b) => b.offset - a.offset);
    if (planned.length === 0) return;
    for (const { offset, length, text: put } of planned) {
      this.characters.splice(offset, length, ...Array.from(put, (character) => ({ text: character })));
    }
    const changes = planned.map(({ offset, length, text: put }) => ({ rangeOffset: offset, rangeLength: length, text: put }));
    this.#ranges.changed({ type: 'changes', changes });
    this.#ranges.settled(true);
  }

  #ended(plain: string): string {
    return plain.replaceAll('\n', this.#eol);
  }
}

describe('a text that an answer replaces', () => {
  it('gets the line ends of its document, and no character among the lines that stay is written again', () => {
    fc.assert(
      fc.property(text, text, cuts, fc.constantFrom('\n', '\r\n'), (old, answer, at, eol) => {
        const replaced = new ReplacedText(old, false);
        const document = new KnownCharacters(old, eol);
        for (const piece of pieces(answer, at)) {
          document.take(replaced.take(piece));
          replaced.landed();
        }
        document.take(replaced.end());
        const now = document.characters.map((character) => character.text).join('');
        if (answer !== '' && replaced.leftLines === 0) expect(now).toBe(answer.replaceAll('\n', eol));
        // A jump that is taken back may write lines again.
        if (applied(old.split('\n'), answer.split('\n')).revisions > 0) return;
        const changed = replaced.changes(eol);
        const stay = document.characters.filter(
          (_, index) => !changed.some(({ start, end }) => index >= start - eol.length && index < end + eol.length),
        );
        expect(stay.filter((character) => character.old === undefined)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has its lines that stay untouched where one edit brings a jump over them and takes it back', () => {
    const block = (name: string, count: number): string =>
      Array.from({ length: count }, (_, at) => `const ${name}${at} = ${at};\n`).join('');
    const [first, second] = [block('first', 10), block('second', 6)];
    const replaced = new ReplacedText(first + second, true);
    const document = new KnownCharacters(first + second, '\n');
    document.take(replaced.take(second + first + second));
    replaced.landed();
    document.take(replaced.end());
    const now = document.characters.map((character) => character.text).join('');
    const written = document.characters.filter(({ old }) => old === undefined).length;
    expect([now, written]).toEqual([second + first + second, second.length]);
  });

  it('is unchanged by an answer that is indented with spaces where it has tabs, and the other way round', () => {
    const tabs = 'if (a) {\n\tif (b) {\n\t\tc();\n\t}\n}';
    const spaces = tabs.replaceAll('\t', '  ');
    const changes = [
      [tabs, spaces, { tabs: true, size: 4 }],
      [spaces, tabs, { tabs: false, size: 2 }],
    ] as const;
    const unchanged = changes.map(([old, answer, indentation]) => {
      const given = shaped([answer], optionsAt(`|${old}`, { indentation, replaces: true, content: 'code' }));
      const { document, replaced } = run(old, given, []);
      document.take(replaced.end());
      return document.place.isUnchanged;
    });
    expect(unchanged).toEqual([true, true]);
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

  it('keeps lines that wait for proof when the old text is changed by hand after a stop in the middle of a line', () => {
    const { document, replaced } = run('alpha();\nbeta(1);\n{\n  x();\n}\n{\n  y();\n}\n', 'alpha();\nbe', []);
    for (const steps of [() => replaced.suspend(true), () => replaced.resume(), () => replaced.take('ta(1);\n}\n{\n}\n')]) {
      document.take(steps());
      replaced.landed();
    }
    document.rest = document.rest.replace('x();', 'typed();');
    document.take(replaced.release());
    document.take(replaced.end());
    expect(document.text).toBe('alpha();\nbeta(1);\n}\n{\n}\n\n{\n  typed();\n}\n{\n  y();\n}\n');
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
});
