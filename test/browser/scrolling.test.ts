// The reader decides where the panel looks: it follows the end until one looks elsewhere, stays there
// to the pixel, and leaves the keyboard alone.
import { beforeEach, expect, test } from 'vitest';
import { openFile } from '../../scripts/workbench.ts';
import { answer as written } from '../unit/webview/answers.ts';
import { pouring, type Pouring } from './pouring.ts';
import { stateOf, useRivulet } from './rivulet.ts';

const rivulet = useRivulet();
beforeEach(() => rivulet.newChat());
const log = () => rivulet.chat.getByRole('log', { name: 'Conversation' });
const left = (): Promise<number> => log().evaluate((element) => element.scrollHeight - element.clientHeight - element.scrollTop);
const length = (): Promise<number> => log().evaluate((element) => element.textContent!.length);

/** Pours, and waits until the page shows more, so that whatever moves has moved. */
async function pourAndSee(flow: Pouring, words: string, last: string): Promise<void> {
  flow.pour(`${words}\n\nHere ends ${last}.\n\n`);
  await rivulet.chat.getByText(`Here ends ${last}.`).waitFor({ state: 'attached' });
  await rivulet.chat.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
}

const ways: Readonly<Record<string, () => Promise<void>>> = {
  wheel: async () => {
    const box = (await log().boundingBox())!;
    await rivulet.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await rivulet.page.mouse.wheel(0, -300);
  },
  keyboard: async () => {
    await log().focus();
    await rivulet.page.keyboard.press('PageUp');
  },
  'scroll bar': async () => {
    const box = (await log().boundingBox())!;
    // At the end, the thumb is just above the arrow.
    const x = box.x + box.width - 7;
    await rivulet.page.mouse.move(x, box.y + box.height - 30);
    await rivulet.page.mouse.down();
    await rivulet.page.mouse.move(x, box.y + box.height / 2, { steps: 4 });
    await rivulet.page.mouse.up();
  },
  touch: async () => {
    const box = (await log().boundingBox())!;
    const [x, y] = [Math.round(box.x + box.width / 2), Math.round(box.y + 80)];
    const client = await rivulet.page.context().newCDPSession(rivulet.page);
    await client.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
    for (let moved = 20; moved <= 200; moved += 20)
      await client.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x, y: y + moved }] });
    await client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await client.detach();
  },
  selection: async () => {
    const paragraph = rivulet.chat.locator('.assistant > .body p').last();
    await paragraph.dblclick();
  },
};

test('the panel follows the end, and each way of looking elsewhere holds it to the pixel until “Jump to Latest”', async () => {
  const flow = pouring();
  const { answer } = await rivulet.ask('Pour', flow.script);
  await pourAndSee(flow, written('mixed', 6_000, 5), 'the beginning');
  await expect.poll(left).toBeLessThanOrEqual(2);
  const seen: Record<string, unknown> = { following: await rivulet.button('Jump to latest').isVisible() };
  for (const [index, way] of Object.keys(ways).entries()) {
    await ways[way]!();
    await rivulet.button('Jump to latest').waitFor();
    const place = await still();
    await pourAndSee(flow, written('mixed', 3_000, 10 + index), `part ${index}`);
    const moved = (await place()) !== 0;
    await rivulet.chat.evaluate(() => getSelection()!.removeAllRanges());
    await rivulet.button('Jump to latest').click();
    await expect.poll(left).toBeLessThanOrEqual(2);
    await pourAndSee(flow, 'One more line.', `the return from ${way}`);
    await expect.poll(left).toBeLessThanOrEqual(2);
    seen[way] = { moved, jump: await rivulet.button('Jump to latest').isVisible() };
  }
  flow.end();
  await expect.poll(() => stateOf(answer)).toBe('done');
  const back = { moved: false, jump: false };
  expect(seen).toEqual({ following: false, wheel: back, keyboard: back, 'scroll bar': back, touch: back, selection: back });
});

test('an answer never takes the keyboard from the editor', async () => {
  const { page } = rivulet;
  const flow = pouring();
  const { answer } = await rivulet.ask('Pour again', flow.script);
  flow.pour('The beginning. ');
  await answer.getByText('The beginning.').waitFor();
  await openFile(page, 'greeting.py');
  await page.keyboard.press('Control+Home');
  const typed = 'words of mine';
  for (const [index, letter] of [...typed].entries()) {
    const before = await length();
    flow.pour(`${written('mixed', 300, 30 + index)}\n\n\`\`\`ts\nlet code = ${index};\n\`\`\`\n\n`);
    await page.keyboard.press(letter === ' ' ? 'Space' : letter);
    await expect.poll(length).toBeGreaterThan(before);
  }
  flow.end();
  await expect.poll(() => stateOf(answer)).toBe('done');
  // VS Code draws a space in a line as one that does not break.
  const first = await page.locator('.monaco-editor.focused .view-line').first().innerText();
  expect(first.replaceAll('\u00a0', ' ').startsWith(typed)).toBe(true);
});

/** Waits until the view rests, and returns how far what is at its middle has moved since, in pixels. */
async function still(): Promise<() => Promise<number>> {
  const anchor = await log().evaluateHandle(async (element) => {
    // Rests when it has not moved for ten frames: a wheel goes on for a while.
    for (let rested = 0, top = -1; rested < 10;) {
      await new Promise(requestAnimationFrame);
      rested = element.scrollTop === top ? rested + 1 : 0;
      top = element.scrollTop;
    }
    const { left, top, width, height } = element.getBoundingClientRect();
    return document.elementFromPoint(left + width / 2, top + height / 2)!;
  });
  const where = (): Promise<number> => anchor.evaluate((element) => element.getBoundingClientRect().top);
  const before = await where();
  return async () => (await where()) - before;
}
