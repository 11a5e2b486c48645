// Text that was paid for more than once is reported, and text by another model carries the name of that model.
import { expect, it } from 'vitest';
import { usageByModel } from '../../../src/core/usage/usageByModel.ts';
import type { Encoding } from '../../../src/core/tokens/tokenCounter.ts';
import { collect, endOf, rig, type Start, TestClock } from '../../support/engine.ts';
import { answer, done, drop, fakeServer, finish, reasoning, type Script, status, text, usage } from '../../support/fakeServer.ts';
import { headerBytes, keepingServer } from '../../support/keepingServer.ts';
import { keptRecordings } from '../../support/keptRecordings.ts';

/** Each character is a token. */
const characters: Encoding = { words: /[^]/gu, count: () => 1 };
const prompt = (...contents: string[]): number => contents.reduce((sum, { length }) => sum + length + 3, 3);

async function ask(scripts: readonly Script[], how: Start = {}) {
  await using server = await fakeServer();
  for (const script of scripts) server.next(script as never);
  const stream = rig({ encoding: characters, random: () => 0 }).start(server.url, how);
  const events = await collect(stream);
  const asked = server.requests.map(({ body }) => (body as { readonly messages: readonly { readonly content: string }[] }).messages);
  return { end: endOf(events), events, prompts: asked.map((messages) => prompt(...messages.map(({ content }) => content))) };
}

it('has paid nothing twice where the first request was enough', async () => {
  const { end } = await ask([[text('Hello'), finish(), usage(9, 5), done()]]);
  expect([end.usage.paidAgain, end.perAttempt]).toEqual([undefined, undefined]);
});

it('has paid the prompt again where an answer was continued, and what its continuation repeats', async () => {
  const begun = 'A rather long beginning of an ';
  const { end, prompts } = await ask([[text(begun), drop()], answer(`${begun.slice(-20)}answer.`)]);
  expect({
    text: end.text,
    paidAgain: end.usage.paidAgain,
    attempts: end.perAttempt?.map(({ model, completion }) => [model, completion]),
  }).toEqual({
    text: `${begun}answer.`,
    paidAgain: { prompt: prompts[1], completion: 20 },
    attempts: [
      ['test/fake', 30],
      ['test/fake', 27],
    ],
  });
});

it('has paid for reasoning that was lost, and for the prompt after it', async () => {
  const { end, prompts } = await ask([[reasoning('Hmm'), drop()], answer('Yes.')]);
  expect([end.text, end.usage.paidAgain]).toEqual(['Yes.', { prompt: prompts[1], completion: 3 }]);
});

it('has paid nothing twice for a request that was refused', async () => {
  const { end } = await ask([status(503, { error: { message: 'Busy' } }), answer('Yes.')]);
  expect([end.text, end.usage.paidAgain]).toEqual(['Yes.', undefined]);
});

it('has paid the prompt again where a person resumes an answer', async () => {
  const { end, prompts } = await ask([answer(' world')], { partial: 'Hello' });
  expect(end.usage.paidAgain).toEqual({ prompt: prompts[0], completion: 0 });
});

it('has paid nothing twice where the server has kept the answer', async () => {
  const [recording] = keptRecordings('responses');
  await using server = await keepingServer(recording!);
  server.cuts = [headerBytes + 1_900, headerBytes + 300];
  const end = endOf(await collect(rig().start(server.url, { endpoint: { api: 'responses', resumable: true } })));
  expect([end.reason, end.usage.paidAgain, end.usage.attempts]).toEqual(['stop', undefined, 1]);
});

const quota = status(429, { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } });
const request = { model: 'other', messages: [{ role: 'user', content: 'Go.' } as const] };

it('asks the next model at a quota, one request at a time, and counts each under its name', async () => {
  await using other = await fakeServer();
  other.next(text('Second.') as never, finish() as never, usage(9, 2) as never, done() as never);
  const find = async () => ({
    endpoint: { id: 'second', name: 'Second', baseURL: other.url, continuation: 'ask' as const },
    memory: {},
    request,
  });
  const gone = async () => undefined;
  const { end, events } = await ask([quota], { job: { fallbacks: [gone, find] } });
  expect({
    text: end.text,
    reason: end.reason,
    starts: events.flatMap((event) => (event.type === 'start' ? [event.model] : [])),
    seams: events.filter(({ type }) => type === 'seam').length,
    used: usageByModel('test/fake', end).map(({ model, usage: { total } }) => [model, total]),
  }).toEqual({
    text: 'Second.',
    reason: 'stop',
    starts: ['test/fake', 'second/other'],
    seams: 0,
    used: [
      ['test/fake', 0],
      ['second/other', 11],
    ],
  });
});

it('lets the next model continue from the break when the resumes are used up, and the seam names it', async () => {
  await using other = await fakeServer();
  other.next(text('world.') as never, finish() as never, done() as never);
  const find = async () => ({
    endpoint: { id: 'second', name: 'Second', baseURL: other.url, continuation: 'ask' as const },
    memory: {},
    request,
  });
  const { end, events } = await ask([[text('Hello '), drop()]], {
    options: { resume: { maxResumes: 0 } },
    job: { fallbacks: [find] },
  });
  const sent = other.requests[0]?.body as { readonly messages: readonly { readonly role: string; readonly content: string }[] };
  expect({
    text: end.text,
    seam: events.find(({ type }) => type === 'seam'),
    said: sent.messages.find(({ role }) => role === 'assistant')?.content,
  }).toEqual({ text: 'Hello world.', seam: { type: 'seam', offset: 6, overlap: 0, model: 'second/other' }, said: 'Hello ' });
});

/** A server that keeps the answer breaks off and cannot be reached any more; time passes as the answer waits. */
async function unreachableFor(how: Start = {}) {
  const [recording] = keptRecordings('responses');
  await using server = await keepingServer(recording!);
  await using other = await fakeServer();
  other.next(text('world.') as never, finish() as never, usage(9, 2) as never, done() as never);
  server.cuts = [headerBytes + 1_900];
  server.instead = Array.from({ length: 200 }, () => 'reset' as const);
  const clock = new TestClock();
  const endpoint = { id: 'second', name: 'Second', baseURL: other.url, continuation: 'ask' as const };
  const fallbacks = [async () => ({ endpoint, memory: {}, request })];
  const stream = rig({ clock, random: () => 0.5 }).start(server.url, {
    endpoint: { api: 'responses', resumable: true },
    ...how,
    job: { fallbacks, ...how.job },
  });
  const events = await collect(stream, (event) => {
    if (event.type === 'wait') setImmediate(() => clock.advance(event.seconds * 1_000));
  });
  while (server.stopped.length === 0) await new Promise((resolve) => setImmediate(resolve));
  return { events, end: endOf(events), server, other, minutes: clock.now() / 60_000 };
}

it('lets the next model continue when a server that keeps the answer was out of reach for two minutes, and stops it there', async () => {
  const { events, end, server, other, minutes } = await unreachableFor();
  const seam = events.find(({ type }) => type === 'seam');
  expect({
    seam,
    reason: end.reason,
    error: end.error,
    text: end.text.endsWith('world.'),
    begun: [server.begun.length, other.requests.length],
    waited: Math.floor(minutes),
    stopped: server.stopped.length,
  }).toEqual({
    seam: { type: 'seam', offset: end.text.length - 'world.'.length, overlap: 0, model: 'second/other' },
    reason: 'stop',
    error: undefined,
    text: true,
    begun: [1, 1],
    waited: 2,
    stopped: 1,
  });
});

it('lets the next model continue where an answer is resumed whose server is out of reach, and records each request once', async () => {
  const counted = { prompt: 20, completion: 6, total: 26, estimated: true, attempts: 1 };
  const kept = { handle: 'resp_1', reasoning: '', counted, only: false };
  const { end } = await unreachableFor({ partial: 'Hello ', job: { kept } });
  expect({
    text: end.text,
    usage: [end.usage.prompt, end.usage.completion, end.usage.paidAgain],
    recorded: usageByModel('test/fake', end, counted).map(({ model, usage: { total } }) => [model, total]),
  }).toEqual({
    text: 'Hello world.',
    usage: [29, 8, { prompt: 9, completion: 0 }],
    recorded: [
      ['test/fake', 0],
      ['second/other', 11],
    ],
  });
});

it('asks no other model where the request itself is refused', async () => {
  const find = (): Promise<undefined> => Promise.reject(new Error('Nobody asks.'));
  const { end } = await ask([status(401, { error: { message: 'Wrong key' } })], { job: { fallbacks: [find] } });
  expect([end.reason, end.error?.kind]).toEqual(['error', 'auth']);
});
