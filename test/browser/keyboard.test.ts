// Everything in the chat without a mouse: each thing can be reached by Tab, shows that it has the keyboard, and works.
import { expect, test } from 'vitest';
import { answer, hang, text } from '../support/fakeServer.ts';
import { stateOf, useRivulet } from './rivulet.ts';

const rivulet = useRivulet({ settings: { 'rivulet.retry.maxAttempts': 1, 'rivulet.resume.maxResumes': 0 } });

/** What has the keyboard in the page: its name, and whether one can see it. */
async function focused(): Promise<{ name: string; seen: boolean }> {
  return rivulet.chat.evaluate(() => {
    let element: Element | null = document.activeElement;
    while (element?.shadowRoot?.activeElement != null) element = element.shadowRoot.activeElement;
    if (element === null) return { name: '', seen: false };
    const host = element.getRootNode() instanceof ShadowRoot ? (element.getRootNode() as ShadowRoot).host : element;
    const name = element.getAttribute('aria-label') ?? host.getAttribute('label') ?? element.textContent?.trim() ?? '';
    // The composer's box shows it by its frame.
    const marked = [element, host, element.closest('form') ?? element];
    const seen = marked.some((one) => {
      const style = getComputedStyle(one);
      return (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || one.matches(':focus-within') === true && one.tagName === 'FORM';
    });
    return { name, seen };
  });
}

/** Presses Tab, or Shift+Tab, until something of this name has the keyboard. */
async function tabTo(name: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<boolean> {
  for (let step = 0; step < 60; step++) {
    await rivulet.page.keyboard.press(key);
    const now = await focused();
    if (now.name === name) return now.seen;
  }
  throw new Error(`Nothing named ${name} can be reached.`);
}

test('asks, stops, resumes, copies, edits, regenerates and goes back to an older version by keyboard alone', async () => {
  const { page, server, chat } = rivulet;
  const newest = chat.locator('article.assistant').last();
  await rivulet.box.focus();
  server.next(text('Half an answer'), hang());
  await page.keyboard.type('Tell me');
  await page.keyboard.press('Enter');
  await expect.poll(() => newest.textContent()).toContain('Half an answer');
  await page.keyboard.press('Escape');
  await expect.poll(() => stateOf(newest)).toBe('stopped');
  const seen: Record<string, boolean> = {};
  server.next(...answer(', and the other half.'));
  seen['Resume'] = await tabTo('Resume', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => stateOf(newest)).toBe('done');
  await rivulet.box.focus();
  seen['Copy'] = await tabTo('Copy', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('Half an answer, and the other half.');
  server.next(...answer('Again.'));
  seen['Regenerate'] = await tabTo('Regenerate');
  await page.keyboard.press('Enter');
  await expect.poll(() => newest.textContent()).toContain('Again.');
  await rivulet.box.focus();
  seen['Older version'] = await tabTo('Older version', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => newest.textContent()).toContain('the other half.');
  await rivulet.box.focus();
  seen['Edit'] = await tabTo('Edit', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await focused()).name).toBe('Your question in other words');
  seen['Your question in other words'] = (await focused()).seen;
  server.next(...answer('Edited.'));
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Tell me more');
  await page.keyboard.press('Enter');
  await expect.poll(() => newest.textContent()).toContain('Edited.');
  for (const name of ['Attach a file or the selection', 'Conversations', 'New chat', 'Compare models', 'Send']) {
    await rivulet.box.focus();
    seen[name] = await tabTo(name);
  }
  expect(seen).toEqual(Object.fromEntries(Object.keys(seen).map((name) => [name, true])));
});
