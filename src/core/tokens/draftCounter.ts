/**
 * Counts the tokens of a text that a person edits anywhere in it. The text is cut where no tokenizer joins what stands on
 * both sides, so that after a change only the piece around it is tokenized again.
 */
import { countTokens, type Encoding, roughTokens } from './tokenCounter.ts';

/**
 * Before a letter that follows a line break, and before a space between two letters: in all pre-tokenizers a word ends
 * there, whatever comes before and after.
 */
const cuts = /(?<=\n)(?=\p{L})|(?<=\p{L}) (?=\p{L})/gu;
/** Shorter pieces would cost more to look up than to count. */
const leastCharacters = 200;
/** A text without any place to cut it is cut all the same; the count may then be off by a token for each piece. */
const mostCharacters = 4_000;

export class DraftCounter {
  #encoding: Encoding | undefined;
  /** Tokens of the pieces of the text that was counted last. */
  #known = new Map<string, number>();
  #tokenized = 0;

  /** Characters that the last count had to tokenize. */
  get tokenized(): number {
    return this.#tokenized;
  }

  /** @param encoding undefined while the tokenizer is loaded: a rule of thumb */
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
 * The first cut after a certain length counts, measured from the last line break that is one: so an insertion moves the
 * pieces of its own paragraph only.
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
