/**
 * Admits requests to the chat service: only programs on this machine that know the key. Web pages are refused whatever they
 * know, both by a name that resolves to this machine (DNS rebinding) and from another origin.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Refusal {
  readonly status: 401 | 403;
  /** One sentence that says what to do. */
  readonly message: string;
}

/** @param port the service's port, which is part of the `Host` header that a local client sends */
export function refusalFor(headers: IncomingHttpHeaders, port: number, token: string): Refusal | undefined {
  const refusal = webRefusal(headers, port);
  if (refusal !== undefined) return refusal;
  const bearer = /^Bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1]?.trim();
  // Anthropic's clients send the key in a header of their own.
  const given = [bearer, headers['x-api-key']].filter((key) => typeof key === 'string');
  if (given.some((key) => same(key, token))) return undefined;
  const message = 'Send the key of this service as "Authorization: Bearer …" or as "x-api-key"; Rivulet: Start Chat Service shows it.';
  return { status: 401, message };
}

/** Why a request does not come from a local program, with or without a key. */
export function webRefusal(headers: IncomingHttpHeaders, port: number): Refusal | undefined {
  const names = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!names.includes((headers.host ?? '').toLowerCase())) {
    return { status: 403, message: `The Host header must be ${names.join(' or ')}; this service is for programs of this machine.` };
  }
  // Browsers send one of these headers with every request of a page; programs send none.
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) {
    return { status: 403, message: 'Web pages may not use this service.' };
  }
  return undefined;
}

/** Hashes have equal lengths, so the comparison takes constant time. */
function same(given: string, wanted: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(wanted));
}
