import { expect, it } from 'vitest';
import type { ErrorKind } from '../../../src/api.ts';
import { RequestTimeouts } from '../../../src/core/request/timeouts.ts';
import { TestClock } from '../../support/engine.ts';

const timeouts = { connectSeconds: 5, firstTokenSeconds: 300, idleSeconds: 60 };

function scene(): { clock: TestClock; dog: RequestTimeouts; expired: ErrorKind[] } {
  const clock = new TestClock();
  const expired: ErrorKind[] = [];
  return { clock, expired, dog: new RequestTimeouts(clock, timeouts, (expiry) => expired.push(expiry.kind)) };
}

it('strikes once, in the phase it is in', () => {
  const connecting = scene();
  connecting.clock.advance(4_900);
  expect(connecting.expired).toEqual([]);
  connecting.clock.advance(60_000);
  expect(connecting.expired).toEqual(['connect-timeout']);

  const waiting = scene();
  waiting.dog.sent();
  waiting.clock.advance(299_000);
  expect(waiting.expired).toEqual([]);
  waiting.clock.advance(2_000);
  expect(waiting.expired).toEqual(['first-token-timeout']);
});

it('gives signs of life without content before the first token no more time than silence', () => {
  const { clock, dog, expired } = scene();
  dog.sent();
  for (let second = 0; second < 310; second += 10) {
    clock.advance(10_000);
    dog.bytes(false);
  }
  expect(expired).toEqual(['first-token-timeout']);
});

it('takes silence for a stall, and signs of life without content for one after twice as long', () => {
  const silent = scene();
  silent.dog.sent();
  silent.dog.bytes(true);
  silent.clock.advance(61_000);
  expect(silent.expired).toEqual(['stall']);

  const empty = scene();
  empty.dog.sent();
  empty.dog.bytes(true);
  for (let second = 0; second < 110; second += 10) {
    empty.clock.advance(10_000);
    empty.dog.bytes(false);
  }
  expect(empty.expired).toEqual([]);
  empty.clock.advance(15_000);
  expect(empty.expired).toEqual(['stall']);
});

it('stands still while our own reader is the slow side', () => {
  const { clock, dog, expired } = scene();
  dog.sent();
  dog.bytes(true);
  clock.advance(50_000);
  dog.pause();
  clock.advance(3_600_000);
  dog.resume();
  clock.advance(9_000);
  expect(expired).toEqual([]);
  clock.advance(2_000);
  expect(expired).toEqual(['stall']);
});

it('asks a connection to show within seconds that it survived a sleep of the computer', () => {
  const lost = scene();
  lost.dog.sent();
  lost.dog.bytes(true);
  lost.clock.sleep(3_600_000);
  lost.clock.advance(5_100);
  expect(lost.expired).toEqual([]);
  lost.clock.advance(5_100);
  expect(lost.expired).toEqual(['connection']);

  const kept = scene();
  kept.dog.sent();
  kept.dog.bytes(true);
  kept.clock.sleep(3_600_000);
  kept.clock.advance(5_100);
  kept.dog.bytes(true);
  kept.clock.advance(50_000);
  expect(kept.expired).toEqual([]);
});

it('leaves no timer behind', () => {
  const { clock, dog } = scene();
  dog.stop();
  expect(clock.pending).toBe(0);
});
