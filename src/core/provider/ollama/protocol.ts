/** Ollama's own API. Its chat completions ignore the size of the context window and how much a model thinks. */
import { isRecord, recordsIn } from '../reading/json.ts';
import { JsonDecoder } from '../reading/jsonDecoder.ts';
import { rootOf } from '../baseURL.ts';
import type { Protocol } from '../protocol.ts';
import { ollamaListFacts, ollamaLoaded, ollamaRoutes } from './facts.ts';
import { OllamaReader } from './reader.ts';
import { ollamaBody } from './request.ts';

export const ollama: Protocol = {
  label: 'Ollama',
  ask: ({ baseURL, contextWindow }, request) => ({ url: `${rootOf(baseURL)}/api/chat`, body: ollamaBody(request, contextWindow) }),
  decoder: (sink, thoughts) => new JsonDecoder(sink, (whole) => new OllamaReader(whole, thoughts)),
  modelsUrl: ({ baseURL }) => `${rootOf(baseURL)}/api/tags`,
  ownList: (list) => isRecord(list) && recordsIn(list, 'models').some((entry) => 'digest' in entry && isRecord(entry['details'])),
  listFacts: ollamaListFacts,
  factRoutes: ({ baseURL }, model) => ollamaRoutes(rootOf(baseURL), model),
  // A model that runs at Ollama's own servers is never in memory here.
  loadedRoute: ({ baseURL }, model) => (/[:-]cloud$/.test(model) ? undefined : ollamaLoaded(rootOf(baseURL), model)),
  // The template of most models continues a last message of the assistant.
  continuation: () => 'prefill',
  signature: /"done"\s*:\s*(?:true|false)/,
  optional: { names: ['think', 'truncate', 'shift'] },
  wordFields: ['content', 'thinking', 'response'],
  answerFormat: (format) => ({ format: format.type === 'json_object' ? 'json' : format.schema }),
  headers: (apiKey) => ({
    accept: 'application/x-ndjson, application/json',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  }),
};
