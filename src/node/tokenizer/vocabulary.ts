/**
 * The file format of a tokenizer's vocabulary, two thirds as large as a list of its tokens. It holds the sorted tokens, each
 * without the prefix shared with the previous one, and the distance of each token's level (see bpe.ts) from the levels of its
 * parts. The parts are not stored: they result from joining all shorter tokens.
 *
 * Vocabularies share most of their tokens, so one builds on others: it stores only the tokens that the others lack, and one
 * bit for each token that they have. A vocabulary that extends another includes all of it.
 */
import { addToken, emptyVocabulary, firstMade, join, type Vocabulary } from '../../core/tokens/bpe.ts';

/** The bytes of a token, each as a character below 256. */
export type Token = string;

export interface Unpacked {
  /** All tokens of two bytes or more; a token's number in `vocabulary` is its index plus 256. */
  readonly tokens: readonly Token[];
  readonly vocabulary: Vocabulary;
  /** Tokens that no joins produce: they count only as a whole word. */
  readonly whole: readonly Token[];
}

export interface Basis {
  /** The tokens of other vocabularies, sorted. */
  readonly known: readonly Token[];
  /** The vocabulary that this one extends; all its tokens are among `known`. */
  readonly start?: Unpacked;
}

export const noBasis: Basis = { known: [] };

/** Marks before a token add up to the number of bytes dropped from the previous one. They are not bytes of UTF-8. */
const firstMark = 0xf5;
const mostPerMark = 0xff - firstMark;
/** Larger numbers take a second byte. */
const firstLong = 200;

/** @param inOrder all tokens to add, in the order of their joins; tokens of one byte are ignored */
export function packVocabulary(inOrder: readonly Token[], { known, start }: Basis): Buffer {
  const added = inOrder.filter((token) => token.length > 1);
  const distances = distancesOf(added, start);
  const others = new Set(known);
  const own = added.filter((token) => !others.has(token)).sort();
  const offered = offeredBy({ known, ...(start && { start }) });
  const strings = bytesOf(shared(own));
  const taken = Buffer.from(offered.map((token) => (distances.has(token) ? 1 : 0)));
  const levels = Buffer.from(byLength([...distances.keys()].sort()).flatMap((token) => short(distances.get(token) as number)));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(strings.length, 0);
  lengths.writeUInt32LE(taken.length, 4);
  return Buffer.concat([lengths, strings, taken, levels]);
}

/** The tokens stored in the file itself, sorted. */
export function unpackTokens(packed: Buffer): Token[] {
  const strings = packed.toString('latin1', 8, 8 + packed.readUInt32LE(0));
  const tokens: Token[] = [];
  let token = '';
  for (let at = 0; at < strings.length;) {
    let dropped = 0;
    for (; strings.charCodeAt(at) >= firstMark; at++) dropped += strings.charCodeAt(at) - firstMark;
    let end = at;
    while (end < strings.length && strings.charCodeAt(end) < firstMark) end++;
    token = token.slice(0, token.length - dropped) + strings.slice(at, end);
    tokens.push(token);
    at = end;
  }
  return tokens;
}

export function unpackVocabulary(packed: Buffer, basis: Basis): Unpacked {
  const { start } = basis;
  const takenAt = 8 + packed.readUInt32LE(0);
  const taken = offeredBy(basis).filter((_, index) => packed[takenAt + index] === 1);
  const added = byLength([...unpackTokens(packed), ...taken].sort());
  let at = takenAt + packed.readUInt32LE(4);
  const next = (): number => {
    const value = packed[at++] as number;
    return value < firstLong ? value : (value - firstLong) * 256 + (packed[at++] as number);
  };
  const { vocabulary, floor, parts } = extended(start, added.length);
  const first = firstMade + (start?.tokens.length ?? 0);
  const whole = [...(start?.whole ?? [])];
  added.forEach((token, index) => {
    const distance = next();
    if (distance === 0) return void whole.push(token);
    const [left, right] = parts(token) as readonly [number, number];
    addToken(vocabulary, first + index, left, right, above(vocabulary, floor, left, right) + distance);
  });
  return { tokens: [...(start?.tokens ?? []), ...added], vocabulary, whole };
}

/** The tokens that may be taken from others: those that the extended vocabulary lacks. */
function offeredBy({ known, start }: Basis): readonly Token[] {
  if (start === undefined) return known;
  const begun = new Set(start.tokens);
  return known.filter((token) => !begun.has(token));
}

/** The distance of each token's level from the levels of its parts; 0 for tokens that no joins produce. */
function distancesOf(added: readonly Token[], start: Unpacked | undefined): Map<Token, number> {
  // Joins in the order of the list and computes the levels meanwhile.
  const { vocabulary, floor, parts } = extended(start, added.length);
  const first = firstMade + (start?.tokens.length ?? 0);
  const level = vocabulary.level.slice();
  const asLeft = new Uint32Array(level.length);
  const asRight = new Uint32Array(level.length);
  const distances = new Map<Token, number>();
  const early = new Set<Token>();
  const take = (token: Token): void => {
    const pair = parts(token);
    if (pair === undefined) return void early.add(token);
    early.delete(token);
    const [left, right] = pair;
    const made = first + distances.size;
    addToken(vocabulary, made, left, right, made);
    const least = Math.max(floor, level[left] as number, level[right] as number);
    // Later than all tokens that compete for the end of the left part or for the start of the right one.
    const now = 1 + Math.max(least, asLeft[right] as number, asRight[left] as number);
    level[made] = now;
    asLeft[left] = Math.max(asLeft[left] as number, now);
    asRight[right] = Math.max(asRight[right] as number, now);
    distances.set(token, now - least);
    // Some lists name a token before its parts: it is joined as soon as they exist.
    for (const longer of early) if (longer.startsWith(token) || longer.endsWith(token)) take(longer);
  };
  added.forEach(take);
  for (const token of early) distances.set(token, 0);
  return distances;
}

const above = ({ level }: Vocabulary, floor: number, left: number, right: number): number =>
  Math.max(floor, level[left] as number, level[right] as number);

/** A copy of `start` with room for more tokens, its highest level, and a function that finds the two parts of a token. */
function extended(
  start: Unpacked | undefined,
  more: number,
): {
  readonly vocabulary: Vocabulary;
  readonly floor: number;
  readonly parts: (token: Token) => readonly [left: number, right: number] | undefined;
} {
  const begun = firstMade + (start?.tokens.length ?? 0);
  const vocabulary = emptyVocabulary(begun + more);
  let floor = 0;
  if (start !== undefined) {
    const { left, right, level } = start.vocabulary;
    for (let token = firstMade; token < begun; token++) {
      if (level[token] === 0) continue;
      addToken(vocabulary, token, left[token] as number, right[token] as number, level[token] as number);
      floor = Math.max(floor, level[token] as number);
    }
  }
  const tokens = new Uint32Array(1024);
  const made = new Uint32Array(1024);
  const parts = (token: Token): readonly [number, number] | undefined => {
    for (let at = 0; at < token.length; at++) tokens[at] = token.charCodeAt(at);
    return join(vocabulary, tokens, made, token.length) === 2 ? [tokens[0] as number, tokens[1] as number] : undefined;
  };
  return { vocabulary, floor, parts };
}

function shared(sorted: readonly Token[]): string {
  let before = '';
  return sorted
    .map((token) => {
      let same = 0;
      while (same < token.length && token[same] === before[same]) same++;
      const rest = token.slice(same);
      if (/[\xf5-\xff]/.test(rest)) throw new Error(`The token ${JSON.stringify(token)} needs other marks.`);
      let dropped = before.length - same;
      let marks = '';
      for (; dropped > mostPerMark; dropped -= mostPerMark) marks += String.fromCharCode(0xff);
      before = token;
      return marks + String.fromCharCode(firstMark + dropped) + rest;
    })
    .join('');
}

/** Shorter tokens first, otherwise in the given order. */
function byLength(tokens: readonly Token[]): Token[] {
  const groups: Token[][] = [];
  for (const token of tokens) (groups[token.length] ??= []).push(token);
  return groups.flat();
}

const short = (value: number): number[] => (value < firstLong ? [value] : [firstLong + (value >> 8), value & 0xff]);

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');
