/**
 * One try at going on with an answer that broke off: the request for the rest, the join of what comes to what was
 * delivered, and what this teaches about the server.
 */
import type { ChatRequest, Provider, Continuation } from '../provider/provider.ts';
import type { AttemptEnd } from '../request/attempt.ts';
import type { Clock } from '../request/clock.ts';
import { continuationFor, continueRequest } from './continuation.ts';
import type { ConnectionLimiter } from '../request/connectionLimiter.ts';
import type { Job } from '../answer/liveStream.ts';
import { Joiner } from './joiner.ts';
import { probeOverlap } from './overlapProbe.ts';
import { OverlapFinder } from './overlap.ts';
import type { AttemptMeter } from '../tokens/usageMeter.ts';
import type { Timeouts } from '../request/timeouts.ts';

export interface ResumePorts {
  readonly client: Provider;
  readonly clock: Clock;
  readonly gate: ConnectionLimiter;
  readonly timeouts: Timeouts;
  readonly begin: (messages: ChatRequest['messages']) => AttemptMeter;
  /** New text, behind `drop` repeated characters at its head; called once. */
  readonly joined: (drop: number, rest: string) => void;
}

export class ResumedAnswer {
  readonly #job: Job;
  readonly #old: string;
  readonly #way: Continuation;
  readonly #ports: ResumePorts;
  readonly #signal: AbortSignal;
  /** While the head of the continued answer is held back. */
  #joiner: Joiner | undefined;
  #startedOver = false;

  /**
   * @param old the answer as far as it was delivered
   * @param openFence the code block that `old` ends in, see Seam
   */
  constructor(job: Job, old: string, openFence: string | undefined, ports: ResumePorts, signal: AbortSignal) {
    this.#job = job;
    this.#old = old;
    this.#way = continuationFor(job.endpoint, job.memory);
    this.#ports = ports;
    this.#signal = signal;
    this.#joiner = new Joiner(new OverlapFinder(old, openFence), {
      ask: (drops) => this.#ask(drops),
      joined: (drop, rest) => {
        this.#joiner = undefined;
        if (!signal.aborted && rest !== '') ports.joined(drop, rest);
      },
      startedOver: () => {
        this.#startedOver = true;
      },
    });
  }

  /** The request for the rest. */
  request(whole: ChatRequest): ChatRequest {
    return continueRequest(whole, this.#old, this.#way);
  }

  /** False when the join is made already: then this is new text, and the caller's. */
  push(text: string): boolean {
    if (this.#joiner === undefined) return false;
    this.#joiner.push(text);
    return true;
  }

  /** Resolves when the network may be read on; undefined while it may. */
  get asking(): Promise<void> | undefined {
    return this.#joiner?.asking;
  }

  /** The server gave another answer from the start. */
  get startedOver(): boolean {
    return this.#startedOver;
  }

  /** The continued answer is over, maybe while its head was still held; resolves when what it brought has been joined. */
  async end(): Promise<void> {
    if (!this.#signal.aborted) await this.#joiner?.end();
    this.#joiner = undefined;
  }

  /** Remembers the way that worked. True when this one did not work, so that the server is asked by a message from now on. */
  learn(end: AttemptEnd, gained: boolean): boolean {
    const { memory } = this.#job;
    if (gained) memory.continuation = this.#way;
    if (gained || this.#way === 'ask' || !(this.#startedOver || refused(end))) return false;
    memory.continuation = 'ask';
    return true;
  }

  /** Finds out by a second, short request which of the possible cuts is right. */
  async #ask(drops: readonly number[]): Promise<number | undefined> {
    const { endpoint, memory, request } = this.#job;
    const { client, clock, gate, timeouts, begin } = this.#ports;
    const place = gate.tryEnter(endpoint.baseURL, this.#job.request.byProgram === true ? 'program' : 'person');
    if (place === undefined) return undefined;
    try {
      const question = { endpoint, memory, request, way: this.#way, old: this.#old, drops };
      return await probeOverlap({ client, clock, timeouts, begin }, question, this.#signal);
    } finally {
      place.leave();
    }
  }
}

/** A request that the server understood and did not want: its reply to a request that ends with an assistant message. */
function refused(end: AttemptEnd): boolean {
  return end.type === 'failed' && end.failure.kind === 'bad-request';
}
