/** Whether words are coming, as something that moves only while they do. */

/** The pulse is `high` and `low` in turn while tokens come; `waiting` before the first, and once none has come for a while. */
export type ActivityPhase = 'waiting' | 'high' | 'low';

/** Longer than the gap between two tokens of a slow model. */
const silentMs = 2_000;

export class ActivityDot {
  #tokens = 0;
  #grewAtMs = 0;
  #beat: ActivityPhase = 'waiting';

  /** @param tokens of all running streams so far; 0 while none runs */
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
