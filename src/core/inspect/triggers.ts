/**
 * Rules on the live text. A rule fires at the same place however the text is split into deltas, and no text waits
 * for it: a keyword fires with its last character, a regular expression as soon as one more character (or the end of
 * the line) shows that its match is over.
 */
import type { Trigger } from '../../api.ts';

export interface TriggerHit {
  readonly trigger: Trigger;
  readonly match: string;
  /** Where the match begins. */
  readonly offset: number;
  /** Where it ends; text behind it is not delivered when the trigger stops the answer. */
  readonly end: number;
}

/** A regular expression sees one line; a longer one is cut into lines of this many characters. */
const maxLineCharacters = 2_000;

/** Sentence ends: western marks before a space or the line's end, CJK marks anywhere. */
const sentenceEnd = String.raw`[.!?…]+["'”’)\]]*(?=\s|$)|[。！？]+[”’」』）]*`;

/** Checks the rules once, when they are given, so that a stream never meets a bad one. Returns what is wrong. */
export function triggerProblem(trigger: Trigger): string | undefined {
  if (trigger.name === '') return 'a trigger needs a name';
  if ((trigger.on === 'text' || trigger.on === 'regex') && !trigger.match) return `trigger "${trigger.name}" needs "match"`;
  if (trigger.on !== 'regex') return undefined;
  try {
    new RegExp(trigger.match ?? '', 'u');
    return undefined;
  } catch (error) {
    return `trigger "${trigger.name}": ${error instanceof Error ? error.message : String(error)}`;
  }
}

interface Matcher {
  /** `text` begins at `offset`. */
  push(text: string, offset: number): void;
  end(offset: number): void;
}

/** Matches the rules of kind `text`, `regex` and `sentence-end`; fences have their own tracker. */
export class TriggerMatcher {
  readonly #matchers: readonly Matcher[];

  constructor(triggers: readonly Trigger[], hit: (hit: TriggerHit) => void) {
    this.#matchers = triggers.flatMap((trigger): Matcher[] => {
      switch (trigger.on) {
        case 'text':
          return trigger.match ? [new Keyword(trigger, trigger.match, hit)] : [];
        case 'regex':
          return triggerProblem(trigger) === undefined ? [new LinePattern(trigger, trigger.match ?? '', hit)] : [];
        case 'sentence-end':
          return [new LinePattern(trigger, sentenceEnd, hit)];
        case 'fence-open':
        case 'fence-close':
          return [];
        default:
          return trigger.on satisfies never;
      }
    });
  }

  get isEmpty(): boolean {
    return this.#matchers.length === 0;
  }

  push(text: string, offset: number): void {
    for (const matcher of this.#matchers) matcher.push(text, offset);
  }

  end(offset: number): void {
    for (const matcher of this.#matchers) matcher.end(offset);
  }
}

class Keyword implements Matcher {
  readonly #trigger: Trigger;
  readonly #word: string;
  readonly #hit: (hit: TriggerHit) => void;
  /** The last characters, one fewer than the word has: a match may begin in them. */
  #carry = '';

  constructor(trigger: Trigger, word: string, hit: (hit: TriggerHit) => void) {
    this.#trigger = trigger;
    this.#word = word;
    this.#hit = hit;
  }

  push(text: string, offset: number): void {
    const seen = this.#carry + text;
    const start = offset - this.#carry.length;
    let from = 0;
    for (let at = seen.indexOf(this.#word); at !== -1; at = seen.indexOf(this.#word, from)) {
      from = at + this.#word.length;
      this.#hit({ trigger: this.#trigger, match: this.#word, offset: start + at, end: start + from });
    }
    // Characters of a match are used up: "aaa" holds "aa" once.
    this.#carry = seen.slice(Math.max(from, seen.length - this.#word.length + 1));
  }

  end(): void {
    this.#carry = '';
  }
}

class LinePattern implements Matcher {
  readonly #trigger: Trigger;
  readonly #pattern: RegExp;
  readonly #hit: (hit: TriggerHit) => void;
  /** Look-around may need more than one character to change its mind, so every prefix of the line is tried. */
  readonly #everyPrefix: boolean;
  #line = '';
  #lineAt = 0;
  /** Where in the line the last match ended. */
  #used = 0;

  constructor(trigger: Trigger, pattern: string, hit: (hit: TriggerHit) => void) {
    this.#trigger = trigger;
    this.#pattern = new RegExp(pattern, 'gu');
    this.#everyPrefix = pattern.includes('(?');
    this.#hit = hit;
  }

  push(text: string, offset: number): void {
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

  end(offset: number): void {
    this.#endLine();
    this.#lineAt = offset;
  }

  /** Tries each new prefix of the line in turn: a match is settled when it ends before the prefix does. */
  #add(text: string): void {
    let length = this.#line.length + 1;
    this.#line += text;
    // Without look-around a match in a prefix is a match in the whole, so one failed search answers for all.
    if (!this.#everyPrefix && this.#exec(this.#line) === null) return;
    while (length <= this.#line.length) {
      const match = this.#exec(this.#line.slice(0, length));
      if (match === null || match.index + match[0].length >= length) length++;
      else this.#report(match);
    }
  }

  #endLine(): void {
    for (let match = this.#exec(this.#line); match !== null; match = this.#exec(this.#line)) this.#report(match);
    this.#line = '';
    this.#used = 0;
  }

  /** The first match behind the last one; an empty match is none. */
  #exec(line: string): RegExpExecArray | null {
    this.#pattern.lastIndex = this.#used;
    const match = this.#pattern.exec(line);
    return match === null || match[0] === '' ? null : match;
  }

  #report(match: RegExpExecArray): void {
    this.#used = match.index + match[0].length;
    const offset = this.#lineAt + match.index;
    this.#hit({ trigger: this.#trigger, match: match[0], offset, end: offset + match[0].length });
  }
}
