/** Statistics of all answers since activation, as numbers only: no text of any question or answer is kept. */
import type { EndReason, ErrorKind, StreamEvent } from '../../api.ts';
import type { EndEvent } from './liveStream.ts';
import type { Tape } from './tape/tape.ts';

/** Number of answers whose time to the first token is remembered. */
const newest = 200;

export class Statistics {
  readonly #reasons: Partial<Record<EndReason, number>> = {};
  readonly #errors: Partial<Record<ErrorKind, number>> = {};
  readonly #firstTokensMs: number[] = [];
  /** `seams` counts joined breaks, `waits` those before another attempt. */
  readonly #counts = { answers: 0, requests: 0, seams: 0, waits: 0, promptTokens: 0, completionTokens: 0 };

  /** Call it when an answer has ended. */
  add({ reason, error, usage, timing }: EndEvent, tape: Tape<StreamEvent>): void {
    const counts = this.#counts;
    counts.answers++;
    counts.requests += usage.attempts;
    counts.promptTokens += usage.prompt;
    counts.completionTokens += usage.completion;
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
    if (error !== undefined) this.#errors[error.kind] = (this.#errors[error.kind] ?? 0) + 1;
    if (timing.firstTokenMs !== undefined) this.#firstTokensMs.push(timing.firstTokenMs);
    if (this.#firstTokensMs.length > newest) this.#firstTokensMs.shift();
    for (let place = 0; place < tape.length; place++) {
      const type = tape.at(place)?.type;
      if (type === 'seam') counts.seams++;
      else if (type === 'wait') counts.waits++;
    }
  }

  report() {
    const sorted = this.#firstTokensMs.toSorted((a, b) => a - b);
    return {
      ...this.#counts,
      reasons: { ...this.#reasons },
      errors: { ...this.#errors },
      /** Undefined if no answer had a first token. */
      medianFirstTokenMs: sorted[sorted.length >> 1],
    };
  }
}
