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

/** Duration of the last frame before the GIF restarts. */
const lastMs = 2_500;
/** Browsers slow down shorter frames. */
const shortestMs = 20;

/** Takes screenshots as fast as the window delivers them while `scene` runs, and writes one GIF. Returns its bytes. */
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
    // Few colours and no dithering: an editor is flat, and unchanged pixels cost nothing.
    .gif({ delay, loop: 0, colours: 64, dither: 0, effort: 8, interFrameMaxError: 4 })
    .toFile(file);
  return size;
}
