/** Time as the engine sees it: passed in, so that a test can let an hour pass at once. */

export interface Clock {
  /** Milliseconds on a clock that never jumps; only differences mean something. */
  now(): number;
  /** Milliseconds since the epoch; may jump when the computer wakes up or its clock is set. */
  wall(): number;
  /** Calls `fire` once after `ms`; the returned function calls it off. */
  timer(ms: number, fire: () => void): () => void;
}

/** The longest delay that a JavaScript timer can hold, in ms (2^31 - 1); a longer one would fire at once. */
const longestTimerMs = 0x7fffffff;

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  timer: (ms, fire) => {
    const handle = setTimeout(fire, Math.min(ms, longestTimerMs));
    return () => clearTimeout(handle);
  },
};

/** Waits `ms`, or until the signal fires; cleans up on both ways out. Never rejects: look at the signal afterwards. */
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
