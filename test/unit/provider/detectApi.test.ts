// Which protocol a server speaks is found out by requests that cost nothing, once; a wrong name for it is said plainly.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createProvider } from '../../../src/core/provider/protocols.ts';
import type { Api, Decoder, EndpointMemory } from '../../../src/core/provider/provider.ts';

/** What a server answers to a request; undefined where it has no such path. */
type Answers = (method: string, path: string, body: Record<string, any>) => readonly [status: number, body: unknown] | undefined;

const sse = (...events: readonly object[]): string => events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
const said: Readonly<Record<'chat' | 'responses' | 'messages', string>> = {
  chat: sse({ choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] }) + 'data: [DONE]\n\n',
  responses: sse(
    { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Hi' },
    { type: 'response.completed', response: { status: 'completed', output: [] } },
  ),
  messages: sse(
    { type: 'message_start', message: { id: 'm', model: 'm', usage: { input_tokens: 1, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
    { type: 'message_stop' },
  ),
};
const missing = [400, { error: { message: 'Missing required parameter: model' } }] as const;
const openaiList = [200, { object: 'list', data: [{ id: 'm', object: 'model', owned_by: 'me' }] }] as const;
const path = { chat: '/v1/chat/completions', responses: '/v1/responses', messages: '/v1/messages' };

/** Speaks one of the three, with a list of models that does not show which. */
const speaking =
  (api: 'chat' | 'responses' | 'messages', list: Answers = () => openaiList): Answers =>
  (method, at, body) => {
    if (method === 'GET') return at.startsWith('/v1/models') ? list(method, at, body) : undefined;
    if (at !== path[api]) return undefined;
    return body['model'] === undefined ? missing : [200, said[api]];
  };

async function served(answers: Answers, use: (url: string, asked: readonly string[]) => Promise<unknown>): Promise<unknown> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    request.on('end', () => {
      const [at = ''] = (request.url ?? '').split('?');
      const body = text === '' ? {} : (JSON.parse(text) as Record<string, any>);
      asked.push(`${request.method} ${at}${body['model'] === undefined ? '' : ' model'}`);
      const [status, answer] = answers(request.method ?? '', at, body) ?? [404, { error: { message: 'Not Found' } }];
      const type = typeof answer === 'string' ? 'text/event-stream' : 'application/json';
      response.writeHead(status, { 'content-type': type }).end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const provider = createProvider((input, init) => fetch(input, init), Date.now);
const { signal } = new AbortController();
const endpointAt = (baseURL: string, api: Api, apiBy: 'setting' | 'guess') =>
  ({ id: 'x', name: 'X', baseURL, api, apiBy, continuation: 'ask' }) as const;

async function ask(url: string, api: Api, apiBy: 'setting' | 'guess', memory: EndpointMemory): Promise<unknown> {
  const request = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] } as const;
  const opened = await provider.open(endpointAt(`${url}/v1`, api, apiBy), request, memory, signal);
  if (opened.type === 'failed') return [opened.failure.code, ...(opened.failure.values ?? [])];
  let text = '';
  const decoder = opened.decoder((delta) => (text += delta.type === 'text' ? delta.text : '')) as Decoder<Uint8Array>;
  for await (const bytes of opened.body as unknown as AsyncIterable<Uint8Array>) decoder.feed(bytes);
  const ending = decoder.end();
  return ending.type === 'failure' ? [ending.failure.code, ...(ending.failure.values ?? [])] : text;
}

describe('where the setting names none, the protocol is found at the first refusal, and remembered:', () => {
  it.each(['responses', 'messages'] as const)('%s', async (api) => {
    const result = await served(speaking(api), async (url, asked) => {
      const memory: EndpointMemory = {};
      const first = await ask(url, 'chat', 'guess', memory);
      const free = asked.filter((request) => !request.endsWith('model')).length;
      const before = asked.length;
      const second = await ask(url, 'chat', 'guess', memory);
      return {
        first,
        second,
        found: memory.api,
        paid: asked.filter((one) => one.endsWith('model')),
        isFew: free <= 5,
        again: asked.length - before,
      };
    });
    expect(result).toEqual({
      first: 'Hi',
      second: 'Hi',
      found: api,
      paid: [`POST ${path.chat} model`, `POST ${path[api]} model`, `POST ${path[api]} model`],
      isFew: true,
      again: 1,
    });
  });
});

describe('a protocol that a person has named wrongly is said, with the right one:', () => {
  it.each<[named: Api, api: 'chat' | 'responses' | 'messages']>([
    ['messages', 'chat'],
    ['responses', 'chat'],
    ['chat', 'messages'],
    ['chat', 'responses'],
    ['ollama', 'chat'],
    ['gemini', 'messages'],
  ])('%s at a server that speaks %s', async (named, api) => {
    expect(await served(speaking(api), (url) => ask(url, named, 'setting', {}))).toEqual(['wrong-api', named, api]);
  });
});

it('says it too where the server answers every path in its own protocol', async () => {
  const answers: Answers = (method) => (method === 'GET' ? undefined : [200, said.messages]);
  const result = await served(answers, async (url) => {
    const memory: EndpointMemory = {};
    return [await ask(url, 'chat', 'setting', {}), await ask(url, 'chat', 'guess', memory), memory.api];
  });
  expect(result).toEqual([['wrong-api', 'chat', 'messages'], ['other-api', 'chat', 'messages'], 'messages']);
});

it('looks once for another protocol, and says what the server has said where there is none', async () => {
  const result = await served(
    () => undefined,
    async (url, asked) => {
      const memory: EndpointMemory = {};
      const first = await ask(url, 'chat', 'guess', memory);
      const before = asked.length;
      return [first, await ask(url, 'chat', 'guess', memory), asked.length - before];
    },
  );
  expect(result).toEqual([['no-such-path', 'Not Found'], ['no-such-path', 'Not Found'], 1]);
});

it('does not take a model that is not there, or a key that is refused, for another protocol', async () => {
  const result = await served(
    (_method, at) =>
      at === path.chat ? [404, { error: { message: 'The model `m` does not exist' } }] : [401, { error: { message: 'Invalid API key' } }],
    async (url, asked) => [await ask(url, 'chat', 'guess', {}), await ask(url, 'messages', 'setting', {}), asked.length],
  );
  expect(result).toEqual([[undefined], [undefined], 2]);
});

describe('the list of models alone shows', () => {
  const claude = { type: 'model', id: 'claude', display_name: 'Claude' };
  const tags = { models: [{ name: 'qwen3:8b', model: 'qwen3:8b', digest: 'abc', details: { family: 'qwen3' } }] };
  it.each<[api: Api | undefined, base: string, routes: Readonly<Record<string, unknown>>, requests: number]>([
    ['chat', '/v1', { '/v1/models': openaiList[1] }, 1],
    ['messages', '/v1', { '/v1/models': { data: [claude], has_more: false } }, 1],
    ['gemini', '/v1beta', { '/v1beta/models': { models: [{ name: 'models/gemini-3-pro' }] } }, 1],
    ['ollama', '/v1', { '/v1/models': { data: [{ id: 'qwen3:8b', owned_by: 'library' }] }, '/api/tags': tags }, 2],
    ['chat', '/v1', { '/v1/models': { data: [{ id: 'qwen3:8b', owned_by: 'library' }] } }, 2],
  ])('%s at %s', async (api, base, routes, requests) => {
    const answers: Answers = (method, at) => (method === 'GET' && routes[at] !== undefined ? [200, routes[at]] : undefined);
    const result = await served(answers, async (url, asked) => [
      await provider.detect?.(endpointAt(url + base, 'chat', 'guess'), signal),
      asked.length,
    ]);
    expect(result).toEqual([api, requests]);
  });

  it('nothing where no server answers', async () => {
    expect(await provider.detect?.(endpointAt('http://127.0.0.1:1/v1', 'chat', 'guess'), signal)).toBe(undefined);
  });
});
