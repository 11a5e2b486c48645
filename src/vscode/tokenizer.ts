/** The tokenizer, loaded when an answer is under way and never on its path: a megabyte of vocabulary takes its time. */
import { GptEncoding } from 'gpt-tokenizer/GptEncoding';
import { O200K_TOKEN_SPLIT_REGEX } from 'gpt-tokenizer/encodingParams/constants';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import type { Encoding } from '../core/engine/tokens.ts';
import { unpackVocabulary } from './vocabulary.ts';

/** Words whose count is remembered; English prose repeats few thousand. */
const maxCachedWords = 20_000;
/** The first words of an answer are worth more than an exact count of them. */
const loadAfterMs = 300;

export class Tokenizer {
  readonly #vocabulary: URL;
  #encoding: Encoding | undefined;
  #loading: Promise<Encoding> | undefined;

  /** @param vocabulary the file that esbuild.mjs writes: the tokens of o200k in vocabulary.ts's lines, compressed by brotli */
  constructor(vocabulary: URL) {
    this.#vocabulary = vocabulary;
  }

  /** The o200k encoding once it is there; the first call begins to load it. */
  get(): Encoding | undefined {
    if (this.#encoding === undefined && this.#loading === undefined) {
      setTimeout(() => void this.load().catch(() => undefined), loadAfterMs).unref();
    }
    return this.#encoding;
  }

  load(): Promise<Encoding> {
    this.#loading ??= loadVocabulary(this.#vocabulary).then((ranks) => {
      this.#encoding = encodingOf(ranks);
      return this.#encoding;
    });
    return this.#loading;
  }
}

type Ranks = Parameters<typeof GptEncoding.getEncodingApi>[1] extends (...args: never) => infer R ? R : never;

async function loadVocabulary(file: URL): Promise<Ranks> {
  const packed = await readFile(file);
  const lines = await promisify(brotliDecompress)(packed);
  return unpackVocabulary(lines.toString('utf8')) as Ranks;
}

/** @param ranks the vocabulary of o200k_base, as `gpt-tokenizer/bpeRanks/o200k_base` exports it */
export function encodingOf(ranks: Ranks): Encoding {
  const tokenizer = GptEncoding.getEncodingApi('o200k_base', () => ranks);
  const cache = new Map<string, number>();
  // Text of a model may spell a special token; here it is text like any other.
  const asText = { disallowedSpecial: new Set<string>() };
  return {
    words: O200K_TOKEN_SPLIT_REGEX,
    count: (word) => {
      const known = cache.get(word);
      if (known !== undefined) return known;
      const tokens = tokenizer.countTokens(word, asText);
      if (cache.size >= maxCachedWords) cache.clear();
      cache.set(word, tokens);
      return tokens;
    },
  };
}
