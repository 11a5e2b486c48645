// Cuts a very long line of code into rows, never inside a character: laying out one endless row is slow.

const LONGEST = 2000;
/** A character of several code points may reach this far over the cut. */
const SLACK = 64;
const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** How many characters can be shown. `cut`: the row ends there, and the rest starts another. */
export function pieceEnd(piece: string, complete: boolean): { readonly to: number; readonly cut: boolean } {
  if (piece.length > LONGEST + SLACK) return { to: boundary(piece), cut: true };
  if (complete) return { to: piece.length, cut: false };
  const to = Math.min(piece.length, LONGEST);
  const half = isHighSurrogate(piece, to - 1) || /[\u200c\u200d]/.test(piece.charAt(to - 1));
  return { to: half ? to - 1 : to, cut: false };
}

/** The first place from the limit on where a character ends. */
function boundary(piece: string): number {
  const from = LONGEST - SLACK;
  for (const { index } of characters.segment(piece.slice(from, LONGEST + SLACK))) if (from + index >= LONGEST) return from + index;
  return wholeCharacter(piece, LONGEST);
}

/** The place itself, or the one before it if it lies inside a surrogate pair. */
export function wholeCharacter(text: string, at: number): number {
  return isHighSurrogate(text, at - 1) ? at - 1 : at;
}

function isHighSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code < 0xdc00;
}
