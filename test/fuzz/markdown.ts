// Markdown at random: the page must show the same however the text is cut, and keep every word.
import type { Browser, Page } from 'playwright-core';
import { seeded } from '../support/random.ts';
import { bundle, launch, open } from '../unit/webview/chromium.ts';

/** The opening, middle, and closing marks of all Markdown constructs, and words between them. */
const FRAGMENTS = [
  [
    'word ',
    'two words ',
    '中文，',
    '「設定」',
    'مرحبا ',
    '😀',
    '👨‍👩‍👧',
    'a',
    ' ',
    '  ',
    '\n',
    '\n\n',
    '\n',
    '\n\n',
    '\r\n',
    '\t',
    '. ',
    ': ',
    '！',
  ],
  ['*', '**', '***', '_', '~~', '`', '``', '**注意：**', '**“重点”**', '*a*', '`code`', '`greeting.py:2`', '\\', '\\*', '&amp;', '&'],
  [
    '$',
    '$$',
    '$x$',
    '$HOME/bin:$PATH',
    '$5',
    '\\(',
    '\\)',
    '\\[',
    '\\]',
    '\n$$\n',
    '\n\\[\n',
    '\n\\]\n',
    '\\begin{align}',
    '\\end{align}',
    '^2',
  ],
  [
    '[',
    ']',
    '](',
    ')',
    '![',
    '[a]',
    '[a](b.c)',
    '[a][b]',
    '\n[a]: /u\n',
    '\n[b]: x/y "t"\n',
    '\n[INFO]: Started\n',
    '[^1]',
    '\n[^1]: note\n',
  ],
  [
    '<',
    '>',
    '<b>',
    '</b>',
    '<kbd>',
    '</kbd>',
    '<br>',
    '<div>',
    '</div>',
    '<!-- ',
    ' -->',
    '<a href="x">',
    '\n<details>\n',
    '\n</details>\n',
  ],
  ['<summary>', '</summary>', '</details>', '\n<pre>\n', '</pre>', 'www.e.org', 'a@b.co', 'https://e.org/x', '@', 'www.'],
  [
    '\n# ',
    '\n## x\n',
    '\n---\n',
    '\n===\n',
    '\n- ',
    '\n* ',
    '\n1. ',
    '\n  - ',
    '\n    ',
    '\n> ',
    '\n> > ',
    '\n> [!NOTE]\n> ',
    '- [ ] ',
    '- [x] ',
  ],
  [
    '\n```\n',
    '\n```js\n',
    '\n```markdown\n',
    '\n~~~\n',
    '\n````md\n',
    '\n| a | b |\n|---|:-:|\n',
    '| c | d |\n',
    '|',
    '\n|',
    '\u202e',
    '\u200d',
    '\u0000',
  ],
].flat();

export function randomMarkdown(seed: number): { readonly text: string; readonly pieces: readonly string[] } {
  const random = seeded(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const text = Array.from({ length: 2 + below(40) }, () => FRAGMENTS[below(FRAGMENTS.length)]!).join('');
  const longest = [1, 3, 20][below(3)]!;
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const size = 1 + below(longest);
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return { text, pieces };
}

interface Rivulet {
  stream(pieces: readonly string[]): Promise<string>;
}

/** Runs cases in one tab, opened for the first of them. */
export function markdownFuzzer(): { readonly run: (seed: number) => Promise<readonly string[]>; readonly end: () => Promise<void> } {
  let browser: Promise<Browser> | undefined;
  let page: Promise<Page> | undefined;
  return {
    run: async (seed) => {
      browser ??= launch();
      page ??= bundle(new URL('../unit/webview/inPage.ts', import.meta.url).pathname).then(async (files) => open(await browser!, files));
      return differences(await page, seed);
    },
    end: async () => (await browser)?.close(),
  };
}

export async function differences(page: Page, seed: number): Promise<readonly string[]> {
  const { text, pieces } = randomMarkdown(seed);
  const [whole, streamed] = await page.evaluate(
    async ([given, cut]) => {
      const { stream } = (window as unknown as { rivulet: Rivulet }).rivulet;
      return [await stream([given]), await stream(cut)] as const;
    },
    [text, pieces] as const,
  );
  return whole === streamed
    ? []
    : [`text ${JSON.stringify(text)}`, `pieces ${JSON.stringify(pieces)}`, `whole ${whole}`, `cut ${streamed}`];
}
