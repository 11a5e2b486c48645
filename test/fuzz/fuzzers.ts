// The fuzzers of `npm run fuzz`: one row each. A case is a seed, so a failure can be run again.
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { continuedCutCase } from './continuedCuts.ts';
import { cutCase } from './cuts.ts';
import { damagedCase } from './damage.ts';
import { editCase } from './edits.ts';
import { markdownFuzzer } from './markdown.ts';
import { rejoinCase } from './rejoin.ts';
import { walk } from './walk.ts';

export interface Fuzzer {
  readonly name: string;
  /** The name of its cases, in the plural. */
  readonly cases: string;
  /** Runs the case of this seed; returns its mistakes. */
  readonly run: (seed: number) => Promise<readonly string[]>;
  /** Releases what its cases shared. */
  readonly end?: () => Promise<void>;
}

const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export const fuzzers: readonly Fuzzer[] = [
  {
    name: 'conversations',
    cases: 'random walks of 60 steps through two windows on one folder',
    run: (seed) => walk(seed, 60, join(memory, `rivulet-walk-${process.pid}`)),
  },
  {
    name: 'cuts',
    cases: 'answers that a server keeps, and as many that none keeps, cut one to five times',
    run: async (seed) => [...(await cutCase(seed)), ...(await continuedCutCase(seed))],
  },
  {
    name: 'edits',
    cases: 'answers that replace lines, cut, stopped, resumed and decided about, half of them while a person types',
    run: async (seed) => editCase(seed),
  },
  {
    name: 'markdown',
    cases: 'random texts of markdown, cut at random places',
    ...markdownFuzzer(),
  },
  {
    name: 'streams',
    cases: 'good streams, damaged the way relays do it',
    run: async (seed) => {
      const { damage, problems } = damagedCase(seed);
      return problems.length === 0 ? [] : [damage, ...problems];
    },
  },
  {
    name: 'readers',
    cases: 'answers of the chat service with 5 readers at once, each of which drops and rejoins 1,000 times',
    run: (seed) => rejoinCase({ seed, readers: 5, drops: 1_000 }),
  },
];
