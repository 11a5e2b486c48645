/** Joins a continued answer while it streams: holds its head back until it is clear where it fits, and asks if need be. */
import type { OverlapVerdict, OverlapFinder } from './overlap.ts';

export interface JoinerPorts {
  /** Which of the possible cuts is right; undefined when that cannot be learnt. The network waits meanwhile. */
  readonly ask: (drops: readonly number[]) => Promise<number | undefined>;
  /** The head's first `drop` characters were there already; `rest` is new. Nothing is pushed after this. */
  readonly joined: (drop: number, rest: string) => void;
  /** The server gave another answer from the start. */
  readonly startedOver: () => void;
}

export class Joiner {
  readonly #seam: OverlapFinder;
  readonly #ports: JoinerPorts;
  #asking: Promise<void> | undefined;

  constructor(seam: OverlapFinder, ports: JoinerPorts) {
    this.#seam = seam;
    this.#ports = ports;
  }

  /** While a question is open: resolves when it is answered. */
  get asking(): Promise<void> | undefined {
    return this.#asking;
  }

  push(text: string): void {
    const joint = this.#seam.push(text);
    if (this.#asking === undefined) this.#take(joint);
  }

  /** The continued answer is over; resolves when what it brought has been joined. */
  async end(): Promise<void> {
    if (this.#asking === undefined && this.#seam.head !== '') this.#take(this.#seam.end());
    await this.#asking;
  }

  #take(joint: OverlapVerdict): void {
    switch (joint.type) {
      case 'hold':
        return;
      case 'join':
        this.#join(joint.drop);
        return;
      case 'unclear':
        this.#asking = this.#ports.ask(joint.drops).then((drop) => this.#join(drop ?? joint.likely));
        return;
      case 'different':
        this.#ports.startedOver();
        return;
      default:
        joint satisfies never;
    }
  }

  #join(drop: number): void {
    this.#ports.joined(drop, this.#seam.head.slice(drop));
  }
}
