// Formulas in running text: `$x$`, `$$x$$` and `\(x\)`, told apart from prices and escaped brackets.
import type { StateInline } from 'markdown-it';

/** A formula in running text is short; a dollar sign further back is a price. */
const LONGEST = 400;
// No space inside the dollar signs and no digit after them: "$5 and $10" is money.
const FORMULA = new RegExp(
  `\\$\\$(?<wide>[^$\\n]{1,${LONGEST}})\\$\\$` +
    `|\\$(?<dollar>(?![\\s$])(?:\\\\[^\\n]|[^\\\\$\\n]){0,${LONGEST}}?[^\\s\\\\$])\\$(?!\\d)` +
    `|\\\\\\((?<round>(?:\\\\[^()\\n]|[^\\\\\\n]){1,${LONGEST}})\\\\\\)`,
  'y',
);

export function mathRule(state: StateInline, silent: boolean): boolean {
  const sign = state.src[state.pos];
  if (sign !== '$' && sign !== '\\') return false;
  FORMULA.lastIndex = state.pos;
  const match = FORMULA.exec(state.src);
  if (!match) return false;
  if (!silent) {
    const token = state.push('math', 'math', 0);
    token.content = match.groups!['wide'] ?? match.groups!['dollar'] ?? match.groups!['round'] ?? '';
    token.markup = match[0];
  }
  state.pos += match[0].length;
  return true;
}

/** Whether a formula may begin at the sign at `at`, with its end still to come. */
export function mayBeMath(source: string, at: number): boolean {
  if (source.length - at > LONGEST || source.includes('\n', at)) return false;
  return /^(?:\$\$?(?:[^\s$]|$)|\\\()/.test(source.slice(at, at + 3));
}
