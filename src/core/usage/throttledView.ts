/** Redraws a view when it changed, at most once per interval. */
import type { Clock } from '../request/clock.ts';

export interface ThrottlePorts<View> {
  readonly clock: Clock;
  /** Returns the current view. */
  readonly look: () => View;
  readonly draw: (view: View) => void;
  /** Whether it changes without an event, so that it must be polled. */
  readonly moves: () => boolean;
}

export class ThrottledView<View> {
  readonly #ports: ThrottlePorts<View>;
  readonly #everyMs: number;
  #drawn: string | undefined;
  #lookedAt = -Infinity;
  #next: (() => void) | undefined;

  /** @param everyMs minimum time between two draws */
  constructor(everyMs: number, ports: ThrottlePorts<View>) {
    this.#everyMs = everyMs;
    this.#ports = ports;
  }

  /** Redraws now, or as soon as the interval allows. */
  nudge(): void {
    if (this.#next !== undefined) return;
    const { clock } = this.#ports;
    const waitMs = this.#lookedAt + this.#everyMs - clock.now();
    if (waitMs <= 0) this.#look();
    else this.#next = clock.timer(waitMs, () => this.#look());
  }

  dispose(): void {
    this.#next?.();
    this.#next = undefined;
  }

  #look(): void {
    this.#next = undefined;
    const { clock, look, draw, moves } = this.#ports;
    this.#lookedAt = clock.now();
    const view = look();
    const key = JSON.stringify(view);
    if (key !== this.#drawn) {
      this.#drawn = key;
      draw(view);
    }
    if (moves()) this.#next = clock.timer(this.#everyMs, () => this.#look());
  }
}
