// The fake server is what other tests believe in, so what it does and what it says it did are held against plain fetch.
import { expect, test } from 'vitest';
import { answer, done, drop, fakeServer, finish, gate, hang, status, text, wait } from '../../support/fakeServer.ts';

const ask = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${url}/chat/completions`, { method: 'POST', body: '{"model":"m"}', ...init });

const contents = (sse: string): string => [...sse.matchAll(/"content":"([^"]*)"/g)].map((found) => found[1]).join('');

test('a scripted answer arrives delta by delta, held back by gates', async () => {
  await using server = await fakeServer();
  const more = gate();
  server.next(text('Hel'), wait(more.opened), text('lo'), finish(), done());
  const reader = (await ask(server.url)).body!.pipeThrough(new TextDecoderStream()).getReader();
  const first = await reader.read();
  more.open();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) rest += part.value;
  const { how } = await server.requests[0]!.over;
  expect({ first: contents(first.value!), rest: contents(rest), ends: rest.endsWith('data: [DONE]\n\n'), how }).toEqual({
    first: 'Hel',
    rest: 'lo',
    ends: true,
    how: 'ended',
  });
});

test('requests are logged with body, headers and socket, and kept-alive sockets are seen to be used again', async () => {
  await using server = await fakeServer();
  server.always(answer('a'));
  const token = { headers: { authorization: 'Bearer k' } };
  for (let count = 0; count < 6; count++) await (await ask(server.url, token)).text();
  const used = new Set(server.requests.map((request) => request.socket));
  expect({
    first: [server.requests[0]!.body, server.requests[0]!.headers.authorization],
    requests: server.requests.length,
    known: [...used].every((id) => server.sockets[id]?.openedMs !== undefined),
    reused: used.size < 6,
  }).toEqual({ first: [{ model: 'm' }, 'Bearer k'], requests: 6, known: true, reused: true });
});

test('a client that leaves is seen, also while the script waits', async () => {
  await using server = await fakeServer();
  server.next(text('a'), hang());
  const controller = new AbortController();
  const response = await ask(server.url, { signal: controller.signal });
  await response.body!.getReader().read();
  const request = await server.arrived(0);
  controller.abort();
  expect((await request.over).how).toBe('client-left');
  // undici opens a socket for later when it loses one, and closes it a moment after.
  await expect.poll(() => server.openSockets).toBe(0);
});

test.each([{ reset: false }, { reset: true }])('a drop breaks the body after what was written (%o)', async (kind) => {
  await using server = await fakeServer();
  const seen = gate();
  server.next(text('a'), wait(seen.opened), drop(kind));
  const reader = (await ask(server.url)).body!.getReader();
  const first = await reader.read();
  seen.open();
  await expect(reader.read()).rejects.toThrow();
  expect({ got: first.done, over: (await server.requests[0]!.over).how }).toEqual({ got: false, over: 'dropped' });
});

test('a client that does not read is held back, and sentBytes stands still', async () => {
  await using server = await fakeServer();
  const block = 'x'.repeat(1 << 16);
  let produced = 0;
  server.next(function* () {
    for (; produced < 2000; produced++) yield text(block);
  });
  const response = await ask(server.url);
  const request = server.requests[0]!;
  let before = -1;
  await expect.poll(() => [before, (before = request.sentBytes)], { interval: 100 }).toSatisfy(([a, b]) => a === b);
  const held = produced;
  await response.body!.cancel();
  expect({ held: held < 2000, how: (await request.over).how }).toEqual({ held: true, how: 'client-left' });
});

test('status answers, models and a request nobody planned for', async () => {
  await using server = await fakeServer();
  server.models = ['small', 'large'];
  server.next(...status(429, { error: { message: 'Slow down' } }, { 'retry-after': '1' }));
  const limited = await ask(server.url);
  const unplanned = await ask(server.url);
  const models: any = await (await fetch(`${server.url}/models`)).json();
  expect({
    limited: [limited.status, limited.headers.get('retry-after'), await limited.json()],
    unplanned: unplanned.status,
    models: models.data.map((model: { id: string }) => model.id),
    others: server.others.map((request) => request.path),
  }).toEqual({
    limited: [429, '1', { error: { message: 'Slow down' } }],
    unplanned: 500,
    models: ['small', 'large'],
    others: ['/v1/models'],
  });
});
