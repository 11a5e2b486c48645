/** How far an answer has come, and when: its phase, its first word, how long the model reasoned and the server made it wait. */
import type { Timing } from '../../../api.ts';
import type { Clock } from '../../request/clock.ts';
import type { Phase } from '../liveStream.ts';

export class AnswerProgress {
  readonly #clock: Clock;
  readonly #startedAt: number;
  #phase: Phase = 'connecting';
  #firstTokenAt: number | undefined;
  /** From the first reasoning to the first text. */
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

  /** Something of the answer has come. */
  begun(): void {
    if (this.#phase === 'streaming') return;
    this.#phase = 'streaming';
    this.#firstTokenAt ??= this.#clock.now();
  }

  /** What was thought until now led to nothing. */
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

  /** Counts the time of this wait. */
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
