/** The parameters that a question may be asked with: of the model, of the conversation, of the question itself. */
import type { StreamRequest } from '../../api.ts';

export type Parameters = Pick<StreamRequest, (typeof parameterNames)[number]>;

export const parameterNames = ['temperature', 'topP', 'stop', 'maxTokens', 'effort', 'verbosity', 'body'] as const;

/** What a later layer names wins; the fields of `body` are merged one by one. */
export function mergeParameters(...layers: readonly (Parameters | undefined)[]): Parameters {
  const merged: Record<string, unknown> = {};
  for (const layer of layers) {
    for (const name of parameterNames) {
      const value = layer?.[name];
      if (value === undefined) continue;
      merged[name] = name === 'body' ? { ...(merged['body'] as object | undefined), ...(value as object) } : value;
    }
  }
  return merged;
}

/** The parameters among other fields. */
export function parametersOf(fields: Parameters): Parameters {
  return mergeParameters(fields);
}

/** Those parameters that differ from what the model is asked with anyway, each as a name and a value for people. */
export function differences(asked: Parameters, usual: Parameters): readonly (readonly [name: string, value: string])[] {
  return parameterNames.flatMap((name): (readonly [string, string])[] => {
    const value = asked[name];
    if (value === undefined || JSON.stringify(value) === JSON.stringify(usual[name])) return [];
    return [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
  });
}
