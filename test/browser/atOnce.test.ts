// Four conversations that stream at the same time: each is whole, and the one that is seen moves as it does alone.
import { expect, test } from 'vitest';
import { done, finish, type Step, text } from '../support/fakeServer.ts';
import { stateOf, useRivulet } from './rivulet.ts';

const rivulet = useRivulet();
/** The first answer only makes the page warm. */
const deltasOf = (name: string): number => (name === 'warm' ? 200 : 750);
const whole = (name: string): string => Array.from({ length: deltasOf(name) }, (_, word) => `${name}${word} `).join('');

/** 300 deltas a second. */
async function* counting(name: string): AsyncGenerator<Step> {
  const deltas = deltasOf(name);
  const began = performance.now();
  for (let word = 0; word < deltas;) {
    const due = Math.min(deltas, Math.floor(((performance.now() - began) * 300) / 1_000));
    for (; word < due; word++) yield text(`${name}${word} `);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  yield finish();
  yield done();
}

interface Motion {
  /** Frames in which the text grew. */
  readonly frames: number;
  /** The usual wait between two of them, in ms, and what 95 of 100 stay under. */
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** Watches the transcript until its newest answer is done. */
function motion(): Promise<Motion> {
  return rivulet.chat.evaluate(
    () =>
      new Promise<Motion>((resolve) => {
        const times: number[] = [];
        let changed = false;
        new MutationObserver(() => (changed = true)).observe(document.querySelector('[role="log"]')!, {
          subtree: true,
          childList: true,
          characterData: true,
        });
        const look = (): void => {
          if (changed) times.push(performance.now());
          changed = false;
          if ([...document.querySelectorAll('article.assistant')].at(-1)?.getAttribute('data-state') !== 'done')
            return void requestAnimationFrame(look);
          const waits = times
            .slice(1)
            .map((time, index) => time - times[index]!)
            .sort((a, b) => a - b);
          const at = (share: number): number => waits[Math.floor(waits.length * share)] ?? Infinity;
          resolve({ frames: times.length, medianMs: at(0.5), p95Ms: at(0.95) });
        };
        requestAnimationFrame(look);
      }),
  );
}

async function ask(name: string): Promise<void> {
  await rivulet.newChat();
  await rivulet.box.fill(name);
  await rivulet.box.press('Enter');
  await expect.poll(() => rivulet.articles.count()).toBe(2);
}

test('four conversations at 300 deltas a second each are whole, and the visible one moves as it does alone', async () => {
  rivulet.server.always(({ body }) => counting(String(body.messages.at(-1).content)));
  await ask('warm');
  await motion();
  await ask('alone');
  const alone = await motion();
  for (const name of ['tale-a', 'tale-b', 'tale-c', 'tale-d']) await ask(name);
  const together = await motion();
  console.log('The visible conversation', { alone, together });
  const texts: string[] = [];
  for (const name of ['tale-d', 'tale-c', 'tale-b', 'tale-a']) {
    await rivulet.button('Conversations').click();
    await rivulet.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first().click();
    const newest = rivulet.articles.last();
    await expect.poll(() => newest.locator('> .body').textContent()).toMatch(new RegExp(`^${name}0 `));
    await expect.poll(() => stateOf(newest)).toBe('done');
    texts.push((await newest.locator('> .body').textContent())!);
  }
  expect({
    texts: texts.map((body) => body.trim()),
    frames: together.frames >= alone.frames / 2,
    // The longest waits are those of a machine that is busy elsewhere.
    waits: together.medianMs <= alone.medianMs * 2,
  }).toEqual({ texts: ['tale-d', 'tale-c', 'tale-b', 'tale-a'].map((name) => whole(name).trim()), frames: true, waits: true });
});
