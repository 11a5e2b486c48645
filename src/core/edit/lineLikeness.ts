/** Whether one line is the other one changed: the beginning of a part that was answered with, or its end, has no other proof. */

const declarations = new Set('const let var val function func fun def fn class interface type struct enum trait impl module'.split(' '));
/** Other words before the name that a line is about. */
const modifiers = new Set(
  'export default public private protected internal static async abstract final override readonly pub open inline virtual'.split(' '),
);
const leastCommon = 0.5;

/** Lines that are one line changed have the same one. Empty for a line without words. */
export function firstWord(line: string): string {
  return wordsOf(read(line).tokens)[0] ?? '';
}

/** True where both are about the same name, or begin with the same two words, and have half of the rest in common. */
export function isChangedLine(before: string, after: string): boolean {
  const [old, now] = [read(before), read(after)];
  const named = old.isDeclaration && now.isDeclaration ? 1 : 2;
  const [oldWords, nowWords] = [wordsOf(old.tokens).slice(0, named), wordsOf(now.tokens).slice(0, named)];
  const both = Math.min(oldWords.length, nowWords.length);
  if (both === 0 || oldWords.slice(0, both).join(' ') !== nowWords.slice(0, both).join(' ')) return false;
  const counts = new Map<string, number>();
  for (const token of old.tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  let common = 0;
  for (const token of now.tokens) {
    const left = counts.get(token) ?? 0;
    if (left > 0) common++;
    counts.set(token, left - 1);
  }
  return (2 * common) / (old.tokens.length + now.tokens.length) >= leastCommon;
}

function read(line: string): { readonly tokens: readonly string[]; readonly isDeclaration: boolean } {
  const tokens = line.match(/[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]/gu) ?? [];
  const first = tokens.findIndex((token) => !modifiers.has(token) && !declarations.has(token));
  return { tokens: tokens.slice(Math.max(0, first)), isDeclaration: tokens.slice(0, first).some((token) => declarations.has(token)) };
}

function wordsOf(tokens: readonly string[]): readonly string[] {
  return tokens.filter((token) => /[\p{L}\p{N}_$]/u.test(token));
}
