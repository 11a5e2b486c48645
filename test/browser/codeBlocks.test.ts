// A code block while it is streaming: highlighted, copied, inserted, opened, applied, wrapped, and scrolled before its end arrives.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { done, finish, text } from '../support/fakeServer.ts';
import { openFile, runCommand, webviewFrame } from '../../scripts/workbench.ts';
import { pouring } from './pouring.ts';
import { stateOf, useRivulet } from './rivulet.ts';

const rivulet = useRivulet();
beforeEach(() => rivulet.newChat());
const within = (answer: Locator, name: string): Locator => answer.getByRole('button', { name, exact: true });
/** The lines as one sees them: VS Code adds them in any order, and draws a space as one that does not break. */
const editorText = async (): Promise<string> => {
  const lines = await rivulet.page
    .locator('.editor-group-container .view-line')
    .evaluateAll((elements) => elements.map((line) => ({ top: parseFloat((line as HTMLElement).style.top), text: line.textContent! })));
  return lines
    .sort((a, b) => a.top - b.top)
    .map(({ text }) => `${text}\n`.replaceAll('\u00a0', ' '))
    .join('');
};
const tabsChat = (): Promise<Frame> => webviewFrame(rivulet.page, '[role="log"] article.assistant', undefined, [rivulet.chat]);
const activeTab = (name: string | RegExp): Promise<void> =>
  rivulet.page.locator('.editor-group-container .tab.active', { hasText: name }).waitFor();

test('while it grows it has its language and colours, and can be copied, inserted, opened as a file and put over a selection', async () => {
  const { page } = rivulet;
  await openFile(page, 'greeting.py');
  const flow = pouring();
  const { answer } = await rivulet.ask('Some code', flow.script);
  const code = 'answer = 42\nnames = ["a"]\n';
  flow.pour(`Here:\n\n\`\`\`python\n${code}`);
  await answer.getByText('names').waitFor();
  await answer.locator('.line .hljs-number', { hasText: '42' }).waitFor();
  const label = await answer.getByText('python', { exact: true }).isVisible();

  await within(answer, 'Copy code').click();
  // Without the last line end: pasted into a terminal, that would run it.
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(code.trimEnd());
  await within(answer, 'Copied').waitFor();

  await page.locator('.editor-group-container .view-lines').first().click();
  await page.keyboard.press('Control+Home');
  await within(answer, 'Insert code at cursor').click();
  await expect.poll(editorText).toMatch(/^answer = 42\nnames = \["a"\]\n/);

  await page.locator('.editor-group-container .view-lines').first().click();
  await page.keyboard.press('Control+A');
  await within(answer, 'Apply to file…').click();
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'In Place of the Selection' }).click();
  await expect.poll(async () => (await editorText()).trimEnd()).toBe(code.trimEnd());

  await within(answer, 'New file from code').click();
  await activeTab('Untitled');
  await expect.poll(async () => (await editorText()).trimEnd()).toBe(code.trimEnd());
  const language = await page.locator('.statusbar-item[id="status.editor.mode"]').innerText();

  const during = await stateOf(answer);
  flow.pour('last = None\n```\n\nThat is all.');
  flow.end();
  await expect.poll(() => stateOf(answer)).toBe('done');
  expect({ label, language: language.trim(), during, whole: await answer.locator('.code pre').textContent() }).toEqual({
    label: true,
    language: 'Python',
    during: 'streaming',
    whole: `${code}last = None\n`,
  });
});

test('while it grows its long lines scroll sideways or wrap, and its bar stays in view when the reader scrolls into it', async () => {
  const flow = pouring();
  const { answer } = await rivulet.ask('More code', flow.script);
  flow.pour(`\`\`\`js\n// ${'wide '.repeat(80)}\n${Array.from({ length: 60 }, (_, line) => `let line${line} = ${line};\n`).join('')}`);
  await answer.getByText('line59').waitFor();
  const pre = answer.locator('.code pre');
  const overflow = (): Promise<boolean> => pre.evaluate((element) => element.scrollWidth > element.clientWidth);
  const scrolled = await pre.evaluate((element) => {
    element.scrollLeft = 150;
    return element.scrollLeft;
  });
  flow.pour('let after = 1;\n');
  await answer.getByText('after').waitFor();
  const keptPx = await pre.evaluate((element) => element.scrollLeft);

  const log = rivulet.chat.getByRole('log', { name: 'Conversation' });
  const box = (await log.boundingBox())!;
  await rivulet.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await rivulet.page.mouse.wheel(0, -200);
  await rivulet.button('Jump to latest').waitFor();
  const fromTop = async (): Promise<number> => Math.round((await answer.getByText('js', { exact: true }).boundingBox())!.y - box.y);
  const [top, wide] = [await fromTop(), await overflow()];

  await within(answer, 'Wrap lines').click();
  const wrapped = { pressed: await within(answer, 'Wrap lines').getAttribute('aria-pressed'), wide: await overflow() };
  await within(answer, 'Wrap lines').click();
  const back = { pressed: await within(answer, 'Wrap lines').getAttribute('aria-pressed'), wide: await overflow() };
  const during = await stateOf(answer);
  flow.end();
  await expect.poll(() => stateOf(answer)).toBe('done');
  expect({ scrolled, keptPx, inView: top >= 0 && top < 20, wide, wrapped, back, during }).toEqual({
    scrolled: 150,
    keptPx: 150,
    inView: true,
    wide: true,
    wrapped: { pressed: 'true', wide: false },
    back: { pressed: 'false', wide: true },
    during: 'streaming',
  });
});

test('a file that does not exist is created when one agrees, and is gone when its changes are undone', async () => {
  const { page, place } = rivulet;
  const file = join(place.folder, 'created', 'new.py');
  const content = (): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined);
  const { answer } = await rivulet.ask('A new file', text('```python created/new.py\na = 1\nb = 2\n```\n'), finish(), done());
  await expect.poll(() => stateOf(answer)).toBe('done');
  const dialog = page.locator('.monaco-dialog-box', { hasText: 'Create created/new.py?' });
  await within(answer, 'Apply to file…').click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  const refused = await content();
  await within(answer, 'Apply to file…').click();
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.locator('.view-line', { hasText: 'b = 2' }).waitFor();
  const created = await content();
  await runCommand(page, 'Rivulet: Undo All Changes in File');
  await expect.poll(content).toBe(undefined);
  await expect.poll(() => page.locator('.editor-group-container .tab', { hasText: 'new.py' }).count()).toBe(0);
  expect({ refused, created }).toEqual({ refused: undefined, created: '' });
});

test('from an editor tab, code and whole answers go to the text editor used last, indented and without fences', async () => {
  const { page } = rivulet;
  await openFile(page, 'greeting.py');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('def f():\nif a:\n', { delay: 20 });
  await expect.poll(editorText).toBe('def f():\n    if a:\n        \n');
  const reply = 'Here it is:\n\n```python\nif b:\n    x = 1\nelse:\n    x = 2\n```\n\nThat is all.';
  const { answer } = await rivulet.ask('An if', text(reply), finish(), done());
  await expect.poll(() => stateOf(answer)).toBe('done');
  await page.locator('.editor-group-container .view-lines').first().click();
  await page.keyboard.press('Control+End');
  // The tab covers the file.
  await runCommand(page, 'Rivulet: Open Conversation in Editor');
  await activeTab('An if');
  const tab = (await tabsChat()).locator('article.assistant').last();
  await within(tab, 'Insert code at cursor').click();
  await activeTab('greeting.py');
  const code = '        if b:\n            x = 1\n        else:\n            x = 2';
  await expect.poll(editorText).toBe(`def f():\n    if a:\n${code}\n`);

  await page.keyboard.press('Control+Z');
  await page.getByRole('tab', { name: 'An if' }).first().click();
  await activeTab('An if');
  await within(tab, 'Insert at cursor').click();
  await activeTab('greeting.py');
  await expect.poll(editorText).toBe(`def f():\n    if a:\n        # Here it is:\n${code}\n\n        # That is all.\n`);
});

test('from a window of its own, code goes to the text editor used last, in the window that has it', async () => {
  const { page } = rivulet;
  await openFile(page, 'greeting.py');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('first = 1\n');
  await expect.poll(editorText).toBe('first = 1\n\n');
  const { answer } = await rivulet.ask('One line', text('```python\nsecond = 2\n```\n'), finish(), done());
  await expect.poll(() => stateOf(answer)).toBe('done');
  await page.locator('.editor-group-container .view-lines').first().click();
  await page.keyboard.press('Control+End');
  await runCommand(page, 'Rivulet: Open Conversation in Editor');
  await activeTab('One line');
  const detached = page.waitForEvent('popup');
  await runCommand(page, 'View: Move Editor into New Window');
  const window = await detached;
  const chat = await webviewFrame(window, '[role="log"] article.assistant');
  await within(chat.locator('article.assistant').last(), 'Insert code at cursor').click();
  await expect.poll(editorText).toBe('first = 1\nsecond = 2\n');
  await window.close();
});
