// Tool calls through the chat service, as the official openai client makes, reads and answers them.
import OpenAI from 'openai';
import type { ChatCompletionMessageParam } from 'openai/resources';
import { expect, it } from 'vitest';
import { answer, delta, done, drop, type FakeServer, finish, text, usage } from '../../support/fakeServer.ts';
import { serve, type Served, token } from '../../../scripts/served.ts';
import { servedEach } from '../../support/servedEach.ts';

let server: FakeServer;
let served: Served;
let client: OpenAI;

servedEach((scene) => {
  ({ server, served } = scene);
  client = new OpenAI({ baseURL: `${served.address.url}/v1`, apiKey: token, maxRetries: 0 });
});

const weather = {
  type: 'function' as const,
  function: {
    name: 'weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const ask = { model: 'test/m', tools: [weather] };
const question: ChatCompletionMessageParam = { role: 'user', content: 'Weather in Rome and Oslo?' };
const call = (id: string, city: string) => ({
  id,
  type: 'function' as const,
  function: { name: 'weather', arguments: `{"city":"${city}"}` },
});
/** A piece of the call at this index, as servers send it. */
const piece = (index: number, fields: object) => delta({ tool_calls: [{ index, ...fields }] });
const named = (index: number, id: string, json = '') =>
  piece(index, { id, type: 'function', function: { name: 'weather', arguments: json } });
const more = (index: number, json: string) => piece(index, { function: { arguments: json } });
/** Two calls whose pieces are mixed. */
const twoCalls = [
  named(0, 'a'),
  more(0, '{"city":'),
  named(1, 'b', '{"ci'),
  more(0, '"Rome"}'),
  more(1, 'ty":"Oslo"}'),
  finish('tool_calls'),
  usage(20, 9),
  done(),
];

it('goes the whole round, streamed: question, calls, their results, the answer', async () => {
  server.next(text('Let me see.'), ...twoCalls);
  const first = client.chat.completions.stream({
    ...ask,
    messages: [question],
    tool_choice: { type: 'function', function: { name: 'weather' } },
    parallel_tool_calls: true,
  });
  const seen: unknown[] = [];
  for await (const { choices } of first) seen.push([choices[0]!.delta, choices[0]!.finish_reason]);
  const said = (await first.finalChatCompletion()).choices[0]!.message;

  server.next(...answer('Sun ', 'and snow.'));
  const results: ChatCompletionMessageParam[] = said.tool_calls!.map(({ id }) => ({
    role: 'tool',
    tool_call_id: id,
    content: [{ type: 'text', text: id === 'a' ? 'sun' : 'snow' }],
  }));
  const second = client.chat.completions.stream({ ...ask, messages: [question, said, ...results] });
  const { content } = (await second.finalChatCompletion()).choices[0]!.message;
  const [one, two] = server.requests;
  expect({
    seen,
    said: [said.content, said.tool_calls],
    content,
    sent: [one!.body.tools, one!.body.tool_choice, one!.body.parallel_tool_calls],
    plain: [two!.body.tool_choice, two!.body.parallel_tool_calls],
    messages: two!.body.messages,
  }).toEqual({
    seen: [
      [{ role: 'assistant', content: 'Let me see.' }, null],
      [{ tool_calls: [{ index: 0, ...call('a', 'Rome') }] }, null],
      [{ tool_calls: [{ index: 1, ...call('b', 'Oslo') }] }, null],
      [{}, 'tool_calls'],
    ],
    said: ['Let me see.', [expect.objectContaining(call('a', 'Rome')), expect.objectContaining(call('b', 'Oslo'))]],
    content: 'Sun and snow.',
    sent: [[weather], { type: 'function', function: { name: 'weather' } }, true],
    plain: [undefined, undefined],
    messages: [
      question,
      { role: 'assistant', content: 'Let me see.', tool_calls: [call('a', 'Rome'), call('b', 'Oslo')] },
      { role: 'tool', tool_call_id: 'a', content: 'sun' },
      { role: 'tool', tool_call_id: 'b', content: 'snow' },
    ],
  });
});

it('goes the whole round in one piece, from a server that says "stop" behind its calls', async () => {
  server.next(named(0, 'a', '{"city":"Rome"}'), piece(1, { id: 'b', function: { name: 'weather' } }), finish('stop'), usage(20, 9), done());
  const first = await client.chat.completions.create({ ...ask, messages: [question] });
  const said = first.choices[0]!.message;
  server.next(...answer('Sun.'));
  const results: ChatCompletionMessageParam[] = said.tool_calls!.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'sun' }));
  const second = await client.chat.completions.create({ ...ask, messages: [question, said, ...results] });
  expect({
    first: first.choices[0],
    usage: first.usage?.completion_tokens,
    second: second.choices[0]!.message.content,
    sent: server.requests[1]!.body.messages[1],
  }).toEqual({
    first: {
      index: 0,
      message: {
        role: 'assistant',
        content: null,
        refusal: null,
        // A call without arguments is one with an empty object: clients parse them all.
        tool_calls: [call('a', 'Rome'), { id: 'b', type: 'function', function: { name: 'weather', arguments: '{}' } }],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
    },
    usage: 9,
    second: 'Sun.',
    sent: expect.objectContaining({ role: 'assistant', content: '', tool_calls: expect.arrayContaining([call('a', 'Rome')]) }),
  });
});

it.each([true, false])('lets the openai client run the tools by itself (streamed: %s)', async (stream) => {
  const cities: string[] = [];
  const run = {
    type: 'function' as const,
    function: {
      ...weather.function,
      parse: (json: string) => JSON.parse(json) as { city: string },
      function: ({ city }: { city: string }) => {
        cities.push(city);
        return `fine in ${city}`;
      },
    },
  };
  server.next(...twoCalls);
  server.next(...answer('Fine in both.'));
  const body = { model: 'test/m', messages: [question], tools: [run] };
  const runner = stream ? client.chat.completions.runTools({ ...body, stream }) : client.chat.completions.runTools(body);
  expect([await runner.finalContent(), cities, server.requests[1]!.body.messages.slice(2)]).toEqual([
    'Fine in both.',
    ['Rome', 'Oslo'],
    [
      { role: 'tool', tool_call_id: 'a', content: 'fine in Rome' },
      { role: 'tool', tool_call_id: 'b', content: 'fine in Oslo' },
    ],
  ]);
});

it('never gives half a call: one that is cut alone is asked for again, one behind text is an error', async () => {
  served.service.stop();
  served = await serve(server, { retry: { maxAttempts: 2 }, resume: { maxResumes: 2 } });
  client = new OpenAI({ baseURL: `${served.address.url}/v1`, apiKey: token, maxRetries: 0 });
  const calls = async (): Promise<unknown[]> => {
    const seen: unknown[] = [];
    try {
      for await (const { choices } of await client.chat.completions.create({ ...ask, messages: [question], stream: true })) {
        const [choice] = choices;
        seen.push(choice?.delta.content ?? choice?.delta.tool_calls?.map(({ id }) => id) ?? choice?.finish_reason);
      }
    } catch (error) {
      seen.push(error instanceof OpenAI.APIError ? error.code : error);
    }
    return seen;
  };
  server.next(named(0, 'half', '{"city":"Ro'), drop());
  server.next(named(0, 'whole', '{"city":"Rome"}'), finish('tool_calls'), done());
  const alone = await calls();
  server.next(text('I look. '), named(0, 'half', '{"city":"Ro'), drop());
  const behind = await calls();
  server.next(named(0, 'long', '{"city":"Ro'), finish('length'), done());
  const tooLong = await calls();
  expect({ alone, behind, tooLong, requests: server.requests.length }).toEqual({
    alone: [['whole'], 'tool_calls'],
    behind: ['I look. ', 'truncated'],
    tooLong: ['length'],
    requests: 4,
  });
});

it('counts what a call has cost where the server does not, the calls that were made before among it', async () => {
  const usageOf = async (messages: ChatCompletionMessageParam[]): Promise<OpenAI.CompletionUsage> => {
    server.next(named(0, 'a', '{"city":"Llanfairpwllgwyngyll"}'), finish('tool_calls'), done());
    return (await client.chat.completions.create({ ...ask, messages })).usage!;
  };
  const first = await usageOf([question]);
  const second = await usageOf([
    question,
    { role: 'assistant', tool_calls: [call('a', 'Rome')] },
    { role: 'tool', tool_call_id: 'a', content: '' },
  ]);
  const third = await usageOf([question, { role: 'assistant', content: '' }, { role: 'user', content: '' }]);
  expect({
    estimated: (first as { estimated?: boolean }).estimated,
    written: first.completion_tokens > 5,
    calls: second.prompt_tokens > third.prompt_tokens + 4,
  }).toEqual({
    estimated: true,
    written: true,
    calls: true,
  });
});
