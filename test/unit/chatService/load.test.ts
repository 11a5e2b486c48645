// The chat service under load and under attack: clients with the key are answered, and the user's own answers go first.
import { once } from 'node:events';
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serve, type Served, token } from '../../../scripts/served.ts';
import { systemClock } from '../../../src/core/request/clock.ts';
import { chatCompletionsApi } from '../../../src/node/chatService/apis/chatCompletions/request.ts';
import { messagesApi } from '../../../src/node/chatService/apis/messages/request.ts';
import { plainApi } from '../../../src/node/chatService/apis/plain.ts';
import { responsesApi } from '../../../src/node/chatService/apis/responses/request.ts';
import { ChatService } from '../../../src/node/chatService/chatService.ts';
import { collect, endOf, TestClock } from '../../support/engine.ts';
import { countTurns, turnsOfParsing } from '../../support/turns.ts';
import { answer, chunk, done, type FakeServer, fakeServer, finish, gate, text, wait } from '../../support/fakeServer.ts';

let server: FakeServer;
let served: Served;
const clock = new TestClock();

beforeEach(async () => {
  server = await fakeServer();
  served = await serve(server, undefined, clock, { maxConnections: 3 });
});

afterEach(async () => {
  served.service.stop();
  await server.close();
});

const agent = new Agent({ maxSockets: Infinity });
const portOf = (url: string): number => Number(new URL(url).port);

async function post(path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const all = { authorization: `Bearer ${token}`, ...headers };
  const request = httpRequest(`${served.address.url}${path}`, { method: 'POST', headers: all, agent });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

async function textOf(response: IncomingMessage): Promise<string> {
  let all = '';
  for await (const part of response) all += String(part);
  return all;
}

it.each([chatCompletionsApi, messagesApi, responsesApi, plainApi])(
  'a body is checked and converted in turns of their own: $path',
  async (api) => {
    using turns = countTurns();
    let checked = 0;
    const messages = [{ role: 'user', content: 'Hi' }];
    const body = { message: 'Hi', messages, input: messages, max_tokens: 1 };
    const read = await api.read(body, async () => void (checked = turns.count));
    expect([checked > 0, turns.count - checked >= 2, read.request.messages.length > 0]).toEqual([true, true, true]);
  },
);

it('a body is parsed in another turn than that in which its bytes become a text', async () => {
  server.always(() => answer('Hi'));
  const body = JSON.stringify({ messages: [{ role: 'user', content: 'large-body' }] });
  const { decoded, parsed } = await turnsOfParsing('large-body', async () => textOf(await post('/v1/chat/completions', body)));
  expect([decoded[0]! < parsed[0]!, parsed.length > 0]).toEqual([true, true]);
});

it.each([chatCompletionsApi, messagesApi, responsesApi])('each tool is looked at once: $path', async (api) => {
  const messages = [{ role: 'user', content: 'Hi' }];
  const tools = ['a', 'b', 'c'].map((name) => ({
    ...(api === messagesApi ? { name, input_schema: {} } : { type: 'function', name, function: { name } }),
    seldom: true,
  }));
  let looks = 0;
  // The check asks each object for its own fields before it copies them.
  const { hasOwnProperty } = Object.prototype;
  Object.prototype.hasOwnProperty = function counted(key) {
    const own = hasOwnProperty.call(this, key);
    if (own && key === 'seldom') looks++;
    return own;
  };
  try {
    await api.read({ messages, input: messages, max_tokens: 1, tools }, async () => undefined);
  } finally {
    Object.prototype.hasOwnProperty = hasOwnProperty;
  }
  expect(looks).toBe(tools.length);
});

it('answers a client with the key at once while a thousand sockets without one say nothing, and never keeps more', async () => {
  server.always(() => answer('Hi'));
  const port = portOf(served.address.url);
  const strangers: Socket[] = [];
  let cut = 0;
  for (let index = 0; index < 1_700; index++) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.once('close', () => cut++);
    strangers.push(socket);
    if (index % 100 === 99) await once(socket, 'connect');
  }
  const response = await post('/chat', '{"message":"Hi"}');
  const said = await textOf(response);
  await expect.poll(() => cut).toBeGreaterThan(150);
  for (const socket of strangers) socket.destroy();
  expect([response.statusCode, said.includes('Hi')]).toEqual([200, true]);
});

it('answers each of 400 requests at once, or says when to come back', async () => {
  const all = gate();
  const full = gate();
  let refused = 0;
  server.always(() => [text('Hi'), wait(all.opened), finish(), done()]);
  const asked = Array.from({ length: 400 }, async () => {
    const response = await post('/chat', '{"message":"Hi"}');
    if (response.statusCode === 503 && ++refused === 144) full.open();
    const said = await textOf(response);
    return `${response.statusCode} ${response.headers['retry-after'] ?? ''}${/"done":true/.test(said) ? 'whole' : ''}`;
  });
  await full.opened;
  all.open();
  const seen = new Map<string, number>();
  for (const one of await Promise.all(asked)) seen.set(one, (seen.get(one) ?? 0) + 1);
  expect(Object.fromEntries(seen)).toEqual({ '200 whole': 256, '503 1': 144 });
});

it('answers a person while clients that never read hold all the places that programs may have, and lets those go', async () => {
  const piece = 'x'.repeat(64 * 1024);
  server.always(function* ({ body }) {
    if (body.messages[0].content !== 'Long') yield* answer('For you');
    else for (;;) yield chunk({ choices: [{ index: 0, delta: { content: piece }, finish_reason: null }] });
  });
  const lost: Promise<unknown>[] = [];
  for (let index = 0; index < 2; index++) {
    const response = await post('/chat', '{"message":"Long"}');
    response.pause();
    lost.push(server.arrived(index).then((request) => request.over));
    response.on('error', () => undefined);
  }
  const third = post('/chat', '{"message":"Short"}').then(textOf);
  const person = endOf(await collect(served.start(server.url)));
  // The service waits for both to take more, and for nothing else.
  await expect.poll(() => clock.pending).toBe(2);
  clock.advance(60_000);
  await Promise.all(lost);
  expect([person.text, /For you/.test(await third), clock.pending]).toEqual(['For you', true, 0]);
});

it('holds no more than 64 MB of bodies at once, answers those that fit, and tells the others to come back', async () => {
  server.always(() => answer('Hi'));
  // Blanks, which are held as anything else is, and go no further.
  const body = Buffer.from('{"message":"Hi"}'.padEnd(4 * 1024 * 1024));
  const headers = { authorization: `Bearer ${token}`, 'content-length': body.length };
  const enough = gate();
  let refused = 0;
  const asked = Array.from({ length: 20 }, () => {
    const request = httpRequest(`${served.address.url}/chat`, { method: 'POST', headers, agent });
    const status = new Promise<number | undefined>((resolve) => {
      request.on('response', (response: IncomingMessage) => {
        if (response.statusCode === 503 && ++refused === 4) enough.open();
        response.resume().on('close', () => resolve(response.statusCode));
      });
      request.on('error', () => undefined);
    });
    request.write(body.subarray(0, -1));
    return { request, status };
  });
  // 15 whole bodies fit, and no 17 do.
  await enough.opened;
  for (const { request } of asked) request.end(body.subarray(-1));
  const statuses = await Promise.all(asked.map(({ status }) => status));
  const answered = statuses.filter((status) => status === 200).length;
  expect({ all: answered + refused, some: answered > 0, bounded: answered <= 16 }).toEqual({ all: 20, some: true, bounded: true });
});

it('is one server however often it is started at once, and none when it was stopped meanwhile', async () => {
  const ports = {
    begin: () => Promise.reject(new Error('Not asked.')),
    target: async () => undefined,
    models: async () => [],
    clock: systemClock,
  };
  const twice = new ChatService(ports);
  const addresses = await Promise.all([twice.start('one', 0), twice.start('two', 0), twice.start('three', 0)]);
  const again = await twice.start('four', 0);
  twice.stop();
  const closed = fetch(`${again.url}/v1/models`).catch(() => 'closed');

  const stopped = new ChatService(ports);
  const starting = stopped.start('one', 0);
  stopped.stop();
  const { url } = await starting;
  const gone = await fetch(`${url}/v1/models`).catch(() => 'closed');
  expect({
    addresses: new Set(addresses.map((address) => JSON.stringify(address))).size,
    same: again.url === addresses[0].url,
    token: again.token,
    closed: await closed,
    gone,
  }).toEqual({ addresses: 1, same: true, token: 'one', closed: 'closed', gone: 'closed' });
});

describe('a body is refused with 400, and nobody is asked, when it is', () => {
  const deep = (depth: number): string => `{"message":"Hi","x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  it.each<[what: string, body: string | Buffer, headers: Record<string, string>, says: RegExp]>([
    ['nested 7,000 deep', deep(7_000), {}, /deep/],
    ['nested a million deep', deep(1_000_000), {}, /deep/],
    ['nested and never closed', '{"message":"Hi","x":'.repeat(300), {}, /deep/],
    ['no UTF-8', Buffer.from('{"message":"Hi \xff"}', 'latin1'), {}, /UTF-8/],
    ['cut inside of a character', Buffer.from('{"message":"é').subarray(0, -1), {}, /UTF-8/],
    ['of another charset', '{"message":"Hi"}', { 'content-type': 'application/json; charset=utf-16' }, /UTF-8/],
    ['compressed', gzipSync('{"message":"Hi"}'), { 'content-encoding': 'gzip' }, /compressed/],
    ['empty', '', {}, /JSON/],
  ])('%s', async (_what, body, headers, says) => {
    const response = await post('/chat', body, headers);
    expect([response.statusCode, await textOf(response), server.requests.length]).toEqual([400, expect.stringMatching(says), 0]);
  });
});

describe('a body is taken when it has', () => {
  it.each<[what: string, body: string | Buffer, headers: Record<string, string>]>([
    ['a byte order mark', '\ufeff{"message":"Hi"}', {}],
    ['brackets in its words', JSON.stringify({ message: `Hi ${'[{"\\"'.repeat(1_000)}` }), {}],
    ['a hundred levels', `{"message":"Hi","x":${'['.repeat(100)}${']'.repeat(100)}}`, {}],
    ['a charset that it is in', '{"message":"Hi"}', { 'content-type': 'application/json; charset="UTF-8"' }],
  ])('%s', async (_what, body, headers) => {
    server.next(...answer('Hello'));
    const response = await post('/chat', body, headers);
    expect([response.statusCode, /Hello/.test(await textOf(response)), server.requests.length]).toEqual([200, true, 1]);
  });
});

it('passes 50,000 tools on, and tells two of one name among them', async () => {
  const tools = Array.from({ length: 50_000 }, (_, index) => ({ type: 'function', function: { name: `t${index}` } }));
  const messages = [{ role: 'user', content: 'Hi' }];
  server.next(...answer('Hello'));
  const taken = await post('/v1/chat/completions', JSON.stringify({ messages, tools }));
  await textOf(taken);
  const refused = await post('/v1/chat/completions', JSON.stringify({ messages, tools: [...tools, tools[7]] }));
  expect([taken.statusCode, server.requests[0]?.body.tools.length, refused.statusCode, await textOf(refused)]).toEqual([
    200,
    50_000,
    400,
    expect.stringContaining('\\"t7\\"'),
  ]);
});

it('repeats no key in what it refuses', async () => {
  const response = await post(`/${token}/${encodeURIComponent(token)}/${'x'.repeat(5_000)}`, '');
  const said = await textOf(response);
  expect([response.statusCode, said.includes(token), said.length < 600]).toEqual([404, false, true]);
});
