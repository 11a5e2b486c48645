/** A door is an address and the dialect that is spoken there: it reads a request, and spells its answer. */
import type { ChatRequest, Api } from '../../../core/provider/provider.ts';
import type { LiveStream } from '../../../core/answer/liveStream.ts';
import type { Problem } from '../problem.ts';
import type { Said } from '../speech.ts';

export type ServiceRequest = Omit<ChatRequest, 'model' | 'continues' | 'byProgram'> & { readonly model?: string };

/** The server that a request goes to. */
export interface Target {
  /** The protocol that it speaks; `vscode` for models of other extensions. */
  readonly api: Api | 'vscode';
  /** What its sealed reasoning is marked with. */
  readonly origin: string;
}

export interface Door {
  readonly path: string;
  /** What the ids of its answers begin with. */
  readonly prefix: string;
  /**
   * Throws a `Mistake`.
   * @param targetOf undefined where there is no such model
   */
  read(body: unknown, targetOf: (model: string | undefined) => Promise<Target | undefined>): Promise<Asked>;
  /** An error before the first word is an event of the stream, too. */
  readonly errorsInStream?: true;
  /** What a client gets in place of an answer. */
  refusal(problem: Problem): object;
}

export interface Asked {
  readonly request: ServiceRequest;
  readonly stream: boolean;
  /** The answer continues when its client leaves. */
  readonly detached: boolean;
  /** The answer can be read again after its end. */
  readonly kept: boolean;
  /** Fields that mean nothing to the server of this model and change no word of the answer. */
  readonly ignored: readonly string[];
  dialect(facts: SpokenAnswer): Dialect;
}

export interface SpokenAnswer {
  readonly id: string;
  /** `"<endpoint id>/<model>"` */
  readonly model: string;
  readonly createdSeconds: number;
}

export interface Dialect {
  /** Spells the answer from its beginning; the same for every reader. */
  encoder(): Encoder;
  /** The answer as it is now, as one object. */
  whole(stream: LiveStream): object;
}

export interface Encoder {
  /** What stands before the first word. */
  open(): readonly Frame[];
  take(said: Said): readonly Frame[];
}

/** One event of a stream. */
export interface Frame {
  readonly event?: string;
  /** A string stands there as it is. */
  readonly data: object | string;
}
