// Random walks through all that can be done with conversations: what is read back is what was there, and what is shown.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { walk } from '../../fuzz/walk.ts';

it(
  'reads back what was there, shows it, and lets nothing wait for ever, in 2,000 random walks of 60 steps',
  { timeout: 300_000 },
  async () => {
    const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rivulet-'));
    const problems: string[] = [];
    for (let seed = 1; seed <= 2_000 && problems.length === 0; seed++) problems.push(...(await walk(seed, 60, join(folder, 'walk'))));
    await rm(folder, { recursive: true, force: true });
    expect(problems).toEqual([]);
  },
);
