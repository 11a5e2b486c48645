import { expect, it } from 'vitest';
import { rig, TestClock } from '../../support/engine.ts';
import { fakeServer, finish, done, type Step, text } from '../../support/fakeServer.ts';

const megabyte = 1024 * 1024;
const piece = 'x'.repeat(4 * 1024);

function* large(bytes: number): Generator<Step> {
  for (let sent = 0; sent < bytes; sent += piece.length) yield text(piece);
  yield finish();
  yield done();
}

/** A server in this process that counts how often it is asked for more: one event a read, as long as there is any. */
function countedFetch(bytes: number): { readonly fetch: typeof globalThis.fetch; readonly reads: () => number } {
  let reads = 0;
  const event = (choice: object): string => `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`;
  const whole = new TextEncoder().encode(event({ delta: { content: piece } }));
  const end = new TextEncoder().encode(`${event({ delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`);
  const body = (): ReadableStream<Uint8Array> =>
    new ReadableStream(
      {
        pull: (controller) => {
          reads++;
          if (reads <= bytes / piece.length) return controller.enqueue(whole);
          controller.enqueue(end);
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
  return {
    fetch: async () => new Response(body(), { headers: { 'content-type': 'text/event-stream' } }),
    reads: () => reads,
  };
}

/** Lets everything that is due happen, many times over. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

it('reads no more of 200 MB than its slowest reader may lag behind, and all of it when that one moves again', async () => {
  const server = countedFetch(200 * megabyte);
  const stream = rig({ fetch: server.fetch }).start('http://127.0.0.1:9/v1', { options: { limits: { stopRepetition: false } } });
  const reader = stream.tape.read({ pacing: true });
  const other = stream.tape.read({ pacing: false });
  await expect.poll(() => stream.tape.lag).toBeGreaterThanOrEqual(100);
  await turns(1_000);
  const still = { reads: server.reads(), lag: stream.tape.lag };
  // A reader that does not pace sees what there is and changes nothing.
  const seen = other.take().length;
  await turns(1_000);
  let characters = 0;
  while (!reader.finished) {
    for (const event of reader.take()) if (event.type === 'text') characters += event.text.length;
    await reader.more();
  }
  expect({
    // The events that may be unread, and the one read that found that out.
    reads: still.reads <= 101,
    lag: still.lag <= 101,
    seen: seen === still.lag,
    characters,
    allReads: server.reads(),
    reason: (await stream.ended).reason,
  }).toEqual({ reads: true, lag: true, seen: true, characters: 200 * megabyte, allReads: 200 * 256 + 1, reason: 'stop' });
}, 60_000);

it('gets the whole of an answer over a socket that was held back', async () => {
  await using server = await fakeServer();
  server.next(large(20 * megabyte));
  const stream = rig().start(server.url, { options: { limits: { stopRepetition: false } } });
  const reader = stream.tape.read({ pacing: true });
  await expect.poll(() => stream.tape.lag).toBeGreaterThanOrEqual(100);
  let characters = 0;
  while (!reader.finished) {
    for (const event of reader.take()) if (event.type === 'text') characters += event.text.length;
    await reader.more();
  }
  expect({ characters, reason: (await stream.ended).reason }).toEqual({ characters: 20 * megabyte, reason: 'stop' });
});

it('heeds a cancel while it is held back, and closes the socket', async () => {
  await using server = await fakeServer();
  server.next(large(50 * megabyte));
  const stream = rig().start(server.url, { options: { limits: { stopRepetition: false } } });
  stream.tape.read({ pacing: true });
  const request = await server.arrived(0);
  await expect.poll(() => stream.tape.lag).toBeGreaterThanOrEqual(100);
  stream.stop();
  expect((await stream.ended).reason).toBe('cancelled');
  expect((await request.over).how).toBe('client-left');
  await server.idle();
});

it('does not take its own slow reader for a server that has stalled', async () => {
  await using server = await fakeServer();
  server.next(large(20 * megabyte));
  const clock = new TestClock();
  const stream = rig({ clock }).start(server.url, { options: { limits: { stopRepetition: false } } });
  const reader = stream.tape.read({ pacing: true });
  await expect.poll(() => stream.tape.lag).toBeGreaterThanOrEqual(100);
  await turns(100);
  clock.advance(3_600_000);
  while (!reader.finished) {
    reader.take();
    await reader.more();
  }
  expect((await stream.ended).reason).toBe('stop');
}, 30_000);
