/**
 * An answer that is read again from its beginning: what was delivered before is compared and left out. Text and reasoning are
 * two streams, since a server gives each its own order.
 */

type Kind = 'text' | 'reasoning';

export class ReplayedAnswer {
  readonly #delivered: Readonly<Record<Kind, string>>;
  readonly #read = { text: 0, reasoning: 0 };
  #differs: string | undefined;

  constructor(delivered: Readonly<Record<Kind, string>>) {
    this.#delivered = delivered;
  }

  /** What the server says in the place of what was delivered; undefined while it is the same. */
  get differs(): string | undefined {
    return this.#differs;
  }

  /** Whether all that was delivered has come again. */
  get complete(): boolean {
    return this.#read.text >= this.#delivered.text.length && this.#read.reasoning >= this.#delivered.reasoning.length;
  }

  /** What of this piece is new. */
  take(kind: Kind, piece: string): string {
    const delivered = this.#delivered[kind];
    const at = this.#read[kind];
    this.#read[kind] += piece.length;
    if (at >= delivered.length) return piece;
    const again = delivered.slice(at, at + piece.length);
    if (!piece.startsWith(again)) {
      this.#differs ??= piece;
      return '';
    }
    return piece.slice(again.length);
  }
}
