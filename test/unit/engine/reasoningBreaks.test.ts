// Reasoning is a stream with its own offsets: a break in it is marked, its cost is told, and two are never run together.
import { expect, it } from 'vitest';
import type { StreamEvent } from '../../../src/api.ts';
import { collect, endOf, rig } from '../../support/engine.ts';
import { answer, done, drop, fakeServer, finish, raw, reasoning, type Step, text } from '../../support/fakeServer.ts';

const quick = { random: () => 0 };
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
