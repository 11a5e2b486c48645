// What remains of an answer when the window is reloaded, or the extension host killed, in the middle of it.
import { glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { beforeAll, expect, inject, test } from 'vitest';
import { extensionHosts } from '../support/extensionHosts.ts';
import { answer, gate, hang, type Step, text, wait } from '../support/fakeServer.ts';
import { newChat, openChat, openFile, runCommand, sendQuestion, webviewFrame } from '../../scripts/workbench.ts';
import { stateOf, useRivulet } from './rivulet.ts';

/** Of the windows that other files use. */
let others: readonly number[] = [];
beforeAll(() => {
  others = extensionHosts(inject('place'));
});
const rivulet = useRivulet({ own: true, settings: { 'rivulet.retry.maxAttempts': 1, 'rivulet.resume.maxResumes': 0 } });
const newest = (chat: Frame): Locator => chat.locator('[role="log"] article.assistant').last();

/** How many words come before a pause in which they are written to disk. */
const before = 300;

/** Counts, pauses until it is told to continue, and then sends one word each millisecond until the connection is gone. */
async function* counting(more: Promise<void>): AsyncGenerator<Step> {
  for (let word = 0; ; word++) {
    if (word === before) yield wait(more);
    yield text(`${word} `);
    if (word >= before) await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Whether a file of the place holds the words, whichever file that is. */
async function onDisk(words: string): Promise<boolean> {
  const { data } = rivulet.place;
  for await (const name of glob('**/conversations/*.jsonl', { cwd: data })) {
    if ((await readFile(join(data, name), 'utf8')).includes(words)) return true;
  }
  return false;
}

const lastNumber = (text: string): number => Number(/(\d+)\s*$/.exec(text)?.[1]);

/** Whether the window has stored its state with this word in it; it does so every few seconds. */
async function keptByWindow(word: string): Promise<boolean> {
  const request = <T>(asked: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  for (const { name } of await indexedDB.databases()) {
    if (name === undefined || !name.startsWith('vscode-web-state-db')) continue;
    const database = await request(indexedDB.open(name));
    const values = await request(database.transaction('ItemTable').objectStore('ItemTable').getAll());
    database.close();
    if (JSON.stringify(values).includes(word)) return true;
  }
  return false;
}

test.runIf(process.platform === 'linux')(
  'kill -9 of the extension host leaves the text, marked as cut off, and Resume completes it',
  async () => {
    const own = extensionHosts(rivulet.place).filter((pid) => !others.includes(pid));
    const more = gate();
    rivulet.server.always(() => counting(more.opened));
    await sendQuestion(rivulet.box, 'Count');
    await expect.poll(() => onDisk(`${before - 1} `)).toBe(true);
    more.open();
    await expect.poll(() => newest(rivulet.chat).textContent()).toContain(` ${before + 100} `);
    for (const pid of own) process.kill(pid, 'SIGKILL');
    rivulet.server.always(() => answer('and that is all.'));
    // The window starts another one by itself; its page comes with it.
    let chat: Frame | undefined;
    await expect
      .poll(
        async () => {
          chat = await webviewFrame(rivulet.page, '[role="log"] article', 1_000).catch(() => undefined);
          return chat === undefined ? undefined : stateOf(newest(chat));
        },
        { timeout: 40_000 },
      )
      .toBe('truncated');
    const kept = (await newest(chat!).locator('> .body').textContent())!.trim();
    const note = await newest(chat!).locator('.note').textContent();
    await chat!.getByRole('button', { name: 'Resume', exact: true }).click();
    await expect.poll(() => stateOf(newest(chat!))).toBe('done');
    const whole = (await newest(chat!).locator('> .body').textContent())!.trim();
    expect({
      hosts: own.length,
      // How much of the rest a crash may cost is measured by `npm run bench:crash`.
      kept: lastNumber(kept) >= before - 1 && kept === Array.from({ length: lastNumber(kept) + 1 }, (_, word) => word).join(' '),
      note: note?.includes('VS Code ended before this answer was complete'),
      resumed: whole.endsWith(`${kept.slice(-100)} and that is all.`),
    }).toEqual({ hosts: 1, kept: true, note: true, resumed: true });
  },
);

/** Replaces all of a new file by an answer, and saves it before any change is decided. */
async function replaceIn(name: string, old: string, by: string): Promise<void> {
  const { page, place, server } = rivulet;
  await writeFile(join(place.folder, name), old);
  await openFile(page, name);
  await page.keyboard.press('Control+A');
  server.always(() => answer(by));
  await runCommand(page, 'Rivulet: Replace Selection With…');
  await page.locator('.quick-input-widget input[type="text"]').fill('Change it');
  await page.keyboard.press('Enter');
  await page.locator('.codelens-decoration', { hasText: 'Keep This Change' }).waitFor();
  await page.locator('.monaco-editor.focused').waitFor();
  await page.keyboard.press('Control+S');
  await expect.poll(() => readFile(join(place.folder, name), 'utf8')).not.toBe(old);
}

test('a reloaded window shows the same conversation, in the side bar and in its tab, and says which changes it keeps', async () => {
  let chat = await openChat(rivulet.page);
  rivulet.server.always(() => answer('Here.'));
  await newChat(rivulet.page, chat);
  await sendQuestion(chat.getByRole('textbox', { name: 'Message' }), 'Still there?');
  await expect.poll(() => newest(chat).textContent()).toContain('Here.');
  await runCommand(rivulet.page, 'Rivulet: Open Conversation in Editor');
  await rivulet.page.locator('.editor-group-container .tab', { hasText: 'Still there?' }).waitFor();
  await expect.poll(() => rivulet.page.evaluate(keptByWindow, 'mainThreadWebview-rivulet.chatEditor'), { timeout: 30_000 }).toBe(true);
  await replaceIn('kept.py', 'one = 1\ntwo = 2\nthree = 3\n', 'one = 1\ntwo = "2"\nthree = 3\n');
  await expect.poll(() => rivulet.page.evaluate(keptByWindow, 'rivulet.undecidedChanges'), { timeout: 30_000 }).toBe(true);
  await rivulet.page.reload();
  await rivulet.page.locator('.editor-group-container .tab', { hasText: 'Still there?' }).click({ timeout: 40_000 });
  // A toast may be gone by now.
  await runCommand(rivulet.page, 'Notifications: Show Notifications');
  await rivulet.page.locator('.notification-list-item', { hasText: 'Changes in kept.py were not decided' }).waitFor({ timeout: 40_000 });
  expect(await readFile(join(rivulet.place.folder, 'kept.py'), 'utf8')).toContain('"2"');
  const texts = async (): Promise<string[]> => {
    const found: string[] = [];
    for (const frame of rivulet.page.frames())
      found.push(
        ...(await frame
          .locator('[role="log"] article.assistant > .body')
          .allTextContents()
          .catch(() => [])),
      );
    return found.map((body) => body.trim());
  };
  chat = await openChat(rivulet.page);
  await expect.poll(texts, { timeout: 40_000 }).toEqual(['Here.', 'Here.']);
}, 120_000);

test('a question that is sent as soon as the box is there is asked, though the conversation is still being read', async () => {
  rivulet.server.always(() => answer('So early.'));
  const before = rivulet.server.requests.length;
  await rivulet.page.reload();
  const chat = await webviewFrame(rivulet.page, '.composer textarea');
  await sendQuestion(chat.getByRole('textbox', { name: 'Message' }), 'Already?');
  const { body } = await rivulet.server.arrived(before);
  await expect.poll(() => newest(chat).textContent()).toContain('So early.');
  expect(body.messages.at(-1).content).toBe('Already?');
});

test('closing the window closes every socket', async () => {
  const chat = await openChat(rivulet.page);
  const before = rivulet.server.requests.length;
  rivulet.server.always(() => [text('Never'), hang()]);
  await sendQuestion(chat.getByRole('textbox', { name: 'Message' }), 'Go on');
  const request = await rivulet.server.arrived(before);
  await rivulet.page.close();
  expect((await request.over).how).toBe('client-left');
});
