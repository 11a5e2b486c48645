/** What a screen reader announces while changes stream. */
import { expect, it } from 'vitest';
import { Announcements } from '../../../src/core/insert/announcements.ts';

it('says the newest count at most every five seconds, and nothing twice', () => {
  let nowMs = 0;
  const timers: { atMs: number; run: () => void }[] = [];
  const said: unknown[] = [];
  const announcements = new Announcements((sentence) => said.push([nowMs, sentence]), {
    now: () => nowMs,
    after: (ms, run) => {
      const timer = { atMs: nowMs + ms, run };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  });
  const to = (ms: number): void => {
    for (; nowMs < ms; nowMs += 100) {
      announcements.soon(`${Math.floor(nowMs / 300)} changes`);
      for (const timer of timers.filter(({ atMs }) => atMs <= nowMs)) {
        timers.splice(timers.indexOf(timer), 1);
        timer.run();
      }
    }
  };
  to(12_000);
  announcements.now(undefined);
  announcements.now(undefined);
  announcements.soon('none');
  expect(said).toEqual([
    [0, '0 changes'],
    [5_000, '16 changes'],
    [10_000, '33 changes'],
    [12_000, undefined],
  ]);
});
