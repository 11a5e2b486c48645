/**
 * One request over as many connections as it takes, if the server keeps the answer: after a break, the same decoder reads the
 * rest, so that nothing is requested twice and there is no seam. If the server keeps nothing, this is a single attempt.
 */
import type { ErrorKind } from '../../api.ts';
import type { Decoder, KeptAnswer, Opened, OpenedAnswer, Rejoined, StopResult } from '../provider/provider.ts';
import { attempt, type AttemptEnd, type AttemptPorts, type AttemptResult } from '../request/attempt.ts';

export interface RejoiningPorts extends AttemptPorts {
  /** An answer of an earlier session; its rest is read, and `open` is not called. */
  readonly known?: KeptAnswer;
  /** Called before the first delta if the server keeps the answer. */
  readonly keeps: (handle: string) => void;
  /** Waits before the rest is requested. */
  readonly wait: (cause: ErrorKind, ms: number) => Promise<void>;
  /** Returns a number in [0, 1). */
  readonly random: () => number;
  /** Whether an abort only stops reading: the server continues to write the answer. */
  readonly leaves: () => boolean;
}

/** Why the rest is missing. `unreachable`: the server may still have it. `lost`: the server no longer has it. */
export type MissingRest = { readonly type: 'unreachable'; readonly kept: KeptAnswer } | { readonly type: 'lost' };

export interface RejoiningResult extends Pick<AttemptResult, 'end' | 'drained'> {
  readonly missing?: MissingRest;
  /** The server's response to a stop request. */
  readonly stop?: StopResult;
}

/** The rest is given up once no connection has delivered anything for this long. */
const patienceMs = 120_000;
/** The same before anything has arrived: the server may never have received the request. */
const firstPatienceMs = 10_000;
const firstWaitMs = 250;
const longestWaitMs = 5_000;

/** Never rejects. */
export async function rejoiningAttempt(ports: RejoiningPorts, signal: AbortSignal): Promise<RejoiningResult> {
  const run = new RejoiningAttempt(ports, signal);
  const result = await run.end();
  if (!isUnwanted(result.end) || ports.leaves()) return result;
  const stop = run.stop ?? (await run.kept?.stop());
  return stop === undefined ? result : { ...result, stop };
}

class RejoiningAttempt {
  readonly #ports: RejoiningPorts;
  readonly #signal: AbortSignal;
  /** The current connection, once it is open. */
  #opened: OpenedAnswer | undefined;
  #decoderOf: OpenedAnswer['decoder'] | undefined;
  #decoder: Decoder | undefined;
  #isLost = false;
  #laterMs: number | undefined;
  /** How the last open connection ended. */
  #break: AttemptEnd = { type: 'cut' };
  /** Consecutive connections that delivered nothing. */
  #fruitless = 0;
  #progressAt: number;
  kept: KeptAnswer | undefined;
  /** The result of a stop while the request was on its way. */
  stop: StopResult | undefined;

  constructor(ports: RejoiningPorts, signal: AbortSignal) {
    this.#ports = ports;
    this.#signal = signal;
    this.#progressAt = ports.clock.now();
    this.#keep(ports.known);
  }

  async end(): Promise<RejoiningResult> {
    for (;;) {
      const before = this.kept?.cursor;
      this.#opened = undefined;
      this.#laterMs = undefined;
      const ports = { ...this.#ports, open: (own: AbortSignal, sent: () => void) => this.#open(own, sent) };
      const { end, drained, unfinished } = await attempt(ports, this.#signal);
      const { kept } = this;
      const isOpen = unfinished || (end.type === 'failed' && this.#opened === undefined);
      if (kept === undefined || !isOpen) return { end, drained };
      if (unfinished) this.#break = end;
      const { clock } = this.#ports;
      if (kept.cursor !== before || this.#laterMs !== undefined) {
        this.#fruitless = 0;
        this.#progressAt = clock.now();
      } else if (this.#fruitless++ === 0 && this.#decoderOf === undefined) {
        // The time that the request took before it broke does not count.
        this.#progressAt = clock.now();
      }
      // The server has sent a finish reason and nothing after it.
      if (this.#decoder?.state === 'finished' && this.#fruitless > 0 && end.type === 'cut') return this.#giveUp({ end, drained });
      if (this.#isLost) return this.#giveUp({ end: this.#break, drained, missing: { type: 'lost' } });
      if (isHopeless(end) || clock.now() - this.#progressAt > this.#patienceMs) {
        return this.#giveUp({ end, drained, missing: { type: 'unreachable', kept } });
      }
      await drained;
      await this.#wait(end);
      if (this.#signal.aborted) return { end: { type: 'cancelled' }, drained: Promise.resolve() };
    }
  }

  get #patienceMs(): number {
    return this.#decoderOf === undefined && this.#ports.known === undefined ? firstPatienceMs : patienceMs;
  }

  async #open(own: AbortSignal, sent: () => void): Promise<Opened> {
    if (this.kept === undefined) return this.#take(await this.#ports.open(own, sent));
    sent();
    return this.#take(await this.kept.rejoin(own));
  }

  #take(opened: Rejoined): Opened {
    switch (opened.type) {
      case 'opened':
        this.#opened = opened;
        this.#decoderOf = opened.decoder.bind(opened);
        this.#keep(opened.kept);
        return { ...opened, decoder: (sink) => (this.#decoder = opened.decoder(sink)) };
      case 'failed':
        this.#keep(opened.kept);
        this.stop = opened.stop;
        return opened;
      case 'later':
        this.#laterMs = opened.waitMs;
        return { type: 'failed', failure: { kind: 'server', message: '' } };
      case 'lost':
        this.#isLost = true;
        return { type: 'failed', failure: opened.failure };
      default:
        return opened satisfies never;
    }
  }

  #keep(kept: KeptAnswer | undefined): void {
    if (kept === undefined || this.kept !== undefined) return;
    this.kept = kept;
    this.#ports.keeps(kept.handle);
  }

  async #wait(end: AttemptEnd): Promise<void> {
    const { random, wait } = this.#ports;
    const failure = end.type === 'failed' ? end.failure : undefined;
    const most = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.max(0, this.#fruitless - 1));
    // After a connection that delivered something, the next one is tried at once.
    const backOffMs = this.#fruitless === 0 ? 0 : most * (0.5 + random() / 2);
    const ms = this.#laterMs ?? failure?.retryAfterMs ?? backOffMs;
    if (ms > 0) await wait(failure?.kind ?? 'connection', ms);
  }

  /** Flushes the decoder: text that it holds back is part of the answer. */
  async #giveUp(result: RejoiningResult): Promise<RejoiningResult> {
    const decoder = this.#decoderOf;
    if (decoder === undefined) return result;
    const nothing = async (): Promise<Opened> => ({ type: 'opened', body: new Response('').body!, decoder });
    const { end } = await attempt({ ...this.#ports, open: nothing }, this.#signal);
    return { ...result, end: end.type === 'cut' ? result.end : end };
  }
}

/** Whether the server should stop writing: the answer was stopped, or differs from what was delivered before. */
function isUnwanted(end: AttemptEnd): boolean {
  if (end.type === 'finished') return end.endedHere === true;
  return end.type === 'cancelled' || end.type === 'halted' || (end.type === 'failed' && end.failure.kind === 'malformed');
}

/** Whether another request would fail the same way. */
function isHopeless(end: AttemptEnd): boolean {
  if (end.type !== 'failed') return false;
  return end.failure.shouldRetry === false || ['auth', 'quota', 'bad-request', 'malformed'].includes(end.failure.kind);
}
