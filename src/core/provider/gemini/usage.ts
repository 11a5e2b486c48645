/** The token counts of a chunk: running totals, of which the last applies. */
import { isRecord, numberIn } from '../reading/json.ts';
import type { TokenCounts } from '../provider.ts';

export function countsOfMetadata(usage: unknown): Partial<TokenCounts> | undefined {
  if (!isRecord(usage)) return undefined;
  const prompt = numberIn(usage, 'promptTokenCount');
  const total = numberIn(usage, 'totalTokenCount');
  const reasoning = numberIn(usage, 'thoughtsTokenCount');
  const cached = numberIn(usage, 'cachedContentTokenCount');
  // Left out while there is nothing of it.
  const counts: { -readonly [name in keyof TokenCounts]?: number } = {
    completion: (numberIn(usage, 'candidatesTokenCount') ?? 0) + (reasoning ?? 0),
  };
  // What hosted tools brought is read by the model too; what was cached is in the prompt already.
  if (prompt !== undefined) counts.prompt = prompt + (numberIn(usage, 'toolUsePromptTokenCount') ?? 0);
  if (total !== undefined) counts.total = total;
  if (reasoning !== undefined) counts.reasoning = reasoning;
  if (cached !== undefined) counts.cached = cached;
  return prompt === undefined && total === undefined && counts.completion === 0 ? undefined : counts;
}
