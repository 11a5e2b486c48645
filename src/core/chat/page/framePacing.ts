/** When the page is sent its next frame: after it has drawn the last one, or after a deadline, and not too often. */
import type { Clock } from '../../request/clock.ts';

/** A page that has not drawn a frame after this long is sent the next one, since a webview may never answer. */
const drawnDeadlineMs = 500;

/**
 * Text that arrives faster than this is sent together. Each message costs the window about 4 ms, however short it is, and
 * 25 updates a second read as smoothly as 60. A buffer of 100 deltas still lets 2,500 a second through, which is more than
 * any server sends.
 */
const leastBetweenMs = 40;

export class FramePacing {
  readonly #clock: Clock;
  readonly #due: () => void;
  #frame = 0;
  #postedAt = -Infinity;
  /** Cancels the deadline of the frame that the page has not drawn yet. */
  #inFlight: (() => void) | undefined;
  /** Cancels the frame that waits until enough text has come together. */
  #waiting: (() => void) | undefined;

  /** @param due called when a frame that was refused may be sent */
  constructor(clock: Clock, due: () => void) {
    this.#clock = clock;
    this.#due = due;
  }

  /**
   * Whether a frame may be sent now.
   * @param urgency the end of an answer does not even wait for the last frame to be drawn; other changes wait for that, and
   * text that merely grows also waits until enough of it has come together
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

  /** A frame goes out now; returns its number. */
  post(): number {
    this.stop();
    this.#postedAt = this.#clock.now();
    this.#inFlight = this.#clock.timer(drawnDeadlineMs, () => {
      this.#landed();
      this.#due();
    });
    return ++this.#frame;
  }

  /** Whether this was the frame that was waited for. */
  drawn(frame: number): boolean {
    if (frame !== this.#frame) return false;
    this.#landed();
    return true;
  }

  /** The page is new, or visible again: its next frame waits for nothing. */
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
