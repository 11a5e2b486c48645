/** Searches the lines of a live text for a pattern and reports each match as soon as later text cannot change it. */
import type { Trigger } from '../../api.ts';
import { type FoundText, type Pattern, unwatched } from './patterns.ts';

export interface TriggerHit {
  readonly trigger: Trigger;
  readonly match: string;
  /** Start of the match. */
  readonly offset: number;
  /** End of the match; a trigger that stops the answer delivers no text after it. */
  readonly end: number;
}

/** A search that is interrupted this often is given up. */
const maxRounds = 5;
/** Patterns see single lines; longer lines are split at this many characters. */
const maxLineCharacters = 2_000;

export class LineMatcher {
  readonly #trigger: Trigger;
  readonly #pattern: Pattern;
  readonly #hit: (hit: TriggerHit) => void;
  readonly #tooSlow: (trigger: Trigger) => void;
  #off = false;
  /** Matches in the current piece of text, reported after all of it was searched. */
  #hits: TriggerHit[] = [];
  #line = '';
  #lineAt = 0;
  /** End of the last match in the line. */
  #used = 0;

  /** @param tooSlow called once if the pattern is given up for the rest of the answer */
  constructor(trigger: Trigger, pattern: Pattern, hit: (hit: TriggerHit) => void, tooSlow: (trigger: Trigger) => void) {
    this.#trigger = trigger;
    this.#pattern = pattern;
    this.#hit = hit;
    this.#tooSlow = tooSlow;
  }

  /** @param offset start of `text` */
  push(text: string, offset: number): void {
    // The hot path: nearly all patterns, for each piece of text.
    if (this.#pattern.within === unwatched) {
      this.#push(text, offset);
      if (this.#hits.length > 0) this.#reportHits();
    } else this.#within(() => this.#push(text, offset));
  }

  end(offset: number): void {
    this.#within(() => this.#endLine());
    this.#lineAt = offset;
  }

  #reportHits(): void {
    const hits = this.#hits;
    this.#hits = [];
    hits.forEach(this.#hit);
  }

  #within(work: () => void): void {
    if (this.#off) return;
    const [line, lineAt, used] = [this.#line, this.#lineAt, this.#used];
    for (let round = 0; round < maxRounds; round++) {
      [this.#line, this.#lineAt, this.#used] = [line, lineAt, used];
      this.#hits = [];
      const ended = this.#pattern.within(work);
      if (ended === 'interrupted') continue;
      this.#reportHits();
      if (ended === 'done') return;
      break;
    }
    this.#off = true;
    this.#tooSlow(this.#trigger);
  }

  #push(text: string, offset: number): void {
    let from = 0;
    while (from < text.length) {
      const newline = text.indexOf('\n', from);
      const full = from + maxLineCharacters - this.#line.length;
      const end = Math.min(newline === -1 ? text.length : newline, full);
      if (end > from) this.#add(text.slice(from, end));
      from = end;
      if (end === full || end === newline) {
        this.#endLine();
        if (end === newline) from++;
        this.#lineAt = offset + from;
      }
    }
  }

  /** Tries each new prefix of the line: a match that ends before its prefix is final. */
  #add(text: string): void {
    let length = this.#line.length + 1;
    this.#line += text;
    // Without look-around, a match in a prefix is a match in the line, so one failed search is enough.
    if (!this.#pattern.looksAround && this.#find(this.#line) === undefined) return;
    while (length <= this.#line.length) {
      const match = this.#find(this.#line.slice(0, length));
      if (match === undefined || match.index + match.text.length >= length) length++;
      else this.#report(match);
    }
  }

  #endLine(): void {
    for (let match = this.#find(this.#line); match !== undefined; match = this.#find(this.#line)) this.#report(match);
    this.#line = '';
    this.#used = 0;
  }

  /** Finds the next match. */
  #find(line: string): FoundText | undefined {
    return this.#pattern.find(line, this.#used);
  }

  #report(match: FoundText): void {
    this.#used = match.index + match.text.length;
    const offset = this.#lineAt + match.index;
    this.#hits.push({ trigger: this.#trigger, match: match.text, offset, end: offset + match.text.length });
  }
}
