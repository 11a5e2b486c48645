/**
 * Counts the tokens of a text that is edited anywhere. The text is cut where no tokenizer merges across the cut, so after
 * an edit only the piece around it is tokenized again.
 */
import { countTokens, type Encoding, roughTokens } from './tokenCounter.ts';

/**
 * Cuts before a letter after a line break, and before a space between two letters: every pre-tokenizer ends a word there,
 * regardless of context.
 */
const cuts = /(?<=\n)(?=\p{L})|(?<=\p{L}) (?=\p{L})/gu;
/** Shorter pieces cost more to look up than to count. */
const leastCharacters = 200;
/** UTF-16 units that are counted at once, about 20 ms. */
export const mostAtOnce = 128 * 1024;
/** Text without such places is cut anyway; each of these cuts may be off by one token. */
const mostCharacters = 4_000;

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly tokens: number;
}

export class DraftCounter {
  #encoding: Encoding | undefined;
  #text = '';
  #pieces: Piece[] = [];
  #tokens = 0;
  #read = 0;

  /** UTF-16 units that the last count split into pieces; text before an edit is only compared. */
  get read(): number {
    return this.#read;
  }

  /** Whether the last count stopped before the end of the text. */
  get partial(): boolean {
    return (this.#pieces.at(-1)?.to ?? 0) < this.#text.length;
  }

  /**
   * @param encoding undefined while the tokenizer is loading: the count is then an estimate
   * @param most UTF-16 units to read in this call, give or take a piece; the rest of the text is estimated, and the next call
   * with the same text continues there
   */
  count(text: string, encoding: Encoding | undefined, most = Infinity): number {
    const known = new Map<string, number>();
    const same = encoding === this.#encoding ? commonStart(this.#text, text) : 0;
    // A cut depends on the characters beside it.
    for (let last = this.#pieces.at(-1); last !== undefined && last.to > same - 2; last = this.#pieces.at(-1)) {
      this.#pieces.pop();
      this.#tokens -= last.tokens;
      if (encoding === this.#encoding) known.set(this.#text.slice(last.from, last.to), last.tokens);
    }
    this.#encoding = encoding;
    this.#text = text;
    const start = this.#pieces.at(-1)?.to ?? 0;
    let from = start;
    // No piece that begins before `most` ends later than this.
    for (const to of endsOf(text.slice(0, start + most + mostCharacters), start)) {
      if (from - start >= most) break;
      const piece = text.slice(from, to);
      let tokens = known.get(piece);
      if (tokens === undefined) {
        tokens = encoding === undefined ? roughTokens(piece) : countTokens(encoding, piece);
        known.set(piece, tokens);
      }
      this.#pieces.push({ from, to, tokens });
      this.#tokens += tokens;
      from = to;
    }
    this.#read = from - start;
    return this.#tokens + Math.ceil((text.length - from) / 4);
  }
}

/** @param pause called after each piece of a long text, so that other work can be done */
export async function countInPieces(text: string, encoding: Encoding | undefined, pause: () => Promise<unknown>): Promise<number> {
  const counter = new DraftCounter();
  for (;;) {
    const tokens = counter.count(text, encoding, mostAtOnce);
    if (!counter.partial) return tokens;
    await pause();
  }
}

/** Length of the common start. Halves are compared at once, which is fast in JavaScript engines. */
function commonStart(a: string, b: string): number {
  if (a === b) return a.length;
  let low = 0;
  let high = Math.min(a.length, b.length);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (a.slice(low, middle) === b.slice(low, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Where pieces end. Uses the first cut after a certain length, measured from the last line break, so an insertion moves only
 * the pieces of the same paragraph.
 * @param from where a piece begins
 */
function* endsOf(text: string, from: number): Generator<number> {
  const found = new RegExp(cuts, 'gu');
  found.lastIndex = from;
  const take = function* (to: number): Generator<number> {
    while (to - from > mostCharacters) yield (from += mostCharacters);
    if (to > from) yield (from = to);
  };
  for (const { index } of text.matchAll(found)) {
    if (text[index - 1] === '\n' || index - from >= leastCharacters) yield* take(index);
  }
  yield* take(text.length);
}
