/**
 * Reads the file format of a tokenizer's vocabulary, which `scripts/packVocabulary.ts` writes. It is two thirds as large as a
 * list of its tokens: it holds the sorted tokens, each without the prefix shared with the previous one, and the distance of
 * each token's level (see bpe.ts) from the levels of its parts. The parts are not stored: they result from joining all
 * shorter tokens.
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

/** Marks before a token add up to the number of bytes dropped from the previous one. They are not bytes of UTF-8. */
export const firstMark = 0xf5;
/** Larger numbers take a second byte. */
export const firstLong = 200;

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
export function offeredBy({ known, start }: Basis): readonly Token[] {
  if (start === undefined) return known;
  const begun = new Set(start.tokens);
  return known.filter((token) => !begun.has(token));
}

const above = ({ level }: Vocabulary, floor: number, left: number, right: number): number =>
  Math.max(floor, level[left] as number, level[right] as number);

/** A copy of `start` with room for more tokens, its highest level, and a function that finds the two parts of a token. */
export function extended(
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

/** Shorter tokens first, otherwise in the given order. */
export function byLength(tokens: readonly Token[]): Token[] {
  const groups: Token[][] = [];
  for (const token of tokens) (groups[token.length] ??= []).push(token);
  return groups.flat();
}
