/** LiteLLM reports facts and prices of its models at `/model/info`, if the key allows it. */
import { isRecord, type JsonFields, recordIn, recordsIn, wordIn } from '../../reading/json.ts';
import type { FactRoute } from '../factRoute.ts';
import { flagIn, knownFacts, type ModelFacts, priceIn, tokensIn, type ToldFacts } from '../modelFacts.ts';

export function litellmRoute(root: string): FactRoute {
  const route = '/model/info';
  return {
    url: root + route,
    route,
    read: (answer) => {
      const deployments = new Map<string, ModelFacts[]>();
      for (const entry of isRecord(answer) ? recordsIn(answer, 'data') : []) {
        const model = wordIn(entry, 'model_name');
        if (model === '') continue;
        const known = deployments.get(model);
        const facts = factsOf(recordIn(entry, 'model_info'));
        if (known === undefined) deployments.set(model, [facts]);
        else known.push(facts);
      }
      if (deployments.size === 0) return undefined;
      return [...deployments].map(([model, facts]): ToldFacts => ({ model, facts: facts.reduce(common), route }));
    },
  };
}

function factsOf(info: JsonFields): ModelFacts {
  const price = priceIn({
    in: info['input_cost_per_token'],
    out: info['output_cost_per_token'],
    cached: info['cache_read_input_token_cost'] ?? undefined,
    cacheWrite: info['cache_creation_input_token_cost'] ?? undefined,
  });
  return knownFacts({
    maxInput: tokensIn(info['max_input_tokens']),
    maxOutput: tokensIn(info['max_output_tokens']),
    vision: flagIn(info['supports_vision']),
    tools: flagIn(info['supports_function_calling']),
    thinking: flagIn(info['supports_reasoning']),
    // It reports zero for models missing from its price list.
    price: price !== undefined && (price.in > 0 || price.out > 0) ? price : undefined,
  });
}

/** Facts shared by all deployments of a model. */
function common(one: ModelFacts, other: ModelFacts): ModelFacts {
  const least = (a: number | undefined, b: number | undefined): number | undefined =>
    a === undefined || b === undefined ? undefined : Math.min(a, b);
  const both = (a: boolean | undefined, b: boolean | undefined): boolean | undefined =>
    a === b ? a : a === false || b === false ? false : undefined;
  return knownFacts({
    maxInput: least(one.maxInput, other.maxInput),
    maxOutput: least(one.maxOutput, other.maxOutput),
    vision: both(one.vision, other.vision),
    tools: both(one.tools, other.tools),
    thinking: both(one.thinking, other.thinking),
    price: JSON.stringify(one.price) === JSON.stringify(other.price) ? one.price : undefined,
  });
}
