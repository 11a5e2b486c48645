/** Parses a request to read an earlier answer: as one object, or its events from a number on. */
import type { IncomingMessage } from 'node:http';
import { RequestError } from './requestError.ts';

/** Parameters without effect in this service. */
const harmless = /^include(?:\[\d*\])?$|^include_obfuscation$/;

/**
 * `after` is the number of the last event that the client has; -1 for none.
 * @throws RequestError if the request is invalid
 */
export function rejoinOf({ headers }: IncomingMessage, query: URLSearchParams): { readonly stream: boolean; readonly after: number } {
  for (const name of query.keys()) {
    if (name === 'stream' || name === 'starting_after' || harmless.test(name)) continue;
    throw new RequestError(`There is no parameter "${name.slice(0, 100)}"; "stream" and "starting_after" are offered.`);
  }
  const wanted = query.get('stream') ?? 'false';
  if (wanted !== 'true' && wanted !== 'false') throw new RequestError('"stream" must be true or false.');
  const stream = wanted === 'true';
  const from = query.get('starting_after');
  const last = headers['last-event-id'];
  if (!stream && from !== null) throw new RequestError('"starting_after" is only for "stream=true".');
  // A client that reconnects automatically repeats the address and names the last event in a header.
  const after = [
    ...(from === null ? [] : [numberIn(from, '"starting_after"')]),
    ...(typeof last === 'string' && last !== '' && stream ? [numberIn(last, 'Last-Event-ID')] : []),
  ];
  return { stream, after: Math.max(-1, ...after) };
}

function numberIn(text: string, name: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  if (value === undefined) throw new RequestError(`${name} must be the number of an event: a whole number from 0 on.`);
  return value;
}
