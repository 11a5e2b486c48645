/** Google's Gemini, by `streamGenerateContent`. */
import { isRecord, recordsIn, wordIn } from '../reading/json.ts';
import { JsonDecoder } from '../reading/jsonDecoder.ts';
import { below, versioned, withQuery } from '../baseURL.ts';
import type { Protocol } from '../protocol.ts';
import { geminiFacts } from './facts.ts';
import { unkept } from '../kept.ts';
import { interactions } from './interactions.ts';
import { GeminiReader } from './reader.ts';
import { geminiRemedy } from './remedies.ts';
import { geminiBody } from './request.ts';

/** Where the address names none. Not v1, which gets thinking and the like later, and older gateways not at all. */
const version = 'v1beta';

export const gemini: Protocol = {
  label: 'Gemini generateContent',
  ask: ({ baseURL }, request, remedies) => ({
    // Without `alt=sse` the answer is one JSON array that grows.
    url: withQuery(below(versioned(baseURL, version), `/${pathOf(request.model)}:streamGenerateContent`), { alt: 'sse' }),
    body: geminiBody(request, remedies),
  }),
  kept: interactions(version),
  remedy: (words, tried) =>
    /\b(?:interactions?|background)\b/.test(words) && !tried.includes(unkept) ? { word: unkept, lasts: true } : geminiRemedy(words, tried),
  decoder: (sink) => new JsonDecoder(sink, (whole) => new GeminiReader(whole)),
  modelsUrl: ({ baseURL }) => withQuery(below(versioned(baseURL, version), '/models'), { pageSize: '1000' }),
  modelPage: (page) => {
    if (!isRecord(page) || !Array.isArray(page['models'])) return undefined;
    const models = recordsIn(page, 'models').filter(({ supportedGenerationMethods: methods }) => {
      return !Array.isArray(methods) || methods.includes('generateContent');
    });
    const next = wordIn(page, 'nextPageToken');
    return {
      models: models.map((model) => wordIn(model, 'name').replace(/^models\//, '')).filter((name) => name !== ''),
      ...(next === '' ? {} : { next: { pageToken: next } }),
    };
  },
  ownList: (list) => isRecord(list) && recordsIn(list, 'models').some((entry) => wordIn(entry, 'name').startsWith('models/')),
  listFacts: geminiFacts,
  signature: /"(?:candidates|promptFeedback|usageMetadata)"\s*:/,
  wordFields: ['text'],
  headers: (apiKey) => ({
    accept: 'text/event-stream, application/json',
    ...(apiKey === undefined ? {} : { 'x-goog-api-key': apiKey }),
  }),
};

/** Tuned models and those of other publishers come with the collection that they are in. */
function pathOf(model: string): string {
  const path = model.includes('/') ? model : `models/${model}`;
  return path.split('/').map(encodeURIComponent).join('/');
}
