// Find in a conversation, and moving from question to question, in the page by itself.
import type { Page } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { answer } from './answers.ts';
import { done, message, panelScene, question, type Panel } from './panel.ts';

// A busy machine draws slowly.
vi.setConfig({ testTimeout: 60_000 });

let panel: Panel;
let page: Page;
const { show, role, frame } = panelScene((opened) => {
  panel = opened;
  ({ page } = opened);
});

const fillers = (count: number) =>
  Array.from({ length: count }, (_, index) => message({ id: `m${index}`, text: `Filler ${index}.`, status: done }));
const bar = () => page.getByRole('search', { name: 'Find in conversation' });
const box = () => bar().getByRole('textbox', { name: 'Find in conversation' });
const count = () => bar().locator('.find-count').innerText();
const counted = (expected: string) => expect.poll(count).toBe(expected);
/** The text of the current match, and whether it is in view. */
const current = () =>
  page.evaluate(() => {
    const [range] = CSS.highlights.get('rivulet-find-current') as unknown as Iterable<StaticRange>;
    if (range === undefined) return undefined;
    const live = document.createRange();
    live.setStart(range.startContainer, range.startOffset);
    live.setEnd(range.endContainer, range.endOffset);
    const place = live.getBoundingClientRect();
    const view = document.querySelector('[role=log]')!.getBoundingClientRect();
    return {
      text: live.toString(),
      inView: place.height > 0 && place.top >= view.top && place.bottom <= view.bottom && place.right <= view.right,
    };
  });
const open = async (words: string) => {
  await panel.tell({ type: 'openFind' });
  await box().fill(words);
};

it('finds in questions, in answers out of view, and in folded reasoning, and goes round with Enter and Shift+Enter', async () => {
  await show(
    question('u', 'A needle?'),
    message({
      id: 'a',
      text: `**Nee**dle one.\n\n${answer('mixed', 9000, 3)}\n\nno\n\nneedle`,
      reasoning: 'I think: *needle*.',
      status: done,
    }),
    ...fillers(30),
  );
  await open('needle');
  await counted('1 of 4');
  // What is drawn late or comes into view may move a match once more.
  const settled = async () => {
    await expect.poll(async () => (await current())?.inView).toBe(true);
    return current();
  };
  const seen = [await settled()];
  for (const key of ['Enter', 'Enter', 'Enter', 'Enter', 'Shift+Enter']) {
    await page.keyboard.press(key);
    seen.push(await settled());
  }
  const folded = await page
    .locator('details.reasoning')
    .first()
    .evaluate((details: HTMLDetailsElement) => details.open);
  expect({ seen, folded, count: await count() }).toEqual({
    seen: ['needle', 'needle', 'Needle', 'needle', 'needle', 'needle'].map((text) => ({ text, inView: true })),
    folded: true,
    count: '4 of 4',
  });
});

it('reveals a match in a part of a long answer that is not drawn yet', async () => {
  await show(question('u', 'A question'));
  await open('none');
  await counted('No results');
  // The search begins when the answer comes.
  await box().evaluate((input: HTMLInputElement) =>
    new MutationObserver((_, observer) => {
      observer.disconnect();
      input.value = 'needle';
      input.dispatchEvent(new InputEvent('input'));
    }).observe(document.querySelector('.messages')!, { childList: true }),
  );
  const text = `${answer('mixed', 80_000, 3)}\n\nneedle\n\n${answer('mixed', 40_000, 3)}`;
  await frame({ type: 'add', message: message({ id: 'a', text, status: done }) });
  await counted('1 of 1');
  await expect.poll(current).toEqual({ text: 'needle', inView: true });
});

it('reveals a match after a search during which code got its colours', async () => {
  const code = Array.from({ length: 900 }, (_, index) => `line ${index}\n`).join('');
  await show(message({ id: 'a', text: `Words.\n\n\`\`\`\n${code}needle\n${code}end\n\`\`\``, status: done }));
  await page.getByText('end', { exact: true }).waitFor();
  await page.evaluate(() => {
    // Each slice of work is one step, as on a busy machine.
    let ms = 0;
    performance.now = () => (ms += 3);
    // Changed text is searched again late.
    const start = setTimeout;
    Object.assign(window, { setTimeout: (run: () => void, wait = 0) => start(run, wait >= 100 ? 5_000 : wait) });
    // The lines at which the search pauses first are coloured.
    const create = document.createTreeWalker.bind(document);
    let left = 3;
    document.createTreeWalker = (...given) => {
      const walker = create(...given);
      const pause = () => {
        const line = walker.currentNode.parentElement?.closest('.line');
        if (line && left-- > 0) line.replaceChildren(line.textContent);
        if (left > 0) start(pause);
      };
      start(pause);
      return walker;
    };
  });
  await open('needle');
  await counted('1 of 1');
  await expect.poll(current).toEqual({ text: 'needle', inView: true });
});

it('waits for the rest of a long answer that comes in parts', async () => {
  await show(message({ id: 'a', text: 'The beginning.', status: done, partial: true }), ...fillers(60));
  await panel.tell({ type: 'openFind', words: 'needle' });
  await bar().waitFor();
  const before = await count();
  await frame(
    { type: 'append', message: 'a', part: 'text', at: 14, text: '\n\nA needle.' },
    { type: 'status', message: 'a', status: done },
  );
  await counted('1 of 1');
  await expect.poll(current).toEqual({ text: 'needle', inView: true });
  expect(before).toBe('');
});

it('keeps a match in view while what is above it is drawn late, until the reader scrolls', async () => {
  const words = Array.from({ length: 60 }, (_, index) => `Paragraph ${index}.`).join('\n\n');
  await show(message({ id: 'a', text: `${words}\n\nA formula\n\nneedle\n\n${words}`, status: done }));
  await open('needle');
  await expect.poll(current).toEqual({ text: 'needle', inView: true });
  const grow = (height: string) =>
    page.getByText('A formula').evaluate(async (paragraph, grown) => {
      paragraph.style.height = grown;
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    }, height);
  await grow('2000px');
  const kept = await current();
  await page.getByRole('log').hover();
  await page.mouse.wheel(0, -1500);
  await expect.poll(async () => (await current())?.inView).toBe(false);
  await grow('4000px');
  expect({ kept: kept?.inView, afterScrolling: (await current())?.inView }).toEqual({ kept: true, afterScrolling: false });
});

it('reveals a match whose text is being drawn again', async () => {
  await show(
    message({ id: 'a', text: 'A needle.\n\n```\nneedle\n```', status: done }),
    ...fillers(60),
    message({ id: 'b', text: 'The last needle.', status: done }),
  );
  await open('needle');
  await counted('3 of 3');
  await box().press('Enter');
  await counted('1 of 3');
  await page.evaluate(() => (document.querySelector('[role=log]')!.scrollTop = 1e6));
  // The colours of the code come, and Enter follows before its text is searched again.
  await box().evaluate((input) => {
    const row = document.querySelector('.line')!;
    row.replaceChildren(row.textContent);
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  });
  await counted('2 of 3');
  await expect.poll(current).toEqual({ text: 'needle', inView: true });
});

it('can match case, whole words and regular expressions, and says when there is nothing and when the expression is wrong', async () => {
  await show(message({ id: 'a', text: 'Cat cats CAT concat\n\n```js\ncat(1);\ncat(22);\n```\n\n数据库 数据\n', status: done }));
  const seen: Record<string, string> = {};
  const look = async (name: string, words: string) => {
    await box().fill('');
    await box().fill(words);
    await expect.poll(count).not.toBe('');
    seen[name] = await count();
  };
  await open('cat');
  await look('plain', 'cat');
  await page.keyboard.press('Alt+c');
  await look('case', 'cat');
  await page.keyboard.press('Alt+w');
  await look('case, word', 'cat');
  await page.keyboard.press('Alt+c');
  await look('word', 'cat');
  await look('word, Chinese', '数据');
  await role('button', 'Use regular expression').click();
  await look('word, regex', String.raw`cat(?:s)?`);
  await page.keyboard.press('Alt+w');
  await look('regex', String.raw`\((\d)\d*\)`);
  await look('wrong', '(');
  await look('nothing', 'dog');
  // An engine that backtracks would not come back from this one.
  await look('costly', String.raw`(a+)+$`);
  expect(seen).toEqual({
    plain: '1 of 6',
    case: '1 of 4',
    'case, word': '1 of 2',
    word: '1 of 4',
    'word, Chinese': '1 of 1',
    'word, regex': '1 of 5',
    regex: '1 of 2',
    wrong: 'Not a valid regular expression',
    nothing: 'No results',
    costly: 'No results',
  });
});

it('keeps up with an answer that grows and with messages that come and go, and Escape closes it without stopping the answer', async () => {
  await show(question('u', 'water'), message({ id: 'a' }));
  await open('water');
  await counted('1 of 1');
  await panel.stream('a', ['Water, ', 'wat', 'er.\n\n', 'No.']);
  await counted('1 of 3');
  await frame({ type: 'add', message: question('q', 'More water') });
  await counted('1 of 4');
  await frame({ type: 'remove', message: 'a' }, { type: 'remove', message: 'q' });
  await counted('1 of 1');
  await page.keyboard.press('Escape');
  await bar().waitFor({ state: 'hidden' });
  expect({ stops: (await panel.said()).filter(({ type }) => type === 'stop'), highlights: await current() }).toEqual({
    stops: [],
    highlights: undefined,
  });
});

it('counts from the first match when the words come after the search, and counts nothing of the query before', async () => {
  await show(question('u', 'A question'), message({ id: 'a' }));
  await open('oil');
  await counted('No results');
  await panel.stream('a', ['Some o', 'il. ']);
  await counted('1 of 1');
  await panel.stream('a', ['Water. ', 'Oil. ', 'Water. ', 'Water. ']);
  await counted('1 of 2');
  // Enter follows the last letter at once: the matches at hand are those of the query before.
  const atOnce = await box().evaluate((input: HTMLInputElement) => {
    input.value = 'water';
    input.dispatchEvent(new InputEvent('input'));
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    return document.querySelector('.find-count')!.textContent;
  });
  await counted('1 of 3');
  expect(atOnce).toBe('');
});

it('goes to the next and the previous question, and shows in one line the question of the answer that is read', async () => {
  await show(
    ...['First question\nwith a second line', 'Second question', 'Third question'].flatMap((text, index) => [
      question(`q${index}`, text),
      message({ id: `a${index}`, text: answer('mixed', 6000, index), status: done }),
    ]),
  );
  await page.getByText('First question').first().waitFor({ state: 'attached' });
  const sticky = page.locator('.sticky-question');
  const seen: unknown[] = [];
  const look = async () => {
    // Until the view has rested for some frames.
    await page.evaluate(async () => {
      const log = document.querySelector('[role=log]')!;
      for (let rested = 0, top = -1; rested < 22; top = log.scrollTop) {
        await new Promise(requestAnimationFrame);
        rested = log.scrollTop === top ? rested + 1 : 0;
      }
    });
    const focused = await page.evaluate(() => document.activeElement?.querySelector('.body')?.textContent?.split('\n')[0]);
    seen.push({ sticky: (await sticky.isVisible()) ? await sticky.innerText() : '', focused });
  };
  const go = (to: 'next' | 'previous' | { id: string }) => panel.tell({ type: 'goTo', question: to });
  await expect.poll(() => sticky.isVisible()).toBe(true);
  await look();
  for (const to of ['previous', 'previous', 'next', { id: 'q0' }, 'next', 'next'] as const) {
    await go(to);
    await look();
  }
  await page.getByRole('log').hover();
  await page.mouse.wheel(0, 600);
  await expect.poll(() => sticky.isVisible()).toBe(true);
  await sticky.click();
  await look();
  expect(seen).toEqual([
    { sticky: 'Third question', focused: undefined },
    { sticky: '', focused: 'Third question' },
    { sticky: '', focused: 'Second question' },
    { sticky: '', focused: 'Third question' },
    { sticky: '', focused: 'First question' },
    { sticky: '', focused: 'Second question' },
    { sticky: '', focused: 'Third question' },
    { sticky: '', focused: 'Third question' },
  ]);
});

it('goes from question to question in a conversation that is in view as a whole', async () => {
  await show(
    question('u', 'One'),
    message({ id: 'a', text: 'Uno.', status: done }),
    question('v', 'Two'),
    message({ id: 'b', text: 'Due.', status: done }),
  );
  await role('log', 'Conversation').focus();
  const seen: (string | undefined)[] = [];
  for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowDown']) {
    await page.keyboard.press(`Control+Alt+${key}`);
    seen.push(await page.evaluate(() => document.activeElement?.querySelector('.body')?.textContent ?? undefined));
  }
  expect(seen).toEqual(['Two', 'One', 'One', 'Two']);
});
