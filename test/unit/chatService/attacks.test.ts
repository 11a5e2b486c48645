// Raw HTTP at every address of the chat service: invalid requests are refused and start no answer.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served, token } from '../../../scripts/served.ts';
import { answer, type FakeServer, fakeServer } from '../../support/fakeServer.ts';

let server: FakeServer;
let served: Served;
let port: number;
/** An answer that has ended. */
let id: string;

beforeAll(async () => {
  server = await fakeServer();
  served = await serve(server);
  port = Number(new URL(served.address.url).port);
  server.next(...answer('Hi'));
  const body = JSON.stringify({ input: 'Hi' });
  const asked = await fetch(`${served.address.url}/v1/responses`, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } });
  id = asked.headers.get('x-rivulet-answer')!;
});

afterAll(async () => {
  served.service.stop();
  await server.close();
});

interface Reply {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** The bytes as they are, over a socket of their own. */
async function send(first: string, headers: readonly string[] = [], body = ''): Promise<Reply> {
  const socket = connect(port, '127.0.0.1');
  const own = [
    `Host: 127.0.0.1:${port}`,
    `Authorization: Bearer ${token}`,
    'Connection: close',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  const named = new Set(headers.map((header) => header.split(':')[0]!.toLowerCase()));
  const all = [...own.filter((header) => !named.has(header.split(':')[0]!.toLowerCase())), ...headers].filter(
    (header) => !header.endsWith(': -'),
  );
  socket.write(`${first} HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n${body}`);
  let got = '';
  socket.on('data', (bytes) => (got += String(bytes)));
  await once(socket, 'close');
  const [head = '', ...rest] = got.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head, body: rest.join('\r\n\r\n') };
}

const doors = ['/chat', '/v1/chat/completions', '/v1/responses', '/v1/messages'];
const known = [...doors, '/v1/models', '/v1/responses/ID', '/v1/responses/ID/cancel'];

describe('answers with 405 and the right method', () => {
  it.each(
    known.flatMap((path) =>
      ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']
        .filter((method) => method !== (path === '/v1/models' || path.endsWith('ID') ? 'GET' : 'POST'))
        .map((method) => [method, path] as const),
    ),
  )('%s %s', async (method, path) => {
    const { status, head, body } = await send(`${method} ${path.replace('ID', id)}`);
    const allow = /^allow: (\w+)/im.exec(head)?.[1];
    const cors = /access-control/i.test(head);
    expect([status, allow, method === 'HEAD' ? body : 'any', cors, server.requests.length]).toEqual([
      405,
      path === '/v1/models' || path.endsWith('ID') ? 'GET' : 'POST',
      method === 'HEAD' ? '' : 'any',
      false,
      1,
    ]);
  });
});

describe('has nothing at', () => {
  it.each([
    '/',
    '//v1/responses',
    '/v1/responses/',
    '/v1/responses/..',
    '/v1/responses/../models',
    '/v1/responses/..%2fmodels',
    '/v1/responses/%2e%2e/models',
    '/v1/responses/ID/',
    '/v1/responses/ID/../ID',
    '/v1/responses/ID/input_items',
    '/v1/responses/ID%00',
    '/v1/responses/ID%0d%0aX:%20y',
    '/v1/responses/__proto__',
    '/v1/responses/constructor',
    '/v1/responses/resp_1',
    `/v1/responses/${'a'.repeat(8_000)}`,
    '/V1/RESPONSES/ID',
    '/v1/messages/count_tokens',
    'http://example.org/v1/models',
    '*',
  ])('GET %s', async (path) => {
    const { status, body } = await send(`GET ${path.replaceAll('ID', id)}`);
    expect([status, body.length < 800, server.requests.length]).toEqual([404, true, 1]);
  });
});

describe('refuses a place in an answer that it cannot have', () => {
  it.each<[what: string, query: string, headers: string[], says: RegExp]>([
    ['negative', '?stream=true&starting_after=-1', [], /starting_after/],
    ['huge', '?stream=true&starting_after=999999999999', [], /no event 999999999999/],
    ['huger', `?stream=true&starting_after=${'9'.repeat(400)}`, [], /starting_after/],
    ['a fraction', '?stream=true&starting_after=1.5', [], /starting_after/],
    ['in hexadecimal', '?stream=true&starting_after=0x1', [], /starting_after/],
    ['with an exponent', '?stream=true&starting_after=1e3', [], /starting_after/],
    ['empty', '?stream=true&starting_after=', [], /starting_after/],
    ['no number', '?stream=true&starting_after=NaN', [], /starting_after/],
    ['one that is not there yet', '?stream=true&starting_after=99', [], /no event 99/],
    ['without a stream', '?starting_after=1', [], /stream=true/],
    ['of a stream that is no word', '?stream=1', [], /stream\\" must be true or false/],
    ['of another name', '?stream=true&startingAfter=1', [], /no parameter .*startingAfter/],
    ['in a header that is no number', '?stream=true', ['Last-Event-ID: abc'], /Last-Event-ID/],
    ['negative in a header', '?stream=true', ['Last-Event-ID: -5'], /Last-Event-ID/],
  ])('%s', async (_what, query, headers, says) => {
    const { status, body } = await send(`GET /v1/responses/${id}${query}`, headers);
    expect([status, body, server.requests.length]).toEqual([400, expect.stringMatching(says), 1]);
  });
});

describe.each(known)('%s is for programs of this machine that have the key', (path) => {
  it.each<[what: string, headers: string[], status: number]>([
    ['no key', ['Authorization: -'], 401],
    ['a wrong key', ['Authorization: Bearer nope'], 401],
    ['a wrong key of the other kind', ['Authorization: -', 'x-api-key: nope'], 401],
    ['an empty key of the other kind', ['Authorization: -', 'x-api-key: '], 401],
    ['another host', [`Host: attacker.example:${1}`], 403],
    ['no host', ['Host: '], 403],
    ['a web page', ['Origin: https://attacker.example'], 403],
    ['a page without an origin', ['Origin: null'], 403],
    ['a page that says where it is', ['Sec-Fetch-Site: same-origin'], 403],
  ])('%s', async (_what, headers, wanted) => {
    const method = path === '/v1/models' || path.endsWith('ID') ? 'GET' : 'POST';
    const { status, head } = await send(`${method} ${path.replace('ID', id)}`, headers, method === 'POST' ? '{}' : '');
    expect([status, /access-control/i.test(head), server.requests.length]).toEqual([wanted, false, 1]);
  });
});

describe.each(doors)('%s refuses a body', (path) => {
  it.each<[what: string, body: string, headers: string[], status: number]>([
    ['that is empty', '', [], 400],
    ['that is null', 'null', [], 400],
    ['that is a list', '[]', [], 400],
    ['that is a text', '"Hi"', [], 400],
    ['that is cut', '{"input":"Hi"', [], 400],
    ['that is nested too deep', `{"input":${'['.repeat(1_000)}${']'.repeat(1_000)}}`, [], 400],
    ['that is compressed', '{}', ['Content-Encoding: gzip'], 400],
    ['of another charset', '{}', ['Content-Type: application/json; charset=utf-16'], 400],
    ['with a prototype in it', '{"__proto__":{"input":"Hi","message":"Hi","messages":[]}}', [], 400],
    [
      'with a wish to continue that is no word',
      '{"message":"Hi","input":"Hi","messages":[{"role":"user","content":"Hi"}]}',
      ['x-rivulet-detach: 1'],
      400,
    ],
  ])('%s', async (_what, body, headers, wanted) => {
    const reply = await send(`POST ${path}`, headers, body);
    const { error } = JSON.parse(reply.body) as { error: string | { message: string } };
    const sentence = typeof error === 'string' ? error : error.message;
    expect([reply.status, /^[^\n]{10,200}\.$/.test(sentence), server.requests.length]).toEqual([wanted, true, 1]);
  });
});

it('lets neither line ends nor its key into a header that names fields', async () => {
  const body = JSON.stringify({ message: 'Hi', 'x\r\nset-cookie: a=b': 1, [token]: 1 });
  server.next(...answer('Hi'));
  const { status, head } = await send('POST /chat', [], body);
  const ignored = /^x-rivulet-ignored: (.*)/im.exec(head)?.[1] ?? '';
  expect([status, /^set-cookie/im.test(head), ignored.startsWith('x??set-cookie??a?b, '), head.includes(token)]).toEqual([
    200,
    false,
    true,
    false,
  ]);
});
