/** The setting `rivulet.prompts`: slash commands by name. */
import { isFields } from '../provider/reading/json.ts';
import * as is from './fields.ts';
import { readEntries, readTogether, type SettingProblem } from './fields.ts';

/** One entry of `rivulet.prompts`. */
export interface PromptSetting {
  readonly prompt: string;
  readonly description: string;
  /** Empty for the selected model. */
  readonly model: string;
}

const promptFields = { prompt: is.text, description: is.text, model: is.text };

export function readPrompts(value: unknown, problems: SettingProblem[]): Readonly<Record<string, PromptSetting>> {
  return readEntries('prompts', value, problems, (entry, say, name): PromptSetting | undefined => {
    if (/[\s/]/.test(name) || name === '') return say({ type: 'word' });
    if (typeof entry === 'string') return { prompt: entry, description: '', model: '' };
    const read = isFields(entry) ? readTogether(promptFields, entry, say) : say({ type: 'text' });
    if (read === undefined) return undefined;
    const { prompt, description = '', model = '' } = read;
    return prompt === undefined ? say({ type: 'text' }, 'prompt') : { prompt, description, model };
  });
}
