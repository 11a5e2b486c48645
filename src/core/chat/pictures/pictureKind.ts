/** The format of a picture, read from its first bytes: names and media types may be wrong. */

/** Models shrink pictures with longer sides, or refuse them if there are many. In pixels. */
export const mostPicturePixels = 2_000;

/** A thumbnail as a `data:` URL: showing it loads nothing and runs no script. */
export const thumbnailAddress = /^data:image\/(webp|png);base64,[\w+/]+=*$/;

export type PictureMime = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

export interface PictureKind {
  readonly mime: PictureMime;
  /** It has more than one frame; models read the first one or refuse the picture. */
  readonly animated: boolean;
}

/** Undefined if the format is none of the four that models read. */
export function pictureKind(bytes: Uint8Array): PictureKind | undefined {
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return { mime: 'image/png', animated: isAnimatedPng(bytes) };
  if (startsWith(bytes, '\xff\xd8\xff')) return { mime: 'image/jpeg', animated: false };
  if (startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')) return { mime: 'image/gif', animated: isAnimatedGif(bytes) };
  if (startsWith(bytes, 'RIFF') && text(bytes, 8, 12) === 'WEBP') return { mime: 'image/webp', animated: isAnimatedWebp(bytes) };
  return undefined;
}

/** Whether this is a picture in a format that no model reads. SVG counts as text. */
export function isOtherPicture(name: string, bytes: Uint8Array): boolean {
  const brand = text(bytes, 4, 12);
  if (/^ftyp(avif|avis|heic|heix|heif|mif1|msf1)$/.test(brand)) return true;
  const start = text(bytes, 0, 4);
  return (
    start === 'II*\0' ||
    start === 'MM\0*' ||
    start === '8BPS' ||
    startsWith(bytes, '\0\0\x01\0') ||
    (startsWith(bytes, 'BM') && /\.(bmp|dib)$/i.test(name))
  );
}

export function isSvg(source: string): boolean {
  return /^\uFEFF?\s*(<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<(\w+:)?svg[\s>]/i.test(source.slice(0, 4_096));
}

/** Metadata of cameras stands within the first bytes. */
const metadataBytes = 256_000;

/** Whether there is Exif or XMP data: models ignore its orientation, and its location is private. */
export function hasMetadata(bytes: Uint8Array): boolean {
  return /Exif\0\0|eXIf|EXIF|ns\.adobe\.com\/xap/.test(text(bytes, 0, metadataBytes));
}

function startsWith(bytes: Uint8Array, signature: string): boolean {
  return text(bytes, 0, signature.length) === signature;
}

function text(bytes: Uint8Array, from: number, to: number): string {
  let found = '';
  for (let at = from; at < Math.min(to, bytes.length); at++) found += String.fromCharCode(bytes[at]!);
  return found;
}

/** An `acTL` chunk before the first `IDAT` (APNG specification). */
function isAnimatedPng(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  for (let at = 8; at + 8 <= bytes.length;) {
    const type = text(bytes, at + 4, at + 8);
    if (type === 'acTL') return true;
    if (type === 'IDAT') return false;
    at += 12 + view.getUint32(at);
  }
  return false;
}

/** A second image descriptor (GIF89a, section 20). */
function isAnimatedGif(bytes: Uint8Array): boolean {
  const tableBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const afterBlocks = (from: number): number => {
    let at = from;
    while ((bytes[at] ?? 0) > 0) at += 1 + bytes[at]!;
    return at + 1;
  };
  let frames = 0;
  for (let at = 13 + tableBytes(bytes[10] ?? 0); at < bytes.length;) {
    const block = bytes[at];
    if (block === 0x21) at = afterBlocks(at + 2);
    else if (block === 0x2c) {
      if (++frames > 1) return true;
      at = afterBlocks(at + 11 + tableBytes(bytes[at + 9] ?? 0));
    } else return false;
  }
  return false;
}

/** The animation flag of the extended header. */
function isAnimatedWebp(bytes: Uint8Array): boolean {
  return text(bytes, 12, 16) === 'VP8X' && ((bytes[20] ?? 0) & 0x02) !== 0;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
