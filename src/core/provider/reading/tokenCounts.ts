/** Token counts by any of the names that servers give them. */
import type { TokenCounts } from '../provider.ts';
import { givenCounts } from './deltas.ts';
import { isRecord, type JsonFields, numberIn, recordIn } from './json.ts';

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
    cacheWrite: count(detailsOf(fields, ['promptdetails', 'inputdetails']), ['cachewrite']),
  });
}

/** By their names without what servers add to them, such as `num`, `tokens` and `count`. */
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
