/**
 * Requests an answer that the server stores. Until the server has named the answer, the request is not aborted: an unnamed
 * answer could be neither found nor stopped, but would still be billed.
 */
import { fromException, type Failure } from './failures/failure.ts';
import { ownFailure } from './failures/ownFailures.ts';
import { reasonOf } from './http/guardedFetch.ts';
import type { KeptAnswerReader, KeptForm } from './kept.ts';
import type { Opened } from './provider.ts';

export interface KeptRequest {
  readonly form: KeptForm;
  /** The client's name for the answer. */
  readonly id: string;
  readonly post: (signal: AbortSignal) => Promise<Response>;
  readonly keptAs: (name: string) => KeptAnswerReader;
  /** The exception as a failure, without the endpoint's secrets. */
  readonly failureOf: (exception: unknown) => Failure;
}

/** A request that is stopped may still become known to the server, and the server's name for it here, for this long. */
const lateMs = 3_000;

/** Rejects where the server has refused the request. */
export async function beginKept(request: KeptRequest, signal: AbortSignal): Promise<Opened> {
  return request.form.namedBy === 'client' ? namedHere(request, signal) : namedThere(request, signal);
}

async function namedHere({ id, post, keptAs, failureOf }: KeptRequest, signal: AbortSignal): Promise<Opened> {
  const kept = keptAs(id);
  try {
    return kept.opened(await post(signal));
  } catch (thrown) {
    const reason = reasonOf(thrown);
    if (reason.type !== 'exception') throw thrown;
    const failure = failureOf(reason.exception);
    if (signal.aborted) return { type: 'failed', failure, stop: await kept.stop() };
    return isUnsent(reason.exception) ? { type: 'failed', failure } : { type: 'failed', failure, kept };
  }
}

async function namedThere({ form, post, keptAs, failureOf }: KeptRequest, signal: AbortSignal): Promise<Opened> {
  const own = new AbortController();
  const named = post(own.signal).then((response) => nameOf(response, form));
  const late = new Promise<'late'>((resolve) => {
    const wait = (): void => AbortSignal.timeout(lateMs).addEventListener('abort', () => resolve('late'));
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait, { once: true });
  });
  let first;
  try {
    first = await Promise.race([named, late]);
  } catch (thrown) {
    const reason = reasonOf(thrown);
    if (reason.type !== 'exception') throw thrown;
    const failure = failureOf(reason.exception);
    if (isUnsent(reason.exception)) return { type: 'failed', failure };
    return { type: 'failed', failure: uncertain(failure), ...(signal.aborted ? { stop: 'unconfirmed' } : {}) };
  }
  if (first === 'late') {
    own.abort();
    named.catch(() => undefined);
    return { type: 'failed', failure: uncertain(fromException(signal.reason)), stop: 'unconfirmed' };
  }
  const { response, id, broken } = first;
  if (broken !== undefined) {
    return { type: 'failed', failure: uncertain(broken), ...(signal.aborted ? { stop: 'unconfirmed' } : {}) };
  }
  if (signal.aborted) {
    own.abort();
    void response.body?.cancel().catch(() => undefined);
    return { type: 'failed', failure: fromException(signal.reason), ...(id === undefined ? {} : { stop: await keptAs(id).stop() }) };
  }
  signal.addEventListener('abort', () => own.abort());
  const opened = keptAs(id ?? '').opened(response);
  if (id !== undefined) return opened;
  const { kept: _, ...plain } = opened;
  return plain;
}

interface Named {
  /** The whole answer, what was read of it included. */
  readonly response: Response;
  /** Undefined where the server gave the answer none before its first word. */
  readonly id: string | undefined;
  /** The body broke off before there was a name. */
  readonly broken?: Failure;
}

/** Reads to the name of the answer, which stands in its first event. */
async function nameOf(response: Response, form: KeptForm): Promise<Named> {
  if (response.body === null) return { response, id: undefined };
  const reader = response.body.getReader();
  const head: Uint8Array[] = [];
  let id: string | undefined;
  let speaks = false;
  const decoder = form.decoder((delta) => {
    if (delta.type === 'response') id ??= delta.id;
    else speaks = true;
  });
  while (id === undefined && !speaks && decoder.state === 'open') {
    try {
      const { done, value } = await reader.read();
      if (done) {
        if (decoder.end().type === 'cut') return { response, id, broken: ownFailure('cut-off') };
        break;
      }
      head.push(value);
      decoder.feed(value);
    } catch (exception) {
      return { response, id, broken: fromException(exception) };
    }
  }
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = head.shift();
        if (next !== undefined) {
          controller.enqueue(next);
          return;
        }
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  const { status, headers } = response;
  return { response: new Response(body, { status, headers }), id };
}

function uncertain({ message }: Failure): Failure {
  return ownFailure('sending-uncertain', [message]);
}

/** Codes of errors before a connection is made. */
const unsent =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ERR_INVALID_URL|UND_ERR_(?:CONNECT_TIMEOUT|INVALID_ARG))$|CERT|^ERR_TLS/;

/** No connection was ever made. */
function isUnsent(exception: unknown): boolean {
  let error = exception;
  for (let depth = 0; error instanceof Error && depth < 6; depth++) {
    const { code } = error as { readonly code?: unknown };
    if (typeof code === 'string' && unsent.test(code)) return true;
    // What fetch itself refuses has no code.
    if (/^(?:bad port|unknown scheme|invalid url|failed to parse url)/i.test(error.message)) return true;
    error = error.cause;
  }
  return false;
}
