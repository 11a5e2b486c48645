/** The token counts of a chunk, by the names that servers give them. Whether they can be true is the meter's to judge. */
import type { Usage } from '../../../api.ts';
import { isFields, isRecord } from '../reading/json.ts';
import { countsOf } from '../reading/tokenCounts.ts';
import type { TokenCounts } from '../provider.ts';

/** Undefined where the chunk has none. */
export function usageIn(chunk: Record<string, unknown>, choice: Record<string, unknown> | undefined): Partial<TokenCounts> | undefined {
  const delta = choice?.['delta'];
  for (const holder of [chunk, ...Object.values(chunk).filter(isFields), choice ?? {}, isFields(delta) ? delta : {}]) {
    for (const name in holder) {
      if (!countName.test(name)) continue;
      const value = holder[name];
      const counts = countsOf(Array.isArray(value) ? value.at(-1) : isRecord(value) ? value : holder);
      // Under another name, one number alone may count anything.
      if (counts !== undefined && (/usage/i.test(name) || (counts.prompt !== undefined && counts.completion !== undefined))) return counts;
    }
  }
  return undefined;
}

/** Names of fields with counts, or of one count. */
const countName = /usage|tokens?$|metrics$|units$|counts?$/i;

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
