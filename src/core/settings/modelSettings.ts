/** The setting `rivulet.models`: facts that a server does not tell or tells wrongly, and the parameters of a model. */
import type { Parameters } from '../provider/parameters.ts';
import type { ModelFacts } from '../provider/facts/modelFacts.ts';
import * as is from './fields.ts';
import { readFields, type SettingProblem } from './fields.ts';

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
  const setting = 'models';
  if (!isObject(value)) {
    problems.push({ setting, expected: { type: 'object' }, instead: 'default' });
    return {};
  }
  const models: Record<string, ModelSetting> = {};
  for (const [model, entry] of Object.entries(value)) {
    if (isObject(entry)) {
      models[model] = readFields(fields, entry, (field, expected) =>
        problems.push({ setting, entry: model, field, expected, instead: 'default' }),
      );
    } else problems.push({ setting, entry: model, expected: { type: 'object' }, instead: 'nothing' });
  }
  return models;
}

/** What holds for the model at this endpoint wins over what holds for it everywhere. */
export function modelSettingOf(models: ModelSettings, id: string): ModelSetting {
  const of = (key: string): ModelSetting | undefined => (Object.hasOwn(models, key) ? models[key] : undefined);
  return { ...of(id.slice(id.indexOf('/') + 1)), ...of(id) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
