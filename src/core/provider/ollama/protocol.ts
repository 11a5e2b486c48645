/** Ollama's own API. Its chat completions ignore the size of the context window and how much a model thinks. */
import { JsonDecoder } from '../reading/jsonDecoder.ts';
import type { Protocol } from '../protocol.ts';
import { OllamaReader } from './reader.ts';
import { ollamaBody } from './request.ts';

export const ollama: Protocol = {
  ask: ({ baseURL, contextWindow }, request) => ({ url: `${rootOf(baseURL)}/api/chat`, body: ollamaBody(request, contextWindow) }),
  decoder: (sink) => new JsonDecoder(sink, (whole) => new OllamaReader(whole)),
  modelsUrl: ({ baseURL }) => `${rootOf(baseURL)}/api/tags`,
  // The template of most models continues a last message of the assistant.
  continuation: () => 'prefill',
  signature: /"done"\s*:\s*(?:true|false)/,
  headers: (apiKey) => ({
    accept: 'application/x-ndjson, application/json',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  }),
};

/** People write the address of the chat completions, which end in `/v1`. */
function rootOf(baseURL: string): string {
  return baseURL.replace(/\/+$/, '').replace(/\/(?:v1|api)$/, '');
}
