// No field of a request is lost silently: it is passed on, named in a header, or refused with one sentence.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { serve, type Served, token } from '../../../scripts/served.ts';
import type { Api } from '../../../src/core/provider/provider.ts';
import { type FakeServer, fakeServer, raw, status } from '../../support/fakeServer.ts';
import { dialects } from '../../support/dialects.ts';

let server: FakeServer;
const running: Served[] = [];

beforeEach(async () => {
  server = await fakeServer();
});

afterEach(async () => {
  for (const { service } of running.splice(0)) service.stop();
  await server.close();
});

interface Outcome {
  readonly status: number;
  readonly ignored: string | null;
  readonly message: string | undefined;
  /** What the server got. */
  readonly sent: Record<string, unknown>;
}

async function ask(api: Api, path: string, fields: object): Promise<Outcome> {
  const served = await serve(server, undefined, undefined, { api });
  running.push(served);
  const { begin, text, end } = dialects.find((dialect) => dialect.api === api)!;
  const before = server.requests.length;
  server.always(() => [raw(begin + text('Hi') + end('stop'))]);
  const turn = { messages: [{ role: 'user', content: 'Hi' }] };
  const response = await fetch(served.address.url + path, {
    method: 'POST',
    body: JSON.stringify({ model: 'test/m', ...(path === '/v1/responses' ? { input: 'Hi' } : turn), ...fields }),
    headers: { authorization: `Bearer ${token}` },
  });
  const { error } = (await response.json()) as { error?: { message: string } | null };
  return {
    status: response.status,
    ignored: response.headers.get('x-rivulet-ignored'),
    message: error?.message,
    sent: server.requests[before]?.body ?? {},
  };
}

const [chat, responses, messages] = ['/v1/chat/completions', '/v1/responses', '/v1/messages'];
const schema = { type: 'object', properties: { sky: { type: 'string' } } };
const tool = { type: 'function', function: { name: 'f', strict: true, parameters: schema } };

it.each<[what: string, api: Api, path: string, fields: object, sent: object]>([
  ['a field that only the server knows', 'chat', chat, { logit_bias: { 5: 1 }, seed: 7 }, { logit_bias: { 5: 1 }, seed: 7 }],
  ['metadata', 'chat', chat, { metadata: { a: 'b' } }, { metadata: { a: 'b' } }],
  ['a format', 'chat', chat, { response_format: { type: 'json_object' } }, { response_format: { type: 'json_object' } }],
  ['text as the only modality', 'chat', chat, { modalities: ['text'] }, { modalities: ['text'] }],
  ['one stop', 'chat', chat, { stop: 'END' }, { stop: ['END'] }],
  ['several stops', 'messages', chat, { stop: ['A', 'B'] }, { stop_sequences: ['A', 'B'] }],
  ['strict tools', 'chat', chat, { tools: [tool] }, { tools: [tool] }],
  ['the strength of reasoning', 'responses', chat, { reasoning_effort: 'high' }, { reasoning: { effort: 'high', summary: 'auto' } }],
  ['a sampling parameter', 'gemini', chat, { top_p: 0.4 }, { generationConfig: expect.objectContaining({ topP: 0.4 }) }],
  [
    'a format of chat completions for Responses',
    'responses',
    chat,
    { response_format: { type: 'json_schema', json_schema: { name: 'sky', schema } } },
    { text: { format: { type: 'json_schema', name: 'sky', schema } } },
  ],
  [
    'a format of chat completions for Messages',
    'messages',
    chat,
    { response_format: { type: 'json_schema', json_schema: { name: 'sky', schema } } },
    { output_config: { format: { type: 'json_schema', schema } } },
  ],
  ['a format of chat completions for Ollama', 'ollama', chat, { response_format: { type: 'json_object' } }, { format: 'json' }],
  [
    'a format of Responses for chat completions',
    'chat',
    responses,
    { text: { format: { type: 'json_schema', name: 'sky', schema, strict: true } } },
    { response_format: { type: 'json_schema', json_schema: { name: 'sky', schema, strict: true } } },
  ],
  [
    'fields of Responses',
    'responses',
    responses,
    { truncation: 'auto', prompt_cache_key: 'k' },
    { truncation: 'auto', prompt_cache_key: 'k' },
  ],
  [
    'the words of a summary',
    'responses',
    responses,
    { reasoning: { effort: 'low', summary: 'detailed' } },
    { reasoning: { effort: 'low', summary: 'detailed' } },
  ],
  [
    'a forced tool',
    'chat',
    responses,
    { tools: [{ type: 'function', name: 'f' }], tool_choice: { type: 'function', name: 'f' } },
    { tool_choice: { type: 'function', function: { name: 'f' } } },
  ],
  [
    'thinking',
    'messages',
    messages,
    { thinking: { type: 'enabled', budget_tokens: 2_000 } },
    { thinking: { type: 'enabled', budget_tokens: 2_000 } },
  ],
  ['fields of Messages', 'messages', messages, { top_k: 5, metadata: { user_id: 'me' } }, { top_k: 5, metadata: { user_id: 'me' } }],
  ['an effort of Messages', 'chat', messages, { output_config: { effort: 'high' } }, { reasoning_effort: 'high' }],
  ['no thinking', 'ollama', messages, { thinking: { type: 'disabled' } }, { think: false }],
  [
    'a choice of any tool',
    'chat',
    messages,
    { tools: [{ name: 'f', input_schema: schema }], tool_choice: { type: 'any' } },
    { tool_choice: 'required' },
  ],
])('passes %s on to a server of %s from %s', async (_what, api, path, fields, sent) => {
  const outcome = await ask(api, path, fields);
  expect({ status: outcome.status, ignored: outcome.ignored, sent: outcome.sent }).toEqual({
    status: 200,
    ignored: null,
    sent: expect.objectContaining(sent),
  });
});

it.each<[what: string, api: Api, path: string, fields: object, ignored: string]>([
  ['metadata', 'messages', chat, { metadata: { a: 'b' }, user: 'me' }, 'metadata, user'],
  ['what is for caches', 'chat', responses, { prompt_cache_key: 'k', safety_identifier: 's' }, 'prompt_cache_key, safety_identifier'],
  ['what spares a server a part of its reading', 'chat', messages, { context_management: { edits: [] } }, 'context_management'],
  ['names of speakers', 'chat', chat, { messages: [{ role: 'user', name: 'Ann', content: 'Hi' }] }, 'messages[0].name'],
  [
    'marks for caches',
    'chat',
    messages,
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: {} }] }] },
    'messages[0].content[0].cache_control',
  ],
  ['strict tools', 'messages', chat, { tools: [tool] }, 'tools[0].strict'],
  [
    'a signature of another vendor',
    'chat',
    messages,
    { messages: [{ role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm', signature: 'x' }] }] },
    'messages[0].content[0].signature',
  ],
  ['one call at a time', 'ollama', chat, { tools: [tool], parallel_tool_calls: false }, 'tools[0].strict, parallel_tool_calls'],
])('names in a header what says nothing to a server of another protocol: %s', async (_what, api, path, fields, ignored) => {
  const outcome = await ask(api, path, fields);
  expect([outcome.status, outcome.ignored]).toEqual([200, ignored]);
});

it.each<[what: string, api: Api, path: string, fields: object, says: RegExp]>([
  ['weights of tokens', 'messages', chat, { logit_bias: { 5: 1 } }, /^"logit_bias" cannot be passed on: .* speaks Anthropic Messages/],
  ['a seed', 'responses', chat, { seed: 7 }, /^"seed" cannot be passed on/],
  ['the most likely tokens', 'chat', messages, { top_k: 5 }, /^"top_k" cannot be passed on: .* OpenAI Chat Completions/],
  ['sound', 'chat', chat, { modalities: ['text', 'audio'] }, /^"modalities" is not offered/],
  ['a format without a schema', 'messages', chat, { response_format: { type: 'json_object' } }, /^"response_format" cannot/],
  ['a format that is not known', 'ollama', chat, { response_format: { type: 'grammar' } }, /^"response_format" cannot/],
  ['an answer that is stored elsewhere', 'chat', responses, { previous_response_id: 'resp_1' }, /^"previous_response_id" is not offered/],
  ['a stored item', 'chat', responses, { input: [{ type: 'item_reference', id: 'x' }] }, /^input\[0\] must be a message/],
  [
    'a file',
    'chat',
    responses,
    { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'x' }] }] },
    /^input\[0\].content\[0\] must be/,
  ],
  [
    'a picture by its id',
    'chat',
    responses,
    { input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'x' }] }] },
    /image_url must hold/,
  ],
  ['a search by the server', 'chat', responses, { tools: [{ type: 'web_search' }] }, /^tools\[0\] must be .* no other tools/],
  [
    'a document',
    'chat',
    messages,
    { messages: [{ role: 'user', content: [{ type: 'document', source: {} }] }] },
    /^messages\[0\].content\[0\] must be/,
  ],
  [
    'a picture at an address',
    'chat',
    messages,
    { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } }] }] },
    /none is fetched/,
  ],
  [
    'a picture that is none',
    'chat',
    messages,
    { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/bmp', data: 'AA==' } }] }] },
    /source must be/,
  ],
  [
    'a call of the user',
    'chat',
    messages,
    { messages: [{ role: 'user', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] }] },
    /does not belong/,
  ],
  [
    'a budget that is no number',
    'chat',
    messages,
    { thinking: { type: 'enabled', budget_tokens: 'many' } },
    /^thinking.budget_tokens must be/,
  ],
  [
    'a choice of an unknown kind',
    'chat',
    messages,
    { tools: [{ name: 'f', input_schema: schema }], tool_choice: 'any' },
    /^"tool_choice" must be/,
  ],
  [
    'a tool without a schema',
    'chat',
    messages,
    { tools: [{ name: 'f', input_schema: [] }] },
    /^tools\[0\].input_schema must be a JSON schema/,
  ],
  ['a word for a number', 'chat', responses, { temperature: 'hot' }, /^"temperature" must be a number/],
  ['a fraction of a token', 'chat', responses, { max_output_tokens: 1.5 }, /^"max_output_tokens" must be a whole number/],
  ['no input', 'chat', responses, { input: [] }, /^"input" must not be empty/],
  ['a background that cannot be read', 'chat', responses, { background: true, store: false }, /^"store" must not be false/],
  [
    'text that is no text',
    'chat',
    chat,
    { messages: [{ role: 'user', content: [{ type: 'text', text: 5 }] }] },
    /^messages\[0\].content\[0\].text must be a text/,
  ],
  ['a message that is none', 'chat', chat, { messages: ['Hi'] }, /^messages\[0\] must be an object/],
])('refuses what would be lost: %s', async (_what, api, path, fields, says) => {
  const outcome = await ask(api, path, fields);
  expect([outcome.status, outcome.message, server.requests.length]).toEqual([400, expect.stringMatching(says), 0]);
});

it('ends an answer before a stop text where the protocol of the server has none, and says which parameters were left out', async () => {
  const served = await serve(server, undefined, undefined, { api: 'responses' });
  running.push(served);
  const { begin, text, end } = dialects.find(({ api }) => api === 'responses')!;
  const post = async (fields: object): Promise<Record<string, any>> => {
    const body = JSON.stringify({ messages: [{ role: 'user', content: 'Hi' }], ...fields });
    const headers = { authorization: `Bearer ${token}` };
    return (await (await fetch(served.address.url + chat, { method: 'POST', body, headers })).json()) as Record<string, any>;
  };
  server.next(raw(begin + text('One END two') + end('stop')));
  const stopped = await post({ stop: ['END'] });
  server.next(
    ...status(400, { error: { message: "Unsupported parameter: 'temperature' is not supported with this model.", param: 'temperature' } }),
  );
  server.next(raw(begin + text('Hi') + end('stop')));
  const without = await post({ temperature: 0.5 });
  expect([stopped['choices'][0].message.content, without['choices'][0].message.content, without['left_out']]).toEqual([
    'One ',
    'Hi',
    ['temperature'],
  ]);
});

it.each([
  ['/chat', { message: 'Hi' }],
  [chat, { messages: [{ role: 'user', content: 'Hi' }] }],
  [responses, { input: 'Hi' }],
  [messages, { max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }],
])('names what it does not pass on of an answer, as one object and streamed: %s', async (path, body) => {
  const served = await serve(server, undefined, undefined, { api: 'gemini' });
  running.push(served);
  const { text, end } = dialects.find(({ api }) => api === 'gemini')!;
  const picture = { candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }] } }] };
  server.always(() => [raw(`${text('Here.')}data: ${JSON.stringify(picture)}\n\n${end('stop')}`)]);
  const post = async (fields: object): Promise<string> => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(served.address.url + path, { method: 'POST', body: JSON.stringify({ ...body, ...fields }), headers })).text();
  };
  const whole = JSON.parse(await post({ stream: false })) as Record<string, unknown>;
  const streamed = /"unshown":(\[[^\]]*\])/.exec(await post({ stream: true }))?.[1];
  expect([whole['unshown'], streamed]).toEqual([['inlineData'], '["inlineData"]']);
});

it('names the sources of an answer as each dialect does', async () => {
  const served = await serve(server, undefined, undefined, { api: 'responses' });
  running.push(served);
  const { begin, text, end } = dialects.find(({ api }) => api === 'responses')!;
  const annotation = { type: 'url_citation', url: 'https://example.org/a', title: 'A' };
  const source = `data: ${JSON.stringify({ type: 'response.output_text.annotation.added', output_index: 0, annotation })}\n\n`;
  server.always(() => [raw(begin + text('Blue.') + source + end('stop'))]);
  const post = async (path: string, fields: object): Promise<string> => {
    const body = JSON.stringify(fields);
    return (await fetch(served.address.url + path, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } })).text();
  };
  const at = { start_index: 5, end_index: 5 };
  const { choices } = JSON.parse(await post(chat, { messages: [{ role: 'user', content: 'Hi' }] })) as Record<string, any>;
  const { output } = JSON.parse(await post(responses, { input: 'Hi' })) as Record<string, any>;
  const streamed = await post(responses, { input: 'Hi', stream: true });
  const { citations } = JSON.parse(await post('/chat', { message: 'Hi', stream: false })) as Record<string, any>;
  expect([choices[0].message.annotations, output[0].content[0].annotations, /annotation\.added/.test(streamed), citations]).toEqual([
    [{ type: 'url_citation', url_citation: { url: annotation.url, title: 'A', ...at } }],
    [{ ...annotation, ...at }],
    true,
    [{ url: annotation.url, title: 'A' }],
  ]);
});

it('gives a client of Messages the reason of a server of Messages in its own word', async () => {
  const { sent: _sent, ...outcome } = await ask('messages', messages, { stop_sequences: ['END'] });
  const { begin, text } = dialects.find(({ api }) => api === 'messages')!;
  const ended = ['content_block_stop', 'message_delta', 'message_stop']
    .map((type) => `data: ${JSON.stringify({ type, index: 0, delta: { stop_reason: 'stop_sequence', stop_sequence: 'END' } })}\n\n`)
    .join('');
  server.always(() => [raw(begin + text('Hi') + ended)]);
  const { service: _service, address } = running.at(-1)!;
  const body = JSON.stringify({ max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] });
  const said = await fetch(address.url + messages, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } });
  expect([outcome.status, ((await said.json()) as { stop_reason: string }).stop_reason]).toEqual([200, 'stop_sequence']);
});
