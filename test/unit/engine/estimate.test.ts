// How far the estimate is from what a provider bills: the family's own tokenizer counts the same texts. The table is printed.
import { expect, it } from 'vitest';
import { families, type Family } from '../../../src/core/engine/families.ts';
import { UsageMeter } from '../../../src/core/engine/usage.ts';
import { asked, referenceFor } from '../../support/reference.ts';
import { corpora, placesOf } from '../../support/tokenCorpus.ts';
import { encodingFor } from '../../support/vocabularies.ts';

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
  return Object.entries(referenceFor(family).corpora).map(([corpus, counts]) => {
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

it('is within 1 % of the bill at the end and 2 % while it streams, in every family with a tokenizer', () => {
  const rows = families.flatMap(rowsOf);
  const cell = ({ tokens, end, live }: Row): string => `${tokens}, off ${percent(end)}, live ${percent(live)}`;
  const table = Object.entries(Object.groupBy(rows, ({ corpus }) => corpus)).map(([corpus, of = []]) => [corpus, Object.fromEntries(of.map((row) => [row.family, cell(row)]))]);
  console.table(Object.fromEntries(table));
  expect(rows.filter(({ end, live }) => end > 0.01 || live > 0.02)).toEqual([]);
  expect(rows.length).toBe(families.length * Object.keys(corpora).length);
});

it('counts the prompt as the chat format does: 3 tokens for each message, 3 for the answer, and the texts', () => {
  const messages = [{ role: 'system', content: 'You are brief.' }, { role: 'user', content: 'Why is the sky blue? 🌤' }] as const;
  const encoding = encodingFor('o200k');
  const attempt = new UsageMeter(() => encoding).begin(messages);
  attempt.text('x');
  const texts = asked('o200k_base', (count) => messages.reduce((sum, { content }) => sum + 3 + count(content), 0));
  expect(attempt.usage().prompt).toBe(3 + texts);
});
