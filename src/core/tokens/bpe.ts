/**
 * Byte pair encoding: a word starts as its bytes, and neighbouring pairs are merged, lowest level first, until the
 * vocabulary knows no more pairs. Only counts are needed, so tokens are never decoded. Published vocabularies number their
 * tokens, and the lower number is merged first. Levels achieve the same with a few hundred values: two merges need an order
 * only if one produces a part of the other or both compete for the same token; all others can run together. A level is thus
 * one pass over the word.
 */
import type { Encoding, PreTokenizer } from './tokenCounter.ts';

/** Tokens below this number are the bytes. */
export const firstMade = 256;

export interface Vocabulary {
  /** Per token: its two parts and its level. The first 256 entries are unused. */
  readonly left: Uint32Array<ArrayBuffer>;
  readonly right: Uint32Array<ArrayBuffer>;
  readonly level: Uint32Array<ArrayBuffer>;
  /** Hash table of the tokens by their parts, with linear probing; its size is a power of 2. */
  readonly places: Uint32Array<ArrayBuffer>;
}

/** @param tokens number of tokens, bytes included */
export function emptyVocabulary(tokens: number): Vocabulary {
  const column = (): Uint32Array<ArrayBuffer> => new Uint32Array(tokens);
  const places = 2 ** Math.ceil(Math.log2(tokens * 1.5));
  return { left: column(), right: column(), level: column(), places: new Uint32Array(places) };
}

export function addToken(vocabulary: Vocabulary, token: number, left: number, right: number, level: number): void {
  const { places } = vocabulary;
  vocabulary.left[token] = left;
  vocabulary.right[token] = right;
  vocabulary.level[token] = level;
  let place = hash(left, right) & (places.length - 1);
  while (places[place] !== 0) place = (place + 1) & (places.length - 1);
  places[place] = token;
}

function hash(left: number, right: number): number {
  const mixed = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** The token that this pair merges into, or 0. */
function joined({ left, right, places }: Vocabulary, a: number, b: number): number {
  for (let place = hash(a, b) & (places.length - 1); ; place = (place + 1) & (places.length - 1)) {
    const token = places[place] as number;
    if (token === 0 || (left[token] === a && right[token] === b)) return token;
  }
}

/** Merges pairs in place and returns the number of tokens left. `made` is a work buffer. */
export function join(vocabulary: Vocabulary, tokens: Uint32Array, made: Uint32Array, length: number): number {
  const { level } = vocabulary;
  for (;;) {
    let lowest = Infinity;
    for (let at = 0; at + 1 < length; at++) {
      const token = joined(vocabulary, tokens[at] as number, tokens[at + 1] as number);
      made[at] = token;
      if (token !== 0) lowest = Math.min(lowest, level[token] as number);
    }
    if (lowest === Infinity) return length;
    let to = 0;
    for (let at = 0; at < length; to++) {
      const token = at + 1 < length ? (made[at] as number) : 0;
      const now = token !== 0 && level[token] === lowest;
      tokens[to] = now ? token : (tokens[at] as number);
      at += now ? 2 : 1;
    }
    length = to;
  }
}

/** Size of the cache of word counts; English prose repeats a few thousand words. */
const maxCachedWords = 20_000;

/** @param whole words that are one token although no merges produce them */
export function encodingOf(vocabulary: Vocabulary, style: PreTokenizer, whole: ReadonlySet<string> = new Set()): Encoding {
  const cache = new Map<string, number>();
  const encoder = new TextEncoder();
  let bytes = new Uint8Array(0);
  let tokens = new Uint32Array(0);
  let made = new Uint32Array(0);
  const fresh = (word: string): number => {
    if (whole.has(word)) return 1;
    if (bytes.length < word.length * 3) {
      bytes = new Uint8Array(word.length * 3 + 64);
      tokens = new Uint32Array(bytes.length);
      made = new Uint32Array(bytes.length);
    }
    const { written } = encoder.encodeInto(word, bytes);
    for (let at = 0; at < written; at++) tokens[at] = bytes[at] as number;
    return join(vocabulary, tokens, made, written) * (style.scale?.(word) ?? 1);
  };
  return {
    ...style,
    count: (word) => {
      const known = cache.get(word);
      if (known !== undefined) return known;
      const count = fresh(word);
      if (cache.size >= maxCachedWords) cache.clear();
      cache.set(word, count);
      return count;
    },
  };
}
