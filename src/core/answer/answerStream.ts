/**
 * One answer: writes the events of all its attempts to one tape, with exactly one `end`, always last. Owns the answer's
 * time limits, its stop and its end; {@link Attempts} decides which request follows which.
 */
import type { Limits, Part, StreamEvent, Timing, Usage } from '../../api.ts';
import type { ToolCall } from '../request/toolCalls.ts';
import { type Halt, limitHalt } from '../inspect/inspector.ts';
import { UsageMeter } from '../tokens/usageMeter.ts';
import { AnswerProgress } from './writing/answerProgress.ts';
import { Attempts } from './attempts.ts';
import type { Outcome } from './writing/intake.ts';
import type { EndEvent, Job, LiveStream, Phase, StreamPorts, StreamSettings } from './liveStream.ts';
import { OutputWriter } from './writing/output.ts';
import { ReasoningWriter } from './writing/reasoningWriter.ts';
import { Tape } from './tape/tape.ts';

/** Extra time, in ms, for an answer that reached its time limit to finish its sentence or line, if a grace is set. */
const graceMs = 2_000;

export class AnswerStream implements LiveStream {
  readonly id = crypto.randomUUID();
  readonly job: Job;
  readonly tape: Tape<StreamEvent>;
  /** Resolves with the last event once the answer has ended and its socket is free. */
  readonly ended: Promise<EndEvent>;
  readonly #settings: StreamSettings;
  readonly #ports: StreamPorts;
  readonly #controller = new AbortController();
  readonly #meter: UsageMeter;
  readonly #delivery: OutputWriter;
  readonly #progress: AnswerProgress;
  readonly #attempts: Attempts;
  readonly #handleListeners = new Set<() => void>();
  #handle: string | undefined;
  #left = false;
  #end: EndEvent | undefined;
  #parts: readonly Part[] = [];

  constructor(job: Job, settings: StreamSettings, ports: StreamPorts) {
    this.job = job;
    this.#settings = settings;
    this.#ports = ports;
    this.tape = new Tape(settings.bufferMaxDeltas);
    const encoding = (): ReturnType<StreamPorts['encoding']> => ports.encoding(job.request.model);
    const isContinued = job.kept === undefined && (job.partial !== undefined || (job.reasoned ?? 0) > 0);
    this.#meter = new UsageMeter(encoding, isContinued, job.kept?.counted);
    this.#delivery = new OutputWriter(settings, { ...ports, tape: this.tape, encoding });
    this.#progress = new AnswerProgress(ports.clock);
    if (job.partial !== undefined) this.#delivery.continueFrom(job.partial);
    this.#attempts = new Attempts(job, settings, {
      ...ports,
      tape: this.tape,
      meter: this.#meter,
      delivery: this.#delivery,
      progress: this.#progress,
      reasoning: new ReasoningWriter(this.tape, job.reasoned ?? 0, job.partial !== undefined),
      signal: this.#controller.signal,
      left: () => this.#left,
      keeps: (handle) => this.#keeps(handle),
    });
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
    return this.#attempts.resumes;
  }

  get phase(): Phase {
    return this.#progress.phase;
  }

  get end(): EndEvent | undefined {
    return this.#end;
  }

  /** All text delivered so far. */
  get text(): string {
    return this.#delivery.text;
  }

  get toolCalls(): readonly ToolCall[] {
    return this.#attempts.intake.toolCalls;
  }

  get parts(): readonly Part[] {
    return this.#parts;
  }

  /** The window is closing: usage is recorded when the answer is read again. */
  get isLeft(): boolean {
    return this.#left && this.#handle !== undefined;
  }

  get handle(): string | undefined {
    return this.#handle;
  }

  onHandle(listener: () => void): { dispose(): void } {
    this.#handleListeners.add(listener);
    return { dispose: () => this.#handleListeners.delete(listener) };
  }

  /** Covers the text so far; cheap enough to call a few times a second. */
  usage(): Usage {
    return this.#meter.total();
  }

  perAttempt(): ReturnType<UsageMeter['perAttempt']> {
    return this.#meter.perAttempt();
  }

  timing(): Timing {
    return this.#progress.timing();
  }

  /** Closes the socket at once and keeps the text so far. Calling it twice, or after the end, does nothing. */
  stop(): void {
    this.#controller.abort();
  }

  leave(): void {
    this.#left = true;
    this.#controller.abort();
  }

  /** Ends the answer as this limit would. Returns false if it is already ending. */
  stopAt(limit: Halt): boolean {
    if (this.#delivery.halt !== undefined || this.phase === 'ended' || this.#controller.signal.aborted) return false;
    this.#delivery.haltAt(limit);
    this.#controller.abort();
    return true;
  }

  #keeps(handle: string | undefined): void {
    if (handle === this.#handle) return;
    this.#handle = handle;
    for (const listener of this.#handleListeners) listener();
  }

  async #run(): Promise<EndEvent> {
    const { maxSeconds = 0 } = this.#settings.limits;
    const { clock } = this.#ports;
    const timeUp = (): void => {
      this.#delivery.haltAt(limitHalt('maxSeconds', maxSeconds));
      this.#controller.abort();
    };
    let offTime = (): void => undefined;
    if (maxSeconds > 0) {
      offTime = clock.timer(maxSeconds * 1000, () => {
        // Only a sentence that is being written can be finished.
        if (this.phase === 'streaming' && this.#delivery.timeUp()) offTime = clock.timer(graceMs, timeUp);
        else timeUp();
      });
    }
    let end: Outcome;
    try {
      end = await this.#attempts.run();
    } catch (bug) {
      // A bug of ours must not leave a reader waiting forever.
      end = { reason: 'error', error: { kind: 'malformed', message: bug instanceof Error ? bug.message : String(bug) } };
    }
    offTime();
    return this.#finish(end);
  }

  #finish({ reason, ...details }: Outcome): EndEvent {
    this.#delivery.end();
    this.#progress.ends();
    this.#parts = this.#attempts.partsOf(reason);
    const perAttempt = this.perAttempt();
    const end: EndEvent = {
      type: 'end',
      reason,
      text: this.text,
      usage: this.usage(),
      timing: this.timing(),
      ...details,
      ...this.#attempts.intake.citations.field,
      ...(this.#parts.every(({ type }) => type === 'text') ? {} : { parts: this.#parts }),
      ...this.#attempts.notes,
      ...(perAttempt.length > 1 ? { perAttempt } : {}),
    };
    for (const part of this.#parts) if (part.type === 'tool-call') this.tape.write(part);
    this.#end = end;
    this.tape.write(end);
    this.tape.end();
    return end;
  }
}
