import o200k from 'gpt-tokenizer/bpeRanks/o200k_base';
import { expect, it } from 'vitest';
import { packVocabulary, unpackVocabulary } from '../../../src/vscode/vocabulary.ts';

it('keeps every token of the vocabulary at its place', () => {
  const unpacked = unpackVocabulary(packVocabulary(o200k));
  const wrong = o200k.findIndex((token, rank) => JSON.stringify(token) !== JSON.stringify(unpacked[rank]));
  expect([unpacked.length, wrong]).toEqual([o200k.length, -1]);
});

it('refuses a token that its marks cannot be told from', () => {
  expect(() => packVocabulary(['\ue000'])).toThrow('needs other marks');
});
