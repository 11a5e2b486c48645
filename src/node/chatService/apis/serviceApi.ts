/** An API that the service speaks at one address: it parses requests and encodes answers. */
import type { ChatRequest, Api } from '../../../core/provider/provider.ts';
import type { LiveStream } from '../../../core/answer/liveStream.ts';
import type { Problem } from '../problem.ts';
import type { AnswerPiece } from '../answerPieces.ts';

export type ServiceRequest = Omit<ChatRequest, 'model' | 'continues' | 'byProgram'> & { readonly model?: string };

/** The server that a request goes to. */
export interface Target {
  /** The protocol that it speaks; `vscode` for models of other extensions. */
  readonly api: Api | 'vscode';
  /** The mark of its sealed reasoning. */
  readonly origin: string;
}

export interface ServiceApi {
  readonly path: string;
  /** Prefix of its answer ids. */
  readonly prefix: string;
  /**
   * @param targetOf resolves the server of a model; undefined if there is no such model
   * @throws RequestError if the request is invalid
   */
  read(body: unknown, targetOf: (model: string | undefined) => Promise<Target | undefined>): Promise<ParsedRequest>;
  /** Errors before the first text are sent as stream events too. */
  readonly errorsInStream?: true;
  /** The response body of a refused request. */
  refusal(problem: Problem): object;
}

export interface ParsedRequest {
  readonly request: ServiceRequest;
  readonly stream: boolean;
  /** Whether the answer continues after its client disconnects. */
  readonly detached: boolean;
  /** Whether the answer can be read again after its end. */
  readonly kept: boolean;
  /** Names of ignored fields: they mean nothing to the model's server and do not change the answer. */
  readonly ignored: readonly string[];
  dialect(head: AnswerHead): Dialect;
}

export interface AnswerHead {
  readonly id: string;
  /** `"<endpoint id>/<model>"` */
  readonly model: string;
  readonly createdSeconds: number;
}

export interface Dialect {
  /** Encodes the answer from its beginning; the same for every reader. */
  encoder(): Encoder;
  /** The answer as it is now, as one object. */
  whole(stream: LiveStream): object;
}

export interface Encoder {
  /** The frames before the first text. */
  open(): readonly Frame[];
  take(piece: AnswerPiece): readonly Frame[];
}

export interface Frame {
  readonly event?: string;
  /** A string is sent verbatim. */
  readonly data: object | string;
}
