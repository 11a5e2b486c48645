/** Sets a value by its JSON path, such as `$.tags[0]`, in arguments that come in pieces. */
import { type JsonFields, isRecord, wordIn } from '../reading/json.ts';

/** Maximum depth: deeper than any tool's arguments, shallow enough for the stack. */
const maxDepth = 64;

/** False if the path is invalid: the arguments are then not what the model wrote. */
export function setAt(root: Record<string, unknown>, piece: JsonFields): boolean {
  const path = stepsOf(wordIn(piece, 'jsonPath'));
  const last = path?.pop();
  if (path === undefined || last === undefined) return false;
  let at: unknown = root;
  for (const [depth, step] of path.entries()) {
    if (!takes(at, step)) return false;
    const holder = at as Record<string | number, unknown>;
    if (!Object.hasOwn(holder, step)) holder[step] = typeof (path[depth + 1] ?? last) === 'number' ? [] : Object.create(null);
    at = holder[step];
  }
  if (!takes(at, last)) return false;
  const holder = at as Record<string | number, unknown>;
  const before = Object.hasOwn(holder, last) ? holder[last] : undefined;
  // A text may come in pieces.
  const text = piece['stringValue'];
  if (typeof text === 'string') holder[last] = typeof before === 'string' ? before + text : text;
  else holder[last] = piece['numberValue'] ?? piece['boolValue'] ?? null;
  return true;
}

/** Whether there can be such a step: in a list only to what is there, or to the next place. */
function takes(at: unknown, step: string | number): boolean {
  if (Array.isArray(at)) return typeof step === 'number' && step <= at.length;
  return isRecord(at) && typeof step === 'string';
}

function stepsOf(path: string): (string | number)[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const pattern = /\.([^.[\]]+)|\[(\d{1,9})\]|\['([^']*)'\]|\["([^"]*)"\]/y;
  const steps: (string | number)[] = [];
  for (pattern.lastIndex = 1; pattern.lastIndex < path.length;) {
    const found = pattern.exec(path);
    if (found === null || steps.length === maxDepth) return undefined;
    const [, name, index, single, double] = found;
    steps.push(index === undefined ? (name ?? single ?? double ?? '') : Number(index));
  }
  return steps;
}
