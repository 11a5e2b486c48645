// A text that is edited anywhere counts as the whole text does, and only what is near the edit is tokenized again.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { countInPieces, DraftCounter } from '../../../src/core/tokens/draftCounter.ts';
import { families } from '../../../src/core/tokens/tokenizerFamilies.ts';
import { countTokens } from '../../../src/core/tokens/tokenCounter.ts';
import { corpora } from '../../../scripts/tokenCorpus.ts';
import { encodingFor } from '../../../scripts/vocabularies.ts';
import { seeded } from '../../support/random.ts';
import { asked } from '../../support/reference.ts';

const code = readFileSync(new URL('../../../src/core/answer/answerStream.ts', import.meta.url), 'utf8');
const texts: readonly string[] = [...Object.values(corpora), code];

it.each(['o200k', 'cl100k'] as const)("counts every draft as OpenAI's own tokenizer does: %s", (family) => {
  const encoding = encodingFor(family);
  const wrong = asked(family, (count) =>
    texts.filter((text) => new DraftCounter().count(text, encoding) !== count(text)).map((text) => text.slice(0, 40)),
  );
  expect(wrong).toEqual([]);
});

it.each(families)('counts as the whole does after any edits: %s', (family) => {
  const encoding = encodingFor(family);
  const next = seeded(11);
  const counter = new DraftCounter();
  const pick = (limit: number): number => Math.floor(next() * limit);
  let draft = '';
  const wrong: unknown[] = [];
  for (let step = 0; step < 300; step++) {
    const source = texts[pick(texts.length)]!;
    const from = pick(source.length);
    const at = pick(draft.length + 1);
    const written = source.slice(from, from + 1 + pick(step % 10 === 0 ? 800 : 6));
    // A person never leaves half a character.
    draft = (draft.slice(0, at) + written + draft.slice(at + pick(4))).replaceAll(/\p{Cs}/gu, '');
    const counted = counter.count(draft, encoding);
    const whole = countTokens(encoding, draft);
    if (counted !== whole) wrong.push({ step, counted, whole });
  }
  expect(wrong.slice(0, 3)).toEqual([]);
});

it('tokenizes a few hundred characters for a letter typed into a long draft, in prose and in code', () => {
  const encoding = encodingFor('o200k');
  let characters = 0;
  const count = (word: string): number => {
    characters += word.length;
    return encoding.count(word);
  };
  const most = [code, texts[0]!].map((text) => {
    let long = text;
    while (long.length < 100_000) long += `\n${text}`;
    const counter = new DraftCounter();
    const watched = { ...encoding, count };
    counter.count(long, watched);
    const tokenized: number[] = [];
    for (const share of [0, 0.1, 0.5, 0.9, 1]) {
      const at = Math.round(long.length * share);
      long = `${long.slice(0, at)}x${long.slice(at)}`;
      characters = 0;
      counter.count(long, watched);
      tokenized.push(characters);
    }
    return Math.max(...tokenized) < 1_500;
  });
  expect(most).toEqual([true, true]);
});

it('looks at the end of a long draft alone for a letter that is typed there', () => {
  const encoding = encodingFor('o200k');
  const counter = new DraftCounter();
  let long = texts[0]!.repeat(Math.ceil(100_000 / texts[0]!.length));
  counter.count(long, encoding);
  const read: number[] = [];
  for (const letter of ' and so on.\nNext') {
    long += letter;
    counter.count(long, encoding);
    read.push(counter.read);
  }
  expect(Math.max(...read) < 1_500).toBe(true);
});

it.each(families)('counts in pieces what it counts at once, with pauses, also where a text has no place to be cut: %s', async (family) => {
  const encoding = encodingFor(family);
  const long = [code.repeat(60), texts.join('\n').repeat(60), 'a'.repeat(600_000), '天地'.repeat(200_000), 'short', ''];
  const counted = await Promise.all(
    long.map(async (text) => {
      let pauses = 0;
      const tokens = await countInPieces(text, encoding, async () => void pauses++);
      const expected = Math.ceil(text.length / (128 * 1024)) - 1;
      return tokens === new DraftCounter().count(text, encoding) && Math.abs(pauses - Math.max(0, expected)) <= 1;
    }),
  );
  expect(counted).toEqual(long.map(() => true));
});
