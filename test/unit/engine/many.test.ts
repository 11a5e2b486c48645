import { expect, it } from 'vitest';
import type { StreamEvent } from '../../../src/api.ts';
import { toAsyncIterable, mergeStreams } from '../../../src/core/answer/tape/mergeStreams.ts';
import type { LiveStream } from '../../../src/core/answer/liveStream.ts';
import { rig } from '../../support/engine.ts';
import { type FakeServer, fakeServer, answer, finish, done, gate, hang, status, type Step, text, wait } from '../../support/fakeServer.ts';

/** The server answers by the question, so that the order of arrival does not matter. */
function byQuestion(server: FakeServer, scripts: Readonly<Record<string, () => Iterable<Step>>>): void {
  server.always((request) => (scripts[request.body.messages[0].content as string] ?? (() => answer('?')))());
}

const asking =
  (server: FakeServer, start: ReturnType<typeof rig>['start'], name: string, bufferMaxDeltas = 100) =>
  (): LiveStream =>
    start(server.url, {
      request: { messages: [{ role: 'user', content: name }] },
      options: { retry: { maxAttempts: 1 }, bufferMaxDeltas },
    });

type Told = readonly (readonly [number, string])[];

async function told(
  merged: AsyncIterable<{ index: number; event: StreamEvent }>,
  at: (told: Told) => void = () => undefined,
): Promise<Told> {
  const list: (readonly [number, string])[] = [];
  for await (const { index, event } of merged) {
    // How many deltas come together is the network's affair.
    const last = list.at(-1);
    if (event.type === 'text' && last?.[0] === index) list[list.length - 1] = [index, last[1] + event.text];
    else if (event.type === 'text') list.push([index, event.text]);
    if (event.type === 'end') list.push([index, `end: ${event.reason}`]);
    at(list);
  }
  return list;
}

it('gives the events of several answers as they arrive', async () => {
  await using server = await fakeServer();
  const first = gate();
  byQuestion(server, {
    a: function* () {
      yield text('a1');
      yield wait(first.opened);
      yield* answer('a2');
    },
    b: () => answer('b1', 'b2'),
  });
  const { start } = rig();
  const list = await told(
    mergeStreams(
      ['a', 'b'].map((name) => asking(server, start, name)),
      'as-arrives',
      2,
    ),
    (list) => {
      if (list.some(([index, what]) => index === 1 && what.startsWith('end'))) first.open();
    },
  );
  expect(list.filter(([index]) => index === 1)).toEqual([
    [1, 'b1b2'],
    [1, 'end: stop'],
  ]);
  expect(list.slice(-2)).toEqual([
    [0, 'a2'],
    [0, 'end: stop'],
  ]);
});

it('gives them in order: an answer is live once those before it have ended, and waits within its bound', async () => {
  await using server = await fakeServer();
  const slow = gate();
  const many = Array.from({ length: 5_000 }, (_, index) => `${index} `.padEnd(2_000, '.'));
  byQuestion(server, {
    a: function* () {
      yield wait(slow.opened);
      yield* answer('a1', 'a2');
    },
    b: () => answer(...many),
    c: () => answer('c1'),
  });
  const { start } = rig();
  const streams: LiveStream[] = [];
  const starts = ['a', 'b', 'c'].map((name) => () => {
    const stream = asking(server, start, name, 50)();
    streams.push(stream);
    return stream;
  });
  const running = told(mergeStreams(starts, 'in-order', 3));
  await expect.poll(() => server.requests.length).toBe(3);
  await expect.poll(() => streams[1]?.tape.lag ?? 0).toBeGreaterThanOrEqual(50);
  expect(streams[1]?.tape.ended).toBe(false);
  slow.open();
  const list = await running;
  expect(list.map(([index]) => index)).toEqual(list.map(([index]) => index).sort((a, b) => a - b));
  expect(
    list
      .filter(([index]) => index === 1)
      .slice(0, -1)
      .map(([, what]) => what)
      .join(''),
  ).toBe(many.join(''));
  expect(list.at(-1)).toEqual([2, 'end: stop']);
});

it('gives each answer in one piece when it has ended, in the order of their ends', async () => {
  await using server = await fakeServer();
  const slow = gate();
  byQuestion(server, {
    a: function* () {
      yield text('a1');
      yield wait(slow.opened);
      yield* answer('a2');
    },
    b: () => answer('b1'),
  });
  const { start } = rig();
  const list = await told(
    mergeStreams(
      ['a', 'b'].map((name) => asking(server, start, name)),
      'settled',
      2,
    ),
    () => slow.open(),
  );
  expect(list).toEqual([
    [1, 'b1'],
    [1, 'end: stop'],
    [0, 'a1a2'],
    [0, 'end: stop'],
  ]);
});

it.each(['as-arrives', 'in-order', 'settled'] as const)('does not let a failing answer spoil the others: %s', async (order) => {
  await using server = await fakeServer();
  byQuestion(server, { a: () => answer('a'), b: () => status(401), c: () => answer('c') });
  const { start } = rig();
  const list = await told(
    mergeStreams(
      ['a', 'b', 'c'].map((name) => asking(server, start, name)),
      order,
      3,
    ),
  );
  expect([...list].sort()).toEqual([
    [0, 'a'],
    [0, 'end: stop'],
    [1, 'end: error'],
    [2, 'c'],
    [2, 'end: stop'],
  ]);
});

it.each(['as-arrives', 'in-order', 'settled'] as const)('runs as many at once as it may, and all in the end: %s', async (order) => {
  await using server = await fakeServer();
  server.always(() => answer('one ', 'two'));
  const { start, engine } = rig();
  let most = 0;
  const list = await told(
    mergeStreams(
      Array.from({ length: 17 }, () => asking(server, start, 'x')),
      order,
      3,
    ),
    () => (most = Math.max(most, engine.running.length)),
  );
  expect(list.filter(([, what]) => what === 'end: stop').length).toBe(17);
  expect(most).toBeLessThanOrEqual(3);
});

it('stops everything when the loop is left', async () => {
  await using server = await fakeServer();
  server.always(function* () {
    yield text('x');
    yield hang();
  });
  const { start, engine } = rig();
  for await (const { event } of mergeStreams(
    ['a', 'b'].map((name) => asking(server, start, name)),
    'as-arrives',
    2,
  )) {
    if (event.type === 'text') break;
  }
  await expect.poll(() => engine.running.length).toBe(0);
  await server.idle();
});

it('stops an answer that was still being begun when the loop was left', async () => {
  await using server = await fakeServer();
  server.always(() => [text('Never'), hang()]);
  const { start } = rig();
  const late = Promise.withResolvers<LiveStream>();
  const begun = asking(server, start, 'b');
  const merged = mergeStreams([asking(server, start, 'a'), () => late.promise], 'as-arrives', 2);
  await merged.next();
  await merged.return(undefined);
  const stream = begun();
  late.resolve(stream);
  expect((await stream.ended).reason).toBe('cancelled');
});

it('stops one answer when its own loop is left', async () => {
  await using server = await fakeServer();
  server.next(text('x'), hang());
  const { start } = rig();
  for await (const event of toAsyncIterable(() => start(server.url))) if (event.type === 'text') break;
  expect((await (await server.arrived(0)).over).how).toBe('client-left');
});

it('ends at once when there is nothing to ask', async () => {
  expect(await told(mergeStreams([], 'in-order', 1))).toEqual([]);
});

it('lets one answer be stopped while the others go on', async () => {
  await using server = await fakeServer();
  byQuestion(server, {
    a: function* () {
      yield text('a');
      yield hang();
    },
    b: function* () {
      yield text('b');
      yield finish();
      yield done();
    },
  });
  const { start } = rig();
  const streams: LiveStream[] = [];
  const list = await told(
    mergeStreams(
      ['a', 'b'].map((name) => () => {
        const stream = asking(server, start, name)();
        streams.push(stream);
        return stream;
      }),
      'as-arrives',
      2,
    ),
    (list) => {
      if (list.some(([index, what]) => index === 0 && what === 'a')) streams[0]?.stop();
    },
  );
  expect([...list].sort()).toEqual([
    [0, 'a'],
    [0, 'end: cancelled'],
    [1, 'b'],
    [1, 'end: stop'],
  ]);
});
