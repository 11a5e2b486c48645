// What Gemini is sent, beside what Google's own client sends for the same question, and what its client reads in the
// same bodies.
import { type Content, FunctionCallingConfigMode, type GenerateContentParameters, GoogleGenAI, ThinkingLevel } from '@google/genai';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/api.ts';
import { gemini as protocol } from '../../../src/core/provider/gemini/protocol.ts';
import { createProvider } from '../../../src/core/provider/protocols.ts';
import type { ChatRequest, EndpointMemory } from '../../../src/core/provider/provider.ts';
import { collect, endOf, problemsOf, rig } from '../../support/engine.ts';
import { type Answer, type Asked, loopback } from '../../support/loopback.ts';
import { protocolBodies, readProtocol } from '../../support/protocolCorpus.ts';

const bodies = protocolBodies('gemini');
const bodyOf = (name: string): Uint8Array<ArrayBuffer> => bodies.find((body) => body.name.startsWith(name))!.bytes;
const plain: Answer = { body: bodyOf('01') };
const refusal = (message: string): Answer => ({
  status: 400,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }),
});
const user = (content: Message['content']): Message => ({ role: 'user', content });
const picture = { type: 'image', mime: 'image/png', data: new Uint8Array([1, 2, 255]) } as const;
const inlineData = { mimeType: 'image/png', data: 'AQL/' };
const of = (value: object, model = 'gemini-3'): object => ({ origin: `gemini:x/${model}`, value });

async function sent(request: Omit<ChatRequest, 'model'>, answers: readonly Answer[] = [], memory: EndpointMemory = {}): Promise<Asked[]> {
  await using server = await loopback((_, index) => answers[index] ?? plain);
  const endpoint = { id: 'x', name: 'X', baseURL: server.url, apiKey: 'sk-test', continuation: 'auto', api: 'gemini' } as const;
  const provider = createProvider(fetch, () => 0);
  const opened = await provider.open(endpoint, { model: 'gemini-3', ...request }, memory, new AbortController().signal);
  if (opened.type === 'opened') await opened.body.cancel();
  return [...server.asked];
}

const contentsSent = async (messages: readonly Message[]): Promise<Content[]> => (await sent({ messages }))[0]!.body.contents as Content[];

async function sentByClient(params: Omit<GenerateContentParameters, 'model'>): Promise<Asked> {
  await using server = await loopback(() => plain);
  const client = new GoogleGenAI({ apiKey: 'sk-test', apiVersion: 'v1beta', httpOptions: { baseUrl: server.url } });
  for await (const _ of await client.models.generateContentStream({ model: 'gemini-3', ...params })) break;
  return server.asked[0]!;
}

const schema = { type: 'object', properties: { at: { type: 'number' } }, additionalProperties: false } as const;

it('sends what Google’s client sends for the same question, to the same path, with the key in the same header', async () => {
  const [ours] = await sent({
    messages: [
      { role: 'system', content: 'Be short.' },
      user([{ type: 'text', text: 'What is this?' }, picture]),
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm', opaque: of({ on: 'call', thoughtSignature: 'c2ln' }) },
          { type: 'text', text: 'Let me look.' },
          { type: 'tool-call', id: 'c1', name: 'look', arguments: '{"at":1}' },
          { type: 'tool-call', id: 'c2', name: 'smell', arguments: '' },
        ],
      },
      user('Wait.'),
      user([
        { type: 'tool-result', id: 'c1', content: [{ type: 'text', text: 'A cat' }, picture] },
        { type: 'tool-result', id: 'c2', content: 'Nothing', isError: true },
        { type: 'text', text: 'And?' },
      ]),
    ],
    tools: [{ name: 'look', description: 'Looks', parameters: schema }, { name: 'smell' }],
    toolChoice: { name: 'look' },
    temperature: 0.5,
    topP: 0.9,
    maxTokens: 100,
    stop: ['END'],
    effort: 'low',
  });
  const theirs = await sentByClient({
    contents: [
      { role: 'user', parts: [{ text: 'What is this?' }, { inlineData }] },
      {
        role: 'model',
        parts: [
          { text: 'Let me look.' },
          { functionCall: { id: 'c1', name: 'look', args: { at: 1 } }, thoughtSignature: 'c2ln' },
          { functionCall: { id: 'c2', name: 'smell', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'c1', name: 'look', response: { output: 'A cat' } } },
          { functionResponse: { id: 'c2', name: 'smell', response: { error: 'Nothing' } } },
          { text: 'Wait.' },
          { inlineData },
          { text: 'And?' },
        ],
      },
    ],
    config: {
      systemInstruction: 'Be short.',
      tools: [{ functionDeclarations: [{ name: 'look', description: 'Looks', parametersJsonSchema: schema }, { name: 'smell' }] }],
      toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ['look'] } },
      temperature: 0.5,
      topP: 0.9,
      maxOutputTokens: 100,
      stopSequences: ['END'],
      thinkingConfig: { includeThoughts: true, thinkingLevel: ThinkingLevel.LOW },
    },
  });
  const told = ({ method, path, headers, body }: Asked): unknown[] => [
    method,
    path,
    headers['x-goog-api-key'],
    headers.authorization,
    body,
  ];
  expect(told(ours!)).toEqual(told(theirs));
});

it('gives a signature back on the part that it came with, and to its own model only', async () => {
  const text = { type: 'text', text: 'Take the second.' } as const;
  const assistant = (...content: Exclude<Message['content'], string>): Message => ({ role: 'assistant', content });
  const sign = (value: object, model?: string): Extract<(typeof content)[number], { type: 'reasoning' }> =>
    ({ type: 'reasoning', text: '', opaque: of(value, model) }) as const;
  const content: Exclude<Message['content'], string> = [];
  const on = async (...parts: typeof content): Promise<unknown> => (await contentsSent([user('Go'), assistant(...parts)]))[1]?.parts;
  expect([
    await on(text, sign({ on: 'text', thoughtSignature: 'YQ==', text: '' })),
    await on(text, sign({ on: 'text', thoughtSignature: 'YQ==', text: ' second.' })),
    await on(text, sign({ on: 'text', thoughtSignature: 'YQ==', text: 'Take the second.' })),
    await on(sign({ on: 'thought', thoughtSignature: 'YQ==', text: 'Hm' }), text),
    await on({ type: 'reasoning', text: 'Hm' }, text),
    await on(text, sign({ on: 'text', thoughtSignature: 'YQ==', text: '' }, 'gemini-2')),
  ]).toEqual([
    [{ text: 'Take the second.' }, { text: '', thoughtSignature: 'YQ==' }],
    [{ text: 'Take the' }, { text: ' second.', thoughtSignature: 'YQ==' }],
    [{ text: 'Take the second.', thoughtSignature: 'YQ==' }],
    [{ text: 'Hm', thought: true, thoughtSignature: 'YQ==' }, { text: 'Take the second.' }],
    [{ text: 'Take the second.' }],
    [{ text: 'Take the second.' }],
  ]);
});

it('asks once more with what the model takes', async () => {
  const memory: EndpointMemory = {};
  const messages: readonly Message[] = [
    user('Go'),
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: '', opaque: of({ on: 'call', thoughtSignature: 'YQ==' }) },
        { type: 'tool-call', id: 'c1', name: 'look', arguments: '{}' },
      ],
    },
    user([{ type: 'tool-result', id: 'c1', content: 'A cat' }]),
  ];
  const no = bodies.find(({ name }) => name.startsWith('21'))!;
  const missing: Answer = { status: 400, headers: { 'content-type': 'application/json' }, body: no.bytes };
  const refusals = [refusal('Thinking level is not supported for this model.'), refusal('Corrupted thought signature.'), missing];
  const first = await sent({ messages, effort: 'high' }, refusals, memory);
  const second = await sent({ messages, effort: 'high' }, [], memory);
  const told = ({ body }: Asked): unknown[] => [body.generationConfig.thinkingConfig, body.contents[1].parts[0].thoughtSignature];
  const level = { includeThoughts: true, thinkingLevel: 'HIGH' };
  const budget = { includeThoughts: true, thinkingBudget: 24_576 };
  expect([first.map(told), second.map(told)]).toEqual([
    [
      [level, 'YQ=='],
      [budget, 'YQ=='],
      [budget, undefined],
      [budget, 'skip_thought_signature_validator'],
    ],
    [[budget, 'YQ==']],
  ]);
});

it('reads the list of models page by page, and only those that generate', async () => {
  const model = (name: string, method = 'generateContent'): object => ({ name: `models/${name}`, supportedGenerationMethods: [method] });
  await using server = await loopback(({ path }) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(
      path.includes('pageToken=p2') ? { models: [model('c')] } : { models: [model('a'), model('b', 'embedContent')], nextPageToken: 'p2' },
    ),
  }));
  const endpoint = { id: 'x', name: 'X', baseURL: `${server.url}/v1beta`, continuation: 'auto', api: 'gemini' } as const;
  const list = await createProvider(fetch, () => 0).models(endpoint, new AbortController().signal);
  expect([list, server.asked.map(({ path }) => path)]).toEqual([
    { type: 'models', models: ['a', 'c'] },
    ['/v1beta/models?pageSize=1000', '/v1beta/models?pageSize=1000&pageToken=p2'],
  ]);
});

describe('Google’s client', () => {
  const readable = bodies.filter(
    ({ name, status, expect: wanted }) =>
      status === 200 && !/^1[678]/.test(name) && wanted.finish !== 'truncated' && !name.startsWith('11'),
  );

  it.each(readable)('reads the same words, thoughts, calls and counts: $name', async ({ bytes }) => {
    await using server = await loopback(() => ({ body: bytes }));
    const client = new GoogleGenAI({ apiKey: 'x', httpOptions: { baseUrl: server.url } });
    const theirs = { text: '', reasoning: '', calls: [] as unknown[], signatures: [] as unknown[], usage: [] as unknown[] };
    for await (const chunk of await client.models.generateContentStream({ model: 'm', contents: 'x' })) {
      theirs.text += chunk.text ?? '';
      for (const part of chunk.candidates?.[0]?.content?.parts ?? []) {
        if (part.thought === true) theirs.reasoning += part.text;
        if (part.functionCall !== undefined) theirs.calls.push([part.functionCall.name, part.functionCall.args]);
        if (part.thoughtSignature !== undefined) theirs.signatures.push(part.thoughtSignature);
      }
      const usage = chunk.usageMetadata;
      if (usage !== undefined) theirs.usage = [usage.promptTokenCount, usage.thoughtsTokenCount ?? 0, usage.totalTokenCount];
    }
    const ours = readProtocol(protocol.decoder, [bytes]);
    const { prompt = 0, completion = 0, total } = ours.usage;
    expect({
      text: ours.text,
      reasoning: ours.reasoning,
      calls: ours.tools.map(({ name, arguments: json }) => [name, JSON.parse(json)]),
      signatures: ours.opaque.map(({ value }) => (value as { thoughtSignature: string }).thoughtSignature),
      usage: [name(bytes) === '12' ? prompt - 300 : prompt, ours.usage.reasoning ?? 0, total],
      sum: prompt + completion,
    }).toEqual({ ...theirs, sum: total });
  });

  /** Of the body whose prompt holds what hosted tools brought, which the client counts apart. */
  const name = (bytes: Uint8Array): string => (bytes === bodyOf('12') ? '12' : '');
});

describe('the engine', () => {
  const start = (url: string, request: Partial<ChatRequest> = {}): ReturnType<ReturnType<typeof rig>['start']> =>
    rig().start(url, {
      request: { model: 'gemini-3', messages: [user('Go.')], ...request },
      endpoint: { id: 'x', api: 'gemini', continuation: 'auto' },
    });

  it('goes on by itself with the token of a paused answer, and counts both requests', async () => {
    await using server = await loopback((_, index) => ({ body: bodyOf(index === 0 ? '18a' : '18b') }));
    const events = await collect(start(server.url));
    const { text, reason, usage } = endOf(events);
    const { expect: wanted } = bodies.find((body) => body.name.startsWith('18b'))!;
    const [first, second] = server.asked.map(({ body }) => body);
    expect([problemsOf(events), text, reason, [usage.prompt, usage.completion, usage.total], second]).toEqual([
      [],
      wanted.text,
      'stop',
      [wanted.usage?.prompt, wanted.usage?.completion, wanted.usage?.total],
      { ...first, continuationToken: 'Q29udGludWU6MTg6Ng==' },
    ]);
  });

  it('keeps what the model said in its order, so that each signature goes back on its part', async () => {
    await using server = await loopback((_, index) => ({ body: bodyOf(index === 0 ? '05' : '01') }));
    const first = start(server.url);
    await collect(first);
    const results = first.toolCalls.map(({ id }) => ({ type: 'tool-result', id, content: 'Done' }) as const);
    await collect(start(server.url, { messages: [user('Go.'), { role: 'assistant', content: first.parts }, user(results)] }));
    const { opaque } = bodies.find(({ name }) => name.startsWith('05'))!.expect;
    const [, model, answers] = server.asked[1]!.body.contents;
    expect([
      model.parts.map(({ text, functionCall, thoughtSignature }: any) => [text ?? functionCall.name, thoughtSignature]),
      answers.parts.map(({ functionResponse }: any) => functionResponse.name),
    ]).toEqual([
      [
        ['Both at once.', undefined],
        ['weather', opaque[0]?.value],
        ['weather', undefined],
        ['now', undefined],
      ],
      ['weather', 'weather', 'now'],
    ]);
  });

  it('asks again where the model’s own call was malformed', async () => {
    await using server = await loopback((_, index) => ({ body: bodyOf(index === 0 ? '09' : '01') }));
    const events = await collect(start(server.url));
    expect([endOf(events).reason, server.asked.length]).toEqual(['stop', 2]);
  });
});

describe('arguments in pieces', () => {
  const call = (functionCall: object): string =>
    `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ functionCall }] }, index: 0 }] })}\n\n`;
  const stop = 'data: {"candidates":[{"finishReason":"STOP","index":0}]}\n\n';
  const read = (...events: string[]): unknown => {
    const { tools, ending } = readProtocol(protocol.decoder, [new TextEncoder().encode(events.join(''))]);
    return [tools.map(({ arguments: json }) => json), ending.type === 'failure' ? ending.failure.kind : ending.type];
  };
  const pieces = (...partialArgs: object[]): string => call({ partialArgs, willContinue: true });
  const begin = call({ name: 'f', willContinue: true });
  const end = call({});

  it.each([
    [
      'nested in lists and objects',
      begin + pieces({ jsonPath: '$.a[0].b', numberValue: 1 }, { jsonPath: "$.a[0]['c d']", boolValue: false }) + end + stop,
      [['{"a":[{"b":1,"c d":false}]}'], 'finish'],
    ],
    ['given whole after the name', call({ name: 'f' }) + call({ args: { a: 1 } }) + stop, [['{"a":1}'], 'finish']],
    ['of a call that is never closed', begin + pieces({ jsonPath: '$.a', stringValue: 'x' }) + stop, [[], 'cut']],
    ['with a place far outside of a list', begin + pieces({ jsonPath: '$.a[999999999]', numberValue: 1 }) + end + stop, [[], 'malformed']],
    ['with a path that cannot be read', begin + pieces({ jsonPath: '$..a', numberValue: 1 }) + end + stop, [[], 'malformed']],
    [
      'through a value that is no object',
      begin + pieces({ jsonPath: '$.a', numberValue: 1 }, { jsonPath: '$.a.b', numberValue: 1 }) + end + stop,
      [[], 'malformed'],
    ],
    [
      'named as what every object has',
      begin + pieces({ jsonPath: '$.__proto__.polluted', boolValue: true }) + end + stop,
      [['{"__proto__":{"polluted":true}}'], 'finish'],
    ],
    ['of no call', call({ args: { a: 1 } }) + stop, [[], 'finish']],
  ])('%s', (_, body, want) => {
    expect([read(body), ({} as { polluted?: boolean }).polluted]).toEqual([want, undefined]);
  });
});
