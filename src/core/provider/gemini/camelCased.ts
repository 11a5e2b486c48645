/** The names of protocol buffers in the form of JSON: servers may send either. */
import { isRecord, type JsonFields } from '../reading/json.ts';

/** Names inside these fields belong to the model or a tool. */
const foreign: ReadonlySet<string> = new Set(['args', 'arguments', 'parameters', 'input']);
/** Deeper than the protocol nests. */
const maxDepth = 8;

/** Returns the same object if no name has to be changed. */
export function camelCased(fields: JsonFields): JsonFields {
  return hasUnderscore(fields, 0) ? (changed(fields, 0) as JsonFields) : fields;
}

/** On the hot path. */
function hasUnderscore(value: Readonly<Record<string, unknown>>, depth: number): boolean {
  for (const name in value) {
    if (name.includes('_')) return true;
    const inner = value[name];
    if (typeof inner === 'object' && inner !== null && depth < maxDepth && !foreign.has(name)) {
      if (hasUnderscore(inner as JsonFields, depth + 1)) return true;
    }
  }
  return false;
}

function changed(value: unknown, depth: number): unknown {
  if (!isRecord(value) || depth > maxDepth) return value;
  if (Array.isArray(value)) return value.map((item) => changed(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [camel(name), foreign.has(name) ? inner : changed(inner, depth + 1)]),
  );
}

const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
