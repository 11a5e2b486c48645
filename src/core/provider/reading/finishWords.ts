/** What servers call the end of an answer, in neutral words. A word that is not known is never a good end. */
import { ownFailure } from '../failures/ownFailures.ts';
import type { Ending, FinishReason } from '../provider.ts';

/** `cut`: the server stopped before the answer was complete. `error`: it failed. */
export type ReasonMeaning = FinishReason | 'cut' | 'error';

/** Tried in this order; matched against the word in lower case, with `_` for everything between letters and digits. */
const meanings: readonly (readonly [RegExp, ReasonMeaning])[] = [
  [/^(?:finish_reason_)?(?:stop|eos|eos_token|end_turn|stop_sequence|end|finish|finished|complete|completed|done)$/, 'stop'],
  [/^(?:tool_calls?|tool_use|function_calls?)$/, 'tool-calls'],
  [/malformed|unexpected_tool|invalid_(?:tool|function)|too_many_tool/, 'error'],
  [/filter|safety|sensitive|recitation|prohibited|blocklist|blocked|refus|spii|moderation|guardrail|language/, 'content-filter'],
  [/length|context_window|max_.*tokens?|token_limit|max_new|^max$/, 'length'],
  [/abort|cancel|timed?_?out|interrupt|insufficient|resource|overload|preempt|evict|shut_?down|disconnect|unavailable/, 'cut'],
  [/error|fail|exception|crash/, 'error'],
];

/** Undefined for a word that names no end. */
export function meaningOf(word: string): ReasonMeaning | undefined {
  const plain = word
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
  if (plain === '' || plain === 'null' || plain === 'none' || plain === 'finish_reason_unspecified') return undefined;
  return meanings.find(([pattern]) => pattern.test(plain))?.[1] ?? 'other';
}

/** The ending that a word means. */
export function endingOfWord(word: string, meaning: ReasonMeaning = meaningOf(word) ?? 'cut'): Ending {
  switch (meaning) {
    case 'error':
      return { type: 'failure', failure: ownFailure('ended-with-error', [word]) };
    case 'cut':
      return { type: 'cut', word };
    default:
      return { type: 'finish', reason: meaning, word };
  }
}
