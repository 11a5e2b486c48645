/** The width and height of a picture in pixels, read from its first bytes; undefined if they are not there. */

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** The frame headers of JPEG; C4, C8 and CC are other segments. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

export function pictureSize(bytes: Uint8Array): PictureSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = sizeIn(view);
  return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined;
}

function sizeIn(view: DataView): PictureSize | undefined {
  if (view.byteLength < 30) return view.byteLength >= 10 && word(view, 0) === 'GIF8' ? gif(view) : undefined;
  if (view.getUint32(0) === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) };
  if (word(view, 0) === 'GIF8') return gif(view);
  if (view.getUint16(0) === 0xffd8) return jpeg(view);
  return word(view, 0) === 'RIFF' && word(view, 8) === 'WEBP' ? webp(view) : undefined;
}

function gif(view: DataView): PictureSize {
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

function jpeg(view: DataView): PictureSize | undefined {
  for (let at = 2; at + 9 < view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (isFrame(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    // Bytes of FF may pad a marker.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function webp(view: DataView): PictureSize | undefined {
  switch (word(view, 12)) {
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: (view.getUint32(24, true) & 0xffffff) + 1, height: (view.getUint32(26, true) >> 8) + 1 };
    default:
      return undefined;
  }
}

function word(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)));
}
