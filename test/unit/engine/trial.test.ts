// What the test of a connection finds out, told by what the server does.
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Usage } from '../../../src/api.ts';
import { systemClock } from '../../../src/core/request/clock.ts';
import { type EndpointReport, checkEndpoint } from '../../../src/core/answer/endpointCheck.ts';
import { UsageMeter } from '../../../src/core/tokens/usageMeter.ts';
import { createProvider } from '../../../src/core/provider/protocols.ts';
import type { EndpointMemory } from '../../../src/core/provider/provider.ts';
import { apiOf, presets } from '../../../src/core/provider/catalog.ts';
import { continuationFor } from '../../../src/core/resume/continuation.ts';
import { defaults } from '../../support/engine.ts';
import {
  done,
  type FakeRequest,
  fakeServer,
  finish,
  gate,
  reasoning,
  type Script,
  status,
  text,
  usage,
  wait,
} from '../../support/fakeServer.ts';

interface Seen {
  readonly trial: EndpointReport;
  readonly memory: EndpointMemory;
  readonly requests: readonly FakeRequest[];
  readonly used: Usage;
}

async function tried(scripts: readonly Script[], options: { models?: Script; continuation?: 'prefill' | 'ask' } = {}): Promise<Seen> {
  await using server = await fakeServer();
  if (options.models !== undefined) server.models = options.models;
  for (const script of scripts) server.next(script);
  const memory: EndpointMemory = {};
  const client = createProvider((input, init) => watched(input, init), systemClock.wall);
  const meter = new UsageMeter(() => undefined);
  const trial = await checkEndpoint(
    { client, clock: systemClock, timeouts: defaults.timeouts, begin: (messages) => meter.begin(messages, { role: 'turn' }) },
    { endpoint: { id: 'x', name: 'X', baseURL: server.url, continuation: options.continuation ?? 'prefill' }, memory, model: 'm' },
    new AbortController().signal,
  );
  return { trial, memory, requests: [...server.requests], used: meter.total() };
}

/** Opened when the first bytes of an answer have arrived, so that those that follow cannot be joined to them. */
let arrived = gate();

async function watched(...request: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...request);
  if (!response.url.endsWith('/chat/completions')) return response;
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform: (bytes, controller) => {
      controller.enqueue(bytes);
      arrived.open();
    },
  });
  return new Response(response.body?.pipeThrough(watch), response);
}

function streamed(): Script {
  return function* () {
    const more = (arrived = gate());
    yield* [text('one, two, '), wait(more.opened), text('three'), finish(), usage(3, 4), done()];
  };
}

it('tells a server that can do everything, and remembers how it continues', async () => {
  const { trial, memory, requests, used } = await tried([streamed(), [text('ur, five'), finish(), usage(5, 2), done()]]);
  expect({
    trial,
    memory,
    used,
    sent: requests.map(({ body }) => [body.stream, body.messages.length, body.continue_final_message]),
  }).toEqual({
    trial: { type: 'works', firstTokenMs: expect.any(Number), streams: true, usage: true, continues: 'exactly', models: 1 },
    memory: { continuation: 'prefill' },
    used: { prompt: 8, completion: 6, total: 14, estimated: false, attempts: 2 },
    sent: [
      [true, 1, undefined],
      [true, 2, true],
    ],
  });
});

it.each<[what: string, scripts: Script[], options: Parameters<typeof tried>[1], want: object]>([
  [
    'sends everything at once, counts nothing and lists no models',
    [
      [text('one, two'), finish(), done()],
      [text('one, two'), finish(), done()],
    ],
    { models: status(404, { error: { message: 'No' } }) },
    { type: 'works', streams: false, usage: false, continues: 'asked', models: undefined },
  ],
  [
    'refuses a message of its own',
    [streamed(), status(400, { error: { message: 'Last message must be from the user' } })],
    {},
    { type: 'works', continues: 'asked' },
  ],
  ['is asked in words by its setting', [streamed()], { continuation: 'ask' }, { type: 'works', continues: 'asked' }],
  [
    'thinks before it answers',
    [
      [reasoning('Hm.'), text('one'), finish(), done()],
      [text('ur'), finish(), done()],
    ],
    {},
    { type: 'works', continues: 'exactly' },
  ],
  [
    'wants another key',
    [status(401, { error: { message: 'Wrong key' } })],
    {},
    { type: 'failed', failure: expect.objectContaining({ kind: 'auth', message: 'Wrong key' }) },
  ],
  ['sends nothing', [[finish(), done()]], {}, { type: 'failed', failure: expect.objectContaining({ kind: 'empty' }) }],
  ['is a web page', [status(200, '<html></html>')], {}, { type: 'failed', failure: expect.objectContaining({ kind: 'malformed' }) }],
])('tells a server that %s', async (_what, scripts, options, want) => {
  expect((await tried(scripts, options)).trial).toMatchObject(want);
});

it('knows for each well-known server how it continues an answer, and has read a stream of all but the newest', () => {
  const ways = presets.map(({ id, name, baseURL, continuation }) => {
    const address = baseURL.replace('{resource}', 'x');
    const auto = continuationFor({ id, name, baseURL: address, continuation: 'auto', api: apiOf(address) }, {});
    return [id, continuation === undefined || continuation === auto ? auto : `${continuation}, and not ${auto}`];
  });
  const recorded = readdirSync(new URL('../../fixtures/streams', import.meta.url));
  // Those with a protocol of their own have a folder in fixtures/protocols.
  const unread = presets
    .filter(({ id, baseURL }) => apiOf(baseURL) === 'chat' && !recorded.some((file) => file.includes(`-${id}-`)))
    .map(({ id }) => id);
  expect({ ways, unread }).toEqual({
    ways: [
      ['openai', 'ask'],
      ['azure', 'ask'],
      ['deepseek', 'prefix'],
      ['openrouter', 'ask'],
      ['groq', 'ask'],
      ['mistral', 'prefix'],
      ['anthropic', 'prefill'],
      ['gemini', 'ask'],
      ['siliconflow', 'ask'],
      ['dashscope', 'ask'],
      ['moonshot', 'ask'],
      ['zhipu', 'ask'],
      ['volcengine', 'ask'],
      ['minimax', 'ask'],
      ['hunyuan', 'ask'],
      ['qianfan', 'ask'],
      ['stepfun', 'ask'],
      ['ollama', 'prefill'],
      ['lmstudio', 'prefill'],
      ['llamacpp', 'prefill'],
      ['vllm', 'prefill'],
      ['litellm', 'prefill'],
    ],
    // No recording of these is at hand.
    unread: ['zhipu', 'volcengine', 'minimax', 'hunyuan', 'qianfan', 'stepfun'],
  });
});
