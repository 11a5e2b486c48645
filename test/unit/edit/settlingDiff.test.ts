/** The diff of an answer that replaces lines, settled while it streams. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OldLines } from '../../../src/core/edit/oldLines.ts';
import { SettlingDiff } from '../../../src/core/edit/settlingDiff.ts';
import { applied, Applied } from './applied.ts';

/** ` ` kept, `+` added, `-` removed, as a diff shows them. */
function shown(old: string, answer: string, how: 'whole' | 'cut' = 'whole'): string {
  const lines = old.split('\n');
  const diff = new SettlingDiff(new OldLines(lines));
  const out: string[] = [];
  let next = 0;
  const take = (ops: ReturnType<typeof diff.push>): void => {
    for (const op of ops) {
      if (op.type === 'add') out.push(...op.lines.map((line) => `+${line}`));
      else if (op.type === 'revise') throw new Error('Revised.');
      else for (let count = 0; count < op.count; count++) out.push((op.type === 'keep' ? ' ' : '-') + lines[next++]);
    }
  };
  for (const line of answer.split('\n')) take(diff.push(line));
  take(diff.end(how));
  return [...out, ...lines.slice(next).map((line) => `.${line}`)].join('\n');
}

const fn = (name: string, body: string): string => `function ${name}() {\n  ${body};\n}\n`;

describe('an answer that replaces lines', () => {
  it('keeps what is unchanged, and marks what was added and removed', () => {
    const old = fn('first', 'return one') + fn('second', 'return two') + fn('third', 'return three');
    const answer = fn('first', 'return one') + fn('second', 'return 2') + fn('third', 'return three');
    expect(shown(old, answer)).toBe(
      [
        ' function first() {',
        '   return one;',
        ' }',
        ' function second() {',
        '+  return 2;',
        '-  return two;',
        ' }',
        ' function third() {',
        '   return three;',
        ' }',
        ' ',
      ].join('\n'),
    );
  });

  it('says nothing but "keep" for the same text', () => {
    const lines = fn('same', 'return 1').split('\n');
    const diff = new SettlingDiff(new OldLines(lines));
    expect([...lines.flatMap((line) => diff.push(line)), ...diff.end('whole')]).toEqual(lines.map(() => ({ type: 'keep', count: 1 })));
  });

  it('removes an old line only when a later line has proven that the answer went on after it', () => {
    const old = fn('first', 'return one') + fn('second', 'return two');
    expect(shown(old, 'function first() {\n  return 1;', 'cut')).toBe(
      ' function first() {\n+  return 1;\n.  return one;\n.}\n.function second() {\n.  return two;\n.}\n.',
    );
  });

  it('takes a text with nothing in common for a new one', () => {
    expect(shown('one\ntwo', 'three\nfour')).toBe('+three\n+four\n-one\n-two');
  });

  it('keeps the blanks at the end of a line that is otherwise the same, unless blanks count', () => {
    expect(applied(['a = 1;  ', 'b = 2;'], ['a = 1;', 'b = 2;']).lines).toEqual(['a = 1;  ', 'b = 2;']);
    const diff = new SettlingDiff(new OldLines(['a line  ', 'b'], true));
    expect([...diff.push('a line'), ...diff.push('b'), ...diff.end('whole')]).toEqual([
      { type: 'add', lines: ['a line'] },
      { type: 'remove', count: 1 },
      { type: 'keep', count: 1 },
    ]);
  });

  it('takes a wrong jump over a duplicated function back, and its lines are whole again', () => {
    const block = (name: string, count: number): string[] =>
      Array.from({ length: count }, (_, index) => `const ${name}${index} = compute(${index});`);
    const [first, second] = [block('first', 10), block('second', 6)];
    // The answer puts a copy of the second block before the first.
    const document = applied([...first, ...second], [...second, ...first, ...second]);
    expect([document.lines, document.revisions, document.changes]).toEqual([
      [...second, ...first, ...second],
      1,
      [{ removed: [], added: second }],
    ]);
  });
});

/** Counts the places that are looked at. */
class CountedLines extends OldLines {
  looked = 0;

  override places(id: number, from: number, to: number, most: number): readonly number[] {
    const places = super.places(id, from, to, most);
    this.looked += places.length;
    return places;
  }
}

describe('the work for a line', () => {
  it('is bounded for any old text: equal lines, brackets only, blocks in another order, 100,000 lines, a line of a megabyte', () => {
    const block = (from: number): string[] => Array.from({ length: 50 }, (_, index) => `const line${from + index} = ${index};`);
    const blocks = Array.from({ length: 40 }, (_, index) => block(index * 50));
    const texts: readonly (readonly [old: readonly string[], answer: readonly string[]])[] = [
      [
        Array.from({ length: 2_000 }, () => 'the same line'),
        Array.from({ length: 2_000 }, (_, index) => (index % 3 === 0 ? 'new' : 'the same line')),
      ],
      [Array.from({ length: 2_000 }, () => '}'), Array.from({ length: 2_000 }, (_, index) => (index % 5 === 0 ? '' : '}'))],
      [blocks.flat(), blocks.toReversed().flat()],
      [
        Array.from({ length: 100_000 }, (_, index) => (index % 3 === 0 ? '' : '}')),
        Array.from({ length: 20_000 }, (_, index) => (index % 11 === 0 ? '});' : '}')),
      ],
      [
        ['x'.repeat(1_000_000), 'end'],
        ['x'.repeat(999_999), 'end'],
      ],
    ];
    const most = texts.map(([old, answer]) => {
      const lines = new CountedLines(old);
      const diff = new SettlingDiff(lines);
      let most = 0;
      for (const line of answer) {
        const before = lines.looked;
        diff.push(line);
        most = Math.max(most, lines.looked - before);
      }
      return most;
    });
    // At most 48 places for each of the lines that wait and the new one.
    expect(Math.max(...most)).toBeLessThanOrEqual(48 * 8);
  });
});

const word = fc.constantFrom('', '}', '{', '  return;', 'alpha();', 'beta(1);', 'const gamma = 3;', 'delta(alpha, beta);', '  }', 'end');
const lines = fc.array(word, { maxLength: 40 });
/** An answer that is an edit of the old lines, or has nothing to do with them. */
const pair = fc
  .tuple(lines, lines, fc.array(fc.tuple(fc.nat(40), fc.nat(6), fc.array(word, { maxLength: 5 })), { maxLength: 5 }))
  .map(([old, other, edits]) => {
    if (edits.length === 0) return { old, answer: other };
    const answer = [...old];
    for (const [at, count, put] of edits) answer.splice(Math.min(at, answer.length), count, ...put);
    return { old, answer };
  });
const runs = { numRuns: 5_000 };

describe('at every line of any answer', () => {
  it('the document is what was settled and the old lines that were not reached', () => {
    fc.assert(
      fc.property(pair, ({ old, answer }) => {
        const diff = new SettlingDiff(new OldLines(old));
        const document = new Applied(old);
        for (const [index, line] of answer.entries()) {
          document.take(diff.push(line));
          const settled = document.settled.map(({ text }) => text);
          expect([document.next, settled]).toEqual([diff.reached, answer.slice(0, settled.length)]);
          // No more than a few lines wait.
          expect(index + 1 - settled.length).toBeLessThanOrEqual(6);
        }
      }),
      runs,
    );
  });

  it('a stop leaves every whole answer line in the document and loses no old line after the last one that was reached', () => {
    fc.assert(
      fc.property(pair, fc.nat(40), ({ old, answer }, at) => {
        const part = answer.slice(0, at);
        const document = applied(old, part, 'cut');
        expect(document.lines).toEqual([...part, ...old.slice(document.next)]);
      }),
      runs,
    );
  });
});

describe('at the end of any answer', () => {
  it('the document is the answer', () => {
    fc.assert(
      fc.property(pair, ({ old, answer }) => {
        expect(applied(old, answer).lines).toEqual(answer);
      }),
      runs,
    );
  });

  it('no line that was added has become an unchanged one, but where a jump was taken back', () => {
    fc.assert(
      fc.property(pair, ({ old, answer }) => {
        const document = applied(old, answer);
        expect(document.revisions > 0 || document.flickered === 0).toBe(true);
      }),
      runs,
    );
  });
});
