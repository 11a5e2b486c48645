/**
 * Joins an interrupted answer and its continuation. The start of the new stream (its head) is held back until it is clear
 * how much of it repeats delivered text. Delivered text is never taken back.
 */

export type OverlapVerdict =
  /** More of the new stream is needed. */
  | { readonly type: 'hold' }
  /** The first `drop` characters of the new stream repeat old text; the rest is new. */
  | { readonly type: 'join'; readonly drop: number }
  /**
   * A short match that may be a repetition or a coincidence ("hel" + "lo" or "hel" + "llo"). `drops` lists the possible
   * cuts, ascending from 0; `likely` is the best guess.
   */
  | { readonly type: 'unclear'; readonly drops: readonly number[]; readonly likely: number }
  /** The server started a new answer that is equal at first and then differs: it cannot be joined. */
  | { readonly type: 'different' };

/** Longer repetitions, in characters, are recognized only from the start of the answer. */
const maxOverlap = 2_000;
/** A match of this many characters is not a coincidence. */
const sureOverlap = 16;
/** This many equal characters from the start of the answer mean that the server has started over. */
const sureRestart = 24;
/** Longest introduction, in characters, of a model that was asked to continue. */
const maxPreamble = 200;
/** After an introduction, a match needs this many characters. */
const surePreamble = 48;

/** Continues a sentence. An ellipsis or a list number does not: repeated text may follow it. */
const continuesSentence = /^ ?(?:\p{Ll}|\d+(?=[^.\d]|\.\S)|[,;:!?)\]}]|\.{1,2}(?=[^.]))/u;
/** A line that opens or closes a code block. */
const hasFence = /^ {0,3}(?:`{3}|~{3})/m;
/** A list may repeat a line after such a mark. */
const isListMark = /[-*+>#|–—\d]/;
/** Where an introduction may end: after leading marks, a sentence, or a line. */
const introductionEnd = /^[^\p{L}]+|[:：.。!！…](?:["'”*_]*\s+|\s*\n)|\n+/gu;

export class OverlapFinder {
  readonly #old: string;
  readonly #tail: string;
  /** First line of the open fence, to recognize a model that opens it again. */
  readonly #openFence: string | undefined;
  #head = '';
  /** Characters at the start of the head that are not part of the answer, such as a fence opened again. */
  #skipped = 0;
  #fenceSettled = false;
  #preambleSettled: boolean;

  /**
   * @param openFence marker and language of the code block that `old` ends in, such as "```ts"; only with a language
   * @param asked whether a message asked the model to continue, so that it may reply to that first
   */
  constructor(old: string, openFence?: string, asked = false) {
    this.#preambleSettled = !asked;
    this.#old = old;
    this.#tail = old.slice(-maxOverlap);
    this.#openFence = openFence;
    this.#fenceSettled = openFence === undefined;
  }

  /** The new stream so far. After a decision, the caller cuts it at `drop`. */
  get head(): string {
    return this.#head;
  }

  push(text: string): OverlapVerdict {
    this.#head += text;
    return this.#decide(false);
  }

  /** Decides at the end of the new stream. */
  end(): OverlapVerdict {
    return this.#decide(true);
  }

  #decide(last: boolean): OverlapVerdict {
    if (!this.#preambleSettled && !this.#settlePreamble(last)) return { type: 'hold' };
    if (!this.#fenceSettled && !this.#settleFence(last)) return { type: 'hold' };
    const head = this.#head.slice(this.#skipped);
    if (head === '') return last ? { type: 'join', drop: this.#skipped } : { type: 'hold' };
    if (!last && (this.#mayRepeat(head) || (this.#skipped > 0 && this.#mayRepeat(this.#head)))) return { type: 'hold' };

    const overlaps = this.#overlaps(head);
    // A fence that seems opened again may also be the repeated end of the old text.
    const whole = this.#skipped > 0 ? this.#overlaps(this.#head) : [];
    const sure = [
      ...overlaps.filter((length) => this.#isSure(length)).map((length) => length + this.#skipped),
      ...whole.filter((length) => this.#isSure(length)),
    ];
    if (sure.length === 1) return { type: 'join', drop: sure[0] as number };
    if (sure.length === 0) {
      const same = commonPrefix(this.#old, head);
      // It ended while repeating the answer: nothing is new.
      if (same === head.length && same >= sureRestart) return { type: 'join', drop: this.#skipped + same };
      if (same >= sureRestart) return { type: 'different' };
      if (overlaps.length === 0 && whole.length === 0) return { type: 'join', drop: this.#skipped };
    }
    const drops = new Set([this.#skipped, ...overlaps.map((length) => length + this.#skipped), ...whole]);
    return {
      type: 'unclear',
      drops: [...drops].sort((a, b) => a - b),
      likely: whole.at(-1) ?? this.#skipped + this.#likely(overlaps),
    };
  }

  #isSure(length: number): boolean {
    return length >= sureOverlap || length === this.#old.length;
  }

  /** Whether the head occurs in the old text, so that the next characters may repeat it too. */
  #mayRepeat(head: string): boolean {
    if (head.length >= this.#old.length) return false;
    return this.#old.startsWith(head) || (head.length < this.#tail.length && this.#tail.includes(head));
  }

  /** Lengths of those endings of the old text that the head starts with, ascending. */
  #overlaps(head: string): number[] {
    const lengths: number[] = [];
    const first = head[0] as string;
    const from = Math.max(0, this.#tail.length - head.length);
    for (let at = this.#tail.lastIndexOf(first); at >= from; at = at === 0 ? -1 : this.#tail.lastIndexOf(first, at - 1)) {
      if (head.startsWith(this.#tail.slice(at))) lengths.push(this.#tail.length - at);
    }
    // A restart of an answer that is longer than the tail.
    if (this.#old.length > this.#tail.length && head.startsWith(this.#old)) lengths.push(this.#old.length);
    return lengths;
  }

  /** Whole words and white space are probably repetitions, other short matches coincidences. */
  #likely(overlaps: readonly number[]): number {
    for (const length of overlaps.toReversed()) {
      const repeated = this.#old.slice(-length);
      const before = this.#old.at(-length - 1);
      if (length >= sureOverlap || repeated.trim() === '') return length;
      if (repeated.length >= 2 && (before === undefined || !isWord(before)) && isWord(repeated)) return length;
    }
    return 0;
  }

  /** False while the head may still be an introduction to a repetition, such as "Sure, here it is:". */
  #settlePreamble(last: boolean): boolean {
    const head = this.#head;
    // A continuation in the middle of a sentence has no introduction.
    if (continuesSentence.test(head)) return this.#preambleDone(0, false);
    if (/^[^\p{L}]*$/u.test(head) && head.length <= maxPreamble) return this.#preambleDone(0, !last);
    // Neither has one that repeats old text at once.
    if (this.#overlaps(head).some((length) => this.#isSure(length))) return this.#preambleDone(0, false);
    if (this.#mayRepeat(head)) return this.#preambleDone(0, !last);
    let open = !last && head.length <= maxPreamble;
    for (const { index, 0: gap } of head.slice(0, maxPreamble).matchAll(introductionEnd)) {
      const from = index + gap.length;
      const rest = head.slice(from);
      const need = index === 0 ? sureRestart : Math.min(surePreamble, this.#old.length);
      if (rest.length >= need && this.#old.startsWith(rest.slice(0, need))) return this.#preambleDone(from, false);
      const sure = index > 0 ? surePreamble : isListMark.test(gap) ? Infinity : sureOverlap;
      if (this.#overlaps(rest).some((length) => length >= sure)) return this.#preambleDone(from, false);
      if (gap.endsWith('\n') && this.#opensFence(rest) && !hasFence.test(this.#lastLine + head.slice(0, from))) {
        return this.#preambleDone(from, false);
      }
      if (rest.length < surePreamble && !last && this.#mayRepeat(rest)) open = true;
    }
    return this.#preambleDone(0, open);
  }

  /** In a block of code, a fence with its language opens it again, also with another name of the language: `ts` is `typescript`. */
  #opensFence(text: string): boolean {
    const fence = this.#openFence;
    if (fence === undefined || text.startsWith(fence)) return fence !== undefined;
    const [, marks = '', letter = ''] = /^([`~]+)\s*(\w)/.exec(fence) ?? [];
    return letter !== '' && text.startsWith(marks + letter) && /^[`~]+[\w+#.-]{1,40}\n/.test(text);
  }

  get #lastLine(): string {
    return this.#tail.slice(this.#tail.lastIndexOf('\n') + 1);
  }

  #preambleDone(skip: number, open: boolean): boolean {
    if (open) return false;
    this.#preambleSettled = true;
    this.#skipped = skip;
    return true;
  }

  /** False while the head may still become the fence's first line. */
  #settleFence(last: boolean): boolean {
    const fence = this.#openFence as string;
    const rest = this.#head.slice(this.#skipped);
    const lead = this.#skipped + rest.length - rest.trimStart().length;
    const line = this.#head.slice(lead);
    if (this.#skipped > 0 && !this.#opensFence(line)) return this.#fenceDone(this.#skipped);
    if (this.#opensFence(line)) {
      const end = line.indexOf('\n');
      if (end === -1 && !last) return line.length > fence.length + 80 ? this.#fenceDone(this.#skipped) : false;
      return this.#fenceDone(lead + (end === -1 ? line.length : end + 1));
    }
    if (!last && (fence.startsWith(line) || /^[`~]{3,}[\w+#.-]{0,40}$/.test(line))) return false;
    return this.#fenceDone(0);
  }

  #fenceDone(skip: number): true {
    this.#fenceSettled = true;
    this.#skipped = skip;
    return true;
  }
}

/**
 * Length of the end of `old` that a probe leaves out: the shortest one that occurs nowhere else nearby, so that its place in
 * the reply tells exactly how much the server repeats. Undefined if there is none.
 */
export function anchorLength(old: string): number | undefined {
  for (let length = Math.min(4, old.length - 1); length > 0 && length <= Math.min(400, old.length - 1); length++) {
    const code = old.charCodeAt(old.length - length);
    // Some servers do not continue text that ends in white space.
    if ((code >= 0xdc00 && code <= 0xdfff) || /\s/.test(old.at(-length - 1) as string)) continue;
    const anchor = old.slice(-length);
    const window = old.slice(-(length + maxProbeOverlap), -1);
    if (!window.includes(anchor)) return length;
  }
  return undefined;
}

/** The longest repetition, in characters, that a probe recognizes. */
export const maxProbeOverlap = 64;

/**
 * The number of characters that the server repeats, from its reply to a request without the last `anchor` characters: the
 * nearest of `drops`. Undefined as long as the reply does not tell.
 */
export function dropByProbe(old: string, anchor: number, answer: string, drops: readonly number[]): number | undefined {
  for (let repeated = 0; repeated <= maxProbeOverlap && repeated + anchor <= old.length; repeated++) {
    if (!answer.startsWith(old.slice(old.length - anchor - repeated))) continue;
    // At the start of the answer, there may have been less to repeat than the server would.
    const clipped = repeated + anchor === old.length;
    return (clipped ? drops.find((drop) => drop >= repeated) : undefined) ?? nearest(drops, repeated);
  }
  return undefined;
}

/** A server that repeats a word or token repeats a varying number of characters. */
function nearest(drops: readonly number[], repeated: number): number {
  return drops.reduce((best, drop) => (Math.abs(drop - repeated) <= Math.abs(best - repeated) ? drop : best), Infinity);
}

function commonPrefix(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let length = 0;
  while (length < end && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

function isWord(text: string): boolean {
  return /^[\p{L}\p{N}]/u.test(text);
}
