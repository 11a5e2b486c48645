/**
 * Handles request fields that Rivulet does not know. A server of the same protocol gets them unchanged. For another
 * protocol, the answer format is translated, harmless fields are dropped and reported, and the rest is refused.
 */
import type { Protocol } from '../../../core/provider/protocol.ts';
import { protocols } from '../../../core/provider/protocols.ts';
import type { AnswerFormat, Api, ChatRequest } from '../../../core/provider/provider.ts';
import { type JsonFields, isFields } from '../../../core/provider/reading/json.ts';
import type { Target } from './serviceApi.ts';
import { RequestError } from '../requestError.ts';

/** Fields that label, route or cache a request, or save the server some reading. */
const harmless = new Set([
  'betas',
  'cache_control',
  'client_metadata',
  'context_management',
  'include',
  'metadata',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'safety_identifier',
  'service_tier',
  'store',
  'truncation',
  'user',
]);

export interface Extras {
  readonly body?: JsonFields;
  readonly ignored: readonly string[];
}

/** @param formatField the field of `rest` that may hold an answer format */
export function extrasFor(rest: JsonFields, api: Api, target: Target | undefined, formatField: string): Extras {
  const names = Object.keys(rest);
  if (names.length === 0) return { ignored: [] };
  // An unknown model fails later, with its own error.
  if (target === undefined || target.api === api) return { body: rest, ignored: [] };
  const protocol = protocolOf(target);
  const format = formatIn(rest[formatField]);
  const body = format === undefined ? undefined : protocol?.answerFormat?.(format);
  const ignored = names.filter((name) => harmless.has(name));
  const refused = names.find((name) => (name === formatField ? body === undefined : !harmless.has(name)));
  if (refused !== undefined) {
    const spoken = protocol?.label ?? "VS Code's model API";
    throw new RequestError(`"${refused.slice(0, 100)}" cannot be passed on: the server of this model speaks ${spoken}. Leave it out.`);
  }
  return { ...(body === undefined ? {} : { body }), ignored };
}

/** Names of fields that Rivulet knows and the server's protocol does not. */
export function unsupported({ parallelTools }: Partial<ChatRequest>, target: Target | undefined): readonly string[] {
  const isKnown = target === undefined || protocolOf(target)?.limitsTools === true;
  return isKnown || parallelTools === undefined ? [] : ['parallel_tool_calls'];
}

/** The protocol of the server; undefined for VS Code's models, which have none. */
const protocolOf = ({ api }: Target): Protocol | undefined => (api === 'vscode' ? undefined : protocols[api]);

/** Reads `{type, json_schema: {…}}` or the flat form; undefined for anything else. */
function formatIn(value: unknown): AnswerFormat | undefined {
  if (!isFields(value)) return undefined;
  if (value['type'] === 'json_object') return { type: 'json_object' };
  const inner = isFields(value['json_schema']) ? value['json_schema'] : value;
  const { name = 'answer', schema, strict } = inner;
  if (value['type'] !== 'json_schema' || typeof name !== 'string' || !isFields(schema)) return undefined;
  return { type: 'json_schema', name, schema, ...(typeof strict === 'boolean' ? { strict } : {}) };
}
