/** The arguments of commands, checked by schema: they come from menus, key bindings and other extensions. */
import * as v from 'valibot';
import * as vscode from 'vscode';

export const aText = v.string();
export const aNumber = v.number();
export const aUri = { ...v.custom<vscode.Uri>((value) => value instanceof vscode.Uri), expects: 'Uri' };
export const oneOf = v.picklist;
export const listOf = v.array;

/**
 * Undefined if nothing was given.
 * @throws an error whose message names the field that does not fit
 */
export function argument<T>(given: unknown, schema: v.GenericSchema<unknown, T>): T | undefined {
  if (given === undefined || given === null) return undefined;
  const read = v.safeParse(schema, given);
  if (read.success) return read.output;
  const { t } = vscode.l10n;
  const [issue] = read.issues;
  const field = v.getDotPath(issue);
  const expected = issue.expected ?? schema.expects;
  throw new Error(
    field === null ? t('The argument must be of type {0}.', expected) : t('"{0}" in the argument must be of type {1}.', field, expected),
  );
}

/**
 * The fields of an object, all optional. A menu passes what it was opened on, such as a Uri or a list of them, which has no
 * options.
 * @throws an error whose message names the field that does not fit
 */
export function options<E extends v.ObjectEntries>(given: unknown, entries: E): Partial<v.InferOutput<v.ObjectSchema<E, undefined>>> {
  const isOfMenu = typeof given === 'object' && given !== null && !isPlain(given);
  const fields = Object.fromEntries(Object.entries(entries).map(([name, schema]) => [name, v.optional(schema)]));
  return isOfMenu ? {} : ((argument(given, v.object(fields)) ?? {}) as Partial<v.InferOutput<v.ObjectSchema<E, undefined>>>);
}

function isPlain(given: object): boolean {
  const kind: unknown = Object.getPrototypeOf(given);
  return kind === Object.prototype || kind === null;
}
