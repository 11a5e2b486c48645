/**
 * Reasoning that only the model that made it can read. It is kept with the name of its origin and given back to no
 * other: another model answers it with a refusal, and another vendor has no right to it.
 */
import type { Message, Part } from '../../api.ts';
import { isRecord } from './reading/json.ts';
import type { ChatRequest, Endpoint } from './provider.ts';

/** What parts and journals hold; plain JSON. */
interface Sealed {
  readonly origin: string;
  readonly value: unknown;
}

export function originOf({ api = 'chat', id }: Endpoint, model: string): string {
  return `${api}:${id}/${model}`;
}

export function sealed(value: unknown, origin: string): Sealed {
  return { origin, value };
}

/** The same request, with what this origin gave as it gave it, and without what others gave. */
export function unsealed(request: ChatRequest, origin: string): ChatRequest {
  if (!request.messages.some(hasOpaque)) return request;
  const open = (part: Part): Part => {
    if (part.type !== 'reasoning' || part.opaque === undefined) return part;
    const { opaque, ...rest } = part;
    return isRecord(opaque) && opaque['origin'] === origin ? { ...rest, opaque: opaque['value'] } : rest;
  };
  const messages = request.messages.map((message) =>
    typeof message.content === 'string' ? message : { ...message, content: message.content.map(open) },
  );
  return { ...request, messages };
}

function hasOpaque({ content }: Message): boolean {
  return typeof content !== 'string' && content.some((part) => part.type === 'reasoning' && part.opaque !== undefined);
}
