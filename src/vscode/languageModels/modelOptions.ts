/** Converts another extension's model options to parameters; unknown options are passed through. */
import type { Parameters } from '../../core/provider/parameters.ts';
import { present } from '../../core/present.ts';

type Options = Readonly<Record<string, unknown>>;

/**
 * Extensions spell the names in several ways; OpenAI's spelling wins. An option with a value of another type is passed
 * through, because the server may know it.
 */
export function parametersIn(options: Options): Parameters {
  const body: Record<string, unknown> = { ...options };
  const take = <T>(fits: (value: unknown) => value is T, ...names: readonly string[]): T | undefined => {
    for (const name of names) {
      const value = body[name];
      if (!fits(value)) continue;
      delete body[name];
      return value;
    }
    return undefined;
  };
  const stop = take(isStop, 'stop', 'stop_sequences', 'stopSequences');
  return present({
    temperature: take(isNumber, 'temperature'),
    topP: take(isNumber, 'top_p', 'topP'),
    stop: typeof stop === 'string' ? [stop] : stop,
    maxTokens: take(isNumber, 'max_tokens', 'max_completion_tokens', 'max_output_tokens', 'maxTokens', 'maxOutputTokens'),
    effort: take(isText, 'reasoning_effort', 'reasoningEffort', 'effort'),
    verbosity: take(isText, 'verbosity'),
    // Evaluated last, when all known options are taken.
    body: Object.keys(body).length === 0 ? undefined : body,
  });
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isStop = (value: unknown): value is string | readonly string[] =>
  typeof value === 'string' || (Array.isArray(value) && value.every((text) => typeof text === 'string'));
