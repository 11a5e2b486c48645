// The few HTML tags that become elements: they only mark words, and have no attributes.
import type { Token } from 'markdown-it';

const INERT = new Set('kbd sub sup b i u s mark em strong del ins small samp var'.split(' '));
const TAG = /^<(\/?)([a-z]+)\s*>$/i;
/** In characters. A tag that is closed further away was not meant as one: `Vec<b>`. */
const FURTHEST = 1000;
/** Number of open tags that are searched. */
const DEEPEST = 20;

/** Where in the source an inline tag stands; kept in `token.meta`. */
export interface TagPlace {
  readonly from: number;
  readonly to: number;
}

export interface OpenTag {
  readonly token: Token;
  readonly name: string;
}

interface Pairs {
  /** Opening and closing tokens that belong together, each with the element's name. */
  readonly names: ReadonlyMap<Token, string>;
  readonly spans: readonly { readonly from: number; readonly to: number }[];
  /** Tags whose end may still come. */
  readonly open: readonly OpenTag[];
}

export const NO_PAIRS: Pairs = { names: new Map(), spans: [], open: [] };

/** Finds the tags that open and close within the same emphasis or link. */
export function pairTags(tokens: readonly Token[]): Pairs {
  if (!tokens.some(({ type }) => type === 'html_inline')) return NO_PAIRS;
  const names = new Map<Token, string>();
  const spans: { from: number; to: number }[] = [];
  const levels: OpenTag[][] = [[]];
  for (const token of tokens) {
    if (token.nesting > 0) levels.push([]);
    else if (token.nesting < 0) levels.pop();
    const tag = token.type === 'html_inline' ? TAG.exec(token.content) : null;
    if (!tag || levels.length === 0) continue;
    const level = levels.at(-1)!;
    const name = tag[2]!.toLowerCase();
    if (!INERT.has(name)) continue;
    if (tag[1] === '') {
      level.push({ token, name });
      continue;
    }
    const at = level.findLastIndex((open, index) => open.name === name && index >= level.length - DEEPEST);
    const open = level[at]?.token;
    if (!open || place(token).from - place(open).from > FURTHEST) continue;
    level.length = at;
    names.set(open, name).set(token, name);
    spans.push({ from: place(open).from, to: place(token).from });
  }
  return { names, spans, open: levels.flat() };
}

export function mayStillClose({ token }: OpenTag, length: number): boolean {
  return length - place(token).from <= FURTHEST;
}

export function place(token: Token): TagPlace {
  return token.meta as unknown as TagPlace;
}
