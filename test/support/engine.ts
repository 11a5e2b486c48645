// The engine for tests: real fetch to a loopback server, with the test's own clock and random numbers.
import type { StreamEvent, StreamOptions } from '../../src/api.ts';
import { type Clock, systemClock } from '../../src/core/request/clock.ts';
import { Engine } from '../../src/core/answer/engine.ts';
import { ConnectionLimiter } from '../../src/core/request/connectionLimiter.ts';
import type { EndEvent, Job, LiveStream, StreamSettings } from '../../src/core/answer/liveStream.ts';
import type { AnswerStream } from '../../src/core/answer/answerStream.ts';
import type { Encoding } from '../../src/core/tokens/tokenCounter.ts';
import { createProvider } from '../../src/core/provider/protocols.ts';
import type { ChatRequest, Endpoint, EndpointMemory, Provider } from '../../src/core/provider/provider.ts';
import { mergeSettings } from '../../src/core/answer/mergeSettings.ts';
import { PatternCompiler } from '../../src/node/patterns.ts';
import type { UndiciEvents } from '../../src/node/undiciEvents.ts';

export const defaults: StreamSettings = {
  limits: {},
  triggers: [],
  retry: { maxAttempts: 3, maxWaitSeconds: 60, maxResumes: 3, continueOnLength: false },
  timeouts: { connectSeconds: 5, firstTokenSeconds: 300, idleSeconds: 60 },
  bufferMaxDeltas: 100,
};

export interface Rig {
  readonly engine: Engine;
  readonly gate: ConnectionLimiter;
  start(url: string, how?: Start): AnswerStream;
}

export interface Start {
  readonly options?: StreamOptions;
  readonly request?: Partial<ChatRequest>;
  readonly endpoint?: Partial<Endpoint>;
  readonly memory?: EndpointMemory;
  readonly partial?: string;
  readonly reasoned?: number;
  readonly replayed?: true;
  readonly job?: Partial<Job>;
}

export interface RigOptions {
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly maxConnections?: number;
  readonly encoding?: Encoding;
  readonly fetch?: typeof globalThis.fetch;
  readonly client?: Provider;
  readonly ran?: (trigger: string) => void;
  readonly tooSlow?: (trigger: string) => void;
  /** The runtime never reports a request as sent, as if no connection could be opened. */
  readonly neverSent?: boolean;
  /** Reports a request as sent; without it, a request counts as sent immediately. */
  readonly sockets?: UndiciEvents;
}

export function rig(options: RigOptions = {}): Rig {
  const { clock = systemClock, random = () => 0.5, maxConnections = 1000, encoding, ran } = options;
  const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const gate = new ConnectionLimiter(() => maxConnections, clock);
  const engine = new Engine({
    client: options.client ?? createProvider(fetch, clock.wall),
    clock,
    gate,
    random,
    encoding: () => encoding,
    watchSent: (origin, sent) => {
      if (options.sockets !== undefined) return options.sockets.watchSent(origin, sent);
      if (options.neverSent !== true) sent();
      return () => undefined;
    },
    runCommand: (trigger) => ran?.(trigger.name),
    compilePattern: new PatternCompiler().compile,
    tooSlow: (trigger) => options.tooSlow?.(trigger.name),
  });
  return {
    engine,
    gate,
    start: (url, how = {}) =>
      engine.start(
        {
          endpoint: { id: 'test', name: 'Test', baseURL: url, continuation: 'ask', ...how.endpoint },
          memory: how.memory ?? {},
          request: { model: 'fake', messages: [{ role: 'user', content: 'Go.' }], ...how.request },
          ...(how.partial === undefined ? {} : { partial: how.partial }),
          ...(how.replayed === undefined ? {} : { replayed: how.replayed }),
          ...(how.reasoned === undefined ? {} : { reasoned: how.reasoned }),
          ...how.job,
        },
        mergeSettings(defaults, how.options ?? {}),
      ),
  };
}

/** Reads all events. `onEvent` may act on one, for example by advancing the clock. */
export async function collect(stream: LiveStream, onEvent: (event: StreamEvent) => void = () => undefined): Promise<StreamEvent[]> {
  const reader = stream.tape.read({ pacing: true });
  const events: StreamEvent[] = [];
  while (!reader.finished) {
    for (const event of reader.take()) {
      events.push(event);
      onEvent(event);
    }
    await reader.more();
  }
  return events;
}

export function endOf(events: readonly StreamEvent[]): EndEvent {
  const last = events.at(-1);
  if (last?.type !== 'end') throw new Error(`The last event is ${last?.type}.`);
  return last;
}

/** Invariants of every stream. */
export function problemsOf(events: readonly StreamEvent[]): string[] {
  const problems: string[] = [];
  const ends = events.filter((event) => event.type === 'end');
  if (ends.length !== 1 || events.at(-1)?.type !== 'end') problems.push(`${ends.length} ends, the last event is ${events.at(-1)?.type}`);
  const joined = events.map((event) => (event.type === 'text' ? event.text : '')).join('');
  if (joined !== ends[0]?.text) problems.push('the texts do not join to the end’s text');
  if (/[\ud800-\udbff]$/.test(joined)) problems.push('the text ends in half a character');
  return problems;
}

/** Runs waits between attempts 20 times faster. */
export const hurried: Clock = {
  now: () => systemClock.now() * 20,
  wall: () => systemClock.wall(),
  // The silence after a finish reason is not shortened, because a busy machine may be that slow.
  timer: (ms, fire) => systemClock.timer(ms < 5_000 ? ms / 20 : ms, fire),
};

/** A clock that the test advances. */
export class TestClock implements Clock {
  #now = 0;
  #slept = 0;
  #timers = new Set<{ readonly at: number; readonly fire: () => void }>();

  now = (): number => this.#now;
  wall = (): number => 1_760_000_000_000 + this.#now + this.#slept;

  timer = (ms: number, fire: () => void): (() => void) => {
    const timer = { at: this.#now + ms, fire };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** Number of pending timers. */
  get pending(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const next = [...this.#timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.fire();
    }
    this.#now = until;
  }

  /** The computer sleeps: only the wall clock advances, not the monotonic clock or the timers. */
  sleep(ms: number): void {
    this.#slept += ms;
  }
}

/** Runs `work` for each item, with limited concurrency. */
export async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
