/** Two-phase activity indicator, driven by the growth of the token count. */

/** `high` and `low` alternate while tokens arrive; `waiting` before the first one and after a pause. */
export type ActivityPhase = 'waiting' | 'high' | 'low';

/** Longer than the gap between two tokens of a slow model, in ms. */
const silentMs = 2_000;

export class ActivityDot {
  #tokens = 0;
  #grewAtMs = 0;
  #beat: ActivityPhase = 'waiting';

  /** @param tokens total of all running streams; 0 if there are none */
  at(tokens: number, nowMs: number): ActivityPhase {
    if (tokens > this.#tokens) {
      this.#beat = this.#beat === 'high' ? 'low' : 'high';
      this.#grewAtMs = nowMs;
    } else if (tokens === 0 || nowMs - this.#grewAtMs >= silentMs) {
      this.#beat = 'waiting';
    }
    this.#tokens = tokens;
    return this.#beat;
  }
}
