/**
 * Detects an answer that keeps repeating itself. Checks the last few thousand characters at intervals with the failure
 * function of Knuth, Morris and Pratt: a text is periodic if its longest border leaves a short rest.
 */

/** This much text must repeat before it counts, since long tables and number lists are not loops. */
const windowCharacters = 4_096;
const minRepeats = 8;
/** An end of this length rarely occurs twice by coincidence. */
const endCharacters = 32;
/** Characters between two checks, which keeps the cost per character constant. */
const everyCharacters = 1_024;

export class RepetitionGuard {
  #tail = '';
  #seen = 0;

  /** The length of `text` after which the answer is repetitive; undefined if it is not. */
  push(text: string): number | undefined {
    // Checked at multiples of the interval, so that the result does not depend on how the text was split.
    for (let at = everyCharacters - (this.#seen % everyCharacters); at <= text.length; at += everyCharacters) {
      const window = (this.#tail + text.slice(0, at)).slice(-windowCharacters);
      if (window.length === windowCharacters && isPeriodic(window)) return at;
    }
    this.#seen += text.length;
    this.#tail += text;
    if (this.#tail.length > windowCharacters * 2) this.#tail = this.#tail.slice(-windowCharacters);
    return undefined;
  }
}

function isPeriodic(text: string): boolean {
  // Fast path: in nearly all texts, the end does not occur again within the longest period.
  const end = text.slice(-endCharacters);
  if (text.indexOf(end, text.length - endCharacters - text.length / minRepeats) === text.length - endCharacters) return false;
  const border = new Uint16Array(text.length);
  for (let at = 1, length = 0; at < text.length;) {
    if (text.charCodeAt(at) === text.charCodeAt(length)) border[at++] = ++length;
    else if (length > 0) length = border[length - 1] as number;
    else border[at++] = 0;
  }
  const period = text.length - (border[text.length - 1] as number);
  return period * minRepeats <= text.length;
}
