/**
 * An answer as an append-only tape with one writer and any number of readers. A reader is a place on the tape, not a
 * queue: a slow one costs its own lag and nothing else, and a late one starts at place 0 and misses nothing.
 */

export class Tape<T> {
  readonly #entries: T[] = [];
  /** An array: iterating a set would allocate an iterator for every entry written. */
  #readers: readonly Reader<T>[] = [];
  readonly #maxLag: number;
  #ended = false;
  #roomWaiters: (() => void)[] = [];

  /** @param maxLag maximum number of entries the slowest pacing reader may lag behind before `room()` makes the writer wait */
  constructor(maxLag: number) {
    this.#maxLag = maxLag;
  }

  get length(): number {
    return this.#entries.length;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Synchronous, so a delta costs no promise. Writing after `end()` is a bug of the writer and is ignored. */
  write(entry: T): void {
    if (this.#ended) throw new Error('The tape has ended.');
    this.#entries.push(entry);
    for (const reader of this.#readers) reader.wake();
  }

  end(): void {
    this.#ended = true;
    for (const reader of this.#readers) reader.wake();
    this.#makeRoom();
  }

  at(place: number): T | undefined {
    return this.#entries[place];
  }

  /** @param pacing whether this reader may slow the writer down; a page that can be hidden must not */
  read(options: { readonly pacing: boolean; readonly from?: number }): Reader<T> {
    const reader = new Reader<T>(this, options.pacing, options.from ?? 0, {
      moved: () => this.#makeRoom(),
      left: () => {
        this.#readers = this.#readers.filter((other) => other !== reader);
        this.#makeRoom();
      },
    });
    this.#readers = [...this.#readers, reader];
    return reader;
  }

  /** Number of entries the slowest pacing reader has not taken yet. */
  get lag(): number {
    let place = this.#entries.length;
    for (const reader of this.#readers) if (reader.pacing && reader.place < place) place = reader.place;
    return this.#entries.length - place;
  }

  get hasRoom(): boolean {
    return this.#ended || this.lag < this.#maxLag;
  }

  /**
   * Resolves when every pacing reader lags by less than `maxLag`, or when the signal aborts: a cancel must reach a waiting
   * writer.
   */
  async room(signal: AbortSignal): Promise<void> {
    while (!this.hasRoom && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          signal.removeEventListener('abort', wake);
          resolve();
        };
        signal.addEventListener('abort', wake);
        this.#roomWaiters.push(wake);
      });
    }
  }

  #makeRoom(): void {
    if (this.#roomWaiters.length === 0 || !this.hasRoom) return;
    const waiters = this.#roomWaiters;
    this.#roomWaiters = [];
    for (const wake of waiters) wake();
  }
}

export class Reader<T> {
  readonly #tape: Tape<T>;
  #pacing: boolean;
  readonly #notify: { moved(): void; left(): void };
  #place: number;
  #left = false;
  #waiter: (() => void) | undefined;

  constructor(tape: Tape<T>, pacing: boolean, place: number, notify: { moved(): void; left(): void }) {
    this.#tape = tape;
    this.#pacing = pacing;
    this.#place = place;
    this.#notify = notify;
  }

  get pacing(): boolean {
    return this.#pacing;
  }

  /** Sets whether this reader may slow the writer down. */
  pace(pacing: boolean): void {
    this.#pacing = pacing;
    this.#notify.moved();
  }

  get place(): number {
    return this.#place;
  }

  /** True once the tape has ended and was fully read, or the reader has left. */
  get finished(): boolean {
    return this.#left || (this.#tape.ended && this.#place >= this.#tape.length);
  }

  /** Takes at most `limit` unread entries; an empty array when there are none. */
  take(limit = Infinity): T[] {
    if (this.#left) return [];
    const end = Math.min(this.#tape.length, this.#place + limit);
    const taken: T[] = [];
    for (let place = this.#place; place < end; place++) taken.push(this.#tape.at(place) as T);
    this.#place = end;
    if (taken.length > 0) this.#notify.moved();
    return taken;
  }

  /** Takes one entry, or undefined when there is none. */
  next(): T | undefined {
    if (this.#left || this.#place >= this.#tape.length) return undefined;
    const entry = this.#tape.at(this.#place++);
    this.#notify.moved();
    return entry;
  }

  /** Resolves when something is unread, the tape has ended, or the reader has left. One waiter at a time. */
  more(): Promise<void> {
    if (this.#left || this.#tape.ended || this.#place < this.#tape.length) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiter = resolve;
    });
  }

  /** Stops reading; this reader no longer slows the stream. */
  leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#notify.left();
    this.wake();
  }

  wake(): void {
    const waiter = this.#waiter;
    if (waiter === undefined) return;
    this.#waiter = undefined;
    waiter();
  }
}
