// Addresses without a scheme in running text, by the rules of GFM's extended autolinks: `www.…` and e-mail addresses.
//
// Each rule looks at a bounded number of characters, so that a text full of `@` or `www.` is read in linear time.
import type { MarkdownIt, StateInline } from 'markdown-it';

/** Segments of letters, digits, `-` and `_`, with at least one dot between them; then anything but space and `<`. */
const WWW = /www\.[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*[^\s<]*/uy;
/** Plain words up to a character that markdown may give a meaning, or to the next `www.`. */
const WORDS = /(?:w(?=ww\.))?[^\n!#$%&*+\-:<=>@[\\\]^_`{}~w]*(?:w(?!ww\.)[^\n!#$%&*+\-:<=>@[\\\]^_`{}~w]*)*/y;
const AFTER_AT = /[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+/y;
/** No mail server accepts a longer name before the `@`. */
const LONGEST_NAME = 256;

/** Whether a text that looks plain needs these rules. */
export function mayHoldAddress(source: string): boolean {
  return source.includes('www.') || source.includes('@');
}

/** Adds the rules before markdown-it's own rule for words, which would read a `www.` together with the words before it. */
export function addAutolinks(md: MarkdownIt): void {
  md.inline.ruler.before('text', 'www', wwwRule);
  md.inline.ruler.before('text', 'words', wordsRule);
  md.inline.ruler.before('text', 'email', emailRule);
}

/** An address begins a line, or follows a space, a bracket or a sign of emphasis. */
function mayBegin(source: string, at: number): boolean {
  return at === 0 || /[\s*_~(]/.test(source[at - 1]!);
}

function wordsRule(state: StateInline, silent: boolean): boolean {
  WORDS.lastIndex = state.pos;
  const words = WORDS.exec(state.src)![0].slice(0, state.posMax - state.pos);
  if (words === '') return false;
  if (!silent) state.pending += words;
  state.pos += words.length;
  return true;
}

function wwwRule(state: StateInline, silent: boolean): boolean {
  if (state.linkLevel > 0 || state.src[state.pos] !== 'w' || !mayBegin(state.src, state.pos)) return false;
  WWW.lastIndex = state.pos;
  const found = WWW.exec(state.src);
  if (!found) return false;
  const address = withoutTail(found[0]);
  // No underscores in the last two parts of the host's name.
  const parts = /^[\p{L}\p{N}_.-]+/u
    .exec(address)![0]
    .split('.')
    .filter((part) => part !== '');
  if (parts.length < 2 || parts.slice(-2).some((part) => part.includes('_'))) return false;
  if (!silent) push(state, `http://${address}`, address);
  state.pos += address.length;
  return true;
}

function emailRule(state: StateInline, silent: boolean): boolean {
  if (state.linkLevel > 0 || state.src[state.pos] !== '@') return false;
  const length = nameLength(state.src, state.pos);
  // Only what was read as plain words, which is the end of `pending`: `_` may have become emphasis already.
  if (length === 0 || length > LONGEST_NAME || length > state.pending.length) return false;
  AFTER_AT.lastIndex = state.pos + 1;
  const host = AFTER_AT.exec(state.src)?.[0];
  if (host === undefined || /[_-]$/.test(host)) return false;
  if (!silent) {
    const name = state.src.slice(state.pos - length, state.pos);
    state.pending = state.pending.slice(0, -length);
    push(state, `mailto:${name}@${host}`, `${name}@${host}`);
  }
  state.pos += 1 + host.length;
  return true;
}

function nameLength(source: string, at: number): number {
  let length = 0;
  while (length <= LONGEST_NAME && length < at && /[A-Za-z0-9.+_-]/.test(source[at - length - 1]!)) length++;
  return length;
}

/** Punctuation at the end belongs to the sentence, and so do an entity and a bracket that was opened before the address. */
function withoutTail(address: string): string {
  let opened = 0;
  let closed = 0;
  for (const char of address) {
    if (char === '(') opened++;
    else if (char === ')') closed++;
  }
  for (let end = address.length; ;) {
    const rest = address.slice(0, end);
    const entity = /&[A-Za-z0-9]{1,32};$/.exec(rest.slice(-34))?.[0];
    if (entity) end -= entity.length;
    else if (rest.endsWith(')') && closed > opened) {
      closed--;
      end--;
    } else if (end > 0 && /[?!.,:*_~'"]/.test(rest[end - 1]!)) end--;
    else return rest;
  }
}

function push(state: StateInline, href: string, text: string): void {
  const open = state.push('link_open', 'a', 1);
  open.attrs = [['href', state.md.normalizeLink(href)]];
  open.markup = 'linkify';
  open.info = 'auto';
  state.push('text', '', 0).content = text;
  const close = state.push('link_close', 'a', -1);
  close.markup = 'linkify';
  close.info = 'auto';
}
