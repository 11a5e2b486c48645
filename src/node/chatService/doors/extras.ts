/**
 * Handles request fields that Rivulet does not know. A server of the same protocol gets them unchanged. For another
 * protocol, the answer format is translated, harmless fields are dropped and reported, and the rest is refused.
 */
import type { Api, ChatRequest } from '../../../core/provider/provider.ts';
import { type JsonFields, isFields } from '../../../core/provider/reading/json.ts';
import type { Target } from './door.ts';
import { Mistake } from './schema.ts';

const protocols: Readonly<Record<Target['api'], string>> = {
  chat: 'chat completions',
  responses: 'Responses',
  messages: 'Messages',
  gemini: "Gemini's API",
  ollama: "Ollama's API",
  vscode: "VS Code's model API",
};

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

/** The required format of the answer. */
export type AnswerFormat =
  | { readonly type: 'json_object' }
  | { readonly type: 'json_schema'; readonly name: string; readonly schema: JsonFields; readonly strict?: boolean };

export interface Extras {
  readonly body?: JsonFields;
  readonly ignored: readonly string[];
}

/** @param format the answer format found in `rest`, and the field that holds it */
export function extrasFor(
  rest: JsonFields,
  door: Api,
  target: Target | undefined,
  format: { readonly field: string; readonly value: AnswerFormat } | undefined,
): Extras {
  const names = Object.keys(rest);
  if (names.length === 0) return { ignored: [] };
  // An unknown model fails later, with its own error.
  if (target === undefined || target.api === door) return { body: rest, ignored: [] };
  const ignored: string[] = [];
  let body: JsonFields | undefined;
  for (const name of names) {
    if (name === format?.field) body = formatFor(target.api, format.value);
    else if (harmless.has(name)) ignored.push(name);
    if (name === format?.field ? body === undefined : !harmless.has(name)) {
      throw new Mistake(
        `"${name.slice(0, 100)}" cannot be passed on: the server of this model speaks ${protocols[target.api]}. Leave it out.`,
      );
    }
  }
  return { ...(body === undefined ? {} : { body }), ignored };
}

/** Names of fields that Rivulet knows and the server's protocol does not. */
export function unsupported({ parallelTools }: Partial<ChatRequest>, target: Target | undefined): readonly string[] {
  const none = target?.api === 'gemini' || target?.api === 'ollama' || target?.api === 'vscode';
  return none && parallelTools !== undefined ? ['parallel_tool_calls'] : [];
}

function formatFor(api: Target['api'], format: AnswerFormat): JsonFields | undefined {
  switch (api) {
    case 'chat':
      if (format.type === 'json_object') return { response_format: format };
      return { response_format: { type: 'json_schema', json_schema: withoutType(format) } };
    case 'responses':
      return { text: { format } };
    case 'messages':
      return format.type === 'json_object' ? undefined : { output_config: { format: { type: 'json_schema', schema: format.schema } } };
    case 'ollama':
      return { format: format.type === 'json_object' ? 'json' : format.schema };
    case 'gemini':
    case 'vscode':
      return undefined;
    default:
      return api satisfies never;
  }
}

function withoutType({ name, schema, strict }: AnswerFormat & { type: 'json_schema' }): JsonFields {
  return { name, schema, ...(strict === undefined ? {} : { strict }) };
}

/** Reads `{type, json_schema: {…}}` or the flat form; undefined for anything else. */
export function formatIn(value: unknown): AnswerFormat | undefined {
  if (!isFields(value)) return undefined;
  if (value['type'] === 'json_object') return { type: 'json_object' };
  const inner = isFields(value['json_schema']) ? value['json_schema'] : value;
  const { name = 'answer', schema, strict } = inner;
  if (value['type'] !== 'json_schema' || typeof name !== 'string' || !isFields(schema)) return undefined;
  return { type: 'json_schema', name, schema, ...(typeof strict === 'boolean' ? { strict } : {}) };
}
