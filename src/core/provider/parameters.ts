/** The parameters that a question may be asked with: of the model, of the conversation, of the question itself. */
import type { StreamRequest } from '../../api.ts';

export type ParameterName = (typeof parameterNames)[number];
export type Parameters = Pick<StreamRequest, ParameterName>;

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
