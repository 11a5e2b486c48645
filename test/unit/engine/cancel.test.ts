import { expect, it } from 'vitest';
import { collect, endOf, inParallel, problemsOf, rig } from '../../support/engine.ts';
import { type FakeServer, fakeServer, raw, type Step, text } from '../../support/fakeServer.ts';
import { seeded } from '../../support/random.ts';

function* endless(): Generator<Step> {
  for (let index = 0; ; index++) yield text(`word ${index} `);
}

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] as number;

async function cancelPlain(server: FakeServer, name: string): Promise<number> {
  const controller = new AbortController();
  const body = JSON.stringify({ messages: [{ content: name }] });
  const response = await fetch(`${server.url}/chat/completions`, { method: 'POST', body, signal: controller.signal });
  const reader = response.body?.getReader();
  await reader?.read();
  const from = performance.now();
  controller.abort();
  const over = await server.requests.find((request) => request.body.messages[0].content === name)?.over;
  return (over?.atMs ?? Infinity) - from;
}

it('closes the socket of 200 streams cancelled at random moments, about as fast as fetch itself', async () => {
  await using server = await fakeServer();
  server.always(endless);
  const next = seeded(21);
  const { start } = rig();
  const moments = Array.from({ length: 200 }, () => Math.floor(next() * 60));

  // Plain fetches are cancelled among them, so that a busy machine is busy for both.
  const ours: number[] = [];
  const plain: number[] = [];
  await inParallel(moments, 4, async (moment) => {
    const name = `${next()}`;
    const stream = start(server.url, { request: { messages: [{ role: 'user', content: name }] } });
    let stoppedMs = 0;
    let seen = 0;
    const stop = (): void => {
      stoppedMs = performance.now();
      stream.stop();
    };
    if (moment === 0) stop();
    const events = await collect(stream, () => {
      if (seen++ === moment && stoppedMs === 0) stop();
    });
    expect({ reason: endOf(events).reason, problems: problemsOf(events) }).toEqual({ reason: 'cancelled', problems: [] });
    const over = await server.requests.find((request) => request.body.messages[0].content === name)?.over;
    if (over === undefined) return;
    expect(over.how).toBe('client-left');
    ours.push(over.atMs - stoppedMs);
    plain.push(await cancelPlain(server, `${next()}`));
  });
  expect(ours.length).toBeGreaterThan(150);
  expect(percentile(ours, 0.99) / percentile(plain, 0.99)).toBeLessThan(5);
  expect(percentile(ours, 0.5) / percentile(plain, 0.5)).toBeLessThan(5);
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
