/** Which vocabularies build on others, and how to read one together with those. */
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import type { VocabularyName } from '../../core/tokens/tokenizerFamilies.ts';
import { type Basis, type Token, type Unpacked, unpackTokens, unpackVocabulary } from './vocabulary.ts';

interface Dependencies {
  /** Families whose tokens are not stored again. */
  readonly known: readonly VocabularyName[];
  /** The family that this one extends. */
  readonly start?: VocabularyName;
}

export const basedOn: Readonly<Record<VocabularyName, Dependencies>> = {
  o200k: { known: [] },
  cl100k: { known: ['o200k'] },
  qwen: { known: ['o200k', 'cl100k'], start: 'cl100k' },
  llama3: { known: ['o200k', 'cl100k'], start: 'cl100k' },
};

export const fileOf = (family: VocabularyName): string => `${family}.br`;

/** @param read the compressed file of a family */
export async function unpackFamily(family: VocabularyName, read: (family: VocabularyName) => Promise<Buffer>): Promise<Unpacked> {
  const { known, start } = basedOn[family];
  const needed = [...known, family];
  const unpacked = await Promise.all(needed.map(async (name) => [name, await promisify(brotliDecompress)(await read(name))] as const));
  const files = Object.fromEntries(unpacked) as Readonly<Partial<Record<VocabularyName, Buffer>>>;
  return unpackOn(family, start, (name) => files[name] as Buffer);
}

function unpackOn(family: VocabularyName, start: VocabularyName | undefined, file: (family: VocabularyName) => Buffer): Unpacked {
  return unpackVocabulary(file(family), basisOf(family, file, start && unpackOn(start, basedOn[start].start, file)));
}

/** The vocabularies that a family's file builds on. */
export function basisOf(family: VocabularyName, file: (family: VocabularyName) => Buffer, start: Unpacked | undefined): Basis {
  // Two files may hold the same token, if neither is packed on the other.
  const known: Token[] = [...new Set(basedOn[family].known.flatMap((name) => unpackTokens(file(name))))].sort();
  return start === undefined ? { known } : { known, start };
}
