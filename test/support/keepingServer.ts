// A server that keeps what it generates, as OpenAI's Responses in background mode, llama.cpp's sessions and Gemini's
// Interactions do. Its connections break at any byte of a response that a test names, headers included.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { breakingSend, headerBytes as headerBytesOf } from './breakingSend.ts';

export type KeepingKind = 'responses' | 'session' | 'interactions';

export interface KeptRecording {
  readonly kind: KeepingKind;
  readonly name: string;
  /** The whole body as the server would send it without a break. */
  readonly body: Uint8Array;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** Replaces one answer; the request is still counted. */
export type Instead =
  | { readonly status: number; readonly body: unknown }
  /** Sends this body for any request. */
  | { readonly sends: Uint8Array | string; readonly type?: string }
  | 'reset';

export interface KeepingServer extends AsyncDisposable {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** The started answers, by id. */
  readonly begun: readonly string[];
  readonly stopped: readonly string[];
  /** Number of raw bytes after which each of the next connections breaks; undefined for no break. Later ones do not break. */
  cuts: (number | undefined)[];
  /** The bodies do not end, as if the server were still generating. */
  holds: boolean;
  /** Answers the requests for the rest, in order. */
  instead: Instead[];
  /** Answers the requests to stop, in order. */
  insteadOfStop: Instead[];
  close(): Promise<void>;
}

/** Length of a response's headers; smaller cuts are inside them. */
export const headerBytes = headerBytesOf('text/event-stream');

/** @param torn whether a break is a reset instead of a normal close */
export async function keepingServer(recording: KeptRecording, torn: () => boolean = () => true): Promise<KeepingServer> {
  const begun: string[] = [];
  const stopped: string[] = [];
  const asked: Asked[] = [];
  const events = eventsIn(Buffer.from(recording.body).toString());
  const http = createServer({ keepAliveTimeout: 0 }, async (incoming, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const part of incoming) chunks.push(part as Buffer);
    } catch {
      return;
    }
    const text = Buffer.concat(chunks).toString();
    const { method = '', url: path = '', headers } = incoming;
    asked.push({ method, path, headers, body: text === '' ? undefined : JSON.parse(text) });
    const query = new URL(path, 'http://x').searchParams;
    const isStop = method === 'DELETE' || path.endsWith('/cancel');
    const isRest = method === 'GET';
    const instead = isStop ? server.insteadOfStop.shift() : isRest ? server.instead.shift() : undefined;
    if (instead !== undefined) return insteadOf(response, instead);
    if (isStop) {
      stopped.push(path);
      return json(response, 200, {});
    }
    if (!isRest) {
      begun.push(nameOf(recording, headers));
      if (server.holds) {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(allButEnd(recording));
        return;
      }
      return send(response, recording.body, server.cuts.shift(), torn());
    }
    switch (recording.kind) {
      case 'session': {
        if (!path.includes('/stream?conv_id=')) return json(response, 404, { error: { message: 'No such path' } });
        const id = query.get('conv_id') ?? '';
        if (!begun.includes(id)) return json(response, 404, { error: { code: 404, message: 'Stream not found or expired' } });
        return send(response, recording.body.subarray(Number(query.get('from'))), server.cuts.shift(), torn());
      }
      case 'responses': {
        const after = query.get('starting_after');
        const rest = events.filter((event) => after === null || sequenceOf(event) > Number(after));
        return send(response, Buffer.from(rest.join('')), server.cuts.shift(), torn());
      }
      case 'interactions': {
        const after = query.get('last_event_id');
        const at = events.findIndex((event) => event.includes(`"event_id":"${after}"`));
        return send(response, Buffer.from(events.slice(at + 1).join('')), server.cuts.shift(), torn());
      }
      default:
        recording.kind satisfies never;
    }
  });
  http.on('connection', (socket) => socket.on('error', () => undefined));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const server: KeepingServer = {
    url: `http://127.0.0.1:${port}/v1`,
    asked,
    begun,
    stopped,
    cuts: [],
    holds: false,
    instead: [],
    insteadOfStop: [],
    close: async () => {
      if (!http.listening) return;
      const closed = once(http, 'close');
      http.close();
      http.closeAllConnections();
      await closed;
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
  return server;
}

function send(response: ServerResponse, body: Uint8Array, cut: number | undefined, reset: boolean, type = 'text/event-stream'): void {
  breakingSend(response, body, { cut, reset, type });
}

function insteadOf(response: ServerResponse, instead: Instead): void {
  if (instead === 'reset') response.socket?.resetAndDestroy();
  else if ('status' in instead) json(response, instead.status, instead.body);
  else send(response, Buffer.from(instead.sends), undefined, false, instead.type);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
}

function nameOf({ kind, body }: KeptRecording, headers: IncomingMessage['headers']): string {
  if (kind === 'session') return String(headers['x-conversation-id']);
  return /"id":"((?:resp|int)_[^"]*)"/.exec(Buffer.from(body).toString())?.[1] ?? '';
}

function allButEnd({ body }: KeptRecording): string {
  const events = eventsIn(Buffer.from(body).toString());
  return events
    .slice(
      0,
      events.findIndex((event) => /finish_reason":"|_?type":"\w+\.(?:completed|incomplete)"/.test(event)),
    )
    .join('');
}

export function eventsIn(body: string): readonly string[] {
  return body.match(/[^]+?(?:\n\n|$)/g) ?? [];
}

function sequenceOf(event: string): number {
  return Number(/"sequence_number":(\d+)/.exec(event)?.[1] ?? Infinity);
}
