// How a line can begin: the marks of CommonMark and GFM that open a block, and when a half-typed line has said enough.

export const ATX = /^#{1,6}(?:[ \t]+|$)/;
export const SETEXT = /^(?:=+|-+)[ \t]*$/;
export const BREAK = /^(?:\*[ \t]*){3,}$|^(?:_[ \t]*){3,}$|^(?:-[ \t]*){3,}$/;
export const FENCE = /^`{3,}(?!.*`)|^~{3,}/;
export const DELIMITER_ROW = /^(?=.*\|)\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
/** `$$` or `\[` with the formula, if it has begun, and the closing mark, if it is there and ends the line. */
export const MATH = /^(?:\$\$(?!.*\$\$.*\S)|\\\[(?=\s|$|.*\\\][ \t]*$)(?!.*\\\].*\S))/;

const TAG_NAMES =
  'address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|' +
  'fieldset|figcaption|figure|footer|form|frame|frameset|h[123456]|head|header|hr|html|iframe|legend|li|link|main|menu|' +
  'menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul';
const ATTRIBUTE = '(?:\\s+[a-zA-Z_:][a-zA-Z0-9:._-]*(?:\\s*=\\s*(?:[^"\'=<>`\\x00-\\x20]+|\'[^\']*\'|"[^"]*"))?)';
const TAG = `(?:<[A-Za-z][A-Za-z0-9-]*${ATTRIBUTE}*\\s*/?>|</[A-Za-z][A-Za-z0-9-]*\\s*[>])`;

export interface HtmlKind {
  readonly opens: RegExp;
  /** Undefined: a blank line ends it. */
  readonly closes: RegExp | undefined;
  readonly interrupts: boolean;
}

export const HTML: readonly HtmlKind[] = [
  { opens: /^<(?:script|pre|textarea|style)(?:\s|>|$)/i, closes: /<\/(?:script|pre|textarea|style)>/i, interrupts: true },
  { opens: /^<!--/, closes: /-->/, interrupts: true },
  { opens: /^<[?]/, closes: /\?>/, interrupts: true },
  { opens: /^<![A-Za-z]/, closes: />/, interrupts: true },
  { opens: /^<!\[CDATA\[/, closes: /\]\]>/, interrupts: true },
  { opens: new RegExp(`^</?(?:${TAG_NAMES})(?:\\s|/?>|$)`, 'i'), closes: undefined, interrupts: true },
  { opens: new RegExp(`^${TAG}\\s*$`), closes: undefined, interrupts: false },
];

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

const MARKS = /^(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))*[ \t]*/;
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
    '\\\\|\\\\\\[.*',
    '<(?:[A-Za-z/!?][^>]*>?[ \\t]*)?',
  ]
    .map((form) => `(?:${form})`)
    .join('|')
    .replace(/^/, '^(?:')
    .concat(')$'),
);

/** Whether more text on this line can no longer change which block it belongs to. It may say no too often. */
export function decided(line: string): boolean {
  return !OPEN.test(line.slice(MARKS.exec(line)![0].length));
}

/** The same inside a fence, where only its closing line is a mark. */
export function decidedInFence(line: string, fence: string): boolean {
  return !new RegExp(`^[ \\t>]*[${fence}]*[ \\t]*$`).test(line);
}
