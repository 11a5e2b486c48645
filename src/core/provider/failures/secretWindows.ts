/** Looks for secrets in a long text one window at a time, so that other work can be done in between. */
import type { Range } from './secrets.ts';

export const windowLength = 64 * 1024;
/** What is read around a window. A secret in any spelling, with the name before it, is shorter. */
const margin = 8 * 1024;
/** What may follow within a secret that is longer still, such as a chain of certificates. */
const secretGoesOn = /[\w+/=\s\\.~%-]*/y;
/** A secret that ends this near to the end of what was read may be longer. */
const nearEnd = 64;

/**
 * What `find` would report of the whole text.
 * @param pause called after each window
 */
export async function findInWindows(
  text: string,
  find: (piece: string) => readonly Range[],
  pause: () => Promise<void>,
): Promise<readonly Range[]> {
  const found: Range[] = [];
  let next = 0;
  for (let from = 0; from < text.length; from = next) {
    next = from + windowLength;
    const begin = Math.max(0, from - margin);
    const end = Math.min(text.length, next + margin);
    for (const range of find(text.slice(begin, end))) {
      const [at, to] = [begin + range.from, begin + range.to];
      if (to <= from || at >= next) continue;
      found.push({ from: at, to });
      if (to < end - nearEnd || end === text.length) continue;
      secretGoesOn.lastIndex = to;
      const last = to + secretGoesOn.exec(text)![0].length;
      found.push({ from: to, to: last });
      next = Math.max(next, last);
    }
    await pause();
  }
  return found;
}
