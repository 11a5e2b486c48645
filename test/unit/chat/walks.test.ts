// Random walks through all actions on conversations: the journal and the page always match the model.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { walk } from '../../fuzz/walk.ts';

/**
 * Walks that long runs have found: a window that closes after an answer with sources has ended and before it is settled
 * (the first two), a journal that is written anew at the length at which another window has read it, and a conversation that
 * is deleted after another window has continued it.
 */
const found = [21_723, 44_377, 5_485_511, 9_010_453];

it(
  'reads back what was there, shows it, and lets nothing wait for ever, in 2,000 random walks of 60 steps',
  { timeout: 300_000 },
  async () => {
    const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rivulet-'));
    const problems: string[] = [];
    const seeds = [...found, ...Array.from({ length: 2_000 }, (_, index) => index + 1)];
    for (const seed of seeds) if (problems.length === 0) problems.push(...(await walk(seed, 60, join(folder, 'walk'))));
    await rm(folder, { recursive: true, force: true });
    expect(problems).toEqual([]);
  },
);
