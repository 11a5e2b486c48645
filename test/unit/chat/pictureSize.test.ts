// The size of a picture from its first bytes, in each format that models read.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pictureSize } from '../../../src/core/chat/pictures/pictureSize.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(text.match(/[\da-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16));
const filled = (start: Uint8Array, length = 64): Uint8Array => Uint8Array.from({ length }, (_, index) => start[index] ?? 0);

it.each<[kind: string, start: string, width: number, height: number]>([
  ['PNG', '89504e470d0a1a0a0000000d49484452 00000280 000001e0 08', 640, 480],
  ['GIF', '474946383961 8002 e001 f7', 640, 480],
  ['JPEG', 'ffd8 ffe0 0010 4a46494600010101004800480000 ffdb 0004 0000 ffff c0 0011 08 01e0 0280 03', 640, 480],
  ['progressive JPEG', 'ffd8 ffc4 0004 0000 ffc2 0011 08 01e0 0280 03', 640, 480],
  ['lossy WebP', '52494646 00000000 57454250 56503820 00000000 300100 9d012a 8002 e001', 640, 480],
  ['lossless WebP', '52494646 00000000 57454250 5650384c 00000000 2f 7fc27700', 640, 480],
  ['extended WebP', '52494646 00000000 57454250 56503858 0a000000 10000000 7f0200 df0100', 640, 480],
])('%s', (_kind, start, width, height) => {
  expect(pictureSize(filled(hex(start)))).toEqual({ width, height });
});

it('is not known for anything else, and no bytes make it fail', () => {
  const starts = ['', '89504e47', 'ffd8ffe0', '474946', '52494646000000005745425056503820'];
  expect(starts.map((start) => pictureSize(hex(start)))).toEqual(starts.map(() => undefined));
  fc.assert(
    fc.property(fc.constantFrom(...starts, 'ffd8ffff', 'ffd8ffe0ffff'), fc.uint8Array({ maxLength: 80 }), (start, rest) => {
      const size = pictureSize(new Uint8Array([...hex(start), ...rest]));
      return size === undefined || (size.width > 0 && size.height > 0);
    }),
  );
});
