/** The token counts of a chunk: running totals, of which the last applies. */
import { givenCounts } from '../reading/deltas.ts';
import { isRecord, numberIn } from '../reading/json.ts';
import type { TokenCounts } from '../provider.ts';

export function countsOfMetadata(usage: unknown): Partial<TokenCounts> | undefined {
  if (!isRecord(usage)) return undefined;
  const prompt = numberIn(usage, 'promptTokenCount');
  const total = numberIn(usage, 'totalTokenCount');
  const reasoning = numberIn(usage, 'thoughtsTokenCount');
  const cached = numberIn(usage, 'cachedContentTokenCount');
  // Left out while there is nothing of it.
  const completion = (numberIn(usage, 'candidatesTokenCount') ?? 0) + (reasoning ?? 0);
  if (prompt === undefined && total === undefined && completion === 0) return undefined;
  // What hosted tools brought is read by the model too; what was cached is in the prompt already.
  const read = prompt === undefined ? undefined : prompt + (numberIn(usage, 'toolUsePromptTokenCount') ?? 0);
  return givenCounts({ prompt: read, completion, total, reasoning, cached });
}
