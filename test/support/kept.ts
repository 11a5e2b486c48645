// How much an object keeps alive: the characters and entries that can be reached from it, private fields included. Counted by
// the inspector, so that a test can bound memory without measuring it.
import { type Runtime, Session } from 'node:inspector';

/** Number of elements of a list, map, or set that are examined; all are counted. */
const looked = 3;

/** The size of a list, map, or set, the characters of its strings, and some of its objects. */
const measure = `function () {
  const items = Array.isArray(this) ? this : this instanceof Map ? [...this.keys(), ...this.values()] : [...this];
  const objects = items.filter((item) => typeof item === 'object' && item !== null);
  let count = items.length;
  for (const item of items) if (typeof item === 'string') count += item.length;
  return { count, weight: objects.length / Math.min(objects.length, ${looked}), objects: objects.slice(-${looked}) };
}`;

/** The same number for the same object. */
const identify = `function () {
  const ids = (globalThis.keptIds ??= new WeakMap());
  if (!ids.has(this)) ids.set(this, Math.random());
  return ids.get(this);
}`;

export function kept(root: object): number {
  const session = new Session();
  session.connect();
  const place = `kept ${Math.random()}`;
  (globalThis as Record<string, unknown>)[place] = root;
  const ask = <T>(method: string, params: object): T => {
    let answer: T | undefined;
    // In the same thread, the inspector answers synchronously.
    session.post(method, params, (error, result) => {
      if (error !== null) throw new Error(error.message);
      answer = result as T;
    });
    return answer as T;
  };
  const seen = new Set<unknown>();
  const weigh = (value: Runtime.RemoteObject): number => {
    if (value.type === 'string') return (value.value as string).length;
    if (value.type !== 'object' || value.objectId === undefined) return 0;
    const { subtype, objectId, className } = value;
    if (className === 'TextDecoder' || className === 'RegExp' || subtype === 'typedarray') return 0;
    const id = ask<Runtime.CallFunctionOnReturnType>('Runtime.callFunctionOn', { objectId, functionDeclaration: identify }).result
      .value as unknown;
    if (seen.has(id)) return 0;
    seen.add(id);
    if (subtype === 'array' || subtype === 'map' || subtype === 'set') {
      const { result } = ask<Runtime.CallFunctionOnReturnType>('Runtime.callFunctionOn', { objectId, functionDeclaration: measure });
      const fields = new Map(properties(result).map(({ name, value: one }) => [name, one]));
      const objects = properties(fields.get('objects')!).filter(({ value: one }) => one?.type === 'object');
      const inside = objects.reduce((sum, { value: one }) => sum + weigh(one!), 0);
      return (fields.get('count')!.value as number) + inside * (objects.length === 0 ? 0 : (fields.get('weight')!.value as number));
    }
    return properties(value).reduce((sum, { value: one }) => sum + (one === undefined ? 0 : 1 + weigh(one)), 0);
  };
  const properties = ({ objectId }: Runtime.RemoteObject): readonly Runtime.PropertyDescriptor[] => {
    const told = ask<Runtime.GetPropertiesReturnType & { readonly privateProperties?: Runtime.PropertyDescriptor[] }>(
      'Runtime.getProperties',
      { objectId, ownProperties: true },
    );
    return [...told.result, ...(told.privateProperties ?? [])];
  };
  try {
    const { result } = ask<Runtime.EvaluateReturnType>('Runtime.evaluate', { expression: `globalThis[${JSON.stringify(place)}]` });
    return weigh(result);
  } finally {
    delete (globalThis as Record<string, unknown>)[place];
    session.disconnect();
  }
}
