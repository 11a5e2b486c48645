/** The setting `rivulet.prompts`: slash commands by name. */
import { isFields } from '../provider/reading/json.ts';
import * as is from './fields.ts';
import { entriesOf, type Expected, readFields, type SettingProblem } from './fields.ts';

/** One entry of `rivulet.prompts`. */
export interface PromptSetting {
  readonly prompt: string;
  readonly description: string;
  /** Empty for the selected model. */
  readonly model: string;
}

const promptFields = { prompt: is.text, description: is.text, model: is.text };

export function readPrompts(value: unknown, problems: SettingProblem[]): Readonly<Record<string, PromptSetting>> {
  const setting = 'prompts';
  const prompts: [name: string, prompt: PromptSetting][] = [];
  for (const [name, entry] of entriesOf(setting, value, problems)) {
    const say = (expected: Expected, field?: string): void =>
      void problems.push({ setting, entry: name, ...(field === undefined ? {} : { field }), expected, instead: 'nothing' });
    if (/[\s/]/.test(name) || name === '') say({ type: 'word' });
    else if (typeof entry === 'string') prompts.push([name, { prompt: entry, description: '', model: '' }]);
    else if (!isFields(entry)) say({ type: 'text' });
    else {
      let wrong = false;
      const { prompt, description, model } = readFields(promptFields, entry, (field, expected) => {
        wrong = true;
        say(expected, field);
      });
      if (prompt === undefined && !wrong) say({ type: 'text' }, 'prompt');
      else if (prompt !== undefined && !wrong) prompts.push([name, { prompt, description: description ?? '', model: model ?? '' }]);
    }
  }
  return Object.fromEntries(prompts);
}
