// The fault matrix: one row for each fault in each phase of a stream, against a real server on loopback. Time is the
// test's own; a wait passes as soon as it is announced.
import { expect, it } from 'vitest';
import type { EndReason, ErrorKind, StoppedBy, StreamEvent, StreamOptions } from '../../../src/api.ts';
import type { LiveStream } from '../../../src/core/answer/liveStream.ts';
import { collect, endOf, problemsOf, rig, type RigOptions, type Start, TestClock } from '../../support/engine.ts';
import {
  answer,
  chunk,
  done,
  drop,
  event,
  type FakeServer,
  fakeServer,
  finish,
  hang,
  head,
  raw,
  reasoning,
  status,
  type Step,
  text,
  gate,
  usage,
  wait,
} from '../../support/fakeServer.ts';

interface Scene {
  readonly clock: TestClock;
  readonly server: FakeServer;
  readonly stream: LiveStream;
}

interface Row {
  /** What goes wrong, and when. */
  readonly fault: string;
  /** One script for each request that may come; one more than these is an error of its own. */
  readonly scripts: readonly (readonly Step[])[];
  readonly options?: StreamOptions;
  readonly start?: Start;
  readonly rig?: RigOptions;
  /** Something that happens at an event, or at the start. */
  readonly at?: (event: StreamEvent, scene: Scene) => void;
  readonly first?: (scene: Scene) => void | Promise<void>;
  readonly want: {
    readonly stoppedBy?: StoppedBy;
    readonly text: string;
    readonly reason: EndReason;
    readonly attempts?: number;
    /** Seconds of each announced wait. */
    readonly waits?: readonly number[];
    readonly kind?: ErrorKind;
    readonly status?: number;
    readonly seams?: number;
  };
}

const hello = answer('Hello', ' world');
const helloWorld = 'Hello world';
const error = (message: string, more: object = {}): object => ({ error: { message, ...more } });
const once: StreamOptions = { retry: { maxAttempts: 1 }, resume: { maxResumes: 0 } };
const advanceOn =
  (type: StreamEvent['type'], ms: number) =>
  (seen: StreamEvent, { clock }: Scene) => {
    if (seen.type === type) clock.advance(ms);
  };
/** Lets time pass once the server has the request. */
const advanceWhenAsked =
  (ms: number) =>
  async ({ clock, server }: Scene) => {
    await server.arrived(0);
    clock.advance(ms);
  };
/** Lets time pass once so many timers run. */
const advanceWhenPending = async ({ clock }: Scene, timers: number, ms: number): Promise<void> => {
  while (clock.pending < timers) await new Promise(setImmediate);
  clock.advance(ms);
};
const cancelOn =
  (type: StreamEvent['type']) =>
  (seen: StreamEvent, { stream }: Scene) => {
    if (seen.type === type) stream.stop();
  };

/** Finishes once the text was seen, and says no more: one timer more runs from then on. */
function silentAfterFinish(): Required<Pick<Row, 'at' | 'scripts'>> {
  const seen = gate();
  return {
    scripts: [[text('Hi'), wait(seen.opened), finish(), hang()]],
    at: ({ type }, scene) => {
      if (type !== 'text') return;
      void advanceWhenPending(scene, scene.clock.pending + 1, 5_100);
      seen.open();
    },
  };
}

/** A reset throws away what the client has not read yet, so it waits for the text to arrive. */
const resetAfter = (...steps: Step[]): Required<Pick<Row, 'at'>> & { readonly script: readonly Step[] } => {
  const read = gate();
  return {
    script: [...steps, wait(read.opened), drop({ reset: true })],
    at: (seen) => {
      if (seen.type === 'text') setImmediate(read.open);
    },
  };
};
const resets = [resetAfter(text('Hello')), resetAfter(text('Hello')), resetAfter(text('Hi'), finish())] as const;

const rows: readonly Row[] = [
  // Refusals before anything has come: which are asked again, and after what wait.
  {
    fault: '401 at the start',
    scripts: [[...status(401, error('bad key'))]],
    want: { text: '', reason: 'error', kind: 'auth', status: 401 },
  },
  {
    fault: '403 at the start',
    scripts: [[...status(403, error('not yours'))]],
    want: { text: '', reason: 'error', kind: 'auth', status: 403 },
  },
  {
    fault: '404 for a model',
    scripts: [[...status(404, error('no such model'))]],
    want: { text: '', reason: 'error', kind: 'not-found', status: 404 },
  },
  {
    fault: '400 with a reason',
    scripts: [[...status(400, error('temperature too hot'))]],
    want: { text: '', reason: 'error', kind: 'bad-request', status: 400 },
  },
  {
    fault: '400 for a context that is too long',
    scripts: [[...status(400, error('maximum context length is 8192', { code: 'context_length_exceeded' }))]],
    want: { text: '', reason: 'error', kind: 'context-length', status: 400 },
  },
  {
    fault: '402 at the start',
    scripts: [[...status(402, error('pay first'))]],
    want: { text: '', reason: 'error', kind: 'quota', status: 402 },
  },
  {
    fault: '429 that means a quota',
    scripts: [[...status(429, error('quota', { code: 'insufficient_quota' }))]],
    want: { text: '', reason: 'error', kind: 'quota', status: 429 },
  },
  {
    fault: '429 with Retry-After in seconds',
    scripts: [[...status(429, error('slow'), { 'retry-after': '7' })], hello],
    want: { text: helloWorld, reason: 'stop', attempts: 2, waits: [7] },
  },
  {
    fault: '429 with retry-after-ms',
    scripts: [[...status(429, error('slow'), { 'retry-after-ms': '350' })], hello],
    want: { text: helloWorld, reason: 'stop', attempts: 2, waits: [0.35] },
  },
  {
    fault: '429 with Retry-After as a date',
    scripts: [[...status(429, error('slow'), { 'retry-after': new Date(1_760_000_012_000).toUTCString() })], hello],
    want: { text: helloWorld, reason: 'stop', attempts: 2, waits: [12] },
  },
  {
    fault: '429 with a negative Retry-After',
    scripts: [[...status(429, error('slow'), { 'retry-after': '-5' })], hello],
    want: { text: helloWorld, reason: 'stop', attempts: 2, waits: [0.5] },
  },
  {
    fault: '429 with garbage for Retry-After',
    scripts: [[...status(429, error('slow'), { 'retry-after': 'soon' })], hello],
    want: { text: helloWorld, reason: 'stop', attempts: 2, waits: [0.5] },
  },
  {
    fault: '429 that asks to wait for two hours',
    scripts: [[...status(429, error('slow'), { 'retry-after': '7200' })]],
    want: { text: '', reason: 'error', kind: 'quota', status: 429 },
  },
  {
    fault: '429 without a hint, for ever',
    scripts: [[...status(429, error('slow'))], [...status(429, error('slow'))], [...status(429, error('slow'))]],
    want: { text: '', reason: 'error', kind: 'rate-limit', status: 429, attempts: 3, waits: [0.5, 1] },
  },
  {
    fault: '500 once',
    scripts: [[...status(500, error('oops'))], hello],
    want: { text: helloWorld, reason: 'stop', attempts: 2, waits: [0.25] },
  },
  {
    fault: '503 for ever',
    scripts: [[...status(503)], [...status(503)], [...status(503)]],
    want: { text: '', reason: 'error', kind: 'server', status: 503, attempts: 3, waits: [0.25, 0.5] },
  },
  { fault: '408 once', scripts: [[...status(408)], hello], want: { text: helloWorld, reason: 'stop', attempts: 2, waits: [0.25] } },
  {
    fault: '500 that says x-should-retry: false',
    scripts: [[...status(500, error('final'), { 'x-should-retry': 'false' })]],
    want: { text: '', reason: 'error', kind: 'server', status: 500 },
  },
  {
    fault: '400 that says x-should-retry: true',
    scripts: [[...status(400, error('odd'), { 'x-should-retry': 'true' })], hello],
    want: { text: helloWorld, reason: 'stop', attempts: 2, waits: [0.25] },
  },
  {
    fault: 'a redirect to another server',
    scripts: [[...status(307, '', { location: 'https://elsewhere.example/v1' })]],
    want: { text: '', reason: 'error', kind: 'bad-request', status: 307 },
  },
  {
    fault: '400 naming stream_options',
    scripts: [[...status(400, error('unknown field stream_options'))], hello],
    want: { text: helloWorld, reason: 'stop' },
  },

  // No stream at all.
  {
    fault: 'an HTML page with status 200',
    scripts: [[head(200, { 'content-type': 'text/html' }), raw('<!doctype html><title>Login</title>')]],
    want: { text: '', reason: 'error', kind: 'malformed' },
  },
  { fault: 'plain text with status 200', scripts: [[raw('OK\n')]], want: { text: '', reason: 'error', kind: 'malformed' } },
  {
    fault: 'a whole JSON answer in place of a stream',
    scripts: [
      [
        head(200, { 'content-type': 'application/json' }),
        raw(JSON.stringify({ choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] })),
      ],
    ],
    want: { text: 'Hi', reason: 'stop' },
  },
  {
    fault: 'an empty body, three times',
    scripts: [[head(200)], [head(200)], [head(200)]],
    want: { text: '', reason: 'truncated', attempts: 3, waits: [0.25, 0.5] },
  },
  {
    fault: 'one event of 5 MB',
    scripts: [[raw(`data: "${'x'.repeat(5 * 1024 * 1024)}"\n\n`)]],
    want: { text: '', reason: 'error', kind: 'malformed' },
  },
  {
    fault: 'an empty answer once',
    scripts: [[finish(), done()], hello],
    want: { text: helloWorld, reason: 'stop', attempts: 2, waits: [0.125] },
  },
  {
    fault: 'an empty answer twice',
    scripts: [
      [finish(), done()],
      [finish(), done()],
    ],
    want: { text: '', reason: 'error', kind: 'empty', attempts: 2, waits: [0.125] },
  },

  // The connection breaks.
  {
    fault: 'a connection closed before the headers',
    scripts: [[drop()], hello],
    want: { text: helloWorld, reason: 'stop', attempts: 2, waits: [0.25] },
  },
  {
    fault: 'a reset before the headers, without retries',
    scripts: [[drop({ reset: true })]],
    options: once,
    want: { text: '', reason: 'error', kind: 'connection' },
  },
  {
    fault: 'a reset after the headers',
    scripts: [[head(200), drop({ reset: true })], hello],
    want: { text: helloWorld, reason: 'stop', attempts: 2, waits: [0.25] },
  },
  {
    fault: 'a reset after text',
    at: resets[0].at,
    scripts: [resets[0].script, [text(' world'), finish(), done()]],
    want: { text: helloWorld, reason: 'stop', attempts: 2, seams: 1 },
  },
  {
    fault: 'a reset after text, without resumes',
    at: resets[1].at,
    scripts: [resets[1].script],
    options: once,
    want: { text: 'Hello', reason: 'truncated', kind: 'connection' },
  },
  {
    fault: 'a clean end of the body after text',
    scripts: [[text('Hello')], [text(' world'), finish(), done()]],
    want: { text: helloWorld, reason: 'stop', attempts: 2, seams: 1 },
  },
  {
    fault: 'a clean end of the body after text, without resumes',
    scripts: [[text('Hello')]],
    options: once,
    want: { text: 'Hello', reason: 'truncated' },
  },
  {
    fault: 'an end inside an event',
    scripts: [[text('Hello'), raw('data: {"choices":[{"del')]],
    options: once,
    want: { text: 'Hello', reason: 'truncated' },
  },
  {
    fault: 'a second break while continuing',
    scripts: [
      [text('One '), drop()],
      [text('two '), drop()],
      [text('three'), finish(), done()],
    ],
    want: { text: 'One two three', reason: 'stop', attempts: 3, seams: 2 },
  },
  {
    fault: 'more breaks than resumes',
    scripts: [
      [text('One '), drop()],
      [text('two '), drop()],
    ],
    options: { resume: { maxResumes: 1 } },
    want: { text: 'One two ', reason: 'truncated', kind: 'connection', attempts: 2, seams: 1 },
  },
  {
    fault: '500 while continuing',
    scripts: [[text('Hello'), drop()], [...status(500)], [text(' world'), finish(), done()]],
    want: { text: helloWorld, reason: 'stop', attempts: 3, waits: [0.25], seams: 1 },
  },
  {
    fault: '401 while continuing',
    scripts: [[text('Hello'), drop()], [...status(401, error('expired'))]],
    want: { text: 'Hello', reason: 'error', kind: 'auth', status: 401, attempts: 2 },
  },
  {
    fault: 'prefill refused with 400',
    scripts: [[text('Hello'), drop()], [...status(400, error('last message must be from user'))], [text(' world'), finish(), done()]],
    start: { endpoint: { continuation: 'prefill' } },
    want: { text: helloWorld, reason: 'stop', attempts: 3, seams: 1 },
  },
  {
    fault: 'prefill refused with 500, in words',
    scripts: [
      [text('Hello'), drop()],
      [...status(500, error('Assistant response prefill is incompatible with enable_thinking.'))],
      [text(' world'), finish(), done()],
    ],
    start: { endpoint: { continuation: 'prefill' } },
    want: { text: helloWorld, reason: 'stop', attempts: 3, seams: 1 },
  },
  {
    fault: 'a template that wants no answer at the end, with 500',
    scripts: [
      [text('Hello'), drop()],
      [...status(500, error('Conversation roles must alternate user/assistant/user/assistant/...'))],
      [text(' world'), finish(), done()],
    ],
    start: { endpoint: { continuation: 'prefix' } },
    want: { text: helloWorld, reason: 'stop', attempts: 3, seams: 1 },
  },
  {
    fault: 'a server that starts over when asked to continue',
    scripts: [
      [text('A rather long beginning of an answer, cut '), drop()],
      [text('A rather long beginning of an answer, cut short and completed.'), finish(), done()],
    ],
    want: { text: 'A rather long beginning of an answer, cut short and completed.', reason: 'stop', attempts: 2, seams: 1 },
  },
  {
    fault: 'a server that starts over with other words',
    scripts: [
      [text('A rather long beginning of an answer, cut '), drop()],
      [text('A rather long beginning of an answer that is another one.'), finish(), done()],
    ],
    want: { text: 'A rather long beginning of an answer, cut ', reason: 'truncated', attempts: 2 },
  },
  {
    fault: 'a connection that breaks while reasoning',
    scripts: [[reasoning('Hmm'), drop()], hello],
    want: { text: helloWorld, reason: 'stop', attempts: 2, waits: [0.25], seams: 1 },
  },

  // Errors inside a 200.
  {
    fault: 'an error event first',
    scripts: [[event(error('busy', { code: 503 }))], hello],
    want: { text: helloWorld, reason: 'stop', attempts: 2, waits: [0.25] },
  },
  {
    fault: 'an error event after text',
    scripts: [
      [text('Hello'), event(error('upstream gone'))],
      [text(' world'), finish(), done()],
    ],
    want: { text: helloWorld, reason: 'stop', attempts: 2, waits: [0.25], seams: 1 },
  },
  {
    fault: 'an error event after text, without resumes',
    scripts: [[text('Hello'), event(error('upstream gone', { code: 502 })), done()]],
    options: once,
    want: { text: 'Hello', reason: 'error', kind: 'server', status: 502 },
  },
  {
    fault: 'a named error event',
    scripts: [[text('Hello'), raw('event: error\ndata: {"error":{"message":"model crashed"}}\n\n')]],
    options: once,
    want: { text: 'Hello', reason: 'error', kind: 'server' },
  },
  {
    fault: 'finish reason "error"',
    scripts: [[text('Hello'), finish('error'), done()]],
    options: once,
    want: { text: 'Hello', reason: 'error', kind: 'server' },
  },

  // Ends that are no faults, and must not be taken for one.
  { fault: 'no [DONE] after a finish reason', scripts: [[text('Hi'), finish()]], want: { text: 'Hi', reason: 'stop' } },
  { fault: '[DONE] without a finish reason', scripts: [[text('Hi'), done()]], want: { text: 'Hi', reason: 'stop' } },
  { fault: '[DONE], and the socket stays open', scripts: [[text('Hi'), finish(), done(), hang()]], want: { text: 'Hi', reason: 'stop' } },
  {
    fault: 'a finish reason, and the socket stays open',
    ...silentAfterFinish(),
    want: { text: 'Hi', reason: 'stop' },
  },
  {
    fault: 'a last event without its blank line',
    scripts: [[text('Hi'), raw('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}')]],
    want: { text: 'Hi', reason: 'stop' },
  },
  { fault: 'a reset after the finish reason', at: resets[2].at, scripts: [resets[2].script], want: { text: 'Hi', reason: 'stop' } },
  { fault: 'finish reason "length"', scripts: [[text('Hi'), finish('length'), done()]], want: { text: 'Hi', reason: 'length' } },
  {
    fault: 'finish reason "length", to be continued',
    scripts: [
      [text('Hello'), finish('length'), done()],
      [text(' world'), finish(), done()],
    ],
    options: { resume: { continueOnLength: true } },
    want: { text: helloWorld, reason: 'stop', attempts: 2, seams: 1 },
  },
  { fault: 'a content filter', scripts: [[text('Hi'), finish('content_filter'), done()]], want: { text: 'Hi', reason: 'content-filter' } },
  {
    fault: 'a tool call',
    scripts: [
      [
        chunk({ choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }] } }] }),
        finish('tool_calls'),
        done(),
      ],
    ],
    want: { text: '', reason: 'tool-calls' },
  },
  {
    fault: 'heartbeats without data, and in words',
    scripts: [[raw('data:\n\n'), raw('event: ping\n\n'), raw(': ping\n\n'), raw('data: ping\n\n'), ...hello]],
    want: { text: helloWorld, reason: 'stop' },
  },
  {
    fault: 'half an event in the middle of an answer',
    scripts: [[text('Hello'), raw('data: {"choi\n\n'), text('!'), finish(), done()]],
    want: { text: 'Hello', reason: 'truncated', kind: 'malformed' },
  },

  // Silence.
  {
    fault: 'no connection at all',
    scripts: [],
    rig: { neverSent: true, fetch: neverAnswers },
    options: once,
    first: (scene) => advanceWhenPending(scene, 1, 5_100),
    want: { text: '', reason: 'error', kind: 'connect-timeout' },
  },
  {
    fault: 'a port where nobody listens',
    scripts: [],
    start: { endpoint: { baseURL: 'http://127.0.0.1:9/v1' } },
    want: { text: '', reason: 'error', kind: 'connection', attempts: 3, waits: [0.25, 0.5] },
  },
  {
    fault: 'no headers',
    scripts: [[hang()]],
    options: once,
    first: advanceWhenAsked(301_000),
    want: { text: '', reason: 'error', kind: 'first-token-timeout' },
  },
  {
    fault: 'headers, then nothing',
    scripts: [[head(200), hang()]],
    options: once,
    first: advanceWhenAsked(301_000),
    want: { text: '', reason: 'error', kind: 'first-token-timeout' },
  },
  {
    fault: 'a slow first token, then all is well',
    scripts: [[hang()], hello],
    first: advanceWhenAsked(301_000),
    want: { text: helloWorld, reason: 'stop', attempts: 2, waits: [0.25] },
  },
  {
    fault: 'silence after text',
    scripts: [
      [text('Hello'), hang()],
      [text(' world'), finish(), done()],
    ],
    at: advanceOn('text', 61_000),
    want: { text: helloWorld, reason: 'stop', attempts: 2, seams: 1 },
  },
  {
    fault: 'silence after text, without resumes',
    scripts: [[text('Hello'), hang()]],
    options: once,
    at: advanceOn('text', 61_000),
    want: { text: 'Hello', reason: 'truncated', kind: 'stall' },
  },
  {
    fault: 'the computer sleeps in the middle',
    scripts: [[text('Hello'), hang()]],
    options: once,
    at: (seen, { clock }) => {
      if (seen.type === 'text') {
        clock.sleep(600_000);
        clock.advance(11_000);
      }
    },
    want: { text: 'Hello', reason: 'truncated', kind: 'connection' },
  },

  // Cancelling, in every phase.
  {
    fault: 'a cancel before the headers',
    scripts: [[hang()]],
    first: async ({ server, stream }) => {
      await server.arrived(0);
      stream.stop();
    },
    want: { text: '', reason: 'cancelled' },
  },
  { fault: 'a cancel after text', scripts: [[text('Hello'), hang()]], at: cancelOn('text'), want: { text: 'Hello', reason: 'cancelled' } },
  {
    fault: 'a cancel while waiting to retry',
    scripts: [[...status(500)]],
    at: cancelOn('wait'),
    want: { text: '', reason: 'cancelled', waits: [0.25] },
  },
  {
    fault: 'a cancel twice',
    scripts: [[text('Hello'), hang()]],
    at: (seen, { stream }) => {
      if (seen.type === 'text') {
        stream.stop();
        stream.stop();
      }
    },
    want: { text: 'Hello', reason: 'cancelled' },
  },
  {
    fault: 'a cancel while continuing',
    scripts: [[text('Hello'), drop()], [hang()]],
    first: async ({ server, stream }) => {
      await server.arrived(1);
      stream.stop();
    },
    want: { text: 'Hello', reason: 'cancelled', attempts: 2 },
  },

  // Limits and triggers.
  {
    fault: 'a limit of characters, inside an emoji',
    scripts: [[text('ab🙂cd'), hang()]],
    options: { limits: { maxCharacters: 3 } },
    want: { text: 'ab', reason: 'limit', stoppedBy: { limit: 'maxCharacters', value: 3 } },
  },
  {
    fault: 'a limit of lines',
    scripts: [[text('one\ntwo\nthree'), hang()]],
    options: { limits: { maxLines: 2 } },
    want: { text: 'one\ntwo', reason: 'limit', stoppedBy: { limit: 'maxLines', value: 2 } },
  },
  {
    fault: 'a limit of seconds',
    scripts: [[text('Hello'), hang()]],
    options: { limits: { maxSeconds: 10 } },
    at: advanceOn('text', 10_100),
    want: { text: 'Hello', reason: 'limit', stoppedBy: { limit: 'maxSeconds', value: 10 } },
  },
  {
    fault: 'a limit of seconds while waiting to retry',
    scripts: [[...status(429, error('slow'), { 'retry-after': '50' })]],
    options: { limits: { maxSeconds: 10 } },
    want: { text: '', reason: 'limit', waits: [50], stoppedBy: { limit: 'maxSeconds', value: 10 } },
  },
  {
    fault: 'a model that repeats itself without end',
    scripts: [[...Array.from({ length: 700 }, () => text('again and ')), hang()]],
    want: { text: 'again and '.repeat(410).slice(0, 4096), reason: 'limit', stoppedBy: { limit: 'stopRepetition' } },
  },
  {
    fault: 'a trigger that stops',
    scripts: [[text('Hello ST'), text('OP and more'), hang()]],
    options: { triggers: [{ name: 'halt', on: 'text', match: 'STOP', action: 'stop' }] },
    want: { text: 'Hello STOP', reason: 'trigger', stoppedBy: { trigger: 'halt', match: 'STOP' } },
  },
];

async function neverAnswers(_url: unknown, init?: RequestInit): Promise<Response> {
  return new Promise((_, reject) => {
    init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
  });
}

it.each(rows.map((row) => [row.fault, row] as const))('%s', async (_, row) => {
  await using server = await fakeServer();
  for (const script of row.scripts) server.next(script);
  const clock = new TestClock();
  const { start, gate } = rig({ clock, ...row.rig });
  const stream = start(server.url, { ...row.start, ...(row.options === undefined ? {} : { options: row.options }) });
  const scene: Scene = { clock, server, stream };
  void row.first?.(scene);
  const events = await collect(stream, (seen) => {
    row.at?.(seen, scene);
    // Behind the answer's own handling of the event: it begins to wait after it has said so.
    if (seen.type === 'wait') queueMicrotask(() => clock.advance(seen.seconds * 1000));
  });
  const end = endOf(events);
  const { attempts = 1, waits = [], seams = 0, kind, status: code, ...want } = row.want;
  expect({
    text: end.text,
    reason: end.reason,
    attempts: events.filter((seen) => seen.type === 'start').length,
    waits: events.flatMap((seen) => (seen.type === 'wait' ? [seen.seconds] : [])),
    seams: events.filter((seen) => seen.type === 'seam').length,
    kind: end.error?.kind,
    status: end.error?.status,
    stoppedBy: end.stoppedBy,
    problems: problemsOf(events),
  }).toEqual({ ...want, attempts, waits, seams, kind, status: code, problems: [] });
  // Nothing stays behind: no socket in use, no place in the pool, no timer.
  clock.advance(1_000);
  await server.idle();
  await expect.poll(() => gate.stats().reduce((sum, origin) => sum + origin.active + origin.queued, 0)).toBe(0);
  expect(clock.pending).toBe(0);
});

it('has at least forty rows', () => {
  expect(rows.length).toBeGreaterThanOrEqual(40);
});

it('sums what all attempts have cost', async () => {
  await using server = await fakeServer();
  server.next(text('Hello'), usage(10, 1), drop());
  server.next(text(' world'), finish(), usage(14, 2), done());
  const events = await collect(rig().start(server.url));
  const paidAgain = { prompt: 14, completion: 0 };
  expect(endOf(events).usage).toEqual({ prompt: 24, completion: 3, total: 27, paidAgain, estimated: false, attempts: 2 });
});
