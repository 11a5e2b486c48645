/** The token counts of a chunk, by the names that servers give them. Whether they can be true is the meter's to judge. */
import type { Usage } from '../../../api.ts';
import { isFields } from '../reading/json.ts';
import { countsOf } from '../reading/tokenCounts.ts';
import type { TokenCounts } from '../provider.ts';

/** Undefined where the chunk has none. */
export function usageIn(chunk: Record<string, unknown>, choice: Record<string, unknown> | undefined): Partial<TokenCounts> | undefined {
  for (const holder of [chunk, ...Object.values(chunk).filter(isFields), choice ?? {}]) {
    for (const name in holder) {
      const counts = /usage/i.test(name) ? countsOf(holder[name]) : undefined;
      if (counts !== undefined) return counts;
    }
  }
  return undefined;
}

/** Counts in the form that clients of OpenAI read. */
export function asUsage({ prompt, completion, total, cached = 0, reasoning = 0 }: Usage): object {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: total,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
}
