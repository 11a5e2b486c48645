// The chat service over HTTP, with a real engine and a fake model server.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { promisify } from 'node:util';
import OpenAI from 'openai';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Message } from '../../../src/api.ts';
import { systemClock } from '../../../src/core/request/clock.ts';
import { ChatService, type ServiceAddress } from '../../../src/node/chatService/chatService.ts';
import {
  answer,
  chunk,
  done,
  type FakeServer,
  fakeServer,
  finish,
  gate,
  hang,
  reasoning,
  status,
  type Step,
  text,
  usage,
  wait,
} from '../../support/fakeServer.ts';
import { serve, token } from '../../../scripts/served.ts';
import { eventsIn } from '../../support/events.ts';

let server: FakeServer;
let service: ChatService;
let address: ServiceAddress;

beforeEach(async () => {
  server = await fakeServer();
  ({ service, address } = await serve(server));
});

afterEach(async () => {
  service.stop();
  await server.close();
});

const authorization = { authorization: `Bearer ${token}` };
const post = (path: string, body: unknown, headers: Record<string, string> = authorization): Promise<Response> =>
  fetch(`${address.url}${path}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers });
/** The data of each event. */
const events = (body: string): unknown[] => eventsIn(body).map(({ data }) => data);

it('POST /chat streams the answer, and says at its end how many tokens it had', async () => {
  const more = gate();
  server.next(reasoning('Hm. '), text('Hel'), wait(more.opened), text('lo'), finish(), usage(7, 2), done());
  const response = await post('/chat', { message: 'Hi', model: 'test/vendor/large', messages: [{ role: 'system', content: 'Be brief.' }] });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let body = '';
  // The first word is here while the second is not yet written.
  while (!body.includes('Hel')) body += (await reader.read()).value;
  more.open();
  for (let part = await reader.read(); !part.done; part = await reader.read()) body += part.value;
  expect({
    type: response.headers.get('content-type'),
    cors: response.headers.get('access-control-allow-origin'),
    events: events(body),
    asked: [server.requests[0]!.body.model, server.requests[0]!.body.messages],
  }).toEqual({
    type: 'text/event-stream; charset=utf-8',
    cors: null,
    events: [
      { reasoning: 'Hm. ' },
      { content: 'Hel' },
      { content: 'lo' },
      { done: true, end: 'stop', tokens: 2, usage: { prompt: 7, completion: 2, total: 9, estimated: false, attempts: 1 } },
    ],
    asked: [
      'vendor/large',
      [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ] satisfies Message[],
    ],
  });
});

it('POST /chat says in the stream that an answer broke off, behind the words that came', async () => {
  server.next(text('Half'), { type: 'drop', reset: false });
  const body = await (await post('/chat', { message: 'Hi' })).text();
  expect(events(body)).toEqual([{ content: 'Half' }, { error: expect.any(String), kind: 'truncated' }]);
});

it('answers the official openai client: models, streamed and whole', async () => {
  const client = new OpenAI({ baseURL: `${address.url}/v1`, apiKey: token });
  const models = (await client.models.list()).data.map(({ id }) => id);

  server.next(reasoning('Hm.'), text('Hel'), text('lo'), finish(), usage(7, 2), done());
  const stream = await client.chat.completions.create({
    model: 'test/vendor/large',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0.5,
    max_completion_tokens: 9,
    top_p: 0.9,
  });
  let streamed = '';
  let ended: string | null | undefined;
  let counted: number | undefined;
  for await (const part of stream) {
    streamed += part.choices[0]?.delta.content ?? '';
    ended ??= part.choices[0]?.finish_reason;
    counted = part.usage?.completion_tokens;
  }

  server.next(text('Bye.'), finish('length'), usage(3, 1), done());
  const whole = await client.chat.completions.create({ model: 'default', messages: [{ role: 'user', content: 'Bye' }] });
  const [first, second] = server.requests;
  expect({
    models,
    streamed,
    ended,
    counted,
    sent: first!.body,
    choice: whole.choices[0],
    usage: whole.usage,
    model: whole.model,
    selected: second!.body.model,
  }).toEqual({
    models: ['test/selected', 'test/vendor/large'],
    streamed: 'Hello',
    ended: 'stop',
    counted: 2,
    sent: {
      model: 'vendor/large',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.5,
      max_tokens: 9,
      top_p: 0.9,
    },
    choice: { index: 0, message: { role: 'assistant', content: 'Bye.', refusal: null }, logprobs: null, finish_reason: 'length' },
    usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
    model: 'test/selected',
    selected: 'selected',
  });
});

it('gives the openai client the error of the server behind it, once, and never half an answer for a whole one', async () => {
  const client = new OpenAI({ baseURL: `${address.url}/v1`, apiKey: token });
  const ask = (stream: boolean) => async (): Promise<unknown> => {
    const made = await client.chat.completions.create({ model: 'test/m', messages: [{ role: 'user', content: 'Hi' }], stream });
    if (Symbol.asyncIterator in made) for await (const part of made) void part;
    return undefined;
  };
  const said = async (steps: Step[], stream: boolean): Promise<unknown> => {
    server.next(...steps);
    return await ask(stream)().then(
      () => 'an answer',
      (error: { status?: number; message: string }) => [error.status, error.message],
    );
  };
  const broken: Step[] = [text('Half'), { type: 'drop', reset: false }];
  const told = [
    await said([...status(401, { error: { message: 'Wrong key' } })], true),
    await said([...status(429, { error: { message: 'Slow down' } })], false),
    await said(broken, false),
    await said(broken, true),
  ];
  expect({ told, requests: server.requests.length }).toEqual({
    told: [
      [502, '502 Wrong key'],
      [429, '429 Slow down'],
      [502, expect.any(String)],
      [undefined, expect.any(String)],
    ],
    requests: 4,
  });
});

it('streams to curl -N', async () => {
  server.next(...answer('Hel', 'lo'));
  const { stdout } = await promisify(execFile)('curl', [
    '-sN',
    `${address.url}/chat`,
    '-H',
    `Authorization: Bearer ${token}`,
    '-H',
    'Content-Type: application/json',
    '-d',
    '{"message": "Hi"}',
  ]);
  expect(
    events(stdout)
      .map((event) => (event as { content?: string }).content ?? '(end)')
      .join('|'),
  ).toMatch(/^Hel\|?lo\|\(end\)$/);
});

it('serves programs of this machine that know the key, and nobody else', async () => {
  const port = Number(new URL(address.url).port);
  /** `fetch` would not let us lie about the host. */
  const ask = async (headers: Record<string, string>): Promise<unknown> => {
    const request = httpRequest({ host: '127.0.0.1', port, path: '/v1/models', headers }).end();
    const [response] = await once(request, 'response');
    response.resume();
    const cors = Object.keys(response.headers).filter((name) => name.startsWith('access-control'));
    return [response.statusCode, ...cors];
  };
  expect({
    key: await ask(authorization),
    byName: await ask({ ...authorization, host: `localhost:${port}` }),
    noKey: await ask({}),
    wrongKey: await ask({ authorization: `Bearer ${token}!` }),
    otherScheme: await ask({ authorization: `Basic ${token}` }),
    rebinding: await ask({ ...authorization, host: `attacker.example:${port}` }),
    otherPort: await ask({ ...authorization, host: '127.0.0.1:80' }),
    webPage: await ask({ ...authorization, origin: 'https://attacker.example' }),
    ownWebPage: await ask({ ...authorization, origin: address.url }),
    pageWithoutOrigin: await ask({ ...authorization, 'sec-fetch-site': 'cross-site' }),
    preflight: await fetch(`${address.url}/chat`, { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } }).then(
      (response) => [response.status, response.headers.get('access-control-allow-origin')],
    ),
    asked: server.requests.length,
  }).toEqual({
    key: [200],
    byName: [200],
    noKey: [401],
    wrongKey: [401],
    otherScheme: [401],
    rebinding: [403],
    otherPort: [403],
    webPage: [403],
    ownWebPage: [403],
    pageWithoutOrigin: [403],
    preflight: [401, null],
    asked: 0,
  });
});

const hi = { messages: [{ role: 'user', content: 'Hi' }] };
const clock = { type: 'function', function: { name: 'clock' } } as const;

it.each<[what: string, path: string, body: unknown, status: number, says: RegExp]>([
  ['no JSON', '/chat', 'Hello', 400, /not JSON/],
  ['a list', '/chat', [], 400, /JSON object/],
  ['no message', '/chat', {}, 400, /"message"/],
  ['a blank message', '/chat', { message: ' ' }, 400, /"message"/],
  ['a model that is no text', '/chat', { message: 'Hi', model: 4 }, 400, /"model"/],
  ['messages that are no list', '/chat', { message: 'Hi', messages: 'Hi' }, 400, /"messages"/],
  ['a message of another role', '/v1/chat/completions', { messages: [{ role: 'function', content: 'x' }] }, 400, /messages\[0\].role/],
  ['a result of no call', '/v1/chat/completions', { messages: [{ role: 'tool', content: 'x' }] }, 400, /messages\[0\].tool_call_id/],
  [
    'half a call',
    '/v1/chat/completions',
    { messages: [{ role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'f' } }] }] },
    400,
    /messages\[0\].tool_calls\[0\]/,
  ],
  [
    'calls that are no list',
    '/v1/chat/completions',
    { messages: [{ role: 'assistant', tool_calls: 'f' }] },
    400,
    /tool_calls must be a list/,
  ],
  ['tools that are no list', '/v1/chat/completions', { ...hi, tools: {} }, 400, /"tools" must be a list/],
  ['a tool without a name', '/v1/chat/completions', { ...hi, tools: [{ type: 'function', function: {} }] }, 400, /tools\[0\] must be/],
  ['a tool of another kind', '/v1/chat/completions', { ...hi, tools: [{ type: 'web_search' }] }, 400, /no other tools/],
  [
    'parameters that are no schema',
    '/v1/chat/completions',
    { ...hi, tools: [{ type: 'function', function: { name: 'f', parameters: [] } }] },
    400,
    /tools\[0\].function.parameters/,
  ],
  ['two tools of one name', '/v1/chat/completions', { ...hi, tools: [clock, clock] }, 400, /"clock"/],
  [
    'a choice of an unknown tool',
    '/v1/chat/completions',
    { ...hi, tools: [clock], tool_choice: { type: 'function', function: { name: 'watch' } } },
    400,
    /"watch"/,
  ],
  ['a choice of an unknown kind', '/v1/chat/completions', { ...hi, tools: [clock], tool_choice: 'any' }, 400, /"tool_choice" must be/],
  ['a choice without tools', '/v1/chat/completions', { ...hi, tool_choice: 'auto' }, 400, /"tool_choice" is only/],
  ['parallel calls without tools', '/v1/chat/completions', { ...hi, parallel_tool_calls: true }, 400, /"parallel_tool_calls" is only/],
  [
    'a word for parallel calls',
    '/v1/chat/completions',
    { ...hi, tools: [clock], parallel_tool_calls: 'no' },
    400,
    /"parallel_tool_calls" must be/,
  ],
  ['functions of the old kind', '/v1/chat/completions', { ...hi, functions: [{ name: 'f' }] }, 400, /"functions"/],
  [
    'a picture without its data',
    '/v1/chat/completions',
    { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] },
    400,
    /data:image/,
  ],
  [
    'a picture at an address',
    '/v1/chat/completions',
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.org/a.png' } }] }] },
    400,
    /none is fetched/,
  ],
  ['a sound', '/v1/chat/completions', { messages: [{ role: 'user', content: [{ type: 'input_audio' }] }] }, 400, /audio/],
  ['no messages', '/v1/chat/completions', { messages: [] }, 400, /at least one/],
  ['several answers', '/v1/chat/completions', { messages: [{ role: 'user', content: 'x' }], n: 2 }, 400, /"n"/],
  ['log probabilities', '/v1/chat/completions', { messages: [{ role: 'user', content: 'x' }], logprobs: true }, 400, /"logprobs"/],
  ['a negative limit', '/v1/chat/completions', { messages: [{ role: 'user', content: 'x' }], max_tokens: -1 }, 400, /"max_tokens"/],
  ['a word for stream', '/v1/chat/completions', { messages: [{ role: 'user', content: 'x' }], stream: 'yes' }, 400, /"stream"/],
  ['more than 4 MB', '/chat', { message: 'x'.repeat(4 * 1024 * 1024) }, 413, /4 MB/],
  ['another path', '/v1/completions', {}, 404, /POST \/chat/],
])('refuses %s in one sentence, and asks nobody', async (_what, path, body, wanted, says) => {
  const response = await post(path, body);
  const { error } = (await response.json()) as { error: string | { message: string } };
  expect([response.status, typeof error === 'string' ? error : error.message, server.requests.length]).toEqual([
    wanted,
    expect.stringMatching(says),
    0,
  ]);
});

it('closes the connection to the server when the client leaves, before the first word or after it', async () => {
  const left = async (...steps: Step[]): Promise<string> => {
    const index = server.requests.length;
    server.next(...steps);
    const leave = new AbortController();
    const asking = fetch(`${address.url}/chat`, { method: 'POST', body: '{"message": "Hi"}', headers: authorization, signal: leave.signal })
      .then((response) => response.text())
      .catch(() => 'left');
    const request = await server.arrived(index);
    if (steps.length > 1) await expect.poll(() => request.sentBytes).toBeGreaterThan(0);
    leave.abort();
    await asking;
    return (await request.over).how;
  };
  expect([await left(hang()), await left(text('One'), hang())]).toEqual(['client-left', 'client-left']);
});

it('ends what is under way when it is stopped, and lets nobody in any more', async () => {
  server.next(text('One'), hang());
  const asking = post('/chat', { message: 'Hi' })
    .then((response) => response.text())
    .catch(() => 'broken off');
  const request = await server.arrived(0);
  service.stop();
  expect([(await request.over).how, await asking, await post('/chat', {}).catch(() => 'refused')]).toEqual([
    'client-left',
    'broken off',
    'refused',
  ]);
});

it('takes another port when the wanted one is in use', async () => {
  const port = Number(new URL(address.url).port);
  const second = new ChatService({
    begin: () => Promise.reject(new Error('Nobody asks.')),
    target: async () => undefined,
    models: async () => [],
    clock: systemClock,
  });
  const other = await second.start(token, port);
  second.stop();
  expect(Number(new URL(other.url).port)).not.toBe(port);
});

it('holds the server back while the client does not read, and sends all of it when it reads on', async () => {
  const megabytes = 64;
  const piece = 'x'.repeat(64 * 1024);
  server.next(function* () {
    for (let sent = 0; sent < megabytes * 16; sent++)
      yield chunk({ choices: [{ index: 0, delta: { content: piece }, finish_reason: null }] });
    yield finish();
    yield done();
  });
  const request = httpRequest(`${address.url}/chat`, { method: 'POST', headers: authorization });
  request.end('{"message": "Hi"}');
  const [response] = await once(request, 'response');
  response.pause();
  const upstream = await server.arrived(0);
  const held = await settled(() => upstream.sentBytes);
  let received = 0;
  for await (const part of response) received += (part as Buffer).length;
  const bytes = megabytes * 1024 * 1024;
  // Two pairs of kernel buffers lie between, of some megabytes each.
  expect([held < bytes / 2, upstream.sentBytes > bytes, received > bytes]).toEqual([true, true, true]);
});

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
