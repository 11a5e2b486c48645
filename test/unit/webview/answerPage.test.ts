// How answers look in the page itself, with its styles: directions, tables, wide formulas, long lines, and what is copied.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { done, message, panelScene, question, type Panel } from './panel.ts';

let panel: Panel;
let page: Page;
const { show: open, sent: said } = panelScene((opened) => {
  panel = opened;
  ({ page } = opened);
});

const show = async (text: string, asked = 'Hello'): Promise<void> => {
  await open(question('u', asked), message({ id: 'a', text, status: done }));
  await page.locator('article.assistant .body > *').first().waitFor();
};

it('each block has the direction of its words, and code, formulas and marks stay where they belong', async () => {
  await show(
    [
      '2. الخطوة الثانية (مهم!).',
      '',
      '- בדיקה: האם זה עובד?',
      '- In English.',
      '',
      '> اقتباس.',
      '',
      '## عنوان',
      '',
      'شغّل `npm start` ثم $x^2$.',
      '',
      '| العمود | الثاني |\n|---|---|\n| قيمة | ثانية |',
      '',
      '```js\nlet a;\n```',
      '',
      'Plain words.',
    ].join('\n'),
    'مرحبا (أولا).',
  );
  const direction = (selector: string): Promise<string[]> =>
    page.locator(`article ${selector}`).evaluateAll((all) => all.map((element) => getComputedStyle(element).direction));
  const marks = await page.locator('article.assistant li').evaluateAll((items) =>
    items.map((item) => {
      const list = item.parentElement!.getBoundingClientRect();
      const box = item.getBoundingClientRect();
      return { left: Math.round(box.left - list.left) > 0, right: Math.round(list.right - box.right) > 0 };
    }),
  );
  const columns = await page.locator('article th').evaluateAll((all) => all.map((cell) => cell.getBoundingClientRect().left));
  expect({
    items: await direction('li'),
    marks,
    quote: await direction('blockquote'),
    border: await page.locator('blockquote').evaluate((quote) => getComputedStyle(quote).borderRightWidth),
    heading: await direction('h2'),
    code: [...(await direction('p code')), ...(await direction('pre'))],
    formula: await direction('.math'),
    cells: await direction('td'),
    firstColumnIsRight: columns[0]! > columns[1]!,
    last: (await direction('.body > p')).at(-1),
    question: await direction('.body[dir=auto]'),
    box: await page.locator('textarea').getAttribute('dir'),
  }).toEqual({
    items: ['rtl', 'rtl', 'ltr'],
    marks: [
      { left: false, right: true },
      { left: false, right: true },
      { left: true, right: false },
    ],
    quote: ['rtl'],
    border: '3px',
    heading: ['rtl'],
    code: ['ltr', 'ltr'],
    formula: ['ltr'],
    cells: ['rtl', 'rtl'],
    firstColumnIsRight: true,
    last: 'ltr',
    question: ['rtl'],
    box: 'auto',
  });
});

it.each([300, 460])('a table keeps its words whole at %i px and scrolls sideways instead', async (width) => {
  await page.setViewportSize({ width, height: 800 });
  const rows = Array.from({ length: 12 }, (_, row) => `| ${row} | ${'O(n log n)'.slice(0, 4 + row)} | word |`);
  const late = '| 12 | extraordinarily_long_identifier | worst |';
  await show(
    ['| Case | Complexity in the worst case | Remarks | Implementation |', '|---|---|---|---|', ...rows, late]
      .join('\n')
      .replaceAll('| word', '| remarkable words | counterintuitive'),
  );
  const broken = await page.locator('article .table').evaluate((table) => {
    const found: string[] = [];
    const walker = document.createTreeWalker(table, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      for (const { 0: word, index } of (node as Text).data.matchAll(/\S+/g)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        const cell = node.parentElement!.closest('td, th')!.getBoundingClientRect();
        const box = range.getBoundingClientRect();
        if (range.getClientRects().length > 1 || box.right > cell.right + 0.5 || box.left < cell.left - 0.5) found.push(word);
      }
    return { found, fits: table.scrollWidth >= table.clientWidth, page: document.documentElement.scrollWidth <= innerWidth };
  });
  expect(broken).toEqual({ found: [], fits: true, page: true });
});

it('the name of a function stands apart from what is around it, as in TeX, but not from its brackets', async () => {
  const formulas = ['n \\log n', '\\log(n)', '2\\log_2 n', '(a)\\sin x', '\\log\\log n', 'x + \\max\\{a\\}'];
  await show(formulas.map((formula) => `$${formula}$`).join('\n\n'));
  await expect.poll(() => page.locator('article math').count()).toBe(6);
  const gaps = await page
    .locator('article math')
    .evaluateAll((all) =>
      all.map((math) =>
        [...math.querySelectorAll('mspace')].map((space) => [
          space.previousElementSibling?.textContent.replace('\u2061', ''),
          Math.round((space.getBoundingClientRect().width / Number.parseFloat(getComputedStyle(space).fontSize)) * 100) / 100,
          space.nextElementSibling?.textContent.replace('\u2061', ''),
        ]),
      ),
    );
  const thin = (before: string, after: string): readonly unknown[] => [before, 0.17, after];
  expect(gaps).toEqual([
    [thin('n', 'log'), thin('', 'n')],
    [],
    [thin('2', 'log2'), thin('log2', 'n')],
    [thin(')', 'sin'), thin('', 'x')],
    [thin('', 'log'), thin('', 'n')],
    [],
  ]);
});

it('a long formula in running text scrolls inside the panel', async () => {
  const sum = Array.from({ length: 30 }, (_, index) => `a_{${index}}`).join(' + ');
  await show(`Inline $${sum}$ here.\n\n- In an item $${sum}$ too.\n- Short: $x$.\n\n> $${sum}$`);
  await expect.poll(() => page.locator('article math').count()).toBe(4);
  const seen = await page.locator('article .math').evaluateAll((all) =>
    all.map((element) => {
      const { right } = element.getBoundingClientRect();
      element.scrollLeft = 1e6;
      return { inside: right <= innerWidth, scrolls: element.scrollLeft > 0, reachable: (element as HTMLElement).tabIndex === 0 };
    }),
  );
  const wide = { inside: true, scrolls: true, reachable: true };
  expect(seen).toEqual([wide, wide, { inside: true, scrolls: false, reachable: false }, wide]);
});

it('no character is cut in half in a long line of code, streamed or not', async () => {
  const lines = [
    `${'x'.repeat(1999)}😀${'y'.repeat(50)}😀`,
    `x${'😀'.repeat(1200)}`,
    `${'x'.repeat(1998)}👨‍👩‍👧${'e\u0301'.repeat(2000)}`,
    `${'x'.repeat(1999)}🇩🇪${'🇫🇷'.repeat(600)}`,
  ];
  const text = `\`\`\`\n${lines.join('\n')}\n\`\`\``;
  const whole = (): Promise<unknown> =>
    page.locator('article .line').evaluateAll((all) => {
      const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
      const count = (given: string): number => [...characters.segment(given)].length;
      // A long line is several rows; the last one holds its line end.
      const found: { text: string; halves: number }[] = [];
      let rows: string[] = [];
      for (const row of all) {
        rows.push(row.textContent);
        if (!row.textContent.endsWith('\n')) continue;
        const line = rows.join('');
        found.push({ text: line, halves: rows.reduce((sum, each) => sum + count(each), 0) - count(line) });
        rows = [];
      }
      return found;
    });
  await show(text);
  const once = await whole();
  await open(message({ id: 'a' }));
  await panel.stream('a', text.match(/[^]{1,97}/g)!);
  const expected = lines.map((line) => ({ text: `${line}\n`, halves: 0 }));
  expect({ once, streamed: await whole() }).toEqual({ once: expected, streamed: expected });
});

it('copied code ends with its last character, and a new file keeps its line end', async () => {
  await show('```bash\nrm -rf build\n```\n\n```bash\na\n\n\n```');
  for (const name of ['Copy code', 'New file from code'])
    for (const index of [0, 1])
      await page
        .getByRole('button', { name, exact: true })
        .nth(index === 0 || name !== 'Copy code' ? index : 0)
        .click();
  expect((await said('code')).map(({ use, code }) => ({ use, code }))).toEqual([
    { use: 'copy', code: 'rm -rf build' },
    { use: 'copy', code: 'a' },
    { use: 'newFile', code: 'rm -rf build\n' },
    { use: 'newFile', code: 'a\n\n\n' },
  ]);
});

it('a name of a file becomes a link when the host has found it, and opens by mouse and by key', async () => {
  await show('See [the app](src/app.ts:12), `greeting.py` and `missing.py`.');
  await expect.poll(() => said('findFiles')).toHaveLength(1);
  const [{ request, names }] = (await said('findFiles')) as unknown as [{ request: number; names: readonly string[] }];
  await panel.tell({ type: 'filesFound', request, found: names.map((name) => name !== 'missing.py') });
  await page.getByRole('link', { name: 'the app' }).click();
  await page.getByRole('link', { name: 'greeting.py' }).press('Enter');
  await page.getByText('missing.py').click();
  expect({ names, opened: (await said('openFile')).map(({ name }) => name), links: await page.getByRole('link').count() }).toEqual({
    names: ['src/app.ts:12', 'greeting.py', 'missing.py'],
    opened: ['src/app.ts:12', 'greeting.py'],
    links: 2,
  });
});
