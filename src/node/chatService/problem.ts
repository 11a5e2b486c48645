/** Maps a bad end of an answer to an HTTP problem. */
import type { EndReason, ErrorKind } from '../../api.ts';
import type { EndEvent } from '../../core/answer/liveStream.ts';
import { present } from '../../core/present.ts';

export interface Problem {
  readonly kind: ErrorKind | 'cancelled' | 'truncated' | 'refused';
  readonly message: string;
  /** HTTP status, if nothing was sent yet. */
  readonly status: number;
}

/** The problem with this end, if any: a client must not take an incomplete answer for a complete one. */
export function problemOf({ reason, error }: EndEvent): Problem | undefined {
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
      return { kind: error?.kind ?? 'server', message: error?.message ?? 'The server failed.', status: statuses[error?.kind ?? 'server'] };
    default:
      return reason satisfies never;
  }
}

/**
 * Facts about an answer that no dialect has a field for: parameters that were not sent, and content that was not passed on,
 * such as pictures.
 */
export function notesOf({ leftOut, unshown }: EndEvent): { readonly left_out?: readonly string[]; readonly unshown?: readonly string[] } {
  return present({ left_out: leftOut, unshown });
}

/** The limit that ended the answer, for dialects with a word for it. */
export function isCutByLimit(reason: EndReason): boolean {
  return reason === 'length' || reason === 'limit';
}

/** A key refused by the model's server is not the client's: the client sees a failing gateway. */
const statuses: Readonly<Record<ErrorKind, number>> = {
  'bad-request': 400,
  'context-length': 400,
  'not-found': 404,
  'rate-limit': 429,
  quota: 429,
  'connect-timeout': 504,
  'first-token-timeout': 504,
  stall: 504,
  auth: 502,
  connection: 502,
  server: 502,
  malformed: 502,
  empty: 502,
};
