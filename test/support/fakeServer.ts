// A loopback server that speaks OpenAI chat completions and does, request by request, exactly what a test wrote down.
//
//     const more = gate();
//     await using server = await fakeServer();
//     server.next(text('Hel'), wait(more.opened), text('lo'), finish(), done());
//     server.next(...status(429, { error: { message: 'Slow down' } }, { 'retry-after': '1' }));
//     … server.url is the baseURL; server.requests and server.sockets tell what happened, in performance.now() times.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';

/** One action of the server. After its last step, a response ends normally. */
export type Step =
  | { readonly type: 'head'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly type: 'write'; readonly bytes: string | Uint8Array }
  | { readonly type: 'wait'; readonly until: Promise<unknown> }
  | { readonly type: 'drop'; readonly reset: boolean };

/** A fixed list of steps, or steps generated from the request while the answer is sent. */
export type Script = Iterable<Step> | AsyncIterable<Step> | ((request: FakeRequest) => Iterable<Step> | AsyncIterable<Step>);

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON body, or the text if it is not JSON; `any`, because tests read nested fields. */
  readonly body: any;
  readonly socket: number;
  readonly atMs: number;
  /** Settles when the response is over: whole, dropped by a script, or closed by the client. */
  readonly over: Promise<{ readonly how: 'ended' | 'dropped' | 'client-left'; readonly atMs: number }>;
  /** Body bytes written to the socket so far; does not grow while the client does not read. */
  readonly sentBytes: number;
}

export interface FakeSocket {
  readonly id: number;
  readonly openedMs: number;
  readonly closedMs?: number;
}

export interface FakeServer extends AsyncDisposable {
  /** The base URL, ending in `/v1`. */
  readonly url: string;
  readonly port: number;
  /** Requests for an answer, in any protocol, in the order of their arrival. */
  readonly requests: readonly FakeRequest[];
  /** All other requests, such as `GET /v1/models`. */
  readonly others: readonly FakeRequest[];
  readonly sockets: readonly FakeSocket[];
  readonly openSockets: number;
  /** Sets the answer to the next request without one. */
  next(...steps: Step[]): void;
  next(script: Script): void;
  /** Answers requests after the last `next`; otherwise they get status 500 and the reason. */
  always(script: Script): void;
  /** The models named by `GET /v1/models`, or the script that answers it. */
  models: readonly string[] | Script;
  /** Ollama's list of models in memory; without it, the server has no such list. */
  memory: Script | undefined;
  /** Resolves with request number `index` (from 0) when it arrives. */
  arrived(index: number): Promise<FakeRequest>;
  /** Closes idle sockets; resolves when none is open, so a test with a leaked socket never ends. */
  idle(): Promise<void>;
  /** Refuses new requests and closes all sockets. */
  close(): Promise<void>;
}

export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

export const head = (status: number, headers: Record<string, string> = {}): Step => ({ type: 'head', status, headers });
/** Raw bytes; to cut a chunk, send its two parts with a `wait` between them. */
export const raw = (bytes: string | Uint8Array): Step => ({ type: 'write', bytes });
export const wait = (until: Promise<unknown>): Step => ({ type: 'wait', until });
/** Waits forever: only the client can end the answer. */
export const hang = (): Step => wait(new Promise(() => {}));
/** Closes the connection in the middle (FIN), or tears it down (`reset`: RST). */
export const drop = (how: { reset?: boolean } = {}): Step => ({ type: 'drop', reset: how.reset ?? false });

/** Joins several writes, so that the client receives them together. */
export const together = (...steps: Step[]): Step =>
  raw(Buffer.concat(steps.map((step) => Buffer.from(step.type === 'write' ? step.bytes : ''))));

/** One SSE event with this JSON as its data. */
export const event = (data: unknown): Step => raw(`data: ${JSON.stringify(data)}\n\n`);
/** One `chat.completion.chunk` with these fields instead of the defaults. */
export const chunk = (fields: Record<string, unknown>): Step =>
  event({ id: 'chatcmpl-fake', object: 'chat.completion.chunk', created: 1_760_000_000, model: 'fake', ...fields });
export const delta = (fields: Record<string, unknown>): Step => chunk({ choices: [{ index: 0, delta: fields, finish_reason: null }] });
export const text = (content: string): Step => delta({ content });
export const reasoning = (reasoning_content: string): Step => delta({ reasoning_content });
export const finish = (finish_reason = 'stop'): Step => chunk({ choices: [{ index: 0, delta: {}, finish_reason }] });
export const usage = (prompt_tokens: number, completion_tokens: number): Step =>
  chunk({ choices: [], usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens } });
export const done = (): Step => raw('data: [DONE]\n\n');

/** A whole answer, one delta per element. */
export const answer = (...deltas: string[]): Step[] => [...deltas.map(text), finish(), done()];
/** A response that is no stream: JSON, or a string sent as HTML. */
export function status(code: number, body: unknown = '', headers: Record<string, string> = {}): Step[] {
  const html = typeof body === 'string';
  return [head(code, { 'content-type': html ? 'text/html' : 'application/json', ...headers }), raw(html ? body : JSON.stringify(body))];
}

/** Paths of the protocols. Only chat completions have steps; the others are sent as `raw`. */
const asksForAnAnswer = /\/(?:chat\/completions|responses|messages|api\/chat)$|:streamGenerateContent\?/;

export async function fakeServer(options: { port?: number } = {}): Promise<FakeServer> {
  const planned: Script[] = [];
  const requests: FakeRequest[] = [];
  const others: FakeRequest[] = [];
  const sockets: { id: number; openedMs: number; closedMs?: number }[] = [];
  const idOf = new WeakMap<Socket, number>();
  const awaited = new Map<number, PromiseWithResolvers<FakeRequest>>();
  let otherwise: Script = () => status(500, { error: { message: `The fake server has no script for request ${requests.length - 1}` } });

  const http = createServer({ keepAliveTimeout: 0 }, async (incoming, response) => {
    const atMs = performance.now();
    const { promise: over, resolve: overWith } = Promise.withResolvers<Awaited<FakeRequest['over']>>();
    const state = { dropped: false, sentBytes: 0 };
    // 'close' comes after 'finish', so a completely written response counts as ended even if its socket closes.
    response.once('close', () => {
      const how = response.writableFinished ? 'ended' : state.dropped ? 'dropped' : 'client-left';
      overWith({ how, atMs: performance.now() });
    });
    const body: Buffer[] = [];
    try {
      for await (const part of incoming) body.push(part as Buffer);
    } catch {
      return; // The client disconnected while sending its request.
    }
    const request: FakeRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: parsed(Buffer.concat(body).toString()),
      socket: idOf.get(incoming.socket) ?? -1,
      atMs,
      over,
      get sentBytes() {
        return state.sentBytes;
      },
    };
    let script: Script;
    if (asksForAnAnswer.test(request.path)) {
      script = planned.shift() ?? otherwise;
      const index = requests.push(request) - 1;
      awaited.get(index)?.resolve(request);
    } else {
      others.push(request);
      const missing = status(404, { error: { message: 'No such path' } });
      if (request.path.endsWith('/models')) script = modelsScript(server.models);
      else script = request.path === '/api/ps' ? (server.memory ?? missing) : missing;
    }
    await play(typeof script === 'function' ? script(request) : script, response, state);
  });
  http.on('connection', (socket) => {
    const entry: (typeof sockets)[number] = { id: sockets.length, openedMs: performance.now() };
    sockets.push(entry);
    idOf.set(socket, entry.id);
    socket.setNoDelay(true);
    socket.on('error', () => {}); // A lost connection is expected here.
    socket.once('close', () => {
      entry.closedMs = performance.now();
    });
  });
  http.listen(options.port ?? 0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;

  const server: FakeServer = {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    requests,
    others,
    sockets,
    get openSockets() {
      return sockets.filter((socket) => socket.closedMs === undefined).length;
    },
    models: ['fake'],
    memory: undefined,
    next(...steps: Step[] | [Script]) {
      planned.push(steps.length === 1 && !isStep(steps[0]) ? (steps[0] as Script) : (steps as Step[]));
    },
    always(script) {
      otherwise = script;
    },
    arrived(index) {
      if (requests[index]) return Promise.resolve(requests[index]);
      const pending = awaited.get(index) ?? Promise.withResolvers<FakeRequest>();
      awaited.set(index, pending);
      return pending.promise;
    },
    async idle() {
      while (server.openSockets > 0) {
        http.closeIdleConnections();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async close() {
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

async function play(
  steps: Iterable<Step> | AsyncIterable<Step>,
  response: ServerResponse,
  state: { dropped: boolean; sentBytes: number },
): Promise<void> {
  const left = new Promise<void>((resolve) => response.once('close', resolve));
  for await (const step of steps) {
    if (response.destroyed) return;
    switch (step.type) {
      case 'head':
        response.writeHead(step.status, step.headers).flushHeaders();
        break;
      case 'write': {
        if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
        state.sentBytes += Buffer.byteLength(step.bytes);
        // Waiting for the socket makes back-pressure visible: sentBytes stops growing when the client stops reading.
        if (!response.write(step.bytes)) await Promise.race([once(response, 'drain').catch(() => {}), left]);
        break;
      }
      case 'wait':
        await Promise.race([step.until, left]);
        break;
      case 'drop':
        state.dropped = true;
        if (step.reset) response.socket?.resetAndDestroy();
        else response.socket?.destroySoon();
        await left;
        return;
      default:
        step satisfies never;
    }
  }
  response.end();
}

const isStep = (value: unknown): value is Step => typeof value === 'object' && value !== null && 'type' in value;

const modelsScript = (models: readonly string[] | Script): Script =>
  isNames(models) ? status(200, { object: 'list', data: models.map((id) => ({ id, object: 'model' })) }) : models;

const isNames = (models: readonly string[] | Script): models is readonly string[] =>
  Array.isArray(models) && models.every((model) => typeof model === 'string');

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
