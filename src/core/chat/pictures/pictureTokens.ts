/** Estimates the tokens of a picture: each family of models has its own formula. */
import type { PictureSize } from './pictureSize.ts';

/** @param model the server's name for it, perhaps after that of the provider */
export function pictureTokens(model: string, size: PictureSize): number {
  const name = model.toLowerCase().slice(model.lastIndexOf('/') + 1);
  if (name.includes('claude')) return anthropic(size);
  if (name.includes('gemini') || name.includes('gemma')) return gemini(size);
  if (/gpt-?4(o|\.5)|(?<![a-z])o[13](?!-?mini)/.test(name)) return tiles(size);
  return patches(size);
}

/** Width × height / 750, after the longer side was reduced to at most 1,568 pixels (Anthropic's documentation). */
function anthropic(size: PictureSize): number {
  const { width, height } = within(size, 1_568);
  return Math.ceil((width * height) / 750);
}

/** 258 if both sides are at most 384 pixels, else 258 for each tile of 768 pixels. */
function gemini({ width, height }: PictureSize): number {
  if (width <= 384 && height <= 384) return 258;
  return 258 * Math.ceil(width / 768) * Math.ceil(height / 768);
}

/** 85, and 170 for each tile of 512 pixels after the shorter side was reduced to 768 (OpenAI, "high" detail). */
function tiles(size: PictureSize): number {
  const fitted = within(size, 2_048);
  const scale = Math.min(1, 768 / Math.min(fitted.width, fitted.height));
  return 85 + 170 * Math.ceil((fitted.width * scale) / 512) * Math.ceil((fitted.height * scale) / 512);
}

/** Patches of 28 to 32 pixels, as newer OpenAI models, Qwen, Llama and most open ones do. */
function patches({ width, height }: PictureSize): number {
  return Math.min(1_536, Math.ceil(width / 32) * Math.ceil(height / 32)) + 2;
}

function within({ width, height }: PictureSize, side: number): PictureSize {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: width * scale, height: height * scale };
}
