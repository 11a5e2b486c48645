// A model that is still loading is reported, by what the server says of its memory; a slow model is not mistaken for one.
import { expect, it } from 'vitest';
import type { StreamEvent } from '../../../src/api.ts';
import { collect, rig, TestClock } from '../../support/engine.ts';
import { fakeServer, gate, head, raw, status, type Step, wait } from '../../support/fakeServer.ts';

const line = (fields: object): Step => raw(`${JSON.stringify({ model: 'small', ...fields })}\n`);
const answer = [line({ message: { content: 'Hi.' }, done: false }), line({ message: { content: '' }, done: true, done_reason: 'stop' })];

it('is told once, when the server has been silent for a while', async () => {
  await using server = await fakeServer();
  const clock = new TestClock();
  const ready = gate();
  server.memory = () => status(200, { models: [{ name: 'other:latest' }] });
  server.next(wait(ready.opened), head(200), ...answer);
  const stream = rig({ clock }).start(server.url, { endpoint: { api: 'ollama' }, request: { model: 'small' } });
  await server.arrived(0);
  clock.advance(2_000);
  const events = await collect(stream, ({ type }) => {
    if (type === 'loading') ready.open();
  });
  expect(events.map(({ type }) => type)).toEqual(['start', 'loading', 'text', 'end']);
});

it.each([
  ['is in memory, by its name without a tag', 'small', { models: [{ name: 'small:latest' }] }],
  ['is in memory, by its whole name', 'small:7b', { models: [{ name: 'small:7b' }] }],
  ['runs elsewhere', 'small:cloud', { models: [] }],
  ['is served by one that has no such list', 'small', undefined],
])('is not told of a model that %s', async (_, model, memory) => {
  await using server = await fakeServer();
  const clock = new TestClock();
  const ready = gate();
  if (memory !== undefined) server.memory = () => status(200, memory);
  server.next(wait(ready.opened), head(200), ...answer);
  const stream = rig({ clock }).start(server.url, { endpoint: { api: 'ollama' }, request: { model } });
  await server.arrived(0);
  await server.others[0]?.over;
  clock.advance(2_000);
  ready.open();
  const events: readonly StreamEvent[] = await collect(stream);
  expect([events.map(({ type }) => type), server.others.map(({ path }) => path)]).toEqual([
    ['start', 'text', 'end'],
    model === 'small:cloud' ? [] : ['/api/ps'],
  ]);
});

it('is not told where the answer begins at once', async () => {
  await using server = await fakeServer();
  const clock = new TestClock();
  server.memory = () => status(200, { models: [] });
  server.next(head(200), ...answer);
  const events = await collect(rig({ clock }).start(server.url, { endpoint: { api: 'ollama' }, request: { model: 'small' } }));
  expect(events.map(({ type }) => type)).toEqual(['start', 'text', 'end']);
});
