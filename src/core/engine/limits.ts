/**
 * Where an answer must stop: by characters, tokens or lines, never inside a character, and if wanted a little later,
 * at the end of the sentence or of the code block that the limit fell into.
 */
import type { Limits } from '../../api.ts';

export interface LimitState {
  /** Tokens of the answer if `text` were added; only asked for when there is a token limit. */
  readonly tokensWith: (text: string) => number;
  /** Whether the answer stands inside a code block. */
  readonly inFence: () => boolean;
}

export class Limiter {
  readonly #limits: Limits;
  readonly #state: LimitState;
  #characters = 0;
  #lines = 1;
  /** Characters of grace that are left; set once the limit is reached. */
  #grace: number | undefined;
  #reachedInFence = false;

  constructor(limits: Limits, state: LimitState) {
    this.#limits = limits;
    this.#state = state;
  }

  /** How much of `text` may be delivered; less than its length means that the answer ends there. */
  admit(text: string): number {
    if (this.#grace !== undefined) return this.#inGrace(text, 0);
    const allowed = Math.min(this.#byCharacters(text), this.#byLines(text), this.#byTokens(text));
    if (allowed >= text.length) {
      this.#characters += text.length;
      this.#lines += newlines(text);
      return text.length;
    }
    const cut = wholeCharacters(text, allowed);
    this.#grace = this.#limits.graceCharacters ?? 0;
    this.#reachedInFence = this.#state.inFence();
    return this.#grace > 0 ? this.#inGrace(text, cut) : cut;
  }

  #byCharacters(text: string): number {
    const max = this.#limits.maxCharacters ?? 0;
    return max > 0 ? Math.max(0, max - this.#characters) : Infinity;
  }

  #byLines(text: string): number {
    const max = this.#limits.maxLines ?? 0;
    if (max <= 0) return Infinity;
    let line = this.#lines;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
      // The line break that would open a line too many is not delivered.
      if (line >= max) return at;
      line++;
    }
    return Infinity;
  }

  #byTokens(text: string): number {
    const max = this.#limits.maxTokens ?? 0;
    if (max <= 0 || this.#state.tokensWith(text) <= max) return Infinity;
    let low = 0;
    let high = text.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#state.tokensWith(text.slice(0, middle)) <= max) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Behind the limit: up to the next good end, at most as far as the grace reaches. */
  #inGrace(text: string, from: number): number {
    const grace = this.#grace ?? 0;
    // The block that the limit fell into was closed by the text before this.
    if (this.#reachedInFence && !this.#state.inFence()) return from;
    const to = Math.min(text.length, from + grace);
    const end = this.#goodEnd(text, from, to);
    if (end !== undefined) return end;
    this.#grace = grace - (to - from);
    // All of this text may come, and more is awaited: the caller sees no cut.
    return this.#grace > 0 ? text.length : wholeCharacters(text, to);
  }

  #goodEnd(text: string, from: number, to: number): number | undefined {
    if (this.#reachedInFence) {
      const fence = /(^|\n)[ \t]*(`{3,}|~{3,})[ \t]*(?=\n|$)/.exec(text.slice(from, to));
      return fence === null ? undefined : from + fence.index + fence[0].length;
    }
    const sentence = /[.!?…]["'”’)\]]*(?=\s|$)|[。！？][”’」』）]*|\n/.exec(text.slice(from, to));
    return sentence === null ? undefined : from + sentence.index + sentence[0].trimEnd().length;
  }
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** `length`, or one less where it would split a surrogate pair. */
function wholeCharacters(text: string, length: number): number {
  const code = text.charCodeAt(length - 1);
  return length > 0 && length < text.length && code >= 0xd800 && code <= 0xdbff ? length - 1 : length;
}
