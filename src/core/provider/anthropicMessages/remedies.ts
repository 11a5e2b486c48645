/** Changes a rejected request so that it can be sent again: models accept different fields and tell only by rejecting. */
import type { Remedy } from '../protocol.ts';

/** Without reasoning of earlier turns. */
export const noReasoning = 'no-reasoning';
/** Thinking as a token budget, for models before 4.6. */
export const budget = 'budget';
export const noThinking = 'no-thinking';
export const noCacheMarks = 'no-cache-marks';
const most = 'max:';

export function remedy(words: string, tried: readonly string[]): Remedy | undefined {
  const tokens = mostTokens(words);
  if (tokens !== undefined) return { word: `${most}${tokens.count}`, lasts: tokens.lasts };
  // A signature of another model, truncated or altered; the next answer may be accepted again.
  if (/signature|thinking.{0,120}(?:cannot be modified|must remain)/.test(words)) return { word: noReasoning, lasts: false };
  if (/cache_control/.test(words)) return { word: noCacheMarks, lasts: true };
  if (!/thinking|effort|output_config/.test(words)) return undefined;
  return { word: tried.includes(budget) ? noThinking : budget, lasts: true };
}

/** The maximum answer length named by a rejection, in tokens. */
function mostTokens(words: string): { readonly count: number; readonly lasts: boolean } | undefined {
  const ofModel = /max_tokens: \d+ > (\d+)/.exec(words)?.[1];
  if (ofModel !== undefined) return { count: Number(ofModel), lasts: true };
  // The prompt and the maximum answer do not fit together, which says nothing about the prompt alone.
  const [, prompt, , window] = /exceed context limit: (\d+) \+ (\d+) > (\d+)/.exec(words) ?? [];
  const left = Number(window) - Number(prompt);
  return left > 0 ? { count: left, lasts: false } : undefined;
}

/** The answer limit of a request after these remedies. */
export function limited(tokens: number, remedies: readonly string[]): number {
  const limits = remedies.filter((word) => word.startsWith(most)).map((word) => Number(word.slice(most.length)));
  return Math.min(tokens, ...limits);
}
