// Steering a running answer, queued questions, word-by-word comparison of versions, the outline, and the effort.
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { runCommand, sendQuestion, webviewFrame } from '../../scripts/workbench.ts';
import { answer, done, finish, gate, hang, text, wait } from '../support/fakeServer.ts';
import { stateOf, useRivulet } from './rivulet.ts';

const rivulet = useRivulet({ settings: { 'rivulet.retry.maxAttempts': 1, 'rivulet.resume.maxResumes': 0 } });
const within = (message: Locator, name: string): Locator => message.getByRole('button', { name, exact: true });
const question = (words: string): Locator => rivulet.chat.getByRole('article', { name: 'You' }).filter({ hasText: words });
const row = (words: string): Locator => rivulet.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: words }).first();
const saidTo = ({ body }: { readonly body: { messages: readonly { content: string }[] } }): readonly string[] =>
  body.messages.map(({ content }) => content);

async function thread(): Promise<string[]> {
  return (await rivulet.articles.locator('> .body').allTextContents()).map((body) => body.trim());
}

/** Types, and sends in one of the ways behind the arrow beside Send. */
async function sendBy(words: string, way: string): Promise<void> {
  await rivulet.box.fill(words);
  await rivulet.button('More ways to send').click();
  await rivulet.chat.getByRole('menuitem', { name: way }).click();
}

test('a question asked aside is answered in a tab of its own, and the conversation stays as it is', async () => {
  await rivulet.newChat();
  const more = gate();
  const { request, answer: main } = await rivulet.ask(
    'The main thing',
    text('First half'),
    wait(more.opened),
    text(', the rest.'),
    finish(),
    done(),
  );
  await expect.poll(() => main.textContent()).toContain('First half');
  const before = rivulet.server.requests.length;
  rivulet.server.next(...answer('An aside.'));
  await sendBy('And by the way?', 'Ask aside in a new tab');
  const aside = await rivulet.server.arrived(before);
  await rivulet.page.locator('.editor-group-container .tab', { hasText: 'And by the way?' }).waitFor();
  const tab = await webviewFrame(rivulet.page, '[role="log"] article.assistant:nth-of-type(4)');
  await expect.poll(() => tab.locator('article.assistant').last().textContent()).toContain('An aside.');
  more.open();
  await expect.poll(() => stateOf(main)).toBe('done');
  await runCommand(rivulet.page, 'View: Revert and Close Editor');
  expect({ main: saidTo(request), aside: [saidTo(aside)[0], saidTo(aside).at(-1)], thread: await thread() }).toEqual({
    main: ['The main thing'],
    aside: ['The main thing', 'And by the way?'],
    thread: ['The main thing', 'First half, the rest.'],
  });
});

test('a question interrupts the answer at the end of its sentence, and Resume takes the old course up again', async () => {
  await rivulet.configure({ 'rivulet.steering': 'interrupt' });
  await rivulet.newChat();
  const more = gate();
  const { answer: old } = await rivulet.ask('Tell me a story', text('There was a ri'), wait(more.opened), text('ver. It ran '), hang());
  await expect.poll(() => old.textContent()).toContain('There was a ri');
  const before = rivulet.server.requests.length;
  rivulet.server.next(...answer('About the sea, then.'));
  await sendQuestion(rivulet.box, 'No, about the sea');
  await question('No, about the sea').waitFor();
  const waited = rivulet.server.requests.length - before;
  more.open();
  const next = await rivulet.server.arrived(before);
  await expect.poll(async () => (await thread()).at(-1)).toBe('About the sea, then.');
  const after = await thread();
  rivulet.server.next(...answer(' to the lake.'));
  await within(rivulet.articles.filter({ hasText: 'There was a river' }), 'Resume').click();
  await expect.poll(thread).toEqual(['Tell me a story', expect.stringMatching(/^There was a river\. .*to the lake\.$/)]);
  await rivulet.configure({});
  expect({ waited, said: saidTo(next), after }).toEqual({
    waited: 0,
    said: ['Tell me a story', expect.stringMatching(/^There was a river\./), 'No, about the sea'],
    after: ['Tell me a story', expect.stringMatching(/^There was a river\./), 'No, about the sea', 'About the sea, then.'],
  });
});

test('what waits is moved up, edited, and taken back with the buttons of its row', async () => {
  await rivulet.newChat();
  const more = gate();
  await rivulet.ask('Now', text('Now'), wait(more.opened), text('.'), finish(), done());
  for (const words of ['second', 'third', 'fourth']) {
    await sendQuestion(rivulet.box, words);
    await question(words).waitFor();
  }
  const waiting = async (): Promise<string[]> => (await thread()).slice(2);
  const press = async (words: string, name: string): Promise<void> => {
    await question(words).hover();
    await within(question(words), name).click();
  };
  await press('fourth', 'Move up');
  await expect.poll(waiting).toEqual(['second', 'fourth', 'third']);
  await press('second', 'Move down');
  await expect.poll(waiting).toEqual(['fourth', 'second', 'third']);
  await press('second', 'Edit');
  const edit = rivulet.chat.getByRole('textbox', { name: 'Edit your question' });
  await edit.fill('2nd');
  await edit.press('Enter');
  await expect.poll(waiting).toEqual(['fourth', '2nd', 'third']);
  await press('third', 'Remove from Queue');
  await expect.poll(waiting).toEqual(['fourth', '2nd']);
  const back = await rivulet.box.inputValue();
  await rivulet.box.fill('');
  rivulet.server.next(...answer('Four.'));
  rivulet.server.next(...answer('Two.'));
  more.open();
  await expect.poll(thread).toEqual(['Now', 'Now.', 'fourth', 'Four.', '2nd', 'Two.']);
  expect(back).toBe('third');
});

test('two answers to one question are compared word by word in VS Code’s own diff editor', async () => {
  await rivulet.newChat();
  const { answer: first } = await rivulet.ask('A colour?', ...answer('It is deep blue.'));
  await expect.poll(() => stateOf(first)).toBe('done');
  rivulet.server.next(...answer('It is deep green.'));
  await within(first, 'Regenerate').click();
  const newest = rivulet.articles.last();
  await expect.poll(() => newest.textContent()).toContain('green');
  await within(newest, 'More actions').click();
  await rivulet.chat.getByRole('menuitem', { name: 'Compare Word by Word' }).click();
  const diff = rivulet.page.locator('.monaco-diff-editor');
  // The editor draws blanks as hard ones.
  const shown = async (): Promise<string> => (await diff.innerText()).replaceAll('\u00a0', ' ');
  await expect.poll(shown).toMatch(/It is deep blue\.[^]*It is deep green\./);
  // VS Code encodes and keeps addresses, so no text belongs in one.
  const addresses = await diff.locator('[data-uri]').evaluateAll((all) => all.map((one) => one.getAttribute('data-uri')));
  expect(addresses.filter((address) => address!.includes('deep'))).toEqual([]);
  expect(addresses.length).toBeGreaterThan(1);
  await runCommand(rivulet.page, 'View: Revert and Close Editor');
});

test('a conversation is pinned above the days of the history, and the outline goes to a question', async () => {
  const { page, chat } = rivulet;
  await rivulet.newChat();
  for (const words of ['What is a spring?', 'What is a delta?']) {
    const { answer: shown } = await rivulet.ask(words, ...answer('Water.\n\n'.repeat(40)));
    await expect.poll(() => stateOf(shown)).toBe('done');
  }
  await runCommand(page, 'Rivulet: Show Conversations');
  await row('What is a spring?').hover();
  await row('What is a spring?').getByRole('button', { name: 'Pin' }).click();
  const list = page.locator('.quick-input-list');
  const firstRow = async (): Promise<string> =>
    (await list.locator('.monaco-list-row[data-index="0"]:visible').innerText()).replaceAll(/\s+/g, ' ');
  await expect.poll(firstRow).toMatch(/What is a spring\?.*Pinned/);
  await row('What is a spring?').hover();
  await row('What is a spring?').getByRole('button', { name: 'Unpin' }).click();
  await expect.poll(firstRow).not.toMatch(/Pinned/);
  await page.keyboard.press('Escape');
  await runCommand(page, 'Rivulet: Go to Question');
  await page.locator('.quick-input-titlebar', { hasText: 'Go to Question' }).waitFor();
  // Rows of the list before may still be in the page, below the edge of this one.
  const focused = (): Promise<string> => list.locator('.monaco-list-row.focused .label-name').first().innerText();
  await expect.poll(focused).toBe('What is a delta?');
  await page.keyboard.type('spring');
  await expect.poll(focused).toBe('What is a spring?');
  await page.keyboard.press('Enter');
  await expect.poll(() => chat.evaluate(() => document.activeElement?.textContent)).toContain('What is a spring?');
});

test('the effort and the parameters of a conversation are sent, shown under the answer, and remembered with it', async () => {
  const { page, chat, server } = rivulet;
  await rivulet.configure({ 'rivulet.models': { 'fake/fake': { efforts: ['low', 'high'] } } });
  await rivulet.newChat();
  const effort = chat.getByRole('combobox', { name: 'Effort' });
  await effort.selectOption('high');
  await rivulet.button('More options').or(rivulet.button('Parameters')).first().click();
  const item = chat.getByRole('menuitem', { name: 'Parameters' });
  const form = chat.getByRole('dialog', { name: 'Parameters' });
  await item.or(form).first().waitFor();
  if (await item.isVisible()) await item.click();
  await form.getByLabel('Temperature').fill('0.3');
  await form.getByRole('button', { name: 'Use' }).click();
  const { request, answer: shown } = await rivulet.ask('Think hard', ...answer('Thought.'));
  await expect.poll(() => stateOf(shown)).toBe('done');
  const footer = await shown.locator('.footer').getAttribute('title');
  await rivulet.newChat();
  await expect.poll(() => effort.inputValue()).toBe('');
  await runCommand(page, 'Rivulet: Show Conversations');
  await row('Think hard').click();
  await expect.poll(() => effort.inputValue()).toBe('high');
  await effort.selectOption('low');
  const { request: later, answer: next } = await rivulet.ask('And quickly?', ...answer('Done.'));
  await expect.poll(() => stateOf(next)).toBe('done');
  const footers = await chat.locator('.footer').evaluateAll((all) => all.map((one) => one.getAttribute('title')));
  await rivulet.configure({});
  expect({
    sent: [request.body.reasoning_effort, request.body.temperature, later.body.reasoning_effort],
    footer,
    footers,
    asked: server.requests.length > 0,
  }).toEqual({
    sent: ['high', 0.3, 'low'],
    footer: expect.stringMatching(/Effort high/),
    footers: [expect.stringMatching(/Temperature 0\.3 · Effort high/), expect.stringMatching(/Temperature 0\.3 · Effort low/)],
    asked: true,
  });
});
