// Texts that make careless readers of markdown slow: twice the text takes twice the work, and no slice of it grows with the text.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cut } from './answers.ts';
import { bundle, launch, open } from './chromium.ts';
import type { Work } from './counted.ts';

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launch();
  page = await open(browser, await bundle(new URL('./inPage.ts', import.meta.url).pathname));
}, 60_000);

afterAll(() => browser?.close());

const repeated = (piece: string) => (length: number) => piece.repeat(Math.ceil(length / piece.length));
const within = (before: string, piece: string, after: string) => (length: number) => before + repeated(piece)(length) + after;

const families: Readonly<Record<string, (length: number) => string>> = {
  'half addresses': repeated('a@'),
  'addresses with dots': repeated('a.@'),
  'mail addresses': repeated('a@b.co '),
  'web addresses': repeated('www.e.org '),
  'unknown schemes': repeated('a:// '),
  'empty schemes': repeated('http://'),
  'struck words without a space': repeated('~~a'),
  'strong words without a space': repeated('**a'),
  'dollar signs': repeated('$a'),
  'escaped brackets': repeated('\\['),
  environments: repeated('\\begin{a}'),
  'open brackets': repeated('['),
  'words in brackets': within('', '[a] ', '\n\n[a]: /u\n'),
  'unclosed tags': repeated('<b>a'),
  'closed tags': repeated('<kbd>a</kbd>'),
  'half entities': repeated('&a'),
  definitions: repeated('[a]: /b\n'),
  'an open title': within('[a]: /u "', 'x\n', ''),
  'links, a paragraph each': repeated('[a](https://e.org)\n\n'),
  'one heading': within('# ', 'a@b.co ', ''),
  'one row of a table': within('| a | b |\n|---|---|\n| ', 'a@b.co ', ' | b |\n'),
  'rows of a table': within('| a | b |\n|---|---|\n', '| a | b |\n', ''),
  'one line of code': within('```\n', 'a = f(x);', '\n```\n'),
  'lines of code': within('```js\n', 'const a = f(x, "text"); // comment\n', '```\n'),
  'lines of a diff': within('```diff\n', '+a\n-b\n', '```\n'),
  'lines of fences': repeated('```\n'),
  'nested details': repeated('<details>\n'),
  'quotes in one line': repeated('> '),
  'one matrix': within('$$\n\\begin{matrix}\n', 'a & b \\\\\n', '\\end{matrix}\n$$\n'),
  ideographs: repeated('中文，字'),
};

describe.each(Object.entries(families))('%s', (family, text) => {
  const work = (pieces: readonly string[]): Promise<Work> =>
    page.evaluate(
      (given) => (window as unknown as { rivulet: { work(pieces: readonly string[]): Promise<Work> } }).rivulet.work(given),
      pieces,
    );

  it('take twice the work for twice the text, at once and in pieces, and each slice is short', async () => {
    // Colours are many elements, and lines of a diff are many lines.
    const length = family === 'lines of a diff' ? 1000 : family === 'lines of code' ? 3000 : 20_000;
    const half = text(length);
    const whole = text(2 * length);
    const growth: Record<string, unknown> = {};
    for (const [way, pieces] of [
      ['at once', (document: string) => [document]],
      ['in pieces', (document: string) => cut(document, 600, 1)],
    ] as const) {
      const [small, large] = [await work(pieces(half)), await work(pieces(whole))];
      growth[way] = {
        linear: large.characters / small.characters < 2.6 && large.elements <= 2.6 * small.elements + 50,
        ...(way === 'at once' ? { short: large.longest.characters < 1_000_000 && large.longest.elements < 12_000 } : {}),
      };
    }
    expect(growth).toEqual({ 'at once': { linear: true, short: true }, 'in pieces': { linear: true } });
  }, 120_000);
});
