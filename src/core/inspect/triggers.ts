/**
 * Triggers on streaming text. A trigger fires at the same place however the text is split into deltas, and delays no text:
 * a keyword fires with its last character, a regular expression with the next character or the end of the line.
 */
import type { Trigger } from '../../api.ts';
import { LineMatcher, type TriggerHit } from './lineMatcher.ts';
import { type CompilePattern, nativePattern } from './patterns.ts';

/**
 * Sentence ends: Western marks before a space or the end of the line, CJK marks anywhere. In a row of marks, a search starts
 * at the first one only; otherwise its time would be quadratic.
 */
const sentenceEnd = String.raw`(?<![.!?…])[.!?…]+["'”’)\]]*(?=\s|$)|(?<![。！？])[。！？]+[”’」』）]*`;

/** Checks a trigger when the settings are read, so that a stream never meets an invalid one. Returns the problem. */
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

export interface PatternPorts {
  readonly compilePattern: CompilePattern;
  /** The trigger is disabled for the rest of the answer, because its pattern is too slow. */
  readonly tooSlow: (trigger: Trigger) => void;
}

/** Searches the live text for one rule. */
export interface TriggerMatcher {
  /** @param offset start of `text` */
  push(text: string, offset: number): void;
  end(offset: number): void;
}

/** For the rules of kind `text`, `regex` and `sentence-end`; fences have their own tracker. */
export function matchersOf(
  triggers: readonly Trigger[],
  hit: (hit: TriggerHit) => void,
  { compilePattern, tooSlow }: PatternPorts,
): readonly TriggerMatcher[] {
  return triggers.flatMap((trigger): TriggerMatcher[] => {
    switch (trigger.on) {
      case 'text':
        return trigger.match ? [new Keyword(trigger, trigger.match, hit)] : [];
      case 'regex':
        return triggerProblem(trigger) === undefined ? [new LineMatcher(trigger, compilePattern(trigger.match ?? ''), hit, tooSlow)] : [];
      case 'sentence-end':
        return [new LineMatcher(trigger, nativePattern(sentenceEnd), hit, tooSlow)];
      case 'fence-open':
      case 'fence-close':
        return [];
      default:
        return trigger.on satisfies never;
    }
  });
}

class Keyword implements TriggerMatcher {
  readonly #trigger: Trigger;
  readonly #word: string;
  readonly #hit: (hit: TriggerHit) => void;
  /** The last characters, one fewer than the word has: a match may start in them. */
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
    // Matches do not overlap: "aaa" contains "aa" once.
    this.#carry = seen.slice(Math.max(from, seen.length - this.#word.length + 1));
  }

  end(): void {
    this.#carry = '';
  }
}
