// A part of an answer: selected, asked about, and copied; and long questions that fold.
import type { Page } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { done, message, panelScene, question, type Panel } from './panel.ts';

// A busy machine draws slowly.
vi.setConfig({ testTimeout: 60_000 });

let panel: Panel;
let page: Page;
const { show, role, sent } = panelScene((opened) => {
  panel = opened;
  ({ page } = opened);
});

/** Selects everything in the first element that matches, or from one to another. */
const select = (from: string, to = from) =>
  page.evaluate(
    ([first, last]) => {
      const range = document.createRange();
      range.setStartBefore(document.querySelector(first!)!.firstChild!);
      const end = document.querySelector(last!)!;
      range.setEndAfter(end.lastChild!);
      const selection = getSelection()!;
      selection.removeAllRanges();
      selection.addRange(range);
    },
    [from, to],
  );
const copied = async () => (await sent('copy')).map(({ text }) => text);

const text = [
  '# Title',
  'Some **bold**, *leaning*, ~~gone~~ and `code`; [a link](https://example.com/), $x_1^2$.',
  '- one\n- [x] two\n\n1. first\n2. second',
  '> quoted\n> twice',
  '```js\nlet a = `b`;\n\n  c();\n```',
  '| a | b |\n| --- | --- |\n| 1 \\| 2 | `x` |',
].join('\n\n');

it('copies a selection as Markdown that draws the same again, and as plain text', async () => {
  await show(message({ id: 'a', text, status: done }));
  await page.locator('math').waitFor({ state: 'attached' });
  const whole = '.assistant > .body';
  const drawn = () => page.locator(whole).evaluate((body: HTMLElement) => body.textContent);
  const first = await drawn();
  await select(whole);
  await role('button', 'Copy as Markdown').first().click();
  await expect.poll(copied).toHaveLength(1);
  const [markdown] = (await copied()) as [string];
  await show(message({ id: 'a', text: markdown, status: done }));
  await page.locator('math').waitFor({ state: 'attached' });
  expect({
    again: await drawn(),
    marks: ['# Title', '**bold**', '~~gone~~', '`code`', '$x_1^2$', '[x]', '> quoted', '```js', '| 1 \\| 2 |'].filter(
      (mark) => !markdown.includes(mark),
    ),
  }).toEqual({ again: first, marks: [] });
  await select('.body h1');
  await page.getByRole('toolbar', { name: 'Selected text' }).getByRole('button', { name: 'Copy as Plain Text' }).click();
  expect(await copied()).toEqual(['Title']);
});

it('quotes a selection in the next question, code as code', async () => {
  await show(message({ id: 'a', text, status: done }));
  await select('.body blockquote p');
  await role('button', 'Ask about this').click();
  const box = role('textbox', 'Message');
  await expect.poll(() => box.inputValue()).toBe('> quoted\n> twice\n\n');
  await box.fill('');
  await select('.line:nth-of-type(1)', '.line:nth-of-type(3)');
  await role('button', 'Ask about this').click();
  await expect.poll(() => box.inputValue()).toBe('> ```js\n> let a = `b`;\n>\n>   c();\n> ```\n\n');
  expect({
    focused: await page.evaluate(() => document.activeElement?.tagName),
    bar: await page.getByRole('toolbar', { name: 'Selected text' }).isVisible(),
  }).toEqual({ focused: 'TEXTAREA', bar: false });
});

it('offers nothing for a selection in the box or over several messages, and Escape only closes the bar', async () => {
  await show(question('u', 'Why?'), message({ id: 'a', text: 'Because.' }));
  const bar = page.getByRole('toolbar', { name: 'Selected text' });
  await select('.user > .body', '.assistant > .body');
  const over = await bar.isVisible();
  await select('.assistant > .body');
  await bar.waitFor();
  await bar.getByRole('button').first().focus();
  await page.keyboard.press('Escape');
  expect({ over, after: await bar.isVisible(), stops: await sent('stop') }).toEqual({ over: false, after: false, stops: [] });
});

it('a selection by mouse over whole messages holds what was written, and no label of a button', async () => {
  const status = {
    state: 'error' as const,
    note: { text: 'It failed.', actions: [{ label: 'Show log', command: 'showLog' as const }] },
    footer: '9 tokens',
  };
  await show(question('u', 'Why?'), message({ id: 'a', text: 'Because:\n\n```js\nlet a;\n```\n', status }), question('v', 'And?'));
  const from = (await page.getByText('Why?').boundingBox())!;
  const to = (await page.getByText('And?').boundingBox())!;
  await page.mouse.move(from.x + 1, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width - 1, to.y + to.height / 2, { steps: 5 });
  await page.mouse.up();
  const selected = await page.evaluate(() => String(getSelection()));
  expect(selected.split(/\s*\n\s*/)).toEqual(['Why?', 'demo/tour', 'Because:', 'let a;', 'It failed.', 'You', 'And?']);
});

it('folds a long question, and find opens it', async () => {
  const long = Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\n');
  await show(question('u', long), question('v', 'short'));
  const height = () =>
    page
      .locator('.user > .body')
      .first()
      .evaluate((body) => Math.round(body.getBoundingClientRect().height / 20));
  const seen: unknown[] = [await height(), await page.locator('.fold').count()];
  await role('button', 'Show all').click();
  seen.push((await height()) > 30, await role('button', 'Show less').getAttribute('aria-expanded'));
  await role('button', 'Show less').click();
  await panel.tell({ type: 'openFind' });
  await page.getByRole('search').getByRole('textbox').fill('line 39');
  await role('button', 'Show less').waitFor();
  expect(seen).toEqual([expect.any(Number), 1, true, 'true']);
  expect(seen[0]).toBeLessThan(14);
});

it('opens answers side by side in the editor, and compares two answers word by word', async () => {
  const compared = ['red', 'green'].map((name) => message({ id: name, author: name, text: `I am ${name}.`, compared: true, status: done }));
  await show(question('u', 'Who?'), ...compared);
  await role('button', 'Open Side by Side in Editor').click();
  await role('button', 'More actions').first().click();
  await page.getByRole('menuitem', { name: 'Compare Word by Word' }).click();
  expect((await panel.said()).slice(1)).toEqual([{ type: 'sideBySide' }, { type: 'compareWords', message: 'red' }]);
});
