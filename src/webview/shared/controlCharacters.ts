// Makes characters that hide or reorder text visible: the code shown must be the code that is copied and run.
import { create } from './create.ts';

/** Control characters, and those that change the direction of text. */
const IN_TEXT = /(?![\t\n\r])[\p{Cc}\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/u;
/** In code, also characters without width. Joiners between non-ASCII characters stay: emoji and Persian words need them. */
const WITHOUT_WIDTH =
  '\\u00ad\\u061c\\u115f\\u1160\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb';
const IN_CODE = new RegExp(
  `(?![\\t\\n\\r])[\\p{Cc}${WITHOUT_WIDTH}\\u{e0000}-\\u{e007f}]|(?<!\\P{ASCII})[\\u200c\\u200d]|[\\u200c\\u200d](?!\\P{ASCII})`,
  'u',
);

/** Hidden characters of a row of code, or next to each other in text, that have a mark each. The last mark spells out the rest. */
export const MOST_MARKS = 32;

/**
 * Puts each such character into an element that shows its code point; copying keeps the character.
 * @param from offset of the text that was not shown yet
 */
export function visibleText(text: string, where: 'code' | 'text', from = 0): readonly (string | HTMLElement)[] {
  const pattern = where === 'code' ? IN_CODE : IN_TEXT;
  if (!pattern.test(text)) return [text.slice(from)];
  const nodes: (string | HTMLElement)[] = [];
  for (const { 0: char, index } of text.matchAll(new RegExp(pattern, 'gu'))) {
    if (index < from) continue;
    if (index > from) nodes.push(text.slice(from, index));
    nodes.push(mark(char));
    from = index + char.length;
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}

/** The same for running text: a long run of such characters has few marks. */
export function visibleWords(text: string, where: 'code' | 'text'): readonly (string | HTMLElement)[] {
  const nodes: (string | HTMLElement)[] = [];
  const rest: HTMLElement[] = [];
  let run = 0;
  for (const node of visibleText(text, where)) {
    run = typeof node === 'string' ? 0 : run + 1;
    if (typeof node !== 'string' && run > MOST_MARKS) rest.push(node);
    else {
      spellOut(nodes.at(-1), rest.splice(0));
      nodes.push(node);
    }
  }
  spellOut(nodes.at(-1), rest);
  return nodes;
}

export function hasHidden(text: string): boolean {
  return IN_TEXT.test(text);
}

/** Adds further text to a mark, in which the hidden characters are seen in brackets. */
export function spellOut(mark: string | Element | null | undefined, rest: readonly (string | HTMLElement)[]): void {
  if (!(mark instanceof HTMLElement) || rest.length === 0) return;
  mark.classList.add('long');
  (mark.firstChild as Text).appendData(rest.map((node) => (typeof node === 'string' ? node : node.textContent)).join(''));
  mark.dataset['code'] += rest.map((node) => (typeof node === 'string' ? node : `[${node.dataset['code']}]`)).join('');
}

function mark(char: string): HTMLElement {
  const element = create('span', { className: 'control' }, char);
  element.dataset['code'] = `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  return element;
}
