/** All protocols, by the name that `rivulet.endpoints[].api` has for them. */
import { messages } from './anthropicMessages/protocol.ts';
import { fetchTransport } from './http/fetchTransport.ts';
import { gemini } from './gemini/protocol.ts';
import type { Fetch } from './http/guardedFetch.ts';
import { ollama } from './ollama/protocol.ts';
import { openaiTransport } from './http/openaiTransport.ts';
import { chatCompletions } from './openaiChat/protocol.ts';
import { responses } from './openaiResponses/protocol.ts';
import { type Protocol, providerOf, type Transport } from './protocol.ts';
import { type Api, apis, type Continuation, type Endpoint, type Provider } from './provider.ts';

const protocols: Readonly<Record<Api, Protocol>> = { chat: chatCompletions, responses, messages, gemini, ollama };
/** Those that are asked through OpenAI's own client. */
const openaiApis: ReadonlySet<Api> = new Set(['chat', 'responses']);

/**
 * A provider that speaks each endpoint's protocol.
 * @param fetch looked up at call time by the caller's function, since VS Code patches `globalThis.fetch`
 * @param wall milliseconds since the epoch, for `Retry-After` dates
 */
export function createProvider(fetch: Fetch, wall: () => number): Provider {
  const openai = openaiTransport(fetch);
  const transportOf = (api: Api): Transport => (openaiApis.has(api) ? openai : fetchTransport(fetch, protocols[api]));
  const providers = new Map(apis.map((api) => [api, providerOf(protocols[api], transportOf(api), wall)]));
  const providerFor = (api: Api = 'chat'): Provider => providers.get(api) as Provider;
  return {
    open: (endpoint, ...rest) => providerFor(endpoint.api).open(endpoint, ...rest),
    kept: (endpoint, ...rest) => providerFor(endpoint.api).kept?.(endpoint, ...rest),
    models: (endpoint, signal) => providerFor(endpoint.api).models(endpoint, signal),
    facts: (endpoint, ...rest) => providerFor(endpoint.api).facts(endpoint, ...rest),
  };
}

/** How an endpoint is asked first to continue a broken answer. */
export function continuationOf(endpoint: Endpoint): Continuation {
  return protocols[endpoint.api ?? 'chat'].continuation?.(endpoint) ?? 'ask';
}

/** Whether an answer of this endpoint can be read on after a break, where the server may keep it. */
export function canRejoin(endpoint: Endpoint): boolean {
  return protocols[endpoint.api ?? 'chat'].kept !== undefined;
}

/** Most of a recording that is looked at, in UTF-16 units. */
const lookedAt = 64 * 1024;

/** The protocol that the body of an answer is in; chat completions where none is recognised. */
export function apiOfBody(body: string): Api {
  const start = body.slice(0, lookedAt);
  return apis.find((api) => protocols[api].signature.test(start)) ?? 'chat';
}
