import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joined } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serialize } from 'node:v8';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addToken, emptyVocabulary, encodingOf, firstMade, join } from '../../../src/core/tokens/bpe.ts';
import { Tokenizer } from '../../../src/node/tokenizer/tokenizer.ts';
import { noBasis, packVocabulary } from '../../../scripts/packVocabulary.ts';
import { type Token, unpackTokens, unpackVocabulary } from '../../../src/node/tokenizer/vocabulary.ts';

const anything = { words: /[^]+/g };

/** Byte pair encoding as it is published: of all neighbours that make a token, the one earliest in the list is joined, again and again. */
function plainCount(inOrder: readonly Token[], text: string): number {
  const parts = [...text];
  for (;;) {
    const ranks = parts.slice(1).map((part, at) => inOrder.indexOf((parts[at] as string) + part));
    const best = ranks.reduce((least, rank) => (rank >= 0 && (least < 0 || rank < least) ? rank : least), -1);
    if (best < 0) return parts.length;
    const at = ranks.indexOf(best);
    parts.splice(at, 2, inOrder[best] as string);
  }
}

/** Any vocabulary that joining could have made: each token is two others that the ones before it leave side by side. */
const vocabularies = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 40 }).map((choices) => {
  const inOrder: Token[] = [];
  for (const [a, b] of choices) {
    const tokens = ['a', 'b', 'c', ...inOrder];
    const token = (tokens[a % tokens.length] as string) + (tokens[b % tokens.length] as string);
    if (token.length <= 12 && !inOrder.includes(token) && plainCount(inOrder, token) === 2) inOrder.push(token);
  }
  return inOrder;
});
const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 30 }), { maxLength: 20 });

it('counts with levels as with the order of the list, in any vocabulary', () => {
  fc.assert(
    fc.property(vocabularies, texts, (inOrder, words) => {
      const { vocabulary } = unpackVocabulary(packVocabulary(inOrder, noBasis), noBasis);
      const { count } = encodingOf(vocabulary, anything);
      expect(words.map(count)).toEqual(words.map((word) => plainCount(inOrder, word)));
    }),
    { numRuns: 300 },
  );
});

it('counts the same when it is packed on others, and when it goes on from one', () => {
  fc.assert(
    fc.property(vocabularies, vocabularies, texts, (begun, others, words) => {
      const start = unpackVocabulary(packVocabulary(begun, noBasis), noBasis);
      const inOrder = [...begun, ...others.filter((token) => !begun.includes(token) && plainCount(begun, token) === 2)];
      const basis = { known: [...new Set([...begun, ...others])].sort(), start };
      const packed = packVocabulary(inOrder.slice(begun.length), basis);
      const { count } = encodingOf(unpackVocabulary(packed, basis).vocabulary, anything);
      expect([unpackTokens(packed), words.map(count)]).toEqual([[], words.map((word) => plainCount(inOrder, word))]);
    }),
    { numRuns: 300 },
  );
});

it('keeps the tokens that no joins lead to, and joins one that is listed before its parts', () => {
  const inOrder = ['ab', 'abcb', 'xyz', 'cb'];
  const { vocabulary, whole } = unpackVocabulary(packVocabulary(inOrder, noBasis), noBasis);
  const { count } = encodingOf(vocabulary, anything, new Set(whole));
  expect([whole, ['xyz', 'xyza', 'abcb', 'aabcb'].map(count)]).toEqual([['xyz'], [1, 4, 1, 2]]);
});

it('writes numbers of more than a byte, and tokens that share little with the one before', () => {
  const inOrder = [
    ...Array.from({ length: 7 }, (_, index) => ' '.repeat(2 ** (index + 1))),
    '\t!',
    ...Array.from({ length: 90 }, (_, index) => `a${'b'.repeat(index + 1)}`),
  ];
  const unpacked = unpackVocabulary(packVocabulary(inOrder, noBasis), noBasis);
  expect(unpacked.tokens.toSorted()).toEqual(inOrder.toSorted());
  expect(unpackTokens(packVocabulary(inOrder, noBasis))).toEqual(inOrder.toSorted());
});

it('refuses a token that its marks cannot be told from', () => {
  expect(() => packVocabulary(['a\xf5'], noBasis)).toThrow('needs other marks');
});

it('joins a word of thousands of equal letters in a few walks', () => {
  const vocabulary = emptyVocabulary(firstMade + 20);
  for (let power = 0; power < 13; power++)
    addToken(vocabulary, firstMade + power, power === 0 ? 97 : firstMade + power - 1, power === 0 ? 97 : firstMade + power - 1, power + 1);
  const tokens = new Uint32Array(8_192).fill(97);
  expect(join(vocabulary, tokens, new Uint32Array(8_192), 8_192)).toBe(1);
});

it('loads a vocabulary again when it could not be loaded the first time', async () => {
  const folder = await mkdtemp(joined(tmpdir(), 'rivulet-'));
  try {
    // A worker that has nothing to hand out at first.
    const worker = `
      const { deserialize } = require('node:v8');
      const { parentPort } = require('node:worker_threads');
      parentPort.postMessage(deserialize(require('node:fs').readFileSync(require('node:path').join(__dirname, 'handed'))));
    `;
    await writeFile(joined(folder, 'vocabularyWorker.js'), worker);
    await writeFile(joined(folder, 'package.json'), '{"type":"commonjs"}');
    const tokenizer = new Tokenizer(new URL(`${pathToFileURL(folder)}/`));
    const count = (): Promise<number | string> =>
      tokenizer.load('gpt-4o').then(
        (encoding) => encoding.count('ab'),
        () => 'failed',
      );
    const first = await count();
    await writeFile(joined(folder, 'handed'), serialize({ ...unpackVocabulary(packVocabulary(['ab'], noBasis), noBasis), whole: [] }));
    expect([first, await count()]).toEqual(['failed', 1]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
