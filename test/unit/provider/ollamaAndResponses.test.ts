// What Ollama and a Responses server are sent, over a real socket, and that each address gets its own protocol.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Ollama } from 'ollama';
import type { ResponseCreateParamsStreaming } from 'openai/resources/responses/responses';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Message } from '../../../src/api.ts';
import { apiOf } from '../../../src/core/provider/catalog.ts';
import { createProvider } from '../../../src/core/provider/protocols.ts';
import type { Api, ChatRequest } from '../../../src/core/provider/provider.ts';

interface Seen {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

let server: Server;
let seen: Seen[];
let refusals: string[];

beforeEach(async () => {
  seen = [];
  refusals = [];
  server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      seen.push({
        path: request.url ?? '',
        authorization: request.headers.authorization,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      });
      const refusal = refusals.shift();
      response
        .writeHead(refusal === undefined ? 200 : 400, { 'content-type': 'application/json' })
        .end(refusal ?? '{"models":[{"name":"a"}]}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) text += piece as string;
  return text;
}

async function ask(api: Api, request: Omit<ChatRequest, 'model'>, contextWindow?: number): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const endpoint = {
    id: 'x',
    name: 'X',
    baseURL: `http://127.0.0.1:${port}/v1`,
    apiKey: 'sk-test',
    continuation: 'auto',
    api,
    ...(contextWindow === undefined ? {} : { contextWindow }),
  } as const;
  const provider = createProvider(fetch, () => 0);
  const opened = await provider.open(endpoint, { model: 'm', ...request }, {}, new AbortController().signal);
  if (opened.type === 'opened') await opened.body.cancel();
  return opened.type;
}

const picture = { type: 'image', mime: 'image/png', data: new Uint8Array([1, 2, 255]) } as const;
const reasoning = { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'gAAA' };
const messages: readonly Message[] = [
  { role: 'system', content: 'Be short.' },
  { role: 'user', content: [{ type: 'text', text: 'What is this?' }, picture] },
  {
    role: 'assistant',
    content: [
      { type: 'reasoning', text: 'Hm', opaque: { origin: 'responses:x/m', value: reasoning } },
      { type: 'reasoning', text: 'Of another server', opaque: { signature: 'x' } },
      { type: 'text', text: 'Let me look.' },
      { type: 'tool-call', id: 'c1', name: 'look', arguments: '{"at":1}' },
    ],
  },
  {
    role: 'user',
    content: [
      { type: 'tool-result', id: 'c1', content: 'A cat' },
      { type: 'text', text: 'And?' },
    ],
  },
];
const tools = [{ name: 'look', description: 'Looks', parameters: { type: 'object', properties: { at: { type: 'number' } } } }];

it('sends a Responses server items in their order, its own reasoning unchanged, and asks it to keep nothing', async () => {
  await ask('responses', { messages, tools, toolChoice: { name: 'look' }, temperature: 0.5, maxTokens: 100, effort: 'low' });
  const body: ResponseCreateParamsStreaming = {
    model: 'm',
    instructions: 'Be short.',
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'What is this?' },
          { type: 'input_image', image_url: 'data:image/png;base64,AQL/', detail: 'auto' },
        ],
      },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'gAAA' },
      { role: 'assistant', content: 'Let me look.' },
      { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"at":1}' },
      { type: 'function_call_output', call_id: 'c1', output: 'A cat' },
      { role: 'user', content: [{ type: 'input_text', text: 'And?' }] },
    ],
    stream: true,
    stream_options: { include_obfuscation: false },
    store: false,
    include: ['reasoning.encrypted_content'],
    reasoning: { effort: 'low', summary: 'auto' },
    max_output_tokens: 100,
    temperature: 0.5,
    tools: [{ type: 'function', strict: false, ...tools[0]! }],
    tool_choice: { type: 'function', name: 'look' },
  };
  expect(seen).toEqual([{ path: '/v1/responses', authorization: 'Bearer sk-test', body }]);
});

it('leaves out what a model of a Responses server refuses, once for the model', async () => {
  refusals.push(
    '{"error":{"message":"Unsupported parameter: \'reasoning.summary\' is not supported with this model.","param":"reasoning.summary"}}',
  );
  const opened = await ask('responses', { messages: [{ role: 'user', content: 'Hi' }] });
  expect({ opened, sent: seen.map(({ body }) => 'reasoning' in body) }).toEqual({ opened: 'opened', sent: [true, false] });
});

it('sends Ollama its own shapes: pictures apart, arguments as an object, the name of the tool beside its result, the window', async () => {
  await ask('ollama', { messages, tools, temperature: 0.5, maxTokens: 100, stop: ['END'], effort: 'high' }, 32_768);
  expect(seen).toEqual([
    {
      path: '/api/chat',
      authorization: 'Bearer sk-test',
      body: {
        model: 'm',
        messages: [
          { role: 'system', content: 'Be short.' },
          { role: 'user', content: 'What is this?', images: ['AQL/'] },
          {
            role: 'assistant',
            content: 'Let me look.',
            thinking: 'HmOf another server',
            tool_calls: [{ id: 'c1', function: { name: 'look', arguments: { at: 1 } } }],
          },
          { role: 'tool', content: 'A cat', tool_call_id: 'c1', tool_name: 'look' },
          { role: 'user', content: 'And?' },
        ],
        stream: true,
        truncate: false,
        shift: false,
        think: 'high',
        options: { temperature: 0.5, num_predict: 100, stop: ['END'], num_ctx: 32_768 },
        tools: [{ type: 'function', function: tools[0] }],
      },
    },
  ]);
});

it('sends Ollama what its own client sends for the same question', async () => {
  await ask('ollama', { messages, tools, temperature: 0.5, maxTokens: 100, stop: ['END'], effort: 'high' }, 32_768);
  const { port } = server.address() as AddressInfo;
  const client = new Ollama({ host: `http://127.0.0.1:${port}`, headers: { authorization: 'Bearer sk-test' } });
  const call = { id: 'c1', function: { name: 'look', arguments: { at: 1 } } };
  const answer = await client.chat({
    model: 'm',
    messages: [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'What is this?', images: [picture.data] },
      { role: 'assistant', content: 'Let me look.', thinking: 'HmOf another server', tool_calls: [call] },
      { role: 'tool', content: 'A cat', tool_name: 'look' },
      { role: 'user', content: 'And?' },
    ],
    tools: [{ type: 'function', function: tools[0]! }],
    think: 'high',
    stream: true,
    options: { temperature: 0.5, num_predict: 100, stop: ['END'], num_ctx: 32_768 },
  });
  answer.abort();
  const [ours, theirs] = seen.map(({ path, authorization, body }) => ({ path, authorization, body }));
  // Beside that, Ollama is told not to shorten the prompt in silence, and which call a result belongs to.
  const { truncate, shift, ...rest } = ours!.body;
  const sent = (rest['messages'] as Record<string, unknown>[]).map((message) => ({ ...message, tool_call_id: undefined }));
  expect([{ ...ours, body: { ...rest, messages: sent } }, truncate, shift]).toEqual([theirs, false, false]);
});

it.each([
  ['https://api.openai.com/v1', 'responses'],
  ['https://api.openai.com.example.org/v1', 'chat'],
  ['https://openrouter.ai/api/v1', 'chat'],
  ['http://127.0.0.1:11434', 'ollama'],
  ['http://localhost:11434/v1', 'ollama'],
  ['http://10.0.0.2:11434/v1', 'ollama'],
  ['http://127.0.0.1:8080/v1', 'chat'],
  ['no address', 'chat'],
])('knows that %s speaks %s', (baseURL, api) => {
  expect(apiOf(baseURL)).toBe(api);
});
