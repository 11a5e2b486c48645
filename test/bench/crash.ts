// `npm run bench:crash [-- kills]`: kill -9 of the real extension host at random moments of an answer of 2,000 deltas a
// second, 50 times, and what each time is left of it in the panel. Linux only.
import type { Frame, Locator, Page } from 'playwright-core';
import { extensionHosts } from '../support/extensionHosts.ts';
import { answer, fakeServer, text, wait, type Step } from '../support/fakeServer.ts';
import { startPlace } from '../../scripts/place.ts';
import type { Place } from '../../scripts/places.ts';
import { newChat, openChat, openWindow, webviewFrame } from '../../scripts/workbench.ts';

const kills = Number(process.argv[2] ?? 50);
const perTick = 20;
const tickMs = 10;
/** Maximum loss. */
const mostMissingMs = 100;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Kill {
  /** From the first word to the kill. */
  readonly afterMs: number;
  /** From the server's sending of the last word that was kept to the kill. */
  readonly missingMs: number;
  readonly state: string | null;
  /** The kept text is a prefix of the sent text, and the completed answer is all of it. */
  readonly isWhole: boolean;
}

/** Counts until the connection is gone; `sentAt` has the time of each word. */
async function* counting(sentAt: number[]): AsyncGenerator<Step> {
  for (let tick = 1; ; tick++) {
    const now = performance.now();
    for (let count = 0; count < perTick; count++) {
      yield text(`${sentAt.length} `);
      sentAt.push(now);
    }
    yield wait(pause(Math.max(0, sentAt[0]! + tick * tickMs - performance.now())));
  }
}

const newest = (chat: Frame): Locator => chat.locator('[role="log"] article.assistant').last();
const bodyOf = async (chat: Frame): Promise<string> => ((await newest(chat).locator('> .body').textContent()) ?? '').trim();
const stateOf = (chat: Frame): Promise<string | null> => newest(chat).getAttribute('data-state');

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 60_000;
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > deadlineMs) throw new Error(`Nothing came of it: ${isSo}`);
    await pause(30);
  }
}

/** After three crashes in five minutes VS Code asks before it starts another one. */
async function chatAfterCrash(page: Page, dead: Frame): Promise<Frame> {
  let chat: Frame | undefined;
  await until(async () => {
    const again = page
      .getByRole('button', { name: 'Restart Remote Extension Host' })
      .or(page.getByRole('button', { name: 'Restart Extension Host' }));
    if ((await again.count()) > 0) await again.first().click();
    chat = await webviewFrame(page, '[role="log"] article.assistant', 500);
    return chat !== dead && (await stateOf(chat)) !== 'streaming';
  });
  return chat!;
}

async function killOnce(place: Place, page: Page, server: Awaited<ReturnType<typeof fakeServer>>): Promise<Kill> {
  const chat = await openChat(page);
  await newChat(page, chat);
  const sentAt: number[] = [];
  server.always(() => counting(sentAt));
  const box = chat.getByRole('textbox', { name: 'Message' });
  await box.fill('Count');
  await box.press('Enter');
  await until(async () => sentAt.length > 0);
  await pause(Math.random() * 2_000);
  const killedAt = performance.now();
  for (const pid of extensionHosts(place)) process.kill(pid, 'SIGKILL');
  server.always(() => answer('And the rest.'));
  const next = await chatAfterCrash(page, chat);
  const [kept, state] = [await bodyOf(next), await stateOf(next)];
  const words = kept === '' ? [] : kept.split(' ');
  // The last word may be cut in its middle.
  const whole = words.length < 2 ? 0 : words.length - 1;
  const sent = sentAt.map((_, index) => index).join(' ');
  await next.getByRole('button', { name: 'Resume', exact: true }).click();
  await until(async () => (await stateOf(next)) === 'done');
  const resumed = await bodyOf(next);
  return {
    afterMs: killedAt - sentAt[0]!,
    missingMs: killedAt - (sentAt[whole] ?? sentAt[0]!),
    state,
    isWhole: sent.startsWith(kept) && resumed.startsWith(kept) && resumed.endsWith('And the rest.'),
  };
}

if (process.platform !== 'linux') throw new Error('Extension hosts can be found and killed on Linux only.');
await using server = await fakeServer();
await using own = await startPlace({
  frozen: true,
  settings: {
    'rivulet.endpoints': [{ id: 'bench', baseURL: server.url, models: ['bench'] }],
    'rivulet.model': 'bench/bench',
    'rivulet.retry.maxAttempts': 1,
    'rivulet.resume.maxResumes': 0,
  },
});
await using window = await openWindow(own.place);
await openChat(window.page);
const all: Kill[] = [];
while (all.length < kills) {
  const kill = await killOnce(own.place, window.page, server);
  all.push(kill);
  console.log(
    `${String(all.length).padStart(3)}  after ${kill.afterMs.toFixed(0).padStart(4)} ms  ` +
      `missing ${kill.missingMs.toFixed(0).padStart(4)} ms  ${kill.state}  ${kill.isWhole ? 'whole after Resume' : 'NOT WHOLE'}`,
  );
}
const missing = all.map(({ missingMs }) => missingMs).sort((a, b) => a - b);
const bad = all.filter(({ state, isWhole }) => state !== 'truncated' || !isWhole).length;
console.log(
  `\n${kills} kills: missing ${missing[missing.length >> 1]!.toFixed(0)} ms at the median, ` +
    `${missing.at(-1)!.toFixed(0)} ms at most (goal: ${mostMissingMs}); ${bad} not marked or not whole`,
);
if (bad > 0 || missing.at(-1)! > mostMissingMs) process.exitCode = 1;
