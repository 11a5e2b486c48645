// Saves a stream and replays it through the dialogs; the panel labels it as a replay.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { done, finish, text, usage } from '../support/fakeServer.ts';
import { outputFolder } from '../../scripts/paths.ts';
import { runCommand } from '../../scripts/workbench.ts';
import { stateOf, useRivulet } from './rivulet.ts';

const rivulet = useRivulet();

test('Save Stream writes what came, and Replay Stream plays it under the name of its file, at the speed that one picks', async () => {
  const { page, place } = rivulet;
  const widget = page.locator('.quick-input-widget');
  const input = widget.locator('input').first();
  /** The dialog ignores a click while it reads the folder. A second click could land on the list that opens next. */
  const ready = () => expect.poll(() => widget.locator('.monaco-progress-container.active').count()).toBe(0);
  const file = join(place.folder, 'fake.sse');
  const { answer } = await rivulet.ask('Say it twice', text('Once '), text('said.'), finish(), usage(3, 4), done());
  await expect.poll(() => stateOf(answer)).toBe('done');
  const asked = rivulet.server.requests.length;
  await runCommand(page, 'Rivulet: Save Stream');
  // The newest; rows stand in the page in any order, and the palette's may still be there.
  await widget.locator('.monaco-list-row[data-index="0"]').filter({ hasText: ' · fake' }).click();
  // The name that it proposes.
  const ok = widget.filter({ hasText: 'Save Stream' }).getByRole('button', { name: 'OK' });
  await ok.waitFor();
  await expect.poll(() => input.inputValue()).toBe(file);
  await ready();
  await ok.click();
  await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toContain('said.');

  await runCommand(page, 'Rivulet: Replay Stream');
  const saved = widget.locator('.monaco-list-row').filter({ hasText: 'fake.sse' });
  const speed = widget.locator('.monaco-list-row').filter({ hasText: '100×' });
  await saved.waitFor();
  await ready();
  await saved.click();
  await speed.click();
  await expect.poll(() => rivulet.articles.count()).toBe(4);
  const replayed = rivulet.articles.nth(3);
  await expect.poll(() => stateOf(replayed)).toBe('done');
  await page.screenshot({ path: join(outputFolder, 'replay.png') });
  await rm(file);
  expect({
    question: await rivulet.articles.nth(2).innerText(),
    name: await replayed.getAttribute('aria-label'),
    text: await replayed.innerText(),
    asked: rivulet.server.requests.length - asked,
  }).toEqual({
    question: expect.stringContaining('Replay of fake.sse at 100×'),
    name: 'fake.sse (Replay)',
    text: expect.stringContaining('Once said.'),
    asked: 0,
  });
});
