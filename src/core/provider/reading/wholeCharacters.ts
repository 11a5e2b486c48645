/** Joins characters that a server splits between two deltas: a token may end inside a character. */
import type { DeltaSink } from '../provider.ts';

/** Wraps a sink so that it receives only whole characters. */
export function wholeCharacters(sink: DeltaSink): DeltaSink {
  const halves = { text: '', reasoning: '', refusal: '' };
  return (delta) => {
    if (delta.type !== 'text' && delta.type !== 'reasoning' && delta.type !== 'refusal') {
      sink(delta);
      return;
    }
    const { type, text } = delta;
    const half = halves[type];
    let whole = text;
    if (half !== '') {
      const next = text.charCodeAt(0);
      // Without its other half, a half becomes U+FFFD, as in any decoded text.
      whole = (next >= 0xdc00 && next <= 0xdfff ? half : '\ufffd') + text;
      halves[type] = '';
    }
    const last = whole.charCodeAt(whole.length - 1);
    if (last >= 0xd800 && last <= 0xdbff) {
      halves[type] = whole.slice(-1);
      whole = whole.slice(0, -1);
    }
    if (whole === text) sink(delta);
    else if (whole !== '') sink({ type, text: whole });
  };
}
