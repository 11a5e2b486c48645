/**
 * The requests of one answer, one after the other, until one of them or a rule ends it: what each of them asks for, where
 * what it brings goes, and what follows when it has ended.
 */
import type { EndReason, Part, StreamError, StreamEvent } from '../../api.ts';
import { streamErrorOf } from '../provider/failures/failure.ts';
import { ownFailure } from '../provider/failures/ownFailures.ts';
import type { ChatRequest, Delta } from '../provider/provider.ts';
import { attempt, type AttemptEnd } from '../request/attempt.ts';
import { sleep } from '../request/clock.ts';
import { type ToolCall, ToolCalls } from '../request/toolCalls.ts';
import { ResumedAnswer } from '../resume/resumedAnswer.ts';
import type { AttemptMeter, UsageMeter } from '../tokens/usageMeter.ts';
import { AnswerParts } from './answerParts.ts';
import type { AnswerProgress } from './answerProgress.ts';
import { Citations, serverWords } from './endDetails.ts';
import type { EndEvent, Job, StreamPorts, StreamSettings } from './liveStream.ts';
import type { OutputWriter } from './output.ts';
import { judge, type Standing } from './retryPolicy.ts';
import type { ReasoningWriter } from './reasoningWriter.ts';
import type { Tape } from './tape.ts';

/** How often a server may pause one answer. */
const maxPauses = 32;

export type Outcome = Pick<EndEvent, 'reason' | 'error' | 'word' | 'detail'>;

/** What the requests of an answer share with the answer. */
export interface AttemptsPorts extends StreamPorts {
  readonly tape: Tape<StreamEvent>;
  readonly meter: UsageMeter;
  readonly delivery: OutputWriter;
  readonly progress: AnswerProgress;
  readonly reasoning: ReasoningWriter;
  /** Fires when the answer is stopped, or a limit ends it. */
  readonly signal: AbortSignal;
}

export class Attempts {
  readonly #job: Job;
  readonly #settings: StreamSettings;
  readonly #ports: AttemptsPorts;
  /** What the answer refers to. */
  readonly citations = new Citations();
  #leftOut: readonly string[] = [];
  #count = 0;
  #resumes = 0;
  #hasOther = false;
  /** Of the attempt that runs; a retried request makes its calls anew. */
  #calls = new ToolCalls();
  #toolCalls: readonly ToolCall[] = [];
  #said = new AnswerParts([]);
  /** What was said before the server paused, until the answer continues. */
  #paused: readonly Part[] | undefined;
  /** Of the current attempt, if it continues an interrupted answer. */
  #resumption: ResumedAnswer | undefined;

  constructor(job: Job, settings: StreamSettings, ports: AttemptsPorts) {
    this.#job = job;
    this.#settings = settings;
    this.#ports = ports;
  }

  /** How often the answer was continued after a break. */
  get resumes(): number {
    return this.#resumes;
  }

  /** The calls of an answer that has ended well; what breaks off in a call gives none. */
  get toolCalls(): readonly ToolCall[] {
    return this.#toolCalls;
  }

  /** Nothing where the last request was sent with all of its parameters. */
  get leftOut(): Pick<EndEvent, 'leftOut'> {
    return this.#leftOut.length === 0 ? {} : { leftOut: this.#leftOut };
  }

  /** What a limit, a break or a seam has changed is the text and nothing else. */
  partsOf(reason: EndReason): readonly Part[] {
    const asSaid = reason === 'stop' || reason === 'tool-calls' || reason === 'other' || reason === 'length';
    if (asSaid && this.#resumes === 0 && this.#job.partial === undefined) return this.#said.parts(this.#toolCalls);
    const text: readonly Part[] = this.#text === '' ? [] : [{ type: 'text', text: this.#text }];
    return [...text, ...this.#toolCalls.map((call) => ({ type: 'tool-call', ...call }) as const)];
  }

  async run(): Promise<Outcome> {
    const { retry } = this.#settings;
    const { delivery, signal, random } = this.#ports;
    let fruitless = 0;
    let empty = 0;
    let pauses = 0;
    let maxTokens = this.#job.request.maxTokens;
    for (;;) {
      const before = this.#text.length;
      this.#resumption = before > 0 && this.#paused === undefined ? this.#newResumption() : undefined;
      const end = await this.#attempt(this.#request(maxTokens));
      if (delivery.halt !== undefined) return { reason: delivery.halt };

      const gained = this.#text.length > before;
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
        hasText: this.#text !== '',
        hasOther: this.#hasOther,
      };
      const broke = end.type === 'cut' || end.type === 'failed';
      if (broke && this.#calls.begun && this.#text !== '') {
        // Text can be continued, half a tool call cannot: no server continues in the middle of its arguments.
        const { failure } = end.type === 'failed' ? end : {};
        return { reason: 'truncated', ...(failure === undefined ? {} : { error: streamErrorOf(failure) }) };
      }
      const verdict = judge(end, standing, retry, random());
      if (verdict.do === 'finish') {
        const { do: _, ...outcome } = verdict;
        return this.#withCalls({ ...outcome, ...serverWords(end, verdict.reason) });
      }
      if (verdict.do === 'resume' && fruitless === 0) this.#resumes++;
      // A slow server is asked for less, but only if the request has a limit.
      if (verdict.cause === 'first-token-timeout' && maxTokens !== undefined) maxTokens = Math.max(1, maxTokens >> 1);
      if (verdict.waitMs > 0) await this.#wait(verdict.cause, verdict.waitMs);
      if (delivery.halt !== undefined) return { reason: delivery.halt };
      if (signal.aborted) return { reason: 'cancelled' };
    }
  }

  get #text(): string {
    return this.#ports.delivery.text;
  }

  /** After a good end the tool calls are handed out, if they are whole; else it is not a good end. */
  #withCalls(end: Outcome): Outcome {
    if (end.reason !== 'stop' && end.reason !== 'tool-calls' && end.reason !== 'other') return end;
    const assembled = this.#calls.assemble();
    if (assembled.type === 'broken') return { reason: 'error', error: streamErrorOf(assembled.failure) };
    this.#toolCalls = assembled.calls;
    if (assembled.calls.length > 0) return { ...end, reason: end.reason === 'stop' ? 'tool-calls' : end.reason };
    return end.reason === 'tool-calls' ? { reason: 'error', error: streamErrorOf(ownFailure('tools-missing')) } : end;
  }

  #request(maxTokens: number | undefined): ChatRequest {
    const { request: asked } = this.#job;
    const resumption = this.#resumption;
    const goesOn = resumption !== undefined || this.#paused !== undefined;
    const left = maxTokens === undefined || !goesOn ? maxTokens : Math.max(1, maxTokens - this.#ports.delivery.tokens());
    const request = left === undefined ? asked : { ...asked, maxTokens: left };
    if (resumption !== undefined) return resumption.request(request);
    if (this.#paused === undefined) return request;
    return { ...request, messages: [...request.messages, { role: 'assistant', content: this.#paused }] };
  }

  #newResumption(): ResumedAnswer {
    const { client, clock, gate, meter, delivery, signal } = this.#ports;
    const { timeouts } = this.#settings;
    const begin = meter.begin.bind(meter);
    const joined = (drop: number, rest: string): void => {
      delivery.seam(drop);
      this.#deliver(rest);
    };
    const ports = { client, clock, gate, timeouts, begin, joined };
    return new ResumedAnswer(this.#job, this.#text, delivery.openFence, ports, signal);
  }

  async #wait(cause: StreamError['kind'], waitMs: number): Promise<void> {
    const { tape, clock, signal, progress } = this.#ports;
    tape.write({ type: 'wait', cause, seconds: waitMs / 1000, attempt: this.#count + 1 });
    await progress.waits(() => sleep(clock, waitMs, signal));
  }

  async #attempt(request: ChatRequest): Promise<AttemptEnd> {
    const { endpoint, memory } = this.#job;
    const { clock, client, gate, watchSent, tape, delivery, progress, signal } = this.#ports;
    progress.connects();
    const place = await gate.enter(endpoint.baseURL, signal, request.byProgram === true ? 'program' : 'person');
    if (place === undefined) return { type: 'cancelled' };

    this.#count++;
    this.#calls = new ToolCalls();
    this.#said = new AnswerParts(this.#paused ?? (this.#text === '' ? [] : [{ type: 'text', text: this.#text }]));
    tape.write({ type: 'start', model: `${endpoint.id}/${request.model}`, attempt: this.#count });
    this.#ports.reasoning.request(this.#paused === undefined ? 'break' : 'pause');
    const meter = this.#ports.meter.begin(request.messages);
    const resumption = this.#resumption;
    const { end, drained } = await attempt(
      {
        open: async (own, sent) => {
          const off = watchSent(place.origin, sent);
          try {
            const opened = await client.open(endpoint, request, memory, own);
            if (opened.type === 'opened') this.#leftOut = opened.leftOut ?? [];
            return opened;
          } finally {
            off();
          }
        },
        sink: (delta) => this.#take(delta, meter),
        halted: () => delivery.halt !== undefined || resumption?.startedOver === true,
        room: (own) => resumption?.asking ?? (tape.hasRoom ? undefined : tape.room(own)),
        clock,
        timeouts: this.#settings.timeouts,
      },
      signal,
    );
    place.leave(drained);
    if (end.type === 'finished') meter.finished();
    await resumption?.end();
    if (end.type !== 'finished' && this.#text === '' && this.#paused === undefined) this.#ports.reasoning.lose(meter.usage());
    if (meter.fromServer) tape.write({ type: 'usage', usage: this.#ports.meter.total() });
    return end;
  }

  #take(delta: Delta, meter: AttemptMeter): void {
    const { delivery, progress, reasoning } = this.#ports;
    if (delivery.halt !== undefined || this.#resumption?.startedOver === true) return;
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
        this.#markLost();
        progress.reasons();
        reasoning.push(delta.text);
        if (this.#thoughtTooLong(meter)) delivery.haltAtLimit();
        return;
      case 'opaque':
        this.#hasOther = true;
        this.#ports.tape.write({ type: 'reasoning', text: '', opaque: delta.value });
        return;
      case 'citation':
        this.citations.push(delta);
        return;
      case 'response':
        return;
      case 'usage':
        meter.server(delta.usage);
        return;
      case 'tool':
        // The model has written that too, and it is billed like text.
        meter.text(delta.arguments);
        this.#hasOther ||= delta.name !== '' || delta.arguments.trim() !== '';
        this.#markLost();
        progress.begun();
        this.#calls.push(delta);
        return;
      default:
        delta satisfies never;
    }
  }

  /** Something has come of the attempt that replaces one that was lost. */
  #markLost(): void {
    const { reasoning, progress } = this.#ports;
    if (reasoning.isMarked) return;
    reasoning.mark();
    progress.forgetsReasoning();
  }

  #thoughtTooLong(meter: AttemptMeter): boolean {
    const { maxReasoningTokens = 0 } = this.#settings.limits;
    return maxReasoningTokens > 0 && meter.reasoningTokens() > maxReasoningTokens;
  }

  #deliver(text: string): void {
    this.#markLost();
    this.#ports.progress.speaks();
    this.#ports.delivery.push(text);
  }
}
