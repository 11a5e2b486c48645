/** About how many tokens a picture costs: each family of models counts the area of a picture in its own way. */

interface Size {
  readonly width: number;
  readonly height: number;
}

/** @param model as a server names it; the provider may stand before it */
export function pictureTokens(model: string, size: Size): number {
  const name = model.toLowerCase().slice(model.lastIndexOf('/') + 1);
  if (name.includes('claude')) return anthropic(size);
  if (name.includes('gemini') || name.includes('gemma')) return gemini(size);
  if (/gpt-?4(o|\.5)|(?<![a-z])o[13](?!-?mini)/.test(name)) return tiles(size);
  return patches(size);
}

/** "width × height / 750" after a side of more than 1,568 pixels was reduced to that. */
function anthropic(size: Size): number {
  const { width, height } = within(size, 1_568);
  return Math.ceil((width * height) / 750);
}

/** 258 where both sides are at most 384 pixels, else for each tile of 768 pixels. */
function gemini({ width, height }: Size): number {
  if (width <= 384 && height <= 384) return 258;
  return 258 * Math.ceil(width / 768) * Math.ceil(height / 768);
}

/** 85, and 170 for each tile of 512 pixels once the shorter side has been reduced to 768 (OpenAI, "high" detail). */
function tiles(size: Size): number {
  const fitted = within(size, 2_048);
  const scale = Math.min(1, 768 / Math.min(fitted.width, fitted.height));
  return 85 + 170 * Math.ceil((fitted.width * scale) / 512) * Math.ceil((fitted.height * scale) / 512);
}

/** Patches of 28 to 32 pixels, as newer OpenAI models, Qwen, Llama and most open ones do. */
function patches({ width, height }: Size): number {
  return Math.min(1_536, Math.ceil(width / 32) * Math.ceil(height / 32)) + 2;
}

function within({ width, height }: Size, side: number): Size {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: width * scale, height: height * scale };
}
