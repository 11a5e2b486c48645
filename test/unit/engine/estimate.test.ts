// How far the estimate is from what OpenAI bills: its own tokenizer counts the same texts. The table is printed.
import { readFileSync } from 'node:fs';
import { get_encoding } from 'tiktoken';
import { afterAll, expect, it } from 'vitest';
import { UsageMeter } from '../../../src/core/engine/usage.ts';
import { realEncoding } from '../../support/engine.ts';
import { knownAnswer } from '../../support/knownAnswer.ts';

const file = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const corpora: Readonly<Record<string, string>> = {
  'prose, code, tables': knownAnswer,
  README: file('README.md'),
  TypeScript: file('src/core/engine/stream.ts'),
  CSS: file('src/webview/styles/chrome.css'),
  JSON: file('package.json'),
  'Chinese, JSON': file('l10n/bundle.l10n.zh-cn.json'),
  'Chinese, Japanese, Korean': '流式输出把等待变成阅读。连接中断时，客户端必须从断点继续。ストリーミングは待ち時間を読書に変えます。한국어 문장도 있습니다. '.repeat(40),
  emoji: 'Done 🎉👩‍💻🇯🇵 — next 🚀✨ step 👍🏽! '.repeat(60),
};

const tokenizers = { o200k_base: get_encoding('o200k_base'), cl100k_base: get_encoding('cl100k_base') };
afterAll(() => Object.values(tokenizers).forEach((tokenizer) => tokenizer.free()));

/** What a provider that uses this encoding would bill. */
const billed = (encoding: keyof typeof tokenizers, text: string): number => tokenizers[encoding].encode(text, [], []).length;

interface Row {
  readonly corpus: string;
  readonly tokens: number;
  /** Share of the count by which the estimate is off, at the end. */
  readonly end: number;
  /** The worst at 20 places of the stream, each against the count of that prefix. */
  readonly live: number;
  /** With the tokenizer of an older family, whose vocabulary is not the one used. */
  readonly older: number;
}

function row(corpus: string, text: string): Row {
  const encoding = realEncoding();
  const attempt = new UsageMeter(() => encoding).begin([]);
  let live = 0;
  let at = 0;
  for (let place = 1; place <= 20; place++) {
    const until = Math.floor((text.length * place) / 20);
    while (at < until) {
      const next = text.codePointAt(at)! > 0xffff ? at + 2 : at + 1;
      attempt.text(text.slice(at, next));
      at = next;
    }
    live = Math.max(live, off(attempt.usage().completion, billed('o200k_base', text.slice(0, at))));
  }
  const counted = attempt.usage().completion;
  return { corpus, tokens: billed('o200k_base', text), end: off(counted, billed('o200k_base', text)), live, older: off(counted, billed('cl100k_base', text)) };
}

const off = (estimate: number, real: number): number => Math.abs(estimate - real) / real;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

it('is within 1 % of the bill at the end and 2 % while it streams, for the models of today', () => {
  const rows = Object.entries(corpora).map(([corpus, text]) => row(corpus, text));
  console.table(rows.map(({ corpus, tokens, end, live, older }) => ({ corpus, tokens, 'at the end': percent(end), 'while streaming': percent(live), 'an older family (cl100k)': percent(older) })));
  expect(rows.filter(({ end, live }) => end > 0.01 || live > 0.02)).toEqual([]);
});

it('counts the prompt as the chat format does: 3 tokens for each message, 3 for the answer, and the texts', () => {
  const encoding = realEncoding();
  const messages = [{ role: 'system', content: 'You are brief.' }, { role: 'user', content: 'Why is the sky blue? 🌤' }] as const;
  const attempt = new UsageMeter(() => encoding).begin(messages);
  attempt.text('x');
  expect(attempt.usage().prompt).toBe(3 + messages.reduce((sum, { content }) => sum + 3 + billed('o200k_base', content), 0));
});
