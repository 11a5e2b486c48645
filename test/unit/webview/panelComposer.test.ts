// The message box in the page by itself: what is sent, undone, offered, dropped, and kept.
import type { Page } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { done, message, panelScene, question, type Panel } from './panel.ts';

// A busy machine draws slowly.
vi.setConfig({ testTimeout: 60_000 });

let panel: Panel;
let page: Page;
const {
  show,
  blank,
  role,
  sent: later,
} = panelScene((opened) => {
  panel = opened;
  ({ page } = opened);
});
const box = () => role('textbox', 'Message');
const sent = async () => (await later('send')).map(({ text }) => text);
const focused = () => page.evaluate(() => document.activeElement?.tagName);

/** Types, and answers what the page looks for with these offers. */
async function offered(words: string, ...labels: string[]): Promise<void> {
  const before = (await later('find')).length;
  await box().pressSequentially(words);
  await expect.poll(async () => (await later('find')).length).toBeGreaterThan(before);
  const request = (await later('find')).at(-1)!.request;
  await panel.tell({ type: 'offers', request, offers: labels.map((label) => ({ target: `file:///${label}`, label, detail: 'src' })) });
  await page.getByRole('listbox').waitFor();
}

it('sends the first line with its indentation, and without the empty lines around the text', async () => {
  await show();
  const texts = ['    if x:\n        y = 1\n    return y', '\n  \n\t- item\n\n', '　　全角', '  one  '];
  for (const text of texts) {
    await box().fill(text);
    await box().press('Enter');
  }
  expect(await sent()).toEqual(['    if x:\n        y = 1\n    return y', '\t- item', '　　全角', '  one']);
});

it('keeps the indentation of an edited question', async () => {
  await show(question('u', '    a\n  b'));
  await role('button', 'Edit').click();
  await role('textbox', 'Edit your question').press('Enter');
  expect(await later('edit')).toEqual([{ type: 'edit', message: 'u', text: '    a\n  b' }]);
});

it('brings a question back with Undo after it was sent, and typed text after an offer was taken', async () => {
  await show();
  await box().pressSequentially('first');
  await box().press('Enter');
  const afterSending = await box().inputValue();
  await box().press('Control+z');
  const undone = await box().inputValue();
  await box().fill('');
  await offered('see #12', 'page12.ts');
  await box().press('ArrowDown');
  await box().press('Enter');
  const taken = await box().inputValue();
  await box().press('Control+z');
  expect([afterSending, undone, taken, await box().inputValue()]).toEqual(['', 'first', 'see ', 'see #12']);
});

it.each([
  ['Please close issue #12', 'page12.ts'],
  ['#', 'main.ts'],
  ['colour #fff', 'offf.css'],
  ['#include', 'includes.h'],
  ['#1', '1.md'],
])('sends "%s" with Enter although %s is offered', async (words, label) => {
  await show();
  await offered(words, label);
  await box().press('Enter');
  expect([await sent(), await later('attach'), await box().inputValue()]).toEqual([[words], [], '']);
});

it('takes an offer with Enter once the arrows have chosen it, and with Tab or a click at any time', async () => {
  await show();
  await offered('#a', 'one.ts', 'two.ts');
  await box().press('ArrowUp');
  await box().press('Enter');
  await offered('#b', 'three.ts');
  await box().press('Tab');
  await offered('#c', 'four.ts');
  await page.getByRole('option', { name: 'four.ts' }).click();
  expect([(await later('attach')).map(({ target }) => target), await sent(), await focused()]).toEqual([
    ['file:///two.ts', 'file:///three.ts', 'file:///four.ts'],
    [],
    'TEXTAREA',
  ]);
});

it.each(['README', 'README.md', 'Makefile'])('takes a file that is named in full as #%s with Enter', async (words) => {
  await show();
  await offered(`Read #${words}`, words === 'Makefile' ? words : 'README.md');
  await box().press('Enter');
  expect([await sent(), (await later('attach')).length, await box().inputValue()]).toEqual([[], 1, 'Read ']);
});

it('offers files after Chinese words without a space, and after the wide mark, but not for C# or an address', async () => {
  await show();
  const asked: string[][] = [];
  for (const words of ['解释#but', '＃but', '见：#but', 'C#but', 'a/b#but']) {
    const before = (await later('find')).length;
    await box().fill(words);
    await box().press('End');
    asked.push((await later('find')).slice(before).map((find) => find.words));
  }
  expect(asked).toEqual([['but'], ['but'], ['but'], [], []]);
});

it('says that nothing fits, and lets Enter send', async () => {
  await show();
  await offered('#zzz');
  const said = await page.getByRole('listbox').innerText();
  await box().press('Enter');
  expect([said, await sent()]).toEqual(['No matching files', ['#zzz']]);
});

it('dims Send while the box is empty, lets Compare ask for a question then, and is Stop while an answer streams', async () => {
  await show(question('1', 'first'));
  const opacity = (): Promise<string> => page.locator('.composer .send').evaluate((button) => getComputedStyle(button).opacity);
  const look = async (): Promise<unknown> => [await opacity(), await role('button', 'Stop').count()];
  const seen = [await look()];
  await role('button', 'Compare models').click();
  await box().fill('second');
  seen.push(await look());
  await box().fill('');
  await panel.tell({ type: 'frame', frame: 1, changes: [{ type: 'add', message: message({ id: 'a' }) }] });
  await role('button', 'Stop').waitFor();
  const icon = await page.locator('vscode-toolbar-button.stop').getAttribute('icon');
  expect({ seen, icon, send: await role('button', 'Send').count(), compared: await later('compare') }).toEqual({
    seen: [
      ['0.5', 0],
      ['1', 0],
    ],
    icon: 'stop-circle',
    send: 0,
    compared: [{ type: 'compare', text: '' }],
  });
});

it('brings back what was asked with ArrowUp in an empty box, and leaves the arrows alone in a text', async () => {
  await show(question('1', 'first'), message({ id: 'a', text: 'x', status: done }), question('2', 'second\nline'));
  const seen: string[] = [];
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await box().press(key);
    seen.push(await box().inputValue());
  };
  await box().focus();
  await press('ArrowDown');
  await press('ArrowUp');
  await press('ArrowUp');
  await press('ArrowUp');
  await press('ArrowDown');
  await press('ArrowDown');
  await press('ArrowUp', 'x');
  await press('Home', 'ArrowUp', 'ArrowUp', 'ArrowDown');
  expect(seen).toEqual(['', 'second\nline', 'first', 'first', 'second\nline', '', 'second\nlinex', 'second\nlinex']);
});

it('tells the host each change of the draft, and goes on with the one that it is given', async () => {
  await show();
  await box().pressSequentially('ab');
  await box().press('ArrowLeft');
  await box().evaluate((element: HTMLElement) => element.blur());
  const told = (await later('draft')).map(({ draft }) => draft);
  await blank();
  await box().pressSequentially('!');
  await panel.tell({ type: 'restore', draft: { text: 'half a thought', caret: 4 } });
  await expect.poll(() => box().inputValue()).toBe('half a thought!');
  await blank();
  await panel.tell({ type: 'restore', draft: { text: 'half a thought', caret: 4 } });
  await expect.poll(() => box().inputValue()).toBe('half a thought');
  const caret = await box().evaluate((element: HTMLTextAreaElement) => element.selectionStart);
  expect({ told, caret }).toEqual({
    told: [
      { text: 'a', caret: 1 },
      { text: 'ab', caret: 2 },
      { text: 'ab', caret: 1 },
    ],
    caret: 4,
  });
});

it.each(['Send', 'Remove src/main.ts'])('leaves the keyboard in the box after "%s" was pressed', async (name) => {
  await show();
  await panel.tell({ type: 'attached', attachments: [{ id: 'f', name: 'src/main.ts', tokens: 3 }] });
  await box().fill('a question');
  await role('button', name).click();
  expect(await focused()).toBe('TEXTAREA');
});

it('brings the question that was sent into view, wherever the reader was', async () => {
  await show(...Array.from({ length: 30 }, (_, index) => question(`q${index}`, `Question ${index}\n\n\n`)));
  const log = page.getByRole('log');
  await log.press('Home');
  await expect.poll(() => log.evaluate(({ scrollTop }) => scrollTop)).toBe(0);
  await panel.tell({ type: 'frame', frame: 1, changes: [{ type: 'add', message: question('other', 'From a command') }] });
  await page.getByText('From a command').waitFor();
  const left = await log.evaluate(({ scrollTop }) => scrollTop);
  await box().fill('Mine');
  await box().press('Enter');
  await panel.tell({ type: 'frame', frame: 2, changes: [{ type: 'add', message: question('mine', 'Mine') }] });
  await expect
    .poll(() => log.evaluate(({ scrollTop, scrollHeight, clientHeight }) => scrollHeight - clientHeight - scrollTop))
    .toBeLessThan(3);
  expect(left).toBe(0);
});

it('sends the examples of the demo only to the demo; for other models it begins a question', async () => {
  await show();
  const examples = await page.locator('.example').allInnerTexts();
  await panel.tell({ type: 'model', model: { id: 'lab/large', label: 'large (Lab)' } });
  await role('button', 'Explain this code:').click();
  const openings = await page.locator('.example').allInnerTexts();
  expect({ examples, openings, sent: await sent(), box: await box().inputValue(), focused: await focused() }).toEqual({
    examples: ['Explain this repository', 'Write a test', 'What is a rivulet?'],
    openings: ['Explain this code:', 'What does this error mean?'],
    sent: [],
    box: 'Explain this code:\n',
    focused: 'TEXTAREA',
  });
});

/** Drops what a drag would carry; returns whether the page took it from the browser. */
const drop = (target: 'box' | 'page', data: Readonly<Record<string, string>>, files: Readonly<Record<string, readonly number[]>> = {}) =>
  page.evaluate(
    ([where, types, contents]) => {
      const transfer = new DataTransfer();
      for (const [type, text] of Object.entries(types)) transfer.setData(type, text);
      for (const [name, bytes] of Object.entries(contents)) transfer.items.add(new File([new Uint8Array(bytes)], name));
      const element = where === 'box' ? document.querySelector('textarea')! : document.querySelector('[role=log]')!;
      const event = new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true });
      element.dispatchEvent(event);
      return event.defaultPrevented;
    },
    [target, data, files] as const,
  );

it('puts dropped text and links into the box, and leaves a drag inside the box to the browser', async () => {
  await show();
  await box().fill('See ');
  const taken = [
    await drop('page', { 'text/plain': 'some words' }),
    await drop('box', { 'text/plain': 'some words' }),
    await drop('box', { 'text/uri-list': '# a comment\r\nhttps://example.com/a', 'text/plain': 'https://example.com/a' }),
  ];
  expect({ taken, box: await box().inputValue(), attached: await later('attach') }).toEqual({
    taken: [true, false, true],
    box: 'See some wordshttps://example.com/a',
    attached: [],
  });
});

it('attaches dropped files: by address those of VS Code, by their bytes those from outside', async () => {
  await show();
  await drop('page', { 'application/vnd.code.uri-list': 'file:///a/index.ts\nvscode-remote://x/b/index.ts' });
  await drop('page', {}, { 'index.ts': [0xd6, 0xd0], 'other.ts': [0xff, 0xfe, 0x41, 0] });
  await expect.poll(async () => (await later('attachBytes')).length).toBe(2);
  expect([
    (await later('attach')).map(({ target }) => target),
    (await later('attachBytes')).map(({ name, bytes }) => [name, Object.values(bytes)]),
  ]).toEqual([
    ['file:///a/index.ts', 'vscode-remote://x/b/index.ts'],
    [
      ['index.ts', [0xd6, 0xd0]],
      ['other.ts', [0xff, 0xfe, 0x41, 0]],
    ],
  ]);
});

it('writes right-to-left text from the right, in the box and while a question is edited', async () => {
  await show(question('u', 'האם זה עובד?'));
  await box().fill('האם זה עובד?');
  await role('button', 'Edit').click();
  const directions = await page.locator('textarea').evaluateAll((all) => all.map((element) => getComputedStyle(element).direction));
  expect(directions).toEqual(['rtl', 'rtl']);
});

it('shows how large the next prompt is, with its parts, and when it no longer fits', async () => {
  await show();
  const meter = page.getByRole('meter', { name: 'Next prompt' });
  const none = await meter.count();
  const size = { system: 12, history: 3_000, attachments: 0, question: 9, prompt: 3_027 };
  const seen: unknown[] = [];
  for (const more of [
    { exact: true, state: 'fits', window: 8_192, answer: 2_048 },
    { exact: false, state: 'near', window: 4_096, answer: 1_024 },
    { exact: false, state: 'fits', prompt: 5_000 },
  ] as const) {
    await panel.tell({ type: 'promptSize', size: { ...size, ...more } });
    const short = more.exact ? '3K' : 'prompt' in more ? '~5K' : '~3K';
    await expect.poll(() => meter.innerText()).toBe(short);
    seen.push([await meter.getAttribute('aria-valuemax'), await meter.getAttribute('aria-valuetext')]);
  }
  expect({ none, seen }).toEqual({
    none: 0,
    seen: [
      ['8192', '3,027 of 8,192 tokens\nInstructions: 12\nConversation so far: 3,000\nQuestion: 9\nKept free for the answer: 2,048'],
      [
        '4096',
        '~3,027 of 4,096 tokens\nLittle room is left for the answer.\n' +
          'Instructions: 12\nConversation so far: 3,000\nQuestion: 9\nKept free for the answer: 1,024',
      ],
      [null, '~5,000 tokens\nInstructions: 12\nConversation so far: 3,000\nQuestion: 9'],
    ],
  });
});

it('completes half the name of a slash command with Enter, sends a whole one, and offers none for other slashes', async () => {
  await show();
  const offer = async (words: string, ...names: string[]): Promise<void> => {
    await box().fill('');
    const before = (await later('find')).length;
    await box().pressSequentially(words);
    await expect.poll(async () => (await later('find')).length).toBeGreaterThan(before);
    const { request } = (await later('find')).at(-1)!;
    const offers = names.map((name) => ({ target: name, label: `/${name}`, detail: '', insert: `/${name} ` }));
    await panel.tell({ type: 'offers', request, offers });
  };
  await offer('/re', 'review', 'rename');
  await page.getByRole('option', { name: '/review' }).waitFor();
  await box().press('Enter');
  const completed = await box().inputValue();
  await offer('/review', 'review');
  await page.getByRole('option', { name: '/review' }).waitFor();
  await box().press('Enter');
  await offer('/drop');
  await box().press('Enter');
  const asked = (await later('find')).length;
  for (const text of ['/etc/hosts', 'a /b', '//']) await box().fill(text);
  expect({
    completed,
    sent: await sent(),
    kinds: [...new Set((await later('find')).map(({ what }) => what))],
    more: (await later('find')).length - asked,
    open: await page.getByRole('listbox').count(),
  }).toEqual({ completed: '/review ', sent: ['/review', '/drop'], kinds: ['commands'], more: 0, open: 0 });
});

it('sends a question that was held back once the limit is raised, and not after it was changed', async () => {
  await show();
  const notice = { text: 'Too long.', actions: [], blocking: true } as const;
  const hold = async (text: string): Promise<void> => {
    await panel.tell({ type: 'promptSize', notice });
    await page.getByText('Too long.').waitFor();
    await box().fill(text);
    await box().press('Enter');
  };
  await hold('a question');
  await panel.tell({ type: 'promptSize', notice });
  const held = await sent();
  await panel.tell({ type: 'promptSize' });
  await expect.poll(sent).toEqual(['a question']);
  const left = await box().inputValue();
  await hold('another');
  await box().press('x');
  await panel.tell({ type: 'promptSize' });
  await page.getByText('Too long.').waitFor({ state: 'hidden' });
  expect({ held, left, sent: await sent(), box: await box().inputValue() }).toEqual({
    held: [],
    left: '',
    sent: ['a question'],
    box: 'anotherx',
  });
});

it('holds a question back while the notice above the box waits for a choice, and sends it when that is made', async () => {
  await show();
  const notice = {
    text: 'Too long.',
    actions: [{ label: 'Shorten', command: 'leaveOut' }],
    blocking: true,
    anyway: 'Send Anyway',
  } as const;
  await panel.tell({ type: 'promptSize', notice });
  await page.getByText('Too long.').waitFor();
  await box().fill('a question');
  await box().press('Enter');
  const held = [await sent(), await box().inputValue()];
  const chosen = await page.evaluate(() => document.activeElement?.textContent?.trim());
  await role('button', 'Shorten').click();
  await role('button', 'Send Anyway').click();
  await panel.tell({ type: 'promptSize', notice: { text: 'Little room.', actions: [], blocking: false } });
  await page.getByText('Little room.').waitFor();
  await box().fill('another');
  await box().press('Enter');
  await panel.tell({ type: 'promptSize' });
  await page.getByText('Little room.').waitFor({ state: 'hidden' });
  expect({ held, chosen, commands: (await later('notice')).map(({ command }) => command), sent: await sent() }).toEqual({
    held: [[], 'a question'],
    chosen: 'Shorten',
    commands: ['leaveOut'],
    sent: ['a question', 'another'],
  });
});
