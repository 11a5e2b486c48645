// Pictures, slash commands, and instructions in a real window: what is pasted or switched on reaches the server.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { answer } from '../support/fakeServer.ts';
import { openFile } from '../../scripts/workbench.ts';
import { stateOf, useRivulet } from './rivulet.ts';

const rivulet = useRivulet({ settings: { 'rivulet.prompts': { greet: 'Say hello to ${input:who}.' } } });

/** One pixel. */
const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const inFolder = (...path: string[]): string => join(rivulet.place.folder, ...path);
afterAll(() =>
  Promise.all(
    [inFolder('AGENTS.md'), inFolder('.github'), inFolder('dot.png'), inFolder('pkg')].map((path) =>
      rm(path, { recursive: true, force: true }),
    ),
  ),
);

/** Pastes a picture that the browser draws. */
const paste = (name: string, width: number, height: number): Promise<void> =>
  rivulet.box.evaluate(
    async (box, [file, wide, high]) => {
      const canvas = new OffscreenCanvas(wide, high);
      canvas.getContext('2d')!.fillRect(0, 0, wide, high);
      const transfer = new DataTransfer();
      transfer.items.add(new File([await canvas.convertToBlob()], file, { type: 'image/png' }));
      box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }));
    },
    [name, width, height] as const,
  );

test('a pasted picture is sent with the question and with the next one, shown in the conversation, and removed with its chip', async () => {
  await writeFile(inFolder('dot.png'), Buffer.from(dot, 'base64'));
  await rivulet.newChat();
  await paste('wrong.png', 5, 5);
  await rivulet.button('Remove wrong.png').click();
  // A picture of the workspace is made ready by the page too.
  await rivulet.box.pressSequentially('#dot.png');
  await rivulet.chat.getByRole('option', { name: 'dot.png' }).click();
  await rivulet.button('Remove dot.png').click();
  await paste('screen.png', 4, 2);
  await rivulet.button('Open screen.png').waitFor();
  const first = await rivulet.ask('What is this?', ...answer('A bar.'));
  await expect.poll(() => stateOf(first.answer)).toBe('done');
  const second = await rivulet.ask('Sure?', ...answer('Yes.'));
  await expect.poll(() => stateOf(second.answer)).toBe('done');
  const contentOf = (body: { messages: { content: unknown }[] }, at: number): unknown => body.messages[at]?.content;
  const picture = { type: 'image_url', image_url: { url: expect.stringMatching(/^data:image\/png;base64,iVBOR/) } };
  const sent = [picture, { type: 'text', text: 'What is this?' }];
  const shown = rivulet.articles.first().getByRole('button', { name: 'Open screen.png' }).locator('img');
  expect({
    sent: [contentOf(first.request.body, 0), contentOf(second.request.body, 0), contentOf(second.request.body, 2)],
    shown: await shown.evaluate((img: HTMLImageElement) => img.naturalWidth > 0),
    left: await rivulet.chat.locator('.composer .chip').count(),
  }).toEqual({ sent: [sent, sent, 'Sure?'], shown: true, left: 0 });
});

test('prompts are slash commands with their inputs, and the nearest instructions go along until they are removed', async () => {
  await mkdir(inFolder('.github', 'prompts'), { recursive: true });
  await writeFile(
    inFolder('.github', 'prompts', 'make it shorter.prompt.md'),
    '---\ndescription: Fewer words\n---\nMake it shorter, see [the rules](../../rules.md) and #file:gone.md\n',
  );
  await writeFile(inFolder('rules.md'), 'Ten words at most.');
  await writeFile(inFolder('AGENTS.md'), 'Speak like a pirate.');
  await rivulet.configure({ 'rivulet.instructions': true });
  await rivulet.newChat();
  const chip = rivulet.chat.locator('.composer .chip', { hasText: 'AGENTS.md' });
  await chip.waitFor();
  await rivulet.box.pressSequentially('/mak');
  await rivulet.chat.getByRole('option', { name: '/make-it-shorter' }).waitFor();
  await rivulet.box.press('Enter');
  await expect.poll(() => rivulet.box.inputValue()).toBe('/make-it-shorter ');
  const before = rivulet.server.requests.length;
  rivulet.server.next(...answer('Arr.'));
  await rivulet.box.press('Enter');
  const file = await rivulet.server.arrived(before);
  await rivulet.page.locator('.notification-list-item-message').filter({ hasText: 'gone.md' }).first().waitFor();
  await expect.poll(() => stateOf(rivulet.articles.filter({ hasText: 'Arr.' }))).toBe('done');
  // The nearest one to the file that a person works on.
  await mkdir(inFolder('pkg', 'api'), { recursive: true });
  await writeFile(inFolder('pkg', 'AGENTS.md'), 'Speak like a sailor.');
  await writeFile(inFolder('pkg', 'api', 'boat.ts'), '');
  await openFile(rivulet.page, 'boat.ts');
  await rivulet.button('Remove pkg/AGENTS.md').click();
  await chip.waitFor({ state: 'detached' });
  const own = await rivulet.ask('/greet the sea', ...answer('Hello.'));
  await expect.poll(() => stateOf(own.answer)).toBe('done');
  await rivulet.configure({});
  // The file that the prompt refers to goes along; the one that is not there is told.
  const shorter = expect.stringMatching(/rules\.md[^]*Ten words at most\.[^]*Make it shorter, see .*gone\.md$/);
  expect([file.body.messages, own.request.body.messages.at(0), own.request.body.messages.at(-1)]).toEqual([
    [
      { role: 'system', content: 'AGENTS.md:\n\nSpeak like a pirate.' },
      { role: 'user', content: shorter },
    ],
    { role: 'user', content: shorter },
    { role: 'user', content: 'Say hello to the sea.' },
  ]);
});

test('a prompt that is too long goes out by itself after a summary, which can be edited and undone', async () => {
  await rivulet.configure({ 'rivulet.models': { 'fake/fake': { contextWindow: 900, maxOutput: 200 } } });
  await rivulet.newChat();
  const words = (word: string): string => `${word} `.repeat(330);
  for (const word of ['one', 'two']) {
    const { answer: shown } = await rivulet.ask(word, ...answer(words(word)));
    await expect.poll(() => stateOf(shown)).toBe('done');
  }
  await rivulet.box.fill(words('three'));
  await rivulet.chat.getByText('This prompt is longer than').waitFor();
  const before = rivulet.server.requests.length;
  await rivulet.box.press('Enter');
  const held = { requests: rivulet.server.requests.length - before, box: (await rivulet.box.inputValue()).length };
  rivulet.server.next(...answer('In short: one.'));
  rivulet.server.next(...answer('Three.'));
  await rivulet.button('Summarize Older Messages').click();
  const [asked, sent] = [await rivulet.server.arrived(before), await rivulet.server.arrived(before + 1)];
  await expect.poll(() => stateOf(rivulet.articles.filter({ hasText: 'Three.' }))).toBe('done');
  const summary = rivulet.articles.filter({ hasText: 'Summary of the conversation so far' });
  await summary.getByText('Later prompts start with this summary').waitFor();
  await summary.getByRole('button', { name: 'Edit Summary' }).click();
  await summary.getByRole('textbox', { name: 'Edit Summary' }).fill('Only one.');
  await summary.getByRole('button', { name: 'Save', exact: true }).click();
  await rivulet.chat.getByText('Only one.').waitFor({ state: 'attached' });
  const later = await rivulet.ask('four', ...answer('Four.'));
  await expect.poll(() => stateOf(later.answer)).toBe('done');
  await summary.getByRole('button', { name: 'Undo' }).click();
  await rivulet.chat.getByText('This summary is not used').waitFor();
  await rivulet.configure({});
  const contents = (body: { messages: { content: string }[] }): string[] => body.messages.map(({ content }) => content.slice(0, 60).trim());
  expect({
    held,
    asked: contents(asked.body).length,
    last: contents(asked.body).at(-1)!.slice(0, 27),
    sent: contents(sent.body),
    later: contents(later.request.body)[0],
  }).toEqual({
    held: { requests: 0, box: words('three').length },
    asked: 5,
    last: 'Summarize this conversation',
    sent: [expect.stringContaining('Summary of the conversation so far:\n\nIn short: one.\n\nthree')],
    later: expect.stringContaining('Summary of the conversation so far:\n\nOnly one.\n\nthree'),
  });
});

test('the effort that is chosen is sent and shown, and a model that cannot see is named before a picture goes to it', async () => {
  await rivulet.configure({ 'rivulet.models': { 'fake/fake': { efforts: ['low', 'high'], vision: false } } });
  await rivulet.newChat();
  await rivulet.chat.getByRole('combobox', { name: 'Effort' }).selectOption('high');
  await paste('screen.png', 3, 3);
  await rivulet.chat.getByText('fake (fake) cannot see pictures.').waitFor();
  const before = rivulet.server.requests.length;
  await rivulet.box.fill('Think');
  await rivulet.box.press('Enter');
  const held = rivulet.server.requests.length - before;
  rivulet.server.next(...answer('Done.'));
  await rivulet.button('Send Without Pictures').click();
  const { body } = await rivulet.server.arrived(before);
  const shown = rivulet.articles.filter({ hasText: 'Done.' });
  await expect.poll(() => shown.textContent()).toContain('Effort high');
  await rivulet.configure({});
  expect({ held, effort: body.reasoning_effort, content: body.messages.at(-1).content }).toEqual({
    held: 0,
    effort: 'high',
    content: 'Think',
  });
});
