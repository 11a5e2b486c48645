import { expect, it } from 'vitest';
import { Tape } from '../../../src/core/answer/tape/tape.ts';

const never = new AbortController().signal;

it('gives each reader everything, however late it comes', () => {
  const tape = new Tape<number>(10);
  tape.write(1);
  const early = tape.read({ pacing: false });
  tape.write(2);
  const late = tape.read({ pacing: false });
  tape.write(3);
  tape.end();
  expect([early.take(2), early.take(), late.take(), early.finished, late.finished]).toEqual([[1, 2], [3], [1, 2, 3], true, true]);
});

it('lets only pacing readers hold the writer back', async () => {
  const tape = new Tape<number>(2);
  tape.read({ pacing: false });
  for (const entry of [1, 2, 3, 4]) tape.write(entry);
  expect([tape.lag, tape.hasRoom]).toEqual([0, true]);
  const slow = tape.read({ pacing: true, from: 2 });
  expect([tape.lag, tape.hasRoom]).toEqual([2, false]);
  let waited = false;
  const room = tape.room(never).then(() => (waited = true));
  await Promise.resolve();
  expect(waited).toBe(false);
  slow.take();
  await room;
  expect(waited).toBe(true);
});

it('does not wait for a reader that has left, or that no longer paces', async () => {
  const tape = new Tape<number>(1);
  const gone = tape.read({ pacing: true });
  const hidden = tape.read({ pacing: true });
  tape.write(1);
  const room = tape.room(never);
  gone.leave();
  hidden.pace(false);
  await room;
  expect([gone.take(), gone.finished, tape.hasRoom]).toEqual([[], true, true]);
});

it('heeds a cancel while it waits for room', async () => {
  const tape = new Tape<number>(1);
  tape.read({ pacing: true });
  tape.write(1);
  const controller = new AbortController();
  const room = tape.room(controller.signal);
  controller.abort();
  await room;
  expect(tape.hasRoom).toBe(false);
});

it('wakes a waiting reader for an entry, for the end and for its own leaving', async () => {
  const tape = new Tape<number>(1);
  const reader = tape.read({ pacing: true });
  const first = reader.more();
  tape.write(1);
  await first;
  expect(reader.take()).toEqual([1]);
  const second = reader.more();
  tape.end();
  await second;
  const other = new Tape<number>(1).read({ pacing: true });
  const third = other.more();
  other.leave();
  await third;
  expect([reader.finished, other.finished]).toEqual([true, true]);
});

it('refuses what is written behind its end', () => {
  const tape = new Tape<number>(1);
  tape.end();
  expect(() => tape.write(1)).toThrow('ended');
});
