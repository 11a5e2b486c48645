/** For providers that produce deltas: passes them on and keeps the ending, which is the last piece. */
import type { Decoder, Delta, DeltaSink, Ending } from '../provider.ts';

export type DeltaPiece = Delta | { readonly type: 'end'; readonly ending: Ending } | { readonly type: 'alive' };

export class DeltaDecoder implements Decoder<DeltaPiece> {
  readonly #sink: DeltaSink;
  #ending: Ending | undefined;

  constructor(sink: DeltaSink) {
    this.#sink = sink;
  }

  get state(): Decoder['state'] {
    if (this.#ending === undefined) return 'open';
    return this.#ending.type === 'failure' ? 'failed' : 'done';
  }

  feed(piece: DeltaPiece): void {
    if (piece.type === 'end') this.#ending ??= piece.ending;
    else if (piece.type !== 'alive' && this.#ending === undefined) this.#sink(piece);
  }

  end(): Ending {
    return this.#ending ?? { type: 'cut' };
  }
}
