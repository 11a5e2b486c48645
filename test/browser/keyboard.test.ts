// The whole chat without a mouse: everything is reached by Tab, shows its focus, and works.
import { expect, test } from 'vitest';
import { runCommand, webviewFrame } from '../../scripts/workbench.ts';
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
      return (
        (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || (one.matches(':focus-within') === true && one.tagName === 'FORM')
      );
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
  await expect.poll(async () => (await focused()).name).toBe('Edit your question');
  seen['Edit your question'] = (await focused()).seen;
  server.next(...answer('Edited.'));
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Tell me more');
  await page.keyboard.press('Enter');
  await expect.poll(() => newest.textContent()).toContain('Edited.');
  for (const name of ['Attach a file or the selection', 'Compare models', 'Send']) {
    await rivulet.box.focus();
    seen[name] = await tabTo(name);
  }
  expect(seen).toEqual(Object.fromEntries(Object.keys(seen).map((name) => [name, true])));
});

test('compares two models, goes on with one of them, and exports the conversation by keyboard alone', async () => {
  const { page, server, chat } = rivulet;
  await rivulet.newChat();
  await rivulet.configure({
    'rivulet.endpoints': [{ id: 'fake', name: 'Fake', baseURL: server.url, models: ['red', 'green'] }],
    'rivulet.model': 'fake/red',
  });
  await rivulet.modelIs('red (Fake)');
  const input = page.locator('.quick-input-widget input[type="text"]');
  const inPalette = async (command: string): Promise<void> => {
    await page.keyboard.press('F1');
    await input.waitFor();
    await page.keyboard.type(command);
    await page.locator('.quick-input-list .monaco-list-row').first().getByText(command).waitFor();
    await page.keyboard.press('Enter');
  };
  server.next(...answer('One answer.'));
  server.next(...answer('One answer.'));
  await rivulet.box.focus();
  await page.keyboard.type('By keyboard?');
  await tabTo('Compare models');
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'green' }).waitFor();
  await page.keyboard.type('green');
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'red' }).waitFor({ state: 'hidden' });
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  const compared = chat.getByRole('group', { name: 'Answers to compare' }).getByRole('article', { includeHidden: true });
  await expect.poll(async () => Promise.all((await compared.all()).map((one) => stateOf(one)))).toEqual(['done', 'done']);
  await rivulet.box.focus();
  const seen = await tabTo('Continue with This Answer', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => compared.count()).toBe(0);
  await inPalette('Rivulet: Export Conversation');
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Markdown' }).waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => input.inputValue()).toMatch(/\.md$/);
  await page.keyboard.press('Enter');
  const exported = page.locator('.monaco-editor .view-lines');
  // The editor draws blanks as hard ones.
  await expect.poll(() => exported.textContent()).toMatch(/One.answer\./);
  expect({ seen, text: await exported.textContent() }).toEqual({ seen: true, text: expect.stringMatching(/By.keyboard\?/) });
});

test('finds in the conversation and goes from question to question with keys, in the side bar and in a tab', async () => {
  const { page, chat } = rivulet;
  const seen: Record<string, unknown> = {};
  const use = async (where: string, frame: typeof chat): Promise<void> => {
    await frame.getByRole('textbox', { name: 'Message' }).click();
    await page.keyboard.press('Control+f');
    const find = frame.getByRole('search', { name: 'Find in conversation' });
    await find.waitFor();
    await page.keyboard.type('answer');
    await expect.poll(() => find.locator('.find-count').innerText()).toBe('1 of 1');
    await page.keyboard.press('Escape');
    await find.waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+Alt+ArrowUp');
    await expect.poll(() => frame.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('You');
    seen[where] = true;
  };
  await use('side bar', chat);
  await runCommand(page, 'Rivulet: Open Conversation in Editor');
  await page.locator('.editor-group-container .tab').first().waitFor();
  await use('tab', await webviewFrame(page, '[role="log"] article.assistant', undefined, [chat]));
  expect(seen).toEqual({ 'side bar': true, tab: true });
});
