/** Finds parameters without effect: the protocol lacks them, or the model rejects them. */
import { type ParameterName, parameterNames } from './parameters.ts';
import type { ChatRequest } from './provider.ts';

/** Uses one short question: parameters do not depend on the conversation. */
const sample: ChatRequest['messages'] = [{ role: 'user', content: '?' }];

/**
 * @param bodyOf what is sent for a request, without what the model has refused
 * @param byClient parameters that take effect here and not at the server
 */
export function leftOut(
  request: ChatRequest,
  bodyOf: (request: ChatRequest) => object,
  byClient: readonly ParameterName[],
): readonly ParameterName[] {
  const asked = parameterNames.filter((name) => request[name] !== undefined && !byClient.includes(name));
  if (asked.length === 0) return [];
  const small = { ...request, messages: sample };
  const whole = JSON.stringify(bodyOf(small));
  return asked.filter((name) => {
    const { [name]: _, ...without } = small;
    return JSON.stringify(bodyOf(without)) === whole;
  });
}
