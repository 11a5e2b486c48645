// A short animation of a window, made of screenshots with their real timing.
import type { Page } from 'playwright-core';
import sharp from 'sharp';

interface Clip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Frame {
  readonly png: Buffer;
  readonly atMs: number;
}

/** How long the last frame stays before the picture begins again. */
const lastMs = 2_500;
/** Browsers slow a faster picture down. */
const shortestMs = 20;

/** Takes pictures as fast as the window gives them while `scene` runs, and writes them as one GIF. Returns its bytes. */
export async function record(page: Page, clip: Clip, file: string, scene: () => Promise<void>): Promise<number> {
  const frames: Frame[] = [];
  let over = false;
  const camera = (async () => {
    while (!over) {
      const png = await page.screenshot({ clip, caret: 'initial' });
      if (frames.at(-1)?.png.equals(png) !== true) frames.push({ png, atMs: performance.now() });
    }
  })();
  try {
    await scene();
  } finally {
    over = true;
    await camera;
  }
  const delay = frames.map(({ atMs }, index) => Math.max(shortestMs, Math.round((frames[index + 1]?.atMs ?? atMs + lastMs) - atMs)));
  const { size } = await sharp(
    frames.map(({ png }) => png),
    { join: { animated: true } },
  )
    // Few colours and no dither: an editor is flat, and what does not change from frame to frame costs nothing.
    .gif({ delay, loop: 0, colours: 64, dither: 0, effort: 8, interFrameMaxError: 4 })
    .toFile(file);
  return size;
}
