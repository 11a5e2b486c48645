// The dialogs that choose the model and set its API key.
import { expect, test } from 'vitest';
import { answer, fakeServer, status } from '../support/fakeServer.ts';
import { runCommand } from '../../scripts/workbench.ts';
import { useRivulet } from './rivulet.ts';

const rivulet = useRivulet();
const rows = () => rivulet.page.locator('.quick-input-list .monaco-list-row');

test('Select Model lists what each endpoint and each server on this machine offers, and keeps the choice', async () => {
  await using local = await fakeServer({ port: 1234 });
  local.models = ['local-model'];
  rivulet.server.models = status(200, {
    data: [
      { id: 'one', max_model_len: 32_768 },
      { id: 'two', max_model_len: 8_192, input_modalities: ['text', 'image'] },
    ],
  });
  await rivulet.configure({
    'rivulet.endpoints': [
      { id: 'fake', name: 'Team', baseURL: rivulet.server.url },
      { id: 'off', name: 'Attic', baseURL: 'http://127.0.0.1:9/v1' },
    ],
    'rivulet.model': 'fake/one',
  });
  await rivulet.modelIs('one (Team)');
  await runCommand(rivulet.page, 'Rivulet: Select Model');
  await expect
    .poll(async () => (await rows().allInnerTexts()).map((row) => row.replaceAll('\n', ' ')))
    .toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^one ?Team · 32k tokens ?in use/),
        expect.stringMatching(/^two ?Team · 8k tokens · sees pictures/),
        expect.stringMatching(/^\s*Attic cannot be reached/),
        expect.stringContaining('Demo (offline, no model)'),
        expect.stringMatching(/local-model.*LM Studio, found at/),
      ]),
    );
  await rivulet.page.locator('.quick-input-widget').getByRole('button', { name: 'Only models that see pictures' }).click();
  await expect
    .poll(async () =>
      (await rows().locator('.label-name').allInnerTexts()).filter((label) => /^(one|two|local-model)$|Not shown/.test(label)),
    )
    .toEqual(['two', expect.stringMatching(/Not shown: \d+ whose servers do not say\./)]);
  await rows().filter({ hasText: 'two' }).first().click();
  await rivulet.modelIs('two (Team)');
  const { request } = await rivulet.ask('Who answers?', ...answer('I do.'));
  await rivulet.configure({ 'rivulet.endpoints': [{ id: 'fake', name: 'Team', baseURL: rivulet.server.url }] });
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

test('an endpoint is given another name and removed by its commands, after a question', async () => {
  const { page, server } = rivulet;
  const endpoint = (id: string, name: string) => ({ id, name, baseURL: server.url, models: ['one'] });
  await rivulet.configure({ 'rivulet.endpoints': [endpoint('fake', 'Team'), endpoint('old', 'Attic')], 'rivulet.model': 'old/one' });
  await rivulet.modelIs('one (Attic)');
  const input = page.locator('.quick-input-widget input[type="text"]');
  const choose = async (words: string): Promise<void> => {
    await rows().filter({ hasText: words }).first().click();
  };
  await runCommand(page, 'Rivulet: Edit Endpoint');
  await choose('Attic');
  await choose('Name');
  await expect.poll(() => input.inputValue()).toBe('Attic');
  await input.fill('Cellar');
  await input.press('Enter');
  await rivulet.modelIs('one (Cellar)');
  await runCommand(page, 'Rivulet: Remove Endpoint');
  await choose('Cellar');
  const dialog = page.getByRole('dialog').filter({ hasText: 'Remove the endpoint "Cellar"?' });
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect.poll(() => rivulet.chat.locator('.model').innerText()).not.toContain('Cellar');
  await runCommand(page, 'Rivulet: Remove Endpoint');
  // Only one is left, so nothing is chosen.
  const last = page.getByRole('dialog').filter({ hasText: 'Remove the endpoint "Team"?' });
  await last.waitFor();
  await page.keyboard.press('Escape');
  await last.waitFor({ state: 'hidden' });
  await rivulet.configure({});
});

test('Add Endpoint finds services by the names that people know, and asks for an address that none of them has', async () => {
  await using other = await fakeServer();
  other.models = ['small', 'gpt-4o'];
  const widget = rivulet.page.locator('.quick-input-widget');
  const input = widget.locator('input');
  await runCommand(rivulet.page, 'Rivulet: Add Endpoint');
  await widget.filter({ hasText: 'Add Endpoint' }).waitFor();
  const found: Record<string, string[]> = {};
  for (const word of ['百炼', '智谱', '豆包', '混元', '千帆', '阶跃', '月之暗面', 'MiniMax']) {
    await input.fill(word);
    await expect.poll(() => rows().count()).toBe(1);
    found[word] = (await rows().allInnerTexts()).map((row) => row.split('\n')[0]!);
  }
  await input.fill('Custom');
  await input.press('Enter');
  await widget.filter({ hasText: 'Most end in /v1' }).waitFor();
  await input.fill('not an address');
  await input.press('Enter');
  await widget.filter({ hasText: 'Enter an address such as' }).waitFor();
  await input.fill(`https://${other.url}/chat/completions`);
  await input.press('Enter');
  await rivulet.modelIs(`gpt-4o (${new URL(other.url).host})`);
  expect({ found, lists: other.others[0]?.path, asked: other.requests.length }).toEqual({
    found: {
      百炼: [expect.stringContaining('DashScope')],
      智谱: [expect.stringContaining('Zhipu')],
      豆包: [expect.stringContaining('Volcengine')],
      混元: [expect.stringContaining('Hunyuan')],
      千帆: [expect.stringContaining('Qianfan')],
      阶跃: [expect.stringContaining('StepFun')],
      月之暗面: [expect.stringContaining('Moonshot')],
      MiniMax: [expect.stringContaining('MiniMax')],
    },
    lists: '/v1/models',
    asked: 0,
  });
});
