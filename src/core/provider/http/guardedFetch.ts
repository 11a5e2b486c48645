/** The fetch passed to vendor clients: sends only our headers, follows no redirect, and limits what is read at once. */
import { nextTurn } from '../../nextTurn.ts';
import { isRecord, jsonOf } from '../reading/json.ts';
import type { SecretSource } from '../failures/secrets.ts';

export type Fetch = typeof globalThis.fetch;

/** Maximum bytes read of an error response. */
const maxErrorBytes = 64 * 1024;
/** Maximum bytes of a response read at once, such as a model list. */
export const maxWholeBytes = 8 * 1024 * 1024;

/** Thrown if a response exceeds that limit. */
export class TooLongError extends Error {}

/**
 * @param fetch looked up at call time by the caller's function, since VS Code patches `globalThis.fetch`
 * @param headers sent beside the endpoint's own, which win
 */
export function guardedFetch(fetch: Fetch, endpoint: SecretSource, headers: Readonly<Record<string, string>>): Fetch {
  return async (url, init) => {
    // What the vendor's client would add is left out: it takes headers from the environment and tells of the system.
    const own = new Headers(headers);
    if (typeof init?.body === 'string') own.set('content-type', 'application/json');
    for (const [name, value] of Object.entries(endpoint.headers ?? {})) own.set(name, value);
    try {
      // A redirect is reported, not followed: keys in headers would travel to the new address.
      const response = await fetch(url, { ...init, headers: own, redirect: 'manual' });
      if (response.ok) return response;
      const text = response.body === null ? '' : new TextDecoder().decode((await readAtMost(response.body, maxErrorBytes)).bytes);
      throw new NotOpenedError({ type: 'refused', status: response.status, headers: response.headers, body: jsonOf(text) ?? text });
    } catch (exception) {
      throw exception instanceof NotOpenedError ? exception : new NotOpenedError({ type: 'exception', exception });
    }
  };
}

/**
 * The whole body as text.
 * @throws TooLongError if it exceeds the limit
 */
export async function readWhole(response: Response): Promise<string> {
  if (response.body === null) return '';
  const { bytes, whole } = await readAtMost(response.body, maxWholeBytes);
  if (!whole) throw new TooLongError();
  const text = new TextDecoder().decode(bytes);
  // The caller parses it, which takes a turn of the event loop for megabytes.
  await nextTurn();
  return text;
}

/** Counted after decompression, so a small body that expands is limited too. */
async function readAtMost(
  body: ReadableStream<Uint8Array>,
  limit: number,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly whole: boolean }> {
  const reader = body.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  let whole = false;
  while (length <= limit) {
    const { done, value } = await reader.read();
    if (done) {
      whole = true;
      break;
    }
    parts.push(value.subarray(0, limit - length));
    length += value.length;
  }
  if (!whole) void reader.cancel().catch(() => undefined);
  const bytes = new Uint8Array(Math.min(length, limit));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, whole };
}

/** Why there is no response: the server refused, fetch failed, or no request could be made. */
export type NotOpenedReason =
  | { readonly type: 'refused'; readonly status: number; readonly headers: Headers; readonly body: unknown }
  | { readonly type: 'exception'; readonly exception: unknown }
  | { readonly type: 'not-made'; readonly exception: unknown };

/** Carries the reason through a vendor's client, which would look into an ordinary error and drop half of it. */
class NotOpenedError extends Error {
  readonly reason: NotOpenedReason;

  constructor(reason: NotOpenedReason) {
    super('No answer.');
    this.reason = reason;
  }
}

/** Unwraps an exception of a vendor client. */
export function reasonOf(thrown: unknown): NotOpenedReason {
  let error = thrown;
  for (let depth = 0; isRecord(error) && depth < 6; depth++) {
    if (error instanceof NotOpenedError) return error.reason;
    error = error['cause'];
  }
  return { type: 'not-made', exception: thrown };
}
