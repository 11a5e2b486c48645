// An answer that a server keeps and whose connection breaks: read on from the break, as one answer.
import { expect, it } from 'vitest';
import { checkEndpoint } from '../../../src/core/answer/endpointCheck.ts';
import { createProvider } from '../../../src/core/provider/protocols.ts';
import { systemClock } from '../../../src/core/request/clock.ts';
import { UsageMeter } from '../../../src/core/tokens/usageMeter.ts';
import { collect, defaults, endOf, rig, type Rig } from '../../support/engine.ts';
import { eventsIn, type Instead, type KeepingKind, type KeepingServer, keepingServer, headerBytes } from '../../support/keepingServer.ts';
import { keptRecordings } from '../../support/keptRecordings.ts';

const apis = { responses: 'responses', session: 'chat', interactions: 'gemini' } as const;

async function ask(server: KeepingServer, kind: KeepingKind, made: Rig = rig()) {
  const stream = made.start(server.url, { endpoint: { api: apis[kind], resumable: true } });
  const events = await collect(stream);
  return { events, end: endOf(events), stream };
}

const shown = (events: Awaited<ReturnType<typeof ask>>['events']) =>
  events.filter(({ type }) => type !== 'usage' && type !== 'wait').map((event) => (event.type === 'end' ? { ...event, timing: 0 } : event));

const kinds: readonly KeepingKind[] = ['responses', 'session', 'interactions'];

for (const kind of kinds) {
  for (const recording of keptRecordings(kind)) {
    it(`reads ${kind} ${recording.name} on, cut in the middle, as if it had not been cut`, async () => {
      await using whole = await keepingServer(recording);
      await using broken = await keepingServer(recording);
      broken.cuts = [headerBytes + Math.floor(recording.body.length / 2)];
      const [expected, got] = [await ask(whole, kind), await ask(broken, kind)];
      const joined = (events: typeof got.events, type: 'text' | 'reasoning') =>
        events.map((event) => (event.type === type ? event.text : '')).join('');
      expect({
        text: got.end.text,
        reasoning: joined(got.events, 'reasoning'),
        end: { ...got.end, timing: 0 },
        tools: got.events.filter(({ type }) => type === 'tool-call'),
        parts: got.stream.parts,
        begun: broken.begun.length,
        starts: shown(got.events).filter(({ type }) => type === 'start' || type === 'seam').length,
      }).toEqual({
        text: expected.end.text,
        reasoning: joined(expected.events, 'reasoning'),
        end: { ...expected.end, timing: 0 },
        tools: expected.events.filter(({ type }) => type === 'tool-call'),
        parts: expected.stream.parts,
        begun: 1,
        starts: 1,
      });
    });
  }
}

/** The server has sent all but the end, and keeps the connection open. */
async function stoppedAtFirstWord(kind: KeepingKind, ...how: readonly (Instead | 'leave')[]) {
  const [recording] = keptRecordings(kind);
  await using server = await keepingServer(recording!);
  server.holds = true;
  server.insteadOfStop = how.filter((one) => one !== 'leave');
  const stream = rig().start(server.url, { endpoint: { api: apis[kind], resumable: true } });
  const events = await collect(stream, ({ type }) => {
    if (type !== 'text') return;
    if (how.includes('leave')) stream.leave();
    else stream.stop();
  });
  return { end: endOf(events), server };
}

async function afterBreak(kind: KeepingKind, at: number, ...instead: Instead[]) {
  const [recording] = keptRecordings(kind);
  await using server = await keepingServer(recording!);
  server.cuts = [headerBytes + at];
  server.instead = instead;
  const { end, events } = await ask(server, kind);
  return { end, events, server };
}

const whole = (kind: KeepingKind) => Buffer.from(keptRecordings(kind)[0]!.body).toString();
const brief = ({ end, server }: Awaited<ReturnType<typeof afterBreak>>) => ({
  reason: end.reason,
  code: end.error?.code,
  begun: server.begun.length,
  stopped: server.stopped.length,
});

it('ends as truncated, and stops the answer, where the server continues with another one', async () => {
  const other = whole('responses').replaceAll('resp_', 'resp_other');
  const got = await afterBreak('responses', 1_800, { sends: other });
  expect(brief(got)).toEqual({ reason: 'truncated', code: 'rejoin-differs', begun: 1, stopped: 1 });
});

it('ends as truncated where the server says other words in the place of those that were delivered', async () => {
  const events = eventsIn(whole('responses'));
  const first = events.findIndex((event) => event.includes('output_text.delta'));
  const other = events.map((event, at) => (at === first ? event.replace(/"delta":"[^"]*"/, '"delta":"Something else "') : event));
  const got = await afterBreak('responses', whole('responses').indexOf(events[first + 2]!) + 20, { sends: other.join('') });
  expect(brief(got)).toEqual({ reason: 'truncated', code: 'rejoin-differs', begun: 1, stopped: 1 });
});

it('takes what the server repeats from the beginning for what it is', async () => {
  const got = await afterBreak('responses', 2_600, { sends: whole('responses') });
  expect([brief(got), got.end.text]).toEqual([
    { reason: 'stop', code: undefined, begun: 1, stopped: 0 },
    (await afterBreak('responses', 1e9)).end.text,
  ]);
});

it('ends as truncated where the server leaves out events', async () => {
  const events = eventsIn(whole('responses'));
  const first = events.findIndex((event) => event.includes('output_text.delta'));
  const at = whole('responses').indexOf(events[first + 1]!) + 20;
  const got = await afterBreak('responses', at, { sends: events.slice(first + 2).join('') });
  expect(brief(got)).toEqual({ reason: 'truncated', code: 'rejoin-gap', begun: 1, stopped: 1 });
});

it('ends as truncated where a session begins again at its beginning, or is that of another answer', async () => {
  const body = whole('session');
  const again = await afterBreak('session', 600, { sends: body });
  const other = await afterBreak('session', 723, { sends: body.slice(723).replaceAll('chatcmpl-l1', 'chatcmpl-l9') });
  expect([brief(again), brief(other)]).toEqual([
    { reason: 'truncated', code: 'rejoin-differs', begun: 1, stopped: 1 },
    { reason: 'truncated', code: 'rejoin-differs', begun: 1, stopped: 1 },
  ]);
});

it('reads an answer of which nothing had come when the connection broke, however long the request took', async () => {
  const [recording] = keptRecordings('session');
  await using server = await keepingServer(recording!);
  server.cuts = [headerBytes - 20];
  let passedMs = 0;
  const slow = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    passedMs += 30_000;
    return fetch(input, init);
  };
  const got = await ask(server, 'session', rig({ clock: { ...systemClock, now: () => systemClock.now() + passedMs }, fetch: slow }));
  expect([got.end.reason, server.begun.length]).toEqual(['stop', 1]);
});

it('reads on after a refused connection, a busy server, the page of a login, and a body that ends at once', async () => {
  const got = await afterBreak(
    'responses',
    1_800,
    'reset',
    { status: 503, body: { error: { message: 'Busy' } } },
    { sends: '<html>Log in</html>', type: 'text/html' },
    { sends: '' },
  );
  expect(brief(got)).toEqual({ reason: 'stop', code: undefined, begun: 1, stopped: 0 });
});

it('fetches an answer whole that is not streamed any more, once it is written', async () => {
  const completed = JSON.parse(eventsIn(whole('responses')).at(-1)!.split('data: ')[1]!).response;
  const tooOld = {
    status: 400,
    body: { error: { message: 'This response can no longer be streamed because it is more than 5 minutes old.' } },
  };
  const got = await afterBreak(
    'responses',
    1_800,
    tooOld,
    { sends: JSON.stringify({ ...completed, status: 'in_progress', output: [] }), type: 'application/json' },
    tooOld,
    { sends: JSON.stringify(completed), type: 'application/json' },
  );
  expect([brief(got), got.end.text]).toEqual([
    { reason: 'stop', code: undefined, begun: 1, stopped: 0 },
    (await afterBreak('responses', 1e9)).end.text,
  ]);
});

const expired = { status: 404, body: { error: { code: 404, message: 'Stream not found or expired' } } };
const offsetLost = { status: 400, body: { error: { code: 400, message: 'Stream offset lost, please restart' } } };

it.each([
  ['has expired', [expired, expired]],
  ['has lost its beginning', [offsetLost]],
] as const)('asks for the rest of a session that %s, says so, and asks for no session again', async (_, instead) => {
  const { events, server } = await afterBreak('session', 723, ...instead);
  const asked = server.asked.filter(({ method }) => method === 'POST');
  expect({
    told: events
      .filter(({ type }) => type === 'wait' || type === 'seam')
      .map((event) => (event.type === 'wait' ? event.cause : event.type)),
    sessions: asked.map(({ headers }) => 'x-conversation-id' in headers),
  }).toEqual({ told: ['not-found', 'seam'], sessions: [true, false] });
});

it('does not send a request again of which it is not known whether it has arrived', async () => {
  const [recording] = keptRecordings('responses');
  await using server = await keepingServer(recording!);
  server.cuts = [20];
  const find = (): Promise<undefined> => Promise.reject(new Error('Another model was asked.'));
  const stream = rig().start(server.url, {
    endpoint: { api: 'responses', resumable: true },
    job: { fallbacks: [find] },
  });
  const end = endOf(await collect(stream));
  expect([end.reason, end.error?.code, server.begun.length]).toEqual(['error', 'sending-uncertain', 1]);
});

it('does not take an error of the protocol for a break', async () => {
  const failed = eventsIn(whole('responses')).slice(0, 6).join('') + 'data: {"type":"error","error":{"message":"No."}}\n\n';
  const got = await afterBreak('responses', 1_800, { sends: failed });
  expect([got.end.reason, got.server.asked.filter(({ method }) => method === 'GET').length]).toEqual(['stop', 1]);
});

it.each(kinds)('tells the server of %s to stop, and ends when it has confirmed that', async (kind) => {
  const { end, server } = await stoppedAtFirstWord(kind);
  expect([end.reason, end.error, server.stopped.length]).toEqual(['cancelled', undefined, 1]);
});

it('does not say that an answer was stopped of which the server has not confirmed it', async () => {
  const busy = { status: 503, body: {} };
  const { end, server } = await stoppedAtFirstWord('responses', busy, busy, busy);
  expect([end.reason, end.error?.code, server.stopped.length]).toEqual(['cancelled', 'stop-unconfirmed', 0]);
});

it('tells the server to stop where a limit ends the answer', async () => {
  const [recording] = keptRecordings('responses');
  await using server = await keepingServer(recording!);
  const stream = rig().start(server.url, { endpoint: { api: 'responses', resumable: true }, options: { limits: { maxCharacters: 5 } } });
  const end = endOf(await collect(stream));
  expect([end.reason, end.error, server.stopped.length]).toEqual(['limit', undefined, 1]);
});

it('only leaves an answer when the window closes: the server is not told to stop', async () => {
  const { end, server } = await stoppedAtFirstWord('responses', 'leave');
  expect([end.reason, server.stopped.length]).toEqual(['cancelled', 0]);
});

it('does not ask a server to keep an answer that may not', async () => {
  const [recording] = keptRecordings('responses');
  await using server = await keepingServer(recording!);
  await collect(rig().start(server.url, { endpoint: { api: 'responses' } }));
  expect(server.asked[0]?.body).toMatchObject({ store: false });
});

it.each(kinds)('finds out without another question that a server of %s keeps its answers', async (kind) => {
  const [recording] = keptRecordings(kind);
  await using server = await keepingServer(recording!);
  const endpoint = { id: 'test', name: 'Test', baseURL: server.url, continuation: 'auto', api: apis[kind], resumable: true } as const;
  const ports = {
    client: createProvider(fetch, Date.now),
    clock: systemClock,
    timeouts: defaults.timeouts,
    begin: () => new UsageMeter(() => undefined).begin([]),
  };
  const report = await checkEndpoint(ports, { endpoint, memory: {}, model: 'fake' }, new AbortController().signal);
  expect([report.type === 'works' && report.continues, server.begun.length]).toEqual(['rejoins', 1]);
});

it('does not look for an answer at a server that was never reached', async () => {
  const ends = await Promise.all(
    // The second is a port that fetch refuses.
    ['http://127.0.0.1:1', 'http://127.0.0.1:9'].map(async (baseURL) => {
      const stream = rig().start(`${baseURL}/v1`, { endpoint: { resumable: true }, options: { retry: { maxAttempts: 1 } } });
      const events = await collect(stream);
      return [events.map(({ type }) => type), endOf(events).error?.kind];
    }),
  );
  expect(ends).toEqual([
    [['start', 'end'], 'connection'],
    [['start', 'end'], 'connection'],
  ]);
});
