/** What the requests of all APIs share: fields with the same names, and the conversion to a request of Rivulet. */
import { setImmediate } from 'node:timers/promises';
import * as v from 'valibot';
import type { Tool } from '../../../api.ts';
import { present } from '../../../core/present.ts';
import type { JsonFields } from '../../../core/provider/reading/json.ts';
import { RequestError } from '../requestError.ts';
import type { ParsedRequest, ServiceApi, ServiceRequest, Target } from './serviceApi.ts';
import { type Extras, unsupported } from './extras.ts';
import type { IgnoredFields } from './parts.ts';
import { checked, flagField, maybe, modelField, modelOf, numberField, schemaField, textField } from './schema.ts';

/** Fields that say how the answer is delivered. */
export const modeFields = { model: maybe(modelField), stream: maybe(flagField), background: maybe(flagField), store: maybe(flagField) };
export const samplingFields = { temperature: maybe(numberField), top_p: maybe(numberField) };

export const toolName = v.pipe(v.string(), v.nonEmpty());
export const functionFields = { name: toolName, description: maybe(textField), parameters: maybe(schemaField) };
export const toolNames = ['type', ...Object.keys(functionFields)];

type Read<Fields extends v.ObjectEntries> = Partial<v.InferOutput<v.ObjectSchema<Fields, undefined>>>;
type Mode = Read<typeof modeFields>;

/**
 * Each step has a turn of the event loop to itself: a body may hold tens of thousands of messages or tools.
 * @param whole the error if the body is not an object
 */
export function reader<T extends Mode>(
  schema: v.GenericSchema<unknown, T>,
  whole: string,
  parse: (read: T, target: Target | undefined) => ParsedRequest,
): ServiceApi['read'] {
  return async (body, targetOf) => {
    await setImmediate();
    const read = checked(schema, body, whole);
    const target = await targetOf(modelOf(read.model).model);
    await setImmediate();
    const parsed = parse(read, target);
    await setImmediate();
    return parsed;
  };
}

/** @param own fields that each API spells in its own way */
export function parsedRequest(
  read: Mode & Read<typeof samplingFields>,
  target: Target | undefined,
  ignored: IgnoredFields,
  extras: Extras,
  own: Omit<ServiceRequest, 'model' | 'temperature' | 'topP' | 'body'>,
  dialect: ParsedRequest['dialect'],
): ParsedRequest {
  const sampling = present({ temperature: read.temperature, topP: read.top_p, body: extras.body });
  return {
    request: { ...modelOf(read.model), ...own, ...sampling },
    detached: read.background === true,
    kept: read.store !== false,
    stream: read.stream === true,
    ignored: [...ignored.names, ...extras.ignored, ...unsupported(own, target)],
    dialect,
  };
}

/** @throws RequestError if one of these fields has a value: the client would wait for something that never comes */
export function refuseFields(fields: JsonFields, names: readonly string[], remedy = 'leave it out'): void {
  const asked = names.find((name) => {
    const value = fields[name];
    // `"modalities": ["text"]` asks for what the service does anyway.
    return value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.every((one) => one === 'text'));
  });
  if (asked !== undefined) throw new RequestError(`"${asked}" is not offered by this service; ${remedy}.`);
}

export function toolOf({ name, description, parameters }: Read<typeof functionFields> & { readonly name: string }): Tool {
  return present({ name, description, parameters });
}
