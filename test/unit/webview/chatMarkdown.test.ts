// Markdown as chats write it. Each expectation is written by hand: what a reader should see, whatever the rules of Markdown say.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, launch, open } from './chromium.ts';
import { cases } from './chatMarkdownCases.ts';

interface Rivulet {
  seen(pieces: readonly string[]): Promise<string>;
  stream(pieces: readonly string[]): Promise<string>;
  frames(text: string): Promise<string[]>;
  paused(text: string): Promise<string>;
}

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launch();
  page = await open(browser, await bundle(new URL('./inPage.ts', import.meta.url).pathname));
}, 60_000);

afterAll(() => browser?.close());

const inPage = <K extends keyof Rivulet>(name: K, argument: Parameters<Rivulet[K]>[0]): Promise<Awaited<ReturnType<Rivulet[K]>>> =>
  page.evaluate(
    ([method, given]) => (window as unknown as { rivulet: Record<string, (value: unknown) => unknown> }).rivulet[method]!(given),
    [name, argument] as const,
  ) as Promise<Awaited<ReturnType<Rivulet[K]>>>;

/** Texts, and what no frame of theirs may show. */
const flipping: readonly (readonly [string, RegExp])[] = [
  ['这是**重点：内**容', /\*/],
  ['**注意：**请先备份', /\*/],
  ['~~删除。~~后文', /~/],
  ['**Note:**text', /\*/],
  ['**ข้อควรระวัง:**โปรด', /\*/],
  ['这是__重点：__内容', /_/],
  ['> [!NOTE] A title\n> Useful.', /\[!|alertNote/],
  ['Add $HOME/bin:$PATH to it.', /<math>/],
  ['设$x$为', /<math>(?!x<|typed)/],
  ['Press <kbd>Ctrl</kbd> now', /&lt;/],
  ['> [!NOTE]\n> Useful.', /\[!|NOTE/],
  ['[INFO]: Started\nmore', /<a /],
  ['$$\na = b\n\nc = d\n$$\nThis is prose.', /<p>[^T]*=|<\/math>[^<]*\$\$/],
  ['<details>\n<summary>Log</summary>\n\ntext\n\n</details>\nAfter', /&lt;/],
  ['```markdown\n```js\na\n```\nb\n```\nc', /<\/pre><pre>|<pre>[^]*c<\/pre>/],
];

describe.each(Object.entries(cases))('%s', (_, sentences) => {
  it.each(Object.entries(sentences))('%s', async (__, documents) => {
    const seen: Record<string, string> = {};
    for (const text of Object.keys(documents)) seen[text] = await inPage('seen', [text]);
    expect(seen).toEqual(documents);
  });

  it('looks the same however it is cut in two, and by character', async () => {
    const differing = await page.evaluate(
      async (texts) => {
        const { stream } = (window as unknown as { rivulet: Rivulet }).rivulet;
        const found: unknown[] = [];
        for (const text of texts) {
          const whole = await stream([text]);
          const cuts = Array.from({ length: text.length - 1 }, (_cut, at) => [text.slice(0, at + 1), text.slice(at + 1)]);
          for (const pieces of [[...text], ...cuts]) {
            const streamed = await stream(pieces);
            if (streamed !== whole) found.push({ pieces, whole, streamed });
          }
        }
        return found.slice(0, 3);
      },
      Object.values(sentences).flatMap((documents) => Object.keys(documents)),
    );
    expect(differing).toEqual([]);
  }, 120_000);
});

it('while it streams, no sign that becomes something else flashes up, and what is shown does not flip', async () => {
  const found: Record<string, readonly string[]> = {};
  for (const [text, wrong] of flipping) {
    const frames = await inPage('frames', text);
    const seen = frames.filter((frame) => wrong.test(frame));
    if (seen.length > 0) found[text] = seen;
  }
  expect(found).toEqual({});
});

it('formulas with Chinese words are drawn without a warning for each of them', async () => {
  const warnings: string[] = [];
  page.on('console', (message) => warnings.push(message.text()));
  const seen = await inPage('seen', ['设$速度=路程/时间$为'.repeat(20)]);
  expect({ formulas: seen.match(/<math>/g)?.length, warnings }).toEqual({ formulas: 20, warnings: [] });
});

it('what could be half of something is shown as it is when the answer breaks off there', async () => {
  const texts = [
    'It is 5 *',
    'A [word',
    '[x]: https://e.org/a',
    'Costs $5$',
    'a <kb',
    '> [!NOTE]',
    '| a |\n|--',
    '**bold',
    '$$\nx',
    '```js\na\nb',
  ];
  const paused: Record<string, string> = {};
  for (const text of texts) paused[text] = (await inPage('paused', text)).replace(/<[^>]*>/g, '');
  expect(paused).toEqual({
    'It is 5 *': 'It is 5 *',
    'A [word': 'A [word',
    '[x]: https://e.org/a': '[x]: https://e.org/a',
    'Costs $5$': 'Costs 5',
    'a <kb': 'a &lt;kb',
    '> [!NOTE]': '[!NOTE]',
    '| a |\n|--': '| a ||--',
    '**bold': '**bold',
    '$$\nx': '$$\nx',
    '```js\na\nb': 'a\nb',
  });
});
