/** The range of an answer during other edits: `‹` and `›` are its start and its growing end. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterLineEnds,
  changeBetween,
  changesBetween,
  follow,
  followAll,
  refine,
  type TextChange,
} from '../../../src/core/insert/trackedRange.ts';
import { TrackedRanges } from '../../../src/core/insert/trackedRanges.ts';
import { ReplacedText } from '../../../src/core/edit/replacedText.ts';
import { putStep, type Step } from '../../../src/core/edit/step.ts';

/** The picture after `[from, to)` of the plain text was replaced by `text`; `gone` when the place is. */
function edited(picture: string, from: number, to: number, text: string): string {
  const start = picture.indexOf('‹');
  const end = picture.indexOf('›') - 1;
  const plain = picture.replace(/[‹›]/g, '');
  const span = follow({ start, end }, { rangeOffset: from, rangeLength: to - from, text });
  const after = plain.slice(0, from) + text + plain.slice(to);
  if (span === undefined) return 'gone';
  return `${after.slice(0, span.start)}‹${after.slice(span.start, span.end)}›${after.slice(span.end)}`;
}

describe('a span', () => {
  it('moves with what is typed before it and not with what is typed behind it', () => {
    expect(edited('ab‹cd›ef', 1, 1, 'X')).toBe('aXb‹cd›ef');
    expect(edited('ab‹cd›ef', 5, 5, 'X')).toBe('ab‹cd›eXf');
  });

  it('keeps out what is typed at its edges and takes in what is typed inside', () => {
    expect(edited('ab‹cd›ef', 2, 2, 'X')).toBe('abX‹cd›ef');
    expect(edited('ab‹cd›ef', 4, 4, 'X')).toBe('ab‹cd›Xef');
    expect(edited('ab‹cd›ef', 3, 3, 'X')).toBe('ab‹cXd›ef');
    expect(edited('ab‹›ef', 2, 2, 'X')).toBe('ab‹›Xef');
  });

  it('loses what is deleted of it', () => {
    expect(edited('ab‹cd›ef', 0, 2, '')).toBe('‹cd›ef');
    expect(edited('ab‹cd›ef', 1, 3, 'X')).toBe('aX‹d›ef');
    expect(edited('ab‹cd›ef', 3, 5, 'X')).toBe('ab‹c›Xf');
    expect(edited('ab‹cd›ef', 3, 4, 'XY')).toBe('ab‹cXY›ef');
    expect(edited('ab‹cd›ef', 2, 4, '')).toBe('ab‹›ef');
    expect(edited('ab‹cd›ef', 4, 6, 'X')).toBe('ab‹cd›X');
    expect(edited('ab‹›ef', 1, 2, '')).toBe('a‹›ef');
    expect(edited('ab‹›ef', 2, 3, '')).toBe('ab‹›f');
  });

  it('is gone when it was deleted together with both its sides', () => {
    expect(edited('ab‹cd›ef', 1, 5, '')).toBe('gone');
    expect(edited('ab‹›ef', 1, 3, 'X')).toBe('gone');
  });

  it('stays when all line ends of the document change', () => {
    expect(afterLineEnds(4, 'a\r\nb\r\nc', '\r\n')).toBe(6);
    expect(afterLineEnds(6, 'a\nb\nc', '\n')).toBe(4);
    expect(afterLineEnds(2, 'a\r\nb', '\r\n')).toBe(3);
  });

  it('is found again in another version of the document by what is the same around it', () => {
    expect(changeBetween('abcd', 'abXd')).toEqual({ rangeOffset: 2, rangeLength: 1, text: 'X' });
    expect(changeBetween('aa', 'aaa')).toEqual({ rangeOffset: 2, rangeLength: 0, text: 'a' });
    expect(changeBetween('ab', 'ab')).toBe(undefined);
  });
});

describe('a file that was read anew', () => {
  const whole = (before: string, text: string): TextChange => ({ rangeOffset: 0, rangeLength: before.length, text });

  it('is cut down to what differs in it', () => {
    const spans = [{ start: 2, end: 3 }];
    expect(refine(whole('a 1b', 'a b'), 'a 1b', spans)).toEqual([{ rangeOffset: 2, rangeLength: 1, text: '' }]);
    expect(refine(whole('a 1b', 'a 1b'), 'a 1b', spans)).toEqual([]);
  });

  it('is taken as it is when it does not touch the place', () => {
    const change = { rangeOffset: 5, rangeLength: 2, text: 'xy' };
    expect(refine(change, 'xz', [{ start: 2, end: 3 }])).toEqual([change]);
  });

  it('is read line by line: lines that are the same, or only indented, take no place away', () => {
    const before = 'a {\n  b;\n  c;\n}\n\nd;\n';
    const after = '// x\na {\n    b;\n    c;\n}\nd;\ne';
    const changes = changesBetween(before, after);
    const put = (text: string, { rangeOffset, rangeLength, text: by }: TextChange): string =>
      text.slice(0, rangeOffset) + by + text.slice(rangeOffset + rangeLength);
    expect([changes.reduce(put, before), followAll({ start: 6, end: 8 }, changes)]).toEqual([after, { start: 13, end: 15 }]);
  });

  it('is what its changes make of the file before, whatever it is', () => {
    const text = fc.array(fc.constantFrom('a', '  a', 'b', '}', '', 'c\r'), { maxLength: 12 }).map((lines) => lines.join('\n'));
    const put = (whole: string, { rangeOffset, rangeLength, text: by }: TextChange): string =>
      whole.slice(0, rangeOffset) + by + whole.slice(rangeOffset + rangeLength);
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(changesBetween(before, after).reduce(put, before)).toBe(after);
      }),
    );
  });
});

/**
 * A document as a list of characters that know who wrote them, beside an editor that takes an edit only when it was
 * made for the newest version: what the ranges should do, done without any offset of theirs.
 */
class ModelEditor {
  version = 1;
  cells: string[];
  /** Who wrote each cell; an answer's place is the marker cell of the same name, which has no text. */
  owners: string[];
  readonly #ranges: TrackedRanges;
  readonly #unread: TextChange[][] = [];

  constructor(text: string, spans: readonly { start: number; end: number }[]) {
    this.cells = text.split('');
    this.owners = this.cells.map(() => 'person');
    this.#ranges = new TrackedRanges(spans);
  }

  get ranges(): TrackedRanges {
    return this.#ranges;
  }

  get text(): string {
    return this.cells.join('');
  }

  apply(changes: readonly TextChange[], owner: (index: number) => string): void {
    this.version++;
    for (const [index, change] of changes.entries()) {
      const owners = change.text.split('').map(() => owner(index));
      this.cells.splice(change.rangeOffset, change.rangeLength, ...change.text.split(''));
      this.owners.splice(change.rangeOffset, change.rangeLength, ...owners);
    }
    this.#unread.push([...changes]);
  }

  /** The extension host hears of `count` changes. */
  hear(count: number): void {
    for (const changes of this.#unread.splice(0, count)) {
      this.ranges.changed({ type: 'changes', changes });
      this.heard++;
    }
  }

  heard = 1;

  get isHeard(): boolean {
    return this.#unread.length === 0;
  }
}

describe('ranges in an editor that refuses edits', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ type: fc.constant('put' as const), late: fc.nat(3) }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('hear' as const), count: fc.integer({ min: 1, max: 3 }) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('type' as const),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.constantFrom(0, 0, 0, 1, 2),
        text: fc.constantFrom('x', 'yy', '\n', ''),
      }),
    },
  );

  it('put every piece once, in order, behind the one before it, and leave the rest to the person', () => {
    let refusals = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (steps, places) => {
        const cursors = Array.from({ length: places }, (_, index) => ({ start: index * 5 + 2, end: index * 5 + 2 }));
        const editor = new ModelEditor('one two three four', cursors);
        const person = 'one two three four'.split('');
        let piece = 0;
        const put: string[] = Array.from({ length: places }, () => '');
        const type = (at: number, length: number, text: string): void => {
          const from = Math.floor(at * (editor.cells.length + 1));
          const to = Math.min(editor.cells.length, from + length);
          // Only the person's own text is deleted here, and no place that is still empty: the next test has those.
          const isOwn = put[0] !== '' && editor.owners.slice(from, to).every((owner) => owner === 'person');
          const change = { rangeOffset: from, rangeLength: isOwn ? to - from : 0, text };
          if (change.rangeLength === 0 && text === '') return;
          const own = editor.owners.slice(0, from).filter((owner) => owner === 'person').length;
          person.splice(own, change.rangeLength, ...text.split(''));
          editor.apply([change], () => 'person');
        };
        for (const next of steps) {
          switch (next.type) {
            case 'type':
              type(next.at, next.length, next.text);
              break;
            case 'hear':
              editor.hear(next.count);
              break;
            case 'put': {
              const text = String.fromCharCode(0x4e00 + piece);
              const knows = editor.heard;
              const planned = editor.ranges.plan(put.map(() => [putStep(text)]));
              // The person goes on typing while the question is under way.
              if (next.late > 0) type((next.late * 0.37) % 1, 0, 'z');
              const accepted = editor.version === knows;
              if (accepted) {
                const changes = planned
                  .map((plan, index) => ({ rangeOffset: plan.offset, rangeLength: plan.length, text: plan.text, index }))
                  .toSorted((a, b) => b.rangeOffset - a.rangeOffset);
                editor.apply(changes, (index) => `answer ${changes[index]?.index}`);
                if (next.late === 3) type(0.5, 0, 'w');
              } else refusals++;
              // The reply comes after the changes that came before it.
              editor.hear(accepted ? Infinity : next.late);
              expect(editor.ranges.settled(accepted)).toBe(accepted ? 'put' : 'refused');
              if (accepted) {
                piece++;
                for (const index of put.keys()) put[index] += text;
              }
              break;
            }
            default:
              next satisfies never;
          }
        }
        editor.hear(Infinity);
        const of = (who: string): string => editor.cells.filter((_, index) => editor.owners[index] === who).join('');
        expect({ answers: put.map((_, index) => of(`answer ${index}`)), person: of('person') }).toEqual({
          answers: put,
          person: person.join(''),
        });
        for (const [index, span] of editor.ranges.spans.entries()) {
          if (put[index] === '') continue;
          expect(span).toEqual({
            start: editor.owners.indexOf(`answer ${index}`),
            end: editor.owners.lastIndexOf(`answer ${index}`) + 1,
          });
        }
      }),
      { numRuns: 3_000 },
    );
    expect(refusals).toBeGreaterThan(1_000);
  });

  it('follow deletions of any text, or say that the place is gone', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(30), fc.nat(6), fc.constantFrom('', 'x', 'yyy')), { maxLength: 12 }), (edits) => {
        const cells = [...'0123456789abcdefghij'];
        const owners = cells.map((_, index) => (index >= 8 && index < 12 ? 'answer' : 'person'));
        let span: { start: number; end: number } | undefined = { start: 8, end: 12 };
        for (const [at, length, text] of edits) {
          const rangeOffset = Math.min(at, cells.length);
          const rangeLength = Math.min(length, cells.length - rangeOffset);
          if (span === undefined) return;
          const inside: boolean =
            rangeLength === 0
              ? rangeOffset > span.start && rangeOffset < span.end
              : rangeOffset >= span.start && rangeOffset + rangeLength <= span.end && rangeOffset < span.end;
          span = follow(span, { rangeOffset, rangeLength, text });
          cells.splice(rangeOffset, rangeLength, ...text);
          owners.splice(rangeOffset, rangeLength, ...[...text].map(() => (inside ? 'answer' : 'person')));
        }
        if (span === undefined) return;
        expect(cells.slice(span.start, span.end).join('')).toBe(cells.filter((_, index) => owners[index] === 'answer').join(''));
      }),
      { numRuns: 3_000 },
    );
  });

  it('replace a selection with the first piece and grow from there', () => {
    const ranges = new TrackedRanges([{ start: 4, end: 7 }]);
    expect(ranges.plan([[{ type: 'clear' }, putStep('ab')]])).toEqual([{ offset: 4, length: 3, text: 'ab' }]);
    ranges.changed({ type: 'changes', changes: [{ rangeOffset: 4, rangeLength: 3, text: 'ab' }] });
    expect([ranges.settled(true), ranges.spans]).toEqual(['put', [{ start: 4, end: 6 }]]);
    expect(ranges.plan([[putStep('c')]])).toEqual([{ offset: 6, length: 0, text: 'c' }]);
    expect([ranges.settled(true), ranges.spans]).toEqual(['unseen', [{ start: 4, end: 6 }]]);
  });

  it('hold the text of answers that replace several texts at once, wherever the person types around them', () => {
    const line = fc.constantFrom('', '}', 'alpha();', 'beta(1);', 'const gamma = 3;', 'delta(alpha);', 'end');
    const text = fc.array(line, { maxLength: 10 }).map((lines) => lines.join('\n'));
    const person = fc.array(fc.tuple(fc.nat(2), fc.constantFrom('x', 'yy', '\n')), { maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, text), { minLength: 2, maxLength: 2 }),
        person,
        fc.integer({ min: 1, max: 30 }),
        (pairs, typed, size) => {
          // What the person has, and the two texts between.
          const around = ['before\n', '\nbetween\n', '\nafter'];
          const selections: { start: number; end: number }[] = [];
          let document = around[0]!;
          for (const [index, [old]] of pairs.entries()) {
            selections.push({ start: document.length, end: document.length + old.length });
            document += old + around[index + 1]!;
          }
          const ranges = new TrackedRanges(selections);
          const replaced = pairs.map(([old]) => new ReplacedText(old, true));
          const change = (changes: readonly TextChange[]): void => {
            for (const { rangeOffset, rangeLength, text: put } of changes) {
              document = document.slice(0, rangeOffset) + put + document.slice(rangeOffset + rangeLength);
            }
            ranges.changed({ type: 'changes', changes });
          };
          const apply = (steps: readonly (readonly Step[])[]): void => {
            const planned = ranges.plan(steps);
            if (planned.length === 0) return;
            change(
              planned
                .map(({ offset, length, text: put }) => ({ rangeOffset: offset, rangeLength: length, text: put }))
                .toSorted((a, b) => b.rangeOffset - a.rangeOffset),
            );
            ranges.settled(true);
          };
          for (let at = 0; pairs.some(([, answer]) => at < answer.length); at += size) {
            apply(replaced.map((each, index) => each.take(pairs[index]![1].slice(at, at + size))));
            const [where, put] = typed.shift() ?? [0, ''];
            if (put === '') continue;
            // In the middle of the person's own text.
            const anchor = document.indexOf(
              ['b', 'b', 'a'][where]!,
              where === 1 ? ranges.scopes[0]!.end : where === 2 ? ranges.scopes[1]!.end : 0,
            );
            change([{ rangeOffset: anchor + 1, rangeLength: 0, text: put }]);
          }
          apply(replaced.map((each) => each.end()));
          const scopes = ranges.scopes.map(({ start, end }) => document.slice(start, end));
          expect(scopes.map((scope, index) => replaced[index]!.leftLines > 0 || scope === (pairs[index]![1] || pairs[index]![0]))).toEqual([
            true,
            true,
          ]);
          expect(document.replaceAll(/x|yy|\n/g, '')).toBe(
            ['before', scopes[0], 'between', scopes[1], 'after'].join('').replaceAll(/x|yy|\n/g, ''),
          );
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('keep the rest of the lines that a selection begins and ends in', () => {
    const text = 'const a = [one,\n  two,\n  three]; // end';
    const [start, end] = [text.indexOf('one'), text.indexOf(']')];
    const ranges = new TrackedRanges([{ start, end }]);
    const replaced = new ReplacedText(text.slice(start, end), true);
    const edits = [replaced.take('one,\n  2,\n'), [...replaced.take('  three'), ...replaced.end()]].map((steps) => {
      const planned = ranges.plan([steps]);
      const changes = planned.map(({ offset, length, text: put }) => ({ rangeOffset: offset, rangeLength: length, text: put }));
      if (planned.length > 0) {
        ranges.changed({ type: 'changes', changes });
        ranges.settled(true);
      }
      return changes;
    });
    const now = edits
      .flat()
      .reduce(
        (left, { rangeOffset, rangeLength, text: put }) => left.slice(0, rangeOffset) + put + left.slice(rangeOffset + rangeLength),
        text,
      );
    expect(now).toBe('const a = [one,\n  2,\n  three]; // end');
  });

  it('know their edit again when the editor made it smaller or added to it', () => {
    const smaller = new TrackedRanges([{ start: 4, end: 7 }]);
    smaller.plan([[{ type: 'clear' }, putStep('fab')]]);
    smaller.changed({ type: 'changes', changes: [{ rangeOffset: 5, rangeLength: 1, text: 'a' }] });
    expect([smaller.settled(true), smaller.spans]).toEqual(['put', [{ start: 4, end: 7 }]]);
    const larger = new TrackedRanges([{ start: 4, end: 4 }]);
    larger.plan([[putStep('\nab')]]);
    larger.changed({
      type: 'changes',
      changes: [
        { rangeOffset: 4, rangeLength: 0, text: '\nab' },
        { rangeOffset: 2, rangeLength: 2, text: '' },
      ],
    });
    expect([larger.settled(true), larger.spans]).toEqual(['put', [{ start: 2, end: 5 }]]);
  });
});
