// A hostile answer, streamed through the real panel: it stays text, runs nothing, and sends no request.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { done, finish, text } from '../support/fakeServer.ts';
import { cut } from '../unit/webview/answers.ts';
import { stateOf, useRivulet } from './rivulet.ts';

const rivulet = useRivulet();

const vectors = JSON.parse(readFileSync(new URL('../fixtures/markdown/xss.json', import.meta.url), 'utf8')) as readonly string[];
const elements = [
  'A B BLOCKQUOTE BR BUTTON CODE COL COLGROUP DETAILS DIV EM H1 H2 H3 H4 H5 H6 HR I INPUT KBD LI',
  'MARK OL P PRE S SPAN STRONG SUB SUMMARY SUP TABLE TBODY TD TH THEAD TR U UL',
].join(' ');
const attributes =
  'class title role tabindex data-href data-code dir hidden open aria-label aria-pressed aria-hidden type disabled checked start style';
const allowed = new Set([...elements.split(' '), ...attributes.split(' ').map((name) => `@${name}`)]);

/** Every vector under a heading of its own. One that leaves a fence open is in a quote, whose end closes the fence. */
const hostile = vectors
  .map((vector, index) => `##### Vector ${index}\n\n${/^\s*(```|~~~)/m.test(vector) ? vector.replace(/^/gm, '> ') : vector}\n\n`)
  .join('');

test('no vector of the corpus runs, leaves, becomes more than text, or reaches VS Code', async () => {
  const { page, chat } = rivulet;
  const hits: string[] = [];
  await page.exposeFunction('hit', () => hits.push('hit'));
  page.on('dialog', (dialog) => hits.push(dialog.message()));
  const requests: string[] = [];
  page.context().on('request', (request) => requests.push(request.url()));
  await chat.evaluate(() => {
    const refused: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      refused.push(`${violatedDirective} ${blockedURI}`),
    );
    Object.assign(window, { refused });
  });
  const armed = await chat.evaluate(() => typeof (window as unknown as { hit?: unknown }).hit);
  const tabs = await page.locator('.editor-group-container .tab').count();
  const { answer } = await rivulet.ask('Attack', ...cut(hostile, 9, 4).map(text), finish(), done());
  await expect.poll(() => stateOf(answer), { timeout: 30_000 }).toBe('done');
  // Also the formulas, which are drawn when KaTeX has come; one of them cannot be read.
  await answer.locator('.katex-error').waitFor({ state: 'attached' });
  const seen = await answer.evaluate((article) => {
    const body = article.querySelector(':scope > .body')!;
    const found = new Set<string>();
    for (const element of body.querySelectorAll('*'))
      if (element.closest('math') === null) {
        found.add(element.tagName);
        for (const { name } of element.attributes) found.add(`@${name}`);
      } else
        for (const { name, value } of element.attributes)
          if (/^on|href|src|style|^id$/.test(name) || /evil|script:/.test(value)) found.add(`math@${name}`);
    // What leads nowhere is clicked too; what may be opened is another test's.
    const inert = [...body.querySelectorAll<HTMLElement>('a:not([data-href])')];
    for (const link of inert) link.click();
    return {
      found: [...found],
      vectors: body.querySelectorAll('h5').length,
      inert: inert.map(({ title }) => title),
      led: [...body.querySelectorAll<HTMLElement>('[data-href]')].map((link) => link.dataset['href']!),
    };
  });
  // A click that VS Code had heard of would have been followed by now: this question and its answer came after it.
  const after = await rivulet.ask('Still there?', text('Yes.'), finish(), done());
  await expect.poll(() => stateOf(after.answer)).toBe('done');
  const evil = /evil|example\.(com|org|net)|localhost|^data:|^javascript:/;
  expect({
    armed,
    enough: vectors.length > 100,
    vectors: seen.vectors,
    beyond: seen.found.filter((name) => !allowed.has(name)),
    inert: ['javascript:', 'command:', 'vscode:', 'data:', 'file:'].filter((scheme) =>
      seen.inert.some((title) => title.toLowerCase().startsWith(scheme)),
    ),
    led: seen.led.filter((href) => !/^(https?:\/\/|mailto:)/i.test(href)),
    hits,
    refused: new Set(await chat.evaluate(() => (window as unknown as { refused: string[] }).refused)),
    requests: requests.filter((url) => evil.test(url)),
    dialogs: await page.locator('.monaco-dialog-box').count(),
    opened: (await page.locator('.editor-group-container .tab').count()) - tabs,
  }).toEqual({
    armed: 'function',
    enough: true,
    vectors: vectors.length,
    beyond: [],
    inert: ['javascript:', 'command:', 'vscode:', 'data:', 'file:'],
    led: [],
    hits: [],
    // The colour that KaTeX gives to what it cannot read; a style of ours takes its place.
    refused: new Set(['style-src-attr inline']),
    requests: [],
    dialogs: 0,
    opened: 0,
  });
});

test('a link asks VS Code to open it, by mouse and by keyboard, and VS Code asks the person; a command in a link is no link', async () => {
  const { page } = rivulet;
  const words =
    '[the guide](https://example.com/guide), [a trap](command:workbench.action.files.newUntitledFile), ' +
    '![a plan](https://example.com/plan.png)';
  const { answer } = await rivulet.ask('Where?', text(words), finish(), done());
  await expect.poll(() => stateOf(answer)).toBe('done');
  const links = await answer.getByRole('link').allTextContents();
  await answer.getByText('a trap').click();
  await answer.getByRole('link', { name: 'the guide' }).click();
  const first = await refuse();
  await answer.getByRole('link', { name: 'Image: a plan' }).press('Enter');
  const second = await refuse();
  expect({ links, first, second, tabs: await page.locator('.editor-group-container .tab').count() }).toEqual({
    links: ['the guide', 'Image: a plan'],
    first: expect.stringContaining('https://example.com/guide'),
    second: expect.stringContaining('https://example.com/plan.png'),
    tabs: 0,
  });
});

/** Says no to VS Code's question whether to open a website, and tells what it asked. */
async function refuse(): Promise<string | null> {
  const dialog = rivulet.page.getByRole('dialog').filter({ hasText: 'external website' });
  await dialog.waitFor();
  const asked = await dialog.textContent();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  return asked;
}
