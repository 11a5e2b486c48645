/** The engine's clock, passed in so that a test can skip an hour. */

export interface Clock {
  /** Milliseconds of a monotonic clock; only differences are meaningful. */
  now(): number;
  /** Milliseconds since the epoch; may jump when the computer wakes up or the clock is set. */
  wall(): number;
  /** Calls `fire` once after `ms`; the returned function cancels it. */
  timer(ms: number, fire: () => void): () => void;
}

/** The longest delay of a JavaScript timer, in ms (2^31 - 1); a longer one fires at once. */
const longestTimerMs = 0x7fffffff;

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  timer: (ms, fire) => {
    const handle = setTimeout(fire, Math.min(ms, longestTimerMs));
    return () => clearTimeout(handle);
  },
};

/** Waits `ms` or until the signal aborts; removes its listeners either way. Never rejects: check the signal afterwards. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.timer(ms, done);
    signal.addEventListener('abort', done);
  });
}
