/**
 * Ends an answer before any of the texts that it must stop at, where the server cannot do that itself. Text that may be the
 * beginning of one is held back until the next text shows whether it is.
 */
import type { Decoder, DeltaSink } from '../provider.ts';

export class StopTexts {
  readonly #sink: DeltaSink;
  readonly #stops: readonly string[];
  /** The end of the text so far that could be the beginning of a stop text. */
  #held = '';
  #stopped = false;

  constructor(sink: DeltaSink, stops: readonly string[]) {
    this.#sink = sink;
    this.#stops = stops.filter((stop) => stop !== '');
  }

  readonly sink: DeltaSink = (delta) => {
    if (delta.type === 'usage') return this.#sink(delta);
    if (this.#stopped) return;
    if (delta.type !== 'text') {
      this.flush();
      return this.#sink(delta);
    }
    const text = this.#held + delta.text;
    const at = Math.min(...this.#stops.map((stop) => text.indexOf(stop)).filter((place) => place !== -1));
    this.#stopped = at < Number.POSITIVE_INFINITY;
    const end = this.#stopped ? at : text.length - this.#begun(text);
    this.#held = this.#stopped ? '' : text.slice(end);
    if (end > 0) this.#sink({ type: 'text', text: text.slice(0, end) });
  };

  /** Delivers the held text: nothing can complete a stop text any more. */
  flush(): void {
    const held = this.#held;
    this.#held = '';
    if (held !== '') this.#sink({ type: 'text', text: held });
  }

  /** Wraps a decoder so that the answer is complete at a stop text. */
  around<Piece>(decoder: Decoder<Piece>): Decoder<Piece> {
    const isStopped = (): boolean => this.#stopped;
    return {
      feed: (piece) => decoder.feed(piece),
      get state() {
        return isStopped() && decoder.state !== 'failed' ? 'done' : decoder.state;
      },
      end: () => {
        if (isStopped()) return { type: 'finish', reason: 'stop', endedHere: true };
        const ending = decoder.end();
        if (isStopped()) return { type: 'finish', reason: 'stop' };
        this.flush();
        return ending;
      },
    };
  }

  /** Number of characters at the end of the text that could be the beginning of a stop text. */
  #begun(text: string): number {
    let longest = 0;
    for (const stop of this.#stops) {
      for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
        if (text.endsWith(stop.slice(0, length))) longest = length;
      }
    }
    return longest;
  }
}
