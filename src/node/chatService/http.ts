/** HTTP helpers of the loopback servers: listens, reads bounded JSON bodies, writes JSON and stream pieces. */
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../core/request/clock.ts';
import type { BodyShare } from './bodyBudget.ts';
import { later, RequestError } from './requestError.ts';

/** Maximum nesting: deeper than any tool schema, and a bound for recursive code. */
const maxDepth = 256;
/** A client that reads nothing for this long counts as gone, in ms. */
const takesNothingMs = 60_000;

/** The rest of a large body is not read: the connection closes after the response. */
const close = { connection: 'close' };

/**
 * Reads a request body as JSON.
 * @throws RequestError if the body cannot be read; another error if the client disconnects
 */
export async function readJson(request: IncomingMessage, maxBytes: number, share: BodyShare): Promise<unknown> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw new RequestError('The body must not be compressed.');
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^(?:utf-?8|us-ascii)$/i.test(charset)) throw new RequestError('The body must be UTF-8.');
  let length = 0;
  const parts: Buffer[] = [];
  // Not destroyed after the loop: the client still gets an error.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > maxBytes) throw new RequestError(`The body is larger than ${maxBytes / 1024 / 1024} MB.`, 413, close);
    if (!share.add(part.length)) {
      throw new RequestError('Other requests take all the room for bodies; try again in a moment.', 503, { ...close, ...later });
    }
    parts.push(part);
  }
  let text: string;
  try {
    // Skips a byte order mark.
    text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw new RequestError('The body is not UTF-8.');
  }
  if (isDeeper(text, maxDepth)) throw new RequestError(`The body is JSON that is nested more than ${maxDepth} deep.`);
  // Both passes over a body of megabytes take too long for one turn.
  await setImmediate();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new RequestError('The body is not JSON.');
  }
}

/** Counts brackets outside of strings. */
function isDeeper(json: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > limit) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}

/**
 * Listens on loopback without keeping the process alive; resolves to the port.
 * @param port 0 lets the system choose
 * @throws the system's error, such as a port that is taken
 */
export async function listenOnLoopback(http: Server, port: number): Promise<number> {
  http.listen(port, '127.0.0.1');
  await once(http, 'listening');
  http.unref();
  return (http.address() as AddressInfo).port;
}

export function sendJson(response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
  const json = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': json.length, ...headers });
  response.end(json);
}

/**
 * Writes, and waits until the client reads or the signal aborts.
 * @param clock disconnects a client that reads nothing for a minute
 */
export async function write(
  response: ServerResponse,
  text: string | Uint8Array,
  gone: AbortSignal,
  clock?: Pick<Clock, 'timer'>,
): Promise<void> {
  if (response.write(text) || gone.aborted) return;
  const offTime = clock?.timer(takesNothingMs, () => response.destroy());
  await once(response, 'drain', { signal: gone }).catch(() => undefined);
  offTime?.();
}
