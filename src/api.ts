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
  /** The models of all configured endpoints. An endpoint that cannot be reached lists the models named in settings. */
  listModels(): Promise<{ endpoint: string; model: string }[]>;
  /**
   * Streams one answer. The last event is always `end`, exactly once; failures of the server or the network are reported
   * there and never thrown, and so are an invalid request (`bad-request`) and a lack of the user's consent (`auth`). Leaving
   * the loop early cancels the request and closes its socket.
   */
  stream(request: StreamRequest, options?: StreamOptions): AsyncIterable<StreamEvent>;
  /** Streams several answers at once. `index` is the position in `requests`; each request has its own `end`. */
  streamMany(
    requests: readonly StreamRequest[],
    options?: StreamManyOptions,
  ): AsyncIterable<{ readonly index: number; readonly event: StreamEvent }>;
}

export interface StreamRequest {
  /** `"<endpoint id>/<model>"`. Default: the setting `rivulet.model`. */
  readonly model?: string;
  /** At least one. */
  readonly messages: readonly Message[];
  /** Functions that the model may call. Each call is an event; send its result as a part of the next request. */
  readonly tools?: readonly Tool[];
  /** Default: `auto` if `tools` is not empty. */
  readonly toolChoice?: ToolChoice;
  /** 0 to 2. Default: the server's. */
  readonly temperature?: number;
  /** 0 to 1. Default: the server's. */
  readonly topP?: number;
  /** Stop sequences: the server ends the answer before the first of them. */
  readonly stop?: readonly string[];
  /** The most tokens of the answer, reasoning included, as the server counts them. Default: the server's. */
  readonly maxTokens?: number;
  /** The reasoning effort, as the server spells it, such as `low` or `high`. */
  readonly effort?: string;
  /** The length of the answer, as the server spells it, such as `low` or `high`. */
  readonly verbosity?: string;
  /** Additional fields of the request's JSON body. They replace Rivulet's fields of the same name. */
  readonly body?: Readonly<Record<string, unknown>>;
}

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: Content;
}

/** A string is short for a list with one text part. */
export type Content = string | readonly Part[];

/** The order of parts matters: reasoning comes before the tool call that it led to. */
export type Part =
  | { readonly type: 'text'; readonly text: string }
  /** In user messages. `mime` is `image/png`, `image/jpeg`, `image/gif` or `image/webp`. */
  | { readonly type: 'image'; readonly mime: string; readonly data: Uint8Array }
  /** In assistant messages. `arguments` is a JSON object as text. */
  | { readonly type: 'tool-call'; readonly id: string; readonly name: string; readonly arguments: string }
  /** In user messages: the result of the tool call with this id. */
  | { readonly type: 'tool-result'; readonly id: string; readonly content: Content; readonly isError?: boolean }
  /** In assistant messages. `opaque` has a meaning for the server only; send it back unchanged. */
  | { readonly type: 'reasoning'; readonly text: string; readonly opaque?: unknown };

export interface Tool {
  readonly name: string;
  readonly description?: string;
  /** JSON schema of the arguments. Default: no arguments. */
  readonly parameters?: object;
}

/** An object with a `name` forces a call of that tool. */
export type ToolChoice = 'none' | 'auto' | 'required' | { readonly name: string };

/** Each field defaults to the setting of the same name. */
export interface StreamOptions {
  readonly signal?: AbortSignal;
  /** A `vscode.CancellationToken`, typed by its shape so that this file needs no import. */
  readonly token?: {
    readonly isCancellationRequested: boolean;
    onCancellationRequested(listener: () => void): { dispose(): void };
  };
  readonly limits?: Limits;
  readonly triggers?: readonly Trigger[];
  /** The most requests in a row that bring no text, and the longest wait that a server may ask for. */
  readonly retry?: { readonly maxAttempts?: number; readonly maxWaitSeconds?: number };
  /** How often an interrupted answer is resumed, each time with a new request; and whether the server's length limit counts. */
  readonly resume?: { readonly maxResumes?: number; readonly continueOnLength?: boolean };
  readonly timeouts?: {
    readonly connectSeconds?: number;
    readonly firstTokenSeconds?: number;
    /** The longest silence; a server that sends only keep-alive messages gets twice as long. */
    readonly idleSeconds?: number;
  };
  /** The number of unread events, at least 1, at which reading from the network pauses. */
  readonly bufferMaxDeltas?: number;
}

export interface StreamManyOptions extends StreamOptions {
  /** The most requests that run at the same time, at least 1. Default: all. */
  readonly maxConcurrent?: number;
  /**
   * `as-arrives`: each event at once. `in-order`: all events of a request before those of the next one. `settled`: the
   * events of a request together, after it has ended. Default `as-arrives`.
   */
  readonly order?: 'as-arrives' | 'in-order' | 'settled';
}

/** 0 or undefined means no limit. A limit ends the stream with `limit` and keeps the text up to it. */
export interface Limits {
  /** UTF-16 units of text. */
  readonly maxCharacters?: number;
  /** Tokens of text, counted by Rivulet. */
  readonly maxTokens?: number;
  /** Counted by Rivulet, since servers report reasoning tokens only at the end. */
  readonly maxReasoningTokens?: number;
  readonly maxLines?: number;
  readonly maxSeconds?: number;
  /**
   * Extra characters beyond the limit to complete the sentence or the code block; in a longer block, to complete the
   * line. After `maxSeconds` they must arrive within 2 s. Default 0.
   */
  readonly graceCharacters?: number;
  /** Ends an answer that keeps repeating itself. Default true. */
  readonly stopRepetition?: boolean;
}

export interface Trigger {
  readonly name: string;
  readonly on: 'text' | 'regex' | 'fence-open' | 'fence-close' | 'sentence-end';
  /** The text, the regular expression (tested against single lines), or the fence's language. Unused for `sentence-end`. */
  readonly match?: string;
  /** Default `event`. Commands are accepted in the user's settings only, not through this API. */
  readonly action?: 'event' | 'stop' | { readonly command: string; readonly args?: readonly unknown[] };
}

export type StreamEvent =
  /** A request is sent to `"<endpoint id>/<model>"`. `attempt` counts the requests of the answer from 1. */
  | { readonly type: 'start'; readonly model: string; readonly attempt: number }
  | { readonly type: 'text'; readonly text: string }
  /** `opaque`, as in the part of this type, belongs to the reasoning before it; `text` may be empty then. */
  | { readonly type: 'reasoning'; readonly text: string; readonly opaque?: unknown }
  /** A complete call; `arguments` is a JSON object as text. All calls come right before `end`. */
  | { readonly type: 'tool-call'; readonly id: string; readonly name: string; readonly arguments: string }
  /** `offset` is the start of the fence's marker. A fence still open at the end of the answer is closed there. */
  | { readonly type: 'fence'; readonly edge: 'open' | 'close'; readonly language: string; readonly offset: number }
  /** `offset` is the start of the match. */
  | { readonly type: 'trigger'; readonly rule: string; readonly match: string; readonly offset: number }
  /** The server has reported the usage of a request; the sum over all requests so far. */
  | { readonly type: 'usage'; readonly usage: Usage }
  /** The server is loading the model, which may take minutes. */
  | { readonly type: 'loading' }
  /** The next attempt starts in `seconds`. */
  | { readonly type: 'wait'; readonly cause: ErrorKind; readonly seconds: number; readonly attempt: number }
  /**
   * An interrupted answer continues at `offset` of its text or reasoning, without the `overlap` characters that the server
   * repeated. `anew`: the answer was requested from the start again; the lost attempt before `offset` had this cost.
   */
  | {
      readonly type: 'seam';
      readonly part?: 'text' | 'reasoning';
      readonly offset: number;
      readonly overlap: number;
      readonly anew?: TokenCost;
      /** The other model that continues from here, as `"<endpoint id>/<model>"`. */
      readonly model?: string;
    }
  | {
      readonly type: 'end';
      readonly reason: EndReason;
      readonly text: string;
      readonly usage: Usage;
      readonly timing: Timing;
      readonly error?: StreamError;
      /** The server's name for the reason, such as `max_tokens`, if it differs. */
      readonly word?: string;
      /** Details from the server, such as the category of a refusal. */
      readonly detail?: string;
      /** The limit or trigger that ended the answer; only for the reasons `limit` and `trigger`. */
      readonly stoppedBy?: StoppedBy;
      /** Sources that the answer cites; each address once. */
      readonly citations?: readonly Citation[];
      /** The answer in parts, for the history of the next request. Undefined if it is text only. */
      readonly parts?: readonly Part[];
      /** Usage of each request, if there was more than one. */
      readonly perAttempt?: readonly AttemptUsage[];
      /** Parameters that were not sent, because the protocol lacks them or the model refuses them. */
      readonly leftOut?: readonly string[];
      /** Content that Rivulet does not show, such as audio or a hosted search, by the server's names. */
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
  /** The server's message or, if `code` is set, a sentence of Rivulet's in English. Contains no key. */
  readonly message: string;
  /** HTTP status. */
  readonly status?: number;
  /** Identifies the failure if `message` is Rivulet's. */
  readonly code?: string;
  /** The context window in tokens, if the server named it when it refused a prompt as too long. */
  readonly contextWindow?: number;
  /** The values in the message of `code`, in order. */
  readonly values?: readonly (string | number)[];
}

/**
 * `truncated`: the stream ended before the server declared the answer complete; it can be resumed.
 * `limit` and `trigger`: a limit or a trigger of the caller or of the settings ended it.
 * `other`: the server gave a reason that Rivulet does not know; see `word`.
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

/** A limit (budgets included) and its value, or a trigger and the text that it matched. */
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
      /** Code of the currency of `dayCost`, such as `USD`. */
      readonly currency?: string;
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

/** Tokens, summed over all requests of the answer. */
export interface Usage {
  readonly prompt: number;
  readonly completion: number;
  readonly total: number;
  /** Part of `completion`. */
  readonly reasoning?: number;
  /** Prompt tokens that the server read from its cache. */
  readonly cached?: number;
  /** Prompt tokens that the server wrote to its cache, if it reports them. */
  readonly cacheWrite?: number;
  /** The share that was paid for again because the answer had to be continued or requested anew. */
  readonly paidAgain?: TokenCost;
  /** True if any count is Rivulet's estimate and not the server's. */
  readonly estimated: boolean;
  /** Number of requests. */
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

/** Milliseconds. */
export interface Timing {
  /** From the start to the first reasoning or text. */
  readonly firstTokenMs?: number;
  /** From the first reasoning to the first text, or to the end if there is no text. Undefined while the model reasons. */
  readonly reasoningMs?: number;
  /** From the start to the end, waits included. */
  readonly totalMs: number;
  /** Waits between requests. */
  readonly waitsMs: number;
}
