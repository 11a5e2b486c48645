/**
 * One chat completion request as a raw `Response`. The official `openai` client makes it (address, key, headers,
 * error bodies); its own retries and time limits are off, since those are the engine's to decide.
 */
import type { OpenAI } from 'openai';
import type { Message } from '../../../api.ts';
import { type Failure, fromException, fromStatus, isRecord } from '../failure.ts';

export interface Endpoint {
  readonly id: string;
  readonly name: string;
  readonly baseURL: string;
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly continuation: Continuation | 'auto';
}

/** How a server is asked to go on with an answer that it has begun; see engine/continuation.ts. */
export type Continuation = 'prefill' | 'prefix' | 'ask';

/** A message as servers take it; the tool fields come from other programs: by VS Code's language models and the chat service. */
export interface WireMessage {
  readonly role: Message['role'] | 'tool';
  readonly content: string;
  readonly prefix?: true;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly type: 'function';
    /** `arguments` is JSON text. */
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
  /** Of a message of the role `tool`: which call it answers. */
  readonly tool_call_id?: string;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly WireMessage[];
  readonly temperature?: number;
  readonly maxTokens?: number;
  /** A program asks, not a person: nothing may be done that needs somebody's consent first. */
  readonly byProgram?: true;
  /** Fields beside the standard ones, such as `continue_final_message`. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** What was learnt about an endpoint, so that it is learnt once. Owned by whoever owns the endpoint. */
export interface EndpointMemory {
  /** The server answered 400 or 422 to `stream_options`. */
  refusesStreamOptions?: boolean;
  /** The way of continuing that the server accepted, or `ask` after it refused another. */
  continuation?: Continuation;
}

export type Opened =
  /** `heard` is called with each piece of the body that is read. */
  | { readonly type: 'response'; readonly response: Response; readonly heard?: (bytes: Uint8Array) => void }
  | { readonly type: 'failed'; readonly failure: Failure };

export interface Client {
  /** Never rejects. An abort by `signal` comes back as a failure; the caller looks at its signal first. */
  open(endpoint: Endpoint, request: ChatRequest, memory: EndpointMemory, signal: AbortSignal): Promise<Opened>;
  models(endpoint: Endpoint, signal: AbortSignal): Promise<ModelList>;
}

export type ModelList =
  | { readonly type: 'models'; readonly models: readonly string[] }
  | { readonly type: 'failed'; readonly failure: Failure };

const clientHeaders = ['Lang', 'Package-Version', 'OS', 'Arch', 'Runtime', 'Runtime-Version', 'Retry-Count', 'Timeout'].map(
  (name) => `X-Stainless-${name}`,
);
/** Most of an error answer's body that is read, in bytes. */
const maxErrorBytes = 64 * 1024;
const maxClients = 8;
/** Longer than any wait of ours: the client's own clock must never be the one that strikes. */
const neverMs = 0x7fffffff;

/**
 * @param fetch looked up at call time by the caller's function, since VS Code patches `globalThis.fetch`
 * @param wall milliseconds since the epoch, for `Retry-After` dates
 */
export function createClient(fetch: typeof globalThis.fetch, wall: () => number): Client {
  // Making one takes as long as twenty deltas, so those of the endpoints used last are kept.
  const clients = new Map<string, OpenAI>();
  const connect = async (endpoint: Endpoint): Promise<OpenAI> => {
    const key = JSON.stringify([endpoint.baseURL, endpoint.apiKey, endpoint.headers]);
    const known = clients.get(key);
    if (known !== undefined) return known;
    const made = await make(endpoint);
    if (clients.size >= maxClients) clients.clear();
    clients.set(key, made);
    return made;
  };
  const make = async (endpoint: Endpoint): Promise<OpenAI> => {
    const { OpenAI } = await import('openai');
    return new OpenAI({
      baseURL: endpoint.baseURL,
      apiKey: endpoint.apiKey ?? 'none',
      organization: null,
      project: null,
      maxRetries: 0,
      timeout: neverMs,
      logLevel: 'off',
      dangerouslyAllowBrowser: true,
      fetch: (url, init) => guardedFetch(fetch, url, init),
      defaultHeaders: {
        // The client would tell every server the system, the runtime and its version.
        ...Object.fromEntries(clientHeaders.map((name) => [name, null])),
        ...(endpoint.apiKey === undefined ? { Authorization: null } : {}),
        ...endpoint.headers,
      },
    });
  };

  const post = async (endpoint: Endpoint, body: object, signal: AbortSignal): Promise<Opened> => {
    try {
      const client = await connect(endpoint);
      const response = await client.chat.completions.create(body as never, { signal }).asResponse();
      return { type: 'response', response };
    } catch (exception) {
      return { type: 'failed', failure: toFailure(exception, wall()) };
    }
  };

  return {
    open: async (endpoint, request, memory, signal) => {
      if (memory.refusesStreamOptions !== true) {
        const opened = await post(endpoint, bodyOf(request, true), signal);
        if (opened.type !== 'failed' || !refusesStreamOptions(opened.failure)) return opened;
        memory.refusesStreamOptions = true;
      }
      return post(endpoint, bodyOf(request, false), signal);
    },
    models: async (endpoint, signal) => {
      try {
        const page = await (await connect(endpoint)).models.list({ signal });
        const models = page.data.map((model) => model.id).filter((id) => typeof id === 'string');
        return { type: 'models', models };
      } catch (exception) {
        return { type: 'failed', failure: toFailure(exception, wall()) };
      }
    },
  };
}

function bodyOf(request: ChatRequest, withUsage: boolean): object {
  return {
    model: request.model,
    messages: request.messages,
    stream: true,
    ...(withUsage ? { stream_options: { include_usage: true } } : {}),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.maxTokens === undefined ? {} : { max_tokens: request.maxTokens }),
    ...request.extra,
  };
}

function refusesStreamOptions(failure: Failure): boolean {
  return (failure.status === 400 || failure.status === 422) && /stream_options|include_usage/.test(failure.message);
}

/**
 * A redirect is reported and not followed: keys in custom headers would travel to the new address, and a POST would
 * become a GET. The body of an error answer is bounded, since the client reads it whole.
 */
async function guardedFetch(
  fetch: typeof globalThis.fetch,
  url: Parameters<typeof globalThis.fetch>[0],
  init: RequestInit | undefined,
): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'manual' });
  if (response.ok || response.body === null) return response;
  const bytes = await readAtMost(response.body, maxErrorBytes);
  return new Response(bytes, {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
  });
}

async function readAtMost(body: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  const bytes = new Uint8Array(limit);
  let length = 0;
  while (length < limit) {
    const { done, value } = await reader.read();
    if (done) break;
    const part = value.subarray(0, limit - length);
    bytes.set(part, length);
    length += part.length;
  }
  void reader.cancel().catch(() => undefined);
  return bytes.subarray(0, length);
}

/** The client's errors are told by their shape, so that this file does not load the client to recognise them. */
function toFailure(exception: unknown, wallMs: number): Failure {
  if (isRecord(exception) && typeof exception['status'] === 'number') {
    const headers = exception['headers'];
    const said = exception['error'];
    return fromStatus(exception['status'], headers instanceof Headers ? headers : new Headers(), said ?? plainMessage(exception), wallMs);
  }
  return fromException(exception);
}

/** `"502 status code (no body)"` and `"502 <html>…"`: the client puts the status before the server's words. */
function plainMessage(exception: Record<string, unknown>): string {
  const message = typeof exception['message'] === 'string' ? exception['message'] : '';
  return message.replace(/^\d{3} /, '').replace(/^status code \(no body\)$/, '');
}
