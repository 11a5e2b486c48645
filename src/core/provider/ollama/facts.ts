/**
 * Facts from Ollama. The window is known only for a loaded model (`/api/ps`) or if the model's file sets it; the trained
 * length is not the running one.
 */
import type { FactRoute } from '../facts/factRoute.ts';
import { knownFacts, type ModelFacts, tokensIn, type ToldFacts } from '../facts/modelFacts.ts';
import { isRecord, type JsonFields, recordIn, recordsIn, wordIn } from '../reading/json.ts';

/** The list of models on disk. */
export function ollamaListFacts(list: unknown): readonly ToldFacts[] {
  return entriesOf(list).flatMap(([model, entry]) => {
    const facts = knownFacts({
      trainedWindow: tokensIn(recordIn(entry, 'details')['context_length']),
      ...capabilitiesOf(entry, recordIn(entry, 'details')),
    });
    return Object.keys(facts).length === 0 ? [] : [{ model, facts, route: '/api/tags' }];
  });
}

/** @param model the model that the person has chosen */
export function ollamaRoutes(root: string, model: string | undefined): readonly FactRoute[] {
  const loaded = ollamaLoaded(root, model);
  if (model === undefined) return [loaded];
  return [{ url: `${root}/api/show`, route: '/api/show', body: { model }, read: (answer) => shownFacts(answer, model) }, loaded];
}

/** The models in memory. */
export function ollamaLoaded(root: string, model: string | undefined): FactRoute {
  const route = '/api/ps';
  return { url: root + route, route, mentionsLoaded: true, read: (answer) => loadedFacts(answer, model, route) };
}

function loadedFacts(answer: unknown, asked: string | undefined, route: string): readonly ToldFacts[] | undefined {
  if (!isRecord(answer) || !Array.isArray(answer['models'])) return undefined;
  return entriesOf(answer).flatMap(([name, entry]): ToldFacts[] => {
    const facts = knownFacts({ contextWindow: tokensIn(entry['context_length']), loaded: true });
    // People leave out the tag of the model that they choose.
    const isAsked = asked !== undefined && asked !== name && withTag(asked) === name;
    return [{ model: name, facts, route }, ...(isAsked ? [{ model: asked, facts, route }] : [])];
  });
}

function shownFacts(answer: unknown, model: string): readonly ToldFacts[] | undefined {
  if (!isRecord(answer)) return undefined;
  const info = recordIn(answer, 'model_info');
  const architecture = wordIn(info, 'general.architecture');
  const trained = tokensIn(info[`${architecture}.context_length`]);
  const facts = knownFacts({
    trainedWindow: trained,
    contextWindow: setWindow(wordIn(answer, 'parameters')),
    ...capabilitiesOf(answer, recordIn(answer, 'details')),
  });
  return Object.keys(facts).length === 0 ? undefined : [{ model, facts, route: '/api/show' }];
}

/** The parameters of a model's file are lines of a name and a value. */
function setWindow(parameters: string): number | undefined {
  return tokensIn(/^num_ctx\s+"?(\d+)"?\s*$/m.exec(parameters)?.[1]);
}

function capabilitiesOf(fields: JsonFields, details: JsonFields): Pick<ModelFacts, 'vision' | 'tools' | 'thinking' | 'efforts'> {
  const { capabilities } = fields;
  if (!Array.isArray(capabilities)) return {};
  const thinking = capabilities.includes('thinking');
  return {
    vision: capabilities.includes('vision'),
    tools: capabilities.includes('tools'),
    thinking,
    ...(thinking ? { efforts: effortsOfFamily(wordIn(details, 'family')) } : {}),
  };
}

/** gpt-oss always thinks and takes a level; other models think or do not. */
function effortsOfFamily(family: string): readonly string[] {
  return /^gpt-?oss/.test(family) ? ['low', 'medium', 'high'] : ['none', 'auto'];
}

function entriesOf(list: unknown): readonly (readonly [model: string, entry: JsonFields])[] {
  if (!isRecord(list)) return [];
  return recordsIn(list, 'models')
    .map((entry) => [wordIn(entry, 'name') || wordIn(entry, 'model'), entry] as const)
    .filter(([model]) => model !== '');
}

const withTag = (model: string): string => (model.includes(':') ? model : `${model}:latest`);
