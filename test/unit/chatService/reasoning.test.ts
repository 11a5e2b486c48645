// Reasoning on its way through the chat service: a client sends back in its own field what it got, and the server gets
// what it gave, byte by byte, whichever dialect the client speaks.
import Anthropic from '@anthropic-ai/sdk';
import type { MessageParam } from '@anthropic-ai/sdk/resources/messages/messages';
import OpenAI from 'openai';
import type { ResponseInputItem } from 'openai/resources/responses/responses';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serve, type Served, token } from '../../../scripts/served.ts';
import type { Api } from '../../../src/core/provider/provider.ts';
import { answer, delta, done, event, type FakeServer, fakeServer, finish, raw, reasoning, type Step } from '../../support/fakeServer.ts';

let server: FakeServer;
let served: Served;

beforeEach(async () => {
  server = await fakeServer();
});

afterEach(async () => {
  served.service.stop();
  await server.close();
});

const schema = { type: 'object' as const, properties: {} };
const input = { city: 'Rome' };

/** Goes one round with a tool, streamed or not, and sends the assistant's turn back as the client has it. */
type Client = (url: string, streamed: boolean) => Promise<void>;

const chat: Client = async (url, streamed) => {
  const { chat: api } = new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 });
  const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: schema } }];
  const question = { role: 'user' as const, content: 'Weather?' };
  const body = { model: 'test/m', messages: [question], tools };
  let said: OpenAI.ChatCompletionMessage;
  if (streamed) {
    // As the client's own helper does not, agents join the fields of reasoning by themselves.
    const joined: Record<string, unknown> = { role: 'assistant', content: '' };
    for await (const { choices } of await api.completions.create({ ...body, stream: true })) {
      for (const [name, value] of Object.entries(choices[0]?.delta ?? {})) {
        if (Array.isArray(value)) joined[name] = [...((joined[name] as unknown[]) ?? []), ...value];
        else if (name !== 'role') joined[name] = `${(joined[name] as string) ?? ''}${value}`;
      }
    }
    said = joined as unknown as OpenAI.ChatCompletionMessage;
  } else said = (await api.completions.create(body)).choices[0]!.message;
  await api.completions.create({
    ...body,
    messages: [question, said, { role: 'tool', tool_call_id: said.tool_calls![0]!.id, content: 'sun' }],
  });
};

const responses: Client = async (url, streamed) => {
  const { responses: api } = new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 });
  const tools = [{ type: 'function' as const, name: 'weather', parameters: schema, strict: false }];
  const question = { role: 'user' as const, content: 'Weather?' };
  const body = { model: 'test/m', input: [question], tools };
  const { output } = streamed ? await api.stream(body).finalResponse() : await api.create(body);
  const { call_id } = output.find((one) => one.type === 'function_call') as OpenAI.Responses.ResponseFunctionToolCall;
  await api.create({
    ...body,
    input: [question, ...(output as ResponseInputItem[]), { type: 'function_call_output', call_id, output: 'sun' }],
  });
};

const messages: Client = async (url, streamed) => {
  const { messages: api } = new Anthropic({ baseURL: url, apiKey: token, maxRetries: 0 });
  const question: MessageParam = { role: 'user', content: 'Weather?' };
  const body = { model: 'test/m', max_tokens: 99, messages: [question], tools: [{ name: 'weather', input_schema: schema }] };
  const { content } = streamed ? await api.stream(body).finalMessage() : await api.create(body);
  const { id } = content.find((block) => block.type === 'tool_use')!;
  await api.create({
    ...body,
    messages: [
      question,
      { role: 'assistant', content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'sun' }] },
    ],
  });
};

const named = (data: { readonly type: string } & Record<string, unknown>): Step =>
  raw(`event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`);
const block = (index: number, content_block: object, ...deltas: object[]): Step[] => [
  named({ type: 'content_block_start', index, content_block }),
  ...deltas.map((one) => named({ type: 'content_block_delta', index, delta: one })),
  named({ type: 'content_block_stop', index }),
];
const thinking = (index: number, words: string, signature: string): Step[] =>
  block(
    index,
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'thinking_delta', thinking: words },
    { type: 'signature_delta', signature },
  );
const item = { id: 'rs_1', type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm é 🤔' }], encrypted_content: 'gAAA+/==' };
const call = { id: 'fc_1', type: 'function_call', call_id: 'a', name: 'weather', arguments: '{"city":"Rome"}' };

interface Upstream {
  readonly api: Api;
  readonly first: readonly Step[];
  readonly second: readonly Step[];
  /** The assistant's turn in the second request. */
  readonly turn: (body: Record<string, any>) => unknown;
  readonly expected: unknown;
}

const upstreams: readonly Upstream[] = [
  {
    api: 'messages',
    first: [
      named({ type: 'message_start', message: { id: 'm', model: 'm', content: [] } }),
      ...thinking(0, 'Hm é 🤔\n', 'EqQB+/=='),
      ...block(1, { type: 'redacted_thinking', data: 'SEALED+/==' }),
      ...thinking(2, 'More', 'ErQC+/=='),
      ...block(3, { type: 'text', text: '' }, { type: 'text_delta', text: 'Let me see.' }),
      ...block(4, { type: 'tool_use', id: 'a', name: 'weather', input: {} }, { type: 'input_json_delta', partial_json: '{"city":"Rome"}' }),
      named({ type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } }),
      named({ type: 'message_stop' }),
    ],
    second: [
      named({ type: 'message_start', message: { id: 'm', model: 'm', content: [] } }),
      ...block(0, { type: 'text', text: 'Sun.' }),
      named({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } }),
      named({ type: 'message_stop' }),
    ],
    turn: (body) => body['messages'][1].content,
    expected: [
      { type: 'thinking', thinking: 'Hm é 🤔\n', signature: 'EqQB+/==' },
      { type: 'redacted_thinking', data: 'SEALED+/==' },
      { type: 'thinking', thinking: 'More', signature: 'ErQC+/==' },
      { type: 'text', text: 'Let me see.' },
      { type: 'tool_use', id: 'a', name: 'weather', input },
    ],
  },
  {
    api: 'responses',
    first: [
      event({ type: 'response.created', response: { id: 'r', status: 'in_progress' } }),
      event({ type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, delta: 'Hm é 🤔' }),
      event({ type: 'response.output_item.done', output_index: 0, item }),
      event({ type: 'response.output_item.done', output_index: 1, item: { ...item, id: 'rs_2', summary: [] } }),
      event({ type: 'response.output_item.done', output_index: 2, item: call }),
      event({ type: 'response.completed', response: { status: 'completed' } }),
    ],
    second: [
      event({ type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Sun.' }),
      event({ type: 'response.completed', response: { status: 'completed' } }),
    ],
    turn: (body) => body['input'].slice(1, -1),
    expected: [
      { ...item, type: 'reasoning' },
      { ...item, id: 'rs_2', summary: [] },
      { type: 'function_call', call_id: 'a', name: 'weather', arguments: '{"city":"Rome"}' },
    ],
  },
  {
    api: 'gemini',
    first: [
      event({ candidates: [{ content: { role: 'model', parts: [{ text: 'Hm é 🤔', thought: true }] } }] }),
      event({
        candidates: [
          {
            content: { role: 'model', parts: [{ functionCall: { id: 'a', name: 'weather', args: input }, thoughtSignature: 'CiQB+/==' }] },
          },
        ],
      }),
      event({
        candidates: [
          { content: { role: 'model', parts: [{ functionCall: { id: 'b', name: 'weather', args: input } }] }, finishReason: 'STOP' },
        ],
      }),
    ],
    second: [event({ candidates: [{ content: { role: 'model', parts: [{ text: 'Sun.' }] }, finishReason: 'STOP' }] })],
    turn: (body) => body['contents'][1].parts,
    expected: [
      { functionCall: { id: 'a', name: 'weather', args: input }, thoughtSignature: 'CiQB+/==' },
      { functionCall: { id: 'b', name: 'weather', args: input } },
    ],
  },
];

const clients: Readonly<Record<string, Client>> = { 'chat completions': chat, Responses: responses, Messages: messages };

describe.each(upstreams)('a server that speaks $api gets its reasoning back as it gave it', ({ api, first, second, turn, expected }) => {
  describe.each(Object.entries(clients))('from a client that speaks %s', (_name, ask) => {
    it.each([true, false])('(streamed: %s)', async (streamed) => {
      served = await serve(server, undefined, undefined, { api });
      server.next(...first);
      server.next(...second);
      await ask(served.address.url, streamed);
      expect(turn(server.requests[1]!.body)).toEqual(expected);
    });
  });
});

it('gives a server of chat completions the reasoning in the field in which the client sent it', async () => {
  served = await serve(server);
  const client = new OpenAI({ baseURL: `${served.address.url}/v1`, apiKey: token, maxRetries: 0 });
  const sent: unknown[] = [];
  const details = [{ type: 'reasoning.text', text: 'Hm', signature: 'abc+/==', index: 0 }];
  for (const fields of [{ reasoning_content: ' Hm é 🤔\n' }, { reasoning: 'Hm' }, { reasoning: 'Hm', reasoning_details: details }]) {
    server.next(...answer('Sun.'));
    const said = { role: 'assistant' as const, content: 'Let me see.', ...fields };
    await client.chat.completions.create({
      model: 'test/m',
      messages: [{ role: 'user', content: 'Hi' }, said, { role: 'user', content: 'And?' }],
    });
    const { role: _role, content: _content, ...rest } = server.requests.at(-1)!.body.messages[1];
    sent.push(rest);
  }
  expect(sent).toEqual([{ reasoning_content: ' Hm é 🤔\n' }, { reasoning: 'Hm' }, { reasoning: 'Hm', reasoning_details: details }]);
});

it('keeps a sealed block of one vendor from the server of another', async () => {
  served = await serve(server, undefined, undefined, { api: 'messages' });
  const messagesUpstream = upstreams[0]!;
  server.next(...messagesUpstream.first);
  const client = new OpenAI({ baseURL: `${served.address.url}/v1`, apiKey: token, maxRetries: 0 });
  const { output } = await client.responses.create({ model: 'test/one', input: 'Hi' });
  server.next(...messagesUpstream.second);
  await client.responses.create({
    model: 'test/another',
    input: [
      { role: 'user', content: 'Hi' },
      ...(output as ResponseInputItem[]),
      { type: 'function_call_output', call_id: 'a', output: 'sun' },
    ],
  });
  expect(server.requests[1]!.body.messages[1].content).toEqual([
    { type: 'text', text: 'Let me see.' },
    { type: 'tool_use', id: 'a', name: 'weather', input },
  ]);
});

it('shows the reasoning of every server in the field of the client', async () => {
  served = await serve(server);
  const openai = new OpenAI({ baseURL: `${served.address.url}/v1`, apiKey: token, maxRetries: 0 });
  const anthropic = new Anthropic({ baseURL: served.address.url, apiKey: token, maxRetries: 0 });
  server.always(() => [reasoning('Hm. '), reasoning('Yes.'), delta({ content: 'Red.' }), finish(), done()]);
  const completion = await openai.chat.completions.create({ model: 'test/m', messages: [{ role: 'user', content: 'Hi' }] });
  const response = await openai.responses.create({ model: 'test/m', input: 'Hi' });
  const message = await anthropic.messages.create({ model: 'test/m', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] });
  expect([
    (completion.choices[0]!.message as { reasoning_content?: string }).reasoning_content,
    response.output.map((one) => (one.type === 'reasoning' ? one.summary : one.type)),
    message.content,
  ]).toEqual([
    'Hm. Yes.',
    [[{ type: 'summary_text', text: 'Hm. Yes.' }], 'message'],
    [
      { type: 'thinking', thinking: 'Hm. Yes.', signature: '' },
      { type: 'text', text: 'Red.', citations: null },
    ],
  ]);
});
