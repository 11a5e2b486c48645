/**
 * Asks a server for a chat completion, or for its models, through the official `openai` client. The client's own retries
 * and time limits are off, since those are the engine's to decide.
 */
import type { OpenAI } from 'openai';
import { type Failure, fromException, fromStatus } from '../failure.ts';
import { type Fetch, guardedFetch, maxWholeBytes, type NotOpenedReason, readWhole, reasonOf, TooLongError } from '../guardedFetch.ts';
import { readModelList } from '../modelList.ts';
import { ownFailure } from '../ownFailures.ts';
import type { ChatRequest, Endpoint, Opened, Provider } from '../provider.ts';
import { adjusted, refusedParameter } from '../refusedParameters.ts';
import { hide, secretsOf } from '../secrets.ts';
import { unsendable } from '../sendable.ts';
import { ChatCompletionsDecoder } from './decoder.ts';
import { wireFields, wireMessages } from './request.ts';

const maxClients = 8;
/** Longer than any wait of ours: the client's own clock must never be the one that strikes. */
const neverMs = 0x7fffffff;
/** Refused fields that one request may be mended of. */
const maxAdjustments = 4;

/**
 * @param fetch looked up at call time by the caller's function, since VS Code patches `globalThis.fetch`
 * @param wall milliseconds since the epoch, for `Retry-After` dates
 */
export function createClient(fetch: Fetch, wall: () => number): Provider {
  // Making one takes as long as twenty deltas, so those of the endpoints used last are kept.
  const clients = new Map<string, OpenAI>();
  const connect = async (endpoint: Endpoint): Promise<OpenAI> => {
    const key = JSON.stringify([endpoint.baseURL, endpoint.apiKey, endpoint.headers]);
    const known = clients.get(key);
    if (known !== undefined) return known;
    const made = await make(fetch, endpoint);
    if (clients.size >= maxClients) clients.clear();
    clients.set(key, made);
    return made;
  };
  const failed = (reason: NotOpenedReason, endpoint: Endpoint): { readonly type: 'failed'; readonly failure: Failure } => {
    const secrets = secretsOf(endpoint);
    switch (reason.type) {
      case 'refused':
        return { type: 'failed', failure: fromStatus(reason.status, reason.headers, reason.body, wall(), secrets) };
      case 'exception':
        return { type: 'failed', failure: fromException(reason.exception, secrets) };
      default:
        return reason satisfies never;
    }
  };

  return {
    open: async (endpoint, request, memory, signal) => {
      const mistake = unsendable(endpoint);
      if (mistake !== undefined) return { type: 'failed', failure: mistake };
      const { model } = request;
      const whole = bodyOf(request);
      for (let round = 0; ; round++) {
        const learnt = memory.adjustments?.get(model) ?? {};
        const body = adjusted(whole, learnt);
        try {
          const client = await connect(endpoint);
          const response = await client.chat.completions.create(body as never, { signal }).asResponse();
          return answerFrom(response, endpoint);
        } catch (thrown) {
          const reason = reasonOf(thrown);
          const refused = reason.type === 'refused' ? refusedParameter(reason.status, reason.body, body) : undefined;
          if (refused === undefined || round >= maxAdjustments) return failed(reason, endpoint);
          memory.adjustments ??= new Map();
          memory.adjustments.set(model, { ...learnt, ...refused });
        }
      }
    },
    models: async (endpoint, signal) => {
      const mistake = unsendable(endpoint);
      if (mistake !== undefined) return { type: 'failed', failure: mistake };
      try {
        const client = await connect(endpoint);
        return readModelList(await readWhole(await client.get('/models', { signal }).asResponse()), secretsOf(endpoint));
      } catch (thrown) {
        if (thrown instanceof TooLongError) {
          return { type: 'failed', failure: ownFailure('models-too-long', [maxWholeBytes / 1024 / 1024]) };
        }
        return failed(reasonOf(thrown), endpoint);
      }
    },
  };
}

function answerFrom(response: Response, endpoint: Endpoint): Opened {
  return {
    type: 'opened',
    body: response.body ?? new Response('').body!,
    decoder: (sink) => new ChatCompletionsDecoder(sink),
    hide: (text) => hide(text, secretsOf(endpoint)),
    http: { status: response.status, contentType: response.headers.get('content-type') ?? '' },
  };
}

/** Every option is given: what is left out is taken from the environment by the client. */
async function make(fetch: Fetch, endpoint: Endpoint): Promise<OpenAI> {
  const [{ OpenAI }, { VERSION }] = await Promise.all([import('openai'), import('openai/version')]);
  const headers = {
    // Some gateways answer 406 to a stream that was not asked for by name.
    accept: 'text/event-stream, application/json',
    'user-agent': `OpenAI/JS ${VERSION}`,
    ...(endpoint.apiKey === undefined ? {} : { authorization: `Bearer ${endpoint.apiKey}` }),
  };
  return new OpenAI({
    baseURL: endpoint.baseURL,
    // Not sent: `guardedFetch` sets all headers.
    apiKey: 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: neverMs,
    logLevel: 'off',
    dangerouslyAllowBrowser: true,
    fetch: guardedFetch(fetch, endpoint, headers),
  });
}

function bodyOf(request: ChatRequest): Readonly<Record<string, unknown>> {
  return {
    model: request.model,
    messages: wireMessages(request),
    stream: true,
    stream_options: { include_usage: true },
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.maxTokens === undefined ? {} : { max_tokens: request.maxTokens }),
    ...wireFields(request),
  };
}
