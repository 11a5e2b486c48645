/** Progress of an answer with its times: phase, first text, reasoning time, and waits that the server asked for. */
import type { Timing } from '../../../api.ts';
import type { Clock } from '../../request/clock.ts';
import type { Phase } from '../liveStream.ts';

export class AnswerProgress {
  readonly #clock: Clock;
  readonly #startedAt: number;
  #phase: Phase = 'connecting';
  #firstTokenAt: number | undefined;
  /** Milliseconds from the first reasoning to the first text. */
  #reasonedFrom: number | undefined;
  #reasonedTo: number | undefined;
  #waitsMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  get phase(): Phase {
    return this.#phase;
  }

  connects(): void {
    this.#phase = 'connecting';
  }

  /** The first part of the answer has arrived. */
  begun(): void {
    if (this.#phase === 'streaming') return;
    this.#phase = 'streaming';
    this.#firstTokenAt ??= this.#clock.now();
  }

  /** The reasoning so far belongs to a lost attempt. */
  forgetsReasoning(): void {
    this.#reasonedFrom = undefined;
  }

  reasons(): void {
    this.begun();
    this.#reasonedFrom ??= this.#clock.now();
  }

  speaks(): void {
    this.begun();
    if (this.#reasonedFrom !== undefined) this.#reasonedTo ??= this.#clock.now();
  }

  /** Adds this wait to the total. */
  async waits(wait: () => Promise<void>): Promise<void> {
    this.#phase = 'waiting';
    const from = this.#clock.now();
    await wait();
    this.#waitsMs += this.#clock.now() - from;
  }

  ends(): void {
    if (this.#reasonedFrom !== undefined) this.#reasonedTo ??= this.#clock.now();
    this.#phase = 'ended';
  }

  timing(): Timing {
    return {
      ...(this.#firstTokenAt === undefined ? {} : { firstTokenMs: this.#firstTokenAt - this.#startedAt }),
      ...(this.#reasonedFrom === undefined || this.#reasonedTo === undefined ? {} : { reasoningMs: this.#reasonedTo - this.#reasonedFrom }),
      totalMs: this.#clock.now() - this.#startedAt,
      waitsMs: this.#waitsMs,
    };
  }
}
