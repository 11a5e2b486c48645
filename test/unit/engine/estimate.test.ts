// How far the estimate is from what a provider bills: the family's own tokenizer counts the same texts. The table is printed.
import { afterAll, expect, it } from 'vitest';
import { families, type Family } from '../../../src/core/tokens/tokenizerFamilies.ts';
import { countTokens } from '../../../src/core/tokens/tokenCounter.ts';
import { UsageMeter } from '../../../src/core/tokens/usageMeter.ts';
import { asked, corporaBy } from '../../support/reference.ts';
import { corpora, placesOf } from '../../../scripts/tokenCorpus.ts';
import { encodingFor } from '../../../scripts/vocabularies.ts';

interface Row {
  readonly family: Family;
  readonly corpus: string;
  readonly tokens: number;
  /** Share of the count by which the estimate is off, at the end. */
  readonly end: number;
  /** The worst at 20 places of the stream, each against the count of that prefix. */
  readonly live: number;
}

function rowsOf(family: Family): Row[] {
  const encoding = encodingFor(family);
  return Object.entries(corporaBy(family)).map(([corpus, counts]) => {
    const text = corpora[corpus] as string;
    const attempt = new UsageMeter(() => encoding).begin([]);
    let at = 0;
    const errors = placesOf(text).map((place, index) => {
      for (const character of text.slice(at, place)) attempt.text(character);
      at = place;
      const real = counts[index] as number;
      return Math.abs(attempt.usage().completion - real) / real;
    });
    return { family, corpus, tokens: counts.at(-1) as number, end: errors.at(-1) as number, live: Math.max(...errors) };
  });
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const table: Record<string, Record<string, string>> = {};
afterAll(() => console.table(table));

it.each(families)('is within a hundredth of the bill at the end, and within two while it streams: %s', (family) => {
  const rows = rowsOf(family);
  for (const { corpus, tokens, end, live } of rows)
    (table[corpus] ??= {})[family] = `${tokens}, off ${percent(end)}, live ${percent(live)}`;
  expect(rows.map(({ corpus }) => corpus)).toEqual(Object.keys(corpora));
  expect(rows.filter(({ end, live }) => end > 0.01 || live > 0.02)).toEqual([]);
});

it.each([
  ['mistral', 0.02, 0.09],
  ['deepseek', 0.05, 0.12],
] as const)(
  'is near to what %s bills, whose vocabulary is not shipped: %d off at most in prose and code, %d in any text, half as much as o200k',
  (family, inProse, inAny) => {
    const rows = rowsOf(family);
    for (const { corpus, tokens, end, live } of rows)
      (table[corpus] ??= {})[family] = `${tokens}, off ${percent(end)}, live ${percent(live)}`;
    const plain = rows.map(
      ({ corpus, tokens }) => Math.abs(countTokens(encodingFor('o200k'), corpora[corpus] as string) - tokens) / tokens,
    );
    const most = (corpus: string): number => (corpus === 'JavaScript' || corpus.startsWith('prose') ? inProse : inAny);
    const sum = (shares: readonly number[]): number => shares.reduce((total, share) => total + share, 0);
    expect([rows.filter(({ corpus, end }) => end > most(corpus)), sum(rows.map(({ end }) => end)) < sum(plain) / 2]).toEqual([[], true]);
  },
);

it('counts the prompt as the chat format does: 3 tokens for each message, 3 for the answer, and the texts', () => {
  const messages = [
    { role: 'system', content: 'You are brief.' },
    { role: 'user', content: 'Why is the sky blue? 🌤' },
  ] as const;
  const encoding = encodingFor('o200k');
  const attempt = new UsageMeter(() => encoding).begin(messages);
  attempt.text('x');
  const texts = asked('o200k', (count) => messages.reduce((sum, { content }) => sum + 3 + count(content), 0));
  expect(attempt.usage().prompt).toBe(3 + texts);
});

it('counts at most 128 Ki characters of a prompt, and estimates longer ones from the beginning of each message', () => {
  const encoding = encodingFor('o200k');
  let characters = 0;
  const count = (word: string): number => {
    characters += word.length;
    return encoding.count(word);
  };
  const text = corpora['JavaScript']!;
  const long = text.repeat(Math.ceil(2_000_000 / text.length));
  const { prompt } = new UsageMeter(() => ({ ...encoding, count }))
    .begin([{ content: long }, { content: '继续。' }, { content: long }])
    .usage();
  const whole = 2 * countTokens(encoding, long);
  expect({ most: characters < 140_000, off: Math.abs(prompt / whole - 1) < 0.02 }).toEqual({ most: true, off: true });
});
