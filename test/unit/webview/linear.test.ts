// Texts that make careless readers of markdown slow: twice the text takes twice the work, and no slice of it grows with the text.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cut } from './answers.ts';
import { bundle, launch, open } from './chromium.ts';
import { decided, DELIMITER_ROW, MATH } from '../../../src/webview/markdown/blocks/starts.ts';
import type { Markdown } from '../../../src/webview/markdown/markdown.ts';
import type { Work } from './counted.ts';

type Drawn = Pick<Markdown, 'write' | 'end' | 'settled'>;

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
  'one row of long cells': (length) =>
    ['| a ', '|---', `| ${repeated('a@b.co ')(1000)}`].map((cell) => `${cell.repeat(length / 1000)}|\n`).join(''),
  'rows of a table': within('| a | b |\n|---|---|\n', '| a | b |\n', ''),
  'one line of code': within('```\n', 'a = f(x);', '\n```\n'),
  'lines of code': within('```js\n', 'const a = f(x, "text"); // comment\n', '```\n'),
  'lines of a diff': within('```diff\n', '+a\n-b\n', '```\n'),
  'lines of fences': repeated('```\n'),
  'nested details': repeated('<details>\n'),
  'quotes in one line': repeated('> '),
  'a heading of spaces': within('# a', ' ', 'b\n'),
  'a heading of number signs': within('# a ', '#', '\n'),
  'lines of one formula': within('$$\n', 'a + b\n', '$$\n'),
  'a formula without an end': within('\\[ ', 'a + b ', ''),
  'blank lines in indented code': within('    a\n', '    \n', '    b\n'),
  'hidden characters': repeated('a\u202e'),
  'one matrix': within('$$\n\\begin{matrix}\n', 'a & b \\\\\n', '\\end{matrix}\n$$\n'),
  ideographs: repeated('中文，字'),
  footnotes: within('', 'a[^1]\n\n', '[^1]: b\n'),
  'task boxes': repeated('- [x] a\n'),
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
      ['in pieces', (document: string) => cut(document, 8192, 1)],
    ] as const) {
      const [small, large] = [await work(pieces(half)), await work(pieces(whole))];
      growth[way] = {
        linear: large.characters / small.characters < 2.6 && large.elements <= 2.6 * small.elements + 50,
        short: large.longest.characters < 1_000_000 && large.longest.elements < 3000,
      };
    }
    expect(growth).toEqual({ 'at once': { linear: true, short: true }, 'in pieces': { linear: true, short: true } });
  }, 120_000);
});

// A pattern that looks at the rest of the line for each of its signs would take minutes.
it.each([
  ['a formula', (signs: string) => MATH.test(`\\[${signs}]`), '='],
  ['a formula with its end', (signs: string) => MATH.test(`\\[a\\]${signs}`), '='],
  ['a formula with spaces', (signs: string) => MATH.test(`\\[a=b\\]${signs}x`), ' '],
  ['the dashes of a table', (signs: string) => DELIMITER_ROW.test(`|-${signs}x`), ' '],
  ['a tag', (signs: string) => !decided(`<details <${signs}>x`), ' '],
] as const)('a line with a million signs is not taken for %s', (_, isTaken, sign) => {
  expect(isTaken(sign.repeat(1_000_000))).toBe(false);
});

describe('what is very long', () => {
  /** The elements that match, and the most of `inside` that one of them holds, after the text was drawn. */
  const drawn = (text: string, selector: string, inside: string): Promise<{ count: number; most: number }> =>
    page.evaluate(
      async ([given, sections, parts]) => {
        const { create } = (window as unknown as { rivulet: { create(): { element: HTMLElement; markdown: Drawn } } }).rivulet;
        const { element, markdown } = create();
        // Without the page's styles, its layout would take most of the test.
        element.hidden = true;
        markdown.write(given);
        markdown.end();
        await markdown.settled();
        element.remove();
        const all = [...element.querySelectorAll(sections)];
        return { count: all.length, most: Math.max(...all.map((each) => each.querySelectorAll(parts).length)) };
      },
      [text, selector, inside] as const,
    );

  // Each section that the browser may leave out costs a little in every frame, and each that it draws costs what it holds.
  it.each([
    ['a list', '- item\n'.repeat(20_000), '.section', 'li', 96],
    ['a list of tasks', '- [x] item\n'.repeat(20_000), '.section', 'input', 96],
    ['a list of lists', `- a\n${'  - b\n'.repeat(7)}`.repeat(1000), 'div.section', 'li', 400],
    ['quotes in quotes', `${'> '.repeat(90)}a\n\n`.repeat(200), 'div.section', 'blockquote', 270],
    [
      'matrices',
      `$$\n\\begin{matrix}\n${'a & b & c & d & e\\\\\n'.repeat(10)}\\end{matrix}\n$$\n\n`.repeat(50),
      '.math-block.section',
      'mtd',
      55,
    ],
    ['code', `\`\`\`\n${'line\n'.repeat(20_000)}\`\`\``, '.lines', '.line', 192],
    ['a line of code', `\`\`\`\n${'a = f(x);'.repeat(100_000)}\n\`\`\``, '.lines', '.line', 9],
    ['a line of code with hidden characters', `\`\`\`\n${'a\u202e'.repeat(40_000)}\n\`\`\``, '.line', '.control', 32],
    ['hidden characters in text', '\u202e'.repeat(40_000), 'p .part', '.control', 33],
    ['a list of definitions', '[a]: https://e.org\n'.repeat(4000), ':has(> .definition)', ':scope > .definition', 24],
    ['a formula without an end', `\\[\n${'a + b\n'.repeat(20_000)}`, '.part', 'span', 0],
    ['a table', `| a | b |\n|---|---|\n${'| a | b |\n'.repeat(20_000)}`, '.part', 'tr', 257],
    ['a wide table', `${'| a '.repeat(200)}|\n${'|---'.repeat(200)}|\n${`${'| a '.repeat(200)}|\n`.repeat(40)}`, '.part', 'td', 1000],
    ['a paragraph of formulas', '$x$ '.repeat(1000), 'p .part', '.math', 120],
  ])('%s has some sections, not many, and none is large', async (_, text, sections, parts, largest) => {
    const { count, most } = await drawn(text, sections, parts);
    expect({ few: count > 0 && count < 250, small: most <= largest }).toEqual({ few: true, small: true });
  });

  it.each([
    ['a letter with very many marks', `a${'\u0301'.repeat(40_000)}`],
    ['a word of very many Arabic letters', '\u0628'.repeat(40_000)],
    ['a word in both directions', '\u05d0a'.repeat(20_000)],
  ])('%s is divided', async (_, text) => {
    expect((await drawn(text, 'p .part', '*')).count).toBeGreaterThan(30);
  });

  it('lines inside details are added to a long paragraph without a look at all of it', async () => {
    const looks = await page.evaluate(
      async (lines) => {
        const { create } = (window as unknown as { rivulet: { create(): { element: HTMLElement; markdown: Drawn } } }).rivulet;
        const { slice } = String.prototype;
        let count = 0;
        String.prototype.slice = function counted(this: string, ...range) {
          if (this.length > 9000) count++;
          return slice.apply(this, range);
        };
        const { element, markdown } = create();
        for (const line of lines) markdown.write(line);
        await markdown.settled();
        String.prototype.slice = slice;
        element.remove();
        return count;
      },
      ['<details>\n', ...Array.from({ length: 4000 }, () => 'a line\n')],
    );
    expect(looks).toBe(0);
  });

  it('a formula of more than 3,000 elements stays as typed', async () => {
    const matrix = (rows: number) => `$$\n\\begin{matrix}\n${`${'1&'.repeat(39)}1\\\\\n`.repeat(rows)}\\end{matrix}\n$$\n`;
    expect([(await drawn(matrix(20), 'math', 'mtd')).most, (await drawn(matrix(50), 'math', 'mtd')).count]).toEqual([800, 0]);
  });

  it('a table of 3,000 columns is shown as text, which a note says', async () => {
    const row = `${'|a'.repeat(3000)}|\n`;
    const text = `${row}${'|-'.repeat(3000)}|\n${row}`;
    expect([(await drawn(text, '.seam', '*')).count, (await drawn(text, 'table', 'td')).count]).toEqual([1, 0]);
  });

  it('a paragraph that mentions what is defined after it links to it, and its definitions are gone', async () => {
    const labels = Array.from({ length: 1000 }, (_, index) => index);
    const uses = labels.map((label) => `[words][l${label}]`).join(' ');
    const text = `${uses}\n\n${labels.map((label) => `[l${label}]: https://e.org/${label}\n`).join('')}`;
    expect([(await drawn(text, 'a[data-href]', '*')).count, (await drawn(text, '.definition', '*')).count]).toEqual([1000, 0]);
  });
});
