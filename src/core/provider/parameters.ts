/** Merges request parameters: of the model, the conversation, and the question. */
import type { StreamRequest } from '../../api.ts';

export type ParameterName = (typeof parameterNames)[number];
export type Parameters = Pick<StreamRequest, ParameterName>;

export const parameterNames = ['temperature', 'topP', 'stop', 'maxTokens', 'effort', 'verbosity', 'body'] as const;

/** Later layers override earlier ones; fields of `body` are merged individually. */
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
