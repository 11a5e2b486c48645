/** What Gemini calls the end of an answer, in neutral words. */
import type { FinishReason as WireReason } from '@google/genai';
import { meaningOf, type ReasonMeaning } from '../reading/finishWords.ts';

/** `none`: no end. `error`: the model's call or step failed; another attempt may succeed. */
export type Meaning = ReasonMeaning | 'none';

type WireReasonName = `${WireReason}`;

const meanings: Readonly<Record<WireReasonName, Meaning>> = {
  FINISH_REASON_UNSPECIFIED: 'none',
  STOP: 'stop',
  MAX_TOKENS: 'length',
  CONTINUATION: 'pause',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  LANGUAGE: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  MODEL_ARMOR: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
  MALFORMED_FUNCTION_CALL: 'error',
  MALFORMED_RESPONSE: 'error',
  UNEXPECTED_TOOL_CALL: 'error',
  TOO_MANY_TOOL_CALLS: 'error',
  MISSING_THOUGHT_SIGNATURE: 'error',
  IMAGE_OTHER: 'other',
  NO_IMAGE: 'other',
  ESCALATION: 'other',
  PUP_LIMITED_DISABLED: 'other',
  OTHER: 'other',
};

/** The finish reasons by number, as far as all of Google's APIs agree. */
const numbered: readonly WireReasonName[] = ['FINISH_REASON_UNSPECIFIED', 'STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION', 'OTHER'];

/** The finish reason by its name, where the server sends its number. */
export function finishWord(word: string): string {
  return /^\d+$/.test(word) ? (numbered[Number(word)] ?? `FINISH_REASON_${word}`) : word;
}

export function meaningOfFinish(word: string): Meaning {
  const plain = word.toUpperCase();
  if (Object.hasOwn(meanings, plain)) return meanings[plain as keyof typeof meanings];
  // Newer words, and those of servers that imitate Google.
  return meaningOf(word) ?? 'none';
}
