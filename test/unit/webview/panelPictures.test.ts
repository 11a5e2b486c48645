// Pictures in the page by itself: what is pasted or dropped is made ready there, shown as a thumbnail, or refused.
import type { Page } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import type { FromPage } from '../../../src/core/chat/page/protocol.ts';
import { message, panelScene, type Panel } from './panel.ts';

// A busy machine draws slowly.
vi.setConfig({ testTimeout: 60_000 });

let panel: Panel;
let page: Page;
const { show: open, sent: later } = panelScene((opened) => {
  panel = opened;
  ({ page } = opened);
});

async function show(): Promise<void> {
  await open();
  await box().waitFor();
}

const box = () => page.getByRole('textbox', { name: 'Message', exact: true });
const until = async <T extends FromPage['type']>(type: T, count: number) => {
  await expect.poll(async () => (await later(type)).length).toBe(count);
  return later(type);
};

interface Drawn {
  readonly name: string;
  readonly type?: string;
  readonly width?: number;
  readonly height?: number;
  /** Instead of a drawn picture. */
  readonly bytes?: readonly number[] | string;
}

/** Gives the page what a person would paste or drop: pictures that the browser itself has drawn, or bytes. */
const bring = (how: 'paste' | 'drop', files: readonly Drawn[], text = '') =>
  page.evaluate(
    async ([event, wanted, words]) => {
      const transfer = new DataTransfer();
      if (words !== '') transfer.setData('text/plain', words);
      for (const { name, type = 'image/png', width = 1, height = 1, bytes } of wanted) {
        const canvas = new OffscreenCanvas(width, height);
        canvas.getContext('2d')!.fillRect(0, 0, width / 2, height);
        const content =
          bytes === undefined ? await canvas.convertToBlob({ type }) : typeof bytes === 'string' ? bytes : new Uint8Array(bytes);
        transfer.items.add(new File([content], name, { type }));
      }
      const target = document.querySelector('.composer textarea')!;
      const options = { bubbles: true, cancelable: true };
      target.dispatchEvent(
        event === 'paste'
          ? new ClipboardEvent('paste', { ...options, clipboardData: transfer })
          : new DragEvent('drop', { ...options, dataTransfer: transfer }),
      );
    },
    [how, files, text] as const,
  );

/** What a picture that was handed on is, by its own bytes. */
const measured = (bytes: Uint8Array | Readonly<Record<string, number>>, type: string) =>
  page.evaluate(
    async ([values, mime]) => {
      const bitmap = await createImageBitmap(new Blob([new Uint8Array(values)], { type: mime }));
      return [bitmap.width, bitmap.height];
    },
    [Object.values(bytes), type] as const,
  );

it('hands on a pasted picture as it is, and one with a longer side smaller in its proportions, never larger', async () => {
  await show();
  await bring('paste', [{ name: 'small.png', width: 3, height: 2 }]);
  await bring('paste', [{ name: 'wide.jpg', type: 'image/jpeg', width: 5_000, height: 1_000 }]);
  await bring('drop', [
    { name: 'tall.webp', type: 'image/webp', width: 10, height: 2_001 },
    { name: 'edge.png', width: 2_000, height: 2_000 },
  ]);
  const pictures = await until('attachPicture', 4);
  const seen = [];
  for (const { name, mime, bytes, width, height, from, animated, thumbnail } of pictures) {
    seen.push([name, mime, width, height, await measured(bytes, mime), from, animated, thumbnail.slice(0, 23)]);
  }
  const thumbnail = 'data:image/webp;base64,';
  expect(seen).toEqual([
    ['small.png', 'image/png', 3, 2, [3, 2], undefined, false, thumbnail],
    ['wide.jpg', 'image/jpeg', 2_000, 400, [2_000, 400], { width: 5_000, height: 1_000 }, false, thumbnail],
    ['tall.webp', 'image/webp', 10, 2_000, [10, 2_000], { width: 10, height: 2_001 }, false, thumbnail],
    ['edge.png', 'image/png', 2_000, 2_000, [2_000, 2_000], undefined, false, thumbnail],
  ]);
});

/** One pixel in each frame (GIF89a). */
const frame = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
const movingGif = [0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, ...frame, ...frame, 0x3b];

it('says what a picture is that no model reads: broken, of another kind, or moving; a source text stays a text', async () => {
  await show();
  await bring('paste', [
    { name: 'cut.png', bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13] },
    { name: 'empty.jpg', bytes: [0xff, 0xd8, 0xff, 0xd9] },
    { name: 'old.bmp', bytes: [0x42, 0x4d, 0, 0, 0, 0] },
    { name: 'phone.heic', bytes: '\0\0\0\u0018ftypheic' },
    { name: 'drawing.svg', bytes: '<svg xmlns="http://www.w3.org/2000/svg"/>' },
    { name: 'BM.txt', bytes: 'BMW' },
    { name: 'moving.gif', bytes: movingGif },
  ]);
  await until('attachPicture', 1);
  const refused = (await later('refusePicture')).map(({ name, problem }) => [name, problem]);
  const texts = (await later('attachBytes')).map(({ name }) => name);
  const [moving] = await later('attachPicture');
  expect({ refused, texts, moving: [moving?.mime, moving?.animated] }).toEqual({
    refused: [
      ['cut.png', 'broken'],
      ['empty.jpg', 'broken'],
      ['old.bmp', 'kind'],
      ['phone.heic', 'kind'],
    ],
    texts: ['drawing.svg', 'BM.txt'],
    moving: ['image/png', true],
  });
});

it('sends a question only after the picture that was pasted before it, and a picture alone', async () => {
  await show();
  await box().fill('What is this?');
  await bring('paste', [{ name: 'big.png', width: 4_000, height: 3_000 }]);
  await box().press('Enter');
  await until('send', 1);
  await panel.tell({ type: 'attached', attachments: [shown] });
  await page.getByRole('button', { name: 'Open screen.png', exact: true }).waitFor();
  await box().press('Enter');
  await until('send', 2);
  const order = (await panel.said()).filter(({ type }) => type === 'send' || type === 'attachPicture');
  expect(order.map((said) => (said.type === 'send' ? said.text : said.type))).toEqual(['attachPicture', 'What is this?', '']);
});

it('takes text of the clipboard where there is some, and a picture that the host has found', async () => {
  await show();
  await bring('paste', [{ name: 'table.png', width: 2, height: 2 }], 'a\tb');
  const [first] = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(7, 5);
    canvas.getContext('2d');
    const blob = await canvas.convertToBlob({ type: 'image/png' });
    return [[...new Uint8Array(await blob.arrayBuffer())]];
  });
  await panel.tell({ type: 'picture', name: 'src/logo.png', bytes: new Uint8Array(first!) });
  const pictures = await until('attachPicture', 1);
  expect(pictures.map(({ name, width, height }) => [name, width, height])).toEqual([['src/logo.png', 7, 5]]);
});

/** One pixel. */
const thumbnail = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const shown = {
  id: 'p',
  name: 'screen.png',
  tokens: 1_105,
  picture: { width: 2_000, height: 1_250, bytes: 1_234_567, thumbnail, from: { width: 3_840, height: 2_400 } },
};

it('shows a thumbnail with its name, size and tokens, in the composer and in the question, which open it', async () => {
  await show();
  await panel.tell({ type: 'attached', attachments: [shown] });
  const chip = page.getByRole('list', { name: 'Attached' }).getByRole('listitem').first();
  const composer = await chip.innerText();
  const title = await chip.getAttribute('title');
  const drawn = await chip.locator('img').evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth));
  await page.getByRole('button', { name: 'Open screen.png', exact: true }).click();
  const question = message({ id: 'q', role: 'user', author: 'You', text: 'Look', status: { state: 'done' }, attachments: [shown] });
  await panel.tell({ type: 'frame', frame: 1, changes: [{ type: 'add', message: question }] });
  await page.getByRole('article').getByRole('button', { name: 'Open screen.png', exact: true }).click();
  expect({ composer: composer.replace(/\s+/g, ' '), title, drawn, opened: await later('openPicture') }).toEqual({
    composer: 'screen.png 2,000 × 1,250, 1.2 MB · about 1,105 tokens',
    title:
      'screen.png\n2,000 × 1,250, 1.2 MB\nabout 1,105 tokens\n' +
      'Made smaller from 3,840 × 2,400 pixels: models read at most 2,000 on a side.',
    drawn: 1,
    opened: [
      { type: 'openPicture', attachment: 'p' },
      { type: 'openPicture', attachment: 'p', message: 'q' },
    ],
  });
});

it('turns a photo upright that a camera has taken on its side, and sends nothing else that the camera wrote down', async () => {
  await show();
  const jpeg = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(6, 4);
    canvas.getContext('2d');
    return [...new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg' })).arrayBuffer())];
  });
  // Exif with one entry: orientation 6, "turn to the right" (JEITA CP-3451, 4.6.4).
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
  const exif = [0xff, 0xe1, 0, 8 + tiff.length, 0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
  await bring('paste', [{ name: 'phone.jpg', type: 'image/jpeg', bytes: [...jpeg.slice(0, 2), ...exif, ...jpeg.slice(2)] }]);
  const [photo] = await until('attachPicture', 1);
  const sent = String.fromCharCode(...Object.values(photo!.bytes));
  expect([photo!.mime, photo!.width, photo!.height, await measured(photo!.bytes, photo!.mime), sent.includes('Exif')]).toEqual([
    'image/jpeg',
    4,
    6,
    [4, 6],
    false,
  ]);
});
