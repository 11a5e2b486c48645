/** The tokenizer, loaded when an answer is under way and never on its path: a megabyte of vocabulary takes its time. */
import type { Encoding } from '../core/engine/tokens.ts';

/** Words whose count is remembered; English prose repeats few thousand. */
const maxCachedWords = 20_000;
/** The first words of an answer are worth more than an exact count of them. */
const loadAfterMs = 300;

export class Tokenizer {
  #encoding: Encoding | undefined;
  #loading = false;

  /** The o200k encoding once it is there; the first call begins to load it. */
  get(): Encoding | undefined {
    if (this.#encoding === undefined && !this.#loading) {
      this.#loading = true;
      setTimeout(() => void this.load(), loadAfterMs).unref();
    }
    return this.#encoding;
  }

  async load(): Promise<Encoding> {
    this.#encoding ??= await loadO200k();
    return this.#encoding;
  }
}

export async function loadO200k(): Promise<Encoding> {
  const [{ countTokens }, { O200K_TOKEN_SPLIT_REGEX }] = await Promise.all([
    import('gpt-tokenizer/encoding/o200k_base'),
    import('gpt-tokenizer/encodingParams/constants'),
  ]);
  const cache = new Map<string, number>();
  // Text of a model may spell a special token; here it is text like any other.
  const asText = { disallowedSpecial: new Set<string>() };
  return {
    words: O200K_TOKEN_SPLIT_REGEX,
    count: (word) => {
      const known = cache.get(word);
      if (known !== undefined) return known;
      const tokens = countTokens(word, asText);
      if (cache.size >= maxCachedWords) cache.clear();
      cache.set(word, tokens);
      return tokens;
    },
  };
}
