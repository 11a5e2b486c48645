// A draft survives a move and a reload; files are found and read as VS Code does it.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answer } from '../support/fakeServer.ts';
import { startPlace } from '../../scripts/place.ts';
import type { OwnPlace } from '../../scripts/places.ts';
import { openChat, runCommand, sendQuestion } from '../../scripts/workbench.ts';
import { useRivulet } from './rivulet.ts';

let own: OwnPlace;

const bytes = (text: string, encoding: 'utf8' | 'utf16le' = 'utf8'): Buffer => Buffer.from(text, encoding);
const files: Readonly<Record<string, Buffer>> = {
  '.gitignore': bytes('/generated/\n'),
  'generated/button.ts': bytes(''),
  ...Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`node_modules/p${index}/button.js`, bytes('')])),
  'src/parts/button.ts': bytes('export {};\n'),
  'src/parts/iconButton.ts': bytes(''),
  'src/button/index.ts': bytes(''),
  'src/parts/my-button.test.ts': bytes(''),
  'src/parts/buttons.ts': bytes(''),
  'lib/button.css': bytes(''),
  'lib/bUtTon.md': bytes(''),
  'src/parts/builder/tongs.ts': bytes(''),
  'src/parts/page12.ts': bytes(''),
  'notes/README.zh.md': bytes(''),
  'unmarked.txt': bytes('Zählung ohne Marke', 'utf16le'),
  'twice.ts': bytes('third'),
  'utf16.txt': Buffer.concat([Buffer.from([0xff, 0xfe]), bytes('naïve 中文', 'utf16le')]),
};

beforeAll(async () => {
  own = await startPlace({ frozen: true });
  for (const [name, content] of Object.entries(files)) {
    const path = join(own.place.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
});
afterAll(() => own[Symbol.asyncDispose]());

const rivulet = useRivulet({ place: () => own.place });
const box = (chat: Frame) => chat.getByRole('textbox', { name: 'Message' });

/** What stands in the composer, and whether the keyboard is there. */
async function written(chat: Frame): Promise<{ readonly text: string; readonly chips: string[]; readonly keyboard: boolean }> {
  return {
    text: await box(chat).inputValue(),
    chips: await chat.locator('.composer .chip-name').allInnerTexts(),
    keyboard: await box(chat).evaluate((element) => document.hasFocus() && document.activeElement === element),
  };
}

/** The composer's page with this text in it. A page that is about to go, because its view moves, has the text too. */
async function chatWith(text: string, ...besides: Frame[]): Promise<Frame> {
  let found: Frame | undefined;
  await expect
    .poll(async () => {
      for (const frame of rivulet.page.frames()) {
        if (besides.includes(frame)) continue;
        const value = await frame
          .locator('.composer textarea')
          .inputValue({ timeout: 200 })
          .catch(() => undefined);
        if (value === text) found = frame;
      }
      return found === undefined ? 'not yet' : 'there';
    })
    .toBe('there');
  return found!;
}

test('a draft, its attachment and the keyboard go along to the other side bar and back', async () => {
  const { page, chat } = rivulet;
  const offer = chat.getByRole('option', { name: 'utf16.txt' });
  // A window that has just opened may not have the file in its list yet.
  const offered = async (): Promise<boolean> => {
    await box(chat).fill('  half a thought');
    await box(chat).press('End');
    await box(chat).pressSequentially(' #utf16');
    return offer.waitFor({ timeout: 3_000 }).then(
      () => true,
      () => false,
    );
  };
  await expect.poll(offered).toBe(true);
  await offer.click();
  await chat.locator('.composer .chip').waitFor();
  await box(chat).press('Backspace');
  await runCommand(page, 'Rivulet: Move Chat to the Secondary Side Bar');
  const there = await chatWith('  half a thought', chat);
  await expect.poll(async () => (await written(there)).keyboard).toBe(true);
  const moved = await written(there);
  await runCommand(page, 'Rivulet: Move Chat to the Side Bar');
  const back = await chatWith('  half a thought', chat, there);
  await expect.poll(async () => (await written(back)).keyboard).toBe(true);
  const all = { text: '  half a thought', chips: ['utf16.txt'], keyboard: true };
  expect({ moved, back: await written(back) }).toEqual({ moved: all, back: all });
});

test('a draft is there again when the window was reloaded, and is taken along into a tab', async () => {
  const { page } = rivulet;
  await page.reload();
  const chat = await openChat(page);
  await expect.poll(() => box(chat).inputValue()).toBe('  half a thought');
  const reloaded = await written(chat);
  await runCommand(page, 'Rivulet: Open Conversation in Editor');
  await page.locator('.editor-group-container .tab.active').waitFor();
  const tab = await chatWith('  half a thought', chat);
  await expect.poll(() => box(chat).inputValue()).toBe('');
  const inTab = await written(tab);
  const left = await written(chat);
  rivulet.server.next(...answer('Whole.'));
  const before = rivulet.server.requests.length;
  await box(tab).press('Enter');
  const request = await rivulet.server.arrived(before);
  await runCommand(page, 'View: Close Editor');
  expect({
    reloaded,
    inTab: [inTab.text, inTab.chips],
    left: [left.text, left.chips],
    asked: request.body.messages.at(-1).content,
  }).toEqual({
    reloaded: { text: '  half a thought', chips: ['utf16.txt'], keyboard: true },
    inTab: ['  half a thought', ['utf16.txt']],
    left: ['', []],
    asked: expect.stringMatching(/naïve 中文[\s\S]* {2}half a thought/),
  });
});

test('what is offered after # are the files that Quick Open lists, in its order', async () => {
  const { page } = rivulet;
  const chat = await openChat(page);
  const offered = (): Promise<string[]> =>
    chat.getByRole('option').evaluateAll((all) => all.map((one) => one.querySelector('bdi')?.textContent ?? ''));
  const lettersOf = (text: string): string => [...text.toLowerCase().replace(/\W/g, '')].sort().join('');
  const input = page.locator('.quick-input-widget input[type="text"]');
  // Rows stand in the page in any order.
  const listed = (): Promise<{ name: string; marked: string }[]> =>
    page.locator('.quick-input-list .monaco-list-row').evaluateAll((all) =>
      all
        .sort((one, other) => Number(one.getAttribute('data-index')) - Number(other.getAttribute('data-index')))
        .map((one) => ({
          name: one.querySelector('.label-name')!.textContent!,
          marked: [...one.querySelectorAll('.highlight')].map((mark) => mark.textContent).join(''),
        })),
    );
  const theirs = async (words: string): Promise<string[]> => {
    await runCommand(page, 'Go to File...');
    await input.fill(words);
    let names: string[] = [];
    // The list of the words before is there for a moment: its rows have other letters marked.
    const marked = async (): Promise<string[]> => {
      const rows = await listed();
      names = rows.slice(0, 12).map(({ name }) => name);
      return [...new Set(rows.map((row) => lettersOf(row.marked)))];
    };
    await expect.poll(marked, { message: words }).toEqual([lettersOf(words)]);
    await page.keyboard.press('Escape');
    await openChat(page);
    return names;
  };
  // Files that were opened before are listed before the search for the others has ended, so a list may be read too early.
  const agree = async (words: string): Promise<boolean> => {
    const names = await theirs(words);
    await box(chat).fill('');
    await box(chat).pressSequentially(`#${words}`);
    return expect
      .poll(offered, { timeout: 3_000 })
      .toEqual(names)
      .then(
        () => true,
        () => false,
      );
  };
  for (const words of ['button', 'Button', 'readme', 'buttn', 'partsbutton', 'page12', 'parts/b', 'but.ts', 'test', 'bton'])
    await expect.poll(() => agree(words), { message: words, timeout: 30_000 }).toBe(true);
  await box(chat).fill('');
});

test('a file from outside that is neither UTF-8 nor what files.encoding says is attached with a warning', async () => {
  const { page } = rivulet;
  const chat = await openChat(page);
  await box(chat).fill('');
  await chat.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array([0xd6, 0xd0, 0xce, 0xc4])], 'gbk.txt'));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  });
  await chat.locator('.composer .chip').waitFor();
  const said = page.locator('.notification-list-item-message').filter({ hasText: 'gbk.txt' }).first();
  await said.waitFor();
  expect(await said.innerText()).toBe(
    'Parts of gbk.txt cannot be read as utf8. Open it in VS Code with its own encoding and attach it again, or change files.encoding.',
  );
  await chat.getByRole('button', { name: 'Remove gbk.txt' }).click();
});

test('files of one name are all attached, and UTF-16 is read without its mark too', async () => {
  const { page } = rivulet;
  const chat = await openChat(page);
  await box(chat).fill('');
  const little = bytes('Grüße, Welt', 'utf16le');
  const dropped: readonly (readonly [name: string, content: number[]])[] = [
    ['twice.ts', [...bytes('first')]],
    ['twice.ts', [...bytes('second')]],
    ['twice.ts', [...bytes('second')]],
    ['little.txt', [...little]],
    ['big.txt', [...Buffer.from(little).swap16()]],
  ];
  await chat.evaluate((all) => {
    const transfer = new DataTransfer();
    for (const [name, content] of all) transfer.items.add(new File([new Uint8Array(content)], name));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, dropped);
  await expect.poll(() => chat.locator('.composer .chip').count()).toBe(4);
  for (const name of ['twice.ts', 'unmarked.txt']) {
    await box(chat).pressSequentially(`#${name}`);
    await chat.getByRole('option', { name }).click();
  }
  await expect.poll(() => chat.locator('.composer .chip').count()).toBe(6);
  const { chips } = await written(chat);
  rivulet.server.next(...answer('Read.'));
  const before = rivulet.server.requests.length;
  await sendQuestion(box(chat), 'Go');
  const { body } = await rivulet.server.arrived(before);
  const asked = String(body.messages.at(-1).content);
  expect({
    chips,
    texts: ['first', 'second', 'third', 'Grüße, Welt', 'Zählung ohne Marke'].map((text) => asked.split(text).length - 1),
  }).toEqual({
    chips: ['twice.ts', 'twice.ts (2)', 'little.txt', 'big.txt', 'twice.ts (3)', 'unmarked.txt'],
    texts: [1, 1, 1, 2, 1],
  });
});
