// What servers, model names, and titles of conversations can put into VS Code's own interface: only text, nothing to click.
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { answer, status } from '../support/fakeServer.ts';
import { runCommand } from '../../scripts/workbench.ts';
import { stateOf, useRivulet } from './rivulet.ts';

const rivulet = useRivulet({ settings: { 'rivulet.retry.maxAttempts': 1, 'rivulet.resume.maxResumes': 0 } });
const link = '[Renew it](command:workbench.action.openSettings?%22editor%22 "Official help")';
const address = 'https://evil.example/$(flame)';

/** What is read, and what of it could be clicked or is a picture. */
async function seen(element: Locator): Promise<{ readonly text: string; readonly links: number; readonly icons: string[] }> {
  const text = (await element.innerText()).replaceAll('\u200B', '').replaceAll('\u00A0', ' ').replaceAll(/\s+/g, ' ').trim();
  const icons = await element
    .locator('.codicon')
    .evaluateAll((all) => all.map(({ className }) => /codicon-([\w-]+)/.exec(className)?.[1] ?? ''));
  return { text, links: await element.locator('a[href], a[data-href], a[title], .monaco-link').count(), icons };
}

test('a link in the error text of a server is text in the notification that quotes it', async () => {
  const { page, server } = rivulet;
  server.next(...status(400, { error: { message: `Your key has expired. ${link} ${address}` } }));
  await runCommand(page, 'Rivulet: Test Connection');
  const message = page.locator('.notification-list-item-message').filter({ hasText: 'Your key has expired' }).first();
  await message.waitFor();
  const shown = await seen(message);
  expect(shown).toEqual({ text: expect.stringContaining(`Your key has expired. ${link} ${address}`), links: 0, icons: [] });
  await runCommand(page, 'Notifications: Clear All Notifications');
});

test('a title with icon names is read as it was written, in the list of conversations and on the tab', async () => {
  const { page } = rivulet;
  const question = `What does $(pwd) do in bash, and $(zap)? ${link.slice(0, 40)}`;
  const { answer: shown } = await rivulet.ask(question, ...answer('It prints $(flame) the folder.'));
  await expect.poll(() => stateOf(shown)).toBe('done');
  await runCommand(page, 'Rivulet: Open Conversation in Editor');
  const tab = page.locator('.editor-group-container .tab.active .tab-label').first();
  await expect.poll(() => tab.innerText()).toContain('What does');
  const onTab = await seen(tab);
  await runCommand(page, 'View: Close Editor');
  await runCommand(page, 'Rivulet: Show Conversations');
  await page.locator('.quick-input-widget input[type="text"]').fill('prints');
  const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'prints' }).first();
  await row.waitFor();
  const label = await seen(row.locator('.quick-input-list-entry .label-name').first());
  const detail = await seen(row.locator('.quick-input-list-label-meta'));
  await page.keyboard.press('Escape');
  expect({ onTab, label, detail }).toEqual({
    onTab: { text: expect.stringContaining('What does $(pwd) do in bash, and $(zap)?'), links: 0, icons: [] },
    // The icon says that the conversation is open.
    label: { text: expect.stringContaining('What does $(pwd) do in bash, and $(zap)?'), links: 0, icons: ['comment'] },
    detail: { text: expect.stringContaining('$(flame)'), links: 0, icons: [] },
  });
});

test('the name of a model is text in the status bar, in its tooltip, and in the list of models', async () => {
  const { page, server } = rivulet;
  const name = `$(flame) ${link} <https://evil.example> www.evil.example &amp; **b**`;
  await rivulet.configure({
    'rivulet.endpoints': [{ id: 'fake', name: 'Lab', baseURL: server.url, models: [name] }],
    'rivulet.model': `fake/${name}`,
  });
  const item = page.locator('.statusbar-item[id="rivulet-dev.rivulet.rivulet.tokens"]');
  await rivulet.modelIs('Renew it');
  await rivulet.ask('Who are you?', ...status(400, { error: { message: `No. ${link} ${address}` } }));
  await expect.poll(async () => (await seen(item)).text).toContain('[Renew it]');
  const inBar = await seen(item);
  await item.hover();
  const hover = page.locator('.monaco-hover').filter({ hasText: 'Rivulet' }).last();
  await hover.waitFor();
  const inTooltip = await seen(hover);
  await page.mouse.move(10, 300);
  await runCommand(page, 'Rivulet: Select Model');
  const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Renew it' }).first();
  await row.waitFor();
  const inList = await seen(row.locator('.label-name').first());
  await page.keyboard.press('Escape');
  expect({ inBar, inTooltip, inList }).toEqual({
    inBar: { text: expect.stringContaining(name), links: 0, icons: ['error'] },
    inTooltip: {
      text: expect.stringContaining(`${name} (Lab) The last answer failed: No. ${link} ${address}`),
      links: 0,
      icons: ['error'],
    },
    inList: { text: name, links: 0, icons: [] },
  });
});
