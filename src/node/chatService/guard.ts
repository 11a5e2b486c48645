/**
 * Who may use the chat service: a program of this machine that knows the key. Web pages may not, whatever they know:
 * neither by a name that was made to point here (DNS rebinding) nor from a page of another origin.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Refusal {
  readonly status: 401 | 403;
  /** One sentence that says what to do. */
  readonly message: string;
}

/** @param port where the service listens; it is part of the `Host` that a client of this machine sends */
export function refusalFor(headers: IncomingHttpHeaders, port: number, token: string): Refusal | undefined {
  const refusal = webRefusal(headers, port);
  if (refusal !== undefined) return refusal;
  const bearer = /^Bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1]?.trim();
  // Anthropic's clients have a header for the key.
  const given = [bearer, headers['x-api-key']].filter((key) => typeof key === 'string');
  if (given.some((key) => same(key, token))) return undefined;
  const message = 'Send the key of this service as "Authorization: Bearer …" or as "x-api-key"; Rivulet: Start Chat Service shows it.';
  return { status: 401, message };
}

/** Why a request is not from a program of this machine, with a key or without. */
export function webRefusal(headers: IncomingHttpHeaders, port: number): Refusal | undefined {
  const names = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!names.includes((headers.host ?? '').toLowerCase())) {
    return { status: 403, message: `The Host header must be ${names.join(' or ')}; this service is for programs of this machine.` };
  }
  // Browsers send one of these with whatever a page asks for; programs send none.
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) {
    return { status: 403, message: 'Web pages may not use this service.' };
  }
  return undefined;
}

/** Hashes have one length, so the time of the comparison tells nothing. */
function same(given: string, wanted: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(wanted));
}
