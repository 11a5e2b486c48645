/**
 * Sealed reasoning that only its own model can read. It is stored with its origin and never sent elsewhere: another model
 * rejects it, and another vendor must not get it.
 */
import type { Message, Part } from '../../api.ts';
import { isRecord } from './reading/json.ts';
import type { ChatRequest, Endpoint } from './provider.ts';

/** The stored form, plain JSON. */
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
