// The page in a real browser, found by role and name as a person or a screen reader finds it: what test/browser
// does not show in VS Code's window.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import type { PageChange, PageMessage, Status } from '../../../src/core/chat/page/protocol.ts';
import { answer, cut } from './answers.ts';
import { done, message, panelScene, question, themes, wear, type Panel } from './panel.ts';

// A busy machine draws slowly.
vi.setConfig({ testTimeout: 60_000 });

let panel: Panel;
let page: Page;
const {
  show,
  role,
  sent: later,
  frame,
} = panelScene((opened) => {
  panel = opened;
  ({ page } = opened);
});

async function status(next: Status): Promise<void> {
  await frame({ type: 'status', message: 'a', status: next });
}

describe('a conversation', () => {
  it('is a log of named articles with their state', async () => {
    await show(
      message({ id: 'u', role: 'user', author: 'You', text: '*as typed*', status: done }),
      message({ id: 'a', text: 'Hello **you**' }),
    );
    expect(await role('log', 'Conversation').getAttribute('aria-live')).toBe('off');
    expect(await role('article', 'You').innerText()).toContain('*as typed*');
    expect(await role('article', 'demo/tour').getAttribute('data-state')).toBe('streaming');
    expect(await role('article', 'demo/tour').locator('strong').innerText()).toBe('you');
    await status(done);
    await page.locator('[data-state=done]').nth(1).waitFor();
  });

  it('takes the rest of a long history after its beginning, in order, at the end of it, and announces none of it', async () => {
    const rows = Array.from({ length: 40 }, (_, index) => message({ id: `a${index}`, text: `Answer ${index}`, status: done }));
    await show(...rows.slice(0, 10));
    await panel.tell({ type: 'rows', messages: rows.slice(10, 30) });
    await panel.tell({ type: 'rows', messages: rows.slice(30) });
    const texts = () => page.locator('article').evaluateAll((all) => all.map((one) => /Answer \d+/.exec(one.textContent)?.[0]));
    await expect.poll(texts).toEqual(rows.map(({ text }) => text));
    const fromEnd = () => page.locator('.transcript').evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop);
    await expect.poll(fromEnd).toBeLessThan(2);
    expect(await page.getByRole('status').innerText()).toBe('');
  });

  it('shows the parts of a long answer that has ended as one, and announces none of it', async () => {
    await show(message({ id: 'a', text: 'One **two', reasoning: 'Wh', status: done, partial: true }));
    await frame(
      { type: 'append', message: 'a', part: 'reasoning', at: 2, text: 'y' },
      { type: 'append', message: 'a', part: 'text', at: 9, text: ' three**.\n\nFour.' },
      { type: 'status', message: 'a', status: done },
    );
    const article = role('article', 'demo/tour');
    await expect.poll(() => article.locator('.body strong').allInnerTexts()).toEqual(['two three']);
    expect([await article.getAttribute('data-state'), await article.locator('p').last().innerText()]).toEqual(['done', 'Four.']);
    expect(await page.locator('.unseen[aria-live]').allInnerTexts()).toEqual(['', '']);
  });

  it('offers prompts while it is empty', async () => {
    await show();
    await role('button', 'Write a test').click();
    expect(await later('send')).toEqual([{ type: 'send', text: 'Write a test' }]);
  });

  it('answers every frame, takes each character once, and asks for what is missing', async () => {
    await show(message({ id: 'a' }));
    const append = (frame: number, at: number, text: string) =>
      panel.tell({ type: 'frame', frame, changes: [{ type: 'append', message: 'a', part: 'text', at, text }] });
    await append(1, 0, 'one ');
    await append(2, 0, 'one two ');
    await append(3, 2, 'e t');
    await append(4, 20, 'far');
    await append(5, 8, 'three');
    await expect.poll(() => later('drawn')).toHaveLength(5);
    expect(await later('lost')).toEqual([{ type: 'lost', message: 'a', part: 'text', have: 8 }]);
    await status(done);
    await expect.poll(() => page.locator('.assistant > .body').innerText()).toBe('one two three');
  });

  it.each(['done', 'stopped', 'limit', 'truncated', 'error', 'waiting'] as const)(
    'shows the state %s with its note and buttons',
    async (state) => {
      await show(message({ id: 'a', text: 'Some words', reasoning: 'First, think.' }));
      const resumable = !['done', 'waiting'].includes(state);
      await status({
        state,
        resumable,
        footer: '12 tokens',
        note: { text: 'What happened.', actions: [{ label: 'Show log', command: 'showLog' }] },
      });
      await page.locator(`[data-state=${state}]`).waitFor();
      await role('button', 'Show log').click();
      expect(await later('action')).toEqual([{ type: 'action', message: 'a', command: 'showLog' }]);
      expect(await role('button', 'Resume').count()).toBe(resumable ? 1 : 0);
      expect(await role('button', 'Stop').count()).toBe(state === 'waiting' ? 1 : 0);
      expect(await page.locator('.footer').allInnerTexts()).toEqual(['12 tokens']);
      await page.getByText('Reasoning').click();
      await page.getByText('First, think.').waitFor();
    },
  );

  it('shows the time of a question and of its answer to whoever points at them, in full in a tooltip', async () => {
    const askedAt = new Date(2025, 10, 20, 9, 30).getTime();
    await show(
      message({ id: 'u', role: 'user', author: 'You', text: 'When?', status: done, askedAt }),
      message({ id: 'a', text: 'Then.', status: done, askedAt }),
    );
    const seen: unknown[] = [];
    for (const name of ['You', 'demo/tour']) {
      const time = role('article', name).locator('time');
      const opacity = () => time.evaluate((element) => element.checkVisibility({ opacityProperty: true }));
      const before = await opacity();
      await role('article', name).hover();
      await expect.poll(opacity).toBe(true);
      seen.push([before, await time.innerText(), (await time.getAttribute('title'))?.replaceAll(/\s/g, ' ')]);
    }
    const full = 'Thursday, November 20, 2025 at 9:30:00 AM';
    expect(seen).toEqual([
      [false, 'Nov 20, 2025', full],
      [false, 'Nov 20, 2025', full],
    ]);
  });

  it('counts down to the next attempt', async () => {
    await show(message({ id: 'a' }));
    await status({ state: 'waiting', note: { text: 'Busy.', until: Date.now() + 30_000, actions: [] } });
    const left = async (): Promise<number> =>
      Number(/^Busy\. Next try in (\d+) s\.$/.exec(await page.locator('.note-text').innerText())?.[1]);
    const first = await left();
    await expect.poll(left).toBeLessThan(first);
    expect(first).toBeLessThanOrEqual(30);
  });

  it('does what its buttons say', async () => {
    await show(message({ id: 'a', text: 'Words to **keep**', status: { state: 'stopped', resumable: true } }));
    for (const name of ['Copy', 'Insert at cursor', 'Resume', 'Regenerate']) await role('button', name).click();
    await page.getByTitle('Select model').click();
    expect((await panel.said()).slice(1)).toEqual([
      { type: 'copy', text: 'Words to **keep**' },
      { type: 'insert', message: 'a' },
      { type: 'action', message: 'a', command: 'resume' },
      { type: 'regenerate', message: 'a' },
      { type: 'selectModel' },
    ]);
  });

  it('says aloud when an answer starts, ends and fails, never its text', async () => {
    await show();
    await panel.tell({ type: 'frame', frame: 1, changes: [{ type: 'add', message: message({ id: 'a', text: 'Words' }) }] });
    await expect.poll(() => page.getByRole('status').innerText()).toBe('The answer has begun.');
    await status({ state: 'error', note: { text: 'The key is wrong.', actions: [] } });
    await expect.poll(() => page.getByRole('status').innerText()).toBe('The key is wrong.');
    await status(done);
    await expect.poll(() => page.getByRole('status').innerText()).toBe('The answer is complete.');
  });

  it('has each whole paragraph read aloud where a person wishes that, and the end with its reason', async () => {
    await show(message({ id: 'a' }));
    await panel.stream('a', ['One **paragr', 'aph**.\n', '\n```\nx\n```\n\nThe last']);
    const read = () => page.locator('.unseen[aria-live=polite]:not([role])').locator('p').allTextContents();
    const before = await read();
    await status({ state: 'stopped', note: { text: 'You stopped this answer.', actions: [] } });
    await expect.poll(read).toEqual(['One paragraph.', 'Code, 1 lines.', 'The last']);
    expect({ before, end: await page.getByRole('status').innerText() }).toEqual({
      before: ['One paragraph.', 'Code, 1 lines.'],
      end: 'You stopped this answer.',
    });
  });

  it('has a very long paragraph read aloud whole, in pieces that are short enough to lay out', async () => {
    await show(message({ id: 'a' }));
    const paragraph = 'word word '.repeat(10_000).trim();
    const reading = page.locator('.unseen[aria-live=polite]:not([role])');
    const added = await reading.evaluateHandle((element) => {
      const counts: number[] = [];
      const pieces = (node: Node): number => (node.nodeName === 'P' ? node.childNodes.length : 1);
      new MutationObserver((records) =>
        counts.push(records.flatMap(({ addedNodes }) => [...addedNodes]).reduce((sum, node) => sum + pieces(node), 0)),
      ).observe(element, { childList: true, subtree: true });
      return counts;
    });
    await panel.stream('a', [`${paragraph}\n\n`]);
    await expect.poll(() => reading.locator('p').allTextContents()).toEqual([paragraph]);
    const lengths = (await reading.locator('div').allTextContents()).map(({ length }) => length);
    expect([Math.max(...lengths) <= 1_000, await added.jsonValue()]).toEqual([true, [40, 40, 20]]);
  });

  it('ends with its note when it has failed without text, and has neither an empty row nor an empty menu below', async () => {
    const note = { text: 'The key was refused.', actions: [{ label: 'Try Again', command: 'regenerate' } as const] };
    await show(message({ id: 'a', status: { state: 'error', resumable: true, footer: '', note } }));
    const below = await page.locator('.status').evaluate((status) => {
      const ends = status.querySelector('.note')!.getBoundingClientRect().bottom;
      return [status.getBoundingClientRect().bottom - ends < 8, status.querySelectorAll('.menu-details, .footer').length];
    });
    expect(below).toEqual([true, 0]);
  });

  it('names the model that continues where another one broke off', async () => {
    await show(message({ id: 'a', text: 'One two', seams: [{ at: 4, model: 'gpt-5 (Lab)' }], status: done }));
    await page.getByRole('note', { name: 'gpt-5 (Lab) continues here after an interruption', exact: true }).waitFor();
  });

  it('goes on in the middle of a block when a broken answer is resumed, and marks the place', async () => {
    await show(message({ id: 'a' }));
    await panel.stream('a', ['```js\nlet a = 1;\nlet b']);
    await status({ state: 'truncated' });
    await panel.tell({
      type: 'frame',
      frame: 901,
      changes: [
        { type: 'status', message: 'a', status: { state: 'streaming' } },
        { type: 'seam', message: 'a', seam: { at: 22 } },
        { type: 'append', message: 'a', part: 'text', at: 22, text: 'c = 2;\n```\nEnd' },
      ],
    });
    await status(done);
    await expect.poll(() => page.locator('.code pre').textContent()).toBe('let a = 1;\nlet bc = 2;\n');
    expect(
      await page.getByRole('note', { name: 'Resumed here after an interruption' }).evaluate((mark) => mark.nextElementSibling?.textContent),
    ).toBe('let bc = 2;\n');
  });
});

describe('reasoning', () => {
  it('and text stand above what the answer refers to: links that the host opens', async () => {
    const sources = [
      { url: 'https://example.com/a?b=1', title: '<b>A</b>' },
      { url: 'https://b.example/', title: 'b.example' },
    ];
    await show(message({ id: 'a', text: 'Said.', status: { ...done, sources } }));
    const links = page.getByRole('navigation', { name: 'Sources' }).getByRole('link');
    await links.first().click();
    await links.nth(1).press('Enter');
    await expect.poll(async () => (await later('open')).length).toBe(2);
    expect([await links.allInnerTexts(), await later('open')]).toEqual([
      ['<b>A</b>', 'b.example'],
      sources.map(({ url }) => ({ type: 'open', href: url })),
    ]);
  });

  it('of a lost attempt is folded away with its cost, also while it is open, and a joined one is marked', async () => {
    await show(message({ id: 'a' }));
    const tell = (frame: number, ...changes: PageChange[]) => panel.tell({ type: 'frame', frame, changes });
    const think = (at: number, text: string): PageChange => ({ type: 'append', message: 'a', part: 'reasoning', at, text });
    const seam = (at: number, anew?: { prompt: number; completion: number }): PageChange => ({
      type: 'seam',
      message: 'a',
      seam: { at, part: 'reasoning', ...(anew === undefined ? {} : { anew }) },
    });
    await tell(901, think(0, 'First lost.'), seam(11, { prompt: 90, completion: 10 }), think(11, 'Second lost.'));
    await page.locator('.reasoning > summary').click();
    await tell(902, seam(23, { prompt: 0, completion: 0 }), think(23, 'Kept and '), seam(32), think(32, 'joined.'));
    await expect.poll(() => page.locator('.reasoning > .body').innerText()).toBe('Kept and joined.');
    expect(
      await page.locator('.reasoning .lost').evaluateAll((all) => all.map((one) => [...one.children].map((child) => child.textContent))),
    ).toEqual([
      ['Interrupted attempt · 100 tokens', 'First lost.'],
      ['Interrupted attempt', 'Second lost.'],
    ]);
    expect(await page.locator('.reasoning').getByRole('note').count()).toBe(1);
  });
});

describe('answers to compare', () => {
  it('are tabs with the names of the models in a narrow panel, used by keyboard too, and columns in a wide one', async () => {
    const one = (name: string) => message({ id: name, author: name, text: `I am ${name}.`, compared: true, status: done });
    const compared = ['maker/red (Relay)', 'green', 'blue'].map(one);
    await show(message({ id: 'u', role: 'user', author: 'You', text: 'Who?', status: done }), ...compared);
    const seen = () => page.locator('.beside article:visible').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    const tabs = () => page.getByRole('tab').allTextContents();
    const steps: Record<string, unknown> = { narrow: await seen(), short: await tabs() };
    await page.getByRole('tab', { name: 'green' }).click();
    steps['clicked'] = await seen();
    await page.keyboard.press('ArrowRight');
    steps['moved'] = [await seen(), await page.evaluate(() => document.activeElement?.textContent)];
    await panel.tell({ type: 'frame', frame: 901, changes: [{ type: 'remove', message: 'blue' }] });
    await expect.poll(() => page.getByRole('tab').count()).toBe(2);
    steps['removed'] = await seen();
    await frame({ type: 'add', message: one('other/red') });
    steps['alike'] = await tabs();
    await frame({ type: 'remove', message: 'other/red' });
    await page.setViewportSize({ width: 700, height: 800 });
    await expect.poll(async () => (await seen()).length).toBe(2);
    steps['wide'] = [await seen(), await page.getByRole('tab').count()];
    expect(steps).toEqual({
      narrow: ['maker/red (Relay)'],
      short: ['red', 'green', 'blue'],
      clicked: ['green'],
      moved: [['blue'], 'blue'],
      removed: ['maker/red (Relay)'],
      alike: ['maker/red (Relay)', 'green', 'other/red'],
      wide: [['maker/red (Relay)', 'green'], 0],
    });
  });
});

describe('questions that wait', () => {
  it('keep the keyboard on their button when they are moved', async () => {
    const waits = (id: string): PageMessage =>
      message({ id, role: 'user', author: 'You', text: id, queued: true, status: { state: 'waiting' } });
    await show(message({ id: 'a' }), waits('one'), waits('two'));
    await page.getByRole('article', { name: 'You' }).last().getByRole('button', { name: 'Move up' }).focus();
    await page.keyboard.press('Enter');
    await frame(
      { type: 'remove', message: 'one' },
      { type: 'remove', message: 'two' },
      { type: 'add', message: waits('two') },
      { type: 'add', message: waits('one') },
    );
    const focused = () =>
      page.evaluate(() => [
        document.activeElement?.getAttribute('label'),
        document.activeElement?.closest('article')?.querySelector('.body')?.textContent,
      ]);
    await expect.poll(focused).toEqual(['Move up', 'two']);
    expect(await later('moveQueued')).toEqual([{ type: 'moveQueued', message: 'two', step: -1 }]);
  });
});

describe('the menu of an answer', () => {
  const text =
    '# Title\n\nSome *words* and `code`, $x$.\n\n```js\nlet a;\n\n  b();\n```\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n- one\n- two\n';
  const menu = () => page.getByRole('menu', { name: 'More actions' });

  it('copies the answer as Markdown, and as the words without the marks', async () => {
    await show(message({ id: 'a', text, status: done }));
    for (const name of ['Copy as Markdown', 'Copy as Plain Text']) {
      await role('button', 'More actions').click();
      await page.getByRole('menuitem', { name }).click();
    }
    const [markdown, plain] = (await later('copy')).map((said) => (said.type === 'copy' ? said.text : ''));
    expect({ markdown, plain: plain!.replaceAll(/[ \t]*\n\s*/g, '\n') }).toEqual({
      markdown: text,
      plain: 'Title\nSome words and code, x.\nlet a;\nb();\na\tb\n1\t2\none\ntwo',
    });
  });

  it('copies a long answer as plain text section by section, with the line ends that all of it has', async () => {
    const paragraphs = Array.from({ length: 2000 }, (_, index) => `Paragraph *${index}*.`);
    await show(message({ id: 'a', text: `${paragraphs.join('\n\n')}\n\n- a\n- b\n\n\`\`\`js\nc\n\n  d\n\`\`\`\n\nend`, status: done }));
    await expect.poll(() => page.locator('.body p').count()).toBe(2003);
    await page.evaluate(() => {
      const innerText = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'innerText')!;
      const sizes: number[] = [];
      Object.assign(window, { sizes, undo: () => Object.defineProperty(HTMLElement.prototype, 'innerText', innerText) });
      Object.defineProperty(HTMLElement.prototype, 'innerText', {
        configurable: true,
        get(this: HTMLElement) {
          sizes.push(this.getElementsByTagName('*').length);
          return innerText.get!.call(this) as string;
        },
      });
    });
    await role('button', 'More actions').click();
    await page.getByRole('menuitem', { name: 'Copy as Plain Text' }).click();
    const [copy] = await later('copy');
    const largest = await page.evaluate(() => {
      const { sizes, undo } = window as unknown as { sizes: number[]; undo(): void };
      undo();
      return Math.max(...sizes);
    });
    expect({ text: copy?.type === 'copy' ? copy.text : '', small: largest < 500 }).toEqual({
      text: `${paragraphs.map((words) => words.replaceAll('*', '')).join('\n\n')}\n\na\n\nb\n\nc\n\n  d\n\nend`,
      small: true,
    });
  });

  it('is used by keyboard alone, and Escape closes it without stopping the answer', async () => {
    await show(message({ id: 'a', text: 'Some words' }));
    const button = role('button', 'More actions');
    await button.focus();
    await page.keyboard.press('Enter');
    await menu().waitFor();
    const opened = await button.getAttribute('aria-expanded');
    await page.keyboard.press('ArrowUp');
    const chosen = await page.evaluate(() => document.activeElement?.textContent?.trim());
    await page.keyboard.press('Escape');
    await menu().waitFor({ state: 'hidden' });
    const back = await button.evaluate((element) => element === document.activeElement);
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect({ opened, chosen, back, stops: await later('stop'), copies: await later('copy') }).toEqual({
      opened: 'true',
      chosen: 'Copy as Plain Text',
      back: true,
      stops: [],
      copies: [{ type: 'copy', text: 'Some words' }],
    });
  });
});

describe('a long history', () => {
  it('is there at its end at once, and in the end as a whole, still at its end', async () => {
    const messages = Array.from({ length: 40 }, (_, index) =>
      message({ id: `m${index}`, text: `Answer ${index}.\n\n${answer('mixed', 3000, index)}`, status: done }),
    );
    await show(...messages);
    await page.getByText('Answer 39.').waitFor({ state: 'attached' });
    await expect.poll(() => page.getByText(/^Answer \d+\.$/).count()).toBe(40);
    await expect
      .poll(() => page.getByRole('log').evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop))
      .toBeLessThanOrEqual(2);
    await page.getByRole('article').nth(0).getByRole('button', { name: 'Copy', exact: true }).click();
    expect((await later('copy')).map((said) => said.type === 'copy' && said.text)).toEqual([messages[0]!.text]);
  });
});

describe('the composer', () => {
  it('sends with Enter, breaks the line with Shift+Enter, and leaves Enter to an input method', async () => {
    await show();
    const box = role('textbox', 'Message');
    await box.fill('first');
    await box.press('Shift+Enter');
    await box.pressSequentially('second');
    await box.evaluate((element) => {
      element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }));
      element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }));
    });
    expect(await later('send')).toEqual([]);
    await box.press('Enter');
    expect(await later('send')).toEqual([{ type: 'send', text: 'first\nsecond' }]);
    expect(await box.inputValue()).toBe('');
    await box.press('Enter');
    await box.fill('third');
    await role('button', 'Send').click();
    expect(await later('send')).toHaveLength(2);
  });

  it('keeps a draft, takes the keyboard only when told, and stops the newest answer', async () => {
    await show(message({ id: 'a' }));
    await role('textbox', 'Message').fill('half a thought');
    expect([await page.evaluate('kept'), await later('draft')]).toEqual([
      { conversation: 'c' },
      [{ type: 'draft', draft: { text: 'half a thought', caret: 14 } }],
    ]);
    await page.getByRole('log').focus();
    await panel.stream('a', cut(answer('mixed', 3000), 200, 1));
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('log');
    await panel.tell({ type: 'focus' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
    await role('button', 'More ways to send').click();
    await page.getByRole('menuitem', { name: 'Stop' }).click();
    await page.keyboard.press('Escape');
    expect(await later('stop')).toEqual([
      { type: 'stop', message: 'a' },
      { type: 'stop', message: 'a' },
    ]);
  });

  it('stops the answer, not a question that waits behind it; once the answer has ended, the question stops nothing', async () => {
    await show(message({ id: 'a', text: 'Some' }), {
      ...question('q', 'And then?'),
      queued: true,
      status: { state: 'waiting', note: { text: 'Waiting for the answer above.', actions: [] } },
    });
    await page.getByRole('textbox').press('Escape');
    await role('button', 'Stop').click();
    const stopped = await later('stop');
    await status({ state: 'error', note: { text: 'It failed.', actions: [] } });
    await role('button', 'Send').waitFor();
    expect([stopped, await role('button', 'Stop').count()]).toEqual([
      [
        { type: 'stop', message: 'a' },
        { type: 'stop', message: 'a' },
      ],
      0,
    ]);
  });
});

describe('code', () => {
  it('is copied by selection as it was written', async () => {
    await show(message({ id: 'a', text: '```js\nlet a;\n\n  b();\n\n\nc\n```\n', status: done }));
    await expect.poll(() => page.locator('.line').count()).toBe(6);
    const selected = await page.locator('.code pre').evaluate((pre) => {
      getSelection()!.selectAllChildren(pre);
      return String(getSelection());
    });
    expect(selected).toBe('let a;\n\n  b();\n\n\nc');
  });

  it('that was never in view has a height already, or all of it would be in view', async () => {
    await show(message({ id: 'a', text: `\`\`\`js\n${'let a;\n'.repeat(60)}\`\`\`\n`, status: done }));
    const height = await page
      .locator('.lines')
      .last()
      .evaluate((lines) => getComputedStyle(lines).containIntrinsicHeight);
    expect(height).toMatch(/^auto \d{3}/);
  });
});

describe('scrolling', () => {
  const pieces = cut(answer('mixed', 12_000, 5), 300, 3);

  it('follows again when the reader scrolls back to the end', async () => {
    await show(message({ id: 'a' }));
    await panel.stream('a', pieces);
    await page.mouse.move(200, 300);
    await page.mouse.wheel(0, -400);
    await role('button', 'Jump to latest').waitFor();
    await page.mouse.wheel(0, 5000);
    await expect.poll(() => role('button', 'Jump to latest').count()).toBe(0);
  });

  it('shows the question that is sent while older messages still come, unless the reader scrolls after it', async () => {
    const rows = Array.from({ length: 60 }, (_, index) => message({ id: `a${index}`, text: `Answer ${index}`, status: done }));
    const seen: Record<string, boolean> = {};
    for (const scrolls of [false, true]) {
      await show(...rows.slice(0, 30));
      await page.getByText('Answer 29').waitFor();
      await page.mouse.move(200, 300);
      await page.mouse.wheel(0, -400);
      await role('button', 'Jump to latest').waitFor();
      await role('textbox', 'Message').fill('And now?');
      await role('textbox', 'Message').press('Enter');
      if (scrolls) {
        await page.mouse.wheel(0, -400);
        await role('button', 'Jump to latest').waitFor();
      }
      await panel.tell({ type: 'rows', messages: rows.slice(30, 50) });
      await panel.tell({ type: 'rows', messages: [...rows.slice(50), question('q', 'And now?'), message({ id: 'b' })] });
      const asked = role('article', 'You');
      await asked.waitFor({ state: 'attached' });
      await frame({ type: 'append', message: 'b', part: 'text', at: 0, text: 'Now.' });
      seen[scrolls ? 'scrolls' : 'rests'] = await asked.evaluate((article) => article.getBoundingClientRect().bottom < innerHeight);
    }
    expect(seen).toEqual({ rests: true, scrolls: false });
  });

  it('has a button to the end that nothing shows through, in any theme', async () => {
    await show(message({ id: 'a' }));
    await panel.stream('a', pieces);
    await page.mouse.move(200, 300);
    await page.mouse.wheel(0, -400);
    await role('button', 'Jump to latest').waitFor();
    const backgrounds: string[] = [];
    for (const theme of themes) {
      await wear(page, theme);
      backgrounds.push(await role('button', 'Jump to latest').evaluate((button) => getComputedStyle(button).backgroundColor));
    }
    expect(backgrounds.map((colour) => colour.startsWith('rgb('))).toEqual([true, true, true, true]);
  });

  it('is left by a reader who moves the view, not by text that moves it while it grows', async () => {
    await show(message({ id: 'a' }));
    await panel.stream('a', pieces);
    /** Moves the view up between two frames, as a browser does where text above becomes shorter. */
    const moveUp = (growsToo: boolean): Promise<void> =>
      page.evaluate(async (grows) => {
        const log = document.querySelector<HTMLElement>('[role=log]')!;
        const frame = (): Promise<unknown> => new Promise(requestAnimationFrame);
        await frame();
        await new Promise((next) => setTimeout(next));
        log.scrollTop -= 60;
        if (grows) log.querySelector('article')!.append(Object.assign(document.createElement('p'), { innerText: 'More.' }));
        await frame();
        await frame();
      }, growsToo);
    const left = (): Promise<boolean> => role('button', 'Jump to latest').isVisible();
    const seen: Record<string, boolean> = {};
    await moveUp(true);
    seen['text'] = await left();
    await moveUp(false);
    seen['reader'] = await left();
    await role('button', 'Jump to latest').click();
    await page.mouse.move(200, 300);
    await page.mouse.down();
    await moveUp(true);
    seen['reader, the button down'] = await left();
    await page.mouse.up();
    expect(seen).toEqual({ text: false, reader: true, 'reader, the button down': true });
  });
});

describe('safety', () => {
  it('nothing in a normal answer is against the content security policy', async () => {
    await show();
    const problems: string[] = [];
    page.on('console', (line) => line.type() === 'error' && problems.push(line.text()));
    await panel.tell({ type: 'frame', frame: 1, changes: [{ type: 'add', message: message({ id: 'a' }) }] });
    await panel.stream(
      'a',
      cut(
        `${answer('mixed', 6000)}\n\n$$\n\\color{red}{x^2} + \\begin{matrix}a&b\\\\c&d\\end{matrix}\n$$\n\n` +
          `| a | b |\n|:-:|--:|\n| 1 | 2 |\n`,
        100,
        1,
      ),
    );
    await page.locator('math').first().waitFor();
    expect(problems).toEqual([]);
  });
});

describe('accessibility', () => {
  const axe = readFileSync(new URL('../../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

  const asked = message({
    id: 'u',
    role: 'user',
    author: 'You',
    text: 'Hello',
    status: done,
    versions: { index: 2, count: 3 },
    attachments: [{ id: 'f', name: 'src/main.ts', tokens: 1200 }],
  });
  const text = `${answer('mixed', 5000, 9)}\n\n- [x] a\n- [ ] b\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n$x^2$ ![i](https://example.com/i)\n`;
  const note = { text: 'Cut off.', actions: [{ label: 'Show log', command: 'showLog' } as const] };
  const states: Readonly<Record<string, readonly PageMessage[]>> = {
    'an empty conversation': [],
    'an answer that streams, and a question that waits': [
      asked,
      message({ id: 'a', text, reasoning: 'Thinking', status: { state: 'streaming', reasoning: 'Reasoned for 3 s' } }),
      message({ id: 'q', role: 'user', author: 'You', text: 'And then?', queued: true, status: { state: 'waiting', note } }),
    ],
    'an answer that broke off': [asked, message({ id: 'a', text, status: { state: 'truncated', footer: '9 tokens', note } })],
    'an answer that failed': [asked, message({ id: 'a', status: { state: 'error', note } })],
    'answers side by side': [
      asked,
      message({ id: 'a', text, compared: true, status: { state: 'streaming' } }),
      message({ id: 'b', text, compared: true, status: { ...done, footer: '9 tokens' } }),
    ],
    'an older version': [asked, message({ id: 'a', text, versions: { index: 1, count: 2 }, status: done })],
  };

  it.each(Object.keys(states))('axe finds nothing to complain about, in any theme, in %s', async (state) => {
    await show(...states[state]!);
    await panel.tell({ type: 'attached', attachments: [{ id: 'g', name: 'README.md', tokens: 12 }] });
    const found: Record<string, unknown> = {};
    for (const theme of themes) {
      await wear(page, theme);
      found[theme] = await complaints();
    }
    expect(found).toEqual(Object.fromEntries(themes.map((theme) => [theme, []])));
  });

  it('axe finds nothing to complain about, in any theme, with every menu and bar open', async () => {
    await show(asked, message({ id: 'a', text, status: { ...done, footer: '9 tokens' } }), message({ id: 'b' }));
    // In a narrow panel, the message box has its menu.
    await page.setViewportSize({ width: 260, height: 800 });
    await panel.tell({ type: 'parameters', parameters: { effort: 'high', topP: 0.5 }, efforts: ['low', 'high'] });
    const size = { system: 1, history: 9, attachments: 0, question: 9, prompt: 20, window: 21, exact: true, state: 'over' } as const;
    const actions = [{ label: 'Leave Out the Oldest', command: 'leaveOut' } as const];
    await panel.tell({ type: 'promptSize', size, notice: { text: 'Too long.', actions, blocking: true, anyway: 'Send Anyway' } });
    await role('textbox', 'Message').fill('And then?');
    await panel.tell({ type: 'openFind', words: 'answer' });
    await page.locator('.find-count').filter({ hasText: /\d|No/ }).waitFor();
    const found: unknown[] = [];
    const look = async (): Promise<number> => found.push(...(await complaintsInThemes()));
    for (const name of ['More actions', 'More ways to send', 'More options']) {
      await role('button', name).first().click();
      await page.getByRole('menu', { name }).first().waitFor();
      await look();
      await page.keyboard.press('Escape');
    }
    await role('button', 'More options').click();
    await page.getByRole('menuitem', { name: 'Parameters (1 changed)' }).click();
    await page.getByRole('dialog', { name: 'Parameters' }).getByRole('combobox', { name: 'Effort' }).waitFor();
    await look();
    await page.keyboard.press('Escape');
    await page.evaluate(() => getSelection()!.selectAllChildren(document.querySelector('.assistant .body p')!));
    await page.getByRole('toolbar', { name: 'Selected text' }).waitFor();
    await look();
    expect(found).toEqual([]);
  });

  it('everything is in reach at 200 % zoom', async () => {
    await show(asked, message({ id: 'a', text, status: { ...done, footer: '9 tokens' } }));
    // Zoom halves the width that the page has.
    await page.setViewportSize({ width: 230, height: 400 });
    const over = await page.evaluate(() => [
      document.documentElement.scrollWidth - innerWidth,
      ...[...document.querySelectorAll('button, vscode-toolbar-button')].map((button) => button.getBoundingClientRect().right - innerWidth),
    ]);
    expect(over.filter((pixels) => pixels > 1)).toEqual([]);
  });

  it('axe finds nothing to complain about, in any theme, while a question is edited and files are offered', async () => {
    await show(asked);
    await role('button', 'Edit').click();
    await role('textbox', 'Message').fill('#re');
    const { request } = (await later('find')).at(-1) as { request: number };
    await panel.tell({ type: 'offers', request, offers: [{ target: 'file:///a', label: 'README.md', detail: 'docs' }] });
    await role('option', 'README.md docs').waitFor();
    expect(await complaintsInThemes()).toEqual([]);
  });

  it('axe finds nothing to complain about, in any theme, in code that leads to a file', async () => {
    await show(message({ id: 'a', text: 'See `greeting.py`.', status: done }));
    await expect.poll(() => later('findFiles')).toHaveLength(1);
    const { request } = (await later('findFiles'))[0]!;
    await panel.tell({ type: 'filesFound', request, found: [true] });
    await role('link', 'greeting.py').waitFor();
    expect(await complaintsInThemes()).toEqual([]);
  });

  async function complaintsInThemes(): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    for (const theme of themes) {
      await wear(page, theme);
      found.push(...(await complaints()));
    }
    return found;
  }

  async function complaints(): Promise<readonly unknown[]> {
    // Drawn, with its formulas and icons.
    await page.locator('article, .empty').first().waitFor();
    await page.evaluate(() =>
      document.fonts.ready.then(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))),
    );
    await page.evaluate(axe);
    return page.evaluate(async () => {
      const { axe: runner } = window as unknown as {
        axe: { run(options: unknown): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> };
      };
      const rules = {
        'document-title': { enabled: false },
        'page-has-heading-one': { enabled: false },
        region: { enabled: false },
        'landmark-one-main': { enabled: false },
        'heading-order': { enabled: false },
      };
      return (await runner.run({ rules })).violations.map(({ id, nodes }) => ({
        id,
        nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => `${html} ${failureSummary}`),
      }));
    });
  }

  it('nothing moves for people who want no motion', async () => {
    await show(message({ id: 'a' }));
    const moves = () => page.evaluate(() => document.getAnimations().map((animation) => (animation as CSSAnimation).animationName));
    const seen = [await moves()];
    await page.emulateMedia({ reducedMotion: 'reduce' });
    seen.push(await moves());
    await page.emulateMedia({ reducedMotion: null });
    await page.evaluate(() => document.body.classList.add('vscode-reduce-motion'));
    seen.push(await moves());
    expect(seen).toEqual([['pulse'], [], []]);
  });
});
