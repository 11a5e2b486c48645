/** The settings `rivulet.models` (facts that a server omits or states wrongly, and parameters) and `rivulet.fallbacks`. */
import { partsOfId } from '../models/modelId.ts';
import type { Parameters } from '../provider/parameters.ts';
import type { ModelFacts } from '../provider/facts/modelFacts.ts';
import { isFields } from '../provider/reading/json.ts';
import * as is from './fields.ts';
import { fits, readEntries, readFields, type SettingProblem } from './fields.ts';

export type ModelSetting = Pick<ModelFacts, 'contextWindow' | 'maxOutput' | 'vision' | 'tools' | 'efforts'> & Parameters;
/** By `"<endpoint id>/<model>"`, or by the model's own name for all endpoints. */
export type ModelSettings = Readonly<Record<string, ModelSetting>>;

const fields = {
  contextWindow: is.number(1),
  maxOutput: is.number(1),
  vision: is.flag,
  tools: is.flag,
  efforts: is.texts,
  temperature: is.number(0),
  topP: is.number(0),
  stop: is.texts,
  maxTokens: is.number(1),
  effort: is.text,
  verbosity: is.text,
  body: is.record,
};

export function readModelSettings(value: unknown, problems: SettingProblem[]): ModelSettings {
  return readEntries('models', value, problems, (entry, say): ModelSetting | undefined =>
    isFields(entry) ? readFields(fields, entry, (field, expected) => say(expected, field, 'default')) : say({ type: 'object' }),
  );
}

/** Settings for the model at this endpoint override those for the model everywhere. */
export function modelSettingOf(models: ModelSettings, id: string): ModelSetting {
  const of = (key: string): ModelSetting | undefined => (Object.hasOwn(models, key) ? models[key] : undefined);
  return { ...of(partsOfId(id).model), ...of(id) };
}

/** The setting `rivulet.fallbacks`: the models that continue an answer when its own model fails, in order. */
export function readFallbacks(value: unknown, problems: SettingProblem[]): Readonly<Record<string, readonly string[]>> {
  return readEntries('fallbacks', value, problems, (entry, say, model) => {
    const models = fits(is.texts, entry) ?? say(is.texts.expected);
    return models?.filter((other) => other !== model);
  });
}
