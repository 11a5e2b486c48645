/**
 * How many requests run at once to one origin: first come, first served. The limit is ours to keep, since VS Code
 * replaces the connection pool of a caller by one without limits.
 */

export interface GateStats {
  readonly origin: string;
  readonly limit: number;
  readonly active: number;
  readonly queued: number;
  /** Requests let through since the start. */
  readonly requests: number;
}

/** Gives the place back; more than once does no harm. */
export type Leave = () => void;

interface Origin {
  active: number;
  requests: number;
  readonly queue: (() => void)[];
}

export class Gate {
  readonly #limit: () => number;
  readonly #origins = new Map<string, Origin>();

  /** @param limit read at every request, so that a changed setting counts at once */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  /** Resolves to a function that gives the place back, or to undefined when the signal fires first. */
  async enter(origin: string, signal: AbortSignal): Promise<Leave | undefined> {
    if (signal.aborted) return undefined;
    const place = this.#origin(origin);
    const at = this.tryEnter(origin);
    if (at !== undefined) return at;
    const entered = await new Promise<boolean>((resolve) => {
      const go = (): void => {
        signal.removeEventListener('abort', givenUp);
        resolve(true);
      };
      const givenUp = (): void => {
        signal.removeEventListener('abort', givenUp);
        place.queue.splice(place.queue.indexOf(go), 1);
        resolve(false);
      };
      signal.addEventListener('abort', givenUp);
      place.queue.push(go);
    });
    return entered ? this.#leave(place) : undefined;
  }

  /** Enters only if nobody has to wait for it. */
  tryEnter(origin: string): Leave | undefined {
    const place = this.#origin(origin);
    if (place.active >= this.#limit() || place.queue.length > 0) return undefined;
    this.#take(place);
    return this.#leave(place);
  }

  stats(): GateStats[] {
    return [...this.#origins].map(([origin, { active, requests, queue }]) => ({
      origin,
      limit: this.#limit(),
      active,
      queued: queue.length,
      requests,
    }));
  }

  #take(place: Origin): void {
    place.active++;
    place.requests++;
  }

  #leave(place: Origin): Leave {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      place.active--;
      // Taken here and not by the one who waits: between its being called and its running others could slip in.
      while (place.active < this.#limit() && place.queue.length > 0) {
        this.#take(place);
        place.queue.shift()?.();
      }
    };
  }

  #origin(name: string): Origin {
    const known = this.#origins.get(name);
    if (known !== undefined) return known;
    const made: Origin = { active: 0, requests: 0, queue: [] };
    this.#origins.set(name, made);
    return made;
  }
}
