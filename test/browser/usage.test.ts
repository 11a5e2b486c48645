// Usage in the footer, the tooltip, and the usage page, and what happens when a budget is used up.
import { readFileSync } from 'node:fs';
import type { Frame, Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { done, finish, hang, text, usage } from '../support/fakeServer.ts';
import { runCommand, sendQuestion, themes, webviewFrame } from '../../scripts/workbench.ts';
import { stateOf, useRivulet } from './rivulet.ts';

const rivulet = useRivulet({ settings: { 'rivulet.retry.maxAttempts': 1, 'rivulet.resume.maxResumes': 0 } });
const prices = { 'rivulet.prices': { fake: { in: 10, out: 100, cached: 1 } } };
const axe = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

const notification = (words: string): Locator => rivulet.page.locator('.notification-toast').filter({ hasText: words }).first();

async function usagePage(): Promise<Frame> {
  await runCommand(rivulet.page, 'Rivulet: Show Usage');
  return webviewFrame(rivulet.page, '.choices');
}

test('the footer and the tooltip say what an answer has cost where a price is known, and nothing where none is', async () => {
  const free = await rivulet.ask('Free', text('one'), finish(), usage(1000, 10), done());
  await expect.poll(() => stateOf(free.answer)).toBe('done');
  await rivulet.configure(prices);
  const dear = await rivulet.ask('Dear', text('one'), finish(), usage(2000, 10), done());
  await expect.poll(() => dear.answer.locator('.footer').textContent()).toContain('$0.021');
  await rivulet.page.locator('.statusbar-item[id="rivulet-dev.rivulet.rivulet.tokens"]').hover();
  const hover = rivulet.page.locator('.monaco-hover').filter({ hasText: 'Prompt' });
  await hover.waitFor();
  const said = (await hover.textContent())!.replaceAll('\u00a0', ' ');
  await rivulet.page.mouse.move(10, 300);
  expect({
    free: (await free.answer.locator('.footer').textContent())!.includes('$'),
    cost: said.includes('$0.021'),
    session: Number(/This window: ~?([\d,]+) tokens/.exec(said)?.[1]?.replaceAll(',', '')) >= 3_020,
    today: said.includes('Today: '),
  }).toEqual({
    free: false,
    cost: true,
    session: true,
    today: true,
  });
});

test('the usage page shows it by day as a chart and as a table, filtered, without a complaint of axe in three themes', async () => {
  const page = await usagePage();
  await page.getByRole('table').waitFor();
  const head = await page.getByRole('columnheader').allTextContents();
  const total = await page.locator('tfoot td').allTextContents();
  await page.getByLabel('Measure').selectOption('cost');
  await expect.poll(() => page.locator('text.scale').allTextContents()).toEqual(expect.arrayContaining([expect.stringContaining('$')]));
  await page.getByLabel('Measure').selectOption('tokens');
  await page.getByLabel('Period').selectOption('7');
  await expect.poll(() => page.locator('svg g').count()).toBe(7);
  // The second choice does not take the first one back.
  const scale = (await page.locator('text.scale').allTextContents()).filter((mark) => mark.includes('$'));
  const complaints: unknown[] = [];
  for (const theme of Object.values(themes)) {
    await rivulet.configure({ ...prices, 'workbench.colorTheme': theme });
    await page.waitForFunction(
      (kind) => document.body.className.includes(kind),
      theme.includes('Contrast') ? 'high-contrast' : theme.includes('Dark') ? 'vscode-dark' : 'vscode-light',
    );
    await page.evaluate(axe);
    complaints.push(
      ...(await page.evaluate(async () => {
        const { axe: runner } = window as unknown as {
          axe: { run(options: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        return (await runner.run({ rules: { region: { enabled: false } } })).violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
      })),
    );
    await rivulet.page.screenshot({ path: `.vscode-test/usage-${theme.replaceAll(' ', '-')}.png` });
  }
  await rivulet.configure(prices);
  expect({
    head,
    scale,
    prompt: Number(total[4]?.replaceAll(',', '')) >= 3_000,
    complaints,
    chart: await page.getByRole('img', { name: /Usage by day/ }).count(),
  }).toEqual({
    head: ['Day', 'Model', 'Workspace', 'Answers', 'Prompt', 'Cached part', 'Answer', 'Reasoning part', 'Paid again', 'Cost'],
    scale: [],
    prompt: true,
    complaints: [],
    chart: 1,
  });
});

test('counts are deleted when asked twice', async () => {
  const page = await usagePage();
  await page.getByRole('button', { name: 'Delete all' }).click();
  await rivulet.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect.poll(() => page.locator('.none').count()).toBe(1);
  await rivulet.page.keyboard.press('Control+F4');
});

test('an answer beyond its budget is stopped with its text kept, after a warning, and the budget can be changed', async () => {
  await rivulet.configure({ 'rivulet.budget.answerTokens': 40 });
  const { request, answer: shown } = await rivulet.ask('Short', text('word '.repeat(60)), hang());
  const { how } = await request.over;
  await expect.poll(() => stateOf(shown)).toBe('limit');
  await notification('The answer used its budget of 40 tokens. Its text was kept.')
    .getByRole('button', { name: 'Change Budget' })
    .waitFor();
  await notification('its budget of 40 tokens')
    .getByRole('button', { name: /Clear|Close/ })
    .first()
    .click();
  expect({ how, text: (await shown.locator('> .body').textContent())!.includes('word word') }).toEqual({ how: 'client-left', text: true });
});

test('a day whose budget is nearly used up warns, one whose budget is used up answers no more until a person says so', async () => {
  await rivulet.configure({ 'rivulet.budget.dayTokens': 100_000 });
  const near = await rivulet.ask('Near', text('much'), finish(), usage(85_000, 10), done());
  await expect.poll(() => stateOf(near.answer)).toBe('done');
  const half = await rivulet.ask('Warned', text('more'), finish(), usage(10, 10), done());
  await expect.poll(() => stateOf(half.answer)).toBe('done');
  await notification("% of today's budget of 100,000 tokens").waitFor();
  const over = await rivulet.ask('Over', text('most'), finish(), usage(20_000, 10), done());
  await expect.poll(() => stateOf(over.answer)).toBe('done');
  const before = rivulet.server.requests.length;
  await sendQuestion(rivulet.box, 'Refused?');
  await expect
    .poll(() => rivulet.articles.last().locator('.note-text').textContent())
    .toContain("Today's budget of 100,000 tokens is used up.");
  const refused = rivulet.server.requests.length - before;
  await notification("Today's budget of 100,000 tokens is used up.").getByRole('button', { name: 'Ignore Until Tomorrow' }).click();
  rivulet.server.next(text('Going on.'), finish(), done());
  await rivulet.articles
    .last()
    .getByRole('button', { name: /Try Again|Regenerate/ })
    .first()
    .click();
  await expect.poll(() => rivulet.articles.last().textContent()).toContain('Going on.');
  expect(refused).toBe(0);
});
