/**
 * One request whose answer the server keeps, over as many connections as it takes: after a break the rest is read by the same
 * decoder, so that nothing is asked for twice and no seam arises. Of an answer that no server keeps it is one attempt.
 */
import type { ErrorKind } from '../../api.ts';
import type { Failure } from '../provider/failures/failure.ts';
import type { Decoder, KeptAnswer, Opened, OpenedAnswer, Rejoined, StopResult } from '../provider/provider.ts';
import { attempt, type AttemptEnd, type AttemptPorts, type AttemptResult } from '../request/attempt.ts';

export interface RejoiningPorts extends AttemptPorts {
  /** An answer of an earlier session, which is read again in place of `open`. */
  readonly known?: KeptAnswer;
  /** The server keeps the answer, under this handle. Called before the first delta. */
  readonly keeps: (handle: string) => void;
  /** Waits before the rest is asked for. */
  readonly wait: (cause: ErrorKind, ms: number) => Promise<void>;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Whether the signal means that the answer is left, and the server writes on. */
  readonly leaves: () => boolean;
}

/** `unreachable`: the server may still have it. `lost`: the server does not have it any more. */
export type MissingRest =
  | { readonly type: 'unreachable'; readonly kept: KeptAnswer }
  | { readonly type: 'lost'; readonly failure: Failure };

export interface RejoiningResult extends Pick<AttemptResult, 'end' | 'drained'> {
  /** Why the rest of a kept answer was not read. */
  readonly missing?: MissingRest;
  /** What the server made of being told to stop. */
  readonly stop?: StopResult;
}

/** The rest is asked for until no connection has brought anything for this long. */
const patienceMs = 120_000;
/** The same for an answer of which nothing has come: the server may never have got the request. */
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
  /** Of the current connection, once it is open. */
  #opened: OpenedAnswer | undefined;
  #decoderOf: OpenedAnswer['decoder'] | undefined;
  #decoder: Decoder | undefined;
  #lost: Failure | undefined;
  #laterMs: number | undefined;
  /** How the last connection broke that was open. */
  #break: AttemptEnd = { type: 'cut' };
  /** Connections in a row that brought nothing. */
  #fruitless = 0;
  #progressAt: number;
  kept: KeptAnswer | undefined;
  /** What came of a stop while the request was on its way. */
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
        // However long the request took before it broke.
        this.#progressAt = clock.now();
      }
      // The server has named a finish reason, and nothing has followed it.
      if (this.#decoder?.state === 'finished' && this.#fruitless > 0 && end.type === 'cut') return this.#giveUp({ end, drained });
      if (this.#lost !== undefined) return this.#giveUp({ end: this.#break, drained, missing: { type: 'lost', failure: this.#lost } });
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
        this.#lost = opened.failure;
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
    // What has flowed a moment ago is asked for at once.
    const backOffMs = this.#fruitless === 0 ? 0 : most * (0.5 + random() / 2);
    const ms = this.#laterMs ?? failure?.retryAfterMs ?? backOffMs;
    if (ms > 0) await wait(failure?.kind ?? 'connection', ms);
  }

  /** What the decoder has held back is part of the answer. */
  async #giveUp(result: RejoiningResult): Promise<RejoiningResult> {
    const decoder = this.#decoderOf;
    if (decoder === undefined) return result;
    const nothing = async (): Promise<Opened> => ({ type: 'opened', body: new Response('').body!, decoder });
    const { end } = await attempt({ ...this.#ports, open: nothing }, this.#signal);
    return { ...result, end: end.type === 'cut' ? result.end : end };
  }
}

/** The server must not write on: the answer was stopped, or what came of it is not what had come before. */
function isUnwanted(end: AttemptEnd): boolean {
  if (end.type === 'finished') return end.endedHere === true;
  return end.type === 'cancelled' || end.type === 'halted' || (end.type === 'failed' && end.failure.kind === 'malformed');
}

/** Asking again would be answered the same. */
function isHopeless(end: AttemptEnd): boolean {
  if (end.type !== 'failed') return false;
  return end.failure.shouldRetry === false || ['auth', 'quota', 'bad-request', 'malformed'].includes(end.failure.kind);
}
