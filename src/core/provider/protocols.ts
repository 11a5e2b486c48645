/** All protocols, by the name that `rivulet.endpoints[].api` has for them. */
import type { Fetch } from './guardedFetch.ts';
import { openaiTransport } from './openai/openaiTransport.ts';
import { fetchTransport } from './fetchTransport.ts';
import { ollama } from './ollama/protocol.ts';
import { responses } from './openaiResponses/protocol.ts';
import { chatCompletions } from './openaiChat/protocol.ts';
import { providerOf } from './protocol.ts';
import type { Api, Provider } from './provider.ts';

/**
 * A provider that speaks each endpoint's protocol.
 * @param fetch looked up at call time by the caller's function, since VS Code patches `globalThis.fetch`
 * @param wall milliseconds since the epoch, for `Retry-After` dates
 */
export function createProvider(fetch: Fetch, wall: () => number): Provider {
  const openai = openaiTransport(fetch);
  const providers: Readonly<Record<Api, Provider>> = {
    chat: providerOf(chatCompletions, openai, wall),
    responses: providerOf(responses, openai, wall),
    ollama: providerOf(ollama, fetchTransport(fetch, ollama), wall),
  };
  return {
    open: (endpoint, ...rest) => providers[endpoint.api ?? 'chat'].open(endpoint, ...rest),
    models: (endpoint, signal) => providers[endpoint.api ?? 'chat'].models(endpoint, signal),
  };
}
