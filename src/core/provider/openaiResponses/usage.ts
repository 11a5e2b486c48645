/** The token counts of a response. The server's input and output hold what was cached and what was reasoning. */
import { givenCounts } from '../reading/deltas.ts';
import { isRecord, numberIn, recordIn } from '../reading/json.ts';
import type { TokenCounts } from '../provider.ts';

/** Undefined where there are none. */
export function countsIn(usage: unknown): Partial<TokenCounts> | undefined {
  if (!isRecord(usage)) return undefined;
  const input = recordIn(usage, 'input_tokens_details');
  return givenCounts({
    prompt: numberIn(usage, 'input_tokens'),
    completion: numberIn(usage, 'output_tokens'),
    total: numberIn(usage, 'total_tokens'),
    reasoning: numberIn(recordIn(usage, 'output_tokens_details'), 'reasoning_tokens'),
    cached: numberIn(input, 'cached_tokens'),
    cacheWrite: numberIn(input, 'cache_write_tokens'),
  });
}
