/** Turns HTTP errors, errors inside a stream and exceptions into one `Failure` value. */
import type { ErrorKind, StreamError } from '../../../api.ts';
import { isBlocked, isRegional, kindOfName, kindOfStatus, kindOfWords } from './errorKinds.ts';
import { errorWords } from './errorWords.ts';
import { clipped } from '../reading/clipped.ts';
import { isRecord } from '../reading/json.ts';
import { type Failure, ownFailure } from './ownFailures.ts';
import { namedWindow } from './namedWindow.ts';
import { hide } from './secrets.ts';
import { unreachedIn } from './unreached.ts';
import { requestedWaitMs } from './waits.ts';
import { present } from '../../present.ts';

export type { Failure } from './ownFailures.ts';

export function withoutSecrets(failure: Failure, hideIn: (text: string) => string): Failure {
  const { message, values } = failure;
  const hidden = values?.map((value) => (typeof value === 'string' ? hideIn(value) : value));
  return { ...failure, message: hideIn(message), ...present({ values: hidden }) };
}

/** What the end of an answer tells about it. */
export function streamErrorOf({ kind, message, status, code, values, contextWindow }: Failure): StreamError {
  return {
    kind,
    message,
    ...present({ status, code, values, contextWindow }),
  };
}

/** Maximum length of a server's words that is shown. */
const maxMessageCharacters = 300;

/**
 * An HTTP answer other than 2xx.
 * @param body the parsed JSON or the text
 * @param secrets what is taken out of the words before anything is cut off them
 */
export function fromStatus(status: number, headers: Headers, body: unknown, wallMs: number, secrets: readonly string[] = []): Failure {
  const words = errorWords(body);
  const message = clipped(hide(words.message, secrets), maxMessageCharacters);
  const retryAfterMs = requestedWaitMs(headers, body, words.all, wallMs);
  const should = headers.get('x-should-retry');
  const known = {
    status,
    ...present({ retryAfterMs }),
    ...(should === 'true' || should === 'false' ? { shouldRetry: should === 'true' } : {}),
  };
  if (status >= 300 && status < 400) {
    const target = clipped(hide(headers.get('location') ?? '', secrets), maxMessageCharacters);
    return ownFailure('redirect', [status, target], known);
  }
  if (isBlocked(status, words.all, words.isPage)) return ownFailure('blocked', [message || `HTTP ${status}`], { status });
  const kind = kindOf(status, words.all, retryAfterMs !== undefined);
  if (kind === 'not-found' && !/model|deployment|engine|模型/.test(words.all)) {
    return ownFailure('no-such-path', [message || `HTTP ${status}`], { status, ...(words.isPage ? { fromPage: true } : {}) });
  }
  const more = { ...known, ...namedWindow(kind, body, words.all) };
  return message === '' ? ownFailure('http-status', [status], { kind, ...more }) : { kind, message, ...more };
}

function kindOf(status: number, all: string, waits: boolean): ErrorKind {
  if (status === 403 && isRegional(all)) return 'bad-request';
  return kindOfWords(all, waits) ?? kindOfStatus(status);
}

/** An error object that a server sent inside a 200, in any spelling, or a bare string. */
export function fromErrorObject(error: unknown, secrets: readonly string[] = []): Failure {
  const words = errorWords(error);
  const message = clipped(hide(words.message, secrets), maxMessageCharacters);
  const status = Number(words.code);
  const known = Number.isInteger(status) && status >= 400 && status < 600;
  const retryAfterMs = requestedWaitMs(undefined, error, words.all, undefined);
  const kind =
    kindOfWords(words.all, retryAfterMs !== undefined) ?? (known ? kindOfStatus(status) : undefined) ?? kindOfName(words.all) ?? 'server';
  const more = {
    ...(known ? { status } : {}),
    ...present({ retryAfterMs }),
    ...namedWindow(kind, error, words.all),
  };
  return message === '' ? ownFailure('no-message', [], { kind, ...more }) : { kind, message, ...more };
}

/**
 * An exception of fetch or of a body read. Errors that waiting cannot fix, such as a certificate, are marked.
 * @param baseURL of the endpoint that was asked
 */
export function fromException(exception: unknown, secrets: readonly string[] = [], baseURL = ''): Failure {
  const chain: Readonly<Record<string, unknown>>[] = [];
  for (let error = exception; isRecord(error) && chain.length < 6; error = error['cause'] ?? firstOf(error['errors'])) chain.push(error);
  const unreached = unreachedIn(chain, baseURL);
  if (unreached !== undefined) return unreached;
  const code = chain.map((error) => String(error.code ?? '')).find((word) => word !== '') ?? '';
  const innermost = chain.at(-1);
  const said = clipped(hide(String(innermost?.message ?? exception), secrets), maxMessageCharacters) || code;
  if (said === '') return ownFailure('no-details');
  const message = code === '' || said.includes(code) ? said : `${said} (${code})`;
  if (/CONNECT_TIMEOUT|ETIMEDOUT/.test(code)) return { kind: 'connect-timeout', message: said };
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return { kind: 'first-token-timeout', message };
  if (code === 'UND_ERR_BODY_TIMEOUT') return { kind: 'stall', message };
  if (/^Z_|ZLIB|BROTLI/i.test(code)) return ownFailure('damaged-compression', [message], { shouldRetry: false });
  if (code.startsWith('HPE_')) return ownFailure('not-http', [message]);
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL/.test(code)) return { kind: 'connection', message: said, shouldRetry: false };
  if (/ERR_INVALID_URL|ERR_INVALID_ARG|ERR_NOT_SUPPORTED/.test(code)) return { kind: 'bad-request', message: said };
  // A bug of ours has no cause and no code: it is not the network's fault and never will be.
  if (chain.length === 1 && code === '' && (exception instanceof RangeError || isMadeHere(exception))) {
    return ownFailure('unwritable-request', [said]);
  }
  return { kind: 'connection', message };
}

function firstOf(errors: unknown): unknown {
  return Array.isArray(errors) ? errors[0] : undefined;
}

function isMadeHere(exception: unknown): boolean {
  return (
    exception instanceof TypeError &&
    /circular|BigInt|toJSON|invalid header|cannot convert|cannot be constructed|invalid url/i.test(exception.message)
  );
}
