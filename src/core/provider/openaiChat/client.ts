/**
 * One chat completion request as a raw `Response`. The official `openai` client makes it (address, key, headers,
 * error bodies); its own retries and time limits are off, since those are the engine's to decide.
 */
import type { OpenAI } from 'openai';
import { type Failure, fromException, fromStatus, isRecord } from '../failure.ts';
import type { ChatRequest, Endpoint, Opened, Provider } from '../provider.ts';
import { ChatCompletionsDecoder } from './decoder.ts';

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
export function createClient(fetch: typeof globalThis.fetch, wall: () => number): Provider {
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
      return answerFrom(response);
    } catch (exception) {
      return { type: 'failed', failure: toFailure(exception, wall()) };
    }
  };

  return {
    open: async (endpoint, request, memory, signal) => {
      if (memory.refused?.has(streamOptions) !== true) {
        const opened = await post(endpoint, bodyOf(request, true), signal);
        if (opened.type !== 'failed' || !refusesStreamOptions(opened.failure)) return opened;
        (memory.refused ??= new Set()).add(streamOptions);
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

const streamOptions = 'stream_options';

function answerFrom(response: Response): Opened {
  return {
    type: 'opened',
    body: response.body ?? new Response('').body!,
    decoder: (sink) => new ChatCompletionsDecoder(sink),
    http: { status: response.status, contentType: response.headers.get('content-type') ?? '' },
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
