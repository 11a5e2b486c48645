/**
 * Limits concurrent requests per origin. The user's requests precede those of programs, which never get the last slot;
 * otherwise first come, first served. VS Code replaces an extension's connection pool with one without limits.
 */
import type { Clock } from './clock.ts';

export interface LimiterStats {
  readonly origin: string;
  readonly limit: number;
  readonly active: number;
  readonly queued: number;
  /** Requests admitted since the start. */
  readonly requests: number;
}

/** Who the request is made for. */
export type Requester = 'person' | 'program';

/** A slot among the requests of an origin. */
export interface Slot {
  readonly origin: string;
  /** Releases the slot when `until` resolves and the socket is free; the answer is already complete. */
  leave(until?: Promise<void>): void;
}

/** Maximum wait, in ms, for a socket that is about to be free: a new one costs a handshake, which takes longer. */
const worthWaitingMs = 60;

interface Origin {
  readonly name: string;
  active: number;
  /** Active requests of programs. */
  programs: number;
  requests: number;
  /** Active requests whose answer is complete and whose socket is about to be free. */
  draining: number;
  readonly drained: Set<() => void>;
  readonly queues: Readonly<Record<Requester, (() => void)[]>>;
}

export class ConnectionLimiter {
  readonly #limit: () => number;
  readonly #clock: Clock;
  readonly #origins = new Map<string, Origin>();
  /** Origins by address: parsing the address for each request takes 1/60 of the time to first token. */
  readonly #byAddress = new Map<string, Origin>();

  /** @param limit read at every request, so that a changed setting applies at once */
  constructor(limit: () => number, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Resolves to a slot at the origin of `baseURL`, or to undefined if the signal aborts first. */
  async enter(baseURL: string, signal: AbortSignal, requester: Requester = 'person'): Promise<Slot | undefined> {
    if (signal.aborted) return undefined;
    const place = this.#origin(baseURL);
    if (place.draining > 0) await this.#drained(place, signal);
    if (signal.aborted) return undefined;
    const at = this.tryEnter(baseURL, requester);
    if (at !== undefined) return at;
    const queue = place.queues[requester];
    const entered = await new Promise<boolean>((resolve) => {
      const go = (): void => {
        signal.removeEventListener('abort', givenUp);
        resolve(true);
      };
      const givenUp = (): void => {
        signal.removeEventListener('abort', givenUp);
        queue.splice(queue.indexOf(go), 1);
        resolve(false);
      };
      signal.addEventListener('abort', givenUp);
      queue.push(go);
    });
    return entered ? this.#place(place, requester) : undefined;
  }

  /** Takes a slot only if no other request has to wait for it. */
  tryEnter(baseURL: string, requester: Requester = 'person'): Slot | undefined {
    const place = this.#origin(baseURL);
    const { person, program } = place.queues;
    const isFirst = person.length === 0 && (requester === 'person' || program.length === 0);
    if (!isFirst || !this.#hasRoom(place, requester)) return undefined;
    this.#take(place, requester);
    return this.#place(place, requester);
  }

  stats(): LimiterStats[] {
    return [...this.#origins].map(([origin, { active, requests, queues }]) => ({
      origin,
      limit: this.#limit(),
      active,
      queued: queues.person.length + queues.program.length,
      requests,
    }));
  }

  #hasRoom(place: Origin, requester: Requester): boolean {
    const limit = this.#limit();
    // With a single slot, none can be reserved.
    return place.active < limit && (requester === 'person' || place.programs < Math.max(1, limit - 1));
  }

  #take(place: Origin, requester: Requester): void {
    place.active++;
    if (requester === 'program') place.programs++;
    place.requests++;
  }

  #place(place: Origin, requester: Requester): Slot {
    let left = false;
    return {
      origin: place.name,
      leave: (until) => {
        if (left) return;
        left = true;
        if (until === undefined) {
          this.#free(place, requester);
          return;
        }
        place.draining++;
        void until.finally(() => {
          place.draining--;
          this.#free(place, requester);
          for (const wake of place.drained) wake();
        });
      },
    };
  }

  #free(place: Origin, requester: Requester): void {
    place.active--;
    if (requester === 'program') place.programs--;
    // Taken here, not by the waiter: others could slip in between its wake-up and its turn.
    for (const next of ['person', 'program'] as const) {
      const queue = place.queues[next];
      while (queue.length > 0 && this.#hasRoom(place, next)) {
        this.#take(place, next);
        queue.shift()?.();
      }
    }
  }

  /** Resolves when a draining socket is free, when waiting is no longer worthwhile, or when the signal aborts. */
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
    // An invalid address shares nothing.
    const name = URL.canParse(baseURL) ? new URL(baseURL).origin : baseURL;
    const made = this.#origins.get(name) ?? {
      name,
      active: 0,
      programs: 0,
      requests: 0,
      draining: 0,
      drained: new Set(),
      queues: { person: [], program: [] },
    };
    this.#origins.set(name, made);
    this.#byAddress.set(baseURL, made);
    return made;
  }
}
