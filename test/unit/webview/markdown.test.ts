// However an answer is cut on its way, the page shows what it would have shown had it come in one piece; and that is
// what an independent reader of markdown makes of it.
import spec from 'commonmark-spec';
import { readdirSync, readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differences } from '../../fuzz/markdown.ts';
import { answer, cut, SHAPES } from './answers.ts';
import { bundle, launch, open } from './chromium.ts';

interface Rivulet {
  stream(pieces: readonly string[], seams?: readonly number[]): Promise<string>;
  ours(text: string): Promise<string>;
  theirs(text: string): string;
}

const fixtures = new URL('../../fixtures/markdown/', import.meta.url);
const commonmark = spec.tests.map(({ markdown }) => markdown.replaceAll('→', '\t'));
const gfm = JSON.parse(readFileSync(new URL('gfm.json', fixtures), 'utf8')) as string[];
const readmes = readdirSync(new URL('readmes/', fixtures))
  .filter((name) => name.endsWith('.md'))
  .map((name) => readFileSync(new URL(`readmes/${name}`, fixtures), 'utf8'));
/** What a chat reads otherwise: unused definitions and all words of a row are shown, lone tags are text. By hand, as far as canonical. */
const departures = JSON.parse(readFileSync(new URL('departures.json', fixtures), 'utf8')) as Record<string, string>;
const answers = Array.from({ length: 60 }, (_, seed) => answer('mixed', 3000 + 200 * seed, seed).trimEnd());

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launch();
  page = await open(browser, await bundle(new URL('./inPage.ts', import.meta.url).pathname));
}, 60_000);

afterAll(() => browser?.close());

/** The documents whose streamed DOM differs from that of the whole. */
function differing(documents: readonly string[], cuts: (document: string, index: number) => string[]): Promise<unknown[]> {
  const cases = documents.map((document, index) => ({ document, pieces: cuts(document, index) }));
  return page.evaluate(async (list) => {
    const { stream } = (window as unknown as { rivulet: Rivulet }).rivulet;
    const found: unknown[] = [];
    for (const { document, pieces } of list) {
      const [whole, streamed] = [await stream([document]), await stream(pieces)];
      if (whole !== streamed)
        found.push({ document: document.slice(0, 300), whole: whole.slice(0, 2000), streamed: streamed.slice(0, 2000) });
    }
    return found;
  }, cases);
}

function disagreeing(documents: readonly string[]): Promise<unknown[]> {
  return page.evaluate(
    async ([list, read]) => {
      const { ours, theirs } = (window as unknown as { rivulet: Rivulet }).rivulet;
      const found: unknown[] = [];
      for (const document of list) {
        const pair = [await ours(document), theirs(document)] as const;
        let at = 0;
        while (at < pair[0].length && pair[0][at] === pair[1][at]) at++;
        if (pair[0] !== pair[1] && pair[0] !== read[document])
          found.push({
            document,
            ours: pair[0].slice(Math.max(0, at - 100), at + 200),
            theirs: pair[1].slice(Math.max(0, at - 100), at + 200),
          });
      }
      return found;
    },
    [documents.map(asSpecified), departures] as const,
  );
}

/** Without what a chat reads otherwise on purpose: folded details, alerts, and a definition whose address is a single word. */
const asSpecified = (document: string): string =>
  document
    .replace(/<\/?details[^>]*>|<summary>[^]*?<\/summary>/g, '')
    .replaceAll('[!NOTE]\n> ', '')
    .replaceAll(': license\n', ': ./license\n');

const corpora = { 'CommonMark examples': commonmark, 'GFM examples': gfm, READMEs: readmes, 'model-like answers': answers };

describe.each(Object.entries(corpora))('%s', (_, documents) => {
  it('look the same streamed in random pieces as in one', async () => {
    expect(await differing(documents, (document, seed) => cut(document, 40, seed))).toEqual([]);
  }, 120_000);

  it('look as markdown-it, reading the whole, says, save where a chat wants otherwise', async () => {
    expect(await disagreeing(documents)).toEqual([]);
  }, 120_000);
});

it('look the same by character, for every CommonMark and GFM example', async () => {
  expect(await differing([...commonmark, ...gfm], (document) => [...document])).toEqual([]);
}, 120_000);

it.each(SHAPES)(
  'one huge %s looks the same in random pieces as in one',
  async (shape) => {
    expect(await differing([answer(shape, 40_000)], (document) => cut(document, 200, 7))).toEqual([]);
  },
  120_000,
);

/** Texts that make careless readers of markdown slow, or the page's tree deeper than a browser can lay out. */
const hostile = [
  '*a ',
  '**a **b ',
  '[',
  '![[',
  '[a](b',
  '`a',
  '<a ',
  '$a ',
  '\\(',
  '> ',
  '> - ',
  '- ',
  '|a',
  '~~a ',
  '&a',
  '[a]: b\n',
  '\t',
  '<div>\n',
].map((piece) => piece.repeat(6000 / piece.length));

it('texts made to be hard are neither slow nor deep', async () => {
  expect(await differing(hostile, (document) => cut(document, 200, 1))).toEqual([]);
  const deepest = await page.evaluate(async (documents) => {
    const { stream } = (window as unknown as { rivulet: Rivulet }).rivulet;
    const depth = (node: Node): number => 1 + Math.max(0, ...[...node.childNodes].map(depth));
    const found: number[] = [];
    for (const document of documents) found.push(depth(new DOMParser().parseFromString(await stream([document]), 'text/html').body));
    return Math.max(...found);
  }, hostile);
  expect(deepest).toBeLessThan(300);
}, 60_000);

it('links defined only at the end are links in every block', async () => {
  const blocks = [
    'A [word][late] here',
    '- an [item][late]\n- and [late]',
    '| a |\n|---|\n| [cell][late] |',
    '## A [heading][late]',
    'Under [it][late]\n===',
  ];
  const text = `${blocks.join('\n\n')}\n\n[late]: https://example.com/late\n`;
  expect(await differing([text], (document) => [...document])).toEqual([]);
  const html = await page.evaluate((whole) => (window as unknown as { rivulet: Rivulet }).rivulet.stream([whole]), text);
  expect(html.match(/data-href/g)).toHaveLength(6);
});

/** The words before and after each mark of a join, and where the mark is. */
const joints = (text: string, at: number, pieces = [...text]): Promise<unknown> =>
  page.evaluate(
    async ([given, seam]) => {
      const { stream } = (window as unknown as { rivulet: Rivulet }).rivulet;
      const body = new DOMParser().parseFromString(await stream(given, [seam]), 'text/html').body;
      const mark = body.querySelector('.joint, .seam')!;
      const range = (from: Node, to: Node): string => {
        const between = document.createRange();
        between.setStart(from, 0);
        between.setEndBefore(to);
        return between.toString();
      };
      const before = range(body, mark).slice(-12);
      const { parentElement } = mark;
      const whole = body.textContent;
      mark.remove();
      return {
        before,
        inside: parentElement!.tagName,
        note: mark.getAttribute('aria-label') ?? mark.textContent,
        unchanged: whole === body.textContent,
      };
    },
    [pieces, at] as const,
  );

it.each<[string, string, string, string, string]>([
  ['between two words', 'One two| three four five', 'One two', 'P', 'seam'],
  ['before the word it went through', 'One two thr|ee four five', 'One two', 'P', 'seam'],
  ['before the emphasis it went through', 'One **two thr|ee four** five six', 'One', 'P', 'seam'],
  ['in the last word', 'One two thr|ee', 'One two', 'P', 'seam'],
  ['at the start of a paragraph', 'One\n\n|Two three', '', 'P', 'seam'],
  ['in a list item', '- one\n- two thr|ee four', 'two', 'P', 'seam'],
  ['in a heading', '# One two| three', 'One two', 'H1', 'seam'],
  ['above the table whose first row it went through', 'a| | b\n--|--\nc | d', '', 'BODY', 'seam'],
  ['above the line of code', '```js\nlet a;\nlet b| = 1;\nlet c;\n```', 'let a;\n', 'SPAN', 'seam'],
  ['in the row of a table', '| a | b |\n|---|---|\n| c | d |\n| e || f |\n', 'd', 'TD', 'seam'],
])('a broken answer is marked %s', async (_, picture, before, inside, note) => {
  const at = inside === 'TD' ? picture.lastIndexOf('||') : picture.indexOf('|');
  const text = picture.slice(0, at) + picture.slice(at + 1);
  for (const pieces of [[text], [...text], [text.slice(0, at), text.slice(at)]]) {
    const seen = (await joints(text, at, pieces)) as { before: string };
    expect({ ...seen, before: seen.before.trimEnd().endsWith(before.trimEnd()) }).toEqual({ before: true, inside, note, unchanged: true });
  }
});

it.each([
  ['a paragraph', 'One two [a] three four five', 'P'],
  ['a task', '- [x] One two [a] three four five', 'P'],
  ['a heading', '# One two [a] three four five', 'H1'],
  ['a heading by its underline', 'One two [a] three four five\n===', 'H1'],
  ['a cell', '| a |\n|---|\n| One two [a] three |', 'TD'],
  ['a paragraph above a table', 'One two [a] three\n| a |\n|---|', 'P'],
  ['the last line of details', '<details>\nOne two [a] three</details>', 'P'],
])('the mark in %s stays where it is, whether a link in it is defined before or after', async (_, text, inside) => {
  const definition = '[a]: https://e.org';
  const at = text.indexOf(' two');
  const seen = [
    await joints(`${text}\n\n${definition}`, at),
    await joints(`${definition}\n\n${text}`, definition.length + 2 + at),
    await joints(text, at),
  ];
  const expected = { before: expect.stringMatching(inside === 'TD' ? /^a\s*$/ : /One$/), inside, note: 'seam', unchanged: true };
  expect(seen).toEqual([expected, expected, expected]);
});

it('addresses without a scheme are links, as GFM says', async () => {
  const seen: Record<string, (string | null)[]> = {};
  const documents = [
    'www.commonmark.org/help',
    'Visit www.commonmark.org/a.b.',
    '(www.google.com/search?q=(business))',
    '((www.google.com/search?q=Markup+(business)))',
    'www.google.com/search?q=commonmark&hl;',
    'www.commonmark.org/he<lp',
    'awww.example.com',
    'www.under_score.org',
    '**www.example.com**',
    '[www.example.com](https://a.b)',
    'foo@bar.baz',
    'hello+xyz@mail.example',
    'a.b-c@d.b.',
    'a@b.c-',
    'a@b.c_',
    'no@host',
    '`www.code.org me@code.org`',
  ];
  for (const document of documents) {
    seen[document] = await page.evaluate(async (given) => {
      const html = await (window as unknown as { rivulet: Rivulet }).rivulet.stream([...given]);
      return [...new DOMParser().parseFromString(html, 'text/html').querySelectorAll('a')].map((link) => link.getAttribute('data-href'));
    }, document);
  }
  expect(seen).toEqual({
    'www.commonmark.org/help': ['http://www.commonmark.org/help'],
    'Visit www.commonmark.org/a.b.': ['http://www.commonmark.org/a.b'],
    '(www.google.com/search?q=(business))': ['http://www.google.com/search?q=(business)'],
    '((www.google.com/search?q=Markup+(business)))': ['http://www.google.com/search?q=Markup+(business)'],
    'www.google.com/search?q=commonmark&hl;': ['http://www.google.com/search?q=commonmark'],
    'www.commonmark.org/he<lp': ['http://www.commonmark.org/he'],
    'awww.example.com': [],
    'www.under_score.org': [],
    '**www.example.com**': ['http://www.example.com'],
    '[www.example.com](https://a.b)': ['https://a.b'],
    'foo@bar.baz': ['mailto:foo@bar.baz'],
    'hello+xyz@mail.example': ['mailto:hello+xyz@mail.example'],
    'a.b-c@d.b.': ['mailto:a.b-c@d.b'],
    'a@b.c-': [],
    'a@b.c_': [],
    'no@host': [],
    '`www.code.org me@code.org`': [],
  });
  expect(await differing(documents, (document) => [...document])).toEqual([]);
});

it('line ends may be any, and cut in two', async () => {
  const text = 'a\r\nb\r\n\r\n- c\r- d\r\n';
  expect(await differing([text], (document) => [...document])).toEqual([]);
  const { stream } = {
    stream: (pieces: string[]) => page.evaluate((p) => (window as unknown as { rivulet: Rivulet }).rivulet.stream(p), pieces),
  };
  expect(await stream([text])).toBe(await stream([text.replace(/\r\n?/g, '\n')]));
});

it('random texts look the same in random pieces as in one', async () => {
  const found: (readonly string[])[] = [];
  for (let seed = 1; seed <= 400; seed++) {
    const problems = await differences(page, seed);
    if (problems.length > 0) found.push(problems);
  }
  expect(found).toEqual([]);
}, 120_000);
