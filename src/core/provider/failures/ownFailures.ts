/** The failure type, and Rivulet's own failures: a code with values, and one English sentence each. */
import type { ErrorKind } from '../../../api.ts';

/** An external failure as a value. */
export interface Failure {
  readonly kind: ErrorKind;
  readonly message: string;
  /** Set where the sentence is Rivulet's: `message` is its English form, filled with `values`. */
  readonly code?: string;
  readonly values?: readonly (string | number)[];
  /** HTTP status, or the status-like code that a server sent inside its stream. */
  readonly status?: number;
  /** The model's context window in tokens, if the server names it when rejecting a long prompt. */
  readonly contextWindow?: number;
  /** The wait requested by the server, in ms. */
  readonly retryAfterMs?: number;
  /** The response was a web page, so there may be no API. */
  readonly fromPage?: true;
  /** The server's own word (`x-should-retry`), which beats the table in retryPolicy.ts. */
  readonly shouldRetry?: boolean;
}

interface OwnFailure {
  readonly kind: ErrorKind;
  /** `{0}`, `{1}` … stand for the values. */
  readonly sentence: string;
  /** What the user can change. The sentence is then complete and does not quote the server. */
  readonly mend?: 'key' | 'endpoints' | 'api' | 'proxy' | 'regenerate';
  /** Whether asking again may help although the person can change something. */
  readonly retried?: true;
}

export const ownFailures = {
  'key-unsendable': {
    kind: 'auth',
    sentence: 'The API key contains a character that cannot be sent ({0} at position {1}). Copy the key again and enter it.',
    mend: 'key',
  },
  'header-name-unsendable': {
    kind: 'bad-request',
    sentence: '"{0}" in the headers of rivulet.endpoints is not a valid header name.',
    mend: 'endpoints',
  },
  'header-value-unsendable': {
    kind: 'bad-request',
    sentence: 'The header "{0}" in rivulet.endpoints contains a character that cannot be sent ({1} at position {2}).',
    mend: 'endpoints',
  },
  'header-reserved': {
    kind: 'bad-request',
    sentence: 'The header "{0}" in rivulet.endpoints is set by the connection and cannot be changed.',
    mend: 'endpoints',
  },
  'address-invalid': {
    kind: 'bad-request',
    sentence: 'The baseURL of this endpoint is not an address that begins with http:// or https://.',
    mend: 'endpoints',
  },
  'wrong-api': {
    kind: 'bad-request',
    sentence: 'This server does not speak the API "{0}", which rivulet.endpoints names for it. It speaks "{1}".',
    mend: 'api',
  },
  'other-api': {
    kind: 'bad-request',
    sentence: 'The server answered in the API "{1}" and not in "{0}". Rivulet uses "{1}" from now on.',
    mend: 'regenerate',
  },
  'address-with-password': {
    kind: 'bad-request',
    sentence:
      'The baseURL of this endpoint contains a user name or password, which cannot be sent this way. Use an "Authorization" header.',
    mend: 'endpoints',
  },
  'unknown-model': { kind: 'not-found', sentence: 'rivulet.endpoints has no model "{0}".' },
  'no-such-path': {
    kind: 'not-found',
    sentence: 'The server has no API at this address ({0}). Check the baseURL. Most end in /v1.',
    mend: 'endpoints',
  },
  redirect: { kind: 'bad-request', sentence: 'The server redirects ({0}) to {1}. Set that address as baseURL.', mend: 'endpoints' },
  blocked: {
    kind: 'bad-request',
    sentence: 'A firewall blocked the request ({0}). Adding a "User-Agent" header to the endpoint may help.',
    mend: 'endpoints',
  },
  'no-such-host': {
    kind: 'connection',
    sentence: 'There is no server named {0}. Check the baseURL, the network, and the proxy (http.proxy).',
    mend: 'endpoints',
    retried: true,
  },
  'nothing-listens': {
    kind: 'connection',
    sentence: 'Nothing is running at {0}. Start the server, or check the baseURL.',
    mend: 'endpoints',
    retried: true,
  },
  'proxy-unreachable': {
    kind: 'connection',
    sentence: 'The proxy {0} cannot be reached. Check the setting http.proxy and the HTTPS_PROXY variable.',
    mend: 'proxy',
    retried: true,
  },
  'proxy-refused': {
    kind: 'bad-request',
    sentence: 'A proxy refused the connection ({0}). Check the setting http.proxy and its user name and password.',
    mend: 'proxy',
  },
  'unwritable-request': { kind: 'bad-request', sentence: 'The request could not be sent ({0}).' },
  'damaged-compression': {
    kind: 'malformed',
    sentence: 'The answer could not be decompressed: it does not match its content-encoding ({0}).',
  },
  'not-http': { kind: 'malformed', sentence: 'The server at this address does not use HTTP ({0}).', mend: 'endpoints' },
  'models-page': {
    kind: 'malformed',
    sentence: 'The server sent a web page instead of a list of models ({0}). Check the baseURL. Most end in /v1.',
    mend: 'endpoints',
  },
  'no-models': { kind: 'malformed', sentence: 'The server did not return a list of models: {0}' },
  'text-differs': {
    kind: 'malformed',
    sentence: 'The server repeated the answer with different text.',
    mend: 'regenerate',
  },
  'rejoin-differs': {
    kind: 'malformed',
    sentence: 'After the interruption the server continued with a different answer: {0}',
    mend: 'regenerate',
  },
  'rejoin-gap': {
    kind: 'malformed',
    sentence: 'After the interruption the server left out part of the answer.',
    mend: 'regenerate',
  },
  'rejoin-lost': { kind: 'not-found', sentence: 'The server no longer has the answer that was interrupted.', mend: 'regenerate' },
  'rejoin-lost-because': {
    kind: 'not-found',
    sentence: 'The server no longer has the answer that was interrupted ({0}).',
    mend: 'regenerate',
  },
  'sending-uncertain': {
    kind: 'connection',
    sentence:
      'The connection failed before the server confirmed the request ({0}). It was not sent again, ' +
      'because the server may be answering it already. If you try again, both answers may be charged.',
    mend: 'regenerate',
  },
  'stop-unconfirmed': {
    kind: 'connection',
    sentence: 'The server did not confirm the stop. It may still be writing the answer and charging for it.',
    mend: 'regenerate',
  },
  'models-too-long': { kind: 'malformed', sentence: 'The list of models is larger than {0} MB and was rejected.' },
  'web-page': {
    kind: 'malformed',
    sentence: 'The server sent a web page instead of an answer ({0}). Check the baseURL. Most end in /v1.',
    mend: 'endpoints',
  },
  'not-an-answer': {
    kind: 'malformed',
    sentence: 'The server sent something other than an answer stream ({0}). Check the baseURL. Most end in /v1.',
    mend: 'endpoints',
  },
  unreadable: {
    kind: 'malformed',
    sentence: 'The server sent data that cannot be read. What follows it was ignored: {0}',
    mend: 'regenerate',
  },
  'event-too-long': {
    kind: 'malformed',
    sentence: 'The server sent an event of more than {0} MB, which was rejected.',
    mend: 'regenerate',
  },
  'tool-without-name': { kind: 'malformed', sentence: 'The model sent arguments for a tool without a name.', mend: 'regenerate' },
  'tool-arguments': {
    kind: 'malformed',
    sentence: 'The model called the tool "{0}" with arguments that are not a complete JSON object.',
    mend: 'regenerate',
  },
  'tools-missing': {
    kind: 'malformed',
    sentence: 'The server announced tool calls but sent none.',
    mend: 'regenerate',
  },
  'only-unshown': { kind: 'empty', sentence: 'The answer contains only {0}, which cannot be shown here.', mend: 'regenerate' },
  'ended-with-error': { kind: 'server', sentence: 'The server ended the answer with "{0}".' },
  'unknown-end': { kind: 'server', sentence: 'The server ended the answer with "{0}", which has no known meaning.', mend: 'regenerate' },
  'broke-off': { kind: 'connection', sentence: 'The server interrupted the answer ("{0}").' },
  'http-status': { kind: 'server', sentence: 'HTTP {0}' },
  'no-message': { kind: 'server', sentence: 'The server reported an error without a message.' },
  'no-connection': { kind: 'connect-timeout', sentence: 'No connection within {0} s.' },
  'no-first-token': { kind: 'first-token-timeout', sentence: 'No first token within {0} s.' },
  'silent-stream': { kind: 'stall', sentence: 'The stream has been silent for {0} s or more.' },
  'slept-through': { kind: 'connection', sentence: 'The connection did not survive while the computer slept.' },
  'cut-off': { kind: 'connection', sentence: 'The stream ended before the answer was complete.' },
  'empty-answer': { kind: 'empty', sentence: 'The model sent an empty answer.' },
  'no-text': { kind: 'empty', sentence: 'The server accepted the question and sent no text.' },
  'wait-too-long': {
    kind: 'quota',
    sentence: 'The server asks to wait {1}, longer than rivulet.retry.maxWaitSeconds allows: {0}',
    mend: 'regenerate',
  },
  'no-details': { kind: 'connection', sentence: 'The connection failed.' },
} as const satisfies Readonly<Record<string, OwnFailure>>;

export type FailureCode = keyof typeof ownFailures;

export function ownFailureOf(code: string | undefined): OwnFailure | undefined {
  return code !== undefined && Object.hasOwn(ownFailures, code) ? ownFailures[code as FailureCode] : undefined;
}

/** @param over what is known beside the code; a kind other than that of the table, for instance */
export function ownFailure(code: FailureCode, values: readonly (string | number)[] = [], over: Partial<Failure> = {}): Failure {
  const own: OwnFailure = ownFailures[code];
  return {
    kind: own.kind,
    message: filled(own.sentence, values),
    code,
    ...(values.length === 0 ? {} : { values }),
    ...(own.mend === undefined || own.retried ? {} : { shouldRetry: false }),
    ...over,
  };
}

function filled(sentence: string, values: readonly (string | number)[]): string {
  return sentence.replace(/\{(\d)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}
