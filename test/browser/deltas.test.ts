// What crosses from the extension host to the page while an answer streams: each character once, and what an absent page
// has missed.
import type { Frame } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { runCommand, webviewFrame } from '../../scripts/workbench.ts';
import type { ToPage } from '../../src/core/chat/page/protocol.ts';
import { answer as written } from '../unit/webview/answers.ts';
import { pouring } from './pouring.ts';
import { stateOf, useRivulet } from './rivulet.ts';

const rivulet = useRivulet();
beforeEach(() => rivulet.newChat());

/** Keeps every message that the page is sent from now on. */
async function listen(chat: Frame): Promise<() => Promise<readonly ToPage[]>> {
  const heard = await chat.evaluateHandle(() => {
    const messages: unknown[] = [];
    window.addEventListener('message', ({ data }) => messages.push(data));
    return messages;
  });
  return () => heard.evaluate((messages) => messages as ToPage[]);
}

interface Crossing {
  /** The appended texts, one after the other. */
  readonly text: string;
  /** Each append began where the one before ended. */
  readonly gapless: boolean;
  /** Appends in the fullest message. */
  readonly most: number;
  readonly messages: number;
  /** JSON, in UTF-16 units; structured cloning needs less. */
  readonly size: number;
}

function crossing(messages: readonly ToPage[]): Crossing {
  let text = '';
  let gapless = true;
  let most = 0;
  for (const message of messages) {
    const appends = message.type === 'frame' ? message.changes.filter((change) => change.type === 'append') : [];
    for (const append of appends) {
      gapless &&= append.at === text.length;
      text += append.text;
    }
    most = Math.max(most, appends.length);
  }
  return { text, gapless, most, messages: messages.length, size: JSON.stringify(messages).length };
}

test('only deltas cross: each character once, one append a message, at most 1.15 times the answer in all', async () => {
  const flow = pouring();
  const heard = await listen(rivulet.chat);
  const { answer } = await rivulet.ask('Pour', flow.script);
  flow.pour(written('mixed', 60_000, 3));
  flow.end();
  await expect.poll(() => stateOf(answer)).toBe('done');
  const { text, gapless, most, messages, size } = crossing(await heard());
  const share = size / JSON.stringify(flow.text).length;
  console.log(`${messages} messages, ${share.toFixed(3)} times the answer`);
  expect({ whole: text === flow.text, gapless, most, share: share <= 1.15 }).toEqual({ whole: true, gapless: true, most: 1, share: true });
});

test('deltas that come faster than the page draws cross many at a time', async () => {
  const flow = pouring();
  const heard = await listen(rivulet.chat);
  const { answer } = await rivulet.ask('Pour', flow.script);
  const deltas = 2_000;
  flow.pour(Array.from({ length: deltas }, (_, index) => `${index} `.padStart(40, '.')).join(''));
  flow.end();
  await expect.poll(() => stateOf(answer)).toBe('done');
  const { text, gapless, messages } = crossing(await heard());
  console.log(`${messages} messages for about ${deltas} deltas`);
  expect({ whole: text === flow.text, gapless, few: messages < deltas / 3 }).toEqual({ whole: true, gapless: true, few: true });
});

test('a panel that was hidden goes on where it was, and is sent nothing while nobody sees it', async () => {
  const { page, chat } = rivulet;
  const flow = pouring();
  const heard = await listen(chat);
  const { answer } = await rivulet.ask('Pour', flow.script);
  flow.pour('Seen first. ');
  await answer.getByText('Seen first.').waitFor();
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  await page.locator('.part.sidebar').waitFor({ state: 'hidden' });
  // The status bar looks at the same stream: what it counts has come.
  const counted = async (): Promise<number> => {
    const bar = await page.locator('.statusbar-item[id="rivulet-dev.rivulet.rivulet.tokens"]').textContent();
    return Number(/~([\d,]+)/.exec(bar ?? '')?.[1]?.replaceAll(',', '') ?? 0);
  };
  // Until then it shows what the answer before has used.
  await expect.poll(counted).toBeLessThan(100);
  const crossedWith = async (words: string, atLeast: number): Promise<number> => {
    const before = [await counted(), (await heard()).length] as const;
    flow.pour(words);
    await expect.poll(counted).toBeGreaterThanOrEqual(before[0] + atLeast);
    return (await heard()).length - before[1];
  };
  // The host learns a moment later than the window that nobody sees the page.
  await expect.poll(() => crossedWith('Soon unseen words. ', 3)).toBe(0);
  const meanwhile = await crossedWith(`Unseen ${'words '.repeat(200)}`, 150);
  await runCommand(page, 'Rivulet: Open Chat');
  await answer.getByText('words words').waitFor();
  flow.pour('\n\nSeen last.');
  flow.end();
  await expect.poll(() => stateOf(answer)).toBe('done');
  const { text, gapless } = crossing(await heard());
  expect({
    meanwhile,
    whole: text === flow.text,
    gapless,
    shown: (await answer.locator('> .body').innerText()).replace(/\s+/g, ' '),
  }).toEqual({
    meanwhile: 0,
    whole: true,
    gapless: true,
    shown: flow.text.replace(/\s+/g, ' ').trim(),
  });
});

// The last of the file: it makes another page.
test('a page that is loaded again in the middle of an answer has all of it, and goes on', async () => {
  const flow = pouring();
  const { answer } = await rivulet.ask('Pour', flow.script);
  flow.pour('Before the page was loaded again, ');
  await answer.getByText('loaded again').waitFor();
  await runCommand(rivulet.page, 'Developer: Reload Webviews');
  await expect.poll(() => rivulet.chat.isDetached()).toBe(true);
  const again = (await webviewFrame(rivulet.page, '[role="log"] article.assistant')).getByRole('article').last();
  await expect.poll(() => again.locator('> .body').innerText()).toBe('Before the page was loaded again,');
  const during = await stateOf(again);
  flow.pour('and after.');
  flow.end();
  await expect.poll(() => stateOf(again)).toBe('done');
  expect({ during, text: await again.locator('> .body').innerText() }).toEqual({
    during: 'streaming',
    text: 'Before the page was loaded again, and after.',
  });
});
