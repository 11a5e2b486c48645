/** The facts in Anthropic's list of models. */
import { isRecord, type JsonFields, recordIn, recordsIn, wordIn } from '../reading/json.ts';
import { dayIn, flagIn, knownFacts, tokensIn, type ToldFacts } from '../facts/modelFacts.ts';

/** Least first. */
const levels = ['low', 'medium', 'high', 'xhigh', 'max'];

/** Undefined if the list comes from another server that speaks Messages. */
export function anthropicFacts(page: unknown): readonly ToldFacts[] | undefined {
  const entries = isRecord(page) ? recordsIn(page, 'data') : [];
  if (!entries.every((entry) => entry['type'] === 'model')) return undefined;
  return entries.flatMap((entry): ToldFacts[] => {
    const model = wordIn(entry, 'id');
    const capabilities = recordIn(entry, 'capabilities');
    const facts = knownFacts({
      contextWindow: tokensIn(entry['max_input_tokens']),
      maxOutput: tokensIn(entry['max_tokens']),
      vision: isSupported(capabilities, 'image_input'),
      thinking: isSupported(capabilities, 'thinking'),
      efforts: effortsIn(capabilities),
      lifecycle: wordIn(entry, 'lifecycle') || undefined,
      retires: dayIn(entry['retires_at']),
    });
    return model === '' || Object.keys(facts).length === 0 ? [] : [{ model, facts, route: '/v1/models' }];
  });
}

function isSupported(fields: JsonFields, name: string): boolean | undefined {
  return flagIn(recordIn(fields, name)['supported']);
}

function effortsIn(capabilities: JsonFields): readonly string[] | undefined {
  const effort = recordIn(capabilities, 'effort');
  const thinking = recordIn(capabilities, 'thinking');
  const types = recordIn(thinking, 'types');
  const off = isSupported(types, 'disabled') === true && isSupported(capabilities, 'thinking') === true ? ['none'] : [];
  const named = levels.filter((level) => isSupported(effort, level) === true);
  if (named.length > 0) return [...off, ...named];
  // Models without levels take a token budget; Rivulet has one for each level.
  return isSupported(types, 'enabled') === true ? [...off, 'low', 'medium', 'high'] : undefined;
}
