// Addresses without a scheme in running text, by the rules of GFM's extended autolinks: `www.…` and e-mail addresses.
import type { MarkdownIt, StateInline } from 'markdown-it';

/** Segments of letters, digits, `-` and `_`, with at least one dot between them; then anything but space and `<`. */
const WWW = /www\.[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*[^\s<]*/uy;
const BEFORE_AT = /[A-Za-z0-9.+_-]+$/;
const AFTER_AT = /[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+/y;

/** What plain words must hold for a look at these rules to be worth it. */
export function mayHoldAddress(source: string): boolean {
  return source.includes('www.') || source.includes('@');
}

/** Adds the rules before markdown-it's own for words, which would swallow a `www.` together with what is before it. */
export function addAutolinks(md: MarkdownIt): void {
  md.inline.ruler.before('text', 'www', wwwRule);
  md.inline.ruler.before('text', 'words-before-www', wordsRule);
  md.inline.ruler.before('text', 'email', emailRule);
}

/** An address begins a line, or stands behind a space, a bracket or a sign of emphasis. */
function mayBegin(source: string, at: number): boolean {
  return at === 0 || /[\s*_~(]/.test(source[at - 1]!);
}

/** Takes words up to an address that begins behind them. */
function wordsRule(state: StateInline, silent: boolean): boolean {
  const words = /^[^\n!#$%&*+\-:<=>@[\\\]^_`{}~]+/.exec(state.src.slice(state.pos, state.posMax))?.[0] ?? '';
  let at = words.indexOf('www.', 1);
  while (at > 0 && !mayBegin(words, at)) at = words.indexOf('www.', at + 1);
  if (at <= 0) return false;
  if (!silent) state.pending += words.slice(0, at);
  state.pos += at;
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
  // Only what was read as plain words: `_` may have become emphasis already.
  const before = BEFORE_AT.exec(state.pending)?.[0];
  AFTER_AT.lastIndex = state.pos + 1;
  const host = AFTER_AT.exec(state.src)?.[0];
  if (before === undefined || host === undefined || /[_-]$/.test(host)) return false;
  if (BEFORE_AT.exec(state.src.slice(0, state.pos))![0] !== before) return false;
  if (!silent) {
    state.pending = state.pending.slice(0, -before.length);
    push(state, `mailto:${before}@${host}`, `${before}@${host}`);
  }
  state.pos += 1 + host.length;
  return true;
}

/** Punctuation at the end belongs to the sentence, and so do a bracket that was opened before and an entity. */
function withoutTail(address: string): string {
  for (let rest = address; ;) {
    const shorter = rest.replace(/[?!.,:*_~'"]+$/, '').replace(/&[A-Za-z0-9]+;$/, '');
    const opened = shorter.split('(').length;
    const closed = shorter.split(')').length;
    const balanced = shorter.endsWith(')') && closed > opened ? shorter.slice(0, -1) : shorter;
    if (balanced === rest) return rest;
    rest = balanced;
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
