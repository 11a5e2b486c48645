/** The arguments of commands, which come from menus, key bindings and other extensions. */

/** The fields of an object; none where it is no object. */
export function fieldsOf(argument: unknown): Readonly<Record<string, unknown>> {
  return typeof argument === 'object' && argument !== null ? (argument as Readonly<Record<string, unknown>>) : {};
}

export function textOr<T>(value: unknown, otherwise: T): string | T {
  return typeof value === 'string' ? value : otherwise;
}
