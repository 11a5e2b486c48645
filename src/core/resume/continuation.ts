/**
 * How a server is asked to continue an interrupted answer. Which of the three ways works is learned once per endpoint: if it
 * refuses a partial assistant message, it is asked with a user message.
 */
import type { Message } from '../../api.ts';
import { continuationOf, continuesThoughtsAt } from '../provider/protocols.ts';
import type { ChatRequest, Continuation, Endpoint, EndpointMemory } from '../provider/provider.ts';

/** The way to try next: the one that worked before, the setting, or the protocol's default. */
export function continuationFor(endpoint: Endpoint, memory: EndpointMemory): Continuation {
  if (memory.continuation !== undefined) return memory.continuation;
  if (endpoint.continuation !== 'auto') return endpoint.continuation;
  return continuationOf(endpoint);
}

/** Whether interrupted reasoning is continued; otherwise the answer is requested from the start again. */
export function continuesThoughts(endpoint: Endpoint, memory: EndpointMemory): boolean {
  return memory.continuesThoughts !== false && continuationFor(endpoint, memory) === 'prefix' && continuesThoughtsAt(endpoint);
}

const continuePrompt =
  'Your last message was cut off. Continue it exactly from where it stops, in the middle of a word if need be. ' +
  'Do not repeat anything, do not apologise and do not open a code block again that is still open.';

/** The request for the rest after `partial`. */
export function continueRequest(request: ChatRequest, partial: string, way: Continuation): ChatRequest {
  const said = { role: 'assistant', content: partial } as const;
  switch (way) {
    case 'prefill':
    case 'prefix':
      return { ...request, messages: [...request.messages, said], continues: way };
    case 'ask': {
      const ask: Message = { role: 'user', content: continuePrompt };
      return { ...request, messages: [...request.messages, said, ask] };
    }
    default:
      return way satisfies never;
  }
}
