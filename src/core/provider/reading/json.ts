/** Reads JSON of unknown shape. */

export type JsonFields = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** An object that is no list. */
export function isFields(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && !Array.isArray(value);
}

const noFields: JsonFields = {};
const noRecords: readonly JsonFields[] = [];

/** The object in a field; an empty one if it is missing. */
export function recordIn(fields: JsonFields, name: string): JsonFields {
  const value = fields[name];
  return isFields(value) ? value : noFields;
}

/** The objects of a list; empty if it is missing. */
export function recordsIn(fields: JsonFields, name: string): readonly JsonFields[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter(isRecord) : noRecords;
}

/** The parts of a content; relays send a text, a single part, or texts among the parts. */
export function partsIn(fields: JsonFields, name: string): readonly JsonFields[] {
  const value = fields[name];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part)).filter(isRecord);
}

/** The string in a field; empty if it is missing. */
export function wordIn(fields: JsonFields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

/** JSON text, also where the field holds the object itself; empty if it is missing. */
export function jsonIn(fields: JsonFields, name: string): string {
  const value = fields[name];
  return isRecord(value) ? JSON.stringify(value) : spelled(value);
}

/** A number, which some servers send as text; undefined if it is missing. */
export function numberIn(fields: JsonFields, name: string): number | undefined {
  const value = fields[name];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

const maxDepth = 6;

/** Where the words of an object are, in the order of preference; then in any field whose name ends with `text`. */
const wordFields = ['text', 'content', 'value', 'thinking', 'reasoning', 'summary', 'refusal', 'parts'] as const;

/**
 * All words in a value that should have been a text. A number or truth value is spelled out: some servers send a token such
 * as `6` as what it looks like. Empty where there are none.
 */
export function spelled(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!isRecord(value) || depth >= maxDepth) return '';
  if (Array.isArray(value)) return value.map((item) => spelled(item, depth + 1)).join('');
  for (const field of [...wordFields, ...Object.keys(value).filter((name) => /text$/i.test(name))]) {
    const words = spelled(value[field], depth + 1);
    if (words !== '') return words;
  }
  return '';
}

/** Undefined where the text is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return parsed(text);
  } catch {
    return undefined;
  }
}

/** Arguments of a call that are an object instead of its text. */
export const objectArguments = /"(?:arguments|args|input|parameters|params)"\s*:\s*[{[]/;

/** JSON.parse, but long numbers in the arguments of a call stay as they are written, also for JSON.stringify: they are ids. */
export function parsed(text: string): unknown {
  return /\d{16}/.test(text) && objectArguments.test(text) ? JSON.parse(text, exactly) : JSON.parse(text);
}

/** A reviver, as ECMAScript 2026 defines it. */
export function exactly(_name: string, value: unknown, { source = '' }: { readonly source?: string } = {}): unknown {
  const { rawJSON } = JSON as { readonly rawJSON?: (source: string) => unknown };
  const isRounded = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(source);
  return isRounded && rawJSON !== undefined ? rawJSON(source) : value;
}
