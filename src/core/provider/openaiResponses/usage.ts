/** The token counts of a response. The server's input and output hold what was cached and what was reasoning. */
import { isRecord } from '../reading/json.ts';
import type { TokenCounts } from '../provider.ts';

/** Undefined where there are none. */
export function countsIn(usage: unknown): Partial<TokenCounts> | undefined {
  if (!isRecord(usage)) return undefined;
  const input = isRecord(usage['input_tokens_details']) ? usage['input_tokens_details'] : {};
  const output = isRecord(usage['output_tokens_details']) ? usage['output_tokens_details'] : {};
  const counts = {
    prompt: usage['input_tokens'],
    completion: usage['output_tokens'],
    total: usage['total_tokens'],
    reasoning: output['reasoning_tokens'],
    cached: input['cached_tokens'],
    cacheWrite: input['cache_write_tokens'],
  };
  const known = Object.entries(counts).filter(([, value]) => typeof value === 'number');
  return known.length === 0 ? undefined : Object.fromEntries(known);
}
