/** Additional fact routes of servers behind a common protocol; their responses show which server it is. */
import { rootOf } from '../../baseURL.ts';
import { isCloud } from '../../catalog.ts';
import type { Endpoint } from '../../provider.ts';
import { isRecord, type JsonFields, recordsIn } from '../../reading/json.ts';
import type { FactRoute } from '../factRoute.ts';
import { llamaCppRoute } from './llamaCpp.ts';
import { litellmRoute } from './litellm.ts';
import { lmStudioRoutes } from './lmStudio.ts';

/**
 * @param model the selected model; all models if missing
 * @param list the server's model list
 */
export function ownServerRoutes({ baseURL }: Endpoint, model: string | undefined, list: unknown): readonly FactRoute[] {
  const entries = isRecord(list) ? recordsIn(list, 'data') : [];
  // Vendors have no such routes, so they get no extra requests.
  if (isCloud(baseURL) || entries.some(tellsAll)) return [];
  const root = rootOf(baseURL);
  const only = entries.length === 1 ? entries[0]!['id'] : undefined;
  const one = model ?? (typeof only === 'string' ? only : undefined);
  return [...(one === undefined ? [] : [llamaCppRoute(root, one, entries.length <= 1)]), ...lmStudioRoutes(root), litellmRoute(root)];
}

/** An entry of vLLM or of OpenRouter, after which nothing more can be asked. */
function tellsAll(entry: JsonFields): boolean {
  return entry['max_model_len'] !== undefined || (isRecord(entry['architecture']) && isRecord(entry['pricing']));
}
