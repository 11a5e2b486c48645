/** All protocols, by the name that `rivulet.endpoints[].api` has for them. */
import { messages } from './anthropicMessages/protocol.ts';
import { fetchTransport } from './http/fetchTransport.ts';
import { detectApi, lacksPath } from './detectApi.ts';
import { type FailureCode, ownFailure } from './failures/ownFailures.ts';
import { gemini } from './gemini/protocol.ts';
import type { Fetch } from './http/guardedFetch.ts';
import { ollama } from './ollama/protocol.ts';
import { openaiTransport } from './http/openaiTransport.ts';
import { chatCompletions } from './openaiChat/protocol.ts';
import { responses } from './openaiResponses/protocol.ts';
import { type Protocol, providerOf, type Transport } from './protocol.ts';
import { type Api, apis, type Continuation, type Endpoint, type EndpointMemory, type OpenedAnswer, type Provider } from './provider.ts';

export const protocols: Readonly<Record<Api, Protocol>> = { chat: chatCompletions, responses, messages, gemini, ollama };
/** Where the protocols put the words of an answer, piece by piece. */
export const wordFields: ReadonlySet<string> = new Set(apis.flatMap((api) => protocols[api].wordFields));
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
  const detect = (endpoint: Endpoint, not: Api | undefined, signal: AbortSignal): Promise<Api | undefined> =>
    detectApi({ protocols, transportOf }, endpoint, not, AbortSignal.any([signal, AbortSignal.timeout(detectMs)]));
  return {
    open: async (endpoint, request, memory, signal) => {
      const { api = 'chat', apiBy } = spoken(endpoint, memory);
      const opened = await providerFor(api).open(endpoint, request, memory, signal);
      if (apiBy === undefined) return opened;
      if (opened.type === 'opened')
        return recognising(opened, api, (found) => {
          if (apiBy === 'setting') return 'wrong-api';
          memory.api = found;
          return 'other-api';
        });
      if (memory.apiSearched === true || signal.aborted || !lacksPath(opened.failure)) return opened;
      memory.apiSearched = true;
      const found = await detect(endpoint, api, signal);
      if (found === undefined || signal.aborted) return opened;
      if (apiBy === 'setting') return { type: 'failed', failure: ownFailure('wrong-api', [api, found]) };
      memory.api = found;
      return providerFor(found).open(endpoint, request, memory, signal);
    },
    detect: (endpoint, signal) => detect(endpoint, undefined, signal),
    kept: (endpoint, request, memory, handle) => {
      const as = spoken(endpoint, memory);
      return providerFor(as.api).kept?.(as, request, memory, handle);
    },
    loads: (endpoint, ...rest) => providerFor(endpoint.api).loads?.(endpoint, ...rest),
    models: (endpoint, signal) => providerFor(endpoint.api).models(endpoint, signal),
    facts: (endpoint, ...rest) => providerFor(endpoint.api).facts(endpoint, ...rest),
  };

  function spoken(endpoint: Endpoint, memory: EndpointMemory): Endpoint {
    return endpoint.apiBy === 'guess' && memory.api !== undefined ? { ...endpoint, api: memory.api } : endpoint;
  }
}

/** How an endpoint is asked first to continue a broken answer. */
export function continuationOf(endpoint: Endpoint): Continuation {
  return protocols[endpoint.api ?? 'chat'].continuation?.(endpoint) ?? 'ask';
}

/** Whether thoughts that broke off are continued by an endpoint that is asked by `prefix`. */
export function continuesThoughtsAt(endpoint: Endpoint): boolean {
  return protocols[endpoint.api ?? 'chat'].continuesThoughts?.(endpoint) === true;
}

/** As much of a broken answer as the endpoint takes to continue it. */
export function continuablePart(endpoint: Endpoint, way: Continuation, text: string): string {
  return way !== 'ask' && protocols[endpoint.api ?? 'chat'].continuesTrimmed === true ? text.trimEnd() : text;
}

/** Whether an answer of this endpoint can be read on after a break, where the server may keep it. */
export function canRejoin(endpoint: Endpoint): boolean {
  return protocols[endpoint.api ?? 'chat'].kept !== undefined;
}

/** A server gets this long to show which protocol it speaks. */
const detectMs = 5_000;
/** So much of an answer shows which protocol it is in. */
const headCharacters = 16 * 1024;
/** Most of a recording that is looked at, in UTF-16 units. */
const lookedAt = 64 * 1024;

/** The protocol that the body of an answer is in; chat completions where none is recognised. */
export function apiOfBody(body: string): Api {
  const start = body.slice(0, lookedAt);
  return apis.find((api) => protocols[api].signature.test(start)) ?? 'chat';
}

/** The same answer; where nothing of it can be read and it is in another protocol, that is what has gone wrong. */
function recognising(opened: OpenedAnswer, api: Api, codeFor: (found: Api) => FailureCode): OpenedAnswer {
  return {
    ...opened,
    decoder: (sink) => {
      let isRead = false;
      let head = '';
      const text = new TextDecoder();
      const decoder = opened.decoder((delta) => {
        isRead ||= delta.type === 'text' || delta.type === 'reasoning' || delta.type === 'refusal' || delta.type === 'tool';
        sink(delta);
      });
      return {
        feed: (piece) => {
          if (!isRead && head.length < headCharacters && piece instanceof Uint8Array) head += text.decode(piece, { stream: true });
          decoder.feed(piece);
        },
        get state() {
          return decoder.state;
        },
        end: () => {
          const ending = decoder.end();
          if (isRead || protocols[api].signature.test(head)) return ending;
          const other = apis.find((one) => one !== api && protocols[one].signature.test(head));
          if (other === undefined) return ending;
          return { type: 'failure', failure: ownFailure(codeFor(other), [api, other]) };
        },
      };
    },
  };
}
