// The status bar item in each of its states, what a click on it offers, and every way to stop a stream.
import type { Locator } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { answer, done, type FakeRequest, finish, gate, hang, status, text, usage, wait } from '../support/fakeServer.ts';
import { openFile, runCommand } from '../../scripts/workbench.ts';
import { pouring } from './pouring.ts';
import { stateOf, useRivulet } from './rivulet.ts';

const rivulet = useRivulet({ settings: { 'rivulet.retry.maxAttempts': 1, 'rivulet.resume.maxResumes': 0 } });
const item = (): Locator => rivulet.page.locator('.statusbar-item[id="rivulet-dev.rivulet.rivulet.tokens"]');
const row = (words: string): Locator => rivulet.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: words }).first();
const background = (): Promise<string> => item().evaluate((element) => getComputedStyle(element).backgroundColor);

beforeEach(async () => {
  await rivulet.page.keyboard.press('Escape');
  await rivulet.newChat();
});

/** A stream that goes on until it is stopped. */
async function endless(words = 'Never end'): Promise<FakeRequest> {
  const { request, answer: shown } = await rivulet.ask(words, text('Only this much'), hang());
  await expect.poll(() => shown.textContent()).toContain('Only this much');
  return request;
}

test('it names the model, counts while an answer streams, and holds the exact count afterwards', async () => {
  const more = gate();
  const { answer: shown } = await rivulet.ask('Count', text('one two three four'), wait(more.opened), finish(), usage(5, 321), done());
  await expect.poll(() => item().textContent()).toMatch(/~\d+ tokens/);
  more.open();
  await expect.poll(() => stateOf(shown)).toBe('done');
  await expect.poll(() => item().textContent()).toMatch(/^\s*fake · 321 tokens/);
  const one = await rivulet.ask('Count one', text('one'), finish(), usage(5, 1), done());
  await expect.poll(() => stateOf(one.answer)).toBe('done');
  await expect.poll(() => item().textContent()).toMatch(/^\s*fake · 1 token$/);
});

test('it spins while it waits for words, and beats while they come', async () => {
  const icon = async (): Promise<string> =>
    /codicon-(loading|circle-filled|circle-outline|comment)\b/.exec(await item().innerHTML())?.[1] ?? 'none';
  const answering = pouring();
  await rivulet.ask('Wait, then pour', answering.script);
  await expect.poll(icon).toBe('loading');
  for (const beat of ['circle-filled', 'circle-outline', 'circle-filled']) {
    await expect
      .poll(
        async () => {
          answering.pour('more ');
          return icon();
        },
        { interval: 200 },
      )
      .toBe(beat);
  }
  // Silence again.
  await expect.poll(icon).toBe('loading');
  answering.end();
  await expect.poll(icon).toBe('comment');
});

test('its tooltip is a table of what was used, with the context window as a bar', async () => {
  await rivulet.configure({ 'rivulet.endpoints': [{ id: 'fake', baseURL: rivulet.server.url, models: ['fake'], contextWindow: 1000 }] });
  const { answer: shown } = await rivulet.ask('Count', text('one'), finish(), usage(179, 321), done());
  await expect.poll(() => stateOf(shown)).toBe('done');
  await expect.poll(() => item().textContent()).toContain('321');
  await item().hover();
  const hover = rivulet.page.locator('.monaco-hover').filter({ hasText: 'Prompt' });
  await hover.waitFor();
  const cells = await hover.locator('td').allTextContents();
  await rivulet.page.mouse.move(10, 300);
  expect(cells).toEqual(expect.arrayContaining(['Prompt', '179', 'Answer', '321', 'Requests', '1', 'Context window', '■■■■■□□□□□ 50%']));
});

test('it warns near a limit, and turns red when an answer has failed until it was looked at or the next one begins', async () => {
  const calm = await background();
  await rivulet.configure({ 'rivulet.endpoints': [{ id: 'fake', baseURL: rivulet.server.url, models: ['fake'], contextWindow: 60 }] });
  const flow = pouring();
  const { request } = await rivulet.ask('Never end', flow.script);
  flow.pour('word '.repeat(60));
  await expect.poll(background).not.toBe(calm);
  const warned = { colour: await background(), icon: await item().locator('.codicon-warning').count(), text: await item().textContent() };
  await rivulet.button('Stop').click();
  await request.over;
  await rivulet.configure({});
  await rivulet.newChat();
  const { answer: shown } = await rivulet.ask('Fail', ...status(401, { error: { message: 'No such key' } }));
  await expect.poll(() => stateOf(shown)).toBe('error');
  await expect.poll(() => item().locator('.codicon-error').count()).toBe(1);
  const failed = await background();
  const said = await item().textContent();
  const spoken = await item().locator('[aria-label]').first().getAttribute('aria-label');
  await item().click();
  await row('Show Usage').waitFor();
  await rivulet.page.keyboard.press('Escape');
  await expect.poll(background).toBe(calm);
  const seen = await item().textContent();
  const again = await rivulet.ask('Work', ...answer('Yes.'));
  await expect.poll(() => stateOf(again.answer)).toBe('done');
  await expect.poll(background).toBe(calm);
  // In words as well as in colour, since high contrast has none.
  expect({ icon: warned.icon, warned: warned.text, said, differ: new Set([calm, warned.colour, failed]).size, spoken, seen }).toEqual({
    icon: 1,
    warned: expect.stringContaining('context nearly full'),
    said: expect.stringContaining('fake failed'),
    differ: 3,
    spoken: expect.stringContaining('No such key'),
    seen: expect.stringContaining('fake (fake)'),
  });
});

test('its tooltip stays on screen while the item counts, and says what a warning or an error is about', async () => {
  await rivulet.configure({ 'rivulet.endpoints': [{ id: 'fake', baseURL: rivulet.server.url, models: ['fake'], contextWindow: 60 }] });
  const flow = pouring();
  const { answer: shown } = await rivulet.ask('Count', flow.script);
  flow.pour('word '.repeat(60));
  await expect.poll(() => item().locator('.codicon-warning').count()).toBe(1);
  await item().hover();
  const hover = rivulet.page.locator('.monaco-hover').filter({ hasText: 'Prompt' });
  await hover.getByText('The context window is nearly full.').waitFor();
  // Each pouring is drawn before the next, so the item changes eight times.
  const drawn = new Set<unknown>();
  for (let round = 0; round < 8; round++) {
    const before = await item().textContent();
    flow.pour('more words '.repeat(10));
    await expect.poll(() => item().textContent()).not.toBe(before);
    drawn.add(await hover.evaluate((element) => ((element as { drawn?: string }).drawn ??= crypto.randomUUID())));
  }
  await rivulet.page.mouse.move(10, 300);
  flow.end();
  await expect.poll(() => stateOf(shown)).toBe('done');
  await rivulet.newChat();
  const failed = await rivulet.ask('Fail', ...status(401, { error: { message: 'No such key' } }));
  await expect.poll(() => stateOf(failed.answer)).toBe('error');
  await expect.poll(() => item().locator('.codicon-error').count()).toBe(1);
  await item().hover();
  await rivulet.page.locator('.monaco-hover').getByText('The last answer failed: No such key').waitFor();
  await rivulet.page.mouse.move(10, 300);
  expect(drawn.size).toBeLessThan(8);
});

test('it is hidden by its setting', async () => {
  await rivulet.configure({ 'rivulet.statusBar.visible': false });
  await expect.poll(() => item().count()).toBe(0);
  await rivulet.configure({});
  await expect.poll(() => item().count()).toBe(1);
});

test('a click stops one stream or all, and afterwards resumes', async () => {
  const first = await endless('First');
  await rivulet.newChat();
  const second = await endless('Second');
  await expect.poll(() => item().textContent()).toContain('2 streams');
  await item().click();
  await row('Stop fake (fake)').click();
  const one = (await second.over).how;
  await endless('Third');
  await item().click();
  await row('Stop All').click();
  const all = (await first.over).how;
  await expect.poll(() => item().locator('.codicon-comment').count()).toBe(1);
  rivulet.server.next(...answer(' and the rest.'));
  await item().click();
  await row('Resume the Newest Answer').click();
  await expect.poll(() => rivulet.articles.last().textContent()).toContain('and the rest.');
  expect({ one, all }).toEqual({ one: 'client-left', all: 'client-left' });
});

const waysToStop: Readonly<Record<string, () => Promise<unknown>>> = {
  'the command Stop': () => runCommand(rivulet.page, 'Rivulet: Stop'),
  'the command Stop All': () => runCommand(rivulet.page, 'Rivulet: Stop All'),
  'the panel’s Stop': () => rivulet.button('Stop').click(),
  'Escape in the panel': () => rivulet.box.press('Escape'),
};

test.each(Object.keys(waysToStop))('%s closes the socket, and the text stays', async (way) => {
  const request = await endless();
  await waysToStop[way]!();
  const { how } = await request.over;
  await expect.poll(() => stateOf(rivulet.articles.last())).toBe('stopped');
  expect({ how, text: await rivulet.articles.last().locator('> .body').textContent() }).toEqual({
    how: 'client-left',
    text: expect.stringContaining('Only this much'),
  });
});

test('Escape in the editor stops an insertion, and the notification stops one that nobody sees', async () => {
  const { page, server } = rivulet;
  const insert = async (): Promise<FakeRequest> => {
    const before = server.requests.length;
    server.next(text('words '), hang());
    await runCommand(page, 'Rivulet: Insert Answer at Cursor');
    const input = page.locator('.quick-input-widget input');
    await page.locator('.quick-input-widget').getByText('Insert Answer at Cursor').waitFor();
    await input.fill('Write');
    await input.press('Enter');
    return server.arrived(before);
  };
  await openFile(page, 'README.md');
  const seen = await insert();
  await expect.poll(() => page.locator('.monaco-editor .view-lines').first().textContent()).toContain('words');
  await page.keyboard.press('Escape');
  const byKey = (await seen.over).how;
  const unseen = await insert();
  await openFile(page, 'greeting.py');
  const notice = page.locator('.notification-toast').filter({ hasText: 'Rivulet is inserting into README.md' });
  await notice.getByRole('button', { name: 'Cancel' }).click();
  const byNotice = (await unseen.over).how;
  expect({ byKey, byNotice }).toEqual({ byKey: 'client-left', byNotice: 'client-left' });
});
