// Anthropic's Messages at the chat service, as the official client speaks it.
import Anthropic from '@anthropic-ai/sdk';
import type { MessageParam } from '@anthropic-ai/sdk/resources/messages/messages';
import { expect, it } from 'vitest';
import { type Served, token } from '../../../scripts/served.ts';
import { answer, delta, done, drop, type FakeServer, finish, reasoning, status, type Step, text, usage } from '../../support/fakeServer.ts';
import { servedEach } from '../../support/servedEach.ts';

let server: FakeServer;
let served: Served;
let client: Anthropic;

servedEach((scene) => {
  ({ server, served } = scene);
  client = new Anthropic({ baseURL: served.address.url, apiKey: token, maxRetries: 0 });
});

const weather = {
  name: 'weather',
  description: 'Of a city.',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } } },
};
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const call = (id: string, json: string): Step =>
  delta({ tool_calls: [{ index: 0, id, type: 'function', function: { name: 'weather', arguments: json } }] });
const hi: MessageParam[] = [{ role: 'user', content: 'Hi' }];

it('streams thinking, text and a tool call, and the result of the tool goes back', async () => {
  server.next(
    reasoning('Hm. '),
    reasoning('Rome.'),
    text('Let me see.'),
    call('a', '{"city":"Rome"}'),
    finish('tool_calls'),
    usage(9, 5),
    done(),
  );
  const question: MessageParam = { role: 'user', content: 'Weather in Rome?' };
  const types: string[] = [];
  const stream = client.messages.stream({
    model: 'test/vendor/large',
    max_tokens: 50,
    system: 'Be brief.',
    messages: [question],
    tools: [weather],
  });
  for await (const event of stream)
    types.push(event.type === 'content_block_start' ? `${event.type} ${event.content_block.type}` : event.type);
  const first = await stream.finalMessage();

  server.next(...answer('Sun.'));
  const second = await client.messages.create({
    model: 'test/m',
    max_tokens: 50,
    messages: [
      question,
      { role: 'assistant', content: first.content },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'sun' }] },
          { type: 'text', text: 'Well?' },
        ],
      },
    ],
    tools: [weather],
    tool_choice: { type: 'tool', name: 'weather', disable_parallel_tool_use: true },
  });
  const [one, two] = server.requests;
  expect({
    types,
    content: first.content,
    ended: [first.stop_reason, first.model, first.usage],
    second: [second.content, second.stop_reason],
    sent: [one!.body.messages, one!.body.max_tokens, one!.body.tools],
    back: [two!.body.messages, two!.body.tool_choice, two!.body.parallel_tool_calls],
  }).toEqual({
    types: [
      'message_start',
      'content_block_start thinking',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'content_block_start text',
      'content_block_delta',
      'content_block_stop',
      'content_block_start tool_use',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ],
    content: [
      { type: 'thinking', thinking: 'Hm. Rome.', signature: '' },
      { type: 'text', text: 'Let me see.', citations: null },
      { type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Rome' } },
    ],
    ended: ['tool_use', 'test/vendor/large', { input_tokens: 9, output_tokens: 5 }],
    second: [[{ type: 'text', text: 'Sun.', citations: null }], 'end_turn'],
    sent: [
      [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Weather in Rome?' },
      ],
      50,
      [{ type: 'function', function: { name: 'weather', description: 'Of a city.', parameters: weather.input_schema } }],
    ],
    back: [
      [
        question,
        {
          role: 'assistant',
          content: 'Let me see.',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } }],
        },
        { role: 'tool', tool_call_id: 'a', content: 'sun' },
        { role: 'user', content: 'Well?' },
      ],
      { type: 'function', function: { name: 'weather' } },
      false,
    ],
  });
});

it('answers in one piece, and passes pictures, stop sequences and the budget for thinking on', async () => {
  server.next(text('Red.'), finish('length'), usage(7, 3), done());
  const { data, response } = await client.messages
    .create({
      model: 'test/m',
      max_tokens: 8,
      // The client's newest types leave both out; the API takes them.
      ...({ temperature: 0.5, top_p: 0.9 } as object),
      stop_sequences: ['END'],
      thinking: { type: 'enabled', budget_tokens: 2_048 },
      metadata: { user_id: 'me' },
      system: [
        { type: 'text', text: 'One.', cache_control: { type: 'ephemeral' } },
        { type: 'text', text: 'Two.' },
      ],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } },
            { type: 'text', text: 'Colour?' },
          ],
        },
      ],
    })
    .withResponse();
  expect({
    said: [data.content, data.stop_reason, data.usage, data.id.startsWith('msg_')],
    told: response.headers.get('x-rivulet-ignored'),
    sent: server.requests[0]!.body,
  }).toEqual({
    said: [[{ type: 'text', text: 'Red.', citations: null }], 'max_tokens', { input_tokens: 7, output_tokens: 3 }, true],
    told: 'system[0].cache_control, metadata',
    sent: {
      model: 'm',
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 8,
      temperature: 0.5,
      top_p: 0.9,
      stop: ['END'],
      reasoning_effort: 'low',
      messages: [
        { role: 'system', content: 'One.\n\nTwo.' },
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } },
            { type: 'text', text: 'Colour?' },
          ],
        },
      ],
    },
  });
});

it('gives the client its own errors: by status before the first word, in the stream after it', async () => {
  const outcome = async (steps: Step[], stream: boolean): Promise<unknown> => {
    server.next(...steps);
    const body = { model: 'test/m', max_tokens: 9, messages: hi };
    try {
      const said = stream ? await client.messages.stream(body).finalMessage() : await client.messages.create(body);
      return said.stop_reason;
    } catch (error) {
      return error instanceof Anthropic.APIError ? [error.status, (error.error as { error: { type: string } }).error.type] : error;
    }
  };
  const broken = [text('Half'), drop()];
  const busy = status(429, { error: { message: 'Slow down' } });
  expect({
    broken: [await outcome(broken, true), await outcome(broken, false)],
    busy: [await outcome(busy, true), await outcome(busy, false)],
    wrong: await client.messages.create({ model: 'test/m', max_tokens: 9, messages: [] }).catch((error: Error) => error.message),
    stranger: await new Anthropic({ baseURL: served.address.url, apiKey: 'no', maxRetries: 0 }).messages
      .create({ model: 'test/m', max_tokens: 9, messages: hi })
      .catch((error: unknown) => error instanceof Anthropic.AuthenticationError),
    requests: server.requests.length,
  }).toEqual({
    broken: [
      [undefined, 'api_error'],
      [502, 'api_error'],
    ],
    busy: [
      [429, 'rate_limit_error'],
      [429, 'rate_limit_error'],
    ],
    wrong: expect.stringContaining('must hold at least one message.'),
    stranger: true,
    requests: 4,
  });
});
