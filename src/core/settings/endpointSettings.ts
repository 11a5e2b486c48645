/** The setting `rivulet.endpoints`. */
import { cleanBaseURL } from '../provider/baseURL.ts';
import { type Api, apis } from '../provider/provider.ts';
import { isFields } from '../provider/reading/json.ts';
import * as is from './fields.ts';
import { type Expected, fits, itemsOf, readFields, type SettingProblem } from './fields.ts';

/** One entry of `rivulet.endpoints`. API keys are stored in SecretStorage, not here. */
export interface EndpointSetting {
  readonly id: string;
  readonly name: string;
  /** Without a trailing slash; empty for models of other extensions. */
  readonly baseURL: string;
  readonly models: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly kind: 'openai' | 'vscode';
  readonly continuation: 'auto' | 'prefill' | 'prefix' | 'ask';
  /** The server's protocol; `auto`: the one known for its address, otherwise chat completions. */
  readonly api: 'auto' | Api;
  /** Context window of its models in tokens; undefined if unknown. */
  readonly contextWindow?: number;
  /** Whether the server may store answers while it writes them; by default, only servers on this machine may. */
  readonly resumable?: boolean;
}

const endpointFields = {
  id: is.identifier,
  name: is.text,
  baseURL: is.address,
  models: is.texts,
  headers: is.textMap,
  kind: is.choice('openai', 'vscode'),
  continuation: is.choice('auto', 'prefill', 'prefix', 'ask'),
  api: is.choice('auto', ...apis),
  contextWindow: is.number(1),
  resumable: is.flag,
};

const unset = { models: [], headers: {}, kind: 'openai', continuation: 'auto', api: 'auto' } as const;

export function readEndpoints(value: unknown, problems: SettingProblem[]): EndpointSetting[] {
  const setting = 'endpoints';
  const endpoints: EndpointSetting[] = [];
  for (const [index, entry] of itemsOf(setting, value, problems).entries()) {
    if (!isFields(entry)) {
      problems.push({ setting, entry: index + 1, expected: { type: 'object' }, instead: 'nothing' });
      continue;
    }
    const named = fits(is.identifier, entry['id']) ?? index + 1;
    const say = (field: string, expected: Expected, instead: SettingProblem['instead']): void =>
      void problems.push({ setting, entry: named, field, expected, instead });
    const wrong: (readonly [field: string, expected: Expected])[] = [];
    const read = readFields(endpointFields, entry, (field, expected) => wrong.push([field, expected]));
    const lacks = missing(read, endpoints);
    if (lacks !== undefined) {
      say(lacks[0], lacks[1], 'nothing');
      continue;
    }
    for (const [field, expected] of wrong) say(field, expected, 'default');
    const { id = '', name = '', baseURL = '' } = read;
    endpoints.push({ ...unset, ...read, id, name: name === '' ? id : name, baseURL: cleanBaseURL(baseURL) });
  }
  return endpoints;
}

/** The missing or invalid field that makes the entry unusable. */
function missing(
  { id, kind, baseURL }: is.Read<typeof endpointFields>,
  before: readonly EndpointSetting[],
): readonly [field: string, expected: Expected] | undefined {
  if (id === undefined) return ['id', { type: 'identifier' }];
  if (id === 'demo' || before.some((other) => other.id === id)) return ['id', { type: 'unused' }];
  return kind !== 'vscode' && baseURL === undefined ? ['baseURL', { type: 'address' }] : undefined;
}
