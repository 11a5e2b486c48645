// Through a gateway that is not ours (the Fastify server of @musistudio/llms, a process of its own) to a server that
// misbehaves: what a team has between its editors and its models.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { collect, endOf, problemsOf, rig } from '../../support/engine.ts';
import {
  answer,
  delta,
  done,
  drop,
  type FakeServer,
  fakeServer,
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
import { ensureGateway, type Gateway, startGateway } from '../../support/gateway.ts';
import { knownAnswer } from '../../support/knownAnswer.ts';

let server: FakeServer;
let gateway: Gateway;
let first = 0;

beforeAll(async () => {
  server = await fakeServer();
  gateway = await startGateway(await ensureGateway(), server.url);
}, 300_000);
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await server.close();
});
beforeEach(() => {
  first = server.requests.length;
});

const start = (options = {}) =>
  rig().start(gateway.url, { request: { model: 'behind,fake' }, endpoint: { apiKey: 'a-key-of-the-team' }, options });

it('gets each word when it is written, the thinking, the count and tool calls; the gateway keeps the key of the server', async () => {
  const seen = gate();
  const call = delta({ tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'clock', arguments: '{"zone":' } }] });
  const rest = delta({ tool_calls: [{ index: 0, function: { arguments: '"UTC"}' } }] });
  // The second word is not written before the first was read.
  server.next(reasoning('Hm. '), text('Hel'), wait(seen.opened), text('lo'), call, rest, finish('tool_calls'), usage(7, 2), done());
  const stream = start();
  const events = await collect(stream, ({ type }) => type === 'text' && seen.open());
  const end = endOf(events);
  const { headers, body } = server.requests[first]!;
  expect({
    thought: events.map((event) => (event.type === 'reasoning' ? event.text : '')).join(''),
    end: [end.reason, end.text, end.usage.prompt, end.usage.completion, end.usage.estimated],
    calls: stream.toolCalls,
    problems: problemsOf(events),
    asked: [headers.authorization, body.model],
  }).toEqual({
    thought: 'Hm. ',
    end: ['tool-calls', 'Hello', 7, 2, false],
    calls: [{ id: 'a', name: 'clock', arguments: '{"zone":"UTC"}' }],
    problems: [],
    asked: ['Bearer the-key-of-the-gateway', 'fake'],
  });
});

it('goes on from the very character where the server behind it breaks off, however it does', async () => {
  const half = Math.floor(knownAnswer.length / 2);
  const words = (from: number, to: number): Step[] => (knownAnswer.slice(from, to).match(/.{1,40}/gsu) ?? []).map(text);
  const broken = async (...how: Step[]): Promise<unknown> => {
    const index = server.requests.length;
    const read = gate();
    server.next(...words(0, half), wait(read.opened), ...how);
    server.next(...words(half - 30, knownAnswer.length), finish(), done());
    const stream = start();
    const events = await collect(stream, () => stream.text.length === half && read.open());
    const end = endOf(events);
    return [
      end.reason,
      end.text === knownAnswer,
      problemsOf(events),
      events.filter(({ type }) => type === 'seam'),
      server.requests.length - index,
    ];
  };
  const whole = ['stop', true, [], [{ type: 'seam', offset: half, overlap: 30 }], 2];
  expect([await broken(drop()), await broken(drop({ reset: true })), await broken()]).toEqual([whole, whole, whole]);
});

it('closes the connection to the server behind it when the answer is stopped', async () => {
  server.next(text('One'), hang());
  const stream = start();
  await collect(stream, ({ type }) => type === 'text' && stream.stop());
  expect([(await stream.ended).reason, stream.text, (await (await server.arrived(first)).over).how]).toEqual([
    'cancelled',
    'One',
    'client-left',
  ]);
});

it('understands errors of the server behind it, and asks again where that helps', async () => {
  const kind = async (...steps: Step[]): Promise<unknown> => {
    server.next(...steps);
    const { reason, text: said, error } = endOf(await collect(start({ retry: { maxAttempts: 1 } })));
    return [reason, said, error?.kind, error?.status];
  };
  const kinds = [
    await kind(...status(429, { error: { message: 'Slow down' } })),
    await kind(...status(401, { error: { message: 'Wrong key' } })),
    await kind(...status(400, { error: { message: 'maximum context length is 10 tokens' } })),
  ];
  server.next(...status(503, { error: { message: 'Busy' } }));
  server.next(...answer('Here ', 'I am.'));
  const events = await collect(start());
  expect({ kinds, types: events.map(({ type }) => type).filter((type) => type !== 'text'), text: endOf(events).text }).toEqual({
    kinds: [
      ['error', '', 'rate-limit', 429],
      ['error', '', 'auth', 401],
      ['error', '', 'context-length', 400],
    ],
    types: ['start', 'wait', 'start', 'end'],
    text: 'Here I am.',
  });
});
