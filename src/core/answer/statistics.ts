/** Statistics of all answers since activation, as numbers only: no text of any question or answer is kept. */
import type { EndReason, ErrorKind, StreamEvent } from '../../api.ts';
import type { EndEvent } from './liveStream.ts';
import type { Tape } from './tape/tape.ts';

export interface StreamStats {
  readonly answers: number;
  readonly requests: number;
  readonly reasons: Readonly<Partial<Record<EndReason, number>>>;
  readonly errors: Readonly<Partial<Record<ErrorKind, number>>>;
  /** Breaks that were joined. */
  readonly seams: number;
  /** Waits before another attempt. */
  readonly waits: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Median over the newest answers that had a first token, in ms; undefined if there are none. */
  readonly medianFirstTokenMs: number | undefined;
}

const newest = 200;

export class Statistics {
  readonly #reasons: Partial<Record<EndReason, number>> = {};
  readonly #errors: Partial<Record<ErrorKind, number>> = {};
  readonly #firstTokensMs: number[] = [];
  #answers = 0;
  #requests = 0;
  #seams = 0;
  #waits = 0;
  #promptTokens = 0;
  #completionTokens = 0;

  /** An answer that has ended. */
  add({ reason, error, usage, timing }: EndEvent, tape: Tape<StreamEvent>): void {
    this.#answers++;
    this.#requests += usage.attempts;
    this.#promptTokens += usage.prompt;
    this.#completionTokens += usage.completion;
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
    if (error !== undefined) this.#errors[error.kind] = (this.#errors[error.kind] ?? 0) + 1;
    if (timing.firstTokenMs !== undefined) this.#firstTokensMs.push(timing.firstTokenMs);
    if (this.#firstTokensMs.length > newest) this.#firstTokensMs.shift();
    for (let place = 0; place < tape.length; place++) {
      const type = tape.at(place)?.type;
      if (type === 'seam') this.#seams++;
      else if (type === 'wait') this.#waits++;
    }
  }

  report(): StreamStats {
    const sorted = this.#firstTokensMs.toSorted((a, b) => a - b);
    return {
      answers: this.#answers,
      requests: this.#requests,
      reasons: { ...this.#reasons },
      errors: { ...this.#errors },
      seams: this.#seams,
      waits: this.#waits,
      promptTokens: this.#promptTokens,
      completionTokens: this.#completionTokens,
      medianFirstTokenMs: sorted[sorted.length >> 1],
    };
  }
}
