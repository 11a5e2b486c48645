// Runs work before the next frame is painted, or after a short time if nothing is painted.

/** A hidden or covered page gets no animation frames, but the host still waits for its answer. */
const UNPAINTED_MS = 100;

export function nextFrame(work: () => void): void {
  let timer = 0;
  const frame = requestAnimationFrame(() => {
    clearTimeout(timer);
    work();
  });
  timer = window.setTimeout(() => {
    cancelAnimationFrame(frame);
    work();
  }, UNPAINTED_MS);
}
