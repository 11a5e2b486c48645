/** Converts another extension's model options to parameters; unknown options are passed through. */
import type { Parameters } from '../../core/provider/parameters.ts';
import { present } from '../../core/present.ts';

type Options = Readonly<Record<string, unknown>>;

/** The names that extensions use, those of OpenAI's API first. */
const names = {
  temperature: ['temperature'],
  topP: ['top_p', 'topP'],
  stop: ['stop', 'stop_sequences', 'stopSequences'],
  maxTokens: ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'maxTokens', 'maxOutputTokens'],
  effort: ['reasoning_effort', 'reasoningEffort', 'effort'],
  verbosity: ['verbosity'],
} as const;

/** An option with a value of another kind goes to the server as it is, which may know it. */
export function parametersIn(options: Options): Parameters {
  const body: Record<string, unknown> = { ...options };
  const take = <T>(of: readonly string[], fits: (value: unknown) => value is T): T | undefined => {
    for (const name of of) {
      const value = body[name];
      if (!fits(value)) continue;
      delete body[name];
      return value;
    }
    return undefined;
  };
  const temperature = take(names.temperature, isNumber);
  const topP = take(names.topP, isNumber);
  const stop = take(names.stop, isStop);
  const maxTokens = take(names.maxTokens, isNumber);
  const effort = take(names.effort, isText);
  const verbosity = take(names.verbosity, isText);
  return {
    ...present({ temperature, topP }),
    ...(stop === undefined ? {} : { stop: typeof stop === 'string' ? [stop] : stop }),
    ...present({ maxTokens, effort, verbosity }),
    ...(Object.keys(body).length === 0 ? {} : { body }),
  };
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isStop = (value: unknown): value is string | readonly string[] =>
  typeof value === 'string' || (Array.isArray(value) && value.every((text) => typeof text === 'string'));
