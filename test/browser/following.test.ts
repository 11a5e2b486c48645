// The end of a growing answer stays in view until the reader scrolls away.
import type { Locator } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { hang, text } from '../support/fakeServer.ts';
import { widenSideBar } from '../../scripts/workbench.ts';
import { useRivulet } from './rivulet.ts';

const rivulet = useRivulet({ size: { width: 1100, height: 670 } });
afterAll(() => widenSideBar(rivulet.page, 300));

const answer = `Race them against a timer, and clear the timer **on both ways out**:

\`\`\`ts
export async function firstOf<T>(all: Promise<T>[], ms: number) {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    return await Promise.race([...all, late]);
  } finally {
    clearTimeout(timer);
  }
}
\`\`\`

| ends by | result |
| --- | --- |
| a promise | its value |
| the timer | \`undefined\` |

The end.`;

test('prose, code that is coloured late, and a table do not lose the end of the answer', async () => {
  await widenSideBar(rivulet.page, 560);
  const { answer: shown } = await rivulet.ask('Grow', ...answer.match(/\S+\s*/g)!.map(text), hang());
  const end = shown.getByText('The end.');
  await end.waitFor();
  // The colours change the code after it was drawn.
  await shown.getByText('const', { exact: true }).waitFor();
  await expect.poll(() => inView(end)).toBe(true);
  expect(await rivulet.button('Jump to latest').isVisible()).toBe(false);
  await rivulet.button('Stop').click();
});

async function inView(what: Locator): Promise<boolean> {
  const [box, log] = await Promise.all([what.boundingBox(), rivulet.chat.getByRole('log').boundingBox()]);
  return box !== null && log !== null && box.y >= log.y && box.y + box.height <= log.y + log.height + 1;
}
