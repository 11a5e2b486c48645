// How a line can begin: the marks of CommonMark and GFM that open a block, and when a half-typed line is decided.

export const ATX = /^#{1,6}(?:[ \t]+|$)/;
export const SETEXT = /^(?:=+|-+)[ \t]*$/;
export const BREAK = /^(?:\*[ \t]*){3,}$|^(?:_[ \t]*){3,}$|^(?:-[ \t]*){3,}$/;
export const FENCE = /^`{3,}(?!.*`)|^~{3,}/;
export const DELIMITER_ROW = /^(?=.*\|)\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*(?:\|[ \t]*)?$/;
const SENTENCE_END = '[ \\t]*(?:[.,;:!?。，；：！？、][ \\t]*)?$';
/**
 * `$$`, `\[` or an environment. An end mark on the same line must end the line or sentence, or else the formula stands in
 * running text. `\[` may also be an escaped bracket, so it must look like a formula.
 */
export const MATH = new RegExp(
  [
    '\\$\\$(?!.*\\$\\$.*[^\\s.,;:!?。，；：！？、])',
    '\\\\\\[(?=\\s*$|\\s(?!.*\\\\\\]))',
    '\\\\\\[(?=[^\\]]*$)(?=[^\\]]*[\\\\^_=])',
    `\\\\\\[(?=.*\\\\\\]${SENTENCE_END})(?!.*\\\\\\].*\\\\\\])(?=\\s|.*(?:[\\^_=+<>{}(*/-]|\\\\[A-Za-z]).*\\\\\\])`,
    '\\\\begin\\{[A-Za-z]+\\*?\\}',
  ]
    .map((form) => `^(?:${form})`)
    .join('|'),
);

/** Raw HTML that is shown as code until its end. Any other tag is a word of the paragraph in which it stands. */
export interface HtmlKind {
  readonly opens: RegExp;
  readonly closes: RegExp;
}

export const HTML: readonly HtmlKind[] = [
  { opens: /^<(?:script|pre|textarea|style)(?:\s|>|$)/i, closes: /<\/(?:script|pre|textarea|style)>/i },
  { opens: /^<!--(?!.*-->)/, closes: /-->/ },
  { opens: /^<[?](?!.*\?>)/, closes: /\?>/ },
  { opens: /^<![A-Za-z](?!.*>)/, closes: />/ },
  { opens: /^<!\[CDATA\[(?!.*\]\]>)/, closes: /\]\]>/ },
];

/** Text that can be folded away, with its visible line. */
export const DETAILS = /^<details(\s[^<>]*)?>/i;
export const DETAILS_END = /^<\/details\s*>/i;
export const SUMMARY = /^<summary(?:\s[^<>]*)?>/i;

export interface ListMark {
  readonly text: string;
  /** Items belong together when they share this: the bullet, or the sign after the number. */
  readonly kind: string;
  readonly start: number | undefined;
}

export function listMark(content: string): ListMark | undefined {
  const bullet = /^[*+-](?=[ \t]|$)/.exec(content);
  if (bullet) return { text: bullet[0], kind: bullet[0], start: undefined };
  const ordered = /^(\d{1,9})([.)])(?=[ \t]|$)/.exec(content);
  return ordered ? { text: ordered[0], kind: ordered[2]!, start: Number(ordered[1]) } : undefined;
}

const MARKS = /^(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])|<details(?:\s[^<>]*)?>|<\/details\s*>))*[ \t]*/i;
const OPEN = new RegExp(
  [
    '', // nothing but marks so far
    '#{1,6}[ \\t]*',
    '[-*_ \\t]+', // a break, a bullet, an underline
    '=+[ \\t]*',
    '[-:| \\t]+', // the second row of a table
    '`{1,2}|`{3,}[^`]*',
    '~+|~{3,}.*',
    '\\+',
    '\\d{1,9}[.)]?',
    '\\$|\\$\\$.*',
    '\\\\[a-z]{0,5}|\\\\\\[.*|\\\\begin\\{[A-Za-z]*\\*?',
    '<(?:[!?].*|/?[A-Za-z]*|/?(?:details|summary)(?:\\s[^>]*)?(?:>[ \\t]*)?)?',
  ]
    .map((form) => `(?:${form})`)
    .join('|')
    .replace(/^/, '^(?:')
    .concat(')$'),
  'i',
);

/** Whether more text on this line can no longer change its block. False in case of doubt. */
export function decided(line: string): boolean {
  return !OPEN.test(line.slice(MARKS.exec(line)![0].length));
}

/** The same inside a fence, where only lines of these signs matter. */
export function decidedInFence(line: string, signs: string): boolean {
  return !new RegExp(`^[ \\t>]*[${signs}]*[ \\t]*$`).test(line);
}
