/** Validates a setting entry by entry and field by field: invalid parts become problems, the rest is used. */
import * as v from 'valibot';
import { present } from '../present.ts';
import { isHttp } from '../provider/baseURL.ts';
import { isFields } from '../provider/reading/json.ts';

/** The expected value of a setting. */
export type Expected =
  | { readonly type: 'number' | 'flag-or-number'; readonly min: number }
  | { readonly type: 'choice'; readonly choices: readonly string[] }
  | {
      readonly type:
        | 'boolean'
        | 'text'
        | 'texts'
        | 'text-map'
        | 'list'
        | 'object'
        | 'address'
        | 'currency'
        | 'identifier'
        | 'word'
        | 'unused'
        | 'known';
    }
  /** `detail`: what the regular expression engine says. */
  | { readonly type: 'pattern'; readonly detail: string };

/** A setting or a part of one that cannot be used. */
export interface SettingProblem {
  /** Without `rivulet.`. */
  readonly setting: string;
  /** The entry: its name, or its number counted from 1 if it has none. */
  readonly entry?: string | number;
  readonly field?: string;
  readonly expected: Expected;
  /** Whether the default is used instead, or the whole entry is skipped. */
  readonly instead: 'default' | 'nothing';
}

/** A schema with a description of the expected value. */
export interface Field<T> {
  readonly schema: v.GenericSchema<T, T>;
  readonly expected: Expected;
}

export const text: Field<string> = { schema: v.string(), expected: { type: 'text' } };
export const flag: Field<boolean> = { schema: v.boolean(), expected: { type: 'boolean' } };
export const texts: Field<string[]> = { schema: v.array(v.string()), expected: { type: 'texts' } };
export const record: Field<Record<string, unknown>> = { schema: v.record(v.string(), v.unknown()), expected: { type: 'object' } };
export const textMap: Field<Record<string, string>> = { schema: v.record(v.string(), v.string()), expected: { type: 'text-map' } };
export const address: Field<string> = {
  schema: v.pipe(
    v.string(),
    v.check((value) => isHttp(value)),
  ),
  expected: { type: 'address' },
};
export const currency: Field<string> = { schema: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)), expected: { type: 'currency' } };
export const identifier: Field<string> = { schema: v.pipe(v.string(), v.regex(/^[\w.-]+$/)), expected: { type: 'identifier' } };

export function number(min: number): Field<number> {
  return { schema: v.pipe(v.number(), v.finite(), v.minValue(min)), expected: { type: 'number', min } };
}

export function flagOrNumber(min: number): Field<boolean | number> {
  return { schema: v.union([v.boolean(), number(min).schema]), expected: { type: 'flag-or-number', min } };
}

export function choice<const T extends string>(...choices: readonly T[]): Field<T> {
  return { schema: v.picklist(choices), expected: { type: 'choice', choices } };
}

/** Undefined where the value does not fit. */
export function fits<T>({ schema }: Field<T>, value: unknown): T | undefined {
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : undefined;
}

export type SettingFields = Readonly<Record<string, { readonly schema: v.GenericSchema; readonly expected: Expected }>>;
export type Read<F extends SettingFields> = { readonly [K in keyof F]?: F[K] extends Field<infer T> ? T : never };

/**
 * Returns the valid fields. Calls `problem` for each invalid field and for each unknown name, which would otherwise hide a
 * typing error.
 */
export function readFields<F extends SettingFields>(
  fields: F,
  value: Readonly<Record<string, unknown>>,
  problem: (field: string, expected: Expected) => void,
): Read<F> {
  const read: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(value)) {
    const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (given === undefined || given === null) continue;
    if (known === undefined) {
      problem(name, { type: 'known' });
      continue;
    }
    const output = fits(known, given);
    if (output === undefined) problem(name, known.expected);
    else read[name] = output;
  }
  return read as Read<F>;
}

/** Reports what was expected of an entry, or of one of its fields. */
type Say = (expected: Expected, field?: string, instead?: SettingProblem['instead']) => undefined;

/** Reads fields that can only be used together: undefined if one of them is invalid. */
export function readTogether<F extends SettingFields>(fields: F, value: Readonly<Record<string, unknown>>, say: Say): Read<F> | undefined {
  let isWrong = false;
  const read = readFields(fields, value, (field, expected) => {
    isWrong = true;
    say(expected, field);
  });
  return isWrong ? undefined : read;
}

/**
 * Reads the entries of an object setting.
 * @param read returns the value of an entry, or calls `say` and returns undefined for an entry to skip
 */
export function readEntries<T>(
  setting: string,
  value: unknown,
  problems: SettingProblem[],
  read: (entry: unknown, say: Say, name: string) => T | undefined,
): Readonly<Record<string, T>> {
  if (!isFields(value)) {
    problems.push({ setting, expected: { type: 'object' }, instead: 'default' });
    return {};
  }
  const entries = Object.entries(value).flatMap(([name, entry]) => {
    const say: Say = (expected, field, instead = 'nothing') =>
      void problems.push({ setting, entry: name, ...present({ field }), expected, instead });
    const output = read(entry, say, name);
    return output === undefined ? [] : [[name, output] as const];
  });
  return Object.fromEntries(entries);
}

/** The entries of a list setting; empty, with a problem, if it is not a list. */
export function itemsOf(setting: string, value: unknown, problems: SettingProblem[]): readonly unknown[] {
  if (Array.isArray(value)) return value;
  problems.push({ setting, expected: { type: 'list' }, instead: 'default' });
  return [];
}
