// A recording played by a server: the same events, at the recorded pace times a factor.
import { request } from 'node:http';
import { expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../src/core/request/clock.ts';
import { ReplayServer } from '../../../src/node/replayServer.ts';
import { recordedStreams } from '../../support/corpus.ts';
import { collect, endOf, rig } from '../../support/engine.ts';
import { protocolBodies } from '../../support/protocolCorpus.ts';
import { fakeServer, gate, raw } from '../../support/fakeServer.ts';

const file = Buffer.from(
  ': rivulet recording 1\n: model m, status 200, text/event-stream\n' +
    ': at 100 ms\ndata: {"choices":[{"delta":{"content":"Hel"}}]}\n\n' +
    ': at 350 ms\ndata: {"choices":[{"delta":{"content":"lo"},"finish_reason":"stop"}]}\n\n' +
    ': at 600 ms\ndata: [DONE]\n\n',
);
/** A clock whose timers fire in the next microtask. */
const skipping = (waited: (ms: number) => void = () => undefined): Clock => ({
  ...systemClock,
  timer: (ms, fire) => {
    waited(ms);
    queueMicrotask(fire);
    return () => undefined;
  },
});
const options = { retry: { maxAttempts: 1 }, resume: { maxResumes: 0 } };

it.each([
  [0.1, [1000, 2500, 2500]],
  [1, [100, 250, 250]],
  [100, [1, 2.5, 2.5]],
])('waits between its events as the server did, at %d times the speed', async (speed, waits) => {
  const waited: number[] = [];
  const server = new ReplayServer(skipping((ms) => waited.push(ms)));
  const { baseURL } = await server.serve(file, speed);
  const end = endOf(await collect(rig().start(baseURL, { options })));
  server.dispose();
  expect([end.text, end.reason, waited]).toEqual(['Hello', 'stop', waits]);
});

it('plays every stream of the corpus as the server itself did', async () => {
  await using server = await fakeServer();
  const replay = new ReplayServer(skipping());
  const ends = async (url: string): Promise<unknown> => {
    const { text, reason, error } = endOf(await collect(rig().start(url, { options })));
    return [text, reason, error?.kind];
  };
  const [live, played]: [unknown[], unknown[]] = [[], []];
  for (const { name, bytes } of recordedStreams()) {
    server.next(raw(bytes));
    live.push([name, await ends(server.url)]);
    const { baseURL, close } = await replay.serve(bytes, 100);
    played.push([name, await ends(baseURL)]);
    close();
  }
  replay.dispose();
  expect(played).toEqual(live);
});

it.each(['responses', 'messages', 'gemini', 'ollama'])('plays every stream of %s in its own protocol', async (folder) => {
  const replay = new ReplayServer(skipping());
  const wrong: unknown[] = [];
  for (const { name, bytes, status, expect: wanted } of protocolBodies(folder)) {
    // The second half of a stream, and answers that are no streams, are in no protocol by themselves.
    if (status !== 200 || name.startsWith('18b') || wanted.error !== null) continue;
    const { baseURL, api, close } = await replay.serve(bytes, 100);
    const end = endOf(await collect(rig().start(baseURL, { endpoint: { api }, options, replayed: true })));
    // Where a refusal is no text, the end tells it.
    const text = wanted.text + (end.detail === undefined ? (wanted.refusal ?? '') : '');
    if (end.text !== text) wrong.push([name, end.text, text]);
    close();
  }
  replay.dispose();
  expect(wrong).toEqual([]);
});

it('stops when nobody listens any more', async () => {
  const left = gate();
  const playing = gate();
  const server = new ReplayServer({
    ...systemClock,
    timer: () => {
      playing.open();
      return left.open;
    },
  });
  const { baseURL } = await server.serve(file, 1);
  const stream = rig().start(baseURL, { options });
  await playing.opened;
  stream.stop();
  const { reason } = await stream.ended;
  await left.opened;
  server.dispose();
  expect(reason).toBe('cancelled');
});

it('plays for its caller alone: not at another path, not for another host, and not for a page', async () => {
  const server = new ReplayServer(skipping());
  const { baseURL } = await server.serve(file, 1);
  const { origin, port } = new URL(baseURL);
  const ask = (url: string, headers: Record<string, string> = {}): Promise<number | undefined> =>
    new Promise((resolve) => {
      request(url, { method: 'POST', headers }, (response) => resolve(response.resume().statusCode)).end('{}');
    });
  const seen = [
    await ask(`${baseURL}/chat/completions`),
    await ask(`${origin}/v1/chat/completions`),
    await ask(`${baseURL}/chat/completions`, { host: `evil.example:${port}` }),
    await ask(`${baseURL}/chat/completions`, { origin: 'https://evil.example' }),
  ];
  server.dispose();
  expect(seen).toEqual([200, 404, 403, 403]);
});
