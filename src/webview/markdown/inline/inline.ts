// Reads the text of a block with markdown-it's inline rules, and finds how much of it later text cannot change.
import createMarkdownIt, { type MarkdownIt, type StateInline as State, type Token } from 'markdown-it';
import { addAutolinks, mayHoldAddress } from './autolinks.ts';
import { addEmphasis } from './emphasis.ts';
import { mathRule, mayBeMath } from './mathRule.ts';
import { mayStillClose, pairTags, place } from './tags.ts';

export type { Token };

export interface Definition {
  readonly href: string;
  readonly title: string;
}
/** Link definitions by their normalised label, in the shape that markdown-it reads. */
export type Definitions = Record<string, Definition>;

const TILDE = 0x7e;

interface Reading {
  readonly tokens: Token[];
  /** Places between words, in order, that are outside of emphasis and of anything unfinished. */
  readonly breaks: readonly number[];
  /** The signs that would close the open emphasis. */
  readonly missing: string;
}

/** What answers need beyond CommonMark and GFM: emphasis without spaces around it, formulas, bare addresses. */
export function addRules(md: MarkdownIt): void {
  addEmphasis(md);
  md.inline.ruler.before('escape', 'math', mathRule);
  addAutolinks(md);
}

export class Inline {
  readonly md: MarkdownIt;
  readonly #definitions: Definitions;

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
    this.md = new createMarkdownIt({ html: true, linkify: true });
    // Where links are drawn decides which addresses may be followed.
    this.md.validateLink = () => true;
    addRules(this.md);
  }

  tokens(source: string): Token[] {
    return this.read(source).tokens;
  }

  read(source: string): Reading {
    return PLAIN.test(source) && !mayHoldAddress(source) ? plainReading(source) : this.#readMarked(source);
  }

  /** The loop of markdown-it's `inline.parse`, with a note of where each step began. */
  #readMarked(source: string): Reading {
    const { inline } = this.md;
    const tokens: Token[] = [];
    const state = new inline.State(source, this.md, { references: this.#definitions }, tokens);
    const rules = inline.ruler.getRules('');
    const starts: number[] = [];
    const breaks: number[] = [];
    let opening: Opening | undefined;
    while (state.pos < source.length) {
      const at = state.pos;
      const known = tokens.length;
      const taken = rules.some((rule) => rule(state, false));
      if (!taken) state.pending += source[state.pos++];
      for (; starts.length < tokens.length; starts.push(at)) {
        const token = tokens[starts.length]!;
        if (token.type === 'html_inline') token.meta = { from: at, to: state.pos };
      }
      // A raw `<a>` is text, so addresses after it are links like others.
      state.linkLevel = 0;
      if (!opening && mayOpen(state, at, taken, tokens.length > known)) opening = { at, close: /^`*/.exec(source.slice(at))![0] };
      // Spaces inside code or an address are no breaks; those steps make a token.
      if (source[at] === '\n') findBreaks(source, at, at + 1, breaks);
      else if (tokens.length === known) findBreaks(source, at, state.pos, breaks);
    }
    if (state.pending) state.pushPending();
    for (const rule of inline.ruler2.getRules('')) rule(state);
    return settle(state, starts, breaks, opening);
  }
}

/** Most text is plain words. Reading them without the rules saves half of the work per frame. */
const PLAIN = /^[^\n\\`*_[\]!<>&$~:]*$/;

function plainReading(source: string): Reading {
  const token = new createMarkdownIt.Token('text', '', 0);
  token.content = source;
  const breaks: number[] = [];
  findBreaks(source, 0, source.length, breaks);
  return { tokens: [token], breaks, missing: '' };
}

/** Where something unfinished begins, and what would end it. */
interface Opening {
  readonly at: number;
  readonly close: string;
}

/** Breaks lie before a space or line end that follows a character, and between ideographs: no later text reaches back over them. */
function findBreaks(source: string, from: number, to: number, breaks: number[]): void {
  for (let at = Math.max(from, 1); at < to; at++) {
    if (isSpace(source[at])) {
      if (!isSpace(source[at - 1]) && source[at - 1] !== '\\') breaks.push(at);
    } else if (source.charCodeAt(at) >= FIRST_IDEOGRAPH && isIdeograph(source, at) && isIdeograph(source, at - 1)) breaks.push(at);
  }
}

const FIRST_IDEOGRAPH = 0x2e80;

/** A character of a script without spaces, or its punctuation; not a mark that combines with the one before. */
function isIdeograph(source: string, at: number): boolean {
  const code = source.charCodeAt(at);
  if (code < FIRST_IDEOGRAPH || (code >= 0xd7a4 && code < 0xf900) || (code >= 0xfb00 && code < 0xff00) || code > 0xff9f) return false;
  return !((code >= 0x302a && code <= 0x302f) || code === 0x3099 || code === 0x309a);
}

function isSpace(char: string | undefined): boolean {
  return char === ' ' || char === '\n';
}

/** Whether the sign at `at` was read as plain text but could become more with what follows. */
function mayOpen(state: State, at: number, taken: boolean, pushed: boolean): boolean {
  const { src } = state;
  switch (src[at]) {
    case '`':
      return !pushed;
    case '<':
      return !taken && /^[A-Za-z/!?]?$/.test(src.slice(at + 1, at + 2));
    case '$':
    case '\\':
      return !(pushed && state.tokens.at(-1)!.type === 'math') && mayBeMath(src, at);
    case '!':
      return !taken && src[at + 1] === '[' && mayBeLink(state, at + 1);
    case '[':
      return !taken && mayBeLink(state, at);
    default:
      return false;
  }
}

function mayBeLink(state: State, at: number): boolean {
  const { src } = state;
  const end = state.md.helpers.parseLinkLabel(state, at, false);
  const next = src[end + 1];
  return end < 0 || next === undefined || next === '(' || (next === '[' && !src.includes(']', end + 2));
}

/** Keeps the breaks that are outside of emphasis and before anything unfinished. */
function settle(state: State, starts: readonly number[], breaks: readonly number[], opening: Opening | undefined): Reading {
  const spans: { from: number; to: number }[] = [];
  const openings = opening ? [opening] : [];
  const start = (token: number) => starts[token] ?? state.src.length;
  for (const { token, open, end, marker } of state.delimiters) {
    if (end >= 0) spans.push({ from: start(token), to: start(state.delimiters[end]!.token) });
    else if (open) openings.push({ at: start(token), close: marker === TILDE ? '~~' : String.fromCharCode(marker) });
  }
  const tags = pairTags(state.tokens);
  spans.push(...tags.spans);
  for (const tag of tags.open)
    if (mayStillClose(tag, state.src.length)) openings.push({ at: place(tag.token).from, close: `</${tag.name}>` });
  spans.sort((a, b) => a.from - b.from);
  let limit = openings.reduce((least, { at }) => Math.min(least, at), state.src.length);
  // What is open inside emphasis leaves the whole of that emphasis open.
  for (const { from, to } of spans.toReversed()) if (from < limit && limit <= to) limit = from;
  let next = 0;
  let covered = -1;
  const outside = breaks.filter((at) => {
    for (; next < spans.length && spans[next]!.from < at; next++) covered = Math.max(covered, spans[next]!.to);
    return at <= limit && at > covered;
  });
  const missing = openings
    .sort((a, b) => b.at - a.at)
    .map(({ close }) => close)
    .join('');
  return { tokens: state.tokens, breaks: outside, missing };
}
