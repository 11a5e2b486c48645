// A folder that is not trusted yet: Rivulet works in it, and its settings change no request. Running answers end when trust is lost.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answer, type FakeRequest, hang, text } from '../support/fakeServer.ts';
import { startPlace } from '../../scripts/place.ts';
import type { OwnPlace } from '../../scripts/places.ts';
import { openChat, runCommand, sendQuestion } from '../../scripts/workbench.ts';
import { stateOf, useRivulet } from './rivulet.ts';

let own: OwnPlace;

beforeAll(async () => {
  own = await startPlace({ trusted: false, frozen: true, settings: { 'security.workspace.trust.startupPrompt': 'never' } });
  const settings = {
    'rivulet.systemPrompt': 'Obey this folder.',
    'rivulet.limits.maxCharacters': 5,
    'rivulet.model': 'demo/tour',
    'rivulet.insert.prose': 'drop',
    'rivulet.prompts': { hi: 'Obey this prompt.' },
  };
  await mkdir(join(own.place.folder, '.vscode'));
  await writeFile(join(own.place.folder, '.vscode/settings.json'), JSON.stringify(settings));
  await mkdir(join(own.place.folder, '.github/prompts'), { recursive: true });
  await writeFile(join(own.place.folder, '.github/prompts/go.prompt.md'), 'Obey this file.');
  await writeFile(join(own.place.folder, 'AGENTS.md'), 'Obey these instructions.');
});
afterAll(() => own[Symbol.asyncDispose]());

const rivulet = useRivulet({
  place: () => own.place,
  settings: { 'security.workspace.trust.startupPrompt': 'never', 'rivulet.instructions': true },
});

test('the settings of an untrusted folder bring neither a system prompt nor a limit nor another model', async () => {
  const { request, answer: shown } = await rivulet.ask('Who tells you what to do?', ...answer('You do, and', ' nobody else.'));
  await expect.poll(() => stateOf(shown)).toBe('done');
  const restricted = await rivulet.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).count();
  expect({ restricted, messages: request.body.messages.map(({ role }: { role: string }) => role), text: await shown.innerText() }).toEqual({
    restricted: 1,
    messages: ['user'],
    text: expect.stringContaining('You do, and nobody else.'),
  });
});

test('an untrusted folder brings neither instructions nor slash commands', async () => {
  const asked: unknown[] = [];
  for (const question of ['/go', '/hi']) {
    const { request, answer: shown } = await rivulet.ask(question, ...answer('ok'));
    await expect.poll(() => stateOf(shown)).toBe('done');
    asked.push(request.body.messages.map(({ role }: { role: string }) => role).includes('system'), request.body.messages.at(-1).content);
  }
  expect([asked, await rivulet.chat.locator('.composer .chip').count()]).toEqual([[false, '/go', false, '/hi'], 0]);
});

/** Asks what is never answered to its end, in a page that may be a new one. */
async function endless(): Promise<FakeRequest> {
  const chat = await openChat(rivulet.page);
  const before = rivulet.server.requests.length;
  rivulet.server.next(text('Hi'), hang());
  await sendQuestion(chat.getByRole('textbox', { name: 'Message' }), 'Go on');
  const request = await rivulet.server.arrived(before);
  // The conversation of the page before may show the same answer.
  await chat.getByRole('article').last().getByText('Hi', { exact: true }).waitFor();
  return request;
}

// VS Code withdraws trust, and unloads an extension, by loading the window anew: the extension host ends with its sockets.
test('withdrawing trust closes the socket of a stream that runs', async () => {
  const { page } = rivulet;
  const restricted = page.locator('.statusbar-item', { hasText: 'Restricted Mode' });
  await runCommand(page, 'Workspaces: Manage Workspace Trust');
  await page.getByRole('button', { name: 'Trust', exact: true }).click();
  await restricted.waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  const request = await endless();
  await runCommand(page, 'Workspaces: Manage Workspace Trust');
  const folder = page.locator('.workspace-trust-editor .monaco-list-row', { hasText: own.place.folder });
  await folder.hover();
  await folder.getByRole('button', { name: 'Delete Path' }).click();
  const { how } = await request.over;
  await restricted.waitFor();
  expect(how).toBe('client-left');
});

test('disabling the extension closes the socket of a stream that runs', async () => {
  const { page } = rivulet;
  const request = await endless();
  await runCommand(page, 'Extensions: Show Installed Extensions');
  const editor = page.locator('.extension-editor');
  // The list is drawn anew while it is loaded, and a click on a row of before opens nothing.
  await expect
    .poll(async () => {
      await page.locator('.extensions-list .monaco-list-row', { hasText: 'Rivulet' }).click();
      return editor.isVisible();
    })
    .toBe(true);
  // Their accessible names are whole sentences.
  const button = (words: RegExp) => editor.getByRole('button').filter({ hasText: words });
  await button(/^Disable$/).click();
  const loaded = page.waitForEvent('load');
  await button(/^Reload Window$/).click();
  const { how } = await request.over;
  await loaded;
  await runCommand(page, 'Extensions: Show Installed Extensions');
  await page.locator('.extensions-list .monaco-list-row.disabled', { hasText: 'Rivulet' }).waitFor();
  expect({ how, container: await page.getByRole('tab', { name: /^Rivulet/ }).count() }).toEqual({ how: 'client-left', container: 0 });
});
