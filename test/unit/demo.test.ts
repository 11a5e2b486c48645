// The demo through the engine: each slash word shows what it promises, and nothing goes over a network.
import { expect, it, vi } from 'vitest';
import { chineseTexts } from '../../src/core/provider/demo/chineseTexts.ts';
import { demoModel } from '../../src/core/provider/demo/plan.ts';
import { demoAddress, demoProvider } from '../../src/core/provider/demo/provider.ts';
import { withOwnAddresses } from '../../src/core/provider/ownAddresses.ts';
import { createProvider } from '../../src/core/provider/protocols.ts';
import { systemClock } from '../../src/core/request/clock.ts';
import type { AnswerStream } from '../../src/core/answer/answerStream.ts';
import type { StreamEvent, StreamOptions } from '../../src/api.ts';
import { collect, endOf, hurried, problemsOf, rig, type RigOptions, TestClock } from '../support/engine.ts';

const noNetwork = createProvider(() => Promise.reject(new Error('The demo needs no network.')), systemClock.wall);
const client = withOwnAddresses(noNetwork, { [demoAddress]: demoProvider(hurried) });

function started(question: string, options: StreamOptions = {}, of: RigOptions = {}): AnswerStream {
  const request = { model: demoModel, messages: [{ role: 'user', content: question }] } as const;
  return rig({ client, clock: hurried, ...of }).start(demoAddress, { options, request });
}

async function asked(
  question: string,
  options: StreamOptions = {},
  at: (event: StreamEvent, stop: () => void) => void = () => undefined,
): Promise<StreamEvent[]> {
  const stream = started(question, options);
  const events = await collect(stream, (event) => at(event, () => stream.stop()));
  expect(problemsOf(events)).toEqual([]);
  return events;
}

const seams = (events: readonly StreamEvent[]): number => events.filter((event) => event.type === 'seam').length;
const stopAtText = (event: StreamEvent, stop: () => void): void => {
  if (event.type === 'text') stop();
};

it('reflects the question and says what it is, with the usage of a real server', async () => {
  const end = endOf(await asked('Why is the sky blue?'));
  expect([end.reason, end.usage.estimated]).toEqual(['stop', false]);
  expect(end.text).toContain('> Why is the sky blue?');
  expect(end.text).toContain('offline demo');
});

it('/drop breaks the connection, and the answer is whole all the same', async () => {
  const events = await asked('/drop Now.');
  const end = endOf(events);
  expect([end.reason, seams(events)]).toEqual(['stop', 1]);
  expect(end.text).toMatch(/^You asked:\n\n> Now\.\n\nThe connection of this answer is cut .* says so\.$/);
});

it('/drop without resumes is cut off, honestly', async () => {
  expect(endOf(await asked('/drop', { resume: { maxResumes: 0 } })).reason).toBe('truncated');
});

it('/stall falls silent, and the answer is continued', async () => {
  const events = await asked('/stall', { timeouts: { idleSeconds: 0.4 } });
  expect([endOf(events).reason, seams(events) > 0]).toEqual(['stop', true]);
});

it('/429 asks to wait once, and then answers', async () => {
  const clock = new TestClock();
  const events = await collect(started('/429 Hello', {}, { clock }), (event) => {
    if (event.type === 'wait') queueMicrotask(() => clock.advance(event.seconds * 1000));
  });
  expect(events.flatMap((event) => (event.type === 'wait' ? [[event.cause, event.seconds]] : []))).toEqual([['rate-limit', 3]]);
  expect(endOf(events).text).toContain('Nothing was typed twice');
});

it('/code answers with a code block', async () => {
  expect((await asked('/code')).flatMap((event) => (event.type === 'fence' ? [`${event.edge} ${event.language}`] : []))).toEqual([
    'open ts',
    'close ts',
  ]);
});

it.each(['/slow', '/long'])('%s streams, and can be stopped', async (word) => {
  expect(endOf(await asked(word, {}, stopAtText)).reason).toBe('cancelled');
});

it('forgets what it was asked', async () => {
  const own = demoProvider(systemClock);
  const endpoint = { id: 'demo', name: 'Demo', baseURL: demoAddress, continuation: 'ask' } as const;
  const ask = async (question: string): Promise<string> => {
    const request = { model: demoModel, messages: [{ role: 'user', content: question }] } as const;
    const opened = await own.open(endpoint, request, {}, new AbortController().signal);
    return opened.type === 'opened' ? 'answers' : `${opened.failure.kind} ${opened.failure.retryAfterMs}`;
  };
  const busy = [await ask('/429 a'), await ask('/429 a'), await ask('/429 a')];
  // Each of these is remembered for a while, in place of the ones before.
  for (let index = 0; index < 70; index++) await ask(`/429 ${index}`);
  expect([...busy, await ask('/429 0')]).toEqual(['rate-limit 3000', 'answers', 'rate-limit 3000', 'rate-limit 3000']);
});

it('sets no timer after it was stopped', async () => {
  const clock = new TestClock();
  const slow = withOwnAddresses(noNetwork, { [demoAddress]: demoProvider(clock) });
  const stream = started('/slow', {}, { client: slow });
  await vi.waitFor(() => expect(clock.pending).toBe(1));
  stream.stop();
  await stream.ended;
  await vi.waitFor(() => expect(clock.pending).toBe(0));
});

it('speaks Chinese to a Chinese window, with the same slash words', async () => {
  const chinese = withOwnAddresses(noNetwork, { [demoAddress]: demoProvider(hurried, chineseTexts) });
  const answered = async (question: string): Promise<string> => endOf(await collect(started(question, {}, { client: chinese }))).text;
  const tour = await answered('你好');
  expect({
    quote: tour.startsWith('你问的是：\n\n> 你好'),
    words: tour.match(/`\/\w+`/g),
    drop: (await answered('/drop')).slice(0, 12),
  }).toEqual({
    quote: true,
    words: ['`/drop`', '`/slow`', '`/stall`', '`/429`', '`/long`', '`/code`'],
    drop: '这个回答的连接会在大约这',
  });
});
