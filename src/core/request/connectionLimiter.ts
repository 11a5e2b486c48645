/**
 * How many requests run at once to one origin. A person's requests go before those of programs, which never get the last
 * place; otherwise first come, first served. VS Code replaces a caller's connection pool by one without limits.
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

/** On whose behalf a request is made. */
export type Requester = 'person' | 'program';

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
  /** Of the active ones, those of programs. */
  programs: number;
  requests: number;
  /** Of the active ones, those whose answer is complete and whose socket is about to be free. */
  draining: number;
  readonly drained: Set<() => void>;
  readonly queues: Readonly<Record<Requester, (() => void)[]>>;
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

  /** Enters only if no other request has to wait for it. */
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
    // With a single place there is none to keep free.
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
    // Taken here and not by the one who waits: between its being called and its running others could slip in.
    for (const next of ['person', 'program'] as const) {
      const queue = place.queues[next];
      while (queue.length > 0 && this.#hasRoom(place, next)) {
        this.#take(place, next);
        queue.shift()?.();
      }
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

/** What connections are shared by; an address that is none has nothing to share. */
function originOf(baseURL: string): string {
  try {
    return new URL(baseURL).origin;
  } catch {
    return baseURL;
  }
}
