/**
 * How a server is asked to go on with an answer that broke off. Three ways are in use; which one an endpoint takes
 * is learnt once: a refused one falls back to plain asking.
 */
import type { Message } from '../../api.ts';
import type { ChatRequest, Continuation, Endpoint, EndpointMemory } from '../provider/provider.ts';

/**
 * Hosts known for one way. Mistral and DeepSeek document `prefix: true` on a last assistant message; DeepSeek only
 * below `/beta`, and elsewhere takes the message as it is.
 */
const knownHosts: readonly (readonly [RegExp, Continuation])[] = [
  [/(^|\.)deepseek\.com$/, 'prefix'],
  [/(^|\.)mistral\.ai$/, 'prefix'],
  [/(^|\.)(openai|openai\.azure|anthropic|googleapis|openrouter|groq)\.(com|ai)$/, 'ask'],
];

/** The way to try next for this endpoint: the setting, what was learnt, what the host is known for, or a guess. */
export function continuationFor(endpoint: Endpoint, memory: EndpointMemory): Continuation {
  if (memory.continuation !== undefined) return memory.continuation;
  if (endpoint.continuation !== 'auto') return endpoint.continuation;
  let host = '';
  try {
    host = new URL(endpoint.baseURL).hostname;
  } catch {
    return 'ask';
  }
  const known = knownHosts.find(([pattern]) => pattern.test(host));
  if (known !== undefined) return known[1];
  // vLLM and llama.cpp run on one's own machines, and others there ignore the two fields or answer 400.
  const own = host === 'localhost' || host === '[::1]' || /^(127|10|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(host);
  return own ? 'prefill' : 'ask';
}

const goOn =
  'Your last message was cut off. Continue it exactly from where it stops, in the middle of a word if need be. ' +
  'Do not repeat anything, do not apologise and do not open a code block again that is still open.';

/** The request that asks for the rest after `partial`. */
export function continueRequest(request: ChatRequest, partial: string, way: Continuation): ChatRequest {
  const said = { role: 'assistant', content: partial } as const;
  switch (way) {
    case 'prefill':
    case 'prefix':
      return { ...request, messages: [...request.messages, said], continues: way };
    case 'ask': {
      const ask: Message = { role: 'user', content: goOn };
      return { ...request, messages: [...request.messages, said, ask] };
    }
    default:
      return way satisfies never;
  }
}
