/** Announces the newest of many sentences, at most one every five seconds, so that screen readers are not interrupted. */

export interface AnnouncementClock {
  now(): number;
  /** Returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
}

const leastMs = 5_000;

export class Announcements {
  readonly #say: (sentence: string | undefined) => void;
  readonly #clock: AnnouncementClock;
  #said: string | undefined;
  #saidAtMs = Number.NEGATIVE_INFINITY;
  #waiting: { sentence: string; readonly cancel: () => void } | undefined;

  /** @param say receives undefined when there is nothing left to announce */
  constructor(say: (sentence: string | undefined) => void, clock: AnnouncementClock) {
    this.#say = say;
    this.#clock = clock;
  }

  soon(sentence: string): void {
    if (this.#waiting !== undefined) {
      this.#waiting.sentence = sentence;
      return;
    }
    const restMs = this.#saidAtMs + leastMs - this.#clock.now();
    if (restMs <= 0) return this.now(sentence);
    const cancel = this.#clock.after(restMs, () => this.now(this.#waiting?.sentence));
    this.#waiting = { sentence, cancel };
  }

  now(sentence: string | undefined): void {
    this.stop();
    if (sentence === this.#said) return;
    this.#said = sentence;
    if (sentence !== undefined) this.#saidAtMs = this.#clock.now();
    this.#say(sentence);
  }

  stop(): void {
    this.#waiting?.cancel();
    this.#waiting = undefined;
  }
}
