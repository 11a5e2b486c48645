import { expect, it } from 'vitest';
import { continuedCutCase } from '../../fuzz/continuedCuts.ts';
import { cutCase } from '../../fuzz/cuts.ts';
import { inParallel } from '../../support/engine.ts';

async function failures(count: number, run: (seed: number) => Promise<readonly string[]>): Promise<readonly string[][]> {
  const failed: string[][] = [];
  const seeds = Array.from({ length: count }, (_, seed) => seed + 1);
  await inParallel(seeds, 8, async (seed) => {
    const problems = await run(seed);
    if (problems.length > 0) failed.push([`seed ${seed}`, ...problems]);
  });
  return failed;
}

it('reads 300 answers that a server keeps, cut one to five times at any byte, as if they had not been cut', async () => {
  expect(await failures(300, cutCase)).toEqual([]);
}, 120_000);

it('continues 200 answers that no server keeps, one request at a time, and tells what was paid for twice', async () => {
  expect(await failures(200, continuedCutCase)).toEqual([]);
}, 120_000);
