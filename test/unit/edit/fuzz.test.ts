/** A few of the random cases of `npm run fuzz -- --only edits`. */
import { expect, it } from 'vitest';
import { editCase } from '../../fuzz/edits.ts';

it('keeps every line and every undo exact in random answers that are cut, stopped, resumed and decided about', async () => {
  const failed: unknown[] = [];
  for (let seed = 1; seed <= 1_000; seed++) {
    const problems = await editCase(seed);
    if (problems.length > 0) failed.push([seed, problems]);
  }
  expect(failed).toEqual([]);
});
