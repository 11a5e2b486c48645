/**
 * Sends the requests of one answer, one after another, until one of them or a rule ends it: decides what each request asks for
 * and what follows its end.
 */
import type { EndReason, Part, StreamError, StreamEvent } from '../../api.ts';
import { streamErrorOf } from '../provider/failures/failure.ts';
import { ownFailure } from '../provider/failures/ownFailures.ts';
import type { ChatRequest, KeptAnswer, StopResult } from '../provider/provider.ts';
import type { AttemptEnd } from '../request/attempt.ts';
import { sleep } from '../request/clock.ts';
import { rejoiningAttempt, type RejoiningResult } from '../resume/rejoiningAttempt.ts';
import { ReplayedAnswer } from '../resume/replayedAnswer.ts';
import { continuesThoughts } from '../resume/continuation.ts';
import { ResumedAnswer } from '../resume/resumedAnswer.ts';
import type { AttemptMeter, UsageMeter } from '../tokens/usageMeter.ts';
import type { AnswerProgress } from './writing/answerProgress.ts';
import { serverWords } from './writing/endDetails.ts';
import { Intake, type Outcome } from './writing/intake.ts';
import type { EndEvent, Fallback, Job, StreamPorts, StreamSettings } from './liveStream.ts';
import type { OutputWriter } from './writing/output.ts';
import { isWorthAnother, judge, type Standing } from './retryPolicy.ts';
import type { ReasoningWriter } from './writing/reasoningWriter.ts';
import { tellLoading } from './modelLoading.ts';
import type { Tape } from './tape/tape.ts';

/** Maximum number of times that a server may pause one answer. */
const maxPauses = 32;

/** The parts that an answer shares with its requests. */
export interface AttemptsPorts extends StreamPorts {
  readonly tape: Tape<StreamEvent>;
  readonly meter: UsageMeter;
  readonly delivery: OutputWriter;
  readonly progress: AnswerProgress;
  readonly reasoning: ReasoningWriter;
  /** Fires when the answer is stopped or a limit ends it. */
  readonly signal: AbortSignal;
  /** Whether reading just ends, so that a server that keeps the answer may continue to write it. */
  readonly left: () => boolean;
  /** Called with the handle under which a server keeps the whole answer; undefined once none does. */
  readonly keeps: (handle: string | undefined) => void;
}

type AttemptResult = Pick<RejoiningResult, 'end' | 'missing'>;

export class Attempts {
  readonly #job: Job;
  /** The current request and its endpoint: those of the answer's own model or of a fallback. */
  #target: Pick<Job, 'endpoint' | 'memory' | 'request'>;
  #fallbacks: readonly Fallback[];
  /** Whether the text so far comes from another model. */
  #isTaken = false;
  readonly #settings: StreamSettings;
  readonly #ports: AttemptsPorts;
  readonly intake: Intake;
  #leftOut: readonly string[] = [];
  #count = 0;
  #resumes = 0;
  /** The parts before a pause of the server, until the answer continues. */
  #paused: readonly Part[] | undefined;
  /** Reasoning that broke off before the first text and that the server continues, with the meters of its requests. */
  #thoughts: { readonly said: readonly Part[]; readonly meters: readonly AttemptMeter[] } | undefined;
  /** Set if the current attempt continues an interrupted answer. */
  #resumption: ResumedAnswer | undefined;
  /** Set if the answer is one of an earlier session that is read again. */
  #replay: ReplayedAnswer | undefined;
  #stop: StopResult | undefined;
  /** The meter of the current attempt. */
  #meter: AttemptMeter | undefined;

  constructor(job: Job, settings: StreamSettings, ports: AttemptsPorts) {
    this.#job = job;
    this.#target = job;
    this.#fallbacks = job.fallbacks ?? [];
    this.#settings = settings;
    this.#ports = ports;
    this.intake = new Intake({ ...ports, limits: settings.limits });
  }

  /** Number of times that the answer was continued after a break. */
  get resumes(): number {
    return this.#resumes;
  }

  /** Parameters that were not sent, and content that is not shown. */
  get notes(): Pick<EndEvent, 'leftOut' | 'unshown'> {
    const { unshown } = this.intake;
    return { ...(this.#leftOut.length === 0 ? {} : { leftOut: this.#leftOut }), ...(unshown.size === 0 ? {} : { unshown: [...unshown] }) };
  }

  partsOf(reason: EndReason): readonly Part[] {
    const isOne = this.#resumes === 0 && (this.#replay !== undefined || this.#job.partial === undefined);
    return this.intake.partsOf(reason, isOne);
  }

  async run(): Promise<Outcome> {
    const outcome = (await this.#takeUp()) ?? (await this.#untilEnd());
    // An answer that the server may still be writing must not look as if it had stopped.
    return this.#stop === 'unconfirmed' ? { ...outcome, error: outcome.error ?? streamErrorOf(ownFailure('stop-unconfirmed')) } : outcome;
  }

  async #untilEnd(): Promise<Outcome> {
    const { retry } = this.#settings;
    const { delivery, signal, random } = this.#ports;
    let fruitless = 0;
    let empty = 0;
    let pauses = 0;
    let resumesBefore = 0;
    let { maxTokens } = this.#target.request;
    for (;;) {
      const before = this.#text.length;
      this.#resumption = before > 0 && this.#paused === undefined ? this.#newResumption() : undefined;
      const thinksOn = this.#thoughts !== undefined;
      const { end, missing } = await this.#attempt(this.#request(maxTokens));
      if (delivery.halt !== undefined) return delivery.halt;
      const left = missing?.type === 'unreachable' ? missing.kept : undefined;
      if (missing?.type === 'lost') this.#tellLost();

      const gained = this.#text.length > before;
      const isRefused = thinksOn && this.#target.memory.continuesThoughts === false;
      if (isRefused || this.#resumption?.learn(end, gained) === true) continue;
      if (this.#resumption?.startedOver === true) return { reason: 'truncated' };
      // A recording cannot be continued.
      if (left === undefined && end.type === 'finished' && end.reason === 'pause' && this.#job.replayed !== true && pauses++ < maxPauses) {
        this.#paused = this.intake.saidBeforePause();
        continue;
      }
      if (gained) this.#paused = undefined;
      fruitless = gained ? 0 : fruitless + 1;
      if (end.type === 'finished' && !gained) empty++;
      const { hasOther, isCalling } = this.intake;
      const standing: Standing = { fruitless, empty, resumes: this.#resumes - resumesBefore, hasText: this.#text !== '', hasOther };
      const broke = end.type === 'cut' || end.type === 'failed';
      // No server continues in the middle of a tool call.
      if (broke && isCalling && this.#text !== '') return this.#broken(end);
      // The rest of a kept answer was already requested for as long as that makes sense.
      const verdict = left === undefined ? judge(end, standing, retry, random()) : ({ do: 'finish', ...this.#broken(end) } as const);
      if (verdict.do === 'finish') {
        if (isWorthAnother(verdict) && (await this.#nextModel(left))) {
          fruitless = empty = 0;
          resumesBefore = this.#resumes;
          ({ maxTokens } = this.#target.request);
          continue;
        }
        const { do: _, ...outcome } = verdict;
        return await this.intake.withCalls({ ...outcome, ...serverWords(end, verdict.reason) });
      }
      if (verdict.do === 'resume' && fruitless === 0) this.#resumes++;
      // A server that was too slow is asked for a shorter answer, if the request has a limit.
      if (verdict.cause === 'first-token-timeout' && maxTokens !== undefined) maxTokens = Math.max(1, maxTokens >> 1);
      if (verdict.waitMs > 0) await this.#wait(verdict.cause, verdict.waitMs);
      if (delivery.halt !== undefined) return delivery.halt;
      if (signal.aborted) return { reason: 'cancelled' };
    }
  }

  /**
   * Reads an answer of an earlier session from its start instead of requesting its rest. Undefined if the rest has to be
   * requested.
   */
  async #takeUp(): Promise<Outcome | undefined> {
    const { kept, endpoint, memory, request } = this.#job;
    const known = kept === undefined ? undefined : this.#ports.client.kept?.(endpoint, request, memory, kept.handle);
    if (kept === undefined || known === undefined) return undefined;
    const replay = (this.#replay = new ReplayedAnswer({ text: this.#text, reasoning: kept.reasoning }));
    const { end, missing } = await this.#attempt(request, known);
    const { halt } = this.#ports.delivery;
    if (halt !== undefined) return halt;
    if (replay.differs !== undefined) {
      return { reason: 'truncated', error: streamErrorOf(ownFailure('rejoin-differs', [replay.differs])) };
    }
    if (end.type === 'cancelled') return { reason: 'cancelled' };
    if (end.type === 'finished') {
      // The server has less under this handle than was shown.
      if (!replay.complete) return { reason: 'truncated', error: streamErrorOf(ownFailure('rejoin-gap')) };
      const reason = end.reason === 'pause' ? 'truncated' : end.reason;
      return await this.intake.withCalls({ reason, ...serverWords(end, reason) });
    }
    if (missing?.type !== 'lost') {
      const outcome = this.#broken(end);
      const isOver = missing === undefined || kept.only || this.intake.isCalling || !isWorthAnother(outcome);
      if (isOver || !(await this.#nextModel(missing.kept))) return outcome;
      this.#replay = undefined;
      return undefined;
    }
    this.#ports.keeps(undefined);
    if (kept.only) return this.#broken({ type: 'cut' });
    this.#replay = undefined;
    this.#ports.meter.rereadFailed();
    this.#tellLost();
    return undefined;
  }

  /** After a break before the first text: reasoning is continued if the server can do that, and lost otherwise. */
  #thinkOn(end: AttemptEnd, meter: AttemptMeter): void {
    const { endpoint, memory } = this.#target;
    const meters = [...(this.#thoughts?.meters ?? []), meter];
    if (this.#thoughts !== undefined && end.type === 'failed' && end.failure.kind === 'bad-request') memory.continuesThoughts = false;
    const said = this.intake.saidBeforePause();
    const areThoughts = said.length > 0 && said.every((part) => part.type === 'reasoning' && part.opaque === undefined);
    const isKept = areThoughts && !this.intake.isCalling && continuesThoughts(endpoint, memory);
    this.#thoughts = isKept ? { said, meters } : undefined;
    if (!isKept) this.#loseThoughts(meters);
  }

  #loseThoughts(meters: readonly AttemptMeter[]): void {
    for (const meter of meters) meter.lose('if-followed');
    this.#ports.reasoning.lose(meters.map((meter) => meter.usage()));
  }

  /**
   * Continues with the next model; false if there is none.
   * @param left the answer that the previous server may still be writing; a stop is sent to it without waiting for the reply
   */
  async #nextModel(left?: KeptAnswer): Promise<boolean> {
    for (;;) {
      const [next, ...others] = this.#fallbacks;
      if (next === undefined || this.#ports.signal.aborted) return false;
      this.#fallbacks = others;
      const found = await next();
      if (found === undefined) continue;
      void left?.stop();
      this.#target = found;
      if (this.#thoughts !== undefined) this.#loseThoughts(this.#thoughts.meters);
      this.#paused = this.#thoughts = undefined;
      this.#isTaken = this.#text !== '';
      return true;
    }
  }

  get #text(): string {
    return this.#ports.delivery.text;
  }

  #broken(end: AttemptEnd): Outcome {
    const error = end.type === 'failed' ? { error: streamErrorOf(end.failure) } : {};
    return { reason: this.#text === '' && !this.intake.hasOther ? 'error' : 'truncated', ...error };
  }

  /** The server no longer has the answer: its rest is requested, and paid for. */
  #tellLost(): void {
    this.#ports.tape.write({ type: 'wait', cause: 'not-found', seconds: 0, attempt: this.#count + 1 });
  }

  #request(maxTokens: number | undefined): ChatRequest {
    const { request: asked } = this.#target;
    const resumption = this.#resumption;
    const goesOn = resumption !== undefined || this.#paused !== undefined;
    const left = maxTokens === undefined || !goesOn ? maxTokens : Math.max(1, maxTokens - this.#ports.delivery.tokens());
    const request = left === undefined ? asked : { ...asked, maxTokens: left };
    if (resumption !== undefined) return resumption.request(request);
    const said = this.#paused ?? this.#thoughts?.said;
    if (said === undefined) return request;
    const messages = [...request.messages, { role: 'assistant', content: said } as const];
    return { ...request, messages, ...(this.#paused === undefined ? { continues: 'prefix' } : {}) };
  }

  #newResumption(): ResumedAnswer {
    const { client, clock, gate, meter, delivery, signal } = this.#ports;
    const { endpoint, request } = this.#target;
    const begin = (messages: ChatRequest['messages']): AttemptMeter =>
      meter.begin(messages, { model: `${endpoint.id}/${request.model}`, role: 'probe' });
    const joined = (repeated: string, rest: string): void => {
      this.#meter?.repeated(repeated);
      if (rest === '') return;
      delivery.seam(repeated.length, this.#isTaken ? `${endpoint.id}/${request.model}` : undefined);
      this.#isTaken = false;
      this.intake.deliver(rest);
    };
    const ports = { client, clock, gate, timeouts: this.#settings.timeouts, begin, joined };
    return new ResumedAnswer(this.#target, this.#text, delivery.openFence, ports, signal);
  }

  async #wait(cause: StreamError['kind'], waitMs: number): Promise<void> {
    const { tape, clock, signal, progress } = this.#ports;
    tape.write({ type: 'wait', cause, seconds: waitMs / 1000, attempt: this.#count + 1 });
    await progress.waits(() => sleep(clock, waitMs, signal));
  }

  async #attempt(request: ChatRequest, known?: KeptAnswer): Promise<AttemptResult> {
    const { endpoint, memory } = this.#target;
    const { clock, client, gate, watchSent, tape, progress, signal, random, left, reasoning, keeps } = this.#ports;
    const intake = this.intake;
    progress.connects();
    const place = await gate.enter(endpoint.baseURL, signal, request.byProgram === true ? 'program' : 'person');
    if (place === undefined) return { end: { type: 'cancelled' } };

    this.#count++;
    const before: readonly Part[] = this.#text === '' || known !== undefined ? [] : [{ type: 'text', text: this.#text }];
    const resumption = this.#resumption;
    const isAll = known !== undefined || (this.#text === '' && !intake.hasOther);
    if (known === undefined) keeps(undefined);
    intake.begin({
      resumption,
      replay: known === undefined ? undefined : this.#replay,
      before: this.#paused ?? this.#thoughts?.said ?? before,
    });
    tape.write({ type: 'start', model: `${endpoint.id}/${request.model}`, attempt: this.#count });
    const role = this.#paused !== undefined ? 'turn' : this.#thoughts !== undefined ? 'rest' : 'answer';
    reasoning.request(known !== undefined ? 'same' : role);
    const meter = this.#ports.meter.begin(request.messages, { model: `${endpoint.id}/${request.model}`, role });
    this.#meter = meter;
    const { end, drained, missing, stop } = await rejoiningAttempt(
      {
        ...(known === undefined ? {} : { known }),
        open: async (own, sent) => {
          const off = watchSent(place.origin, sent);
          try {
            const loading = client.loads?.(endpoint, request.model, own);
            const opening = client.open(endpoint, { ...request, mayBeKept: true }, memory, own);
            const opened = await tellLoading(opening, loading, clock, () => tape.write({ type: 'loading' }));
            if (opened.type === 'opened') this.#leftOut = opened.leftOut ?? [];
            return opened;
          } finally {
            off();
          }
        },
        sink: (delta) => intake.take(delta, meter),
        halted: () => intake.isFull,
        room: (own) => resumption?.asking ?? (tape.hasRoom ? undefined : tape.room(own)),
        keeps: (handle) => keeps(isAll ? handle : undefined),
        wait: (cause, ms) => this.#wait(cause, ms),
        random,
        leaves: left,
        clock,
        timeouts: this.#settings.timeouts,
      },
      signal,
    );
    place.leave(drained);
    this.#stop = stop;
    if (end.type === 'finished') meter.finished();
    await resumption?.end(end);
    if (resumption?.startedOver === true) meter.lose('always');
    if (end.type !== 'finished' && this.#text === '' && this.#paused === undefined) this.#thinkOn(end, meter);
    else this.#thoughts = undefined;
    if (meter.fromServer) tape.write({ type: 'usage', usage: this.#ports.meter.total() });
    // Text that could not be joined is requested again, as after any other break.
    return { end: resumption?.unplaced === true ? { type: 'cut' } : end, ...(missing === undefined ? {} : { missing }) };
  }
}
