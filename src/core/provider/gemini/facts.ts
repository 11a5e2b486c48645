/** The facts in Gemini's list of models. */
import { isRecord, recordsIn, wordIn } from '../reading/json.ts';
import { flagIn, knownFacts, tokensIn, type ToldFacts } from '../facts/modelFacts.ts';

export function geminiFacts(page: unknown): readonly ToldFacts[] {
  return (isRecord(page) ? recordsIn(page, 'models') : []).flatMap((entry): ToldFacts[] => {
    const model = wordIn(entry, 'name').replace(/^models\//, '');
    const thinking = flagIn(entry['thinking']);
    const facts = knownFacts({
      maxInput: tokensIn(entry['inputTokenLimit']),
      maxOutput: tokensIn(entry['outputTokenLimit']),
      thinking,
      efforts: thinking === true ? ['minimal', 'low', 'medium', 'high'] : undefined,
    });
    return model === '' || Object.keys(facts).length === 0 ? [] : [{ model, facts, route: '/v1beta/models' }];
  });
}
