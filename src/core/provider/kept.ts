/**
 * Answers that a server keeps while it writes them: the form of a protocol in which they are asked for, and what is made of
 * it. One that broke off is read on from its cursor by the decoder that has read the beginning; one that is not wanted any
 * more is stopped by a request, since closing its connection stops nothing.
 */
import { errorWords } from './failures/errorWords.ts';
import { fromException, fromStatus, type Failure } from './failures/failure.ts';
import { ownFailure } from './failures/ownFailures.ts';
import { secretsOf } from './failures/secrets.ts';
import { type NotOpenedReason, readWhole, reasonOf } from './http/guardedFetch.ts';
import type {
  ChatRequest,
  Decoder,
  DeltaSink,
  Endpoint,
  EndpointMemory,
  KeptAnswer,
  OpenedAnswer,
  Rejoined,
  StopResult,
  UnopenedThoughts,
} from './provider.ts';
import { jsonOf } from './reading/json.ts';

/** How a protocol asks for an answer that the server keeps, finds it again and stops it. */
export interface KeptForm {
  /** Who names the answer: `server` does so in its first event, `client` in the request. */
  readonly namedBy: 'server' | 'client';
  /** @param id the client's name for the answer */
  ask(
    endpoint: Endpoint,
    request: ChatRequest,
    remedies: readonly string[],
    id: string,
  ): { readonly url: string; readonly body: Readonly<Record<string, unknown>>; readonly headers?: Readonly<Record<string, string>> };
  decoder(sink: DeltaSink, thoughts?: UnopenedThoughts): KeptDecoder;
  /** Where to read on from a cursor, or from the beginning without one; each is tried if the server does not know the one before. */
  rest(endpoint: Endpoint, id: string, cursor: string | undefined): readonly string[];
  /** For a server that has the answer but streams it no longer. */
  readonly whole?: { address(endpoint: Endpoint, id: string): string; isRunning(answer: unknown): boolean };
  stop(endpoint: Endpoint, id: string): { readonly method: 'POST' | 'DELETE'; readonly urls: readonly string[] };
}

export interface KeptDecoder extends Decoder<Uint8Array> {
  /** Up to where the body was read, in the server's words. */
  readonly cursor: string | undefined;
  /** Another body of the same answer follows. */
  rejoin(): void;
}

export interface KeptTransport {
  get(endpoint: Endpoint, url: string, signal: AbortSignal): Promise<Response>;
  send(endpoint: Endpoint, method: 'POST' | 'DELETE', url: string, signal: AbortSignal, body?: object): Promise<Response>;
}

export interface KeptPorts {
  readonly form: KeptForm;
  readonly transport: KeptTransport;
  readonly endpoint: Endpoint;
  readonly memory: EndpointMemory;
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
  /** Makes the decoder whose deltas the engine gets, around the one that knows the cursor. */
  readonly decoder: (sink: DeltaSink) => { readonly decoder: Decoder<Uint8Array>; readonly kept: KeptDecoder };
  readonly opened: (response: Response) => Omit<OpenedAnswer, 'decoder' | 'kept'>;
}

/** The word of a remedy: the answer is asked for in the plain form. */
export const unkept = 'unkept';

/** How often, and how long each time, a server is told to stop. */
const stopTries = 3;
const stopMs = 2_000;
/** An answer that is not streamed any more is looked at this often until it is whole. */
const lookAgainMs = 2_000;

export class KeptAnswerReader implements KeptAnswer {
  readonly handle: string;
  readonly #ports: KeptPorts;
  #decoders: ReturnType<KeptPorts['decoder']> | undefined;
  #sink: DeltaSink = () => undefined;

  constructor(handle: string, ports: KeptPorts) {
    this.handle = handle;
    this.#ports = ports;
  }

  get cursor(): string | undefined {
    return this.#decoders?.kept.cursor;
  }

  /** The answer in this response. All bodies of an answer have one decoder. */
  opened(response: Response): OpenedAnswer {
    return {
      ...this.#ports.opened(response),
      decoder: (sink) => {
        this.#sink = sink;
        return (this.#decoders ??= this.#ports.decoder((delta) => this.#sink(delta))).decoder;
      },
      kept: this,
    };
  }

  async rejoin(signal: AbortSignal): Promise<Rejoined> {
    const { form, endpoint, transport, memory } = this.#ports;
    const begun = this.#decoders !== undefined;
    const { cursor } = this;
    if (begun && cursor === undefined) return { type: 'lost', failure: ownFailure('rejoin-lost') };
    let lost: Failure = ownFailure('rejoin-lost');
    for (const url of form.rest(endpoint, this.handle, cursor)) {
      try {
        const response = await transport.get(endpoint, url, signal);
        // The page of a network that wants a login first.
        if (/^text\/html\b/i.test(response.headers.get('content-type') ?? '')) {
          void response.body?.cancel().catch(() => undefined);
          return { type: 'failed', failure: ownFailure('no-details') };
        }
        memory.rejoins = true;
        this.#decoders?.kept.rejoin();
        return this.opened(response);
      } catch (thrown) {
        const reason = reasonOf(thrown);
        if (!isUnknown(reason)) return { type: 'failed', failure: this.#failureOf(reason) };
        lost = ownFailure('rejoin-lost-because', [errorWords(reason.body).message || `HTTP ${reason.status}`], { status: reason.status });
        if (reason.status !== 404 && reason.status !== 405) break;
      }
    }
    return (await this.#whole(signal)) ?? this.#isLost(lost, begun);
  }

  async stop(): Promise<StopResult> {
    const { form, endpoint, transport } = this.#ports;
    const { method, urls } = form.stop(endpoint, this.handle);
    for (let round = 0; round < stopTries; round++) {
      for (const url of urls) {
        try {
          const response = await transport.send(endpoint, method, url, AbortSignal.timeout(stopMs));
          void response.body?.cancel().catch(() => undefined);
          return 'confirmed';
        } catch (thrown) {
          const reason = reasonOf(thrown);
          // Neither the right to stop it nor the time for it: it may still run.
          if (!isUnknown(reason)) break;
          // What the server does not keep has ended with its connection.
          if (reason.status !== 404 || url === urls.at(-1)) return 'confirmed';
        }
      }
    }
    return 'unconfirmed';
  }

  async #whole(signal: AbortSignal): Promise<Rejoined | undefined> {
    const { form, endpoint, transport } = this.#ports;
    if (form.whole === undefined) return undefined;
    try {
      const response = await transport.get(endpoint, form.whole.address(endpoint, this.handle), signal);
      const text = await readWhole(response);
      const answer = jsonOf(text);
      if (form.whole.isRunning(answer)) return { type: 'later', waitMs: lookAgainMs };
      this.#decoders?.kept.rejoin();
      return this.opened(new Response(text, { headers: { 'content-type': 'application/json' } }));
    } catch (thrown) {
      const reason = reasonOf(thrown);
      return isUnknown(reason) ? undefined : { type: 'failed', failure: this.#failureOf(reason) };
    }
  }

  /** A server that did not have the answer of a moment ago, nor any other before, is not asked to keep one again. */
  #isLost(failure: Failure, begun: boolean): Rejoined {
    if (begun) this.#ports.memory.rejoins ??= false;
    return { type: 'lost', failure };
  }

  #failureOf(reason: NotOpenedReason): Failure {
    const secrets = secretsOf(this.#ports.endpoint);
    return reason.type === 'refused'
      ? fromStatus(reason.status, reason.headers, reason.body, this.#ports.wall(), secrets)
      : fromException(reason.exception, secrets);
  }
}

/** The server has understood the request and has no such answer, or not from that cursor. */
function isUnknown(reason: NotOpenedReason): reason is NotOpenedReason & { type: 'refused' } {
  return reason.type === 'refused' && [400, 404, 405, 409, 410, 416, 422].includes(reason.status);
}
