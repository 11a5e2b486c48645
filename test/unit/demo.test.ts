// The demo endpoint over real HTTP, through the engine: each slash word shows what it promises.
import { request } from 'node:http';
import { afterAll, expect, it, vi } from 'vitest';
import { demoModel } from '../../src/core/provider/demo/plan.ts';
import { DemoServer } from '../../src/node/demoServer.ts';
import type { StreamEvent, StreamOptions } from '../../src/api.ts';
import { collect, endOf, problemsOf, rig, TestClock } from '../support/engine.ts';

// The demo takes its time, as a model does, and a busy machine takes more.
vi.setConfig({ testTimeout: 30_000 });
const demo = new DemoServer();
afterAll(() => demo.dispose());

async function asked(
  question: string,
  options: StreamOptions = {},
  at: (event: StreamEvent, stop: () => void) => void = () => undefined,
): Promise<StreamEvent[]> {
  const stream = rig().start(await demo.baseURL(), {
    options,
    request: { model: demoModel, messages: [{ role: 'user', content: question }] },
  });
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
  const messages = [{ role: 'user', content: '/429 Hello' }] as const;
  const events = await collect(rig({ clock }).start(await demo.baseURL(), { request: { model: demoModel, messages } }), (event) => {
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

it('is for programs on this machine, and forgets what it was asked', async () => {
  const own = new DemoServer();
  const url = `${await own.baseURL()}/chat/completions`;
  const { port } = new URL(url);
  const post = (question: string, headers: Record<string, string> = {}): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const asking = request(url, { method: 'POST', headers }, (response) => resolve(response.resume().statusCode));
      asking.on('error', reject).end(JSON.stringify({ messages: [{ role: 'user', content: question }] }));
    });
  const refused = [
    await post('Hi', { host: `evil.example:${port}` }),
    await post('Hi', { origin: 'https://evil.example', 'content-type': 'text/plain' }),
    await post('Hi', { 'sec-fetch-site': 'cross-site' }),
  ];
  const busy = [await post('/429 a'), await post('/429 a'), await post('/429 a')];
  // Each of these is remembered for a while, in place of the ones before.
  for (let index = 0; index < 70; index++) await post(`/429 ${index}`);
  const forgotten = await post('/429 0');
  own.dispose();
  expect({ refused, busy, forgotten }).toEqual({ refused: [403, 403, 403], busy: [429, 200, 429], forgotten: 429 });
});
