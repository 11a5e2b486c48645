/** Tracks the event numbers of a stream: where to continue, and what a resumed stream repeats or skips. */

export class Sequence {
  #last: number | undefined;
  /** Some gateways number all events alike. */
  #grows = true;
  #byOne = true;
  #rejoined = false;

  /** Undefined if the numbers are unusable. */
  get cursor(): string | undefined {
    return this.#grows && this.#last !== undefined ? String(this.#last) : undefined;
  }

  get rejoined(): boolean {
    return this.#rejoined;
  }

  rejoin(): void {
    this.#rejoined = true;
  }

  /** Whether the event with this number is new. An event without a number counts as new. */
  take(number: unknown): 'next' | 'again' | 'gap' {
    if (typeof number !== 'number') return 'next';
    const last = this.#last;
    if (last === undefined) {
      this.#last = number;
      return 'next';
    }
    if (number <= last) {
      if (this.#rejoined) return 'again';
      this.#grows = false;
      return 'next';
    }
    const isGap = number > last + 1;
    if (isGap && this.#rejoined && this.#byOne) return 'gap';
    if (isGap) this.#byOne = false;
    this.#last = number;
    return 'next';
  }
}
