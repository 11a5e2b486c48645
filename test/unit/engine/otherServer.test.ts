// Against a server that is not ours: aimock answers as OpenAI does, breaks answers off, and, as a gateway, passes
// requests on to another server.
import { LLMock } from '@copilotkit/aimock';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createProvider } from '../../../src/core/provider/protocols.ts';
import { collect, endOf, problemsOf, rig } from '../../support/engine.ts';
import { answer, fakeServer, hang, reasoning, text, usage, finish, done } from '../../support/fakeServer.ts';
import { knownAnswer } from '../../support/knownAnswer.ts';

let other: LLMock;
let url: string;

beforeEach(async () => {
  other = new LLMock({ port: 0, chunkSize: 24 });
  await other.start();
  url = `${other.url}/v1`;
});
afterEach(() => other.stop());

it('reads its stream, its count and its list of models', async () => {
  other.onMessage('Go.', { content: knownAnswer, usage: { prompt_tokens: 5, completion_tokens: 777, total_tokens: 782 } });
  const { start } = rig();
  const events = await collect(start(url));
  const end = endOf(events);
  const list = await createProvider((input, init) => fetch(input, init), Date.now).models(
    { id: 'other', name: 'Other', baseURL: url, continuation: 'auto' },
    AbortSignal.timeout(5_000),
  );
  expect({
    text: end.text === knownAnswer,
    reason: end.reason,
    counted: end.usage,
    problems: problemsOf(events),
    models: list.type,
  }).toEqual({
    text: true,
    reason: 'stop',
    counted: expect.objectContaining({ prompt: 5, completion: 777, estimated: false }),
    problems: [],
    models: 'models',
  });
});

it('goes on with an answer that it broke off, from the very character', async () => {
  // With a moment between its pieces, since it throws away what it has not sent when it breaks off.
  const half = Math.floor(knownAnswer.length / 2);
  other.onMessage('Go.', { content: knownAnswer }, { truncateAfterChunks: Math.floor(half / 24), latency: 1 });
  let asked = '';
  other.on(
    { userMessage: /cut off/ },
    // It repeats the last words, as models do.
    ({ messages }) => {
      asked = String(messages.findLast(({ role }) => role === 'assistant')?.content);
      return { content: knownAnswer.slice(Math.max(0, asked.length - 30)) };
    },
  );
  const { start } = rig();
  const events = await collect(start(url));
  const end = endOf(events);
  expect({
    text: end.text,
    reason: end.reason,
    seams: events.filter(({ type }) => type === 'seam'),
    problems: problemsOf(events),
  }).toEqual({ text: knownAnswer, reason: 'stop', seams: [{ type: 'seam', offset: asked.length, overlap: 30 }], problems: [] });
});

it('understands its errors and keeps to the wait that it asks for', async () => {
  other.onMessage('Go.', { error: { message: 'Slow down', type: 'rate_limit_error' }, status: 429, retryAfter: 0.05 }, {});
  const { start } = rig();
  const events = await collect(start(url, { options: { retry: { maxAttempts: 2 } } }));
  const unknown = endOf(await collect(start(url, { request: { messages: [{ role: 'user', content: 'Who?' }] } })));
  expect({ types: events.map(({ type }) => type), error: endOf(events).error?.kind, unknown: unknown.error?.kind }).toEqual({
    types: ['start', 'wait', 'start', 'end'],
    error: 'rate-limit',
    unknown: 'not-found',
  });
});

it('streams through it as a gateway, and a stop reaches the server behind it', async () => {
  await using behind = await fakeServer();
  other.enableRecording({ providers: { openai: behind.url.replace('/v1', '') }, proxyOnly: true });
  behind.next(reasoning('Hm. '), text('Hel'), text('lo'), finish(), usage(7, 2), done());
  behind.next(...answer('Bye.'));
  behind.next(text('One'), hang());
  const { start } = rig();
  const first = endOf(await collect(start(url)));
  const second = endOf(await collect(start(url)));
  const third = start(url);
  const asked = await behind.arrived(2);
  await collect(third, ({ type }) => {
    if (type === 'text') third.stop();
  });
  expect([first.text, first.usage.completion, second.text, (await third.ended).text, (await asked.over).how]).toEqual([
    'Hello',
    2,
    'Bye.',
    'One',
    'client-left',
  ]);
});
