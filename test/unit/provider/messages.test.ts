// What a Messages server is sent, beside what Anthropic's own client sends for the same question, and what its client
// reads in the same bodies.
import Anthropic from '@anthropic-ai/sdk';
import type { MessageCreateParamsStreaming } from '@anthropic-ai/sdk/resources/messages/messages';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/api.ts';
import { messages as protocol } from '../../../src/core/provider/anthropicMessages/protocol.ts';
import { createProvider } from '../../../src/core/provider/protocols.ts';
import type { ChatRequest, EndpointMemory } from '../../../src/core/provider/provider.ts';
import { collect, endOf, problemsOf, rig } from '../../support/engine.ts';
import { type Answer, type Asked, loopback } from '../../support/loopback.ts';
import { protocolBodies, readProtocol } from '../../support/protocolCorpus.ts';

const bodies = protocolBodies('messages');
const bodyOf = (name: string): Uint8Array => bodies.find((body) => body.name.startsWith(name))!.bytes;
const plain: Answer = { body: bodyOf('01') };
const refusal = (message: string): Answer => ({
  status: 400,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } }),
});
const user = (content: Message['content']): Message => ({ role: 'user', content });
const picture = { type: 'image', mime: 'image/png', data: new Uint8Array([1, 2, 255]) } as const;

/** What is sent for a request; `answers` answer the requests in their order, and all further ones well. */
async function sent(request: Omit<ChatRequest, 'model'>, answers: readonly Answer[] = [], memory: EndpointMemory = {}): Promise<Asked[]> {
  await using server = await loopback((_, index) => answers[index] ?? plain);
  const endpoint = { id: 'x', name: 'X', baseURL: server.url, apiKey: 'sk-test', continuation: 'auto', api: 'messages' } as const;
  const provider = createProvider(fetch, () => 0);
  const opened = await provider.open(endpoint, { model: 'm', ...request }, memory, new AbortController().signal);
  if (opened.type === 'opened') await opened.body.cancel();
  return [...server.asked];
}

/** The only body that is sent. */
const bodySent = async (request: Omit<ChatRequest, 'model'>): Promise<any> => (await sent(request))[0]?.body;

/** What Anthropic's client sends. */
async function sentByClient(params: MessageCreateParamsStreaming): Promise<Asked> {
  await using server = await loopback(() => plain);
  const client = new Anthropic({ apiKey: 'sk-test', baseURL: server.url, maxRetries: 0 });
  for await (const _ of await client.messages.create(params)) break;
  return server.asked[0]!;
}

const signed = { type: 'thinking', thinking: 'Hm', signature: 'c2ln' } as const;
const conversation: readonly Message[] = [
  { role: 'system', content: 'Be short.' },
  user([{ type: 'text', text: 'What is this?' }, picture]),
  {
    role: 'assistant',
    content: [
      { type: 'reasoning', text: 'Hm', opaque: { origin: 'messages:x/m', value: signed } },
      { type: 'reasoning', text: 'Of another model', opaque: { origin: 'messages:x/n', value: { ...signed, signature: 'YQ==' } } },
      { type: 'reasoning', text: 'Without a signature' },
      { type: 'text', text: 'Let me look.' },
      { type: 'tool-call', id: 'c1', name: 'look', arguments: '{"at":1}' },
      { type: 'tool-call', id: 'functions.look:2', name: 'look', arguments: 'no object' },
    ],
  },
  user('Wait.'),
  user([
    { type: 'tool-result', id: 'c1', content: 'A cat' },
    { type: 'tool-result', id: 'functions.look:2', content: [{ type: 'text', text: 'A dog' }, picture], isError: true },
    { type: 'text', text: 'And?' },
  ]),
];
const schema = { type: 'object', properties: { at: { type: 'number' } } } as const;

it('sends what Anthropic’s client sends for the same question, to the same path', async () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AQL/' } } as const;
  const [ours] = await sent({
    messages: conversation,
    tools: [{ name: 'look', description: 'Looks', parameters: schema }, { name: 'bare' }],
    toolChoice: { name: 'look' },
    parallelTools: false,
    temperature: 0.5,
    topP: 0.9,
    maxTokens: 100,
    stop: ['END'],
    body: { metadata: { user_id: 'u' } },
  });
  const theirs = await sentByClient({
    model: 'm',
    max_tokens: 100,
    stream: true,
    system: [{ type: 'text', text: 'Be short.' }],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'What is this?' }, image] },
      {
        role: 'assistant',
        content: [
          signed,
          { type: 'text', text: 'Let me look.' },
          { type: 'tool_use', id: 'c1', name: 'look', input: { at: 1 } },
          { type: 'tool_use', id: 'functions_look_2', name: 'look', input: { arguments: 'no object' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c1', content: 'A cat' },
          { type: 'tool_result', tool_use_id: 'functions_look_2', content: [{ type: 'text', text: 'A dog' }, image], is_error: true },
          { type: 'text', text: 'Wait.' },
          { type: 'text', text: 'And?' },
        ],
      },
    ],
    tools: [
      { name: 'look', description: 'Looks', input_schema: schema },
      { name: 'bare', input_schema: { type: 'object', properties: {} } },
    ],
    tool_choice: { type: 'tool', name: 'look', disable_parallel_tool_use: true },
    temperature: 0.5,
    top_p: 0.9,
    stop_sequences: ['END'],
    metadata: { user_id: 'u' },
  } as MessageCreateParamsStreaming);
  expect([ours?.method, ours?.path, ours?.body]).toEqual([theirs.method, theirs.path, theirs.body]);
});

it('keeps the ids of calls apart whose characters the API rejects', async () => {
  const ids = ['调用', '查询', '呼び'];
  const content = ids.map((id) => ({ type: 'tool-call', id, name: 'look', arguments: '{}' }) as const);
  const results = ids.map((id) => ({ type: 'tool-result', id, content: id }) as const);
  const [ours] = await sent({ messages: [user('Look.'), { role: 'assistant', content }, user(results)] });
  const [, calls, answers] = ours!.body.messages as { content: { id?: string; tool_use_id?: string }[] }[];
  const named = calls!.content.map((call) => call.id!);
  expect([new Set(named).size, named.every((id) => /^[\w-]+$/.test(id)), answers!.content.map((one) => one.tool_use_id)]).toEqual([
    3,
    true,
    named,
  ]);
});

it('sends the key in its own header, and the version that knows temperature', async () => {
  const [ours] = await sent({ messages: [user('Hi')] });
  const { headers } = ours!;
  expect([headers['x-api-key'], headers.authorization, headers['anthropic-version'], headers['content-type'], ours!.path]).toEqual([
    'sk-test',
    undefined,
    '2023-06-01',
    'application/json',
    '/v1/messages',
  ]);
});

it('thinks for the effort that is asked for, and leaves out what cannot go with it', async () => {
  const ask = { messages: [user('Hi')], temperature: 0.3, topP: 0.5 };
  const fields = ({ max_tokens, temperature, top_p, thinking, output_config }: any): unknown[] => [
    max_tokens,
    temperature,
    top_p,
    thinking,
    output_config,
  ];
  const tools = [{ name: 'look' }];
  expect([
    fields(await bodySent(ask)),
    fields(await bodySent({ ...ask, effort: 'high' })),
    fields(await bodySent({ ...ask, effort: 'none' })),
    fields(await bodySent({ ...ask, effort: 'low', tools, toolChoice: 'required' })),
    fields(await bodySent({ messages: [user('Hi')], temperature: 1.7 })),
  ]).toEqual([
    [32_000, 0.3, 0.5, undefined, undefined],
    [32_000, undefined, undefined, { type: 'adaptive', display: 'summarized' }, { effort: 'high' }],
    [32_000, 0.3, 0.5, { type: 'disabled' }, undefined],
    [32_000, 0.3, 0.5, undefined, { effort: 'low' }],
    [32_000, 1, undefined, undefined, undefined],
  ]);
});

it('asks once more with what the model takes, and remembers what the model always refuses', async () => {
  const memory: EndpointMemory = {};
  const ask = { messages: conversation, effort: 'high' };
  const first = await sent(
    ask,
    [
      refusal('max_tokens: 32000 > 8192, which is the maximum allowed number of output tokens for m'),
      refusal('adaptive thinking is not supported on this model'),
      refusal('messages.1.content.0: Invalid `signature` in `thinking` block'),
    ],
    memory,
  );
  const second = await sent(ask, [], memory);
  const told = ({ body }: Asked): unknown[] => [body.max_tokens, body.thinking, body.messages[1].content[0].type];
  const thinking = { type: 'enabled', budget_tokens: 7_168 };
  expect([first.map(told), second.map(told)]).toEqual([
    [
      [32_000, { type: 'adaptive', display: 'summarized' }, 'thinking'],
      [8_192, { type: 'adaptive', display: 'summarized' }, 'thinking'],
      [8_192, thinking, 'thinking'],
      [8_192, thinking, 'text'],
    ],
    [[8_192, thinking, 'thinking']],
  ]);
});

it('asks for a shorter answer where the prompt leaves room for no longer one, this once', async () => {
  const memory: EndpointMemory = {};
  const long = refusal(
    'input length and `max_tokens` exceed context limit: 190000 + 32000 > 200000, decrease input length or `max_tokens`',
  );
  const asked = [...(await sent({ messages: [user('Hi')] }, [long], memory)), ...(await sent({ messages: [user('Hi')] }, [], memory))];
  expect(asked.map(({ body }) => body.max_tokens)).toEqual([32_000, 10_000, 32_000]);
});

it('waits until its limits open again, and does not wait for money', async () => {
  const failed = async (error: object, headers: Record<string, string>): Promise<unknown> => {
    await using server = await loopback(() => ({
      status: 429,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ type: 'error', error: { type: 'rate_limit_error', message: 'Limit reached.', ...error } }),
    }));
    const endpoint = { id: 'x', name: 'X', baseURL: server.url, continuation: 'auto', api: 'messages' } as const;
    const request = { model: 'm', messages: [user('Hi')] };
    const opened = await createProvider(fetch, () => 0).open(endpoint, request, {}, new AbortController().signal);
    return opened.type === 'failed' ? [opened.failure.kind, opened.failure.retryAfterMs] : opened.type;
  };
  const limits = {
    'anthropic-ratelimit-requests-reset': '1970-01-01T00:00:17Z',
    'anthropic-ratelimit-tokens-reset': '1970-01-01T00:01:00Z',
  };
  expect([
    await failed({}, { ...limits, 'anthropic-ratelimit-requests-remaining': '0', 'anthropic-ratelimit-tokens-remaining': '900' }),
    await failed({}, limits),
    await failed({ details: { error_code: 'enforced_spend_limit_reached' } }, {}),
    await failed({ details: { error_code: 'contract_spend_limit_reached' } }, {}),
    await failed({ details: { error_code: 'ramp_limit_exceeded' } }, { 'retry-after': '5' }),
  ]).toEqual([
    ['rate-limit', 17_000],
    ['rate-limit', undefined],
    ['quota', undefined],
    ['quota', undefined],
    ['rate-limit', 5_000],
  ]);
});

it('never asks a second time for a refusal that no other request mends', async () => {
  const asked = await sent({ messages: [user('Hi')] }, [refusal('messages: at least one message is required'), plain]);
  expect(asked.length).toBe(1);
});

it('marks a long system prompt and a conversation that goes on for the cache, and nothing else', async () => {
  const long = 'word '.repeat(1_000);
  const goesOn: readonly Message[] = [user(long), { role: 'assistant', content: 'Yes.' }, user('More.')];
  const marks = (body: any): unknown[] => [
    body.system?.map((block: any) => block.cache_control?.type),
    body.messages.map((turn: any) => turn.content.map((block: any) => block.cache_control?.type)),
  ];
  expect([
    marks(await bodySent({ messages: [user(long)] })),
    marks(await bodySent({ messages: goesOn })),
    marks(await bodySent({ messages: [{ role: 'system', content: long }, user('Hi')] })),
    marks(await bodySent({ messages: [user('Hi'), { role: 'assistant', content: 'Yes.' }, user('More.')] })),
  ]).toEqual([
    [undefined, [[undefined]]],
    [undefined, [[undefined], [undefined], ['ephemeral']]],
    [['ephemeral'], [[undefined]]],
    [undefined, [[undefined], [undefined], [undefined]]],
  ]);
});

it('reads the list of models page by page', async () => {
  await using server = await loopback(({ path }) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(
      path.includes('after_id=b')
        ? { data: [{ id: 'c', type: 'model' }], has_more: false, last_id: 'c' }
        : { data: [{ id: 'a', type: 'model' }, { id: 'b' }], has_more: true, last_id: 'b' },
    ),
  }));
  const endpoint = { id: 'x', name: 'X', baseURL: `${server.url}/v1`, continuation: 'auto', api: 'messages' } as const;
  const list = await createProvider(fetch, () => 0).models(endpoint, new AbortController().signal);
  expect([list, server.asked.map(({ path }) => path)]).toEqual([
    { type: 'models', models: ['a', 'b', 'c'] },
    ['/v1/models?limit=1000', '/v1/models?limit=1000&after_id=b'],
  ]);
});

describe('Anthropic’s client', () => {
  // What it cannot read is a body that is cut, an error, and events without names.
  const readable = bodies.filter(
    ({ name, status, expect: wanted }) =>
      status === 200 && wanted.error === null && wanted.finish !== 'truncated' && !name.startsWith('19'),
  );

  it.each(readable)('reads the same words, calls, reasoning and counts: $name', async ({ bytes }) => {
    await using server = await loopback(() => ({ body: bytes }));
    const client = new Anthropic({ apiKey: 'x', baseURL: server.url, maxRetries: 0 });
    const whole = await client.messages.stream({ model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'x' }] }).finalMessage();
    const { usage } = whole;
    const ours = readProtocol(protocol.decoder, [bytes]);
    const known = whole.content.filter(({ type }) => /^(?:text|thinking|redacted_thinking|tool_use)$/.test(type));
    expect({
      text: ours.text,
      opaque: ours.opaque.map(({ value }) => value).filter((value: any) => /thinking/.test(value.type)),
      tools: ours.tools.map(({ id, name, arguments: json }) => [id, name, JSON.parse(json)]),
      usage: [ours.usage.prompt, ours.usage.completion, ours.usage.reasoning ?? 0],
      word: ours.ending.type === 'finish' ? ours.ending.word : '',
    }).toEqual({
      text: known.map((block) => (block.type === 'text' ? block.text : '')).join(''),
      opaque: known.filter(({ type }) => /thinking/.test(type)),
      tools: known.flatMap((block) => (block.type === 'tool_use' ? [[block.id, block.name, block.input]] : [])),
      usage: [
        usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
        usage.output_tokens,
        usage.output_tokens_details?.thinking_tokens ?? 0,
      ],
      word: whole.stop_reason,
    });
  });
});

describe('the engine', () => {
  const start = (url: string, request: Partial<ChatRequest> = {}): ReturnType<ReturnType<typeof rig>['start']> =>
    rig().start(url, { request: { messages: [user('Go.')], ...request }, endpoint: { id: 'x', api: 'messages', continuation: 'auto' } });

  it('goes on by itself after a pause, with the blocks as they came, and counts both requests', async () => {
    await using server = await loopback((_, index) => ({ body: bodyOf(index === 0 ? '10' : '01') }));
    const stream = start(server.url);
    const events = await collect(stream);
    const { text, reason, usage } = endOf(events);
    const blocks = server.asked[1]?.body.messages[1];
    const search = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'rain' }, caller: { type: 'direct' } };
    expect([problemsOf(events), text, reason, usage, blocks.role, blocks.content[0], blocks.content[1], blocks.content[2].type]).toEqual([
      [],
      'I search for it.It rainedThe quick answer is four.',
      'stop',
      { prompt: 925, completion: 132, total: 1_057, estimated: false, attempts: 2 },
      'assistant',
      { type: 'text', text: 'I search for it.' },
      search,
      'web_search_tool_result',
    ]);
    expect(events.filter(({ type }) => type === 'seam')).toEqual([]);
  });

  it('asks again after a pause with the same blocks where the server was busy', async () => {
    const busy: Answer = {
      status: 529,
      headers: { 'retry-after': '0' },
      body: '{"type":"error","error":{"type":"overloaded_error","message":"x"}}',
    };
    await using server = await loopback((_, index) => [{ body: bodyOf('10') }, busy][index] ?? plain);
    const events = await collect(start(server.url));
    expect([endOf(events).reason, server.asked[1]?.body, server.asked.length]).toEqual(['stop', server.asked[2]?.body, 3]);
  });

  it('gives up on a server that pauses without end', async () => {
    await using server = await loopback(() => ({ body: bodyOf('10') }));
    const events = await collect(start(server.url));
    expect([endOf(events).reason, server.asked.length]).toEqual(['truncated', 33]);
  });

  it('keeps what the model said in its order, so that its signature goes back with the results of its calls', async () => {
    await using server = await loopback((_, index) => ({ body: bodyOf(index === 0 ? '06' : '01') }));
    const first = start(server.url);
    await collect(first);
    const results = first.toolCalls.map(({ id }) => ({ type: 'tool-result', id, content: 'Done' }) as const);
    await collect(start(server.url, { messages: [user('Go.'), { role: 'assistant', content: first.parts }, user(results)] }));
    const { opaque } = bodies.find(({ name }) => name.startsWith('06'))!.expect;
    const [, assistant, answers] = server.asked[1]!.body.messages;
    expect([
      assistant.content.map(({ type }: any) => type),
      assistant.content[0].signature,
      answers.content.map((block: any) => block.tool_use_id),
    ]).toEqual([['thinking', 'tool_use', 'tool_use', 'tool_use'], opaque[0]?.value, first.toolCalls.map(({ id }) => id)]);
  });

  it('continues a broken answer by itself where the model does so, and by a question where it refuses', async () => {
    const no = bodies.find(({ name }) => name.startsWith('22'))!;
    const refused: Answer = { status: 400, headers: { 'content-type': 'application/json' }, body: no.bytes };
    await using server = await loopback((_, index) => [{ body: bodyOf('15') }, refused][index] ?? plain);
    await collect(start(server.url));
    expect(server.asked.map(({ body }) => body.messages.at(-1).role)).toEqual(['user', 'assistant', 'user']);
  });

  it('counts for itself what the server had not counted when the answer broke off', async () => {
    await using server = await loopback(() => ({ body: bodyOf('15') }));
    const stream = rig().start(server.url, {
      endpoint: { api: 'messages' },
      options: { retry: { maxAttempts: 1 }, resume: { maxResumes: 0 } },
    });
    const { usage, reason } = endOf(await collect(stream));
    expect([reason, usage.estimated, usage.completion > 1]).toEqual(['truncated', true, true]);
  });
});
