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

it.each([
  [16_280, 'a word that is typed at an empty first line of an answer'],
  [88_301, 'a line that is typed where an answer begins with empty lines'],
  [98_858, 'an answer that takes back a line end of its first change'],
  [85_870, 'two changes at one place that are undone one after the other'],
  [17_983, 'a word that is typed before the line end that a change gives up'],
  [96_913, 'a word that is typed into equal lines of a change that gives up its line end'],
  [107_693, 'a jump that is taken back together with the beginning of a change'],
  [96_418, 'a line that is typed into the first line of an answer that is taken back whole'],
])('moves no change: seed %i, %s', (seed) => expect(editCase(seed)).toEqual([]));
