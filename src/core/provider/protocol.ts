/**
 * A protocol, and the provider made of it. A protocol says what is posted for an answer and what reads it; the provider
 * sends it, leaves out what a model refuses, and turns what goes wrong into a failure. A new protocol is one folder with
 * one of these, and one row in protocols.ts.
 */
import { fromException, fromStatus, type Failure } from './failure.ts';
import { maxWholeBytes, type NotOpenedReason, readWhole, reasonOf, TooLongError } from './guardedFetch.ts';
import { readModelList } from './modelList.ts';
import { ownFailure } from './ownFailures.ts';
import type { ChatRequest, Decoder, DeltaSink, Endpoint, EndpointMemory, Opened, Provider, UnopenedThoughts } from './provider.ts';
import { adjusted, refusedParameter } from './refusedParameters.ts';
import { hide, secretsOf } from './secrets.ts';
import { unsendable } from './sendable.ts';

export interface Protocol {
  /** What is posted for an answer: the whole address and the JSON body. No key stands in the address. */
  ask(endpoint: Endpoint, request: ChatRequest): { readonly url: string; readonly body: Readonly<Record<string, unknown>> };
  /** Reads the body of the answer. */
  decoder(sink: DeltaSink, thoughts?: UnopenedThoughts): Decoder<Uint8Array>;
  /** The whole address of the list of models. */
  modelsUrl(endpoint: Endpoint): string;
  /** What an answer in this protocol has in it, and none in another: a recording does not say which protocol it is in. */
  readonly signature: RegExp;
  /** The headers of every request beside `content-type`; the endpoint's own headers win over them. */
  headers(apiKey: string | undefined): Readonly<Record<string, string>>;
}

/** Sends requests. Both functions reject where there is no answer to read; `reasonOf` knows what they reject with. */
export interface Transport {
  post(endpoint: Endpoint, url: string, body: object, signal: AbortSignal): Promise<Response>;
  get(endpoint: Endpoint, url: string, signal: AbortSignal): Promise<Response>;
}

/** Refused fields that one request may be mended of. */
const maxAdjustments = 4;

/** @param wall milliseconds since the epoch, for `Retry-After` dates */
export function providerOf(protocol: Protocol, transport: Transport, wall: () => number): Provider {
  const failed = (reason: NotOpenedReason, endpoint: Endpoint): { readonly type: 'failed'; readonly failure: Failure } => {
    const secrets = secretsOf(endpoint);
    switch (reason.type) {
      case 'refused':
        return { type: 'failed', failure: fromStatus(reason.status, reason.headers, reason.body, wall(), secrets) };
      case 'exception':
        return { type: 'failed', failure: fromException(reason.exception, secrets) };
      case 'not-made': {
        const message = reason.exception instanceof Error ? reason.exception.message : String(reason.exception);
        return { type: 'failed', failure: ownFailure('unwritable-request', [hide(message, secrets)]) };
      }
      default:
        return reason satisfies never;
    }
  };
  const opened = (response: Response, endpoint: Endpoint, thoughts: UnopenedThoughts): Opened => ({
    type: 'opened',
    body: response.body ?? new Response('').body!,
    decoder: (sink) => protocol.decoder(sink, thoughts),
    hide: (text) => hide(text, secretsOf(endpoint)),
    http: { status: response.status, contentType: response.headers.get('content-type') ?? '' },
  });
  return {
    open: async (endpoint, request, memory, signal) => {
      const mistake = unsendable(endpoint);
      if (mistake !== undefined) return { type: 'failed', failure: mistake };
      const { model } = request;
      for (let round = 0; ; round++) {
        const learnt = memory.adjustments?.get(model) ?? {};
        let body: Readonly<Record<string, unknown>> = {};
        try {
          // Another extension may have put anything into its messages, so writing them may fail.
          const { url, body: whole } = protocol.ask(endpoint, request);
          body = adjusted(whole, learnt);
          return opened(await transport.post(endpoint, url, body, signal), endpoint, thoughtsOf(memory, model));
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
        const response = await transport.get(endpoint, protocol.modelsUrl(endpoint), signal);
        return readModelList(await readWhole(response), secretsOf(endpoint));
      } catch (thrown) {
        if (thrown instanceof TooLongError) {
          return { type: 'failed', failure: ownFailure('models-too-long', [maxWholeBytes / 1024 / 1024]) };
        }
        return failed(reasonOf(thrown), endpoint);
      }
    },
  };
}

function thoughtsOf(memory: EndpointMemory, model: string): UnopenedThoughts {
  return {
    close: memory.thoughtEnds?.get(model),
    learn: (close) => void (memory.thoughtEnds ??= new Map()).set(model, close),
  };
}

/** An address below the base address; a query of the base stays. */
export function below(baseURL: string, path: string): string {
  const at = baseURL.indexOf('?');
  return at === -1 ? baseURL + path : baseURL.slice(0, at) + path + baseURL.slice(at);
}
