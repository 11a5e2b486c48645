/**
 * Facts in a model list of OpenAI's shape. The shape has none; servers and gateways add their own fields. Each field is
 * read by name, whichever server sends it.
 */
import { isRecord, type JsonFields, recordIn, recordsIn, wordIn } from '../../reading/json.ts';
import { dayIn, flagIn, knownFacts, type ModelFacts, priceIn, tokensIn, type ToldFacts } from '../modelFacts.ts';

export function openaiListFacts(list: unknown): readonly ToldFacts[] {
  if (!isRecord(list)) return [];
  return recordsIn(list, 'data').flatMap((entry) => {
    const model = wordIn(entry, 'id');
    const facts = factsOfEntry(entry);
    return model === '' || Object.keys(facts).length === 0 ? [] : [{ model, facts, route: '/models' }];
  });
}

function factsOfEntry(entry: JsonFields): ModelFacts {
  const top = recordIn(entry, 'top_provider');
  const capabilities = recordIn(entry, 'capabilities');
  const parameters = Array.isArray(entry['supported_parameters']) ? (entry['supported_parameters'] as unknown[]) : undefined;
  return knownFacts({
    contextWindow: windowOfEntry(entry, top),
    // LiteLLM, and gateways that copy it.
    maxInput: tokensIn(entry['max_input_tokens']),
    maxOutput: tokensIn(top['max_completion_tokens']) ?? tokensIn(entry['max_completion_tokens']) ?? tokensIn(entry['max_output_tokens']),
    // llama.cpp.
    trainedWindow: tokensIn(recordIn(entry, 'meta')['n_ctx_train']),
    vision: readsPictures(entry, capabilities),
    tools: flagIn(capabilities['function_calling']) ?? flagIn(entry['supports_tools']) ?? parameters?.includes('tools'),
    thinking: flagIn(capabilities['reasoning']) ?? parameters?.includes('reasoning'),
    price: priceOfEntry(recordIn(entry, 'pricing')),
    retires: dayIn(entry['shutdown_date']) ?? dayIn(entry['expiration_date']) ?? dayIn(entry['deprecation']),
    // llama.cpp with several models.
    loaded: loadedOf(recordIn(entry, 'status')),
  });
}

/** vLLM and SGLang, Groq, Mistral, OpenRouter; of two numbers the smaller one holds, whatever serves the request. */
function windowOfEntry(entry: JsonFields, top: JsonFields): number | undefined {
  const names = ['max_model_len', 'context_window', 'max_context_length', 'context_length'];
  const told = [...names.map((name) => entry[name]), top['context_length']].map(tokensIn).filter((value) => value !== undefined);
  return told.length === 0 ? undefined : Math.min(...told);
}

function readsPictures(entry: JsonFields, capabilities: JsonFields): boolean | undefined {
  const inputs = recordIn(entry, 'architecture')['input_modalities'] ?? entry['input_modalities'];
  if (Array.isArray(inputs)) return inputs.includes('image');
  return flagIn(capabilities['vision']) ?? flagIn(entry['supports_image_input']) ?? flagIn(entry['supports_vision']);
}

/** OpenRouter's: texts, US dollars per token. */
function priceOfEntry(pricing: JsonFields): ModelFacts['price'] {
  return priceIn({
    in: pricing['prompt'],
    out: pricing['completion'],
    cached: pricing['input_cache_read'],
    cacheWrite: pricing['input_cache_write'],
  });
}

function loadedOf(status: JsonFields): boolean | undefined {
  return typeof status['value'] === 'string' ? status['value'] === 'loaded' : undefined;
}
