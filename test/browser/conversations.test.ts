// Conversations: edited questions, older answers, queued questions, comparisons, and the history.
import type { Frame, Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { answer, done, finish, gate, hang, reasoning, status, text, usage, wait } from '../support/fakeServer.ts';
import { openFile, runCommand, sendQuestion, webviewFrame, widenSideBar } from '../../scripts/workbench.ts';
import { stateOf, useRivulet } from './rivulet.ts';

const rivulet = useRivulet({ settings: { 'rivulet.retry.maxAttempts': 1, 'rivulet.resume.maxResumes': 0 } });
const within = (message: Locator, name: string): Locator => message.getByRole('button', { name, exact: true });
const article = (words: string): Locator => rivulet.articles.filter({ hasText: words });
const question = (words: string): Locator => rivulet.chat.getByRole('article', { name: 'You' }).filter({ hasText: words });
const row = (words: string): Locator => rivulet.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: words }).first();
const quickInput = (): Locator => rivulet.page.locator('.quick-input-widget input[type="text"]');

const startNew = (): Promise<void> => rivulet.newChat();
const hasKeyboard = (frame: Frame): Promise<boolean> =>
  frame.evaluate(() => document.hasFocus() && document.activeElement?.getAttribute('aria-label') === 'Message').catch(() => false);

/** Asks, and waits until the answer is there. */
async function told(words: string, reply: string): Promise<Locator> {
  const { answer: shown } = await rivulet.ask(words, ...answer(reply));
  await expect.poll(() => stateOf(shown)).toBe('done');
  return shown;
}

async function thread(): Promise<string[]> {
  const bodies = await rivulet.articles.locator('> .body').allTextContents();
  return bodies.map((body) => body.trim());
}

test('a question asked in other words keeps the old one as an older version', async () => {
  await startNew();
  await told('How far is the moon?', 'Far.');
  await within(question('moon'), 'Edit').click();
  const box = rivulet.chat.getByRole('textbox', { name: 'Edit your question' });
  rivulet.server.next(...answer('384,400 km.'));
  await box.fill('How far is the moon in km?');
  await box.press('Enter');
  await expect.poll(thread).toEqual(['How far is the moon in km?', '384,400 km.']);
  const version = await question('moon').getByRole('img').getAttribute('aria-label');
  await within(question('moon'), 'Older version').click();
  await expect.poll(thread).toEqual(['How far is the moon?', 'Far.']);
  expect(version).toBe('2 of 2');
});

test('a regenerated answer keeps the older ones, and each can be gone on from', async () => {
  await startNew();
  const first = await told('A colour?', 'Blue.');
  rivulet.server.next(...answer('Green.'));
  await within(first, 'Regenerate').click();
  await expect.poll(thread).toEqual(['A colour?', 'Green.']);
  await told('Why?', 'Grass.');
  await within(article('Green.'), 'Older version').click();
  await expect.poll(thread).toEqual(['A colour?', 'Blue.']);
  await within(article('Blue.'), 'Newer version').click();
  await expect.poll(thread).toEqual(['A colour?', 'Green.', 'Why?', 'Grass.']);
});

test('a question asked while an answer streams waits, can be taken back, and follows by itself', async () => {
  await startNew();
  const more = gate();
  await rivulet.ask('First', text('Begun'), wait(more.opened), text(' and ended.'), finish(), done());
  await sendQuestion(rivulet.box, 'Second');
  await sendQuestion(rivulet.box, 'Third');
  await expect.poll(async () => [await stateOf(question('Second')), await stateOf(question('Third'))]).toEqual(['waiting', 'waiting']);
  await within(question('Third'), 'Remove from Queue').click();
  await expect.poll(() => rivulet.box.inputValue()).toBe('Third');
  rivulet.server.next(...answer('The second answer.'));
  more.open();
  await expect.poll(thread).toEqual(['First', 'Begun and ended.', 'Second', 'The second answer.']);
  await rivulet.box.fill('');
});

test('two conversations stream at once; the one left alone is whole when it is opened again', async () => {
  await startNew();
  const more = gate();
  await rivulet.ask('The long one', text('Once upon a time'), wait(more.opened), text(' and ever after.'), finish(), done());
  await startNew();
  await told('The short one', 'Short.');
  const running = rivulet.server.sockets.filter(({ closedMs }) => closedMs === undefined).length;
  more.open();
  await runCommand(rivulet.page, 'Rivulet: Show Conversations');
  await row('The long one').click();
  await expect.poll(thread).toEqual(['The long one', 'Once upon a time and ever after.']);
  expect(running).toBeGreaterThan(0);
});

test('the history finds a conversation by what was said in it, renames it, and deletes it when asked twice', async () => {
  await startNew();
  await told('A needle', 'There was a haystack with a xylophone in it.');
  await startNew();
  await runCommand(rivulet.page, 'Rivulet: Show Conversations');
  await quickInput().fill('xylophone');
  const found = await row('A needle').innerText();
  await row('A needle').hover();
  await row('A needle').getByRole('button', { name: 'Rename' }).click();
  await rivulet.page.locator('.quick-input-widget').getByText('Rename Conversation').waitFor();
  await quickInput().fill('A sharper name');
  await quickInput().press('Enter');
  await row('A sharper name').hover();
  await row('A sharper name').getByRole('button', { name: 'Delete' }).click();
  const dialog = rivulet.page.getByRole('dialog').filter({ hasText: 'It will be deleted from this computer' });
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect.poll(() => row('A sharper name').count()).toBe(0);
  await rivulet.page.keyboard.press('Escape');
  expect(found).toContain('xylophone');
});

test('a new chat from an answer has all before it and leaves the old one as it was', async () => {
  await startNew();
  const first = await told('One', 'Uno.');
  await told('Two', 'Due.');
  await within(first, 'More actions').click();
  await rivulet.chat.getByRole('menuitem', { name: 'New Chat from Here' }).click();
  await expect.poll(thread).toEqual(['One', 'Uno.']);
  const { request } = await rivulet.ask('Three', ...answer('Tre.'));
  expect(request.body.messages.map(({ content }: { content: string }) => content)).toEqual(['One', 'Uno.', 'Three']);
});

test('the reasoning is folded away with its time, and the footer counts tokens, wait and speed', async () => {
  await startNew();
  const thought = gate();
  const more = gate();
  const { answer: shown } = await rivulet.ask(
    'Think',
    reasoning('Let me see.'),
    wait(thought.opened),
    text('Seen.'),
    wait(more.opened),
    finish(),
    usage(12, 345),
    done(),
  );
  const details = shown.getByRole('group');
  await expect.poll(() => details.textContent()).toContain('Reasoning');
  thought.open();
  await expect.poll(() => details.locator('summary').textContent()).toMatch(/^Reasoned for \d+(?:\.\d)? m?s$/);
  const hidden = await shown.getByText('Let me see.').isVisible();
  await details.locator('summary').click();
  await shown.getByText('Let me see.').waitFor();
  more.open();
  await expect.poll(() => shown.locator('.footer').textContent()).toMatch(/^12 tokens in, 345 out · first after (?:\d+ ms|\d+\.\d s)/);
  expect(hidden).toBe(false);
});

test('an answer that a limit has stopped opens the setting of that limit', async () => {
  const { page, button, ask, configure } = rivulet;
  await configure({ 'rivulet.limits.maxCharacters': 5 });
  await startNew();
  const { answer: stopped } = await ask('Go', ...answer('Twelve words.'));
  await expect.poll(() => stateOf(stopped)).toBe('limit');
  await button('Change Setting').click();
  const settings = page.locator('.settings-editor');
  await settings.locator('[aria-label^="rivulet.limits.maxCharacters"], [data-key="rivulet.limits.maxCharacters"]').first().waitFor();
  await page.keyboard.press('Escape');
  await settings.waitFor({ state: 'detached' });
  await configure({});
});

test('a wait that a server asks for counts down, and Cancel ends it', async () => {
  await startNew();
  await rivulet.configure({ 'rivulet.retry.maxAttempts': 3 });
  const before = rivulet.server.requests.length;
  const { answer: shown } = await rivulet.ask('Busy?', ...status(429, { error: { message: 'Slow down' } }, { 'retry-after': '50' }));
  await expect.poll(() => stateOf(shown)).toBe('waiting');
  const left = async (): Promise<number> => Number(/Next try in (\d+) s/.exec((await shown.locator('.note-text').textContent())!)?.[1]);
  const first = await left();
  await expect.poll(left).toBeLessThan(first);
  await within(shown, 'Cancel').click();
  await expect.poll(() => stateOf(shown)).toBe('stopped');
  expect({ possible: first > 0 && first <= 50, requests: rivulet.server.requests.length - before }).toEqual({
    possible: true,
    requests: 1,
  });
});

test('several models answer side by side, each with its own stop, and one is gone on with', async () => {
  await startNew();
  await rivulet.configure({
    'rivulet.endpoints': [{ id: 'fake', name: 'Fake', baseURL: rivulet.server.url, models: ['red', 'green'] }],
    'rivulet.model': 'fake/red',
  });
  await rivulet.modelIs('red (Fake)');
  const before = rivulet.server.requests.length;
  rivulet.server.next(text('One answer'), hang());
  rivulet.server.next(text('One answer'), hang());
  await rivulet.box.fill('Which of you?');
  await rivulet.button('Compare models').click();
  await row('green').click();
  await rivulet.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
  await rivulet.server.arrived(before + 1);
  const beside = rivulet.chat.getByRole('group', { name: 'Answers to compare' });
  const [red, green] = ['red (Fake)', 'green (Fake)'].map((name) => beside.getByRole('article', { name, includeHidden: true })) as [
    Locator,
    Locator,
  ];
  await expect.poll(async () => [await stateOf(red), await stateOf(green)]).toEqual(['streaming', 'streaming']);
  await expect.poll(() => green.textContent()).toContain('One answer');
  // A narrow panel shows one at a time, a wide one all.
  const seen = async (): Promise<boolean[]> => [await red.isVisible(), await green.isVisible()];
  const tab = (name: string): Locator => rivulet.chat.getByRole('tab', { name });
  await tab('green (Fake)').click();
  await expect.poll(seen).toEqual([false, true]);
  await widenSideBar(rivulet.page, 760);
  await expect.poll(seen).toEqual([true, true]);
  const [left, right] = [(await red.boundingBox())!, (await green.boundingBox())!];
  await widenSideBar(rivulet.page, 300);
  await tab('red (Fake)').click();
  await within(red, 'Stop').click();
  await expect.poll(async () => [await stateOf(red), await stateOf(green)]).toEqual(['stopped', 'streaming']);
  await tab('green (Fake)').click();
  await within(green, 'Continue with This Answer').click();
  await expect.poll(thread).toEqual(['Which of you?', 'One answer']);
  // Stop is the composer's alone once the answer is no longer one of several.
  await expect.poll(() => rivulet.button('Stop').count()).toBe(1);
  await rivulet.button('Stop').click();
  const ends = await Promise.all(rivulet.server.requests.slice(before, before + 2).map(async ({ over }) => (await over).how));
  const { request } = await rivulet.ask('And now?', ...answer('Now this.'));
  expect({
    ends,
    beside: left.y === right.y && left.x !== right.x,
    models: rivulet.server.requests
      .slice(before, before + 2)
      .map(({ body }) => body.model)
      .sort(),
    next: request.body.messages.map(({ content }: { content: string }) => content),
  }).toEqual({
    ends: ['client-left', 'client-left'],
    beside: true,
    models: ['green', 'red'],
    next: ['Which of you?', 'One answer', 'And now?'],
  });
});

test('what is attached by #, by command and by dragging goes along, and is shown as chips with their tokens', async () => {
  await startNew();
  const chips = rivulet.chat.locator('.composer').getByRole('list', { name: 'Attached' }).getByRole('listitem');
  await openFile(rivulet.page, 'greeting.py');
  await rivulet.page.keyboard.press('Control+A');
  await runCommand(rivulet.page, 'Rivulet: Attach Selection to Chat');
  await expect.poll(() => chips.allTextContents()).toHaveLength(1);
  await rivulet.box.fill('What is #README');
  await rivulet.box.press('End');
  await rivulet.chat
    .getByRole('option', { name: /README/ })
    .first()
    .waitFor();
  await rivulet.box.press('Enter');
  await expect.poll(() => chips.allTextContents()).toHaveLength(2);
  await rivulet.chat.locator('body').evaluate((body) => {
    const data = new DataTransfer();
    data.items.add(new File(['dropped words'], 'dropped.txt', { type: 'text/plain' }));
    body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  const counted = async (): Promise<boolean[]> => (await chips.allTextContents()).map((chip) => /~|about \d/.test(chip));
  await expect.poll(counted).toEqual([true, true, true]);
  await rivulet.box.fill('What is all this?');
  const { request } = await rivulet.ask('What is all this?', ...answer('Files.'));
  const sent = request.body.messages.at(-1)!.content;
  expect({
    named: ['greeting.py:', 'README.md:', 'dropped.txt:'].map((name) => sent.includes(name)),
    text: [sent.includes('dropped words'), sent.endsWith('What is all this?')],
    left: await chips.count(),
    kept: await question('What is all this?').getByRole('listitem').count(),
  }).toEqual({ named: [true, true, true], text: [true, true], left: 0, kept: 3 });
});

test('a Mermaid diagram is drawn in VS Code’s own preview, on demand', async () => {
  await startNew();
  const shown = await told('Draw', '```mermaid\ngraph TD\n  Spring --> Stream\n```\n');
  await within(shown, 'Show diagram').click();
  await rivulet.page.locator('.editor-group-container .tab', { hasText: 'Diagram' }).waitFor();
  const preview = await webviewFrame(rivulet.page, '.mermaid svg, svg[id^="mermaid"], .mermaid-wrapper svg');
  await expect.poll(async () => (await preview.locator('svg').allTextContents()).join(' ')).toMatch(/Spring.*Stream/s);
  await runCommand(rivulet.page, 'View: Revert and Close Editor');
});

test('a conversation opened in an editor tab shares its stream with the side bar', async () => {
  await startNew();
  const more = gate();
  await rivulet.ask('Shared?', text('In both'), wait(more.opened), text(' places.'), finish(), done());
  await runCommand(rivulet.page, 'Rivulet: Open Conversation in Editor');
  const tab = rivulet.page.locator('.editor-group-container .tab', { hasText: 'Shared?' });
  await tab.waitFor();
  const others = async (): Promise<string[]> => {
    const texts: string[] = [];
    for (const frame of rivulet.page.frames())
      texts.push(
        ...(await frame
          .locator('[role="log"] article.assistant > .body')
          .allTextContents()
          .catch(() => [])),
      );
    return texts.map((body) => body.trim().slice(0, 40));
  };
  await expect.poll(others).toEqual([expect.stringContaining('In both'), expect.stringContaining('In both')]);
  more.open();
  const whole = async (): Promise<number> => (await others()).filter((body) => body.includes('In both places.')).length;
  await expect.poll(whole).toBe(2);
  // The button in a title begins a conversation there, whichever was used last.
  const inTab = await webviewFrame(rivulet.page, '[role="log"] article.assistant', undefined, [rivulet.chat]);
  await inTab.getByRole('textbox', { name: 'Message' }).click();
  await startNew();
  await expect.poll(whole).toBe(1);
  await rivulet.page
    .locator('.editor-group-container .title')
    .getByRole('button', { name: /^New Chat/ })
    .click();
  await inTab.locator('.messages > .empty').waitFor();
  await expect.poll(() => hasKeyboard(inTab)).toBe(true);
  await runCommand(rivulet.page, 'View: Revert and Close Editor');
});

test('whoever opens a chat can write in it at once, in a tab and in the side bar', async () => {
  const { page, chat, box } = rivulet;
  const keyboardIn = async (): Promise<Frame | undefined> => {
    for (const frame of page.frames()) if (await hasKeyboard(frame)) return frame;
    return undefined;
  };
  await startNew();
  await runCommand(page, 'Rivulet: Open Conversation in Editor');
  let tab: Frame | undefined;
  await expect.poll(async () => [undefined, chat].includes((tab = await keyboardIn()))).toBe(false);
  await page.keyboard.type('in the tab');
  await runCommand(page, 'Rivulet: Open Chat');
  await expect.poll(async () => (await keyboardIn()) === chat).toBe(true);
  await page.keyboard.type('in the side bar');
  expect([await tab!.getByRole('textbox', { name: 'Message' }).inputValue(), await box.inputValue()]).toEqual([
    'in the tab',
    'in the side bar',
  ]);
  await box.fill('');
  await runCommand(page, 'View: Revert and Close Editor');
});

test('keys reach the box when VS Code focuses only its own frame around the page, also after the page has taken the keyboard', async () => {
  const { page, chat, box } = rivulet;
  await startNew();
  const frame = await chat.parentFrame()!.frameElement();
  const focusFrame = (): Promise<void> => frame.evaluate((element) => (element as HTMLIFrameElement).contentWindow!.focus());
  await box.focus();
  await focusFrame();
  await expect.poll(() => hasKeyboard(chat)).toBe(true);
  await page.keyboard.type('from the page');
  await page.locator('.part.editor').click();
  await expect.poll(() => hasKeyboard(chat)).toBe(false);
  await focusFrame();
  await expect.poll(() => hasKeyboard(chat)).toBe(true);
  await page.keyboard.type(', from an editor');
  expect(await box.inputValue()).toBe('from the page, from an editor');
  await box.fill('');
});

test('the chat moves to the secondary side bar and back, with what it shows', async () => {
  await startNew();
  await told('Where are you?', 'Here.');
  await runCommand(rivulet.page, 'Rivulet: Move Chat to the Secondary Side Bar');
  await rivulet.page.locator('.part.auxiliarybar').getByText('Rivulet').first().waitFor();
  const moved = await webviewFrame(rivulet.page, '[role="log"] article', undefined, [rivulet.chat]);
  await expect.poll(() => moved.locator('article.assistant').textContent()).toContain('Here.');
  await runCommand(rivulet.page, 'Rivulet: Move Chat to the Side Bar');
  await rivulet.page.locator('.part.sidebar').getByText('Rivulet: Chat').waitFor();
  const back = await webviewFrame(rivulet.page, '[role="log"] article', undefined, [rivulet.chat, moved]);
  await expect.poll(() => back.locator('article.assistant').textContent()).toContain('Here.');
  await runCommand(rivulet.page, 'View: Hide Secondary Side Bar');
});
