/**
 * Decides what follows the end of an attempt: a pure table without clock or network. A request is repeated only while no
 * text has come; after that, the answer is resumed at the break.
 */
import type { EndReason, ErrorKind, StreamError } from '../../api.ts';
import { type Failure, streamErrorOf } from '../provider/failures/failure.ts';
import { type FailureCode, ownFailure } from '../provider/failures/ownFailures.ts';
import type { AttemptEnd } from '../request/attempt.ts';

export interface RetrySettings {
  /** Maximum number of consecutive requests without new text. */
  readonly maxAttempts: number;
  /** If the server asks for a longer wait, the answer ends. */
  readonly maxWaitSeconds: number;
  readonly maxResumes: number;
  readonly continueOnLength: boolean;
}

/** State of the answer when an attempt has ended. */
export interface Standing {
  /** Consecutive requests without new text, including this one if it brought none. */
  readonly fruitless: number;
  /** How many of those ended without an error and without an answer. */
  readonly empty: number;
  /** How often the answer was continued already. */
  readonly resumes: number;
  readonly hasText: boolean;
  /** Reasoning or a tool call has arrived. */
  readonly hasOther: boolean;
}

export type RetryVerdict =
  | { readonly do: 'finish'; readonly reason: EndReason; readonly error?: StreamError }
  /** Ask again from the start. */
  | { readonly do: 'retry'; readonly cause: ErrorKind; readonly waitMs: number }
  /** Ask for the rest. */
  | { readonly do: 'resume'; readonly cause: ErrorKind; readonly waitMs: number };

interface Rule {
  readonly retry: boolean;
  /** Initial and maximum back-off before jitter, in ms. */
  readonly baseMs: number;
  readonly capMs: number;
  /** The stream broke, as opposed to a refusal by the server: text ends as `truncated`, not `error`. */
  readonly broke: boolean;
}

const never: Rule = { retry: false, baseMs: 0, capMs: 0, broke: false };

export const rules: Readonly<Record<ErrorKind, Rule>> = {
  auth: never,
  quota: never,
  'bad-request': never,
  'context-length': never,
  'not-found': never,
  malformed: { ...never, broke: true },
  'rate-limit': { retry: true, baseMs: 1000, capMs: 30_000, broke: false },
  server: { retry: true, baseMs: 500, capMs: 8_000, broke: false },
  connection: { retry: true, baseMs: 500, capMs: 8_000, broke: true },
  'connect-timeout': { retry: true, baseMs: 500, capMs: 8_000, broke: true },
  'first-token-timeout': { retry: true, baseMs: 500, capMs: 8_000, broke: true },
  stall: { retry: true, baseMs: 500, capMs: 8_000, broke: true },
  empty: { retry: true, baseMs: 250, capMs: 1_000, broke: false },
};

const cut = ownFailure('cut-off');
const emptyAnswer = ownFailure('empty-answer');

/** @param random a number in [0, 1) for the jitter */
export function judge(end: AttemptEnd, standing: Standing, settings: RetrySettings, random: number): RetryVerdict {
  switch (end.type) {
    case 'cancelled':
      return { do: 'finish', reason: 'cancelled' };
    case 'halted':
      return { do: 'finish', reason: 'limit' };
    case 'finished': {
      const isWhole = end.reason === 'stop' || end.reason === 'other' || end.reason === 'tool-calls';
      if (isWhole && !standing.hasText && !standing.hasOther) {
        // The first empty answer counts as an accident and is requested again.
        if (standing.empty <= 1) return again(emptyAnswer, standing, settings, random);
        return { do: 'finish', reason: 'error', error: streamErrorOf(emptyAnswer) };
      }
      const goesOn = end.reason === 'length' && settings.continueOnLength && standing.hasText;
      if (goesOn && standing.resumes < settings.maxResumes && standing.fruitless === 0) {
        return { do: 'resume', cause: 'connection', waitMs: 0 };
      }
      // The server keeps pausing.
      if (end.reason === 'pause') return { do: 'finish', reason: 'truncated' };
      if (end.reason !== 'other') return { do: 'finish', reason: end.reason };
      return { do: 'finish', reason: 'other', error: streamErrorOf(ownFailure('unknown-end', [end.word ?? ''])) };
    }
    case 'cut': {
      const failure = end.word === undefined ? cut : ownFailure('broke-off', [end.word]);
      const verdict = again(failure, standing, settings, random);
      if (verdict.do !== 'finish') return verdict;
      return { do: 'finish', reason: 'truncated', ...(end.word === undefined ? {} : { error: streamErrorOf(failure) }) };
    }
    case 'failed':
      return again(end.failure, standing, settings, random);
    default:
      return end satisfies never;
  }
}

function again(failure: Failure, standing: Standing, settings: RetrySettings, random: number): RetryVerdict {
  const rule = rules[failure.kind];
  if (!(failure.shouldRetry ?? rule.retry)) return giveUp(failure, standing);
  const askedMs = failure.retryAfterMs;
  if (askedMs !== undefined && askedMs > settings.maxWaitSeconds * 1000) {
    const { status } = failure;
    const over = status === undefined ? {} : { status };
    return giveUp(ownFailure('wait-too-long', [failure.message, spanOf(askedMs)], over), standing);
  }
  if (standing.fruitless >= settings.maxAttempts) return giveUp(failure, standing);
  const resumes = standing.hasText;
  if (resumes && standing.fruitless === 0 && standing.resumes >= settings.maxResumes) return giveUp(failure, standing);
  // Full jitter spreads the retries of clients that failed together. The first resume of an
  // answer that was flowing a moment ago does not wait.
  const exponent = Math.max(0, standing.fruitless - 1);
  const backOffMs = random * Math.min(rule.capMs || 8_000, (rule.baseMs || 500) * 2 ** exponent);
  const waitMs = askedMs ?? (resumes && standing.fruitless === 0 && rule.broke ? 0 : backOffMs);
  return { do: resumes ? 'resume' : 'retry', cause: failure.kind, waitMs };
}

function giveUp(failure: Failure, standing: Standing): RetryVerdict {
  const error = streamErrorOf(failure);
  return { do: 'finish', reason: standing.hasText && rules[failure.kind].broke ? 'truncated' : 'error', error };
}

function spanOf(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return ms < 120_000 ? `${Math.ceil(ms / 1000)} s` : minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}

/** Whether another server may do what this one did not: it was busy, out of reach or without quota, or broke off. */
export function isWorthAnother({ reason, error }: { readonly reason: EndReason; readonly error?: StreamError }): boolean {
  if (reason !== 'error' && reason !== 'truncated') return false;
  // The first server may be answering, and cannot be told to stop.
  if (error?.code === uncertain) return false;
  return error === undefined || worthAnother.has(error.kind);
}

const uncertain = 'sending-uncertain' satisfies FailureCode;

const worthAnother: ReadonlySet<ErrorKind> = new Set([
  'quota',
  'rate-limit',
  'server',
  'connection',
  'connect-timeout',
  'first-token-timeout',
  'stall',
  'empty',
  'not-found',
]);
