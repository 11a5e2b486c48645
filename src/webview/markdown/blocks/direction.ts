// The direction of blocks: `dir="auto"` where words may run from right to left, and nowhere else, since it costs in each layout.

/** Hebrew, Arabic and their neighbours; the last are the first halves of such scripts beyond the basic plane. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\ud802\ud803\ud83a\ud83b]/;

export function mayRunRight(text: string): boolean {
  return RIGHT_TO_LEFT.test(text);
}
