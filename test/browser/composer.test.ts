// The message box: what Enter does, also during Chinese or Japanese input.
import type { CDPSession } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answer } from '../support/fakeServer.ts';
import { stateOf, useRivulet } from './rivulet.ts';

const rivulet = useRivulet();

// An answer that is still to come would count for the next test.
afterEach(async () => {
  const last = rivulet.articles.last();
  await expect.poll(async () => [await last.getAttribute('aria-label'), await stateOf(last)]).toEqual(['fake (fake)', 'done']);
});

beforeEach(async () => {
  rivulet.server.always(answer('ok'));
  await rivulet.box.fill('');
});

test('Enter sends and empties the box, Shift+Enter starts a new line', async () => {
  const before = rivulet.server.requests.length;
  await rivulet.box.pressSequentially('first line');
  await rivulet.box.press('Shift+Enter');
  await rivulet.box.pressSequentially('second line');
  const written = await rivulet.box.inputValue();
  await rivulet.box.press('Enter');
  const request = await rivulet.server.arrived(before);
  expect({ written, sent: request.body.messages.at(-1).content, left: await rivulet.box.inputValue() }).toEqual({
    written: 'first line\nsecond line',
    sent: 'first line\nsecond line',
    left: '',
  });
});

test('Enter while an input method composes chooses the candidate and sends nothing; the next Enter sends', async () => {
  const before = rivulet.server.requests.length;
  const keyboard = await rivulet.page.context().newCDPSession(rivulet.page);
  await rivulet.box.focus();
  await keyboard.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
  await pressEnter(keyboard, 'composing');
  const during = { requests: rivulet.server.requests.length - before, box: await rivulet.box.inputValue() };
  await keyboard.send('Input.insertText', { text: '日本' });
  const chosen = await rivulet.box.inputValue();
  await pressEnter(keyboard, 'plain');
  const request = await rivulet.server.arrived(before);
  expect({ during, chosen, sent: request.body.messages.at(-1).content, requests: rivulet.server.requests.length - before }).toEqual({
    during: { requests: 0, box: 'にほん' },
    chosen: '日本',
    sent: '日本',
    requests: 1,
  });
});

test('an empty question is not sent', async () => {
  const before = rivulet.server.requests.length;
  const articles = await rivulet.articles.count();
  await rivulet.box.fill('  \n ');
  await rivulet.box.press('Enter');
  await rivulet.button('Send').click();
  // A question that is sent would be first in line: this one answers only the one after it.
  const { request } = await rivulet.ask('not empty', ...answer('ok'));
  expect({
    asked: request.body.messages.at(-1).content,
    requests: rivulet.server.requests.length - before,
    articles: (await rivulet.articles.count()) - articles,
  }).toEqual({ asked: 'not empty', requests: 1, articles: 2 });
});

/** While composing, browsers report Enter as key code 229. */
async function pressEnter(keyboard: CDPSession, how: 'composing' | 'plain'): Promise<void> {
  const windowsVirtualKeyCode = how === 'composing' ? 229 : 13;
  const text = how === 'composing' ? {} : { text: '\r' };
  await keyboard.send('Input.dispatchKeyEvent', { type: 'keyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode, ...text });
  await keyboard.send('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 });
}
