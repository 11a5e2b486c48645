import { expect, it } from 'vitest';
import { cutCase } from '../../fuzz/cuts.ts';
import { inParallel } from '../../support/engine.ts';

it('reads 300 answers that a server keeps, cut one to five times at any byte, as if they had not been cut', async () => {
  const failed: string[][] = [];
  const seeds = Array.from({ length: 300 }, (_, seed) => seed + 1);
  await inParallel(seeds, 8, async (seed) => {
    const problems = await cutCase(seed);
    if (problems.length > 0) failed.push([`seed ${seed}`, ...problems]);
  });
  expect(failed).toEqual([]);
});
