// What tokenizers that are not ours count in the texts of tokenCorpus.ts: OpenAI's own, asked now; of the others, whose
// packages are large, `npm run vocabularies` has recorded it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { get_encoding } from 'tiktoken';
import type { Family } from '../../src/core/engine/families.ts';
import { root } from './paths.ts';
import { type Counts, countsBy } from './tokenCorpus.ts';

export function referenceFor(family: Family): Counts {
  if (family === 'o200k' || family === 'cl100k') return asked(`${family}_base`, countsBy);
  return (JSON.parse(readFileSync(join(root, 'test/fixtures/tokenCounts.json'), 'utf8')) as Readonly<Record<string, Counts>>)[family] as Counts;
}

/** @param work gets what counts a text as OpenAI does */
export function asked<T>(name: 'o200k_base' | 'cl100k_base', work: (count: (text: string) => number) => T): T {
  const encoding = get_encoding(name);
  try {
    return work((text) => encoding.encode(text, [], []).length);
  } finally {
    encoding.free();
  }
}
