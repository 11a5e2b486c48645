// Rivulet inside VS Code's own Chat: `@rivulet`, its commands, and the model picker.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answer, done, finish, text } from '../support/fakeServer.ts';
import { outputFolder } from '../../scripts/paths.ts';
import { openFile, runCommand } from '../../scripts/workbench.ts';
import { useRivulet } from './rivulet.ts';

const rivulet = useRivulet({
  own: true,
  settings: { 'chat.disableAIFeatures': false },
  size: { width: 1500, height: 900 },
});
const session = () => rivulet.page.locator('.interactive-session');
const answers = () => session().locator('.interactive-response');

/** Types into VS Code's Chat and sends it. */
async function say(words: string): Promise<void> {
  await session().locator('.interactive-input-part .monaco-editor').first().click();
  await rivulet.page.keyboard.type(words, { delay: 10 });
  await rivulet.page.keyboard.press('Escape');
  await rivulet.page.keyboard.press('Enter');
}

test('@rivulet answers in VS Code’s Chat, and /continue goes on where the answer ended', async () => {
  await rivulet.page.keyboard.press('Control+Alt+I');
  // Chat refuses questions until its picker has a model; Rivulet gives it one.
  const picker = session().locator('.interactive-input-part').getByText('fake', { exact: true });
  await picker.click();
  await rivulet.page.locator('.monaco-list-row:visible').filter({ hasText: 'fake' }).first().waitFor();
  await rivulet.page.screenshot({ path: join(outputFolder, 'vscode-chat-models.png') });
  await rivulet.page.keyboard.press('Escape');
  rivulet.server.next(text('The quick brown '), finish('length'), done());
  await say('@rivulet A pangram, please');
  const first = await rivulet.server.arrived(0);
  await expect.poll(() => answers().last().innerText()).toContain('The quick brown');
  rivulet.server.next(...answer('fox.'));
  // The name of the participant stays in the box.
  await say('/continue ');
  const second = await rivulet.server.arrived(1);
  await expect.poll(() => answers().last().innerText()).toContain('fox.');
  await rivulet.page.screenshot({ path: join(outputFolder, 'vscode-chat-continued.png') });
  expect([first.body.messages, second.body.messages, second.body.continue_final_message]).toEqual([
    [{ role: 'user', content: 'A pangram, please' }],
    [
      { role: 'user', content: 'A pangram, please' },
      { role: 'assistant', content: 'The quick brown ' },
    ],
    true,
  ]);
});

test('@rivulet reads the file that is attached to a question', async () => {
  const { server, page } = rivulet;
  await openFile(page, 'greeting.py');
  await runCommand(page, 'Chat: Add File to Chat');
  const first = server.requests.length;
  server.next(...answer('It greets.'));
  await say('What does it do?');
  const { body } = await server.arrived(first);
  expect(body.messages.at(-1).content).toMatch(/^greeting\.py:\n```python\n[^]*```\n\nWhat does it do\?/);
});

test('/compare asks the chosen models and shows their answers one below the other', async () => {
  const { server, page } = rivulet;
  await rivulet.configure({ 'rivulet.endpoints': [{ id: 'fake', baseURL: server.url, models: ['fake', 'green'] }] });
  server.always(({ body }) => answer(`I am ${body.model}.`));
  await say('/compare Who are you?');
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'green' }).first().click();
  await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
  await expect.poll(() => answers().last().innerText()).toMatch(/fake \(fake\)\s+I am fake\.\s+green \(fake\)\s+I am green\./);
});
