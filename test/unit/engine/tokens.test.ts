import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Encoding, TokenCounter } from '../../../src/core/engine/tokens.ts';
import { realEncoding } from '../../support/engine.ts';
import { knownAnswer } from '../../support/knownAnswer.ts';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { seeded } from '../../support/random.ts';

const encoding = realEncoding();
const fullCount = (text: string): number => countTokens(text, { disallowedSpecial: new Set() });

const code = readFileSync(new URL('../../../src/core/engine/stream.ts', import.meta.url), 'utf8');
const corpora: Readonly<Record<string, string>> = {
  prose: knownAnswer,
  code,
  cjk: '流式输出把等待变成阅读。连接中断时，客户端必须从断点继续。ストリーミングは待ち時間を読書に変えます。한국어 문장도 있습니다. '.repeat(12),
  odd: "don't  won't\n\n\n  \n x'\r\n\r\n1234567 \t\t.../// HTTPServer fooBar 'll 've ''\n'' 🙂👨‍👩‍👧‍👦  \n".repeat(20),
};

function pieces(text: string, next: () => number): string[] {
  const result: string[] = [];
  for (let at = 0; at < text.length; ) {
    let size = 1 + Math.floor(next() * 9);
    // Deltas never split a character: the normaliser sees to that.
    const code = text.charCodeAt(at + size - 1);
    if (code >= 0xd800 && code <= 0xdbff) size++;
    result.push(text.slice(at, at + size));
    at += size;
  }
  return result;
}

it.each(Object.entries(corpora))('counts exactly at every prefix: %s', (_, text) => {
  const next = seeded(5);
  const counter = new TokenCounter(() => encoding);
  let prefix = '';
  const wrong: unknown[] = [];
  for (const piece of pieces(text, next)) {
    counter.push(piece);
    prefix += piece;
    // Asked at random, since what is asked in between must not matter.
    if (next() > 0.4) continue;
    const counted = counter.count();
    const full = fullCount(prefix);
    if (counted !== full) wrong.push({ at: prefix.length, counted, full, around: prefix.slice(-20) });
  }
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(counter.count()).toBe(fullCount(text));
});

it('counts what came before the tokenizer was there', () => {
  let loaded: Encoding | undefined;
  const counter = new TokenCounter(() => loaded);
  counter.push(knownAnswer);
  const rough = counter.count();
  const full = fullCount(knownAnswer);
  expect(counter.exact).toBe(false);
  expect(Math.abs(rough - full) / full).toBeLessThan(0.35);
  loaded = encoding;
  expect([counter.exact, counter.count()]).toEqual([true, full]);
});

it('says what would be, and changes nothing', () => {
  const counter = new TokenCounter(() => encoding);
  counter.push('Hello wor');
  const before = counter.count();
  expect(counter.countWith('ld, how are you')).toBe(fullCount('Hello world, how are you'));
  expect(counter.count()).toBe(before);
});

it('costs a constant per character: at most four times one full count, and no more for a longer text', () => {
  const text = (knownAnswer + code).repeat(6);
  const incremental = (part: string): void => {
    const counter = new TokenCounter(() => encoding);
    for (let at = 0; at < part.length; at += 4) {
      counter.push(part.slice(at, at + 4));
      // A status bar asks a few times a second, which is once in some dozen deltas.
      if (at % 96 === 0) counter.count();
    }
    counter.count();
  };
  const works = {
    full: () => void fullCount(text),
    whole: () => incremental(text),
    quarter: () => incremental(text.slice(0, text.length / 4)),
  };
  // In turns, and the best of each: a busy machine is busy for all of them.
  const best = { full: Infinity, whole: Infinity, quarter: Infinity };
  for (let round = 0; round < 7; round++) {
    for (const name of ['full', 'whole', 'quarter'] as const) {
      const from = performance.now();
      works[name]();
      best[name] = Math.min(best[name], performance.now() - from);
    }
  }
  expect(best.whole / best.full).toBeLessThan(4);
  // Four times the text is four times the work; if each delta cost the whole text it would be sixteen times.
  expect(best.whole / best.quarter).toBeLessThan(8);
});
