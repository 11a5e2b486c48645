/**
 * The join of a broken answer and its continuation. The head of the new stream is held back until it is clear how
 * much of it repeats what was already delivered; nothing delivered is ever taken back.
 */

export type OverlapVerdict =
  /** Not clear yet: more of the new stream is needed. */
  | { readonly type: 'hold' }
  /** The first `drop` characters of the new stream repeat old text; what follows is new. */
  | { readonly type: 'join'; readonly drop: number }
  /**
   * A short match that may be repetition or chance ("hel" + "lo" or "hel" + "llo"): `drops` lists the
   * possible cuts, ascending from 0. `likely` is the best guess where nothing else decides.
   */
  | { readonly type: 'unclear'; readonly drops: readonly number[]; readonly likely: number }
  /** The server began a new answer, equal at first and then different: there is no honest join. */
  | { readonly type: 'different' };

/** A longer repetition than this is looked for only from the answer's very beginning. */
const maxOverlap = 2_000;
/** A match of this many characters is no chance. */
const sureOverlap = 16;
/** So much equal text from the answer's beginning means that the server has started over. */
const sureRestart = 24;
/** A model that was asked to continue may begin with an introduction, up to this long. */
const maxPreamble = 200;
/** After such a sentence more text must be equal to be no chance. */
const surePreamble = 48;

export class OverlapFinder {
  readonly #old: string;
  readonly #tail: string;
  /** A fence's first line, to be recognised when a model opens its still open code block again. */
  readonly #openFence: string | undefined;
  #head = '';
  /** Characters at the start of the head that belong to neither text, such as a fence opened again. */
  #skipped = 0;
  #fenceSettled = false;
  #preambleSettled: boolean;

  /**
   * @param openFence marker and language of the code block that `old` ends in, like "```ts"; only with a language
   * @param asked the model was asked to continue, so that it may answer that before it does
   */
  constructor(old: string, openFence?: string, asked = false) {
    this.#preambleSettled = !asked;
    this.#old = old;
    this.#tail = old.slice(-maxOverlap);
    this.#openFence = openFence;
    this.#fenceSettled = openFence === undefined;
  }

  /** All of the new stream so far. After a decision it is the caller's to cut at `drop`. */
  get head(): string {
    return this.#head;
  }

  push(text: string): OverlapVerdict {
    this.#head += text;
    return this.#decide(false);
  }

  /** The new stream has ended while its head was held. */
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
    // What looks like a fence opened again may also be the repeated end of the old text.
    const whole = this.#skipped > 0 ? this.#overlaps(this.#head) : [];
    const sure = [
      ...overlaps.filter((length) => this.#isSure(length)).map((length) => length + this.#skipped),
      ...whole.filter((length) => this.#isSure(length)),
    ];
    if (sure.length === 1) return { type: 'join', drop: sure[0] as number };
    if (sure.length === 0) {
      const same = commonPrefix(this.#old, head);
      // Ended in the middle of saying it all again: nothing new has come.
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

  /** Whether all of the head stands in the old text, so that more of it may too. */
  #mayRepeat(head: string): boolean {
    if (head.length >= this.#old.length) return false;
    return this.#old.startsWith(head) || (head.length < this.#tail.length && this.#tail.includes(head));
  }

  /** Lengths, ascending, of the old text's ends that the head begins with. */
  #overlaps(head: string): number[] {
    const lengths: number[] = [];
    const first = head[0] as string;
    const from = Math.max(0, this.#tail.length - head.length);
    for (let at = this.#tail.lastIndexOf(first); at >= from; at = at === 0 ? -1 : this.#tail.lastIndexOf(first, at - 1)) {
      if (head.startsWith(this.#tail.slice(at))) lengths.push(this.#tail.length - at);
    }
    // A restart of an answer longer than the tail.
    if (this.#old.length > this.#tail.length && head.startsWith(this.#old)) lengths.push(this.#old.length);
    return lengths;
  }

  /** Repeated whole words and repeated white space are likelier than chance; the rest is likelier chance. */
  #likely(overlaps: readonly number[]): number {
    for (const length of overlaps.toReversed()) {
      const repeated = this.#old.slice(-length);
      const before = this.#old.at(-length - 1);
      if (length >= sureOverlap || repeated.trim() === '') return length;
      if (repeated.length >= 2 && (before === undefined || !isWord(before)) && isWord(repeated)) return length;
    }
    return 0;
  }

  /** False while the head may still be a sentence before the old text is said again, such as "Sure, here it is:". */
  #settlePreamble(last: boolean): boolean {
    const head = this.#head;
    // What continues in the middle of a sentence has none.
    if (!/^[\s*_#>"'“]*[\p{Lu}\p{Lo}]/u.test(head)) return this.#preambleDone(0, /^[\s*_#>"'“]*$/.test(head) && !last);
    // Nor has what repeats old text at once.
    if (this.#overlaps(head).some((length) => this.#isSure(length))) return this.#preambleDone(0, false);
    if (this.#mayRepeat(head)) return this.#preambleDone(0, !last);
    const need = Math.min(surePreamble, this.#old.length);
    let open = !last && head.length <= maxPreamble;
    for (const { index, 0: gap } of head.slice(0, maxPreamble).matchAll(/[:：.。!！…](?:["'”*_]*\s+|\s*\n)|\n+/g)) {
      const from = index + gap.length;
      const rest = head.slice(from);
      if (rest.length >= need && this.#repeatsFrom(rest, need)) return this.#preambleDone(from, false);
      if (rest.length < need && !last && this.#mayRepeat(rest)) open = true;
    }
    return this.#preambleDone(0, open);
  }

  /** Whether old text is said again from its beginning, or its end is. */
  #repeatsFrom(rest: string, need: number): boolean {
    if (this.#old.startsWith(rest.slice(0, need))) return true;
    return this.#overlaps(rest).some((length) => length >= surePreamble);
  }

  #preambleDone(skip: number, open: boolean): boolean {
    if (open) return false;
    this.#preambleSettled = true;
    this.#skipped = skip;
    return true;
  }

  /** False while the head may still become the fence line again. */
  #settleFence(last: boolean): boolean {
    if (this.#skipped > 0) return this.#fenceDone(this.#skipped);
    const fence = this.#openFence as string;
    const lead = this.#head.length - this.#head.trimStart().length;
    const line = this.#head.slice(lead);
    if (line.startsWith(fence)) {
      const end = line.indexOf('\n');
      if (end === -1 && !last) return line.length > fence.length + 80 ? this.#fenceDone(0) : false;
      return this.#fenceDone(lead + (end === -1 ? line.length : end + 1));
    }
    if (!last && fence.startsWith(line)) return false;
    return this.#fenceDone(0);
  }

  #fenceDone(skip: number): true {
    this.#fenceSettled = true;
    this.#skipped = skip;
    return true;
  }
}

/**
 * The end of `old` that a probe leaves out, in characters: the shortest that stands nowhere else within reach, so that
 * finding it in the probe's answer says exactly how much a server repeats. Undefined when there is none.
 */
export function anchorLength(old: string): number | undefined {
  for (let length = Math.min(4, old.length - 1); length > 0 && length <= Math.min(400, old.length - 1); length++) {
    const code = old.charCodeAt(old.length - length);
    // Some servers do not continue a text that ends in white space.
    if ((code >= 0xdc00 && code <= 0xdfff) || /\s/.test(old.at(-length - 1) as string)) continue;
    const anchor = old.slice(-length);
    const window = old.slice(-(length + maxProbeOverlap), -1);
    if (!window.includes(anchor)) return length;
  }
  return undefined;
}

/** The most repeated characters that a probe recognises. */
export const maxProbeOverlap = 64;

/**
 * How many characters the server repeats, read from the answer to a request that left `anchor` characters out: chosen
 * among `drops`, the nearest. Undefined while, or if, it does not show.
 */
export function dropByProbe(old: string, anchor: number, answer: string, drops: readonly number[]): number | undefined {
  for (let repeated = 0; repeated <= maxProbeOverlap && repeated + anchor <= old.length; repeated++) {
    if (!answer.startsWith(old.slice(old.length - anchor - repeated))) continue;
    // An answer from the very beginning may have had more to repeat than there was.
    const clipped = repeated + anchor === old.length;
    return (clipped ? drops.find((drop) => drop >= repeated) : undefined) ?? nearest(drops, repeated);
  }
  return undefined;
}

/** A server that repeats its last word or token does not always repeat as many characters. */
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
