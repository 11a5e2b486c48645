/**
 * Builds objects without undefined fields: `exactOptionalPropertyTypes` distinguishes an undefined field from a missing
 * one.
 */

type Optional<T> = { readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };
type Always<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] };
/** Flattens an intersection, so that compiler messages name the fields. */
type Flat<T> = { [K in keyof T]: T[K] };

export type Present<T> = Flat<Always<T> & Optional<T>>;

export function present<const T extends object>(fields: T): Present<T> {
  // Called for every chunk that brings counts, so it makes no pairs.
  const given: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const value = (fields as Record<string, unknown>)[name];
    if (value !== undefined) given[name] = value;
  }
  return given as Present<T>;
}
