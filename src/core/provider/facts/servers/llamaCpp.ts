/** llama.cpp reports the actual window of its model, per slot, at `/props`. */
import { withQuery } from '../../baseURL.ts';
import { isRecord, recordIn } from '../../reading/json.ts';
import type { FactRoute } from '../factRoute.ts';
import { flagIn, knownFacts, tokensIn } from '../modelFacts.ts';

/** @param only whether the server lists this model and no other; one with several is asked by name */
export function llamaCppRoute(root: string, model: string, only: boolean): FactRoute {
  const route = '/props';
  return {
    route,
    // Asking must not load a model that the user did not choose.
    url: only ? root + route : withQuery(root + route, { model, autoload: 'false' }),
    read: (answer) => {
      if (!isRecord(answer)) return undefined;
      const caps = recordIn(answer, 'chat_template_caps');
      const facts = knownFacts({
        contextWindow: tokensIn(recordIn(answer, 'default_generation_settings')['n_ctx']),
        vision: flagIn(recordIn(answer, 'modalities')['vision']),
        tools: flagIn(caps['supports_tools']) ?? flagIn(caps['supports_tool_calls']),
      });
      // It reports this only for loaded models.
      return facts.contextWindow === undefined ? undefined : [{ model, facts: { ...facts, loaded: true }, route }];
    },
  };
}
