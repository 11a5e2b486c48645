/**
 * How many requests run at once to one origin: first come, first served. The limit is ours to keep, since VS Code
 * replaces the connection pool of a caller by one without limits.
 */
import type { Clock } from './clock.ts';

export interface LimiterStats {
  readonly origin: string;
  readonly limit: number;
  readonly active: number;
  readonly queued: number;
  /** Requests let through since the start. */
  readonly requests: number;
}

/** A place among the requests of an origin. */
export interface Slot {
  readonly origin: string;
  /** The answer is complete; its socket will be free when `until` resolves. The place is given back then. */
  leave(until?: Promise<void>): void;
}

/** A socket that is about to be free is worth waiting for: a new one costs a handshake, which takes longer. */
const worthWaitingMs = 60;

interface Origin {
  readonly name: string;
  active: number;
  requests: number;
  /** Of the active ones, those whose answer is complete and whose socket is about to be free. */
  draining: number;
  readonly drained: Set<() => void>;
  readonly queue: (() => void)[];
}

export class ConnectionLimiter {
  readonly #limit: () => number;
  readonly #clock: Clock;
  readonly #origins = new Map<string, Origin>();
  /** By address, since taking one apart again for each request is a sixtieth of the time to the first word. */
  readonly #byAddress = new Map<string, Origin>();

  /** @param limit read at every request, so that a changed setting counts at once */
  constructor(limit: () => number, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Resolves to a place at the origin of `baseURL`, or to undefined when the signal fires first. */
  async enter(baseURL: string, signal: AbortSignal): Promise<Slot | undefined> {
    if (signal.aborted) return undefined;
    const place = this.#origin(baseURL);
    if (place.draining > 0) await this.#drained(place, signal);
    if (signal.aborted) return undefined;
    const at = this.tryEnter(baseURL);
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
    return entered ? this.#place(place) : undefined;
  }

  /** Enters only if nobody has to wait for it. */
  tryEnter(baseURL: string): Slot | undefined {
    const place = this.#origin(baseURL);
    if (place.active >= this.#limit() || place.queue.length > 0) return undefined;
    this.#take(place);
    return this.#place(place);
  }

  stats(): LimiterStats[] {
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

  #place(place: Origin): Slot {
    let left = false;
    return {
      origin: place.name,
      leave: (until) => {
        if (left) return;
        left = true;
        if (until === undefined) {
          this.#free(place);
          return;
        }
        place.draining++;
        void until.finally(() => {
          place.draining--;
          this.#free(place);
          for (const wake of place.drained) wake();
        });
      },
    };
  }

  #free(place: Origin): void {
    place.active--;
    // Taken here and not by the one who waits: between its being called and its running others could slip in.
    while (place.active < this.#limit() && place.queue.length > 0) {
      this.#take(place);
      place.queue.shift()?.();
    }
  }

  /** Resolves when a draining socket is free, or it was not worth waiting for, or the signal fires. */
  #drained(place: Origin, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        place.drained.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.#clock.timer(worthWaitingMs, done);
      place.drained.add(done);
      signal.addEventListener('abort', done);
    });
  }

  #origin(baseURL: string): Origin {
    const known = this.#byAddress.get(baseURL);
    if (known !== undefined) return known;
    const name = originOf(baseURL);
    const made = this.#origins.get(name) ?? { name, active: 0, requests: 0, draining: 0, drained: new Set(), queue: [] };
    this.#origins.set(name, made);
    this.#byAddress.set(baseURL, made);
    return made;
  }
}

/** What connections are shared by; an address that is none has nothing to share. */
function originOf(baseURL: string): string {
  try {
    return new URL(baseURL).origin;
  } catch {
    return baseURL;
  }
}
