/** JSON of which nothing is known yet: looking into it without trusting it. */

export type JsonFields = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

const noFields: JsonFields = {};
const noRecords: readonly JsonFields[] = [];

/** An empty one where there is none. */
export function recordIn(fields: JsonFields, name: string): JsonFields {
  const value = fields[name];
  return isRecord(value) && !Array.isArray(value) ? value : noFields;
}

/** The objects of a list; empty where there is none. */
export function recordsIn(fields: JsonFields, name: string): readonly JsonFields[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter(isRecord) : noRecords;
}

/** The empty string where there is none. */
export function wordIn(fields: JsonFields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

/** JSON text: as it is, or that of an object in its place; the empty string where there is none. */
export function jsonIn(fields: JsonFields, name: string): string {
  const value = fields[name];
  return isRecord(value) ? JSON.stringify(value) : spelled(value);
}

export function numberIn(fields: JsonFields, name: string): number | undefined {
  const value = fields[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A text, or a number or truth value as its text: some servers send a token such as `6` as what it looks like. */
export function spelled(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** Undefined where the text is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
