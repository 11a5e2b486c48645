/**
 * Notices an answer that repeats itself without end. Looks at the last few thousand characters once in a while, by
 * the failure function of Knuth, Morris and Pratt: a text whose longest border leaves a short rest is periodic.
 */

/** How much text must be one repetition before it counts: long tables and number lists are no loops. */
const windowCharacters = 4_096;
const minRepeats = 8;
/** Rarely stands twice in a text by chance. */
const endCharacters = 32;
/** Looked at once per so many new characters, which keeps the cost per character constant. */
const everyCharacters = 1_024;

export class RepetitionGuard {
  #tail = '';
  #seen = 0;

  /** How much of `text` comes before the end of the text has become one repetition; undefined when it has not. */
  push(text: string): number | undefined {
    // Looked at where the text's length is a multiple of the step, so that it does not matter how it was split.
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
  // The end of nearly every text does not stand a second time within the longest period.
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
