// What a person downloads: the VSIX is small, holds no junk, and works when it is installed.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answer } from '../support/fakeServer.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/paths.ts';
import { type OwnPlace, startPlace } from '../support/place.ts';
import { packVsix, type Vsix } from '../support/vsix.ts';
import { stateOf, useRivulet } from './rivulet.ts';

let folder: TemporaryFolder;
let vsix: Vsix;
let own: OwnPlace;

beforeAll(async () => {
  folder = await temporaryFolder('vsix');
  const file = join(folder.path, 'rivulet.vsix');
  vsix = await packVsix(file);
  own = await startPlace({ vsix: file });
});

afterAll(async () => {
  await own[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const rivulet = useRivulet({ place: () => own.place });

test('the VSIX holds what it needs, nothing else, and is under 1.5 MB', () => {
  expect(vsix.problems).toEqual([]);
});

test('the installed VSIX answers a question in the panel', async () => {
  const { answer: shown } = await rivulet.ask('Are you installed?', ...answer('I', ' am', ' installed.'));
  await expect.poll(() => stateOf(shown)).toBe('done');
  const installed = await readdir(own.place.extensions);
  expect({ text: await shown.innerText(), installed: installed.filter((name) => name.startsWith('rivulet-dev.rivulet-')).length }).toEqual({
    text: expect.stringContaining('I am installed.'),
    installed: 1,
  });
});
