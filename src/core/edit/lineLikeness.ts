/** Whether a line is a changed version of another: at the edges of a part there may be no other proof of its place. */

const declarations = new Set('const let var val function func fun def fn class interface type struct enum trait impl module'.split(' '));
/** Words that may come before the declared name. */
const modifiers = new Set(
  'export default public private protected internal static async abstract final override readonly pub open inline virtual'.split(' '),
);
const leastCommon = 0.5;

/** A line split once, to be compared with many others. */
export interface ReadLine {
  /** The first two. */
  readonly words: readonly string[];
  readonly isDeclaration: boolean;
  /** Sorted, so that two lines are compared in one pass. */
  readonly tokens: readonly string[];
}

export function readLine(line: string): ReadLine {
  const all = line.match(/[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]/gu) ?? [];
  const first = all.findIndex((token) => !modifiers.has(token) && !declarations.has(token));
  const tokens = all.slice(Math.max(0, first));
  const isDeclaration = all.slice(0, first).some((token) => declarations.has(token));
  return { words: tokens.filter((token) => /[\p{L}\p{N}_$]/u.test(token)).slice(0, 2), isDeclaration, tokens: tokens.toSorted() };
}

/** True if both declare the same name or begin with the same two words, and share at least half of their tokens. */
export function isChangedLine(before: ReadLine, after: ReadLine): boolean {
  const old = before.tokens;
  const now = after.tokens;
  const named = before.isDeclaration && after.isDeclaration ? 1 : 2;
  const both = Math.min(before.words.length, after.words.length, named);
  for (let word = 0; word < both; word++) if (before.words[word] !== after.words[word]) return false;
  if (both === 0) return false;
  let [common, at, other] = [0, 0, 0];
  while (at < old.length && other < now.length) {
    const one = old[at] ?? '';
    const two = now[other] ?? '';
    if (one === two) common++;
    if (one <= two) at++;
    if (two <= one) other++;
  }
  return (2 * common) / (old.length + now.length) >= leastCommon;
}
