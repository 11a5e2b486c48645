/**
 * Carries sealed reasoning through a client. A client of the server's own protocol gets it unchanged; any other gets an
 * envelope, in the field that its API returns unread.
 */
import { sealed } from '../../../core/provider/opaque.ts';
import type { Api } from '../../../core/provider/provider.ts';
import { type JsonFields, isFields, jsonOf } from '../../../core/provider/reading/json.ts';
import type { Target } from './serviceApi.ts';

const mark = 'rivulet.';

/** The value given by a server of this protocol; undefined for another. */
export function rawOf(opaque: unknown, api: Api): JsonFields | undefined {
  if (!isFields(opaque) || typeof opaque['origin'] !== 'string' || !opaque['origin'].startsWith(`${api}:`)) return undefined;
  return isFields(opaque['value']) ? opaque['value'] : undefined;
}

export function toEnvelope(opaque: unknown): string {
  return mark + Buffer.from(JSON.stringify(opaque)).toString('base64url');
}

/** The content of the envelope; undefined if the text is not one. */
export function fromEnvelope(text: unknown): unknown {
  if (typeof text !== 'string' || !text.startsWith(mark)) return undefined;
  const opaque = jsonOf(Buffer.from(text.slice(mark.length), 'base64url').toString());
  return isFields(opaque) && typeof opaque['origin'] === 'string' ? opaque : undefined;
}

/** The value returned by a client of the server's own protocol; undefined if the server speaks another. */
export function sealedFor(value: JsonFields, api: Api, target: Target | undefined): unknown {
  return target?.api === api ? sealed(value, target.origin) : undefined;
}
