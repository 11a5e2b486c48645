/** Loads tokenizers in a worker when a model of their family first answers, without delaying that answer. */
import { encodingOf, type Vocabulary } from '../../core/tokens/bpe.ts';
import { type Family, familyOf, likeliestFamily, type VocabularyName, vocabularyFor, styles } from '../../core/tokens/tokenizerFamilies.ts';
import type { Encoding } from '../../core/tokens/tokenCounter.ts';
import { fromWorker } from '../workers.ts';

/** Delay before loading: the first words of an answer matter more than their exact count. */
const loadAfterMs = 300;

/** Message to the worker. */
export interface VocabularyRequest {
  readonly family: VocabularyName;
  /** URL of the folder of vocabularies; ends in a slash. */
  readonly folder: string;
}

/** Message from the worker. */
export interface UnpackedVocabulary {
  readonly vocabulary: Vocabulary;
  readonly whole: readonly string[];
}

export class Tokenizer {
  readonly #dist: URL;
  readonly #loaded = new Map<Family, Encoding>();
  readonly #loading = new Map<Family, Promise<Encoding>>();
  readonly #soon = new Set<Family>();

  /** @param dist where esbuild.mjs puts the worker and the vocabularies; ends in a slash */
  constructor(dist: URL) {
    this.#dist = dist;
  }

  /** The encoding of a model's family, or undefined while it loads. The first call starts loading. */
  get(model: string): Encoding | undefined {
    const family = familyOf(model) ?? likeliestFamily;
    const loaded = this.#loaded.get(family);
    if (loaded === undefined && !this.#soon.has(family)) {
      this.#soon.add(family);
      setTimeout(() => void this.#load(family).catch(() => undefined), loadAfterMs).unref();
    }
    return loaded;
  }

  load(model: string): Promise<Encoding> {
    return this.#load(familyOf(model) ?? likeliestFamily);
  }

  #load(family: Family): Promise<Encoding> {
    const begun = this.#loading.get(family);
    if (begun !== undefined) return begun;
    const wanted: VocabularyRequest = { family: vocabularyFor(family), folder: new URL('vocabularies/', this.#dist).href };
    const loading = unpackedElsewhere(new URL('vocabularyWorker.js', this.#dist), wanted).then(({ vocabulary, whole }) => {
      const encoding = encodingOf(vocabulary, styles[family], new Set(whole));
      this.#loaded.set(family, encoding);
      return encoding;
    });
    this.#loading.set(family, loading);
    // A failure may be of the moment, so the next count tries again.
    loading.catch(() => this.#loading.delete(family));
    return loading;
  }
}

async function unpackedElsewhere(script: URL, wanted: VocabularyRequest): Promise<UnpackedVocabulary> {
  for await (const unpacked of fromWorker<UnpackedVocabulary>(script, wanted)) return unpacked;
  throw new Error('The vocabulary was not unpacked.');
}
