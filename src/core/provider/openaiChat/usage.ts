/** The token counts of a chunk, by the names that servers give them. Whether they can be true is the meter's to judge. */
import type { Usage } from '../../../api.ts';
import { givenCounts } from '../reading/deltas.ts';
import { isFields, isRecord, type JsonFields, numberIn, recordIn } from '../reading/json.ts';
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

/** Undefined for what holds no count. */
export function countsOf(usage: unknown): Partial<TokenCounts> | undefined {
  if (!isRecord(usage)) return undefined;
  const fields = plainly(usage);
  return givenCounts({
    prompt: count(fields, ['prompt', 'input', 'prompteval', 'request', 'in']),
    completion: count(fields, ['completion', 'output', 'candidates', 'generated', 'eval', 'response', 'out']),
    total: count(fields, ['total']),
    reasoning:
      count(detailsOf(fields, ['completiondetails', 'outputdetails']), ['reasoning']) ??
      count(fields, ['reasoning', 'thoughts', 'thinking']),
    cached:
      count(detailsOf(fields, ['promptdetails', 'inputdetails']), ['cached']) ??
      count(fields, ['promptcachehit', 'cached', 'cachereadinput']),
  });
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

/** By their names without what servers add to them: `prompt_tokens`, `promptTokenCount` and `num_prompt_tokens` are `prompt`. */
function plainly(usage: JsonFields): JsonFields {
  const plain = (name: string): string => name.toLowerCase().replace(/^num|^n(?=_)|[-_]|tokens?|count$/g, '');
  return Object.fromEntries(Object.entries(usage).map(([name, value]) => [plain(name), value]));
}

function detailsOf(fields: JsonFields, names: readonly string[]): JsonFields {
  return plainly(names.map((name) => recordIn(fields, name)).find((details) => Object.keys(details).length > 0) ?? {});
}

function count(fields: JsonFields, names: readonly string[]): number | undefined {
  return names.map((name) => numberIn(fields, name)).find((number) => number !== undefined && number >= 0);
}
