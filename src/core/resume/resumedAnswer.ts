/**
 * One attempt to continue an interrupted answer: requests the rest, joins it to the delivered text, and remembers which way
 * the server understands. The start of the rest is held back until it is clear where it fits.
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

/** The request of the interrupted answer. */
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
  /** Called with new text and the repeated text before it; an empty `rest` means that nothing was new. */
  readonly joined: (repeated: string, rest: string) => void;
}

export class ResumedAnswer {
  readonly #context: ResumeContext;
  /** The part of the delivered text that is sent to the server. */
  readonly #old: string;
  /** The white space after that part, which the continuation may repeat. */
  #gap: string;
  /** Received text that repeats delivered text. */
  #repeated = '';
  readonly #way: Continuation;
  readonly #ports: ResumePorts;
  readonly #signal: AbortSignal;
  /** Defined while the start of the continuation is held back. */
  #overlap: OverlapFinder | undefined;
  #asking: Promise<void> | undefined;
  #startedOver = false;
  #unplaced = false;

  /**
   * @param old the text delivered so far
   * @param openFence the code block that `old` ends in; see OverlapFinder
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

  /** Returns false once the join is complete; the text is then new and left to the caller. */
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

  /** Defined during a probe; resolves when reading may continue. */
  get asking(): Promise<void> | undefined {
    return this.#asking;
  }

  /** Whether the server sent a different answer from the start. */
  get startedOver(): boolean {
    return this.#startedOver;
  }

  /** Whether the place of the continuation is unknown because all probes broke off. */
  get unplaced(): boolean {
    return this.#unplaced;
  }

  /** Ends the continuation; resolves when all held-back text is joined. */
  async end({ type }: AttemptEnd): Promise<void> {
    const overlap = this.#overlap;
    if (overlap !== undefined && !this.#signal.aborted) {
      // An interrupted head may be the start of a repetition, so it cannot be placed. The next attempt delivers it again.
      if (this.#asking === undefined && overlap.head !== '' && type !== 'finished') this.#join(overlap, overlap.head.length);
      else if (this.#asking === undefined && overlap.head !== '') this.#take(overlap, overlap.end());
      await this.#asking;
    }
    this.#overlap = undefined;
  }

  /** Remembers the way that worked. Returns true if it did not, so that the server is asked with a message from now on. */
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

  /** Passes new text on, without white space that was already delivered. */
  #pass(text: string): void {
    let same = 0;
    while (same < text.length && text[same] === this.#gap[same]) same++;
    this.#repeated += text.slice(0, same);
    this.#gap = same === text.length ? this.#gap.slice(same) : '';
    this.#ports.joined(this.#repeated, text.slice(same));
    this.#repeated = '';
  }

  /** Finds the right cut with a second, short request. */
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
 * Whether the server rejects requests that end with an assistant message. Some servers report that as a server error, which
 * only their message tells apart.
 */
function refused(end: AttemptEnd): boolean {
  if (end.type !== 'failed') return false;
  const { kind, status, message } = end.failure;
  return kind === 'bad-request' || (kind === 'server' && status !== undefined && ofTheLastMessage.test(message));
}

const ofTheLastMessage = /assistant (?:message|response|turn)|pre-?fill|last message|final message|generation prompt|conversation roles/i;
