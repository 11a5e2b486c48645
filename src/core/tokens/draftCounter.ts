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
/** A text without such places is cut anyway; each cut may then be off by one token. */
const mostCharacters = 4_000;

export class DraftCounter {
  #encoding: Encoding | undefined;
  /** Token counts of the pieces of the last text. */
  #known = new Map<string, number>();
  #tokenized = 0;

  /** UTF-16 units that the last count had to tokenize. */
  get tokenized(): number {
    return this.#tokenized;
  }

  /** @param encoding undefined while the tokenizer is loading: the count is then an estimate */
  count(text: string, encoding: Encoding | undefined): number {
    const before = encoding === this.#encoding ? this.#known : new Map<string, number>();
    this.#encoding = encoding;
    this.#known = new Map();
    this.#tokenized = 0;
    let tokens = 0;
    for (const piece of piecesOf(text)) {
      let count = this.#known.get(piece) ?? before.get(piece);
      if (count === undefined) {
        count = encoding === undefined ? roughTokens(piece) : countTokens(encoding, piece);
        this.#tokenized += piece.length;
      }
      this.#known.set(piece, count);
      tokens += count;
    }
    return tokens;
  }
}

/**
 * Uses the first cut after a certain length, measured from the last line break, so an insertion moves only the pieces of
 * its own paragraph.
 */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  let from = 0;
  const take = (to: number): void => {
    for (; to - from > mostCharacters; from += mostCharacters) pieces.push(text.slice(from, from + mostCharacters));
    if (to > from) pieces.push(text.slice(from, to));
    from = to;
  };
  for (const { index } of text.matchAll(cuts)) {
    const isLine = text[index - 1] === '\n';
    if (isLine || index - from >= leastCharacters) take(index);
  }
  take(text.length);
  return pieces;
}
