// Reasoning is a stream with its own offsets: a break in it is marked, its cost is reported, and two attempts are never joined.
import { expect, it } from 'vitest';
import type { StreamEvent } from '../../../src/api.ts';
import type { EndpointMemory } from '../../../src/core/provider/provider.ts';
import { continuesThoughts } from '../../../src/core/resume/continuation.ts';
import { collect, endOf, rig, type Start } from '../../support/engine.ts';
import {
  answer,
  done,
  drop,
  type FakeRequest,
  fakeServer,
  finish,
  raw,
  reasoning,
  status,
  type Step,
  text,
} from '../../support/fakeServer.ts';

const quick = { random: () => 0 };
/** Each character is a token. */
const characters = { words: /[^]/gu, count: () => 1 };
const toolPiece = (fields: object): Step =>
  raw(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...fields }] }, finish_reason: null }] })}\n\n`);

/** Reasoning, text and seams as they stand on the tape. */
const told = (events: readonly StreamEvent[]): readonly unknown[] =>
  events.flatMap((event): readonly unknown[] => {
    if (event.type === 'reasoning') return [`(${event.text})`];
    if (event.type === 'text') return [event.text];
    if (event.type !== 'seam') return [];
    const { type: _, anew, ...seam } = event;
    return [anew === undefined ? seam : { ...seam, anew: [anew.prompt > 0, anew.completion] }];
  });

it('marks where a model begins to think anew after a break in its thoughts, with what the lost attempts have cost', async () => {
  await using server = await fakeServer();
  server.next(reasoning('One two three four.'), drop());
  server.next(reasoning('Five'), drop());
  server.next(reasoning('Thought.'), ...answer('Hi.'));
  const events = await collect(rig(quick).start(server.url));
  expect([told(events), endOf(events).parts]).toEqual([
    [
      '(One two three four.)',
      { part: 'reasoning', offset: 19, overlap: 0, anew: [true, 5] },
      '(Five)',
      { part: 'reasoning', offset: 23, overlap: 0, anew: [true, 1] },
      '(Thought.)',
      'Hi.',
    ],
    [
      { type: 'reasoning', text: 'Thought.' },
      { type: 'text', text: 'Hi.' },
    ],
  ]);
});

it.each([
  ['answers without a thought', answer('Hi.'), 'Hi.'],
  ['calls a tool', [toolPiece({ id: 'a', function: { name: 'look', arguments: '{}' } }), finish('tool_calls'), done()], undefined],
])('marks what was lost also where the next attempt %s', async (_, steps, said) => {
  await using server = await fakeServer();
  server.next(reasoning('One two'), drop());
  server.next(...steps);
  const events = await collect(rig(quick).start(server.url));
  expect(told(events)).toEqual([
    '(One two)',
    { part: 'reasoning', offset: 7, overlap: 0, anew: [true, 2] },
    ...(said === undefined ? [] : [said]),
  ]);
});

it('marks the thoughts of a continued answer as joined to those before, and nothing as lost', async () => {
  await using server = await fakeServer();
  server.next(reasoning('First.'), text('One'), drop());
  server.next(reasoning('Where was I?'), ...answer(' two'));
  const events = await collect(rig(quick).start(server.url));
  expect(told(events)).toEqual([
    '(First.)',
    'One',
    { part: 'reasoning', offset: 6, overlap: 0 },
    '(Where was I?)',
    { offset: 3, overlap: 0 },
    ' two',
  ]);
});

it.each([
  ['text', 'One', { part: 'reasoning', offset: 6, overlap: 0 }],
  ['no text', undefined, { part: 'reasoning', offset: 6, overlap: 0, anew: [false, 0] }],
])('counts offsets from the thoughts of an earlier stream that brought %s', async (_, partial, seam) => {
  await using server = await fakeServer();
  server.next(reasoning('Again.'), ...answer(' two'));
  const events = await collect(rig(quick).start(server.url, { reasoned: 6, ...(partial === undefined ? {} : { partial }) }));
  expect(told(events).slice(0, 2)).toEqual([seam, '(Again.)']);
});

it('times only the thoughts that led to the answer', async () => {
  await using server = await fakeServer();
  server.next(reasoning('Lost.'), drop());
  server.next(...answer('Hi.'));
  const events = await collect(rig(quick).start(server.url));
  expect(endOf(events).timing.reasoningMs).toBe(undefined);
});

it('ends a model that thinks for longer than the limit, and no other', async () => {
  await using server = await fakeServer();
  server.always(() => [reasoning('one two three four'), reasoning(' five six seven eight'), ...answer('Hi.')]);
  const ends = [];
  for (const maxReasoningTokens of [0, 4, 1_000]) {
    const { reason, text: said } = endOf(await collect(rig(quick).start(server.url, { options: { limits: { maxReasoningTokens } } })));
    ends.push([reason, said]);
  }
  expect(ends).toEqual([
    ['stop', 'Hi.'],
    ['limit', ''],
    ['stop', 'Hi.'],
  ]);
});

const prefix: Start = { endpoint: { continuation: 'prefix' } };
const lastMessage = ({ body }: FakeRequest): unknown => body.messages.at(-1);

it('continues thoughts that broke off, more than once, where the server takes them back', async () => {
  await using server = await fakeServer();
  server.next(reasoning('One two '), drop());
  server.next(reasoning('three'), drop());
  server.next(reasoning(' four.'), ...answer('Hi.'));
  const events = await collect(rig({ random: () => 0, encoding: characters }).start(server.url, prefix));
  const { parts, usage } = endOf(events);
  expect({
    told: told(events),
    sent: server.requests.map(lastMessage),
    reasoning: parts?.map((part) => (part.type === 'reasoning' || part.type === 'text' ? part.text : '')).join(''),
    paidAgain: usage.paidAgain?.completion,
  }).toEqual({
    told: [
      '(One two )',
      { part: 'reasoning', offset: 8, overlap: 0 },
      '(three)',
      { part: 'reasoning', offset: 13, overlap: 0 },
      '( four.)',
      'Hi.',
    ],
    sent: [
      { role: 'user', content: 'Go.' },
      { role: 'assistant', content: '', reasoning_content: 'One two ', prefix: true },
      { role: 'assistant', content: '', reasoning_content: 'One two three', prefix: true },
    ],
    reasoning: 'One two three four.Hi.',
    paidAgain: 0,
  });
});

it('asks anew, with the lost thoughts marked and their cost, where the server refuses to continue them', async () => {
  await using server = await fakeServer();
  const memory: EndpointMemory = {};
  server.next(reasoning('One two'), drop());
  server.next(...status(400, { error: { message: 'Unknown field: prefix' } }));
  server.next(reasoning('Anew.'), drop());
  server.next(reasoning('Third.'), ...answer('Hi.'));
  const events = await collect(rig({ random: () => 0, encoding: characters }).start(server.url, { ...prefix, memory }));
  expect({
    told: told(events),
    last: server.requests.map((request) => (lastMessage(request) as { role: string }).role),
    paidAgain: endOf(events).usage.paidAgain?.completion,
  }).toEqual({
    told: [
      '(One two)',
      { part: 'reasoning', offset: 7, overlap: 0, anew: [true, 7] },
      '(Anew.)',
      { part: 'reasoning', offset: 12, overlap: 0, anew: [true, 5] },
      '(Third.)',
      'Hi.',
    ],
    last: ['user', 'assistant', 'user', 'user'],
    paidAgain: 12,
  });
});

it.each([
  ['https://api.deepseek.com/beta', 'auto', true],
  ['https://api.deepseek.com/v1', 'auto', false],
  ['https://api.mistral.ai/v1', 'auto', false],
  ['https://relay.example/v1', 'prefix', true],
  ['https://relay.example/v1', 'auto', false],
  ['http://127.0.0.1:8080/v1', 'auto', false],
] as const)('asks %s, with continuation %s, for the rest of thoughts: %s', (baseURL, continuation, wanted) => {
  expect(continuesThoughts({ id: 'e', name: 'E', baseURL, continuation }, {})).toBe(wanted);
});
