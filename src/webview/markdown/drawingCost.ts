// The cost of drawing a text, by which a long one is divided into steps that each leave the page usable.

/**
 * A sign that may become an element costs as much as this many letters. So do a mark on a letter with many others and a
 * right-to-left letter in a long word: the browser shapes them again for each line.
 */
const SIGN = 16;
const SIGNS = /[$`*_[<\\\p{Cc}\p{Cf}\u115f\u1160\u3164\uffa0]|(?<=\p{M}{8})\p{M}|(?<=\S{64})[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/gu;

/** In letters. */
export function cost(text: string): number {
  return text.length + (text.match(SIGNS)?.length ?? 0) * SIGN;
}

/** How many UTF-16 units at the beginning of the text cost no more than `most` letters. */
export function affordable(text: string, most: number): number {
  const head = text.slice(0, most);
  let room = most;
  for (const { index } of head.matchAll(SIGNS)) {
    if (index + 1 + SIGN > room) return Math.min(index, room);
    room -= SIGN;
  }
  return Math.min(head.length, room);
}
