/** LM Studio lists its models and their facts at two routes; only a loaded model has an actual window. */
import { isRecord, type JsonFields, recordIn, recordsIn, wordIn } from '../../reading/json.ts';
import type { FactRoute } from '../factRoute.ts';
import { flagIn, knownFacts, type ModelFacts, tokensIn, type ToldFacts } from '../modelFacts.ts';

export function lmStudioRoutes(root: string): readonly FactRoute[] {
  const older = '/api/v0/models';
  const newer = '/api/v1/models';
  const entries = (answer: unknown, name: string): readonly JsonFields[] => (isRecord(answer) ? recordsIn(answer, name) : []);
  return [
    { url: root + older, route: older, read: (answer) => someOf(entries(answer, 'data').flatMap((entry) => olderEntry(entry, older))) },
    { url: root + newer, route: newer, read: (answer) => someOf(entries(answer, 'models').flatMap((entry) => newerEntry(entry, newer))) },
  ];
}

function someOf(told: readonly ToldFacts[]): readonly ToldFacts[] | undefined {
  return told.length === 0 ? undefined : told;
}

function olderEntry(entry: JsonFields, route: string): readonly ToldFacts[] {
  const model = wordIn(entry, 'id');
  const state = wordIn(entry, 'state');
  if (model === '' || state === '') return [];
  const capabilities = entry['capabilities'];
  const facts = knownFacts({
    contextWindow: tokensIn(entry['loaded_context_length']),
    trainedWindow: tokensIn(entry['max_context_length']),
    vision: wordIn(entry, 'type') === '' ? undefined : entry['type'] === 'vlm',
    tools: Array.isArray(capabilities) ? capabilities.includes('tool_use') : undefined,
    loaded: state === 'loaded',
  });
  return [{ model, facts, route }];
}

/** A loaded model is asked for by the id of its instance, or by its key. */
function newerEntry(entry: JsonFields, route: string): readonly ToldFacts[] {
  const key = wordIn(entry, 'key');
  if (key === '' || !Array.isArray(entry['loaded_instances'])) return [];
  const capabilities = recordIn(entry, 'capabilities');
  const reasoning = capabilities['reasoning'];
  const options = isRecord(reasoning) && Array.isArray(reasoning['allowed_options']) ? (reasoning['allowed_options'] as unknown[]) : [];
  const common = knownFacts({
    trainedWindow: tokensIn(entry['max_context_length']),
    vision: flagIn(capabilities['vision']),
    tools: flagIn(capabilities['trained_for_tool_use']),
    thinking: flagIn(reasoning) ?? (isRecord(reasoning) ? true : undefined),
    efforts: options.length === 0 ? undefined : options.filter((option) => typeof option === 'string'),
  });
  const instances = recordsIn(entry, 'loaded_instances').map((instance) => ({
    id: wordIn(instance, 'id'),
    window: tokensIn(recordIn(instance, 'config')['context_length']),
  }));
  // Any instance may answer, so the smallest window applies.
  const windows = instances.map(({ window }) => window).filter((window) => window !== undefined);
  const loaded = instances.length > 0;
  const ofKey: ModelFacts = { ...common, loaded, ...(windows.length === 0 ? {} : { contextWindow: Math.min(...windows) }) };
  return [
    { model: key, facts: ofKey, route },
    ...instances
      .filter(({ id }) => id !== '' && id !== key)
      .map(({ id, window }) => ({ model: id, facts: knownFacts({ ...common, loaded, contextWindow: window }), route })),
  ];
}
