import { expect, it } from 'vitest';
import type { EndpointMemory } from '../../../src/core/provider/provider.ts';
import { collect, endOf, problemsOf, rig, TestClock } from '../../support/engine.ts';
import {
  answer,
  done,
  drop,
  fakeServer,
  finish,
  gate,
  hang,
  reasoning,
  status,
  text,
  together,
  usage,
  wait,
} from '../../support/fakeServer.ts';
import { encodingFor } from '../../../scripts/vocabularies.ts';

it('tells the whole story of an answer, in order', async () => {
  await using server = await fakeServer();
  server.next(together(reasoning('Hm.'), text('```js\n'), text('x\n```\n'), finish(), usage(7, 5), done()));
  const events = await collect(rig().start(server.url));
  expect(events.map((event) => (event.type === 'end' ? { ...event, timing: undefined } : event))).toEqual([
    { type: 'start', model: 'test/fake', attempt: 1 },
    { type: 'reasoning', text: 'Hm.' },
    { type: 'text', text: '```js\nx\n```\n' },
    { type: 'fence', edge: 'open', language: 'js', offset: 0 },
    { type: 'fence', edge: 'close', language: 'js', offset: 8 },
    { type: 'usage', usage: { prompt: 7, completion: 5, total: 12, estimated: false, attempts: 1 } },
    {
      type: 'end',
      reason: 'stop',
      text: '```js\nx\n```\n',
      usage: { prompt: 7, completion: 5, total: 12, estimated: false, attempts: 1 },
      timing: undefined,
      parts: [
        { type: 'reasoning', text: 'Hm.' },
        { type: 'text', text: '```js\nx\n```\n' },
      ],
    },
  ]);
});

it('asks for usage, the model and the limits in the request, and remembers a server that refuses stream_options', async () => {
  await using server = await fakeServer();
  const memory: EndpointMemory = {};
  server.next(...status(400, { error: { message: 'Unrecognized request argument: stream_options' } }));
  server.next(...answer('a'));
  server.next(...answer('b'));
  const { start } = rig();
  for (let round = 0; round < 2; round++) await collect(start(server.url, { memory, request: { maxTokens: 50, temperature: 0.2 } }));
  expect(server.requests.map(({ body }) => body)).toEqual([
    {
      model: 'fake',
      messages: [{ role: 'user', content: 'Go.' }],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.2,
      max_tokens: 50,
    },
    { model: 'fake', messages: [{ role: 'user', content: 'Go.' }], stream: true, temperature: 0.2, max_tokens: 50 },
    { model: 'fake', messages: [{ role: 'user', content: 'Go.' }], stream: true, temperature: 0.2, max_tokens: 50 },
  ]);
});

it('sends the key and the headers of the endpoint, and no key where there is none', async () => {
  await using server = await fakeServer();
  server.always(() => answer('a'));
  const { start } = rig();
  await collect(start(server.url, { endpoint: { apiKey: 'secret', headers: { 'x-team': 'blue' } } }));
  await collect(start(server.url));
  expect(server.requests.map(({ headers }) => [headers.authorization, headers['x-team']])).toEqual([
    ['Bearer secret', 'blue'],
    [undefined, undefined],
  ]);
});

it('asks for the rest in each of the three ways, and learns which one a server takes', async () => {
  await using server = await fakeServer();
  const { start } = rig();
  for (const continuation of ['ask', 'prefix', 'prefill'] as const) {
    server.next(text('One'), drop());
    server.next(...answer(' two'));
    const memory: EndpointMemory = {};
    expect(endOf(await collect(start(server.url, { memory, endpoint: { continuation } }))).text).toBe('One two');
    expect(memory.continuation).toBe(continuation);
  }
  const last = (index: number): unknown => server.requests[index]?.body.messages.slice(1);
  expect(last(1)).toEqual([
    { role: 'assistant', content: 'One' },
    { role: 'user', content: expect.stringContaining('Continue it exactly') },
  ]);
  expect(last(3)).toEqual([{ role: 'assistant', content: 'One', prefix: true }]);
  expect(last(5)).toEqual([{ role: 'assistant', content: 'One' }]);
  expect(server.requests[5]?.body).toMatchObject({ continue_final_message: true, add_generation_prompt: false });
});

it('goes on with an answer that another stream has begun', async () => {
  await using server = await fakeServer();
  server.next(...answer('gins here.'));
  const events = await collect(rig().start(server.url, { partial: 'It be' }));
  expect(endOf(events).text).toBe('It begins here.');
  expect(events.find((event) => event.type === 'seam')).toEqual({ type: 'seam', offset: 5, overlap: 0 });
});

it('asks for half as many tokens after a time-out, but only where somebody has set a number', async () => {
  for (const maxTokens of [64, undefined]) {
    await using server = await fakeServer();
    const clock = new TestClock();
    server.next(hang());
    server.next(...answer('a'));
    const stream = rig({ clock }).start(server.url, { request: maxTokens === undefined ? {} : { maxTokens } });
    await server.arrived(0);
    clock.advance(301_000);
    await collect(stream, (event) => {
      if (event.type === 'wait') queueMicrotask(() => clock.advance(event.seconds * 1000));
    });
    expect(server.requests.map(({ body }) => body.max_tokens)).toEqual(maxTokens === undefined ? [undefined, undefined] : [64, 32]);
  }
});

it('counts what no server has counted, and says that it did', async () => {
  await using server = await fakeServer();
  server.next(...answer('Hello', ' world'));
  const { usage: counted } = endOf(await collect(rig({ encoding: encodingFor('o200k') }).start(server.url)));
  expect(counted).toEqual({ prompt: 3 + 3 + 2, completion: 2, total: 10, estimated: true, attempts: 1 });
});

it('runs the command of a trigger and goes on', async () => {
  await using server = await fakeServer();
  server.next(...answer('one TODO two'));
  const ran: string[] = [];
  const events = await collect(
    rig({ ran: (name) => ran.push(name) }).start(server.url, {
      options: { triggers: [{ name: 'todo', on: 'text', match: 'TODO', action: { command: 'x' } }] },
    }),
  );
  expect([ran, endOf(events).text, problemsOf(events)]).toEqual([['todo'], 'one TODO two', []]);
});

it('stops at a number of tokens by the real tokenizer', async () => {
  await using server = await fakeServer();
  server.next(text('one two three'), text(' four five six'), hang());
  const end = endOf(await collect(rig({ encoding: encodingFor('o200k') }).start(server.url, { options: { limits: { maxTokens: 4 } } })));
  expect([end.text, end.reason]).toEqual(['one two three four', 'limit']);
});

it('lets an answer whose time is up end its sentence, for two seconds and no longer', async () => {
  await using server = await fakeServer();
  const ends: unknown[] = [];
  for (const [grace, more] of [
    [40, [text('tence. Another'), hang()]],
    [40, [hang()]],
    [0, [text('tence. Another'), hang()]],
  ] as const) {
    const clock = new TestClock();
    const goOn = gate();
    server.next(text('Half a sen'), wait(goOn.opened), ...more);
    const stream = rig({ clock }).start(server.url, { options: { limits: { maxSeconds: 10, graceCharacters: grace } } });
    const events = await collect(stream, (event) => {
      if (event.type !== 'text' || event.text !== 'Half a sen') return;
      clock.advance(10_000);
      goOn.open();
      if (more.length === 1) clock.advance(2_000);
    });
    ends.push([endOf(events).reason, endOf(events).text, problemsOf(events)]);
  }
  expect(ends).toEqual([
    ['limit', 'Half a sentence.', []],
    ['limit', 'Half a sen', []],
    ['limit', 'Half a sen', []],
  ]);
  await server.idle();
});

it.each([
  ['until its first text', [text('Yes.'), finish(), done()]],
  ['until its end when no text comes', [finish(), done()]],
])('knows how long the model reasoned: %s', async (_, rest) => {
  await using server = await fakeServer();
  const thought = gate();
  const clock = new TestClock();
  server.next(reasoning('Hm.'), wait(thought.opened), ...rest);
  const stream = rig({ clock }).start(server.url, { options: { retry: { maxAttempts: 1 } } });
  const during: unknown[] = [];
  const events = await collect(stream, (event) => {
    if (event.type !== 'reasoning') return;
    clock.advance(4_000);
    during.push(stream.timing().reasoningMs);
    thought.open();
  });
  expect([during, endOf(events).timing.reasoningMs]).toEqual([[undefined], 4_000]);
});

it('knows no time of reasoning for an answer without any', async () => {
  await using server = await fakeServer();
  server.next(...answer('Yes.'));
  expect(endOf(await collect(rig().start(server.url))).timing).not.toHaveProperty('reasoningMs');
});
