import { expect, it } from 'vitest';
import { rig, TestClock } from '../../support/engine.ts';
import { type FakeServer, fakeServer, finish, done, type Step, text } from '../../support/fakeServer.ts';

const megabyte = 1024 * 1024;
const piece = 'x'.repeat(4 * 1024);

function* large(bytes: number): Generator<Step> {
  for (let sent = 0; sent < bytes; sent += piece.length) yield text(piece);
  yield finish();
  yield done();
}

/** What a server gets rid of when nobody reads a plain fetch: the buffers of both kernels and of the runtime. */
async function pushedIntoBuffers(server: FakeServer): Promise<number> {
  server.next(large(200 * megabyte));
  const controller = new AbortController();
  const response = await fetch(`${server.url}/chat/completions`, { method: 'POST', body: '{}', signal: controller.signal });
  const reader = response.body?.getReader();
  await reader?.read();
  const index = server.requests.length - 1;
  const sent = await settled(() => server.requests[index]?.sentBytes ?? 0);
  controller.abort();
  return sent;
}

/** The value once it has stood still for a while: a sender that is blocked sends no more. */
async function settled(value: () => number): Promise<number> {
  let last = -1;
  let still = 0;
  while (still < 12) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    still = value() === last ? still + 1 : 0;
    last = value();
  }
  return last;
}

it('holds a sender of 200 MB back while its reader stands still, and gets all of it when it moves again', async () => {
  await using server = await fakeServer();
  const buffers = await pushedIntoBuffers(server);
  server.next(large(200 * megabyte));
  const { start } = rig();
  const stream = start(server.url, { options: { limits: { stopRepetition: false } } });
  const reader = stream.tape.read({ pacing: true });
  const other = stream.tape.read({ pacing: false });
  await server.arrived(1);
  const sent = await settled(() => server.requests[1]?.sentBytes ?? 0);
  // The kernel's buffers grow and shrink by themselves, so their measure is good to a quarter.
  const most = buffers * 1.25 + megabyte;
  expect(sent).toBeLessThan(most);
  expect(stream.tape.lag).toBeGreaterThanOrEqual(100);
  // A reader that does not pace sees what there is and changes nothing.
  expect(other.take().length).toBe(stream.tape.length);
  expect(await settled(() => server.requests[1]?.sentBytes ?? 0)).toBeLessThan(most);

  let characters = 0;
  while (!reader.finished) {
    for (const event of reader.take()) if (event.type === 'text') characters += event.text.length;
    await reader.more();
  }
  expect(characters).toBe(200 * megabyte);
  expect((await stream.ended).reason).toBe('stop');
}, 60_000);

it('heeds a cancel while it is held back, and closes the socket', async () => {
  await using server = await fakeServer();
  server.next(large(50 * megabyte));
  const stream = rig().start(server.url, { options: { limits: { stopRepetition: false } } });
  stream.tape.read({ pacing: true });
  const request = await server.arrived(0);
  await settled(() => request.sentBytes);
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
  const request = await server.arrived(0);
  await settled(() => request.sentBytes);
  clock.advance(3_600_000);
  while (!reader.finished) {
    reader.take();
    await reader.more();
  }
  expect((await stream.ended).reason).toBe('stop');
}, 30_000);
