/** What Gemini calls the end of an answer, in neutral words. */
import { meaningOf, type ReasonMeaning } from '../reading/finishWords.ts';

/** `none`: no end. `error`: the model's call or step failed; another attempt may succeed. */
export type Meaning = ReasonMeaning | 'none';

/** The finish reasons by number, as far as all of Google's APIs agree. */
const numbered = ['FINISH_REASON_UNSPECIFIED', 'STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION', 'OTHER'];

/** The finish reason by its name, where the server sends its number. */
export function finishWord(word: string): string {
  return /^\d+$/.test(word) ? (numbered[Number(word)] ?? `FINISH_REASON_${word}`) : word;
}

export function meaningOfFinish(word: string): Meaning {
  return word.toUpperCase() === 'CONTINUATION' ? 'pause' : (meaningOf(word) ?? 'none');
}
