/**
 * An answer that is read again from its start: text that was already delivered is compared and left out. Text and reasoning
 * are compared separately, since servers order only each of them.
 */

type Kind = 'text' | 'reasoning';

export class ReplayedAnswer {
  readonly #delivered: Readonly<Record<Kind, string>>;
  readonly #read = { text: 0, reasoning: 0 };
  #differs: string | undefined;

  constructor(delivered: Readonly<Record<Kind, string>>) {
    this.#delivered = delivered;
  }

  /** The first piece that differs from the delivered text; undefined while there is none. */
  get differs(): string | undefined {
    return this.#differs;
  }

  /** Whether all delivered text has been read again. */
  get complete(): boolean {
    return this.#read.text >= this.#delivered.text.length && this.#read.reasoning >= this.#delivered.reasoning.length;
  }

  /** Returns the new part of a piece. */
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
