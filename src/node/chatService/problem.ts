/** What is wrong with the end of an answer, and what that is over HTTP. */
import type { EndReason, ErrorKind, StreamEvent } from '../../api.ts';

type End = Extract<StreamEvent, { type: 'end' }>;

export interface Problem {
  readonly kind: ErrorKind | 'cancelled' | 'truncated' | 'refused';
  readonly message: string;
  /** HTTP status for a client that has got nothing yet. */
  readonly status: number;
}

/** What is wrong with this end, if anything is: a client must not take half an answer for a whole one. */
export function problemOf({ reason, error }: End): Problem | undefined {
  switch (reason) {
    case 'stop':
    case 'length':
    case 'content-filter':
    case 'tool-calls':
    case 'other':
    case 'limit':
    case 'trigger':
      return undefined;
    case 'cancelled':
      return { kind: 'cancelled', message: 'The answer was stopped.', status: 503 };
    case 'truncated':
      return { kind: 'truncated', message: error?.message ?? 'The answer broke off and could not be continued.', status: 502 };
    case 'error':
      return { kind: error?.kind ?? 'server', message: error?.message ?? 'The server failed.', status: statusOf(error?.kind ?? 'server') };
    default:
      return reason satisfies never;
  }
}

/** Parameters that the model refused or its protocol lacks, by Rivulet's names. */
export function leftOutOf({ leftOut }: End): { readonly left_out?: readonly string[] } {
  return leftOut === undefined || leftOut.length === 0 ? {} : { left_out: leftOut };
}

/** The limit that the answer ran into, for dialects that have a word for it. */
export function isCutByLimit(reason: EndReason): boolean {
  return reason === 'length' || reason === 'limit';
}

/** A key that the model's server refuses is not the client's: for the client it is a gateway that fails. */
function statusOf(kind: ErrorKind): number {
  switch (kind) {
    case 'bad-request':
    case 'context-length':
      return 400;
    case 'not-found':
      return 404;
    case 'rate-limit':
    case 'quota':
      return 429;
    case 'connect-timeout':
    case 'first-token-timeout':
    case 'stall':
      return 504;
    case 'auth':
    case 'connection':
    case 'server':
    case 'malformed':
    case 'empty':
      return 502;
    default:
      return kind satisfies never;
  }
}
