// Deferred work: done in short slices, with a promise for when all of it is done.

const SLICE_MS = 8;
/** The other half is for the layout that a slice causes. */
const BUDGET_MS = SLICE_MS / 2;

export class IdleTasks {
  readonly #under = new Set<Promise<unknown>>();
  readonly #steps: (() => boolean)[] = [];
  #awake = false;

  /** `done` waits for this promise too. */
  add(promise: Promise<unknown>): void {
    this.#under.add(promise);
    void promise.finally(() => this.#under.delete(promise));
  }

  /** Calls `step` again and again, in slices, until it is done. */
  slice(step: () => 'more' | 'done'): Promise<void> {
    const finished = new Promise<void>((resolve) => {
      this.#steps.push(() => {
        if (step() === 'more') return false;
        resolve();
        return true;
      });
    });
    this.add(finished);
    this.#wake();
    return finished;
  }

  /** The same for each item of a list. */
  each<T>(items: readonly T[], step: (item: T) => void): Promise<void> {
    let next = 0;
    return this.slice(() => {
      if (next < items.length) step(items[next++]!);
      return next < items.length ? 'more' : 'done';
    });
  }

  async done(): Promise<void> {
    while (this.#under.size > 0) await Promise.all(this.#under);
  }

  #wake(): void {
    if (this.#awake) return;
    this.#awake = true;
    setTimeout(() => {
      this.#awake = false;
      const until = performance.now() + BUDGET_MS;
      while (this.#steps.length > 0 && performance.now() < until) if (this.#steps[0]!()) this.#steps.shift();
      if (this.#steps.length > 0) this.#wake();
    });
  }
}
