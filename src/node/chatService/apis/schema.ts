/** Validates a request body. The first problem becomes a sentence that names the field. */
import * as v from 'valibot';
import { type JsonFields, isFields } from '../../../core/provider/reading/json.ts';
import { RequestError } from '../requestError.ts';

/** Maximum length of a path repeated to the client, which may have chosen its names. */
const maxPlaceCharacters = 200;

/** @param whole the error if the body is not an object */
export function checked<T>(schema: v.GenericSchema<unknown, T>, body: unknown, whole: string): T {
  if (!isFields(body)) throw new RequestError(whole);
  const read = v.safeParse(schema, body, {
    abortEarly: true,
    message: ({ input }) => (input === undefined ? 'is missing' : 'does not fit'),
  });
  if (read.success) return read.output;
  const [issue] = read.issues;
  const keys = (issue.path ?? []).map(({ key }) => key);
  // For an item of an unknown type, the sentence names the item.
  throw new RequestError(`${named(placeOf(issue.type === 'variant' ? keys.slice(0, -1) : keys))} ${issue.message}.`);
}

/**
 * Replaces the messages of a nested schema by one message for the whole.
 * @param outline what that message describes; a value that fits it keeps the message of the schema
 */
export function shaped<T>(schema: v.GenericSchema<unknown, T>, message: string, outline?: v.GenericSchema): v.GenericSchema<unknown, T> {
  return v.pipe(
    v.unknown(),
    v.rawTransform(({ dataset, addIssue, NEVER }): T => {
      const read = v.safeParse(schema, dataset.value, { abortEarly: true });
      if (read.success) return read.output;
      const [{ message: inside, path }] = read.issues;
      addIssue(outline !== undefined && path !== undefined && v.is(outline, dataset.value) ? { message: inside, path } : { message });
      return NEVER;
    }),
  );
}

/** `messages[0].content` */
export function placeOf(path: readonly unknown[]): string {
  const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return place.replace(/^\./, '').slice(0, maxPlaceCharacters);
}

/** Top-level fields are quoted. */
export function named(place: string): string {
  return /[[.]/.test(place) ? place : `"${place}"`;
}

/** `null` counts as a missing field. */
export const maybe = <const S extends v.GenericSchema>(schema: S) =>
  v.pipe(
    v.nullish(schema),
    v.transform((value) => value ?? undefined),
  );
export const textField = v.string('must be a text');
export const flagField = v.boolean('must be true or false');
export const numberField = v.pipe(v.number('must be a number'), v.finite('must be a finite number'));
export const countField = v.custom<number>(
  (value) => Number.isSafeInteger(value) && Number(value) > 0,
  'must be a whole number greater than 0',
);
export const objectField = v.custom<JsonFields>(isFields, 'must be an object');
export const schemaField = v.custom<JsonFields>(isFields, 'must be a JSON schema, which is an object');
export const modelField = v.string('must be a text, such as "demo/tour"; GET /v1/models lists them');

export function textOrList<Item>(item: v.GenericSchema<unknown, Item>, message: string): v.GenericSchema<unknown, string | Item[]> {
  return v.lazy((value): v.GenericSchema<unknown, string | Item[]> => (typeof value === 'string' ? v.string() : v.array(item, message)));
}

/** Some clients require a model; `default` means the one selected in VS Code. */
export function modelOf(name: string | undefined): { readonly model?: string } {
  return name === undefined || name === '' || name === 'default' ? {} : { model: name };
}

/** Drops fields without a value. */
export function given(rest: JsonFields): JsonFields {
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined && value !== null));
}
