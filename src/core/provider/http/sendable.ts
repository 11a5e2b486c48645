/** Detects what cannot be sent before sending, without the secret in the message. */
import { isHttp } from '../baseURL.ts';
import type { Failure } from '../failures/failure.ts';
import { ownFailure } from '../failures/ownFailures.ts';
import type { SecretSource } from '../failures/secrets.ts';

/** The runtime sets these headers itself and rejects requests that set them. */
const reserved = ['connection', 'content-length', 'expect', 'keep-alive', 'transfer-encoding', 'upgrade'];
/** RFC 9110, 5.6.2. */
const headerName = /^[!#$%&'*+.^`|~\w-]+$/;

/** Why this key cannot be sent, or undefined. */
export function unsendableKey(apiKey: string): Failure | undefined {
  const bad = first(apiKey, /[^\x21-\x7e]/u);
  return bad === undefined ? undefined : ownFailure('key-unsendable', bad);
}

/** Why no request can be made to this endpoint, or undefined. */
export function unsendable({ baseURL = '', apiKey, headers = {} }: SecretSource): Failure | undefined {
  if (!isHttp(baseURL)) return ownFailure('address-invalid');
  const { username, password } = new URL(baseURL);
  if (username !== '' || password !== '') return ownFailure('address-with-password');
  const badKey = apiKey === undefined ? undefined : unsendableKey(apiKey);
  if (badKey !== undefined) return badKey;
  for (const [name, value] of Object.entries(headers)) {
    if (!headerName.test(name)) return ownFailure('header-name-unsendable', [name]);
    if (reserved.includes(name.toLowerCase())) return ownFailure('header-reserved', [name]);
    const bad = first(value, /[^\t\x20-\x7e\x80-\xff]/u);
    if (bad !== undefined) return ownFailure('header-value-unsendable', [name, ...bad]);
  }
  return undefined;
}

/** The first such character, by its code point, and its place from 1 on. */
function first(text: string, bad: RegExp): readonly [character: string, place: number] | undefined {
  const match = bad.exec(text);
  if (match === null) return undefined;
  const code = match[0].codePointAt(0) ?? 0;
  return [`U+${code.toString(16).toUpperCase().padStart(4, '0')}`, match.index + 1];
}
