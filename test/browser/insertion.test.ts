// What a person sees and can press while an answer is written into the editor.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { done, finish, hang, text } from '../support/fakeServer.ts';
import { openFile, runCommand } from '../../scripts/workbench.ts';
import { useRivulet } from './rivulet.ts';

const rivulet = useRivulet();

/** Names of Rivulet's commands that the palette offers now: those whose `when` clause is true. */
async function offered(page: Page, name: string): Promise<string[]> {
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input[type="text"]');
  await input.waitFor();
  await input.fill(`>${name}`);
  const rows = page.locator('.quick-input-list .monaco-list-row .label-name');
  await rows.first().waitFor();
  const names = await rows.allInnerTexts();
  await page.keyboard.press('Escape');
  return names.filter((label) => label.startsWith('Rivulet: Stop')).sort();
}

test('the status bar counts tokens, Stop is offered, and Escape in the editor stops at once and keeps the text', async () => {
  const { page, server } = rivulet;
  await openFile(page, 'greeting.py');
  await page.keyboard.press('Control+End');
  const before = await offered(page, 'Rivulet: Stop');
  const index = server.requests.length;
  server.next(text('first = 1\n'), text('second = 2'), hang());
  await runCommand(page, 'Rivulet: Insert Answer at Cursor');
  await page.locator('.quick-input-widget input[type="text"]').fill('Two lines');
  await page.keyboard.press('Enter');
  const request = await server.arrived(index);
  await page.locator('.view-line', { hasText: 'second' }).waitFor();
  const counter = page.locator('.statusbar-item').filter({ hasText: /~\d+ tokens/ });
  await counter.waitFor();
  // It has fallen silent.
  await counter.locator('.codicon-loading').waitFor();
  const both = ['Rivulet: Stop', 'Rivulet: Stop All'];
  await expect.poll(() => offered(page, 'Rivulet: Stop')).toEqual(both);
  await page.locator('.monaco-editor').first().click();
  await page.locator('.monaco-editor.focused').waitFor();
  await page.keyboard.press('Escape');
  const { how } = await request.over;
  await expect.poll(() => offered(page, 'Rivulet: Stop')).toEqual(before);
  expect({ before, how, kept: await page.locator('.view-line', { hasText: 'second' }).count() }).toEqual({
    before: [],
    how: 'client-left',
    kept: 1,
  });
});

test('an answer of which nothing gets into the file says so, and is shown in the panel on demand', async () => {
  const { page, server, chat } = rivulet;
  await rivulet.configure({ 'rivulet.insert.prose': 'drop' });
  await openFile(page, 'greeting.py');
  server.next(text('This is only talk, and no code at all.'), finish(), done());
  await runCommand(page, 'Rivulet: Insert Answer at Cursor');
  await page.locator('.quick-input-widget input[type="text"]').fill('Say something');
  await page.keyboard.press('Enter');
  const toast = page.locator('.notification-toast', { hasText: 'Nothing was inserted' });
  await toast.getByRole('button', { name: 'Show in Panel' }).click();
  await chat.locator('article.assistant', { hasText: 'only talk' }).waitFor();
  await rivulet.configure({});
});
