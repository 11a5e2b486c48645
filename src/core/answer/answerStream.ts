/**
 * One honest answer: attempts become one row of events on a tape, with exactly one `end`, always last. Retries,
 * resumes and limits are decided here; the network, the clock and the rules are other files'.
 */
import type { EndReason, Limits, Part, StreamError, StreamEvent, Timing, Usage } from '../../api.ts';
import { streamErrorOf } from '../provider/failures/failure.ts';
import { ownFailure } from '../provider/failures/ownFailures.ts';
import type { ChatRequest, Delta } from '../provider/provider.ts';
import { attempt, type AttemptEnd } from '../request/attempt.ts';
import { sleep } from '../request/clock.ts';
import { AnswerParts } from './answerParts.ts';
import { OutputWriter } from './output.ts';
import type { EndEvent, Job, LiveStream, Phase, StreamPorts, StreamSettings } from './liveStream.ts';
import { judge, type Standing } from './retryPolicy.ts';
import { ResumedAnswer } from '../resume/resumedAnswer.ts';
import { Tape } from './tape.ts';
import { type ToolCall, ToolCalls } from '../request/toolCalls.ts';
import { type AttemptMeter, UsageMeter } from '../tokens/usageMeter.ts';

/** How long an answer whose time is up may take to finish its sentence or line, if it was given a grace for that. */
const graceMs = 2_000;
/** How often a server may pause one answer. */
const maxPauses = 32;

interface AnswerEnd {
  readonly reason: EndReason;
  readonly error?: StreamError;
}

export class AnswerStream implements LiveStream {
  readonly id = crypto.randomUUID();
  readonly job: Job;
  readonly tape: Tape<StreamEvent>;
  /** Resolves with the last event, when the answer has ended and its socket is free. */
  readonly ended: Promise<EndEvent>;
  readonly #settings: StreamSettings;
  readonly #ports: StreamPorts;
  readonly #controller = new AbortController();
  readonly #meter: UsageMeter;
  readonly #delivery: OutputWriter;
  readonly #startedAt: number;
  #phase: Phase = 'connecting';
  #attempts = 0;
  #resumes = 0;
  #firstTokenAt: number | undefined;
  /** From the first reasoning to the first text. */
  #reasonedFrom: number | undefined;
  #reasonedTo: number | undefined;
  #waitsMs = 0;
  #end: EndEvent | undefined;
  #hasOther = false;
  /** Of the attempt that runs; a retried request makes its calls anew. */
  #calls = new ToolCalls();
  #toolCalls: readonly ToolCall[] = [];
  #said = new AnswerParts([]);
  /** What was said before the server paused, until the answer continues. */
  #paused: readonly Part[] | undefined;
  #parts: readonly Part[] = [];
  /** Of the current attempt, if it continues an interrupted answer. */
  #resumption: ResumedAnswer | undefined;

  constructor(job: Job, settings: StreamSettings, ports: StreamPorts) {
    this.job = job;
    this.#settings = settings;
    this.#ports = ports;
    this.tape = new Tape(settings.bufferMaxDeltas);
    const encoding = (): ReturnType<StreamPorts['encoding']> => ports.encoding(job.request.model);
    this.#meter = new UsageMeter(encoding);
    this.#delivery = new OutputWriter(settings, { ...ports, tape: this.tape, encoding });
    this.#startedAt = ports.clock.now();
    if (job.partial !== undefined) this.#delivery.continueFrom(job.partial);
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

  get end(): EndEvent | undefined {
    return this.#end;
  }

  /** All text delivered so far. */
  get text(): string {
    return this.#delivery.text;
  }

  /** The calls of an answer that has ended well; what breaks off in a call gives none. */
  get toolCalls(): readonly ToolCall[] {
    return this.#toolCalls;
  }

  get parts(): readonly Part[] {
    return this.#parts;
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
      ...(this.#reasonedFrom === undefined || this.#reasonedTo === undefined ? {} : { reasoningMs: this.#reasonedTo - this.#reasonedFrom }),
      totalMs: now - this.#startedAt,
      waitsMs: this.#waitsMs,
    };
  }

  /** Closes the socket at once; the text so far stays. Twice, or after the end, does nothing. */
  stop(): void {
    this.#controller.abort();
  }

  /** Ends the answer as a limit would; false when it is ending already. */
  stopAtLimit(): boolean {
    if (this.#delivery.halt !== undefined || this.#phase === 'ended' || this.#controller.signal.aborted) return false;
    this.#delivery.haltAtLimit();
    this.#controller.abort();
    return true;
  }

  async #run(): Promise<EndEvent> {
    const { maxSeconds = 0 } = this.#settings.limits;
    const { clock } = this.#ports;
    const timeUp = (): void => {
      this.#delivery.haltAtLimit();
      this.#controller.abort();
    };
    let offTime = (): void => undefined;
    if (maxSeconds > 0) {
      offTime = clock.timer(maxSeconds * 1000, () => {
        // Only a sentence that is being written can be finished.
        if (this.#phase === 'streaming' && this.#delivery.timeUp()) offTime = clock.timer(graceMs, timeUp);
        else timeUp();
      });
    }
    let end: AnswerEnd;
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
    this.#delivery.end();
    if (this.#reasonedFrom !== undefined) this.#reasonedTo ??= this.#ports.clock.now();
    this.#phase = 'ended';
    this.#parts = this.#partsOf(reason);
    const end: EndEvent = {
      type: 'end',
      reason,
      text: this.text,
      usage: this.usage(),
      timing: this.timing(),
      ...(error === undefined ? {} : { error }),
    };
    for (const { id, name, arguments: json } of this.#toolCalls) this.tape.write({ type: 'tool-call', id, name, arguments: json });
    this.#end = end;
    this.tape.write(end);
    this.tape.end();
    return end;
  }

  /** What a limit, a break or a seam has changed is the text and nothing else. */
  #partsOf(reason: EndReason): readonly Part[] {
    const asSaid = reason === 'stop' || reason === 'tool-calls' || reason === 'other' || reason === 'length';
    if (asSaid && this.#resumes === 0 && this.job.partial === undefined) return this.#said.parts(this.#toolCalls);
    const text: readonly Part[] = this.text === '' ? [] : [{ type: 'text', text: this.text }];
    return [...text, ...this.#toolCalls.map((call) => ({ type: 'tool-call', ...call }) as const)];
  }

  async #attemptAll(): Promise<AnswerEnd> {
    const { retry } = this.#settings;
    let fruitless = 0;
    let empty = 0;
    let pauses = 0;
    let maxTokens = this.job.request.maxTokens;
    for (;;) {
      const before = this.text.length;
      this.#resumption = before > 0 && this.#paused === undefined ? this.#newResumption() : undefined;
      const end = await this.#attempt(this.#request(maxTokens));
      if (this.#delivery.halt !== undefined) return { reason: this.#delivery.halt };

      const gained = this.text.length > before;
      if (this.#resumption?.learn(end, gained) === true) continue;
      if (this.#resumption?.startedOver === true) return { reason: 'truncated' };
      if (end.type === 'finished' && end.reason === 'pause' && pauses++ < maxPauses) {
        this.#paused = this.#said.parts([]);
        continue;
      }
      if (gained) this.#paused = undefined;
      fruitless = gained ? 0 : fruitless + 1;
      if (end.type === 'finished' && !gained) empty++;
      const standing: Standing = {
        fruitless,
        empty,
        resumes: this.#resumes,
        hasText: this.text !== '',
        hasOther: this.#hasOther,
      };
      const broke = end.type === 'cut' || end.type === 'failed';
      if (broke && this.#calls.begun && this.text !== '') {
        // Text can be continued, half a tool call cannot: no server continues in the middle of its arguments.
        const { failure } = end.type === 'failed' ? end : {};
        return { reason: 'truncated', ...(failure === undefined ? {} : { error: streamErrorOf(failure) }) };
      }
      const verdict = judge(end, standing, retry, this.#ports.random());
      if (verdict.do === 'finish') {
        return this.#withCalls(verdict);
      }
      if (verdict.do === 'resume' && fruitless === 0) this.#resumes++;
      // A slow server is asked for less, but only if the request has a limit.
      if (verdict.cause === 'first-token-timeout' && maxTokens !== undefined) maxTokens = Math.max(1, maxTokens >> 1);
      if (verdict.waitMs > 0) await this.#wait(verdict.cause, verdict.waitMs);
      if (this.#delivery.halt !== undefined) return { reason: this.#delivery.halt };
      if (this.#controller.signal.aborted) return { reason: 'cancelled' };
    }
  }

  /** After a good end the tool calls are handed out, if they are whole; else it is not a good end. */
  #withCalls(end: AnswerEnd): AnswerEnd {
    if (end.reason !== 'stop' && end.reason !== 'tool-calls' && end.reason !== 'other') return end;
    const assembled = this.#calls.assemble();
    if (assembled.type === 'broken') return { reason: 'error', error: streamErrorOf(assembled.failure) };
    this.#toolCalls = assembled.calls;
    if (assembled.calls.length > 0) return { ...end, reason: end.reason === 'stop' ? 'tool-calls' : end.reason };
    return end.reason === 'tool-calls' ? { reason: 'error', error: streamErrorOf(ownFailure('tools-missing')) } : end;
  }

  #request(maxTokens: number | undefined): ChatRequest {
    const resumption = this.#resumption;
    const goesOn = resumption !== undefined || this.#paused !== undefined;
    const left = maxTokens === undefined || !goesOn ? maxTokens : Math.max(1, maxTokens - this.#delivery.tokens());
    const request = left === undefined ? this.job.request : { ...this.job.request, maxTokens: left };
    if (resumption !== undefined) return resumption.request(request);
    if (this.#paused === undefined) return request;
    return { ...request, messages: [...request.messages, { role: 'assistant', content: this.#paused }] };
  }

  #newResumption(): ResumedAnswer {
    const { client, clock, gate } = this.#ports;
    const { timeouts } = this.#settings;
    const begin = this.#meter.begin.bind(this.#meter);
    const joined = (drop: number, rest: string): void => {
      this.#delivery.seam(drop);
      this.#deliver(rest);
    };
    const ports = { client, clock, gate, timeouts, begin, joined };
    return new ResumedAnswer(this.job, this.text, this.#delivery.openFence, ports, this.#controller.signal);
  }

  async #wait(cause: StreamError['kind'], waitMs: number): Promise<void> {
    this.#phase = 'waiting';
    this.tape.write({ type: 'wait', cause, seconds: waitMs / 1000, attempt: this.#attempts + 1 });
    const from = this.#ports.clock.now();
    await sleep(this.#ports.clock, waitMs, this.#controller.signal);
    this.#waitsMs += this.#ports.clock.now() - from;
  }

  async #attempt(request: ChatRequest): Promise<AttemptEnd> {
    const { endpoint, memory } = this.job;
    const { clock, client, gate, watchSent } = this.#ports;
    const { signal } = this.#controller;
    this.#phase = 'connecting';
    const place = await gate.enter(endpoint.baseURL, signal, request.byProgram === true ? 'program' : 'person');
    if (place === undefined) return { type: 'cancelled' };

    this.#attempts++;
    this.#calls = new ToolCalls();
    this.#said = new AnswerParts(this.#paused ?? (this.text === '' ? [] : [{ type: 'text', text: this.text }]));
    this.tape.write({ type: 'start', model: this.model, attempt: this.#attempts });
    const meter = this.#meter.begin(request.messages);
    const resumption = this.#resumption;
    const { end, drained } = await attempt(
      {
        open: async (own, sent) => {
          const off = watchSent(place.origin, sent);
          try {
            return await client.open(endpoint, request, memory, own);
          } finally {
            off();
          }
        },
        sink: (delta) => this.#take(delta, meter),
        halted: () => this.#delivery.halt !== undefined || resumption?.startedOver === true,
        room: (own) => resumption?.asking ?? (this.tape.hasRoom ? undefined : this.tape.room(own)),
        clock,
        timeouts: this.#settings.timeouts,
      },
      signal,
    );
    place.leave(drained);
    if (end.type === 'finished') meter.finished();
    await resumption?.end();
    if (meter.fromServer) this.tape.write({ type: 'usage', usage: this.usage() });
    return end;
  }

  #take(delta: Delta, meter: AttemptMeter): void {
    if (this.#delivery.halt !== undefined || this.#resumption?.startedOver === true) return;
    this.#said.push(delta);
    switch (delta.type) {
      case 'text':
      case 'refusal':
        meter.text(delta.text);
        if (this.#resumption?.push(delta.text) !== true) this.#deliver(delta.text);
        return;
      case 'reasoning':
        meter.reasoning(delta.text);
        this.#hasOther = true;
        this.#begun();
        this.#reasonedFrom ??= this.#ports.clock.now();
        this.tape.write({ type: 'reasoning', text: delta.text });
        return;
      case 'opaque':
        this.#hasOther = true;
        return;
      case 'citation':
      case 'response':
        return;
      case 'usage':
        meter.server(delta.usage);
        return;
      case 'tool':
        // The model has written that too, and it is billed like text.
        meter.text(delta.arguments);
        this.#hasOther ||= delta.name !== '' || delta.arguments.trim() !== '';
        this.#begun();
        this.#calls.push(delta);
        return;
      default:
        delta satisfies never;
    }
  }

  #deliver(text: string): void {
    this.#begun();
    if (this.#reasonedFrom !== undefined) this.#reasonedTo ??= this.#ports.clock.now();
    this.#delivery.push(text);
  }

  #begun(): void {
    if (this.#phase === 'streaming') return;
    this.#phase = 'streaming';
    this.#firstTokenAt ??= this.#ports.clock.now();
  }
}
