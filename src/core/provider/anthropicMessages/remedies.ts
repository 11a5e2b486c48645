/** How a request that a model refused is asked once more: models differ in what they take, and say so only then. */
import type { Remedy } from '../protocol.ts';

/** No reasoning of earlier turns. */
export const noReasoning = 'no-reasoning';
/** Thinking by a number of tokens, as models before 4.6 take it. */
export const budget = 'budget';
export const noThinking = 'no-thinking';
export const noCacheMarks = 'no-cache-marks';
const most = 'max:';

export function remedy(words: string, tried: readonly string[]): Remedy | undefined {
  const tokens = mostTokens(words);
  if (tokens !== undefined) return { word: `${most}${tokens.count}`, lasts: tokens.lasts };
  // Of another model, cut, or changed on its way; the next answer's own may be right again.
  if (/signature|thinking.{0,120}(?:cannot be modified|must remain)/.test(words)) return { word: noReasoning, lasts: false };
  if (/cache_control/.test(words)) return { word: noCacheMarks, lasts: true };
  if (!/thinking|effort|output_config/.test(words)) return undefined;
  return { word: tried.includes(budget) ? noThinking : budget, lasts: true };
}

/** The most tokens that the answer may have, by the words of a refusal. */
function mostTokens(words: string): { readonly count: number; readonly lasts: boolean } | undefined {
  const ofModel = /max_tokens: \d+ > (\d+)/.exec(words)?.[1];
  if (ofModel !== undefined) return { count: Number(ofModel), lasts: true };
  // The prompt and the longest answer do not fit together, which says nothing of the prompt alone.
  const [, prompt, , window] = /exceed context limit: (\d+) \+ (\d+) > (\d+)/.exec(words) ?? [];
  const left = Number(window) - Number(prompt);
  return left > 0 ? { count: left, lasts: false } : undefined;
}

/** What a request may ask for at most after these remedies. */
export function limited(tokens: number, remedies: readonly string[]): number {
  const limits = remedies.filter((word) => word.startsWith(most)).map((word) => Number(word.slice(most.length)));
  return Math.min(tokens, ...limits);
}
