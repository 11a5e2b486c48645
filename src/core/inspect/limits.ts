/**
 * Stops an answer at a number of characters, tokens or lines, never inside a character. With a grace, it stops a little
 * later: at the end of the sentence, of the code block, or at least of the line of code.
 */
import type { Limits, StoppedBy } from '../../api.ts';

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
  /** Remaining characters of grace; set once the limit is reached. */
  #grace: number | undefined;
  #reached: StoppedBy | undefined;
  /** Whether the limit is inside a code block; known once the text before the limit was inspected. */
  #reachedInFence: boolean | undefined;
  /** The end of the admitted text: a sentence or a line may have ended there. */
  #last = '';

  constructor(limits: Limits, state: LimitState) {
    this.#limits = limits;
    this.#state = state;
  }

  /** Whether the grace is running, so that text which `admit` refused may be offered again. */
  get inGrace(): boolean {
    return (this.#grace ?? 0) > 0;
  }

  /** The limit that ended the text, or will when its grace is over. */
  get reached(): StoppedBy | undefined {
    return this.#reached;
  }

  /** The time limit was reached. Returns true if text may still come until a good end. */
  reach(): boolean {
    this.#reached ??= this.#by('maxSeconds');
    this.#grace ??= this.#limits.graceCharacters ?? 0;
    return this.inGrace;
  }

  /** Length of `text` that may be delivered; less than all of it means that the limit, or its grace, ends there. */
  admit(text: string): number {
    const allowed = this.#allowed(text);
    if (allowed > 0) this.#last = text.slice(Math.max(0, allowed - lastCharacters), allowed);
    return allowed;
  }

  #allowed(text: string): number {
    if (this.#grace !== undefined) return this.#withGrace(text);
    const byCharacters = this.#byCharacters();
    const byLines = this.#byLines(text);
    const allowed = Math.min(byCharacters, byLines, this.#byTokens(text));
    if (allowed >= text.length) {
      this.#characters += text.length;
      this.#lines += newlines(text);
      return text.length;
    }
    this.#reached = this.#by(allowed === byCharacters ? 'maxCharacters' : allowed === byLines ? 'maxLines' : 'maxTokens');
    this.#grace = this.#limits.graceCharacters ?? 0;
    return wholeCharacters(text, allowed);
  }

  #by(limit: 'maxCharacters' | 'maxLines' | 'maxTokens' | 'maxSeconds'): StoppedBy {
    return { limit, value: this.#limits[limit] ?? 0 };
  }

  #byCharacters(): number {
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

  /** After the limit: up to the next good end within the grace. */
  #withGrace(text: string): number {
    const grace = this.#grace ?? 0;
    const inFence = this.#state.inFence();
    this.#reachedInFence ??= inFence;
    // The code block that contains the limit was closed by earlier text.
    if ((this.#reachedInFence && !inFence) || this.#endsWell(text)) return this.#over(0);
    const to = Math.min(text.length, grace);
    const end = this.#goodEnd(text, to);
    if (end !== undefined) return this.#over(end);
    if (to < text.length || to === grace) return this.#over(wholeCharacters(text, to));
    this.#grace = grace - to;
    return text.length;
  }

  #over(at: number): number {
    this.#grace = 0;
    return at;
  }

  /** Whether the admitted text ends a sentence or a line; `text` follows it. */
  #endsWell(text: string): boolean {
    if (this.#last.endsWith('\n')) return this.#reachedInFence !== true || this.#anyLine(0);
    return this.#reachedInFence !== true && /^\s/.test(text) && /[.!?…]["'”’)\]]*$|[。！？][”’」』）]*$/.test(this.#last);
  }

  /** Whether any line end is accepted at `at`: in the second half of the grace, the end of the block is given up. */
  #anyLine(at: number): boolean {
    return (this.#grace ?? 0) - at <= (this.#limits.graceCharacters ?? 0) / 2;
  }

  #goodEnd(text: string, to: number): number | undefined {
    const within = text.slice(0, to);
    if (this.#reachedInFence !== true) {
      const sentence = /[.!?…]["'”’)\]]*(?=\s)|[。！？][”’」』）]*|\n/.exec(within);
      return sentence === null ? undefined : sentence.index + sentence[0].trimEnd().length;
    }
    const fence = /(?:^|\n)[ \t]*(?:`{3,}|~{3,})[ \t]*(?=\n|$)/.exec(within);
    const firstLine = Math.max(0, (this.#grace ?? 0) - Math.floor((this.#limits.graceCharacters ?? 0) / 2));
    const line = within.indexOf('\n', firstLine);
    if (fence !== null && (line === -1 || fence.index <= line)) return fence.index + fence[0].length;
    return line === -1 ? undefined : line;
  }
}

/** Enough to see the end of a sentence with its closing quotes and brackets. */
const lastCharacters = 8;

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** `length`, or one less if it would split a surrogate pair. */
function wholeCharacters(text: string, length: number): number {
  const code = text.charCodeAt(length - 1);
  return length > 0 && length < text.length && code >= 0xd800 && code <= 0xdbff ? length - 1 : length;
}
