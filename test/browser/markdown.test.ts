// Markdown in the panel of the real window, found as a screen reader finds it; what is settled is not touched while more comes.
import type { Locator } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { answer as written } from '../unit/webview/answers.ts';
import { pouring } from './pouring.ts';
import { stateOf, useRivulet } from './rivulet.ts';

const rivulet = useRivulet();
beforeEach(() => rivulet.newChat());

const rich = `## Rivers

Water finds **its way**, ~~mostly~~ *always*: \`flow()\`, see [the map](https://example.com/map) and ![the \
delta](https://example.com/delta.png).

1. Spring
   - left bank
   - right bank
2. Mouth

- [x] measured
- [ ] named

| River | km |
| --- | ---: |
| Rhine | 1233 |
| Elbe | 1094 |

> Still waters
> run deep.

The fall is $\\Delta h = v^2$.

\`\`\`mermaid
graph TD
  Spring --> Mouth
\`\`\`

\`\`\`text
${'a long line '.repeat(30)}
\`\`\`

`;

/** What an answer consists of, by role and name. */
async function outline(answer: Locator): Promise<unknown> {
  const texts = async (role: Parameters<Locator['getByRole']>[0]): Promise<string[]> =>
    (await answer.getByRole(role).allTextContents()).map((each) => each.trim());
  return {
    headings: await answer.getByRole('heading', { level: 2 }).allTextContents(),
    strong: await texts('strong'),
    emphasis: await texts('emphasis'),
    struck: await answer.locator('s').allTextContents(),
    links: await texts('link'),
    lists: await answer.getByRole('list').count(),
    nested: await answer.getByRole('listitem').filter({ hasText: 'Spring' }).getByRole('listitem').allTextContents(),
    tasks: await answer.getByRole('checkbox').evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).checked)),
    columns: await texts('columnheader'),
    cells: await texts('cell'),
    quote: (await texts('blockquote')).map((quote) => quote.split(/\s+/).join(' ')),
    formulas: await answer.getByRole('math').count(),
    diagrams: await answer.getByRole('button', { name: 'Show diagram' }).count(),
    pictures: await answer.locator('img').count(),
  };
}

test('each kind of block and of text is what it is to a screen reader, and no picture is fetched', async () => {
  const requests: string[] = [];
  rivulet.page.context().on('request', (request) => requests.push(request.url()));
  const flow = pouring();
  const { answer } = await rivulet.ask('Rivers', flow.script);
  flow.pour(rich);
  flow.end();
  await expect.poll(() => stateOf(answer)).toBe('done');
  await answer.getByRole('math').waitFor({ state: 'attached' });
  expect({ ...((await outline(answer)) as object), fetched: requests.filter((url) => url.includes('example.com')) }).toEqual({
    headings: ['Rivers'],
    strong: ['its way'],
    emphasis: ['always'],
    struck: ['mostly'],
    links: ['the map', 'Image: the delta'],
    lists: 3,
    nested: ['left bank', 'right bank'],
    tasks: [true, false],
    columns: ['River', 'km'],
    cells: ['Rhine', '1233', 'Elbe', '1094'],
    quote: ['Still waters run deep.'],
    formulas: 1,
    diagrams: 1,
    pictures: 0,
    fetched: [],
  });
});

test('what is settled stays the same element, with its selection, focus and inner scroll, while the rest comes', async () => {
  const flow = pouring();
  const { answer } = await rivulet.ask('More rivers', flow.script);
  flow.pour(`${rich}The first part ends.\n\n`);
  await answer.getByText('The first part ends.').waitFor();
  await answer.getByRole('math').waitFor({ state: 'attached' });
  const body = await answer.locator('> .body').elementHandle();
  // Everything that later words cannot change, which is all but the last paragraph.
  const kept = await body!.evaluateHandle((element) => {
    const code = [...element.querySelectorAll('pre')].at(-1)!;
    code.scrollLeft = 90;
    code.focus({ preventScroll: true });
    getSelection()!.selectAllChildren(element.querySelector('strong')!);
    const blocks = [...element.children].slice(0, -1);
    const touched: string[] = [];
    const observer = new MutationObserver((changes) => touched.push(...changes.map(({ type }) => type)));
    for (const block of blocks) observer.observe(block, { subtree: true, childList: true, characterData: true, attributes: true });
    return { code, elements: blocks.flatMap((block) => [block, ...block.querySelectorAll('*')]), touched };
  });
  flow.pour(`${written('mixed', 6_000, 7)}\n\nThe second part ends.`);
  flow.end();
  await expect.poll(() => stateOf(answer)).toBe('done');
  const seen = await kept.evaluate(({ code, elements, touched }) => ({
    enough: elements.length > 60,
    gone: elements.filter((element) => !element.isConnected).length,
    touched,
    scrolled: code.scrollLeft,
    focused: document.activeElement === code,
    selected: String(getSelection()),
  }));
  expect(seen).toEqual({ enough: true, gone: 0, touched: [], scrolled: 90, focused: true, selected: 'its way' });
});

test('a file that an answer names opens at its line, and nothing outside of the workspace does', async () => {
  const { page } = rivulet;
  // Not the file that other tests write into, in the same window.
  const flow = pouring();
  const { answer } = await rivulet.ask('Where is it?', flow.script);
  flow.pour('See [the notes](README.md#L2), `README.md:1`, [a way out](../../../../../etc/passwd), `/etc/passwd` and [none](none.py).\n\n');
  flow.end();
  await expect.poll(() => stateOf(answer)).toBe('done');
  await expect.poll(() => answer.getByRole('link').allTextContents()).toEqual(['the notes', 'README.md:1']);
  await answer.getByText('a way out').click();
  await answer.getByRole('link', { name: 'the notes' }).click();
  await page.locator('.editor-group-container .tab.active', { hasText: 'README.md' }).waitFor();
  await expect.poll(() => page.locator('.statusbar-item[id="status.editor.selection"]').innerText()).toMatch(/Ln 2, Col 1/);
  expect(await page.locator('.editor-group-container .tab').allTextContents()).toEqual([expect.stringContaining('README.md')]);
});
