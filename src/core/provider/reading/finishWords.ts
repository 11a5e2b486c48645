/** Translates servers' words for the end of an answer into neutral ones. An unknown word is never a good end. */
import { ownFailure } from '../failures/ownFailures.ts';
import type { Ending, FinishReason } from '../provider.ts';
import { isRecord, type JsonFields } from './json.ts';

/** `cut`: the server stopped before the answer was complete. `error`: it failed. */
export type ReasonMeaning = FinishReason | 'cut' | 'error';

/** Tried in this order; matched against the word in lower case, with `_` for everything between letters and digits. */
const meanings: readonly (readonly [RegExp, ReasonMeaning])[] = [
  [/^(?:(?:natural_|hit_)?stop(?:ped)?|stop(?:p(?:ing|ed))?_(?:sequence|token|word|str|string|eos)s?|eos(?:_\w+)?|eot|im_end|s)$/, 'stop'],
  [/^(?:end|end_?(?:of_?)?(?:turn|text|sequence)|finish|finished(?:_normally)?|completed?|done|ok|success|normal)$/, 'stop'],
  [/^(?:call_)?tools?(?:_use|_calls?(?:_requested)?)?$|^function_calls?$|^requires_action$|^action_required$/, 'tool-calls'],
  [/malformed|unexpected|invalid|missing|too_many/, 'error'],
  [/filter|safe|sensitive|recitation|prohibited|block|refus|spii|moderat|guardrail|language|armor|jailbreak/, 'content-filter'],
  [/violation|policy|censor|harm|toxic|profan|copyright|inspection|risk|security/, 'content-filter'],
  [/length|too_long|context|ctx|window|kv_cache|max_?\w*(?:token|len|output|new)|predict|^(?:output_|stopped_)?(?:limit|max)$/, 'length'],
  [/(?:^|_)(?:tokens?(?:_|$)|max$)|budget/, 'length'],
  [/abort|cancel|timed?_?out|interrupt|insufficient|resource|overload|preempt|evict|shut_?down|disconnect|unavailable/, 'cut'],
  [/time_limit|max_time|deadline|memory|^oom|kill|terminat|incomplete|(?:un|not_)finished|partial|rate_limit|busy|died|lost/, 'cut'],
  [/stall|quota|capacity|drain|restart|migrat|drop|connection|stopped_by/, 'cut'],
  [/error|fail|exception|crash|panic|fault/, 'error'],
];

/** The word for the end of an answer, in whatever field; empty if there is none. */
export function finishIn(holder: JsonFields): string {
  for (const field in holder)
    if (holder[field] && /^(?:(?:finish|stop)_?reason|finish_?details)$/i.test(field)) return endWord(holder[field]);
  return '';
}

/** The first text in a value of any type; deeper than servers nest, it is not looked for. */
export function endWord(value: unknown, depth = 0): string {
  if (!isRecord(value)) return String(value ?? '');
  const inner = depth > 3 ? [] : Object.values(value).map((one) => endWord(one, depth + 1));
  return inner.find((word) => word !== '') ?? '';
}

/** Undefined if the word names no end. */
export function meaningOf(word: string): ReasonMeaning | undefined {
  if (word.trim() === '') return undefined;
  const plain = word
    .replace(/([a-z])(?=[A-Z])/g, '$1_')
    .toLowerCase()
    .replace(/[^\p{L}\d]+/gu, '_')
    .replace(/^_|_$/g, '')
    .replace(/^(?:(?:finish|stop)_)?reason_/, '');
  if (/^(?:null|none|nan|undefined|unspecified)$/.test(plain)) return undefined;
  return meanings.find(([pattern]) => pattern.test(plain))?.[1] ?? 'other';
}

/** The ending for a word. */
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
