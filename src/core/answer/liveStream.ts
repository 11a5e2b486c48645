/** Types shared by the engine and those who watch an answer: the request, its settings, its surroundings, its view. */
import type { Limits, Part, StreamEvent, Timing, Trigger, Usage } from '../../api.ts';
import type { ChatRequest, Provider, Endpoint, EndpointMemory } from '../provider/provider.ts';
import type { PatternPorts } from '../inspect/triggers.ts';
import type { Clock } from '../request/clock.ts';
import type { ConnectionLimiter } from '../request/connectionLimiter.ts';
import type { RetrySettings } from './retryPolicy.ts';
import type { Tape } from './tape/tape.ts';
import type { Encoding } from '../tokens/tokenCounter.ts';
import type { ToolCall } from '../request/toolCalls.ts';
import type { Timeouts } from '../request/timeouts.ts';

export type EndEvent = Extract<StreamEvent, { type: 'end' }>;

/** What to ask, and where. */
export interface Job {
  readonly endpoint: Endpoint;
  readonly memory: EndpointMemory;
  readonly request: ChatRequest;
  /** Text of this answer that was delivered before, by a stream that broke off: it is continued, not repeated. */
  readonly partial?: string;
  /** Characters of reasoning that the same stream had delivered. */
  readonly reasoned?: number;
  /** The server that began the answer may still have it, under this handle; it is read again before the rest is asked for. */
  readonly kept?: KeptJob;
  /** Asked in order, one at a time. */
  readonly fallbacks?: readonly Fallback[];
  /** The answer and its handle are written down, so that it can be read on in another session. */
  readonly inJournal?: true;
  /** Played again from a file: the tokens that it tells of are not used once more. */
  readonly replayed?: true;
}

/** Another model that continues the answer where the one before it is given up. */
export interface Fallback {
  /** `"<endpoint id>/<model>"`. */
  readonly model: string;
  /** Undefined where it cannot be asked. Called when it is its turn, since its key has to be read. */
  find(): Promise<{ readonly endpoint: Endpoint; readonly memory: EndpointMemory; readonly request: ChatRequest } | undefined>;
}

export interface KeptJob {
  readonly handle: string;
  /** The reasoning of this answer that was delivered before. */
  readonly reasoning: string;
  /** What this answer has used so far, which has been recorded already. */
  readonly counted: Usage;
  /** True: where the server does not have the answer any more, nothing is asked for, since no person has asked for it. */
  readonly only: boolean;
}

export interface StreamSettings {
  readonly retry: RetrySettings;
  readonly timeouts: Timeouts;
  readonly limits: Limits;
  readonly triggers: readonly Trigger[];
  readonly bufferMaxDeltas: number;
}

export interface StreamPorts extends PatternPorts {
  readonly client: Provider;
  readonly clock: Clock;
  readonly gate: ConnectionLimiter;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** The tokenizer for a model, once loaded; asking for it starts the loading. */
  readonly encoding: (model: string) => Encoding | undefined;
  /** Calls `sent` when the next request to this origin is on its way over a connection; returns how to stop looking. */
  readonly watchSent: (origin: string, sent: () => void) => () => void;
  /** Runs the command of a user's trigger; never awaited. */
  readonly runCommand: (trigger: Trigger) => void;
}

/** An answer being written, as those who show or stop it see it. */
export interface LiveStream {
  /** No other stream has it. */
  readonly id: string;
  /** `"<endpoint id>/<model>"`. */
  readonly model: string;
  readonly tape: Tape<StreamEvent>;
  readonly ended: Promise<EndEvent>;
  /** The last event, once it is on the tape. */
  readonly end: EndEvent | undefined;
  readonly phase: Phase;
  /** All text delivered so far, that of the answer which is continued included. */
  readonly text: string;
  /** The tool calls of an answer that has ended well; empty before its end, and where a call broke off. */
  readonly toolCalls: readonly ToolCall[];
  /** What the model said, as the next request sends it back; empty before the end. */
  readonly parts: readonly Part[];
  /** What a server that keeps the answer knows it by; undefined where none keeps all of it. */
  readonly handle?: string | undefined;
  /** Calls `listener` when there is another handle, or none any more. */
  onHandle?(listener: () => void): { dispose(): void };
  usage(): Usage;
  timing(): Timing;
  stop(): void;
  /** Closes the connection; a server that keeps the answer writes it on, to be read later. */
  leave?(): void;
}

export type Phase = 'waiting' | 'connecting' | 'streaming' | 'ended';
