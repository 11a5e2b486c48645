// Which model answers and with which key: the two dialogs, as a person uses them.
import { expect, test } from 'vitest';
import { answer, fakeServer, status, text } from '../support/fakeServer.ts';
import { runCommand } from '../../scripts/workbench.ts';
import { useRivulet } from './rivulet.ts';

const rivulet = useRivulet();
const rows = () => rivulet.page.locator('.quick-input-list .monaco-list-row');

test('Select Model lists what each endpoint and each server on this machine offers, and keeps the choice', async () => {
  await using local = await fakeServer({ port: 1234 });
  local.models = ['local-model'];
  rivulet.server.models = ['one', 'two'];
  await rivulet.configure({
    'rivulet.endpoints': [{ id: 'fake', name: 'Team', baseURL: rivulet.server.url }],
    'rivulet.model': 'fake/one',
  });
  await rivulet.modelIs('one (Team)');
  await runCommand(rivulet.page, 'Rivulet: Select Model');
  await expect
    .poll(async () => (await rows().allInnerTexts()).map((row) => row.replaceAll('\n', ' ')))
    .toEqual(
      expect.arrayContaining([
        expect.stringContaining('two'),
        expect.stringContaining('Demo (offline, no model)'),
        expect.stringMatching(/local-model.*LM Studio, found at/),
      ]),
    );
  await rows().filter({ hasText: 'two' }).first().click();
  await rivulet.modelIs('two (Team)');
  const { request } = await rivulet.ask('Who answers?', ...answer('I do.'));
  expect(request.body.model).toBe('two');
});

test('Set API Key keeps a key that is then sent, and Clear API Key forgets it', async () => {
  await runCommand(rivulet.page, 'Rivulet: Set API Key');
  const input = rivulet.page.locator('.quick-input-widget input');
  const said = (words: string) => rivulet.page.locator('.notification-list-item').filter({ hasText: words }).waitFor();
  await input.fill('sk-for-tests');
  await input.press('Enter');
  await said('was saved');
  const { request } = await rivulet.ask('With a key?', ...answer('Yes.'));
  await runCommand(rivulet.page, 'Rivulet: Clear API Key');
  await said('was removed');
  const { request: without } = await rivulet.ask('And now?', ...answer('No.'));
  expect([request.headers.authorization, without.headers.authorization]).toEqual(['Bearer sk-for-tests', undefined]);
});

test('a question that was refused for its key goes out again when the key is set from there', async () => {
  const { page, server } = rivulet;
  const before = server.requests.length;
  const { answer: refused } = await rivulet.ask('Let me in', ...status(401, { error: { message: 'No key' } }));
  server.next(...answer('Welcome.'));
  await refused.getByRole('button', { name: 'Set API Key' }).click();
  const input = page.locator('.quick-input-widget input');
  await input.fill('sk-of-the-button');
  await input.press('Enter');
  await expect.poll(() => rivulet.articles.last().innerText()).toContain('Welcome.');
  const keys = server.requests.slice(before).map(({ headers }) => headers.authorization);
  await runCommand(page, 'Rivulet: Clear API Key');
  await page.locator('.notification-list-item').filter({ hasText: 'was removed' }).first().waitFor();
  expect(keys).toEqual([undefined, 'Bearer sk-of-the-button']);
});

test('Add Endpoint asks for the address, the key and the model of a server, keeps them, and says what works', async () => {
  await using other = await fakeServer();
  other.models = ['small', 'large'];
  other.always([text('one, two'), ...answer(', three')]);
  const input = rivulet.page.locator('.quick-input-widget input');
  const fill = async (words: string, title: string): Promise<void> => {
    await rivulet.page.locator('.quick-input-widget').filter({ hasText: title }).waitFor();
    await input.fill(words);
    await input.press('Enter');
  };
  await runCommand(rivulet.page, 'Rivulet: Add Endpoint');
  await fill('Another server', 'Add Endpoint');
  await rivulet.page.locator('.quick-input-widget').filter({ hasText: 'most end in /v1' }).waitFor();
  await fill('not an address', 'most end in /v1');
  await rivulet.page.locator('.quick-input-widget').filter({ hasText: 'must be an address' }).waitFor();
  await fill(other.url, 'must be an address');
  await fill('sk-of-the-other', 'key store');
  await fill('large', 'Select Model');
  // A toast may have gone before it is looked for; the list keeps it.
  await rivulet.modelIs(`large (${new URL(other.url).host})`);
  await runCommand(rivulet.page, 'Notifications: Show Notifications');
  const said = rivulet.page.locator('.notifications-center .notification-list-item').filter({ hasText: 'answered after' });
  await said.waitFor();
  expect({
    said: await said.innerText(),
    keys: [...new Set(other.requests.map(({ headers }) => headers.authorization))],
    model: other.requests[0]?.body.model,
  }).toEqual({
    said: expect.stringMatching(
      new RegExp(
        [
          /large \(127\.0\.0\.1:\d+\) answered after \d+\.\d s\. .*/,
          /It does not count tokens, so Rivulet estimates them\. Resuming: the model is prompted to continue\./,
        ]
          .map(({ source }) => source)
          .join(''),
      ),
    ),
    keys: ['Bearer sk-of-the-other'],
    model: 'large',
  });
});
