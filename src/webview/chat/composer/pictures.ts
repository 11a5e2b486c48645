// Prepares a picture for sending: decodes it, shrinks it if a side exceeds what models read, and draws its thumbnail.
import type { FromPage, PictureProblem } from '../../../core/chat/page/protocol.ts';
import { hasMetadata, isOtherPicture, mostPicturePixels, pictureKind, type PictureKind } from '../../../core/chat/pictures/pictureKind.ts';

type Ready = Extract<FromPage, { type: 'attachPicture' }>;

/** Anthropic refuses more than 5 MB in base64, the least of all limits. */
const mostBytes = 3_750_000;
const thumbnailPixels = 128;
const quality = 0.9;

/** Whether a file is meant as a picture, so that it is shown or refused as one and not read as text. */
export function isPicture(name: string, bytes: Uint8Array): boolean {
  return pictureKind(bytes) !== undefined || isOtherPicture(name, bytes);
}

export async function readyPicture(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Ready | PictureProblem> {
  const kind = pictureKind(bytes);
  if (kind === undefined) return 'kind';
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(new Blob([bytes], { type: kind.mime }));
  } catch {
    return 'broken';
  }
  try {
    return await readied(name, bytes, kind, bitmap);
  } finally {
    bitmap.close();
  }
}

async function readied(name: string, bytes: Uint8Array, kind: PictureKind, bitmap: ImageBitmap): Promise<Ready | PictureProblem> {
  const { width, height } = within(bitmap, mostPicturePixels);
  const isSmaller = width !== bitmap.width || height !== bitmap.height;
  // Animated and rotated pictures are redrawn; all others are sent unchanged where possible.
  const isOther = isSmaller || kind.animated || hasMetadata(bytes) || bytes.length > mostBytes;
  const redrawn = isOther ? await drawn(bitmap, width, height, kind) : undefined;
  const data = redrawn === undefined ? bytes : new Uint8Array(await redrawn.arrayBuffer());
  if (data.length > mostBytes) return 'too-large';
  const thumbnail = within(bitmap, thumbnailPixels);
  return {
    type: 'attachPicture',
    name,
    mime: pictureKind(data)?.mime ?? kind.mime,
    bytes: data,
    width,
    height,
    thumbnail: await dataUrl(await encode(bitmap, thumbnail.width, thumbnail.height, 'image/webp')),
    animated: kind.animated,
    ...(isSmaller ? { from: { width: bitmap.width, height: bitmap.height } } : {}),
  };
}

/** Lossless if the original was, unless the result is too large. */
async function drawn(bitmap: ImageBitmap, width: number, height: number, { mime }: PictureKind): Promise<Blob> {
  const lossless = mime === 'image/png' || mime === 'image/gif';
  const first = await encode(bitmap, width, height, lossless ? 'image/png' : mime);
  return first.size <= mostBytes ? first : encode(bitmap, width, height, 'image/webp');
}

function encode(bitmap: ImageBitmap, width: number, height: number, type: string): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  return canvas.convertToBlob({ type, quality });
}

/** Keeps the proportions and never enlarges. */
function within({ width, height }: ImageBitmap, side: number): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result as string));
    reader.addEventListener('error', () => reject(reader.error ?? new Error('unreadable')));
    reader.readAsDataURL(blob);
  });
}
