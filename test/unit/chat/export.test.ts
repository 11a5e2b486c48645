// Exported sections close what they opened. markdown-it and an HTML parser determine what a reader sees, not our own rules.
import fc from 'fast-check';
import markdownIt from 'markdown-it';
import { marked } from 'marked';
import { parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { exportedTo } from '../../../src/node/disk/conversationJobs.ts';
import { toJson, toMarkdown } from '../../support/exported.ts';
import { pictureNamed, said, scene, settle } from './handWritten.ts';

const words = {
  you: 'You',
  untitled: 'Untitled',
  reasoning: 'Reasoning',
  lostAttempt: 'Interrupted attempt',
  sources: 'Sources',
  label: (model: string) => model,
  ending: () => 'Stopped by you.',
};

async function exported(question: string, answer: string, reasoning = '', title = 'A title'): Promise<string> {
  const { conversation, streams } = scene();
  conversation.rename(title);
  for (const text of [question, 'The last question']) {
    void conversation.ask(said(text), 'test/model');
    await settle();
    if (reasoning !== '') streams.at(-1)!.think(reasoning);
    streams.at(-1)!.write(text === question ? answer : 'The last answer.');
    streams.at(-1)!.finish('cancelled');
    await settle();
  }
  return toMarkdown(conversation, words);
}

interface HtmlNode {
  readonly nodeName: string;
  readonly value?: string;
  readonly childNodes?: readonly HtmlNode[];
}

const textOf = (node: HtmlNode): string => node.value ?? (node.childNodes ?? []).map(textOf).join('');
const all = (node: HtmlNode): readonly HtmlNode[] => [node, ...(node.childNodes ?? []).flatMap(all)];

/** The document as a browser would show it: its outermost headings and quotes, and every heading anywhere. */
function outline(markdown: string): { readonly outer: readonly string[]; readonly headings: readonly string[]; readonly text: string } {
  const html = parse(markdownIt({ html: true }).render(markdown)) as unknown as HtmlNode;
  const body = all(html).find(({ nodeName }) => nodeName === 'body')!;
  const outer = body.childNodes!.filter(({ nodeName }) => /^h[1-6]$|^blockquote$/.test(nodeName));
  const headings = all(body).filter(({ nodeName }) => /^h[1-6]$/.test(nodeName));
  const own = outer.map(textOf).map((text) => text.trim());
  return { outer: own.filter((text) => right.includes(text)), headings: headings.map(textOf), text: textOf(body) };
}

const right = ['A title', 'You', 'test/model', 'Stopped by you.', 'You', 'test/model', 'Stopped by you.'];
const open = [
  '```\nconst a = 1;',
  '````md\n```js\nx\n```',
  '~~~\ncode\n```',
  '   ```\n   indented',
  '```',
  '```\n```\n```',
  '> ```\n> quoted',
  '- ```\n  item',
  '1. one\n\n   ```js\n   item\n   ```\n\n2. two\n   ~~~\n   open',
  '- ```\n  whole\n  ```',
  '<!-- a comment',
  '<!-- a comment\n```\nx',
  '<details><summary>More</summary>\n\nHidden',
  '<div class="x',
  '<div>\n<b>bold',
  '<script>',
  '<pre>\n\ntext',
  '<textarea>\n\ntext',
  '<style>\n* {',
  '<?php',
  '<![CDATA[ x',
  '<!DOCTYPE',
  '<table><tr><td>cell',
  '<a href="x">link',
  '<svg><title>',
  'Vec<String> and a<b',
  '`<div>` is code, `<div',
  '$$\nx = 1',
  '$$ x = 1 $$\n\n$$\n\\frac',
  '| a |\n| --- |\n| b',
  '[ref]: <x',
  '*emphasis',
  '**bold `code',
  'text\n',
  '    indented code',
  '\\<div>',
  '<p>',
  '<!---->',
  '<details>\n\n```html\n</details>',
  '<DETAILS>\n\ntext',
  '- <select>',
  '> <object>',
  '1. Use a\n   <marquee>',
  '| a | b |\n| - | - |\n| <template> | x |',
  '<pre><select></pre>',
  '<option>',
  '<li>one',
  '<dl><dt>one',
  '<!x\n<style>',
  'a\r~~~\rb',
  '~~~\u2028x',
  '<body><dl></body>',
  '<a href="x"=\n> <b>',
];

describe('a section', () => {
  it.each(open)('closes what an answer left open: %j', async (text) => {
    expect(outline(await exported('Explain', text)).outer).toEqual(right);
  });

  it.each(open)('closes what a question left open: %j', async (text) => {
    expect(outline(await exported(text, 'An answer')).outer).toEqual(right);
  });

  it.each(open)('closes what the reasoning left open: %j', async (text) => {
    const { outer, text: shown } = outline(await exported('Explain', 'An answer', text));
    expect([outer, shown.includes('The last answer.')]).toEqual([right, true]);
  });

  it('is closed whatever texts are made of', async () => {
    const parts = [
      '```',
      '````',
      '~~~',
      '\n',
      '\n\n',
      '> ',
      '- ',
      '1. ',
      '  ',
      '    ',
      'text',
      '`',
      '<div>',
      '</div>',
      '<!--',
      '-->',
      '<b',
      '>',
      '"',
      '<pre>',
      '</pre>',
      '<details>',
      '# ',
      '\n---\n',
      '\\',
      '<script>',
      '</script>',
      '<p>',
      '$',
      '[',
      '](',
    ];
    const text = fc.array(fc.constantFrom(...parts), { maxLength: 12 }).map((some) => `a${some.join('')}`);
    await fc.assert(
      fc.asyncProperty(text, text, async (question, answer) => {
        expect(outline(await exported(question, answer)).outer).toEqual(right);
      }),
      { seed: 9, numRuns: 3_000 },
    );
  });
});

describe('a question', () => {
  it.each([
    '# A heading',
    '###### Six',
    'Text\n===',
    'Text\n---',
    '> # Quoted',
    '- # In an item',
    '> Text\n> ---',
    '#',
    '## You',
    'a\n  ==  ',
  ])('has no heading of the document: %j', async (text) => {
    const { headings, text: shown } = outline(await exported(text, 'An answer'));
    expect([headings, shown.includes(text.replaceAll(/[>\s-]*\n.*|^[>\s-]*/g, '').trim())]).toEqual([
      right.filter((one) => one !== 'Stopped by you.'),
      true,
    ]);
  });

  it('keeps its code, and shows its tags as they were typed', async () => {
    const text = 'Why does `<b>` do this?\n\n```html\n# <b>\n```\nAnd <b>this</b>?';
    expect((await exported(text, 'An answer')).split('\n').slice(4, 11)).toEqual([
      'Why does `<b>` do this?',
      '',
      '```html',
      '# <b>',
      '```',
      'And &lt;b>this&lt;/b>?',
      '',
    ]);
  });
});

it('leaves what is whole as it was written', async () => {
  const answer =
    '# A heading\n\n<details><summary>x</summary>\n\n- one\n- `two <b`\n\n</details>\n\n```js\nif (a < b) {}\n```\n\nDone, a < b & c.';
  expect(await exported('Two and two?', answer)).toContain(`## You\n\nTwo and two?\n\n## test/model\n\n${answer}\n\n> Stopped by you.`);
});

it('leads each footnote and link to what its own section says', async () => {
  const answer = (site: string): string =>
    `See [the docs][1], [1](see [1]), [docs][], \`[1]\` and the note[^n].\n\n\`\`\`\n[1]: x\n\`\`\`\n\n` +
    `[1]: https://${site}.example/\n[docs]: <https://${site}.example/docs> "Docs"\n[^n]: Of ${site}.\n`;
  const { conversation, streams } = scene();
  for (const text of ['First?', 'Second, as in [1]?']) {
    void conversation.ask(said(text), 'test/model');
    await settle();
    streams.at(-1)!.write(answer(text.slice(0, 5).toLowerCase()));
    streams.at(-1)!.finish('stop');
    await settle();
  }
  const written = toMarkdown(conversation, words);
  const html = marked.parse(written, { async: false });
  expect([...html.matchAll(/href="(https[^"]*)"/g)].map(([, address]) => address)).toEqual(
    ['first', 'secon'].flatMap((site) => ['', '', '', 'docs'].map((path) => `https://${site}.example/${path}`)),
  );
  const footnotes = ['first', 'secon'].map((site) => new RegExp(String.raw`note(\[\^\S+\])\.[^]*\n\1: Of ${site}\.`).exec(written)?.[1]);
  expect([new Set(footnotes).size, footnotes.includes(undefined), html.split('<code>[1]</code>').length]).toEqual([2, false, 3]);
});

it('shows tags without an end, and what no browser shows, as they were written', async () => {
  const answer = '- Use <select> for it.\n\nThen `<?php` as in <?php echo 1 ?>.\n\n<ul><li>one<li>two</ul>';
  const { text } = outline(await exported('Explain', answer));
  expect([text.includes('Use <select> for it.'), text.includes('as in <?php echo 1 ?>.'), text.includes('onetwo')]).toEqual([
    true,
    true,
    true,
  ]);
});

it.each(['A <b>', '# A', '*a* _b_ `c` [d](e)', 'C #', 'snake_case_name & &amp; <!--', '$x$ | y ~~z~~', '1. a'])(
  'has the title as it was written: %j',
  async (title) => {
    expect(outline(await exported('Explain', 'An answer', '', title)).headings[0]).toBe(title);
  },
);

// Each of them was once read again from every place at which something may begin: a minute for a hundred thousand characters.
it.each([
  '<!--',
  '<!--\n',
  '<!--\n\n',
  '<?\n',
  '<![CDATA[ ',
  '<!a',
  '<!a\n',
  '<script>\n',
  '<pre>',
  '<pre>\n\n',
  '<b></c>',
  '<a b="',
  '> <b\n>\n',
  '```\n',
  '`a\n',
])('a long text of %j is exported in time that grows with their length only', async (piece) => {
  const answer = piece.repeat(600_000 / piece.length);
  expect((await exported('Why?', answer)).length).toBeGreaterThan(590_000);
});

it('many elements that never end are closed in time that grows with their number only', async () => {
  const answer = Array.from({ length: 50_000 }, (_, index) => `<div><x${index}>`).join('');
  const written = await exported('Why?', answer);
  // Labels that look like definitions, and that many definitions share.
  const labels = `${'[a]:'.repeat(50_000)}\n\n${Array.from({ length: 20_000 }, (_, index) => `[l${index}]: x\n`).join('')}`;
  expect((await exported(labels, labels)).split('-2]: x').length - 1).toBe(20_000);
  // Each tag reaches into the next.
  const chain = Array.from({ length: 20_000 }, (_, index) => `<y${index} b=" c>`).join('');
  expect((await exported('Why?', chain)).split('&lt;y').length - 1).toBe(20_000);
  expect([written.split('</div>').length - 1, written.split('&lt;x').length - 1]).toEqual([50_000, 50_000]);
});

it('is written on a worker thread as it would be here, also while an answer runs', async () => {
  const { conversation, streams } = scene();
  conversation.rename('Both');
  for (const text of ['One?', 'Two?']) {
    void conversation.ask({ ...said(text), pictures: [pictureNamed('p.png')] }, 'test/model');
    await settle();
    streams.at(-1)!.think('Hm.');
    streams.at(-1)!.write(`An answer <b>with ${text}\n\n${'```\n'.repeat(3)}`);
    if (text === 'One?') streams.at(-1)!.finish('cancelled');
    await settle();
  }
  const pictures = new Map([['p.png', new Uint8Array([1, 2, 3])]]);
  const own = { ...words, label: (model: string) => `The model ${model}` };
  const worker = new URL('../../../src/node/disk/conversationWorker.ts', import.meta.url);
  const [markdown, json] = await Promise.all(
    (['markdown', 'json'] as const).map(async (format) =>
      new TextDecoder().decode(await exportedTo(worker, format, conversation, own, pictures)),
    ),
  );
  expect([markdown, json]).toEqual([toMarkdown(conversation, own, pictures), toJson(conversation, pictures)]);
});
