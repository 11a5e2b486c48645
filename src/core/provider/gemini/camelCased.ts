/** The names of protocol buffers in the form of JSON: servers may send either. */
import { isRecord, type JsonFields } from '../reading/json.ts';

/** Names inside these are those of the model or of a tool. */
const foreign: ReadonlySet<string> = new Set(['args', 'arguments', 'parameters', 'input']);

/** Deeper than the protocol nests. */
const maxDepth = 8;

/** The same object where no name has to be changed. */
export function camelCased(fields: JsonFields, depth = 0): JsonFields {
  const entries = Object.entries(fields).map(
    ([name, value]) => [camel(name), foreign.has(name) || depth > maxDepth ? value : inside(value, depth + 1)] as const,
  );
  return entries.every(([name, value]) => fields[name] === value) ? fields : Object.fromEntries(entries);
}

function inside(value: unknown, depth: number): unknown {
  if (!Array.isArray(value)) return isRecord(value) ? camelCased(value, depth) : value;
  const items = value.map((item) => inside(item, depth));
  return items.every((item, at) => item === value[at]) ? value : items;
}

const camel = (name: string): string =>
  name.includes('_') ? name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) : name;
