/** Joins characters that a server splits between two deltas: a token may end inside a character. */
import type { DeltaSink } from '../provider.ts';

/** Joins the halves of surrogate pairs. */
export class WholeCharacters {
  #half = '';

  push(text: string): string {
    let whole = text;
    if (this.#half !== '') {
      const next = text.charCodeAt(0);
      // A half whose other half does not follow becomes U+FFFD, as in any text that was decoded.
      whole = (next >= 0xdc00 && next <= 0xdfff ? this.#half : '\ufffd') + text;
      this.#half = '';
    }
    const last = whole.charCodeAt(whole.length - 1);
    if (last < 0xd800 || last > 0xdbff) return whole;
    this.#half = whole.slice(-1);
    return whole.slice(0, -1);
  }
}

/** Wraps a sink so that it receives only whole characters. */
export function wholeCharacters(sink: DeltaSink): DeltaSink {
  const joiners = { text: new WholeCharacters(), reasoning: new WholeCharacters(), refusal: new WholeCharacters() };
  return (delta) => {
    if (delta.type !== 'text' && delta.type !== 'reasoning' && delta.type !== 'refusal') {
      sink(delta);
      return;
    }
    const text = joiners[delta.type].push(delta.text);
    if (text === delta.text) sink(delta);
    else if (text !== '') sink({ type: delta.type, text });
  };
}
