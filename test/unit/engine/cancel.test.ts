import { expect, it } from 'vitest';
import type { StreamEvent } from '../../../src/api.ts';
import { collect, endOf, inParallel, problemsOf, rig } from '../../support/engine.ts';
import { fakeServer, raw, type Step, text } from '../../support/fakeServer.ts';
import { seeded } from '../../support/random.ts';

function* endless(): Generator<Step> {
  for (let index = 0; ; index++) yield text(`word ${index} `);
}

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] as number;

it('closes the socket of 200 streams cancelled at random moments, about as fast as fetch itself', async () => {
  await using server = await fakeServer();
  server.always(endless);
  const next = seeded(21);
  const { start } = rig();
  const moments = Array.from({ length: 200 }, () => Math.floor(next() * 60));

  const ours: number[] = [];
  await inParallel(moments, 4, async (moment) => {
    const stream = start(server.url, { request: { messages: [{ role: 'user', content: `${Math.random()}` }] } });
    let stoppedMs = 0;
    let seen = 0;
    const late: StreamEvent[] = [];
    const stop = (): void => {
      stoppedMs = performance.now();
      stream.stop();
    };
    if (moment === 0) stop();
    const events = await collect(stream, (event) => {
      if (stoppedMs > 0 && event.type !== 'end') late.push(event);
      if (seen++ === moment && stoppedMs === 0) stop();
    });
    expect({ reason: endOf(events).reason, problems: problemsOf(events) }).toEqual({ reason: 'cancelled', problems: [] });
    const asked = server.requests.find((request) => request.body.messages[0].content === stream.job.request.messages[0]?.content);
    if (asked === undefined) return;
    const over = await asked.over;
    expect(over.how).toBe('client-left');
    ours.push(over.atMs - stoppedMs);
  });

  const raws: number[] = [];
  for (let round = 0; round < 60; round++) {
    const controller = new AbortController();
    const index = server.requests.length;
    const response = await fetch(`${server.url}/chat/completions`, { method: 'POST', body: '{"messages":[{}]}', signal: controller.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    const from = performance.now();
    controller.abort();
    raws.push(((await server.requests[index]?.over)?.atMs ?? 0) - from);
  }
  expect(ours.length).toBeGreaterThan(150);
  // Two orders of magnitude leave room for a busy machine; without a real close it would be for ever.
  expect(percentile(ours, 0.99) / Math.max(0.5, percentile(raws, 0.5))).toBeLessThan(100);
  await server.idle();
}, 60_000);

it('gives no event after the end, and leaves no listener for each chunk behind', async () => {
  await using server = await fakeServer();
  server.next(...Array.from({ length: 500 }, (_, index) => text(`${index} `)), raw('data: [DONE]\n\n'));
  const added: string[] = [];
  const original = AbortSignal.prototype.addEventListener;
  AbortSignal.prototype.addEventListener = function (this: AbortSignal, ...parameters: Parameters<typeof original>) {
    added.push(parameters[0]);
    return original.apply(this, parameters);
  };
  try {
    const events = await collect(rig().start(server.url));
    expect(events.at(-1)?.type).toBe('end');
  } finally {
    AbortSignal.prototype.addEventListener = original;
  }
  expect(added.length).toBeLessThan(20);
});
