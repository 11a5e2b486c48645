// The packaged VSIX: it is small, contains no unwanted files, and works when installed.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answer } from '../support/fakeServer.ts';
import { consumerFolder, outputFolder, temporaryFolder, type TemporaryFolder } from '../../scripts/paths.ts';
import { startPlace } from '../../scripts/place.ts';
import type { OwnPlace } from '../../scripts/places.ts';
import { packVsix, type Vsix } from '../../scripts/vsix.ts';
import { stateOf, useRivulet } from './rivulet.ts';
import { sendQuestion } from '../../scripts/workbench.ts';

let folder: TemporaryFolder;
let vsix: Vsix;
let own: OwnPlace;

beforeAll(async () => {
  folder = await temporaryFolder('vsix');
  const file = join(folder.path, 'rivulet.vsix');
  vsix = await packVsix(file);
  own = await startPlace({ vsix: file, beside: consumerFolder });
});

afterAll(async () => {
  await own[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const rivulet = useRivulet({ place: () => own.place });

test('the VSIX holds what it needs, nothing else, and is within its budget', () => {
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

test('VS Code asks for consent before the first question to a model of another extension, and a refusal is told', async () => {
  const { page } = rivulet;
  await rivulet.configure({ 'rivulet.model': 'vscode/guarded/owl' });
  await rivulet.modelIs('owl (guarded)');
  const dialog = page.locator('.monaco-dialog-box');
  const asked: string[] = [];
  const ask = async (press: string): Promise<string | null> => {
    const before = await rivulet.articles.count();
    await sendQuestion(rivulet.box, 'May I?');
    await dialog.waitFor();
    asked.push(await dialog.innerText());
    await page.screenshot({ path: join(outputFolder, 'consent.png') });
    await dialog.getByRole('button', { name: press }).click();
    const shown = rivulet.articles.nth(before + 1);
    await expect.poll(() => stateOf(shown)).toMatch(/done|error/);
    return shown.innerText();
  };
  const refused = await ask('Cancel');
  const allowed = await ask('Allow');
  // What was allowed once is not asked again.
  const before = await rivulet.articles.count();
  await sendQuestion(rivulet.box, 'And now?');
  await expect.poll(() => rivulet.articles.count()).toBe(before + 2);
  await expect.poll(() => rivulet.articles.nth(before + 1).innerText()).toContain('You may ask me.');
  const words = "The extension 'Rivulet' wants to access the language models provided by consumer.";
  expect({ asked, refused, allowed, again: await dialog.count() }).toEqual({
    asked: [expect.stringContaining(words), expect.stringContaining(words)],
    refused: expect.stringMatching(
      /Access to guarded was not granted \(.*\)\. Allow access when prompted, or choose another model\.\s+Select Model\s+Try Again/,
    ),
    allowed: expect.stringContaining('You may ask me.'),
    again: 0,
  });
});
