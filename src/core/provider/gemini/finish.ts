/** What Gemini calls the end of an answer, in neutral words. */
import type { FinishReason as WireReason } from '@google/genai';
import type { FinishReason } from '../provider.ts';

/** `none`: no end. `error`: the model's own call or step went wrong, which asking again may mend. */
export type Meaning = FinishReason | 'error' | 'none';

const meanings: Readonly<Record<`${WireReason}`, Meaning>> = {
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

export function meaningOfFinish(word: string): Meaning {
  if (Object.hasOwn(meanings, word)) return meanings[word as keyof typeof meanings];
  // Words of servers that imitate Google's, and those that are newer than these lines.
  if (/^(?:FUNCTION|TOOL)_CALLS?$/.test(word)) return 'tool-calls';
  if (/MALFORMED|UNEXPECTED|TOO_MANY|MISSING|INVALID/.test(word)) return 'error';
  return /SAFETY|RECITATION|PROHIBITED|BLOCK|ARMOR|JAILBREAK/.test(word) ? 'content-filter' : 'other';
}
