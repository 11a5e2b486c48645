/**
 * One honest answer: attempts become one row of events on a tape, with exactly one `end`, always last. Retries,
 * resumes and limits are decided here; the network, the clock and the rules are other files'.
 */
import type { EndReason, Limits, StreamError, StreamEvent, Timing, Usage } from '../../api.ts';
import type { ChatRequest, Continuation, Endpoint } from '../wire/client.ts';
import type { Delta } from '../wire/delta.ts';
import { attempt, type AttemptEnd } from './attempt.ts';
import { sleep } from './clock.ts';
import { continuationFor, continueRequest } from './continuation.ts';
import type { EndEvent, Job, LiveStream, Phase, StreamPorts, StreamSettings } from './job.ts';
import { Joiner } from './joiner.ts';
import { judge, type Standing } from './policy.ts';
import { probe } from './probe.ts';
import { Seam } from './seam.ts';
import { Tape } from './tape.ts';
import { TokenCounter } from './tokens.ts';
import { type ToolCall, ToolCalls } from './toolCalls.ts';
import { type AttemptMeter, UsageMeter } from './usage.ts';
import { Watch } from './watch.ts';

/** How long an answer whose time is up may take to finish its sentence or line, if it was given a grace for that. */
const graceMs = 2_000;

export class AnswerStream implements LiveStream {
  readonly job: Job;
  readonly tape: Tape<StreamEvent>;
  /** Resolves with the last event, when the answer has ended and its socket is free. */
  readonly ended: Promise<EndEvent>;
  readonly #settings: StreamSettings;
  readonly #ports: StreamPorts;
  readonly #controller = new AbortController();
  readonly #meter: UsageMeter;
  readonly #watch: Watch;
  /** Tokens of the answer as delivered, for the token limit alone; it costs nothing until it is asked. */
  readonly #delivered: TokenCounter;
  readonly #startedAt: number;
  #text = '';
  #phase: Phase = 'connecting';
  #attempts = 0;
  #resumes = 0;
  #firstTokenAt: number | undefined;
  #waitsMs = 0;
  #halt: 'limit' | 'trigger' | undefined;
  #hasOther = false;
  /** Of the attempt that runs; a retried request makes its calls anew. */
  #calls = new ToolCalls();
  #toolCalls: readonly ToolCall[] = [];
  /** While the head of a continued answer is held back. */
  #joiner: Joiner | undefined;
  #way: Continuation = 'ask';
  #startedOver = false;

  constructor(job: Job, settings: StreamSettings, ports: StreamPorts) {
    this.job = job;
    this.#settings = settings;
    this.#ports = ports;
    this.tape = new Tape(settings.bufferMaxDeltas);
    this.#meter = new UsageMeter(() => ports.encoding(job.request.model));
    this.#delivered = new TokenCounter(() => ports.encoding(job.request.model));
    this.#watch = new Watch({
      limits: settings.limits,
      triggers: settings.triggers,
      tokensWith: (text) => this.#delivered.countWith(text),
    });
    this.#startedAt = ports.clock.now();
    if (job.partial !== undefined) this.#takeUp(job.partial);
    this.ended = this.#run();
  }

  get model(): string {
    return `${this.job.endpoint.id}/${this.job.request.model}`;
  }

  get limits(): Limits {
    return this.#settings.limits;
  }

  /** How often the answer was continued after a break. */
  get resumes(): number {
    return this.#resumes;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** All text delivered so far. */
  get text(): string {
    return this.#text;
  }

  /** The calls of an answer that has ended well; what breaks off in a call gives none. */
  get toolCalls(): readonly ToolCall[] {
    return this.#toolCalls;
  }

  /** Counted as far as the text has come; cheap enough to ask for a few times a second. */
  usage(): Usage {
    return this.#meter.total();
  }

  perAttempt(): ReturnType<UsageMeter['perAttempt']> {
    return this.#meter.perAttempt();
  }

  timing(): Timing {
    const now = this.#ports.clock.now();
    return {
      ...(this.#firstTokenAt === undefined ? {} : { firstTokenMs: this.#firstTokenAt - this.#startedAt }),
      totalMs: now - this.#startedAt,
      waitsMs: this.#waitsMs,
    };
  }

  /** Closes the socket at once; the text so far stays. Twice, or after the end, does nothing. */
  stop(): void {
    this.#controller.abort();
  }

  /** Ends the answer as at a limit of its own; false when it ends already. */
  stopAtLimit(): boolean {
    if (this.#halt !== undefined || this.#phase === 'ended' || this.#controller.signal.aborted) return false;
    this.#halt = 'limit';
    this.#controller.abort();
    return true;
  }

  /** An answer that was begun by another stream: limits, fences and triggers go on from its end. */
  #takeUp(partial: string): void {
    this.#watch.push(partial);
    this.#delivered.push(partial);
    this.#text = partial;
  }

  async #run(): Promise<EndEvent> {
    const { maxSeconds = 0 } = this.#settings.limits;
    const { clock } = this.#ports;
    const timeUp = (): void => {
      this.#halt ??= 'limit';
      this.#controller.abort();
    };
    let offTime = (): void => undefined;
    if (maxSeconds > 0) {
      offTime = clock.timer(maxSeconds * 1000, () => {
        // Only a sentence that is being written can be finished.
        if (this.#phase === 'streaming' && this.#watch.timeUp()) offTime = clock.timer(graceMs, timeUp);
        else timeUp();
      });
    }
    let end: { readonly reason: EndReason; readonly error?: StreamError };
    try {
      end = await this.#attemptAll();
    } catch (bug) {
      // A mistake of ours must not leave a reader waiting for an end that never comes.
      end = { reason: 'error', error: { kind: 'malformed', message: bug instanceof Error ? bug.message : String(bug) } };
    }
    offTime();
    return this.#finish(end.reason, end.error);
  }

  #finish(reason: EndReason, error: StreamError | undefined): EndEvent {
    this.#write(this.#watch.end().events);
    this.#phase = 'ended';
    const end: EndEvent = {
      type: 'end',
      reason,
      text: this.#text,
      usage: this.usage(),
      timing: this.timing(),
      ...(error === undefined ? {} : { error }),
    };
    this.tape.write(end);
    this.tape.end();
    return end;
  }

  async #attemptAll(): Promise<{ readonly reason: EndReason; readonly error?: StreamError }> {
    const { retry } = this.#settings;
    let fruitless = 0;
    let empty = 0;
    let maxTokens = this.job.request.maxTokens;
    for (;;) {
      const before = this.#text.length;
      const resuming = before > 0;
      this.#way = continuationFor(this.job.endpoint, this.job.memory);
      this.#startedOver = false;
      let end = await this.#attempt(this.#request(maxTokens, resuming), resuming);
      if (this.#halt !== undefined) return { reason: this.#halt };

      const gained = this.#text.length > before;
      if (resuming && gained) this.job.memory.continuation = this.#way;
      else if (resuming && this.#way !== 'ask' && (this.#startedOver || refused(end))) {
        // This server does not continue a message of its own; it is asked in words from now on.
        this.job.memory.continuation = 'ask';
        continue;
      }
      if (this.#startedOver && end.type === 'halted') end = { type: 'cut' };
      fruitless = gained ? 0 : fruitless + 1;
      if (end.type === 'finished' && !gained) empty++;
      const standing: Standing = {
        fruitless,
        empty,
        resumes: this.#resumes,
        hasText: this.#text !== '',
        hasOther: this.#hasOther,
      };
      if (this.#startedOver) return { reason: 'truncated' };
      const broke = end.type === 'cut' || end.type === 'failed';
      if (broke && this.#calls.begun && this.#text !== '') {
        // Text can be continued, half a tool call cannot: no server goes on in the middle of its arguments.
        const { failure } = end.type === 'failed' ? end : {};
        return { reason: 'truncated', ...(failure === undefined ? {} : { error: { kind: failure.kind, message: failure.message } }) };
      }
      const verdict = judge(end, standing, retry, this.#ports.random());
      if (verdict.do === 'finish') {
        const whole = verdict.reason === 'stop' || verdict.reason === 'tool-calls' || verdict.reason === 'other';
        if (whole) this.#toolCalls = this.#calls.calls();
        return verdict;
      }
      if (verdict.do === 'resume' && fruitless === 0) this.#resumes++;
      // A slow server is asked for less, but only where somebody has said how much he wants at most.
      if (verdict.cause === 'first-token-timeout' && maxTokens !== undefined) maxTokens = Math.max(1, maxTokens >> 1);
      if (verdict.waitMs > 0) await this.#wait(verdict.cause, verdict.waitMs);
      if (this.#halt !== undefined) return { reason: this.#halt };
      if (this.#controller.signal.aborted) return { reason: 'cancelled' };
    }
  }

  #request(maxTokens: number | undefined, resuming: boolean): ChatRequest {
    const { request } = this.job;
    if (!resuming) return maxTokens === undefined ? request : { ...request, maxTokens };
    const left = maxTokens === undefined ? undefined : Math.max(1, maxTokens - this.#delivered.count());
    const whole = left === undefined ? request : { ...request, maxTokens: left };
    return continueRequest(whole, this.#text, this.#way);
  }

  async #wait(cause: StreamError['kind'], waitMs: number): Promise<void> {
    this.#phase = 'waiting';
    this.tape.write({ type: 'wait', cause, seconds: waitMs / 1000, attempt: this.#attempts + 1 });
    const from = this.#ports.clock.now();
    await sleep(this.#ports.clock, waitMs, this.#controller.signal);
    this.#waitsMs += this.#ports.clock.now() - from;
  }

  async #attempt(request: ChatRequest, resuming: boolean): Promise<AttemptEnd> {
    const { endpoint, memory } = this.job;
    const { clock, client, gate, watchSent } = this.#ports;
    const { signal } = this.#controller;
    this.#phase = 'connecting';
    const origin = originOf(endpoint);
    const place = await gate.enter(origin, signal);
    if (place === undefined) return { type: 'cancelled' };

    this.#attempts++;
    this.#calls = new ToolCalls();
    this.tape.write({ type: 'start', model: this.model, attempt: this.#attempts });
    const meter = this.#meter.begin(request.messages);
    this.#joiner = resuming ? this.#newJoiner(signal) : undefined;
    const { end, drained } = await attempt(
      {
        open: async (own, sent) => {
          const off = watchSent(origin, sent);
          try {
            return await client.open(endpoint, request, memory, own);
          } finally {
            off();
          }
        },
        sink: (delta) => this.#take(delta, meter),
        halted: () => this.#halt !== undefined || this.#startedOver,
        room: (own) => this.#joiner?.asking ?? (this.tape.hasRoom ? undefined : this.tape.room(own)),
        clock,
        timeouts: this.#settings.timeouts,
      },
      signal,
    );
    place.leave(drained);
    // The continued answer may have ended while its head was still held.
    if (!signal.aborted) await this.#joiner?.end();
    this.#joiner = undefined;
    if (meter.fromServer) this.tape.write({ type: 'usage', usage: this.usage() });
    return end;
  }

  #newJoiner(signal: AbortSignal): Joiner {
    return new Joiner(new Seam(this.#text, this.#watch.reopenableFence), {
      ask: (drops) => this.#ask(drops),
      joined: (drop, rest) => {
        if (!signal.aborted) this.#joinAt(drop, rest);
      },
      startedOver: () => {
        this.#startedOver = true;
      },
    });
  }

  #take(delta: Delta, meter: AttemptMeter): void {
    if (this.#halt !== undefined || this.#startedOver) return;
    switch (delta.type) {
      case 'text':
        meter.text(delta.text);
        if (this.#joiner === undefined) this.#deliver(delta.text);
        else this.#joiner.push(delta.text);
        return;
      case 'reasoning':
        meter.reasoning(delta.text);
        this.#hasOther = true;
        this.#begun();
        this.tape.write({ type: 'reasoning', text: delta.text });
        return;
      case 'usage':
        meter.server(delta.usage);
        return;
      case 'tool':
        this.#hasOther = true;
        this.#begun();
        this.#calls.push(delta);
        return;
      default:
        delta satisfies never;
    }
  }

  /** The continued answer fits here: what came before this place in its head was there already. */
  #joinAt(drop: number, rest: string): void {
    this.#joiner = undefined;
    if (rest === '') return;
    this.tape.write({ type: 'seam', offset: this.#text.length, overlap: drop });
    this.#deliver(rest);
  }

  /** Finds out by a second, short request which of the possible cuts is right. */
  async #ask(drops: readonly number[]): Promise<number | undefined> {
    const { endpoint, memory, request } = this.job;
    const { client, clock, gate } = this.#ports;
    const place = gate.tryEnter(originOf(endpoint));
    if (place === undefined) return undefined;
    try {
      const begin = this.#meter.begin.bind(this.#meter);
      const question = { endpoint, memory, request, way: this.#way, old: this.#text, drops };
      return await probe({ client, clock, timeouts: this.#settings.timeouts, begin }, question, this.#controller.signal);
    } finally {
      place.leave();
    }
  }

  #deliver(text: string): void {
    this.#begun();
    const seen = this.#watch.push(text);
    if (seen.text !== '') {
      this.#text += seen.text;
      this.#delivered.push(seen.text);
      this.tape.write({ type: 'text', text: seen.text });
    }
    if (seen.events.length > 0) this.#write(seen.events);
    for (const trigger of seen.commands) this.#ports.runCommand(trigger);
    if (seen.halt !== undefined) this.#halt = seen.halt;
  }

  #write(events: readonly StreamEvent[]): void {
    for (const event of events) this.tape.write(event);
  }

  #begun(): void {
    if (this.#phase === 'streaming') return;
    this.#phase = 'streaming';
    this.#firstTokenAt ??= this.#ports.clock.now();
  }
}

/** A request that the server understood and did not want: what it answers to a message of its own at the end. */
function refused(end: AttemptEnd): boolean {
  return end.type === 'failed' && end.failure.kind === 'bad-request';
}

function originOf(endpoint: Endpoint): string {
  try {
    return new URL(endpoint.baseURL).origin;
  } catch {
    return endpoint.baseURL;
  }
}
