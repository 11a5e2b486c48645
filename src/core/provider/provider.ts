/**
 * The seam between the engine and a protocol: a provider turns a neutral request into an answer, and a decoder turns
 * the answer's body into neutral deltas. The engine knows these words and no others.
 */
import type { StreamRequest } from '../../api.ts';
import type { ToldFacts } from './facts/modelFacts.ts';
import type { Failure } from './failures/failure.ts';
import type { ParameterName } from './parameters.ts';
import type { JsonFields } from './reading/json.ts';
import type { Adjustments } from './failures/refusedParameters.ts';

export interface Provider {
  /** Never rejects. An abort by `signal` comes back as a failure; the caller looks at its signal first. */
  open(endpoint: Endpoint, request: ChatRequest, memory: EndpointMemory, signal: AbortSignal): Promise<Opened>;
  /** An answer that a server was asked to keep earlier, to be read from its beginning; undefined where servers keep none. */
  kept?(endpoint: Endpoint, request: ChatRequest, memory: EndpointMemory, handle: string): KeptAnswer | undefined;
  /** Which protocol the server speaks, by requests that cost nothing; undefined where nothing shows it. Never rejects. */
  detect?(endpoint: Endpoint, signal: AbortSignal): Promise<Api | undefined>;
  /** Whether the model is not in the server's memory yet; undefined where servers of this kind do not tell. Never rejects. */
  loads?(endpoint: Endpoint, model: string, signal: AbortSignal): Promise<boolean> | undefined;
  /** Never rejects. */
  models(endpoint: Endpoint, signal: AbortSignal): Promise<ModelList>;
  /**
   * What the server tells of its models by all routes that it has; never rejects.
   * @param model the model that the person has chosen, which may be asked about by name
   */
  facts(endpoint: Endpoint, model: string | undefined, signal: AbortSignal): Promise<FactsReport>;
}

export interface Endpoint {
  readonly id: string;
  readonly name: string;
  readonly baseURL: string;
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly continuation: Continuation | 'auto';
  /** The protocol that the server speaks; chat completions when left out. */
  readonly api?: Api;
  /** Where the protocol may be wrong: the setting names it, or it is the usual one at an unknown address. */
  readonly apiBy?: 'setting' | 'guess';
  /** Tokens that its models can read and write together, where the settings say so. */
  readonly contextWindow?: number;
  /** The server may keep an answer while it is written, so that it can be read on after a break. */
  readonly resumable?: boolean;
}

/** The protocols, as `rivulet.endpoints[].api` names them. */
export type Api = (typeof apis)[number];
export const apis = ['chat', 'responses', 'messages', 'gemini', 'ollama'] as const;

/**
 * How a server is asked to continue an answer that it has begun: by the answer as the last message, marked as
 * unfinished (`prefill`) or as a prefix (`prefix`), or by a question (`ask`).
 */
export type Continuation = 'prefill' | 'prefix' | 'ask';

/** What an endpoint has shown about itself, so that it is learnt once. The owner of the endpoint owns this too. */
export interface EndpointMemory {
  /** The way of continuing that the server accepted, or `ask` after it refused another. */
  continuation?: Continuation;
  /** False: the server refuses to continue thoughts that broke off. */
  continuesThoughts?: boolean;
  /** Whether an answer of this server could be rejoined; false: it is no longer asked to keep any. */
  rejoins?: boolean;
  /** The protocol that was found where the setting names none. */
  api?: Api | undefined;
  /** Another protocol was looked for already. */
  apiSearched?: boolean;
  /** The tag that ends the thoughts of a model that begins them without one. */
  thoughtEnds?: Map<string, string>;
  /** What each model refused in a request; only the provider reads it. */
  adjustments?: Map<string, Adjustments>;
  /** Other changes that each model's requests need, in the protocol's own fields; only the provider reads it. */
  remedies?: Map<string, readonly string[]>;
}

/** Thoughts that a closing tag ends and none opens: seen in one answer of a model, they are expected in its next. */
export interface UnopenedThoughts {
  readonly close: string | undefined;
  learn(close: string): void;
}

/** A request in no server's words. */
export interface ChatRequest extends Omit<StreamRequest, 'model'> {
  /** The server's own name for it, without an endpoint's id. */
  readonly model: string;
  /** False: the model may call one tool at a time only. */
  readonly parallelTools?: boolean;
  /** The last message is an answer that was begun: it is continued, not followed by another. */
  readonly continues?: Exclude<Continuation, 'ask'>;
  /** A program asks, not a person: the provider must not show a dialog. */
  readonly byProgram?: true;
  /** The caller rejoins an answer that the server keeps, and tells the server when it is no longer wanted. */
  readonly mayBeKept?: true;
}

/** The required format of the answer. */
export type AnswerFormat =
  | { readonly type: 'json_object' }
  | { readonly type: 'json_schema'; readonly name: string; readonly schema: JsonFields; readonly strict?: boolean };

export type Opened =
  | OpenedAnswer
  /** `kept`: the request may have reached the server all the same, which would then have the answer under this name. */
  | { readonly type: 'failed'; readonly failure: Failure; readonly kept?: KeptAnswer; readonly stop?: StopResult };

/**
 * An answer that the server writes to its end whether it is read or not. It can be read on where a body broke off, by the
 * same decoder, and only a request of its own stops it.
 */
export interface KeptAnswer {
  /** What the server knows it by. */
  readonly handle: string;
  /** Changes when something of the answer has been read. Undefined: the server has shown no place to read on from. */
  readonly cursor: string | undefined;
  /** Opens the rest. Never rejects. */
  rejoin(signal: AbortSignal): Promise<Rejoined>;
  /** Tells the server that no more is wanted. Never rejects. */
  stop(): Promise<StopResult>;
}

/** `unconfirmed`: the server may still be writing, and billing, the answer. */
export type StopResult = 'confirmed' | 'unconfirmed';

export type Rejoined =
  | Opened
  /** The server streams it no longer and has not finished it either. */
  | { readonly type: 'later'; readonly waitMs: number }
  /** The server does not have it, or not from the cursor on. */
  | { readonly type: 'lost'; readonly failure: Failure };

/**
 * An answer that has begun. `Piece` is what the body brings: bytes for a server; a provider that has no body of bytes
 * streams deltas and takes {@link DeltaDecoder}.
 */
export interface OpenedAnswer<Piece = unknown> {
  readonly type: 'opened';
  readonly body: ReadableStream<Piece>;
  /** Makes the decoder for this body; called once. */
  decoder(sink: DeltaSink): Decoder<Piece>;
  /** Takes the endpoint's secrets out of what the server says about a failure. */
  readonly hide?: (text: string) => string;
  /** Parameters of the request that have no effect: the protocol has no word for them, or the model refuses them. */
  readonly leftOut?: readonly ParameterName[];
  /** Of an answer over HTTP. */
  readonly http?: { readonly status: number; readonly contentType: string };
  readonly kept?: KeptAnswer;
}

export interface Decoder<Piece = unknown> {
  /** Takes the next piece of the body and calls the sink, synchronously. */
  feed(piece: Piece): void;
  /**
   * `finished`: the server has named a finish reason; usage, or even content, may still follow. `done`: the answer is
   * complete, whatever the socket does. `failed`: the server reported an error, or sent what cannot be read.
   */
  readonly state: 'open' | 'finished' | 'done' | 'failed';
  /** Nothing more will come. Gives the sink what was held back and returns how the server ended. */
  end(): Ending;
}

/** `pause`: the server wants to be called again with what it has said, and continues from there. */
export type FinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'pause' | 'other';

/** How the server ended the answer, as far as it has said so. An error beats a finish reason. */
export type Ending =
  /** `word` is the server's own name for the reason, `detail` its explanation. */
  | {
      readonly type: 'finish';
      readonly reason: FinishReason;
      readonly word?: string;
      readonly detail?: string;
      /** It was ended here, and not by the server. */
      readonly endedHere?: true;
    }
  | { readonly type: 'failure'; readonly failure: Failure }
  /** The answer is not complete: the body ended early, or the server named a reason for breaking off. */
  | { readonly type: 'cut'; readonly word?: string };

export type DeltaSink = (delta: Delta) => void;

export type Delta =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  /** Reasoning to send back unread, to the same provider and model only. `anchor` names the part that it belongs to. */
  | { readonly type: 'opaque'; readonly value: unknown; readonly anchor?: string }
  /** The model declines to answer; shown as text. */
  | { readonly type: 'refusal'; readonly text: string }
  | { readonly type: 'citation'; readonly url: string; readonly title?: string }
  /** A part of the answer that is no text, such as a picture, by the server's own name for it. */
  | { readonly type: 'unshown'; readonly what: string }
  | ToolDelta
  /** Counts so far, not additions; what is left out was not counted yet. */
  | { readonly type: 'usage'; readonly usage: Partial<TokenCounts> }
  | { readonly type: 'response'; readonly id?: string; readonly model?: string };

/**
 * A piece of a tool call. `index` tells the calls of an answer apart, as well as the server can; `arguments` is a
 * piece of JSON text.
 */
export interface ToolDelta {
  readonly type: 'tool';
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** Tokens of one request as the server counted them; the last three are part of the first two. */
export interface TokenCounts {
  readonly prompt: number;
  readonly completion: number;
  readonly total: number;
  readonly reasoning: number;
  readonly cached: number;
  /** Prompt tokens that the server has put into its cache; part of the prompt. */
  readonly cacheWrite?: number;
}

export interface FactsReport {
  /** Of one model, what is told last is the most exact. */
  readonly told: readonly ToldFacts[];
  /** The routes that have told which models are in the server's memory: the others are not. */
  readonly loaded: readonly string[];
}

export type ModelList =
  /** `told`: what the list tells of its models. */
  | { readonly type: 'models'; readonly models: readonly string[]; readonly told?: readonly ToldFacts[] }
  | { readonly type: 'failed'; readonly failure: Failure };
