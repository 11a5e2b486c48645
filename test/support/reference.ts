// Token counts of third-party tokenizers for the texts of tokenCorpus.ts. OpenAI's tokenizer runs now; the counts of the
// others, whose packages are large, were recorded by `npm run vocabularies`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { get_encoding, type Tiktoken } from 'tiktoken';
import type { Family } from '../../src/core/tokens/tokenizerFamilies.ts';
import { root } from '../../scripts/paths.ts';
import { countCorpora, countMixtures, type Counts } from '../../scripts/tokenCorpus.ts';

export const corporaBy = (family: Family): Counts['corpora'] => (isOpenAI(family) ? asked(family, countCorpora) : recorded(family).corpora);

export const mixturesBy = (family: Family): Counts['mixtures'] =>
  isOpenAI(family) ? asked(family, countMixtures) : recorded(family).mixtures;

const isOpenAI = (family: Family): family is 'o200k' | 'cl100k' => family === 'o200k' || family === 'cl100k';

function recorded(family: Family): Counts {
  const counts = JSON.parse(readFileSync(join(root, 'test/fixtures/tokenCounts.json'), 'utf8')) as Readonly<Record<string, Counts>>;
  return counts[family] as Counts;
}

/** Creating one takes half a second, so create each once per test file. */
const openAI = new Map<Family, Tiktoken>();

/** @param work called with a function that counts tokens as OpenAI does */
export function asked<T>(family: 'o200k' | 'cl100k', work: (count: (text: string) => number) => T): T {
  const encoding = openAI.get(family) ?? get_encoding(`${family}_base`);
  openAI.set(family, encoding);
  return work((text) => encoding.encode(text, [], []).length);
}
