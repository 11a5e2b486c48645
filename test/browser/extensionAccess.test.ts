// Another extension uses Rivulet: the user is asked once for each kind of access, sees its name, and can revoke it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answer } from '../support/fakeServer.ts';
import { consumerFolder } from '../../scripts/paths.ts';
import { startPlace } from '../../scripts/place.ts';
import type { OwnPlace } from '../../scripts/places.ts';
import { runCommand } from '../../scripts/workbench.ts';
import { useRivulet } from './rivulet.ts';

let own: OwnPlace;

beforeAll(async () => {
  own = await startPlace({ frozen: true, beside: consumerFolder });
});
afterAll(() => own[Symbol.asyncDispose]());

const rivulet = useRivulet({ place: () => own.place, settings: { 'rivulet.retry.maxAttempts': 1, 'rivulet.chatService.port': 0 } });
const dialog = () => rivulet.page.locator('.monaco-dialog-box');

/** How often the other extension has told something. */
let uses = 0;

/** Runs a command of the other extension, presses a button if the person is asked, and returns what it was told. */
async function use(name: string, way: string, press?: string): Promise<{ readonly asked: string; readonly result: string }> {
  const { page } = rivulet;
  rivulet.server.always(answer('Yes.'));
  await runCommand(page, `Consumer: ${name}`);
  let asked = '';
  if (press !== undefined) {
    await dialog().waitFor();
    asked = await dialog().innerText();
    await dialog().getByRole('button', { name: press, exact: true }).click();
  }
  const said = page
    .locator('.notification-list-item-message')
    .filter({ hasText: `${++uses} ${way}: ` })
    .first();
  await said.waitFor();
  const result = (await said.innerText()).replace(/^\d+ /, '');
  // VS Code shows three at once; the next would wait for one of them to go.
  await runCommand(page, 'Notifications: Clear All Notifications');
  return { asked, result };
}

const refused = 'error: This extension may not use Rivulet. The command "Rivulet: Manage Extension Access" can allow it.';

test('asks once before another extension uses the models, by any road, and says which extension it is', async () => {
  const first = await use("Use Rivulet's API", 'useApi', 'Allow');
  const again = await use("Use Rivulet's API", 'useApi');
  const byVscode = await use("Use Rivulet's model", 'useModel');
  const byCommand = await use("Use Rivulet's command", 'useCommand');
  expect({ first, again, byVscode, byCommand, dialogs: await dialog().count() }).toEqual({
    first: {
      asked: expect.stringContaining('The extension "rivulet-tests.consumer" wants to use the models of Rivulet.'),
      result: 'useApi: Yes.',
    },
    again: { asked: '', result: 'useApi: Yes.' },
    byVscode: { asked: '', result: 'useModel: Yes.' },
    byCommand: { asked: '', result: 'useCommand: Yes.' },
    dialogs: 0,
  });
});

test('asks for the chat service by itself, and starts nothing when it is refused', async () => {
  const first = await use("Use Rivulet's chat service", 'useService', "Don't Allow");
  const again = await use("Use Rivulet's chat service", 'useService');
  const served = await rivulet.page.locator('.statusbar-item[id="rivulet-dev.rivulet.rivulet.chatService"]').count();
  // The person is not asked by Rivulet whether he may use it.
  await runCommand(rivulet.page, 'Rivulet: Start Chat Service');
  await rivulet.page.locator('.statusbar-item[id="rivulet-dev.rivulet.rivulet.chatService"]').waitFor();
  await runCommand(rivulet.page, 'Rivulet: Stop Chat Service');
  expect({ first, again, served }).toEqual({
    first: { asked: expect.stringContaining('wants to start the chat service of Rivulet.'), result: `useService: ${refused}` },
    again: { asked: '', result: `useService: ${refused}` },
    served: 0,
  });
});

test('can be taken back, and then nothing is asked of a server', async () => {
  const { page, server } = rivulet;
  const before = server.requests.length;
  await runCommand(page, 'Rivulet: Manage Extension Access');
  const rows = page.locator('.quick-input-list .monaco-list-row');
  await rows.filter({ hasText: 'models' }).locator('.monaco-checkbox, input[type="checkbox"], .quick-input-list-checkbox').first().click();
  await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
  const ways = [
    await use("Use Rivulet's API", 'useApi'),
    await use("Use Rivulet's model", 'useModel'),
    await use("Use Rivulet's command", 'useCommand'),
  ];
  expect({ results: ways.map(({ result }) => result), requests: server.requests.length - before }).toEqual({
    results: [`useApi: ${refused}`, `useModel: ${refused}`, `useCommand: ${refused}`],
    requests: 0,
  });
});

test('a key that goes over a network by plain HTTP is warned about once for each server', async () => {
  const { page } = rivulet;
  const endpoint = (id: string, baseURL: string) => ({ id, name: 'Lab', baseURL, models: ['m'], headers: { Authorization: 'Bearer k' } });
  const endpoints = [
    endpoint('open', 'http://lab.invalid/v1'),
    endpoint('closed', 'https://lab.invalid/v1'),
    endpoint('here', rivulet.server.url),
  ];
  for (const id of ['open', 'closed', 'here', 'open']) {
    await rivulet.configure({ 'rivulet.endpoints': endpoints, 'rivulet.model': `${id}/m` });
    await rivulet.modelIs('m (Lab)');
    await runCommand(page, 'Rivulet: Test Connection');
  }
  await runCommand(page, 'Notifications: Show Notifications');
  const said = page.locator('.notifications-center .notification-list-item-message').filter({ hasText: 'plain HTTP' });
  await said.first().waitFor();
  expect(await said.allInnerTexts()).toEqual([
    expect.stringContaining('The API key of Lab is sent to http://lab.invalid over plain HTTP.'),
  ]);
});
