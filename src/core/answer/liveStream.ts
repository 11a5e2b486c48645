/** Types shared by the engine and its observers: the request, its settings, its environment, its live view. */
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
  /** Text that an earlier, interrupted stream delivered. It is continued, not repeated. */
  readonly partial?: string;
  /** Length of the reasoning that the same stream delivered, in UTF-16 units. */
  readonly reasoned?: number;
  /** The server may still have the answer under this handle; it is read from there before the rest is requested. */
  readonly kept?: KeptJob;
  /** Tried in order, one at a time. */
  readonly fallbacks?: readonly Fallback[];
  /** The answer and its handle are saved to disk, so that another session can read it again. */
  readonly inJournal?: true;
  /** Replayed from a file: its tokens are not counted again. */
  readonly replayed?: true;
}

/**
 * Finds another model that continues the answer after the previous one has failed; undefined if it cannot be used. Called only
 * when its turn comes, because reading its key takes time.
 */
export type Fallback = () => Promise<Pick<Job, 'endpoint' | 'memory' | 'request'> | undefined>;

export interface KeptJob {
  readonly handle: string;
  /** The reasoning that was delivered earlier. */
  readonly reasoning: string;
  /** Usage of this answer so far, already recorded. */
  readonly counted: Usage;
  /** If true and the server no longer has the answer, no new request is sent, because the user did not ask for one. */
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
  /** The tokenizer of a model once it is loaded; the first call starts loading it. */
  readonly encoding: (model: string) => Encoding | undefined;
  /** Calls `sent` when the next request to this origin leaves over a connection. Returns a function that stops watching. */
  readonly watchSent: (origin: string, sent: () => void) => () => void;
  /** Runs the command of a user's trigger; never awaited. */
  readonly runCommand: (trigger: Trigger) => void;
}

/** A running answer as its observers see it. */
export interface LiveStream {
  /** Unique among all streams. */
  readonly id: string;
  /** `"<endpoint id>/<model>"`. */
  readonly model: string;
  readonly tape: Tape<StreamEvent>;
  readonly ended: Promise<EndEvent>;
  /** The last event, once it is on the tape. */
  readonly end: EndEvent | undefined;
  readonly phase: Phase;
  /** All text delivered so far, including the text it continues. */
  readonly text: string;
  /** The tool calls, once the answer has ended well; empty before that, or if a call broke off. */
  readonly toolCalls: readonly ToolCall[];
  /** The model's message in the form the next request sends it back; empty before the end. */
  readonly parts: readonly Part[];
  /** The server's handle for the answer; undefined if no server keeps all of it. */
  readonly handle?: string | undefined;
  /** Calls `listener` when the handle changes or is gone. */
  onHandle?(listener: () => void): { dispose(): void };
  usage(): Usage;
  timing(): Timing;
  stop(): void;
  /** Closes the connection. A server that keeps the answer continues writing it for later. */
  leave?(): void;
}

export type Phase = 'waiting' | 'connecting' | 'streaming' | 'ended';
