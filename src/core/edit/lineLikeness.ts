/** Whether one line is the other one changed: the beginning of a part that was answered with, or its end, has no other proof. */

const declarations = new Set('const let var val function func fun def fn class interface type struct enum trait impl module'.split(' '));
/** Other words before the name that a line is about. */
const modifiers = new Set(
  'export default public private protected internal static async abstract final override readonly pub open inline virtual'.split(' '),
);
const leastCommon = 0.5;

/** A line that is compared with many others. */
export interface ReadLine {
  /** Lines that are one line changed have the same first one. */
  readonly words: readonly string[];
  readonly isDeclaration: boolean;
  /** In order, so that two lines are compared in one pass. */
  readonly tokens: readonly string[];
}

export function readLine(line: string): ReadLine {
  const all = line.match(/[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]/gu) ?? [];
  const first = all.findIndex((token) => !modifiers.has(token) && !declarations.has(token));
  const tokens = all.slice(Math.max(0, first));
  const isDeclaration = all.slice(0, first).some((token) => declarations.has(token));
  return { words: tokens.filter((token) => /[\p{L}\p{N}_$]/u.test(token)).slice(0, 2), isDeclaration, tokens: tokens.toSorted() };
}

/** True where both are about the same name, or begin with the same two words, and have half of the rest in common. */
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
