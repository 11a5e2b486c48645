/** Changes a rejected request so that it can be sent again. */
import type { Remedy } from '../protocol.ts';

/** No signatures of earlier turns. */
export const noSignatures = 'no-signatures';
/** Google's mark in place of the signature that a call lacks. */
export const skipCheck = 'skip-check';
/** Thinking by a number of tokens, as models before 3 take it. */
export const thinkingTokens = 'thinking-tokens';
export const withoutThinking = 'no-thinking';

export function geminiRemedy(words: string, tried: readonly string[]): Remedy | undefined {
  // A call of another model has none, and newer models do not take one without.
  if (/missing.{0,40}thought.?signature/.test(words)) return { word: skipCheck, lasts: false };
  // Of another model, or changed on its way; the next answer's own may be right again.
  if (/thought.?signature/.test(words)) return { word: noSignatures, lasts: false };
  if (!/thinking|include_?thoughts/.test(words)) return undefined;
  return { word: tried.includes(thinkingTokens) || !/level/.test(words) ? withoutThinking : thinkingTokens, lasts: true };
}
