/**
 * Every word Rivulet exports. Types only and no imports, so that another extension can copy this one file:
 *
 *     const rivulet = vscode.extensions.getExtension<RivuletApi>('rivulet-dev.rivulet');
 *     const api = await rivulet?.activate();
 *     for await (const event of api.stream({ messages: [{ role: 'user', content: 'Hello' }] })) …
 *
 * All offsets count UTF-16 units of the answer text. Joining the `text` of all `text` events gives `end.text`.
 */

export interface RivuletApi {
  readonly version: 1;
  /** Models of all configured endpoints. An endpoint that does not answer contributes those named in settings. */
  listModels(): Promise<{ endpoint: string; model: string }[]>;
  /**
   * Streams one answer. Never throws for what a server or a network did: the last event is always one `end`.
   * Leaving the loop early cancels the request and closes its socket.
   */
  stream(request: StreamRequest, options?: StreamOptions): AsyncIterable<StreamEvent>;
  /** Streams several answers at once; `index` is the place in `requests`. Each item ends with its own `end`. */
  streamMany(
    requests: readonly StreamRequest[],
    options?: StreamManyOptions,
  ): AsyncIterable<{ readonly index: number; readonly event: StreamEvent }>;
}

export interface StreamRequest {
  /** `"<endpoint id>/<model>"`; the setting `rivulet.model` when left out. */
  readonly model?: string;
  readonly messages: readonly Message[];
  /** Functions that the model may call. A call is an event; its result goes back as a part of the next request. */
  readonly tools?: readonly Tool[];
  /** Default `auto` where there are tools. */
  readonly toolChoice?: ToolChoice;
  /** From 0 to 2; the server's own default when left out. */
  readonly temperature?: number;
  /** From 0 to 1. */
  readonly topP?: number;
  /** The server ends the answer before any of these texts. */
  readonly stop?: readonly string[];
  /** Sent to the server as the most tokens it may answer with. */
  readonly maxTokens?: number;
  /** How much the model thinks before it answers, in the server's own words, such as `low` or `high`. */
  readonly effort?: string;
  /** How much the model writes, in the server's own words, such as `low` or `high`. */
  readonly verbosity?: string;
  /** Additional fields of the request's JSON body, in the server's own words. They replace Rivulet's of the same name. */
  readonly body?: Readonly<Record<string, unknown>>;
}

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: Content;
}

/** A text is as good as a list with that text alone. */
export type Content = string | readonly Part[];

/** The order of parts counts: reasoning stands before the tool call that it led to. */
export type Part =
  | { readonly type: 'text'; readonly text: string }
  /** Of a user's message. `mime`: `image/png`, `image/jpeg`, `image/gif` or `image/webp`. */
  | { readonly type: 'image'; readonly mime: string; readonly data: Uint8Array }
  /** Of an assistant's message. `arguments` is the JSON text of an object. */
  | { readonly type: 'tool-call'; readonly id: string; readonly name: string; readonly arguments: string }
  /** Of a user's message: what came of the call with this id. */
  | { readonly type: 'tool-result'; readonly id: string; readonly content: Content; readonly isError?: boolean }
  /** Of an assistant's message. `opaque` is for the server that sent it, and is given back as it came. */
  | { readonly type: 'reasoning'; readonly text: string; readonly opaque?: unknown };

export interface Tool {
  readonly name: string;
  readonly description?: string;
  /** A JSON schema of the arguments; none are taken when left out. */
  readonly parameters?: object;
}

/** `name`: this tool must be called. */
export type ToolChoice = 'none' | 'auto' | 'required' | { readonly name: string };

/** Left-out fields take their value from the settings of the same name. */
export interface StreamOptions {
  readonly signal?: AbortSignal;
  /** A `vscode.CancellationToken`, described by shape so that this file needs no import. */
  readonly token?: {
    readonly isCancellationRequested: boolean;
    onCancellationRequested(listener: () => void): { dispose(): void };
  };
  readonly limits?: Limits;
  readonly triggers?: readonly Trigger[];
  readonly retry?: { readonly maxAttempts?: number; readonly maxWaitSeconds?: number };
  readonly resume?: { readonly maxResumes?: number; readonly continueOnLength?: boolean };
  readonly timeouts?: {
    readonly connectSeconds?: number;
    readonly firstTokenSeconds?: number;
    readonly idleSeconds?: number;
  };
  /** How many events the slowest reader may lag behind before the network is no longer read. */
  readonly bufferMaxDeltas?: number;
}

export interface StreamManyOptions extends StreamOptions {
  /** How many of the requests run at the same time; all of them when left out. */
  readonly maxConcurrent?: number;
  /**
   * `as-arrives`: every event as it comes. `in-order`: the events of item k only after those of all items before it.
   * `settled`: all events of an item together, when it has ended.
   */
  readonly order?: 'as-arrives' | 'in-order' | 'settled';
}

/** 0 or left out means no limit. The stream ends with `limit`; the text up to the limit is kept. */
export interface Limits {
  readonly maxCharacters?: number;
  readonly maxTokens?: number;
  /** Of what the model thinks before it answers, counted here. */
  readonly maxReasoningTokens?: number;
  readonly maxLines?: number;
  readonly maxSeconds?: number;
  /**
   * How many more characters may come to end the sentence or the code block that the limit falls into; where the block
   * is longer, any line of it ends it. Behind `maxSeconds` they have 2 s. Default 0.
   */
  readonly graceCharacters?: number;
  /** Ends an answer that repeats itself without end. Default true. */
  readonly stopRepetition?: boolean;
}

export interface Trigger {
  readonly name: string;
  readonly on: 'text' | 'regex' | 'fence-open' | 'fence-close' | 'sentence-end';
  /** The text, the regular expression (it sees one line), or the fence's language; not used for `sentence-end`. */
  readonly match?: string;
  /** Default `event`. A command is accepted from the user's own settings only, never through this API. */
  readonly action?: 'event' | 'stop' | { readonly command: string; readonly args?: readonly unknown[] };
}

export type StreamEvent =
  | { readonly type: 'start'; readonly model: string; readonly attempt: number }
  | { readonly type: 'text'; readonly text: string }
  /** `opaque`: see the part of the same type; it belongs to the reasoning before it, or stands alone with an empty text. */
  | { readonly type: 'reasoning'; readonly text: string; readonly opaque?: unknown }
  /** A whole call: `arguments` is the JSON text of an object. All calls of an answer stand right before its end. */
  | { readonly type: 'tool-call'; readonly id: string; readonly name: string; readonly arguments: string }
  /** `offset` is where the fence's own marker begins. An answer that ends inside a fence closes it at its end. */
  | { readonly type: 'fence'; readonly edge: 'open' | 'close'; readonly language: string; readonly offset: number }
  /** `offset` is where the match begins. */
  | { readonly type: 'trigger'; readonly rule: string; readonly match: string; readonly offset: number }
  | { readonly type: 'usage'; readonly usage: Usage }
  /** The server is silent because it loads the model first, which may take minutes. */
  | { readonly type: 'loading' }
  /** The next attempt starts in `seconds`. */
  | { readonly type: 'wait'; readonly cause: ErrorKind; readonly seconds: number; readonly attempt: number }
  /**
   * An interrupted answer continues at `offset` of its text, or of its reasoning; `overlap` repeated characters were left
   * out. `anew`: the model was asked from the start; what stands before `offset` is an attempt that was lost, at this cost.
   */
  | {
      readonly type: 'seam';
      readonly part?: 'text' | 'reasoning';
      readonly offset: number;
      readonly overlap: number;
      readonly anew?: TokenCost;
      /** Another model continues from here, as `"<endpoint id>/<model>"`. */
      readonly model?: string;
    }
  | {
      readonly type: 'end';
      readonly reason: EndReason;
      readonly text: string;
      readonly usage: Usage;
      readonly timing: Timing;
      readonly error?: StreamError;
      /** The server's own word for the reason where it is another one, such as `max_tokens`. */
      readonly word?: string;
      /** What the server says about the reason, such as the category of a refusal. */
      readonly detail?: string;
      /** Which rule ended the answer, for the reasons `limit` and `trigger`. */
      readonly stoppedBy?: StoppedBy;
      /** What the answer refers to, each address once. */
      readonly citations?: readonly Citation[];
      /** What the model said, in order, to give back in the next request; left out where it is the text alone. */
      readonly parts?: readonly Part[];
      /** What each request has used, where there was more than one. */
      readonly perAttempt?: readonly AttemptUsage[];
      /** Parameters of the request that had no effect: the protocol has no word for them, or the model refuses them. */
      readonly leftOut?: readonly string[];
      /** What the answer held besides text, such as a picture or a hosted search, by the server's names. */
      readonly unshown?: readonly string[];
    };

/** Tokens of one request. */
export interface TokenCost {
  readonly prompt: number;
  readonly completion: number;
}

export interface Citation {
  readonly url: string;
  readonly title?: string;
}

export interface StreamError {
  readonly kind: ErrorKind;
  /** The server's own words or, with a `code`, a sentence of Rivulet's in English. Never holds a key. */
  readonly message: string;
  readonly status?: number;
  /** Names the failure where the sentence is Rivulet's. */
  readonly code?: string;
  /** Tokens that the model has room for, where the server has named them in refusing a prompt that is too long. */
  readonly contextWindow?: number;
  /** What stands in the sentence of the code, in order. */
  readonly values?: readonly (string | number)[];
}

/**
 * `truncated`: the stream broke off before the server said that the answer was complete; it can be resumed.
 * `limit` and `trigger`: one of the caller's own rules ended it.
 */
export type EndReason =
  | 'stop'
  | 'length'
  | 'content-filter'
  | 'tool-calls'
  | 'other'
  | 'cancelled'
  | 'limit'
  | 'trigger'
  | 'truncated'
  | 'error';

/** A limit with its value (the budgets of the settings count as limits), or a trigger with what it matched. */
export type StoppedBy =
  | {
      readonly limit:
        | 'maxCharacters'
        | 'maxTokens'
        | 'maxReasoningTokens'
        | 'maxLines'
        | 'maxSeconds'
        | 'stopRepetition'
        | 'answerTokens'
        | 'dayTokens'
        | 'dayCost';
      readonly value?: number;
    }
  | { readonly trigger: string; readonly match: string };

export type ErrorKind =
  | 'auth'
  | 'quota'
  | 'rate-limit'
  | 'connect-timeout'
  | 'first-token-timeout'
  | 'stall'
  | 'connection'
  | 'server'
  | 'bad-request'
  | 'context-length'
  | 'not-found'
  | 'malformed'
  | 'empty';

/** Tokens, summed over all attempts of the answer. */
export interface Usage {
  readonly prompt: number;
  readonly completion: number;
  readonly total: number;
  readonly reasoning?: number;
  readonly cached?: number;
  /** Prompt tokens that the server has put into its cache, where it says so. */
  readonly cacheWrite?: number;
  /** Of these, what was paid for more than once, since the answer had to be continued or asked for again. */
  readonly paidAgain?: TokenCost;
  /** True while any part of it was counted here and not by the server. */
  readonly estimated: boolean;
  readonly attempts: number;
}

/** The tokens of one request. */
export interface AttemptUsage extends TokenCost {
  /** `"<endpoint id>/<model>"`. */
  readonly model: string;
  readonly total: number;
  readonly reasoning: number;
  readonly cached: number;
  readonly cacheWrite?: number;
  readonly estimated: boolean;
}

export interface Timing {
  readonly firstTokenMs?: number;
  /** From the first reasoning to the first text, or to the end if there was none; absent while the model still reasons. */
  readonly reasoningMs?: number;
  readonly totalMs: number;
  readonly waitsMs: number;
}
