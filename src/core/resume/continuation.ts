/**
 * How a server is asked to continue an answer that broke off. Which of the three ways an endpoint takes is learnt once:
 * after a refusal it is asked by a question.
 */
import type { Message } from '../../api.ts';
import { continuationOf, continuesThoughtsAt } from '../provider/protocols.ts';
import type { ChatRequest, Continuation, Endpoint, EndpointMemory } from '../provider/provider.ts';

/** The way to try next for this endpoint: the setting, what was learnt, or what its protocol knows. */
export function continuationFor(endpoint: Endpoint, memory: EndpointMemory): Continuation {
  if (memory.continuation !== undefined) return memory.continuation;
  if (endpoint.continuation !== 'auto') return endpoint.continuation;
  return continuationOf(endpoint);
}

/** Whether the server is asked for the rest of thoughts that broke off, and not for all of the answer anew. */
export function continuesThoughts(endpoint: Endpoint, memory: EndpointMemory): boolean {
  return memory.continuesThoughts !== false && continuationFor(endpoint, memory) === 'prefix' && continuesThoughtsAt(endpoint);
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
