/** What went wrong outside, as a value: HTTP answers, errors inside a stream and exceptions become one `Failure`. */
import type { ErrorKind } from '../../api.ts';

export interface Failure {
  readonly kind: ErrorKind;
  readonly message: string;
  /** HTTP status, or the status-like code that a server sent inside its stream. */
  readonly status?: number;
  /** How long the server asked to wait. */
  readonly retryAfterMs?: number;
  /** The server's own word (`x-should-retry`), which beats the table in policy.ts. */
  readonly shouldRetry?: boolean;
}

/** Longest part of a server's own words that is shown. */
const maxMessageCharacters = 300;

/** An HTTP answer other than 2xx. `body` is the parsed JSON or the text. */
export function fromStatus(status: number, headers: Headers, body: unknown, wallMs: number): Failure {
  const words = serverWords(body);
  const retryAfterMs = parseRetryAfter(headers, wallMs);
  const should = headers.get('x-should-retry');
  return {
    kind: kindOfStatus(status, words),
    message: status >= 300 && status < 400 ? redirectMessage(status, headers) : words.message || `HTTP ${status}`,
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(should === 'true' || should === 'false' ? { shouldRetry: should === 'true' } : {}),
  };
}

/** An error object that a server sent inside a 200: `{message, code?, type?}`, or a bare string. */
export function fromErrorObject(error: unknown): Failure {
  const words = serverWords(error);
  const status = Number(words.code);
  const known = Number.isInteger(status) && status >= 400 && status < 600;
  return {
    kind: kindOfWords(words) ?? (known ? kindOfStatus(status, words) : 'server'),
    message: words.message || 'The server reported an error without a message.',
    ...(known ? { status } : {}),
  };
}

/** An exception of fetch or of a body read. Certificate problems are told apart, since waiting does not mend them. */
export function fromException(exception: unknown): Failure {
  const chain: { message?: unknown; code?: unknown }[] = [];
  for (let error = exception; isRecord(error) && chain.length < 6; error = error['cause']) chain.push(error);
  const code = chain.map((error) => String(error.code ?? '')).find((word) => word !== '') ?? '';
  const innermost = chain.at(-1);
  const message = clip(String(innermost?.message ?? exception)) || code || 'The connection failed.';
  if (/CONNECT_TIMEOUT|ETIMEDOUT/.test(code)) return { kind: 'connect-timeout', message };
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL/.test(code)) {
    return { kind: 'connection', message, shouldRetry: false };
  }
  if (/ERR_INVALID_URL/.test(code)) return { kind: 'bad-request', message };
  return { kind: 'connection', message: code === '' || message.includes(code) ? message : `${message} (${code})` };
}

/**
 * How long the server asks to wait, in ms: `retry-after-ms`, then `retry-after` in seconds or as an HTTP date
 * (RFC 9110, 10.2.3). Undefined when absent, negative or unreadable.
 */
export function parseRetryAfter(headers: Headers, wallMs: number): number | undefined {
  const ms = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const value = headers.get('retry-after')?.trim();
  if (value === undefined || value === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : undefined;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallMs);
}

interface ServerWords {
  readonly message: string;
  readonly code: string;
  readonly type: string;
}

function serverWords(body: unknown): ServerWords {
  if (typeof body === 'string') return { message: clip(textOfPage(body)), code: '', type: '' };
  if (Array.isArray(body)) return serverWords(body[0]);
  if (!isRecord(body)) return { message: '', code: '', type: '' };
  const inner = body['error'];
  if (isRecord(inner) || (typeof inner === 'string' && body['message'] === undefined)) return serverWords(inner);
  const message = body['message'] ?? body['detail'];
  return {
    message: clip(typeof message === 'string' ? message : message === undefined ? '' : JSON.stringify(message)),
    code: scalar(body['code']),
    type: scalar(body['type']),
  };
}

/** The words beat the status: relays send 400 for a rate limit and 429 for a quota that no wait mends. */
function kindOfWords({ message, code, type }: ServerWords): ErrorKind | undefined {
  // VS Code's word for a model of another extension that may not be asked; no status stands for it.
  if (code === 'NoPermissions') return 'auth';
  const what = `${code} ${type} ${message}`.toLowerCase();
  if (/context[ _](length|size|window)|context_size|maximum context/.test(what)) return 'context-length';
  if (/insufficient_quota|exceeded your current quota|insufficient balance|billing_hard_limit/.test(what)) return 'quota';
  if (/\b429\b|rate.?limit|too many requests/.test(what)) return 'rate-limit';
  return undefined;
}

function kindOfStatus(status: number, words: ServerWords): ErrorKind {
  const said = kindOfWords(words);
  if (said !== undefined && (status === 400 || status === 413 || status === 422 || status === 429)) return said;
  switch (status) {
    case 401:
    case 403:
      return 'auth';
    case 402:
      return 'quota';
    case 404:
    case 410:
      return 'not-found';
    case 429:
      return 'rate-limit';
    case 408:
    case 409:
    case 425:
      return 'server';
    default:
      return status >= 500 ? 'server' : 'bad-request';
  }
}

function redirectMessage(status: number, headers: Headers): string {
  const target = headers.get('location');
  return `The server redirects (${status})${target === null ? '' : ` to ${clip(target)}`}; set that address as baseURL.`;
}

/** The readable part of an error page: its title, else its text. */
function textOfPage(page: string): string {
  if (!/^\s*</.test(page)) return page.trim();
  const title = /<title[^>]*>([^<]*)/i.exec(page)?.[1]?.trim();
  return title !== undefined && title !== ''
    ? title
    : page
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim();
}

function scalar(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function clip(text: string): string {
  return text.length > maxMessageCharacters ? `${text.slice(0, maxMessageCharacters)}…` : text;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
