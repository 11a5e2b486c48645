/** The token counts of a chunk, by the names that servers give them. Whether they can be true is the meter's to judge. */
import type { Usage } from '../../../api.ts';
import { isRecord } from '../reading/json.ts';
import type { TokenCounts } from '../provider.ts';

/** Undefined where the chunk has none. */
export function usageIn(chunk: Record<string, unknown>, choice: Record<string, unknown> | undefined): Partial<TokenCounts> | undefined {
  const groq = chunk['x_groq'];
  return countsOf(chunk['usage']) ?? (isRecord(groq) ? countsOf(groq['usage']) : undefined) ?? countsOf(choice?.['usage']);
}

/** Undefined for what holds no count. */
export function countsOf(usage: unknown): Partial<TokenCounts> | undefined {
  if (!isRecord(usage)) return undefined;
  const completionDetails = first(usage, ['completion_tokens_details', 'output_tokens_details']);
  const promptDetails = first(usage, ['prompt_tokens_details', 'input_tokens_details']);
  const counts = {
    prompt: count(first(usage, ['prompt_tokens', 'input_tokens', 'promptTokens', 'inputTokens', 'promptTokenCount', 'prompt_eval_count'])),
    completion: count(
      first(usage, ['completion_tokens', 'output_tokens', 'completionTokens', 'outputTokens', 'candidatesTokenCount', 'eval_count']),
    ),
    total: count(first(usage, ['total_tokens', 'totalTokens', 'totalTokenCount'])),
    reasoning: count((isRecord(completionDetails) ? completionDetails['reasoning_tokens'] : undefined) ?? usage['reasoning_tokens']),
    cached: count(
      (isRecord(promptDetails) ? promptDetails['cached_tokens'] : undefined) ??
        first(usage, ['prompt_cache_hit_tokens', 'cached_tokens', 'cache_read_input_tokens']),
    ),
  };
  const known = Object.entries(counts).filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
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

function first(fields: Record<string, unknown>, names: readonly string[]): unknown {
  for (const name of names) if (fields[name] !== undefined && fields[name] !== null) return fields[name];
  return undefined;
}

/** Some servers send numbers as text. */
function count(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' ? number : undefined;
}
