// Formulas in running text: `$x$`, `$$x$$`, `\(x\)`, `\[x\]` and LaTeX environments, told apart from prices, shell
// variables and escaped brackets.
import type { StateInline } from 'markdown-it';

/** A formula in running text is short; a dollar sign further back is a price. */
const LONGEST = 400;
/** A matrix or a system of equations takes more room, and its marks are unmistakable. */
const LONGEST_ENVIRONMENT = 4000;
const FORMULA = new RegExp(
  `\\$\\$(?<wide>[^$\\n]{1,${LONGEST}})\\$\\$` +
    `|\\$(?<dollar>(?![\\s$])(?:\\\\[^\\n]|[^\\\\$\\n]){0,${LONGEST}}?(?:\\\\\\S|[^\\s\\\\$]))\\$` +
    `|\\\\\\((?<round>(?:\\\\[^()]|[^\\\\]){1,${LONGEST}}?)\\\\\\)` +
    `|\\\\\\[(?<square>(?:\\\\[^[\\]]|[^\\\\]){1,${LONGEST}}?)\\\\\\]` +
    `|(?<environment>\\\\begin\\{(?<name>[A-Za-z]+\\*?)\\}[^]{0,${LONGEST_ENVIRONMENT}}?\\\\end\\{\\k<name>\\})`,
  'y',
);

export function mathRule(state: StateInline, silent: boolean): boolean {
  const sign = state.src[state.pos];
  if (sign !== '$' && sign !== '\\') return false;
  FORMULA.lastIndex = state.pos;
  const match = FORMULA.exec(state.src);
  if (!match) return false;
  const { wide, dollar, round, square, environment } = match.groups!;
  const content = wide ?? dollar ?? round ?? square ?? environment!;
  // "\[ \]" is a box.
  if (content.trim() === '') return false;
  const end = state.pos + match[0].length;
  if (end > state.posMax) return false;
  if (dollar !== undefined && !isFormula(dollar, state.src[state.pos - 1] ?? '', state.src.slice(end, end + 3))) return false;
  if (wide !== undefined && /^\s*(?:&&|\|\||;)/.test(wide)) return false;
  if (square !== undefined && !isEquation(square, state.src[end])) return false;
  if (!silent) {
    const token = state.push('math', 'math', 0);
    token.content = content;
    token.markup = match[0];
  }
  state.pos = end;
  return true;
}

/**
 * Whether dollar signs enclose a formula. Between two shell variables or prices they do not: what is enclosed ends like
 * half a path or leaves a bracket open, or a name follows the second sign.
 */
function isFormula(content: string, before: string, after: string): boolean {
  // "US$5", "10$ and 20$"; but "2$\pi$".
  if (/[A-Za-z_$]/.test(before) || (/\d/.test(before) && !/^[A-Za-z\\]/.test(content))) return false;
  if (/^[\d$#@?]/.test(after)) return false;
  // A name follows, as in `$HOME/bin:$PATH` or `${A}${B}`; but "the $n$th", and what only a formula holds.
  if (/^[A-Za-z_{(]/.test(after) && !/^(?:th|st|nd|rd|s)(?![A-Za-z])/.test(after) && !/\^|_\{/.test(content)) return false;
  if (content.length > 1 && (/^[.,:;@?!"#`&]/.test(content) || /[/:"#@`&]$/.test(content))) return false;
  // "$5 for one and 6$".
  if (/^\d/.test(content) && !content.includes('\\') && /\s[A-Za-z]{2,}\s|[\u2e80-\u9fff\uac00-\ud7af]/.test(content)) return false;
  return content.includes('\\left') || balanced(content);
}

/** Intervals such as [0, 1) mix their brackets, so only the numbers must agree. */
function balanced(content: string): boolean {
  let open = 0;
  for (const char of content.replace(/\\./g, '')) {
    if ('([{'.includes(char)) open++;
    else if (')]}'.includes(char)) open--;
  }
  // The interval ]0, 1[ agrees as well.
  return open === 0;
}

/** Escaped brackets around plain words are brackets, as in `\[optional\]` and `\[label\](address)`. */
function isEquation(content: string, next: string | undefined): boolean {
  if (next === '(' || next === '[') return false;
  // "a,⏎b": single letters and numbers over several lines.
  if (content.includes('\n') && /^(?:(?:[A-Za-z]|\d+)(?:[\s,;]+|$))+$/.test(content)) return true;
  return /^\s|\\[A-Za-z,;!]|[\^=+<>{}|]|[A-Za-z0-9)}]_[A-Za-z0-9](?![A-Za-z0-9_])|\d\s*[-*/]\s*\d|^[A-Za-z]\s*[-*/]|[A-Za-z]\([^)]*\)/.test(
    content,
  );
}

/** Whether a formula may begin at the sign at `at`, with its end still to come. */
export function mayBeMath(source: string, at: number): boolean {
  const rest = source.slice(at, at + LONGEST_ENVIRONMENT + 100);
  if (rest[0] === '$') {
    const marks = rest.startsWith('$$') ? 2 : 1;
    if (rest.length > LONGEST || rest.includes('\n') || /^\s/.test(rest.slice(marks))) return false;
    // With the next sign, and the character after it, it was decided.
    const next = rest.slice(marks).search(/(?<!\\)\$/);
    return next < 0 || marks + next + marks >= rest.length;
  }
  if (/^\\[([]/.test(rest)) return rest.length <= LONGEST && !rest.includes(rest[1] === '(' ? '\\)' : '\\]', 2);
  if (rest.length <= 6) return '\\begin'.startsWith(rest);
  const name = /^\\begin\{([A-Za-z]*\*?)(\}?)/.exec(rest);
  if (!name || rest.length > LONGEST_ENVIRONMENT) return false;
  return name[2] === '' ? name[0].length === rest.length : name[1] !== '' && !rest.includes(`\\end{${name[1]!}}`);
}
