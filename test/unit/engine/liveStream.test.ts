// What others see of a running answer: its id, its end, and how long the model reasoned.
import { expect, it } from 'vitest';
import { failedAnswer } from '../../../src/core/answer/failedAnswer.ts';
import { body, chunk, doneEvent, finished } from '../../support/body.ts';
import { collect, rig, TestClock } from '../../support/engine.ts';

/** A body whose chunks come one second apart. */
function everySecond(clock: TestClock, ...parts: readonly (object | string)[]): Response {
  let at = 0;
  return new Response(
    new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          await Promise.resolve();
          const part = parts[at++];
          clock.advance(1_000);
          if (part === undefined) controller.close();
          else controller.enqueue(new TextEncoder().encode(body(part)));
        },
      },
      { highWaterMark: 0 },
    ),
  );
}

it('has an id that no other has, and its end as soon as that is on the tape', async () => {
  const clock = new TestClock();
  const { start } = rig({ clock, fetch: async () => everySecond(clock, chunk({ content: 'Hi' }), finished(), doneEvent) });
  const streams = [start('http://127.0.0.1:1/v1'), start('http://127.0.0.1:1/v1'), failedAnswer('m', { kind: 'auth', message: 'x' })];
  const before = streams.map((stream) => stream.end?.reason);
  const seen: (string | undefined)[] = [];
  await collect(streams[0]!, ({ type }) => void (type === 'end' && seen.push(streams[0]!.end?.reason)));
  expect([new Set(streams.map(({ id }) => id)).size, before, seen, (await streams[0]!.ended) === streams[0]!.end]).toEqual([
    3,
    [undefined, undefined, 'error'],
    ['stop'],
    true,
  ]);
});

it('measures how long the model reasoned before its first word, or until the end', async () => {
  const thought = chunk({ reasoning_content: 'Hm. ' });
  const word = chunk({ content: 'word ' });
  const measured = await Promise.all(
    [
      [thought, thought, thought, word, word],
      [thought, word, thought, thought, word],
      [word, word],
      [word, thought],
    ].map(async (chunks) => {
      const clock = new TestClock();
      const { start } = rig({ clock, fetch: async () => everySecond(clock, ...chunks, finished(), doneEvent) });
      const stream = start('http://127.0.0.1:1/v1');
      return (await stream.ended).timing.reasoningMs;
    }),
  );
  expect(measured).toEqual([3_000, 1_000, undefined, 3_000]);
});
