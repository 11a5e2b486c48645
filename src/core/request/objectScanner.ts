/** Detects the end of the JSON object that a text begins with, while the text arrives in pieces; reads each character once. */

const quote = 0x22;
const backslash = 0x5c;

export class ObjectScanner {
  #depth = 0;
  #begun = false;
  #whole = false;
  #inString = false;
  #escaped = false;

  /** True once the object has ended; always false for a text that begins with anything else. */
  get whole(): boolean {
    return this.#whole;
  }

  push(text: string): void {
    for (let at = 0; at < text.length && !this.#whole; at++) {
      const code = text.charCodeAt(at);
      if (!this.#begun) {
        if (code <= 0x20) continue;
        this.#begun = true;
        this.#depth = code === 0x7b ? 1 : -Infinity;
      } else if (this.#escaped) this.#escaped = false;
      else if (this.#inString) {
        if (code === backslash) this.#escaped = true;
        else if (code === quote) this.#inString = false;
      } else if (code === quote) this.#inString = true;
      else if (code === 0x7b || code === 0x5b) this.#depth++;
      else if (code === 0x7d || code === 0x5d) this.#whole = --this.#depth === 0;
    }
  }
}
