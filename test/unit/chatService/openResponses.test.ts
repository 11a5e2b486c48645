// The chat service as a server of Open Responses: what the specification's own suite asks for, and a client by others.
import { createOpenResponses } from '@ai-sdk/open-responses';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { describe, expect, it } from 'vitest';
import { type Served, token } from '../../../scripts/served.ts';
import { eventsIn } from '../../support/events.ts';
import { answer, delta, done, type FakeServer, finish, reasoning, type Step, text, usage } from '../../support/fakeServer.ts';
import { servedEach } from '../../support/servedEach.ts';

let server: FakeServer;
let served: Served;

servedEach((scene) => {
  ({ server, served } = scene);
});

/** The fields that the specification demands of every response, and the types that they may have. */
const required: Readonly<Record<string, readonly string[]>> = {
  id: ['string'],
  object: ['string'],
  created_at: ['integer'],
  completed_at: ['integer', 'null'],
  status: ['string'],
  incomplete_details: ['object', 'null'],
  model: ['string'],
  previous_response_id: ['string', 'null'],
  instructions: ['string', 'array', 'null'],
  output: ['array'],
  error: ['object', 'null'],
  tools: ['array'],
  tool_choice: ['string', 'object'],
  truncation: ['string'],
  parallel_tool_calls: ['boolean'],
  text: ['object'],
  top_p: ['integer', 'number'],
  presence_penalty: ['integer', 'number'],
  frequency_penalty: ['integer', 'number'],
  top_logprobs: ['integer'],
  temperature: ['integer', 'number'],
  reasoning: ['object', 'null'],
  user: ['string', 'null'],
  usage: ['object', 'null'],
  max_output_tokens: ['integer', 'null'],
  max_tool_calls: ['integer', 'null'],
  store: ['boolean'],
  background: ['boolean'],
  service_tier: ['string'],
  metadata: ['object'],
  safety_identifier: ['string', 'null'],
  prompt_cache_key: ['string', 'null'],
};

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

const wrongIn = (response: Record<string, unknown>): string[] =>
  Object.entries(required).flatMap(([name, types]) =>
    types.includes(typeOf(response[name])) ? [] : [`${name}: ${typeOf(response[name])}`],
  );

const said: readonly Step[] = [text('Hello there, friend.'), finish(), usage(9, 4), done()];
const named = (id: string, json: string): Step =>
  delta({ tool_calls: [{ index: 0, id, type: 'function', function: { name: 'get_weather', arguments: json } }] });
const called: readonly Step[] = [named('call_1', '{"location":"Rome"}'), finish('tool_calls'), usage(9, 4), done()];
const user = (content: unknown): object => ({ type: 'message', role: 'user', content });
const weather = {
  type: 'function',
  name: 'get_weather',
  description: 'Of a place.',
  parameters: { type: 'object', properties: { location: { type: 'string' } } },
};
const pixel = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('gives a response with all that the specification demands', () => {
  it.each<[what: string, input: readonly object[], more: object, steps: readonly Step[], items: string[]]>([
    ['a text', [user('Say hello in exactly 3 words.')], {}, said, ['message']],
    ['a system prompt', [{ type: 'message', role: 'system', content: 'You are a pirate.' }, user('Say hello.')], {}, said, ['message']],
    ['a tool', [user('Weather?')], { tools: [weather] }, called, ['function_call']],
    [
      'a picture',
      [
        user([
          { type: 'input_text', text: 'What?' },
          { type: 'input_image', image_url: pixel },
        ]),
      ],
      {},
      said,
      ['message'],
    ],
    [
      'earlier turns',
      [user('My name is Alice.'), { type: 'message', role: 'assistant', content: 'Hello Alice!' }, user('My name?')],
      {},
      said,
      ['message'],
    ],
  ])('for %s, in one piece and streamed', async (_what, input, more, steps, items) => {
    const post = async (stream: boolean): Promise<string> => {
      server.next(...steps);
      const body = JSON.stringify({ model: 'test/m', input, stream, ...more });
      return (
        await fetch(`${served.address.url}/v1/responses`, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } })
      ).text();
    };
    const whole = JSON.parse(await post(false)) as Record<string, unknown>;
    const events = eventsIn(await post(true));
    const last = (events.at(-1)!.data as { response: Record<string, unknown> }).response;
    const numbers = events.map(({ id, event, data }) => {
      const { type, sequence_number } = data as { type: string; sequence_number: number };
      return event === type && id === String(sequence_number);
    });
    const typesOf = (response: Record<string, unknown>): unknown => (response['output'] as { type: string }[]).map(({ type }) => type);
    expect([whole, last].map((response) => [wrongIn(response), response['status'], typesOf(response)])).toEqual([
      [[], 'completed', items],
      [[], 'completed', items],
    ]);
    expect(numbers.every((fits) => fits)).toBe(true);
  });
});

describe('runs the tools of the AI SDK', () => {
  const model = (): ReturnType<ReturnType<typeof createOpenResponses>> =>
    createOpenResponses({ name: 'rivulet', url: `${served.address.url}/v1/responses`, apiKey: token })('test/m');
  const tools = {
    get_weather: tool({
      description: 'Of a place.',
      inputSchema: jsonSchema<{ location: string }>({ type: 'object', properties: { location: { type: 'string' } } }),
      execute: async ({ location }) => `sun in ${location}`,
    }),
  };

  it.each([true, false])('(streamed: %s)', async (streamed) => {
    server.next(reasoning('Hm.'), ...called);
    server.next(...answer('Sun ', 'in Rome.'));
    const ask = { model: model(), prompt: 'Weather?', tools, stopWhen: stepCountIs(3), maxRetries: 0 };
    const result = streamed ? streamText(ask) : await generateText(ask);
    const steps = await result.steps;
    expect({
      text: await result.text,
      reasoning: steps[0]!.reasoningText,
      calls: steps.flatMap(({ toolResults }) => toolResults.map(({ output }) => output)),
      back: server.requests[1]!.body.messages.slice(1),
    }).toEqual({
      text: 'Sun in Rome.',
      reasoning: 'Hm.',
      calls: ['sun in Rome'],
      back: [
        expect.objectContaining({ role: 'assistant', tool_calls: [expect.objectContaining({ id: 'call_1' })] }),
        { role: 'tool', tool_call_id: 'call_1', content: 'sun in Rome' },
      ],
    });
  });
});
