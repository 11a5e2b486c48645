import { expect, it } from 'vitest';
import { collect, endOf, inParallel, problemsOf, rig } from '../../support/engine.ts';
import { fakeServer, raw, type Step, text } from '../../support/fakeServer.ts';
import { seeded } from '../../support/random.ts';

/** Faster than any reader for longer than the moments below, then once in a while: a full socket is no part of this. */
async function* endless(): AsyncGenerator<Step> {
  for (let index = 0; ; index++) {
    if (index > 100) await new Promise((resolve) => setTimeout(resolve, 5));
    yield text(`word ${index} `);
  }
}

it('aborts the request before stop returns, and closes the socket, for 200 streams cancelled at random moments', async () => {
  await using server = await fakeServer();
  server.always(endless);
  const next = seeded(21);
  const signals = new Map<string, AbortSignal>();
  const { start } = rig({
    fetch: (input, init) => {
      const { messages } = JSON.parse(init?.body as string) as { readonly messages: readonly { readonly content: string }[] };
      signals.set(messages[0]!.content, init!.signal!);
      return fetch(input, init);
    },
  });
  const moments = Array.from({ length: 200 }, () => Math.floor(next() * 60));
  const ends: Record<string, number> = {};
  await inParallel(moments, 4, async (moment) => {
    const name = `${next()}`;
    const stream = start(server.url, { request: { messages: [{ role: 'user', content: name }] } });
    let aborted: boolean | undefined;
    let seen = 0;
    const stop = (): void => {
      stream.stop();
      aborted = signals.get(name)?.aborted ?? true;
    };
    if (moment === 0) stop();
    const events = await collect(stream, () => {
      if (seen++ === moment && aborted === undefined) stop();
    });
    expect({ aborted, reason: endOf(events).reason, problems: problemsOf(events) }).toEqual({
      aborted: true,
      reason: 'cancelled',
      problems: [],
    });
    const over = await server.requests.find((request) => request.body.messages[0].content === name)?.over;
    const how = over?.how ?? 'never asked';
    ends[how] = (ends[how] ?? 0) + 1;
  });
  const { 'client-left': left = 0, 'never asked': never = 0, ...others } = ends;
  expect({ all: left + never, most: left > 150, others }).toEqual({ all: 200, most: true, others: {} });
  await server.idle();
}, 120_000);

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
