import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { families } from '../../../src/core/tokens/tokenizerFamilies.ts';
import { countTokens, type Encoding, TokenCounter } from '../../../src/core/tokens/tokenCounter.ts';
import { knownAnswer } from '../../support/knownAnswer.ts';
import { seeded } from '../../support/random.ts';
import { asked, mixturesBy } from '../../support/reference.ts';
import { corpora, mixtures } from '../../../scripts/tokenCorpus.ts';
import { encodingFor } from '../../../scripts/vocabularies.ts';

const code = readFileSync(new URL('../../../src/core/answer/answerStream.ts', import.meta.url), 'utf8');

function pieces(text: string, next: () => number): string[] {
  const result: string[] = [];
  for (let at = 0; at < text.length;) {
    let size = 1 + Math.floor(next() * 9);
    // Deltas never split a character: the normaliser sees to that.
    const code = text.charCodeAt(at + size - 1);
    if (code >= 0xd800 && code <= 0xdbff) size++;
    result.push(text.slice(at, at + size));
    at += size;
  }
  return result;
}

describe.each([...families, 'deepseek', 'mistral'] as const)('%s', (family) => {
  const encoding = encodingFor(family);

  it.each(Object.entries({ ...corpora, code }))('counts at every prefix what a whole count gives: %s', (_, text) => {
    const next = seeded(5);
    const counter = new TokenCounter(() => encoding);
    let prefix = '';
    const wrong: unknown[] = [];
    for (const piece of pieces(text, next)) {
      counter.push(piece);
      prefix += piece;
      // Asked at random, since what is asked in between must not matter.
      if (next() > 0.2) continue;
      const counted = counter.count();
      const whole = countTokens(encoding, prefix);
      if (counted !== whole) wrong.push({ at: prefix.length, counted, whole, around: prefix.slice(-20) });
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(counter.count()).toBe(countTokens(encoding, text));
  });
});

describe.each(families)('%s', (family) => {
  const encoding = encodingFor(family);

  it('counts any mixture of scripts, accents, emoji, digits and gaps as the tokenizer that it comes from', () => {
    const next = seeded(7);
    const counts = mixtures().map((text) => {
      const counter = new TokenCounter(() => encoding);
      for (const piece of pieces(text, next)) counter.push(piece);
      return { text, tokens: counter.count() };
    });
    const expected = mixturesBy(family);
    expect(counts.filter(({ tokens }, index) => tokens !== expected[index]).slice(0, 3)).toEqual([]);
  });
});

it.each(['o200k', 'cl100k'] as const)('counts random prefixes of code and answers as OpenAI does: %s', (family) => {
  const encoding = encodingFor(family);
  const next = seeded(3);
  const texts = Array.from({ length: 200 }, () => (knownAnswer + code).slice(0, 1 + next() * 20_000));
  expect(texts.map((text) => countTokens(encoding, text))).toEqual(asked(family, (count) => texts.map(count)));
});

const encoding = encodingFor('o200k');

it('counts what came before the tokenizer was there', () => {
  let loaded: Encoding | undefined;
  const counter = new TokenCounter(() => loaded);
  counter.push(knownAnswer);
  const rough = counter.count();
  const full = countTokens(encoding, knownAnswer);
  expect(Math.abs(rough - full) / full).toBeLessThan(0.35);
  loaded = encoding;
  expect(counter.count()).toBe(full);
});

it('says what would be, and changes nothing', () => {
  const counter = new TokenCounter(() => encoding);
  counter.push('Hello wor');
  const before = counter.count();
  expect(counter.countWith('ld, how are you')).toBe(countTokens(encoding, 'Hello world, how are you'));
  expect(counter.count()).toBe(before);
});

it.each(families)('looks at each character a bounded number of times, however long the text: %s', (family) => {
  const encoding = encodingFor(family);
  const text = (knownAnswer + code).repeat(6);
  /** Characters that went through the tokenizer and through its pattern, for each character of the text. */
  const work = (length: number): number => {
    let characters = 0;
    const words = new (class extends RegExp {
      override exec(string: string): RegExpExecArray | null {
        const found = super.exec(string);
        characters += found?.[0].length ?? 0;
        return found;
      }
    })(encoding.words);
    const counter = new TokenCounter(() => ({
      ...encoding,
      words,
      count: (word) => {
        characters += word.length;
        return encoding.count(word);
      },
    }));
    for (let at = 0; at < length; at += 4) {
      counter.push(text.slice(at, at + 4));
      // A status bar asks a few times a second, which is once in some dozen deltas.
      if (at % 96 === 0) counter.count();
    }
    expect(counter.count()).toBe(countTokens(encoding, text.slice(0, length)));
    return characters / length;
  };
  const [quarter, whole] = [work(4 * Math.floor(text.length / 16)), work(text.length)];
  console.log(`${family}: ${quarter.toFixed(2)} and ${whole.toFixed(2)} characters looked at for each`);
  expect({ few: whole < 8, constant: whole < quarter * 1.2 }).toEqual({ few: true, constant: true });
});
