import { expect, it } from 'vitest';
import type { Limits } from '../../../src/api.ts';
import { nativePattern } from '../../../src/core/inspect/patterns.ts';
import { TextInspector } from '../../../src/core/inspect/inspector.ts';

/** What is delivered of the pieces, and which limit ended it. */
function limited(limits: Limits, pieces: readonly string[], tokensWith = (text: string): number => text.length): string {
  let text = '';
  const watch = new TextInspector({
    limits,
    triggers: [],
    tokensWith: (more) => tokensWith(text + more),
    compilePattern: nativePattern,
    tooSlow: () => undefined,
  });
  for (const piece of pieces) {
    const seen = watch.push(piece);
    text += seen.text;
    if (seen.halt !== undefined) return `${text}|${'limit' in seen.halt.stoppedBy ? seen.halt.stoppedBy.limit : ''}`;
  }
  return text;
}

it.each<[string, Limits, string[], string]>([
  ['characters', { maxCharacters: 5 }, ['abc', 'def'], 'abcde|maxCharacters'],
  ['exactly as many characters as allowed', { maxCharacters: 6 }, ['abc', 'def'], 'abcdef'],
  ['no part of a character', { maxCharacters: 2 }, ['a🙂b'], 'a|maxCharacters'],
  ['lines', { maxLines: 2 }, ['one\ntw', 'o\nthree'], 'one\ntwo|maxLines'],
  ['a last line break is no line too many', { maxLines: 2 }, ['one\ntwo'], 'one\ntwo'],
  ['tokens', { maxTokens: 4 }, ['ab', 'cdef'], 'abcd|maxTokens'],
  ['the strictest of several', { maxTokens: 4, maxCharacters: 3 }, ['abcdef'], 'abc|maxCharacters'],
  ['no limit at all', { maxCharacters: 0 }, ['abc'], 'abc'],
  [
    'the sentence, within the grace',
    { maxCharacters: 5, graceCharacters: 20 },
    ['One sente', 'nce. Another'],
    'One sentence.|maxCharacters',
  ],
  ['the grace, where no sentence ends', { maxCharacters: 5, graceCharacters: 4 }, ['One sentence. Another'], 'One sente|maxCharacters'],
  [
    'the code block, within the grace',
    { maxCharacters: 8, graceCharacters: 60 },
    ['```js\nlet a = 1.5;\n', 'b();\n```', '\nmore text'],
    '```js\nlet a = 1.5;\nb();\n```|maxCharacters',
  ],
  ['a sentence that was over already', { maxCharacters: 4, graceCharacters: 20 }, ['One.', ' Two. Three.'], 'One.|maxCharacters'],
  [
    'no number that looks like the end of a sentence',
    { maxCharacters: 3, graceCharacters: 20 },
    ['Pi is 3.', '14. So', ' it is'],
    'Pi is 3.14.|maxCharacters',
  ],
  [
    'a line of a code block that is too long for the grace',
    { maxCharacters: 8, graceCharacters: 20 },
    ['```js\nlet a;\nlet b;\nlet c;\nlet d;\n```'],
    '```js\nlet a;\nlet b;|maxCharacters',
  ],
  [
    'the grace, where a line of code is too long',
    { maxCharacters: 8, graceCharacters: 6 },
    ['```js\nabcdefghijklmn'],
    '```js\nabcdefgh|maxCharacters',
  ],
])('ends at %s', (_, limits, pieces, want) => {
  expect(limited(limits, pieces)).toBe(want);
});

it('ends at the same place however the text is split', () => {
  const text = 'One two three. Four\nfive six\nseven eight nine ten.';
  for (const limits of [{ maxCharacters: 20 }, { maxLines: 2 }, { maxTokens: 17 }] satisfies Limits[]) {
    for (const graceCharacters of [0, 12])
      expect(limited({ ...limits, graceCharacters }, [...text])).toBe(limited({ ...limits, graceCharacters }, [text]));
    expect(limited(limits, [...text])).toBe(limited(limits, [text]));
  }
});

it('ends a text that repeats itself without end, and no other', () => {
  const loop = (unit: string, times: number): string =>
    limited(
      {},
      Array.from({ length: times }, () => unit),
    );
  expect(loop('all work and no play ', 1_000)).toMatch(/\|stopRepetition$/);
  expect(loop('0, ', 900)).not.toMatch(/\|stopRepetition$/);
  expect(
    limited(
      { stopRepetition: false },
      Array.from({ length: 1_000 }, () => 'all work and no play '),
    ),
  ).not.toMatch(/\|/);
  expect(
    limited(
      {},
      Array.from({ length: 3_000 }, (_, index) => `line ${index}\n`),
    ),
  ).not.toMatch(/\|/);
});
