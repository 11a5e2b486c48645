/** Decides when the page gets its next frame: after it has drawn the last one or a deadline has passed, at a bounded rate. */
import type { Clock } from '../../request/clock.ts';

/** After this long without an answer, the next frame is sent anyway: a hidden webview may never answer. */
const drawnDeadlineMs = 500;

/**
 * Text arriving faster than this is sent together. A message costs the window about 4 ms whatever its length, and 25
 * updates/s look as smooth as 60. With a buffer of 100 deltas, this still passes 2,500 deltas/s, more than any server
 * sends.
 */
const leastBetweenMs = 40;

export class FramePacing {
  readonly #clock: Clock;
  readonly #due: () => void;
  #frame = 0;
  #postedAt = -Infinity;
  /** Cancels the deadline of the frame being drawn. */
  #inFlight: (() => void) | undefined;
  /** Cancels the frame that waits for more text. */
  #waiting: (() => void) | undefined;

  /** @param due called when a frame that was held back may be sent */
  constructor(clock: Clock, due: () => void) {
    this.#clock = clock;
    this.#due = due;
  }

  /**
   * Whether a frame may be sent now.
   * @param urgency the end of an answer is sent at once; other changes wait until the last frame is drawn; text that merely
   * grows also waits until enough of it has collected
   */
  mayPost(urgency: 'end' | 'change' | 'text'): boolean {
    if (this.#inFlight !== undefined && urgency !== 'end') return false;
    const waitMs = urgency === 'text' ? this.#postedAt + leastBetweenMs - this.#clock.now() : 0;
    if (waitMs <= 0) return true;
    this.#waiting ??= this.#clock.timer(waitMs, () => {
      this.#waiting = undefined;
      this.#due();
    });
    return false;
  }

  /** Registers a frame that is sent now; returns its number. */
  post(): number {
    this.stop();
    this.#postedAt = this.#clock.now();
    this.#inFlight = this.#clock.timer(drawnDeadlineMs, () => {
      this.#landed();
      this.#due();
    });
    return ++this.#frame;
  }

  /** Whether this is the frame being waited for. */
  drawn(frame: number): boolean {
    if (frame !== this.#frame) return false;
    this.#landed();
    return true;
  }

  /** The page is new or visible again: its next frame is sent at once. */
  restart(): void {
    this.#landed();
    this.#postedAt = -Infinity;
  }

  stop(): void {
    this.#landed();
    this.#waiting?.();
    this.#waiting = undefined;
  }

  #landed(): void {
    this.#inFlight?.();
    this.#inFlight = undefined;
  }
}
