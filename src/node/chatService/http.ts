/** The few words of HTTP that the servers on loopback share: a bounded body in, JSON or a written piece out. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';

export type Body = { readonly type: 'json'; readonly value: unknown } | { readonly type: 'too-large' } | { readonly type: 'not-json' };

/** Reads a request's body as JSON and stops at `maxBytes`. Rejects only when the client leaves meanwhile. */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<Body> {
  let length = 0;
  const parts: Buffer[] = [];
  // Not destroyed when the loop is left: the client is still to be told why.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > maxBytes) return { type: 'too-large' };
    parts.push(part);
  }
  try {
    return { type: 'json', value: JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown };
  } catch {
    return { type: 'not-json' };
  }
}

export function sendJson(response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

/** Writes, and waits while the client does not read; the signal ends the wait. */
export async function write(response: ServerResponse, text: string | Uint8Array, gone: AbortSignal): Promise<void> {
  if (response.write(text) || gone.aborted) return;
  await once(response, 'drain', { signal: gone }).catch(() => undefined);
}
