/** The changes of an answer while it streams: kept and undone at any moment, and the text before them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplacedText } from '../../../src/core/edit/replacedText.ts';
import { textChanges } from '../../../src/core/edit/textChanges.ts';
import { ChangeLedger, type PendingChange, textBefore } from '../../../src/core/insert/changeLedger.ts';
import { EditScene } from '../../fuzz/edits.ts';
import { changesBetween } from '../../../src/core/insert/trackedRange.ts';
import { cuts, pieces, StepDocument, text } from './stepDocument.ts';

/** An answer, its document, and a person who decides about its changes. */
class Scene {
  readonly document: StepDocument;
  readonly replaced: ReplacedText;
  readonly ledger = new ChangeLedger();
  readonly eol: string;

  constructor(old: string, eol = '\n') {
    this.document = new StepDocument(old);
    this.replaced = new ReplacedText(old, true);
    this.eol = eol;
  }

  get shown(): string {
    return this.document.text.replaceAll('\n', this.eol);
  }

  get before(): string {
    return textBefore(this.shown, this.ledger.pending);
  }

  take(piece: string): void {
    this.#put(this.replaced.take(piece), 'growing');
  }

  end(): void {
    this.#put(this.replaced.end(), 'ended');
  }

  stop(isLastWhole: boolean): void {
    this.#put(this.replaced.suspend(isLastWhole), 'ended');
  }

  resume(): void {
    this.#put(this.replaced.resume(), 'growing');
  }

  keep(change: PendingChange): void {
    this.ledger.decide(change, 'kept', this.replaced.decide(change.line));
  }

  undo(change: PendingChange): void {
    const { start, end } = change.span;
    const put = this.document.put.replaceAll('\n', this.eol).length;
    const shown = this.shown.slice(0, start) + change.removed + this.shown.slice(end);
    const at = end <= put ? put + change.removed.length - (end - start) : start + change.removed.length;
    this.document.put = shown.slice(0, at).replaceAll('\r\n', '\n');
    this.document.rest = shown.slice(at).replaceAll('\r\n', '\n');
    this.ledger.follow([{ rangeOffset: start, rangeLength: end - start, text: change.removed }]);
    this.ledger.decide(change, 'undone', this.replaced.decide(change.line));
  }

  /** The model of a place that others write into: only the answer knows what it put itself. */
  #put(steps: ReturnType<ReplacedText['take']>, state: 'growing' | 'ended'): void {
    for (const step of steps) {
      if (step.type === 'back' && !this.document.put.endsWith(step.text)) throw new Error('It takes back what is not there.');
    }
    this.document.take(steps);
    this.replaced.landed();
    const length = this.document.place.put.replaceAll('\n', this.eol).length;
    const end = this.document.put.replaceAll('\n', this.eol).length;
    const openLine = state === 'growing' ? this.replaced.lineCount : Infinity;
    this.ledger.update([{ place: 0, changes: this.replaced.changes(this.eol), end, length, openLine }], this.shown);
  }
}

const decisions = fc.array(fc.record({ after: fc.nat(12), which: fc.nat(8), keeps: fc.boolean() }), { maxLength: 6 });
const eols = fc.constantFrom('\n', '\r\n');

describe('changes while an answer streams', () => {
  it('can all be undone at any moment, whatever came and whatever was decided before', () => {
    fc.assert(
      fc.property(text, text, cuts, decisions, eols, (old, answer, at, decided, eol) => {
        const scene = new Scene(old, eol);
        let before = old.replaceAll('\n', eol);
        for (const [index, piece] of pieces(answer, at).entries()) {
          scene.take(piece);
          expect(scene.before).toBe(before);
          for (const { which, keeps } of decided.filter(({ after }) => after === index)) {
            const change = scene.ledger.pending.filter(({ isOpen }) => !isOpen)[which];
            if (change === undefined) continue;
            if (keeps) scene.keep(change);
            else scene.undo(change);
            if (keeps) before = scene.before;
            expect(scene.before).toBe(before);
          }
        }
        scene.end();
        expect(scene.before).toBe(before);
        while (scene.ledger.pending.length > 0) scene.undo(scene.ledger.pending[0]!);
        expect(scene.shown).toBe(before);
      }),
      { numRuns: 3_000 },
    );
  });

  it('undone in any subset and any order leave exactly those bytes', () => {
    fc.assert(
      fc.property(text, text, fc.array(fc.nat(20), { maxLength: 20 }), eols, (old, answer, order, eol) => {
        const scene = new Scene(old, eol);
        scene.take(answer);
        scene.end();
        for (const index of order) {
          const change = scene.ledger.pending[index];
          if (change !== undefined) scene.undo(change);
          expect(scene.before).toBe(old.replaceAll('\n', eol));
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('of an answer that was stopped can be undone too, and more of them come when it is resumed', () => {
    fc.assert(
      fc.property(text, text, fc.nat(300), fc.boolean(), eols, (old, answer, cut, isWhole, eol) => {
        const scene = new Scene(old, eol);
        const before = old.replaceAll('\n', eol);
        scene.take(answer.slice(0, cut));
        scene.stop(isWhole);
        expect(scene.before).toBe(before);
        scene.resume();
        expect(scene.before).toBe(before);
        scene.take(answer.slice(cut));
        scene.end();
        while (scene.ledger.pending.length > 0) scene.undo(scene.ledger.pending[0]!);
        expect(scene.shown).toBe(before);
      }),
      { numRuns: 3_000 },
    );
  });

  it('that are kept are not undone by what comes after, and a jump that was taken for right is not taken back over them', () => {
    const block = (name: string, count: number): string[] =>
      Array.from({ length: count }, (_, at) => `const ${name}${at} = compute(${at});`);
    const [first, second] = [block('first', 10), block('second', 6)];
    const scene = new Scene([...first, ...second].join('\n'));
    // The answer puts a copy of the second block before the first: the diff jumps, and would take that back.
    scene.take([...second, ''].join('\n'));
    const [jump] = scene.ledger.pending;
    scene.keep(jump!);
    scene.take([...first, ...second].join('\n'));
    scene.end();
    expect([jump!.removedLines, scene.document.text]).toEqual([10, [...second, ...first, ...second].join('\n')]);
  });

  it('are undecided again when the document was thrown away and the answer is put anew', () => {
    const lines = (second: string, fourth: string): string => `const first = 1;\n${second}\nconst third = 3;\n${fourth}`;
    const scene = new Scene(lines('two', 'four'));
    scene.take(lines('2', '4'));
    scene.end();
    for (const change of scene.ledger.pending) scene.keep(change);
    const kept = scene.replaced.changes('\n').length;
    scene.replaced.reopen();
    const again = scene.replaced.changes('\n').map(({ removed, added }) => [removed, added()]);
    expect([kept, again]).toEqual([
      0,
      [
        ['two', '2'],
        ['four', '4'],
      ],
    ]);
  });

  it('come back when an undo or a redo brings their text back', () => {
    const scene = new Scene('one\ntwo\nthree');
    scene.ledger.remember('one\ntwo\nthree');
    scene.take('one\n2\nthree');
    scene.end();
    scene.ledger.remember('one\n2\nthree');
    const seen = [scene.ledger.pending.length];
    scene.ledger.follow([{ rangeOffset: 4, rangeLength: 1, text: 'two' }]);
    scene.ledger.recall('one\ntwo\nthree');
    seen.push(scene.ledger.pending.length);
    scene.ledger.follow([{ rangeOffset: 4, rangeLength: 3, text: '2' }]);
    scene.ledger.recall('one\n2\nthree');
    seen.push(scene.ledger.pending.length);
    expect([seen, scene.before]).toEqual([[1, 0, 1], 'one\ntwo\nthree']);
  });

  it('that were typed into take what was typed along', () => {
    const scene = new Scene('one\ntwo\nthree');
    scene.take('one\n2 + 2\nthree');
    scene.end();
    scene.ledger.follow([{ rangeOffset: 5, rangeLength: 0, text: ' + typed' }]);
    expect(textBefore('one\n2 + typed + 2\nthree', scene.ledger.pending)).toBe('one\ntwo\nthree');
  });

  it.each([
    ['one edit of the whole text', (text: string, shown: string) => [{ rangeOffset: 0, rangeLength: text.length, text: shown }]],
    ['an edit for each difference', changesBetween],
  ])('move along when a formatter rewrites the document by %s, and give their old lines back', (_how, editsOf) => {
    const scene = new Scene('f {\n  a;\n}\ng {\n  b;\n}\nh ;');
    scene.take('f {\n  A;\n}\ng {\n  B;\n  C ;\n}\nh ;');
    scene.end();
    const formatted = '// x\nf {\n    A;\n}\ng {\n    B;\n    C;\n}\nh;\n';
    scene.ledger.follow(editsOf(scene.shown, formatted), scene.shown);
    expect(textBefore(formatted, scene.ledger.pending)).toBe('// x\nf {\n  a;\n}\ng {\n  b;\n}\nh;\n');
  });

  it.each<[how: string, old: string, answer: string, edit: (text: string) => [from: number, to: number, put: string]]>([
    ['lines that were replaced', 'a\nb\nc\n', 'a\nB\nc\n', () => [2, 4, 'b\n']],
    ['lines that came', 'a\nc\n', 'a\nb1\nb2\nc\n', () => [2, 8, '']],
    ['lines that went', 'a\nb1\nb2\nc\n', 'a\nc\n', () => [2, 2, 'b1\nb2\n']],
    ['a word', 'a\nconst b = 1;\nc\n', 'a\nconst b = 2;\nc\n', (text) => [text.indexOf('2'), text.indexOf('2') + 1, '1']],
  ])('are none any more when their old text is put back by hand, or by the arrow of the diff editor: %s', (_how, old, answer, edit) => {
    for (const eol of ['\n', '\r\n']) {
      const scene = new Scene(old, eol);
      scene.take(answer);
      scene.end();
      const shown = scene.document.text;
      const [from, to, put] = edit(shown);
      const at = (offset: number): number => shown.slice(0, offset).replaceAll('\n', eol).length;
      const waiting = scene.ledger.pending.length;
      const change = { rangeOffset: at(from), rangeLength: at(to) - at(from), text: put.replaceAll('\n', eol) };
      scene.ledger.follow([change], scene.shown);
      expect([waiting, scene.ledger.pending]).toEqual([1, []]);
    }
  });
});

it('a change stays the same one, with its lines and its old text, while answers grow above and below it', () => {
  const [above, below] = ['one\ntwo', 'five\nsix'].map((old) => new ReplacedText(old, true)) as [ReplacedText, ReplacedText];
  const middle = new ReplacedText('three\nfour', true);
  const ledger = new ChangeLedger();
  const update = (text: string): void => {
    let end = 0;
    const places = [above, middle, below].map((replaced, place) => {
      const span = ['ONE', 'three\n4', 'FIVE'][place] ?? '';
      end = text.indexOf(span) + span.length;
      return {
        place,
        changes: text.includes(span) ? replaced.changes('\n') : [],
        end,
        length: span.length,
        openLine: place === 1 ? Infinity : replaced.lineCount,
      };
    });
    ledger.update(places, text);
  };
  middle.take('three\n4');
  middle.end();
  let text = 'one\ntwo\n\nthree\n4\n\nfive\nsix';
  update(text);
  const shown = (): unknown[] =>
    ledger.pending.filter(({ place }) => place === 1).map(({ line, span, removed }) => [line, text.slice(span.start, span.end), removed]);
  const seen = [shown()];
  for (const [replaced, put] of [
    [above, 'ONE'],
    [below, 'FIVE'],
  ] as const) {
    replaced.take(`${put}\n`);
    const offset = text.indexOf(put.toLowerCase());
    ledger.follow([{ rangeOffset: offset, rangeLength: 0, text: `${put}\n` }], text, 'own');
    text = `${text.slice(0, offset)}${put}\n${text.slice(offset)}`;
    update(text);
    seen.push(shown());
  }
  expect(seen).toEqual([[[1, '4', 'four']], [[1, '4', 'four']], [[1, '4', 'four']]]);
});

it('after the last decision nothing waits, and the text before is the text: a new file that is undone is empty', () => {
  const decided = (old: string, answer: string, how: 'keep' | 'undo'): unknown => {
    const scene = new Scene(old);
    scene.take(answer);
    scene.end();
    const waiting = scene.ledger.pending.length;
    for (let [change] = scene.ledger.pending; change !== undefined; [change] = scene.ledger.pending) scene[how](change);
    return [waiting, scene.ledger.pending, scene.shown, scene.before];
  };
  const [old, answer] = ['one\ntwo\nthree', 'one\n2\nthree'];
  expect([decided(old, answer, 'keep'), decided(old, answer, 'undo'), decided('', answer, 'undo')]).toEqual([
    [1, [], answer, answer],
    [1, [], old, old],
    [1, [], '', ''],
  ]);
});

it('Keep All while an answer streams keeps what is settled, and lets the rest come as new changes', () => {
  const lines = (second: string, fourth: string): string => `const one = 1;\n${second}\nconst three = 3;\n${fourth}\nconst five = 5;\n`;
  const scene = new Scene(lines('const two = 0;', 'const four = 0;'));
  scene.take('const one = 1;\nconst two = 2;\nconst three = 3;\nconst fo');
  const settled = scene.ledger.pending.filter(({ isOpen }) => !isOpen);
  for (const change of settled) scene.keep(change);
  scene.take('ur = 4;\nconst five = 5;\n');
  scene.end();
  const rest = scene.ledger.pending.map(({ removed }) => removed);
  expect([settled.map(({ removed }) => removed), rest, scene.shown, scene.before]).toEqual([
    ['const two = 0;'],
    ['const four = 0;'],
    lines('const two = 2;', 'const four = 4;'),
    lines('const two = 2;', 'const four = 0;'),
  ]);
});

it('formatting on save in the middle of an answer moves the changes along and loses no text', () => {
  const old = 'const one=1;\nconst two=0;\nconst three=3;\nconst four=4;\nconst five=0;\nconst six=6;';
  const replaced = new ReplacedText(old, true);
  const scene = new EditScene(old, replaced, () => 0.99, false);
  scene.take(replaced.take('const one=1;\nconst two=2;\nconst three=3;\nconst fo'), 'growing');
  const formatted = Array.from(scene.text.matchAll(/=/g), ({ index }) => ({ rangeOffset: index, rangeLength: 1, text: ' = ' }));
  scene.edit(formatted.toReversed());
  scene.take(replaced.take('ur=4;\nconst five=5;\nconst six=6;'), 'growing');
  scene.take(replaced.end(), 'ended');
  const [two] = scene.ledger.pending;
  const there = scene.text;
  scene.decide(two!, 'undone');
  const now = (second: string): string =>
    `the first line\nconst one = 1;\n${second}\nconst three = 3;\nconst four=4;\nconst five=5;\nconst six=6;
const four = 4;\nconst five = 0;\nconst six = 6;\nthe last line`;
  // Old lines that were formatted before the answer reached them are others by then, so they stay.
  expect([there, scene.text, scene.problems]).toEqual([now('const two = 2;'), now('const two=0;'), []]);
});

it('the changes of a long text are told with one look at each of its lines, and no text is joined for one that grows', () => {
  let looked = 0;
  let copied = 0;
  const lines = new Proxy(
    Array.from({ length: 5_000 }, (_, at) => `line ${at}`),
    {
      get: (target, key) => {
        if (key === 'slice') copied++;
        else if (typeof key === 'string' && /^\d+$/.test(key)) looked++;
        return Reflect.get(target, key);
      },
    },
  );
  const changes = Array.from({ length: 500 }, (_, at) => ({ newStart: at * 10, newEnd: at * 10 + 5, oldStart: at * 6, removed: ['old'] }));
  const spans = textChanges(changes, lines, '\n');
  expect([spans.length, copied, looked <= 5_000]).toEqual([500, 0, true]);
});
