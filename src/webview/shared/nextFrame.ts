// Runs work when the next frame is about to be painted, or soon when nothing is painted.

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
