/**
 * One attempt to continue an answer that broke off: the request for the rest, the join of what comes to what was
 * delivered, and what this shows about the server. The head of what comes is held back until it is clear where it fits.
 */
import { continuablePart } from '../provider/protocols.ts';
import type { ChatRequest, Continuation, Endpoint, EndpointMemory, Provider } from '../provider/provider.ts';
import type { AttemptEnd } from '../request/attempt.ts';
import type { Clock } from '../request/clock.ts';
import { continuationFor, continueRequest } from './continuation.ts';
import type { ConnectionLimiter } from '../request/connectionLimiter.ts';
import { probeOverlap } from './overlapProbe.ts';
import { OverlapFinder, type OverlapVerdict } from './overlap.ts';
import type { AttemptMeter } from '../tokens/usageMeter.ts';
import type { Timeouts } from '../request/timeouts.ts';

/** The answer that broke off: what was asked, and where. */
export interface ResumeContext {
  readonly endpoint: Endpoint;
  readonly memory: EndpointMemory;
  readonly request: ChatRequest;
}

export interface ResumePorts {
  readonly client: Provider;
  readonly clock: Clock;
  readonly gate: ConnectionLimiter;
  readonly timeouts: Timeouts;
  readonly begin: (messages: ChatRequest['messages']) => AttemptMeter;
  /** New text, after what it repeats at its head. Without new text, all that came was of no use. */
  readonly joined: (repeated: string, rest: string) => void;
}

export class ResumedAnswer {
  readonly #context: ResumeContext;
  /** The part of the answer that is sent back to the server. */
  readonly #old: string;
  /** The white space that stands after that: what comes may begin with it. */
  #gap: string;
  /** What has come and stands there already. */
  #repeated = '';
  readonly #way: Continuation;
  readonly #ports: ResumePorts;
  readonly #signal: AbortSignal;
  /** While the head of the continued answer is held back. */
  #overlap: OverlapFinder | undefined;
  #asking: Promise<void> | undefined;
  #startedOver = false;
  #unplaced = false;

  /**
   * @param old the answer as far as it was delivered
   * @param openFence the code block that `old` ends in, see OverlapFinder
   */
  constructor(context: ResumeContext, old: string, openFence: string | undefined, ports: ResumePorts, signal: AbortSignal) {
    this.#context = context;
    this.#way = continuationFor(context.endpoint, context.memory);
    this.#old = continuablePart(context.endpoint, this.#way, old);
    this.#gap = old.slice(this.#old.length);
    this.#ports = ports;
    this.#signal = signal;
    this.#overlap = new OverlapFinder(this.#old, openFence, this.#way === 'ask');
  }

  /** The request for the rest. */
  request(whole: ChatRequest): ChatRequest {
    return continueRequest(whole, this.#old, this.#way);
  }

  /** False when the join is made already: then this is new text, and the caller's. */
  push(text: string): boolean {
    const overlap = this.#overlap;
    if (overlap === undefined && this.#gap === '') return false;
    if (overlap === undefined) {
      this.#pass(text);
      return true;
    }
    const verdict = overlap.push(text);
    if (this.#asking === undefined) this.#take(overlap, verdict);
    return true;
  }

  /** While the server is asked where the answer fits: resolves when the network may be read on. */
  get asking(): Promise<void> | undefined {
    return this.#asking;
  }

  /** The server gave another answer from the start. */
  get startedOver(): boolean {
    return this.#startedOver;
  }

  /** The connections for the question where the answer fits all broke. */
  get unplaced(): boolean {
    return this.#unplaced;
  }

  /** The continued answer is over, maybe while its head was still held; resolves when what it brought has been joined. */
  async end({ type }: AttemptEnd): Promise<void> {
    const overlap = this.#overlap;
    if (overlap !== undefined && !this.#signal.aborted) {
      // A head that broke off may be the beginning of a repetition, and shows no place to join it at; it comes again.
      if (this.#asking === undefined && overlap.head !== '' && type !== 'finished') this.#join(overlap, overlap.head.length);
      else if (this.#asking === undefined && overlap.head !== '') this.#take(overlap, overlap.end());
      await this.#asking;
    }
    this.#overlap = undefined;
  }

  /** Remembers the way that worked. True when this one did not work, so that the server is asked by a message from now on. */
  learn(end: AttemptEnd, gained: boolean): boolean {
    const { memory } = this.#context;
    if (gained) memory.continuation = this.#way;
    if (gained || this.#way === 'ask' || !(this.#startedOver || refused(end))) return false;
    memory.continuation = 'ask';
    return true;
  }

  #take(overlap: OverlapFinder, verdict: OverlapVerdict): void {
    switch (verdict.type) {
      case 'hold':
        return;
      case 'join':
        this.#join(overlap, verdict.drop);
        return;
      case 'unclear':
        this.#asking = this.#ask(verdict.drops).then((found) => {
          this.#unplaced = found === 'unreachable';
          this.#join(overlap, found === 'unreachable' ? overlap.head.length : (found ?? verdict.likely));
        });
        return;
      case 'different':
        this.#startedOver = true;
        return;
      default:
        verdict satisfies never;
    }
  }

  #join(overlap: OverlapFinder, drop: number): void {
    const { head } = overlap;
    this.#overlap = undefined;
    this.#asking = undefined;
    if (this.#signal.aborted) return;
    this.#repeated = head.slice(0, drop);
    if (drop === head.length) this.#ports.joined(this.#repeated, '');
    else this.#pass(head.slice(drop));
  }

  /** New text, but for the white space that was there before it. */
  #pass(text: string): void {
    let same = 0;
    while (same < text.length && text[same] === this.#gap[same]) same++;
    this.#repeated += text.slice(0, same);
    this.#gap = same === text.length ? this.#gap.slice(same) : '';
    this.#ports.joined(this.#repeated, text.slice(same));
    this.#repeated = '';
  }

  /** Finds out by a second, short request which of the possible cuts is right. */
  async #ask(drops: readonly number[]): Promise<number | 'unreachable' | undefined> {
    const { endpoint, memory, request } = this.#context;
    const { client, clock, gate, timeouts, begin } = this.#ports;
    const place = gate.tryEnter(endpoint.baseURL, request.byProgram === true ? 'program' : 'person');
    if (place === undefined) return undefined;
    try {
      const question = { endpoint, memory, request, way: this.#way, old: this.#old, drops };
      return await probeOverlap({ client, clock, timeouts, begin }, question, this.#signal);
    } finally {
      place.leave();
    }
  }
}

/**
 * A request that the server understood and did not want: its reply to a request that ends with an assistant message. Some
 * servers call that an error of their own, and only their words tell it from one.
 */
function refused(end: AttemptEnd): boolean {
  if (end.type !== 'failed') return false;
  const { kind, status, message } = end.failure;
  return kind === 'bad-request' || (kind === 'server' && status !== undefined && ofTheLastMessage.test(message));
}

const ofTheLastMessage = /assistant (?:message|response|turn)|pre-?fill|last message|final message|generation prompt|conversation roles/i;
