/** A few of the random cases of `npm run fuzz -- --only edits`. */
import { expect, it } from 'vitest';
import { editCase } from '../../fuzz/edits.ts';

it('keeps what is typed, every line and every undo in random answers that are cut, stopped, resumed and decided about', () => {
  const failed: unknown[] = [];
  for (let seed = 1; seed <= 1_000; seed++) {
    const problems = editCase(seed);
    if (problems.length > 0) failed.push([seed, problems]);
  }
  expect(failed).toEqual([]);
});

it('keeps the beginning of an answer where a word was typed at its first line while that was empty', () => {
  expect(editCase(16_280)).toEqual([]);
});
