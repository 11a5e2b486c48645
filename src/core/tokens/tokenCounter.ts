/**
 * Counts the tokens of a growing text, exactly at every prefix and in constant time per character. A tokenizer first
 * splits text into words by a pattern; new text can only change the last few words, so all others are counted once.
 */

/** The part of a tokenizer that splits text into words. */
export interface PreTokenizer {
  /** The pattern that splits text into words; global. */
  readonly words: RegExp;
  /** Whether text is normalized to NFC first. */
  readonly composes?: boolean;
  /** For a borrowed vocabulary: the model's tokens per token counted in this word. */
  readonly scale?: (word: string) => number;
}

/** The parts of a tokenizer that counting needs. */
export interface Encoding extends PreTokenizer {
  /** Tokens of one word; not an integer if they are scaled. */
  readonly count: (word: string) => number;
}

/** Longer words are counted in pieces; otherwise a text without spaces would be read again with every delta. */
const maxOpenCharacters = 2_048;

export class TokenCounter {
  readonly #encoding: () => Encoding | undefined;
  /** Tokens of all words that no later text can change. */
  #settled = 0;
  /** The text after them. */
  #open = '';
  #openTokens: number | undefined = 0;
  /** Text that arrived before the tokenizer was loaded. */
  #waiting = '';

  /** @param encoding the tokenizer, once it has been loaded */
  constructor(encoding: () => Encoding | undefined) {
    this.#encoding = encoding;
  }

  /** Cheap: text is split into words only when a count is needed. */
  push(text: string): void {
    this.#waiting += text;
  }

  count(): number {
    const encoding = this.#encoding();
    if (encoding === undefined) return Math.round(this.#settled) + roughTokens(this.#open + this.#waiting);
    if (this.#waiting !== '') this.#settle(encoding);
    this.#openTokens ??= sumOf(encoding, this.#open);
    return Math.round(this.#settled + this.#openTokens);
  }

  /** The count with `text` appended; changes nothing. */
  countWith(text: string): number {
    const encoding = this.#encoding();
    this.count();
    if (encoding === undefined) return Math.round(this.#settled) + roughTokens(this.#open + this.#waiting + text);
    return Math.round(this.#settled + sumOf(encoding, this.#open + text));
  }

  #settle(encoding: Encoding): void {
    // In steps, so that a text that waited for its tokenizer does not become one huge open word.
    for (let from = 0; from < this.#waiting.length; from += maxOpenCharacters) {
      this.#open = composed(encoding, this.#open + this.#waiting.slice(from, from + maxOpenCharacters));
      this.#advance(encoding);
    }
    this.#waiting = '';
    this.#openTokens = undefined;
  }

  /**
   * Settles all words except those that later text may still change: the last one; the one before it, since "don" and
   * "'" become one word when "t" follows; and all that begin in white space at the end, which joins new line breaks.
   */
  #advance(encoding: Encoding): void {
    const words = this.#open.match(encoding.words) ?? [];
    const firm = this.#open.trimEnd().length;
    let end = 0;
    let at = 0;
    for (let index = 0; index < words.length - 2 && at < firm; index++) {
      const word = words[index] as string;
      if (at + word.length > firm) break;
      this.#settled += encoding.count(word);
      at += word.length;
      end = at;
    }
    if (end > 0) this.#open = this.#open.slice(end);
    if (this.#open.length > maxOpenCharacters * 2) {
      this.#settled += sumOf(encoding, this.#open);
      this.#open = '';
    }
  }
}

export const countTokens = (encoding: Encoding, text: string): number => Math.round(sumOf(encoding, text));

function sumOf(encoding: Encoding, text: string): number {
  let tokens = 0;
  for (const word of composed(encoding, text).match(encoding.words) ?? []) tokens += encoding.count(word);
  return tokens;
}

const composed = ({ composes = false }: Encoding, text: string): string => (composes ? text.normalize('NFC') : text);

/** A rule of thumb until the tokenizer is loaded: 4 letters or 1.4 CJK characters per token. */
export function roughTokens(text: string): number {
  let wide = 0;
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x2e7f) wide++;
  return Math.ceil((text.length - wide) / 4 + wide / 1.4);
}
