// OpenAI's Responses at the chat service, as the official client speaks it.
import OpenAI from 'openai';
import type { ResponseInputItem } from 'openai/resources/responses/responses';
import { expect, it } from 'vitest';
import { type Served, token } from '../../../scripts/served.ts';
import {
  answer,
  delta,
  done,
  drop,
  type FakeServer,
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
import { servedEach } from '../../support/servedEach.ts';

let server: FakeServer;
let served: Served;
let client: OpenAI;

servedEach((scene) => {
  ({ server, served } = scene);
  client = new OpenAI({ baseURL: `${served.address.url}/v1`, apiKey: token, maxRetries: 0 });
});

const weather = { type: 'function' as const, name: 'weather', description: 'Of a city.', strict: false, parameters: { type: 'object' } };
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const call = (id: string, json: string): ReturnType<typeof delta> =>
  delta({ tool_calls: [{ index: 0, id, type: 'function', function: { name: 'weather', arguments: json } }] });

it('streams reasoning, text and a tool call, and the result of the tool goes back', async () => {
  server.next(
    reasoning('Hm. '),
    reasoning('Rome.'),
    text('Let me see.'),
    call('a', '{"city":"Rome"}'),
    finish('tool_calls'),
    usage(9, 5),
    done(),
  );
  const types: string[] = [];
  const stream = client.responses.stream({
    model: 'test/vendor/large',
    instructions: 'Be brief.',
    input: 'Weather in Rome?',
    tools: [weather],
  });
  for await (const event of stream) types.push(event.type);
  const first = await stream.finalResponse();

  server.next(...answer('Sun.'));
  const called = first.output.find((item) => item.type === 'function_call');
  const second = await client.responses.create({
    model: 'test/m',
    input: [
      { role: 'user', content: 'Weather in Rome?' },
      ...(first.output as ResponseInputItem[]),
      { type: 'function_call_output', call_id: called!.call_id, output: 'sun' },
    ],
    tools: [weather],
  });
  const [one, two] = server.requests;
  expect({
    types,
    first: { ...first, id: 'id', output: first.output.map((item) => ({ ...item, id: 'id' })) },
    second: [second.output_text, second.status],
    sent: [one!.body.messages, one!.body.tools],
    back: two!.body.messages,
  }).toEqual({
    types: [
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.completed',
    ],
    first: expect.objectContaining({
      status: 'completed',
      model: 'test/vendor/large',
      instructions: 'Be brief.',
      output_text: 'Let me see.',
      output: [
        { id: 'id', type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm. Rome.' }], status: 'completed' },
        expect.objectContaining({ type: 'message', role: 'assistant', status: 'completed' }),
        expect.objectContaining({
          type: 'function_call',
          call_id: 'a',
          name: 'weather',
          arguments: '{"city":"Rome"}',
          status: 'completed',
        }),
      ],
      usage: expect.objectContaining({ input_tokens: 9, output_tokens: 5, total_tokens: 14 }),
    }),
    second: ['Sun.', 'completed'],
    sent: [
      [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Weather in Rome?' },
      ],
      [{ type: 'function', function: { name: 'weather', description: 'Of a city.', parameters: { type: 'object' } } }],
    ],
    back: [
      { role: 'user', content: 'Weather in Rome?' },
      {
        role: 'assistant',
        content: 'Let me see.',
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: 'sun' },
    ],
  });
});

it('answers in one piece, with what was asked for in it', async () => {
  server.next(...answer('{"sky":"blue"}'));
  const schema = { type: 'object', properties: { sky: { type: 'string' } } };
  const said = await client.responses.create({
    model: 'test/m',
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'Sky?' },
          { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${pixel}` },
        ],
      },
    ],
    temperature: 0.2,
    top_p: 0.5,
    max_output_tokens: 40,
    reasoning: { effort: 'low' },
    text: { format: { type: 'json_schema', name: 'sky', schema, strict: true } },
    metadata: { of: 'me' },
  });
  const { temperature, top_p, max_output_tokens, reasoning: reasons, text: form, metadata, output_text, status: state } = said;
  expect({
    echo: { temperature, top_p, max_output_tokens, reasons, form, metadata, output_text, state },
    sent: server.requests[0]!.body,
  }).toEqual({
    echo: {
      temperature: 0.2,
      top_p: 0.5,
      max_output_tokens: 40,
      reasons: { effort: 'low', summary: null },
      form: { format: { type: 'json_schema', name: 'sky', schema, strict: true } },
      metadata: { of: 'me' },
      output_text: '{"sky":"blue"}',
      state: 'completed',
    },
    sent: {
      model: 'm',
      stream: true,
      stream_options: { include_usage: true },
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Sky?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } },
          ],
        },
      ],
      temperature: 0.2,
      top_p: 0.5,
      max_tokens: 40,
      reasoning_effort: 'low',
      response_format: { type: 'json_schema', json_schema: { name: 'sky', schema, strict: true } },
    },
  });
});

it('says how an answer ended that is not whole: by a limit, a break, or an error before its first word', async () => {
  const outcome = async (steps: Step[], stream: boolean): Promise<unknown> => {
    server.next(...steps);
    try {
      if (!stream) {
        const { status: state, incomplete_details, output_text } = await client.responses.create({ model: 'test/m', input: 'Hi' });
        return [state, incomplete_details, output_text];
      }
      const {
        status: state,
        incomplete_details,
        error,
        output_text,
      } = await client.responses.stream({ model: 'test/m', input: 'Hi' }).finalResponse();
      return [state, incomplete_details, error?.code, output_text];
    } catch (error) {
      return error instanceof OpenAI.APIError ? [error.status, error.code] : error;
    }
  };
  const long = [text('Half'), finish('length'), done()];
  const broken = [text('Half'), drop()];
  const refused = status(429, { error: { message: 'Slow down' } });
  expect({
    long: [await outcome(long, true), await outcome(long, false)],
    broken: [await outcome(broken, true), await outcome(broken, false)],
    refused: [await outcome(refused, true), await outcome(refused, false)],
  }).toEqual({
    long: [
      ['incomplete', { reason: 'max_output_tokens' }, undefined, 'Half'],
      ['incomplete', { reason: 'max_output_tokens' }, 'Half'],
    ],
    broken: [
      ['failed', null, 'server_error', 'Half'],
      [502, 'truncated'],
    ],
    refused: [
      [429, 'rate-limit'],
      [429, 'rate-limit'],
    ],
  });
});

it('continues in the background, is polled and streamed from any event on, and is cancelled', async () => {
  const more = gate();
  server.next(text('One, '), wait(more.opened), text('two.'), finish(), done());
  const begun = await client.responses.create({ model: 'test/m', input: 'Count', background: true });
  await expect.poll(async () => (await client.responses.retrieve(begun.id)).output_text).toBe('One, ');
  const running = await client.responses.retrieve(begun.id);
  more.open();
  await expect.poll(async () => (await client.responses.retrieve(begun.id)).status).toBe('completed');
  const all: unknown[] = [];
  for await (const event of await client.responses.retrieve(begun.id, { stream: true })) all.push(event);
  const rest: unknown[] = [];
  for await (const event of await client.responses.retrieve(begun.id, { stream: true, starting_after: 4 })) rest.push(event);
  const replayed = await client.responses.stream({ response_id: begun.id, starting_after: 4 }).finalResponse();

  server.next(text('Endless'), hang());
  const stopped = await client.responses.create({ model: 'test/m', input: 'Go', background: true });
  await expect.poll(async () => (await client.responses.retrieve(stopped.id)).output_text).toBe('Endless');
  const cancelled = await client.responses.cancel(stopped.id);
  const again = await client.responses.cancel(stopped.id);
  expect({
    begun: [begun.status, begun.background],
    running: running.status,
    numbers: all.map((event) => (event as { sequence_number: number }).sequence_number),
    rest: rest.length === all.length - 5 && JSON.stringify(rest) === JSON.stringify(all.slice(5)),
    replayed: [replayed.output_text, replayed.status],
    cancelled: [cancelled.status, cancelled.output.map((item) => (item.type === 'message' ? item.content : item.type)), again.status],
    left: (await server.requests[1]!.over).how,
    requests: server.requests.length,
  }).toEqual({
    begun: ['in_progress', true],
    running: 'in_progress',
    numbers: all.map((_, index) => index),
    rest: true,
    replayed: ['One, two.', 'completed'],
    cancelled: ['cancelled', [[expect.objectContaining({ text: 'Endless' })]], 'cancelled'],
    left: 'client-left',
    requests: 2,
  });
});
