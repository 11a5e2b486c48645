/** All settings as plain values, checked. What cannot be used is a problem; the rest is used. */
import { cleanBaseURL } from '../provider/baseURL.ts';
import type { Trigger } from '../../api.ts';
import type { StreamSettings } from '../answer/liveStream.ts';
import { type Api, apis } from '../provider/provider.ts';
import { triggerProblem } from '../inspect/triggers.ts';
import type { Budget } from '../usage/budget.ts';
import type { Price, Prices } from '../usage/prices.ts';
import { type ModelSettings, readModelSettings } from './modelSettings.ts';
import * as is from './fields.ts';
import { type Expected, type Field, fits, readFields, type SettingProblem } from './fields.ts';

/** One entry of `rivulet.endpoints`. Keys are not here: they live in SecretStorage. */
export interface EndpointSetting {
  readonly id: string;
  readonly name: string;
  /** Without a slash at its end; empty for models of other extensions. */
  readonly baseURL: string;
  readonly models: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly kind: 'openai' | 'vscode';
  readonly continuation: 'auto' | 'prefill' | 'prefix' | 'ask';
  /** The protocol that the server speaks; `auto`: the one that its address is known for, else chat completions. */
  readonly api: 'auto' | Api;
  /** Tokens that its models can read and write together; undefined where it is not known. */
  readonly contextWindow?: number;
  /** The server may keep an answer while it is written; where nothing is said, a server on this machine may. */
  readonly resumable?: boolean;
}

/** One entry of `rivulet.prompts`. */
export interface PromptSetting {
  readonly prompt: string;
  readonly description: string;
  /** Empty for the one that is selected. */
  readonly model: string;
}

/** In the file, in a diff editor in its place, or in one beside it. */
export type ChangesView = 'file' | 'compare' | 'both';

export interface Settings {
  readonly endpoints: readonly EndpointSetting[];
  readonly models: ModelSettings;
  /** `"<endpoint id>/<model>"`. */
  readonly model: string;
  readonly systemPrompt: string;
  /** Instructions in files of the workspace go along. */
  readonly instructions: boolean;
  /** Slash commands by name. */
  readonly prompts: Readonly<Record<string, PromptSetting>>;
  readonly stream: StreamSettings;
  /** Requests at once to one server. */
  readonly maxConnections: number;
  /** Questions and answers may be in the log. */
  readonly logText: boolean;
  /** Where the chat service listens; 0 lets the system choose. */
  readonly servicePort: number;
  readonly statusBarVisible: boolean;
  /** The models that continue an answer of a model that is given up, in order. */
  readonly fallbacks: Readonly<Record<string, readonly string[]>>;
  readonly prices: Prices;
  readonly budget: Budget;
  /** A screen reader reads each paragraph of an answer. */
  readonly readParagraphs: boolean;
  /** What happens to a question that is sent while an answer streams. */
  readonly steering: 'wait' | 'interrupt' | 'aside';
  /** The view where the chat lives. */
  readonly view: 'rivulet.chat' | 'rivulet.chatSecondary';
  /** What happens to text around the code in a code file. */
  readonly prose: 'comment' | 'drop' | 'keep';
  /** Several cursors get the same answer, or one answer each. */
  readonly multiCursor: 'same' | 'each';
  /** Where the changes of an answer are shown. */
  readonly changesView: ChangesView;
  /** Calm mode: at most so many edits a second, of whole lines. */
  readonly calmEdits: number | undefined;
  readonly problems: readonly SettingProblem[];
}

/** @param get the value of `rivulet.<key>`, of any type; undefined where nothing is set */
export function readSettings(get: (key: string) => unknown): Settings {
  const problems: SettingProblem[] = [];
  const one = <T>(setting: string, field: Field<T>, fallback: T): T => {
    const value = get(setting) ?? fallback;
    const read = fits(field, value);
    if (read !== undefined) return read;
    problems.push({ setting, expected: field.expected, instead: 'default' });
    return fallback;
  };
  const number = (setting: string, fallback: number, min: number): number => one(setting, is.number(min), fallback);
  return {
    endpoints: readEndpoints(get('endpoints') ?? [], problems),
    models: readModelSettings(get('models') ?? {}, problems),
    fallbacks: readFallbacks(get('fallbacks') ?? {}, problems),
    model: one('model', is.text, 'demo/tour') || 'demo/tour',
    systemPrompt: one('systemPrompt', is.text, ''),
    instructions: one('instructions', is.flag, false),
    prompts: readPrompts(get('prompts') ?? {}, problems),
    stream: {
      limits: {
        maxCharacters: number('limits.maxCharacters', 0, 0),
        maxTokens: number('limits.maxTokens', 0, 0),
        maxReasoningTokens: number('limits.maxReasoningTokens', 0, 0),
        maxSeconds: number('limits.maxSeconds', 0, 0),
      },
      triggers: readTriggers(get('triggers') ?? [], problems),
      retry: {
        maxAttempts: number('retry.maxAttempts', 3, 1),
        maxWaitSeconds: number('retry.maxWaitSeconds', 60, 0),
        maxResumes: number('resume.maxResumes', 3, 0),
        continueOnLength: one('resume.continueOnLength', is.flag, false),
      },
      timeouts: {
        connectSeconds: number('timeouts.connectSeconds', 5, 0.1),
        firstTokenSeconds: number('timeouts.firstTokenSeconds', 300, 1),
        idleSeconds: number('timeouts.idleSeconds', 60, 1),
      },
      bufferMaxDeltas: number('buffer.maxDeltas', 100, 1),
    },
    maxConnections: number('pool.maxConnections', 6, 1),
    logText: one('log.text', is.flag, false),
    servicePort: number('chatService.port', 7480, 0),
    statusBarVisible: one('statusBar.visible', is.flag, true),
    prices: readPrices(get('prices') ?? {}, problems),
    budget: {
      answerTokens: number('budget.answerTokens', 0, 0),
      dayTokens: number('budget.dayTokens', 0, 0),
      dayCost: number('budget.dayCost', 0, 0),
    },
    readParagraphs: one('readParagraphs', is.flag, false),
    steering: one('steering', is.choice('wait', 'interrupt', 'aside'), 'wait'),
    view: one('location', is.choice('sideBar', 'secondarySideBar'), 'sideBar') === 'sideBar' ? 'rivulet.chat' : 'rivulet.chatSecondary',
    prose: one('insert.prose', is.choice('comment', 'drop', 'keep'), 'comment'),
    multiCursor: one('insert.multiCursor', is.choice('same', 'each'), 'same'),
    changesView: one('changes.view', is.choice('file', 'compare', 'both'), 'file'),
    calmEdits: calmEditsOf(one('insert.calm', is.flagOrNumber(0), false)),
    problems,
  };
}

/** Edits a second of calm mode where no number is set. */
const calmDefault = 2;

function calmEditsOf(calm: boolean | number): number | undefined {
  if (calm === false || calm === 0) return undefined;
  return calm === true ? calmDefault : calm;
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

function readEndpoints(value: unknown, problems: SettingProblem[]): EndpointSetting[] {
  const setting = 'endpoints';
  if (!Array.isArray(value)) {
    problems.push({ setting, expected: { type: 'list' }, instead: 'default' });
    return [];
  }
  const endpoints: EndpointSetting[] = [];
  for (const [index, entry] of value.entries()) {
    if (!isObject(entry)) {
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
    const {
      id = '',
      name = '',
      baseURL = '',
      models = [],
      headers = {},
      kind = 'openai',
      continuation = 'auto',
      api = 'auto',
      contextWindow,
      resumable,
    } = read;
    endpoints.push({
      id,
      name: name === '' ? id : name,
      baseURL: cleanBaseURL(baseURL),
      models,
      headers,
      kind,
      continuation,
      api,
      ...(contextWindow === undefined ? {} : { contextWindow }),
      ...(resumable === undefined ? {} : { resumable }),
    });
  }
  return endpoints;
}

/** The field without which the entry cannot be used. */
function missing(
  { id, kind, baseURL }: is.Read<typeof endpointFields>,
  before: readonly EndpointSetting[],
): readonly [field: string, expected: Expected] | undefined {
  if (id === undefined) return ['id', { type: 'identifier' }];
  if (id === 'demo' || before.some((other) => other.id === id)) return ['id', { type: 'unused' }];
  return kind !== 'vscode' && baseURL === undefined ? ['baseURL', { type: 'address' }] : undefined;
}

function readFallbacks(value: unknown, problems: SettingProblem[]): Readonly<Record<string, readonly string[]>> {
  const setting = 'fallbacks';
  if (!isObject(value)) {
    problems.push({ setting, expected: { type: 'object' }, instead: 'default' });
    return {};
  }
  const fallbacks: Record<string, readonly string[]> = {};
  for (const [model, entry] of Object.entries(value)) {
    const models = fits(is.texts, entry);
    if (models === undefined) problems.push({ setting, entry: model, expected: is.texts.expected, instead: 'nothing' });
    else fallbacks[model] = models.filter((other) => other !== model);
  }
  return fallbacks;
}

const priceFields = { currency: is.currency, in: is.number(0), out: is.number(0), cached: is.number(0) };

function readPrices(value: unknown, problems: SettingProblem[]): Prices {
  const setting = 'prices';
  if (!isObject(value)) {
    problems.push({ setting, expected: { type: 'object' }, instead: 'default' });
    return {};
  }
  const prices: Record<string, Price> = {};
  for (const [model, entry] of Object.entries(value)) {
    const say = (field: string, expected: Expected): void =>
      void problems.push({ setting, entry: model, field, expected, instead: 'nothing' });
    if (!isObject(entry)) {
      problems.push({ setting, entry: model, expected: { type: 'object' }, instead: 'nothing' });
      continue;
    }
    let wrong = false;
    const {
      in: input,
      out,
      cached,
      currency,
    } = readFields(priceFields, entry, (field, expected) => {
      wrong = true;
      say(field, expected);
    });
    if (input !== undefined && out !== undefined) {
      // A price in an unknown currency would be shown in a wrong one.
      const isUsable = !wrong || (cached !== undefined && (currency !== undefined || entry['currency'] === undefined));
      if (isUsable) {
        prices[model] = { in: input, out, ...(cached === undefined ? {} : { cached }), ...(currency === undefined ? {} : { currency }) };
      }
    } else if (!wrong) say(input === undefined ? 'in' : 'out', { type: 'number', min: 0 });
  }
  return prices;
}

const promptFields = { prompt: is.text, description: is.text, model: is.text };

function readPrompts(value: unknown, problems: SettingProblem[]): Settings['prompts'] {
  const setting = 'prompts';
  if (!isObject(value)) {
    problems.push({ setting, expected: { type: 'object' }, instead: 'default' });
    return {};
  }
  const prompts: [name: string, prompt: PromptSetting][] = [];
  for (const [name, entry] of Object.entries(value)) {
    const say = (expected: Expected, field?: string): void =>
      void problems.push({ setting, entry: name, ...(field === undefined ? {} : { field }), expected, instead: 'nothing' });
    if (/[\s/]/.test(name) || name === '') say({ type: 'word' });
    else if (typeof entry === 'string') prompts.push([name, { prompt: entry, description: '', model: '' }]);
    else if (!isObject(entry)) say({ type: 'text' });
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

const triggerFields = {
  name: is.text,
  on: is.choice('text', 'regex', 'fence-open', 'fence-close', 'sentence-end'),
  match: is.text,
};

function readTriggers(value: unknown, problems: SettingProblem[]): Trigger[] {
  const setting = 'triggers';
  if (!Array.isArray(value)) {
    problems.push({ setting, expected: { type: 'list' }, instead: 'default' });
    return [];
  }
  const triggers: Trigger[] = [];
  for (const [index, entry] of value.entries()) {
    const read = readTrigger(entry);
    if ('expected' in read) {
      const named = isObject(entry) && typeof entry['name'] === 'string' && entry['name'] !== '' ? entry['name'] : index + 1;
      problems.push({ setting, entry: named, ...read, instead: 'nothing' });
    } else triggers.push(read);
  }
  return triggers;
}

/** The trigger, or what is wrong with it. */
function readTrigger(entry: unknown): Trigger | Pick<SettingProblem, 'field' | 'expected'> {
  if (!isObject(entry)) return { expected: { type: 'object' } };
  const { action, ...plain } = entry;
  let problem: Pick<SettingProblem, 'field' | 'expected'> | undefined;
  const { name, on, match } = readFields(triggerFields, plain, (field, expected) => (problem ??= { field, expected }));
  if (problem !== undefined) return problem;
  if (name === undefined || name === '') return { field: 'name', expected: { type: 'text' } };
  if (on === undefined) return { field: 'on', expected: triggerFields.on.expected };
  if ((on === 'text' || on === 'regex') && (match === undefined || match === '')) return { field: 'match', expected: { type: 'text' } };
  const checked = actionOf(action);
  if (checked === 'wrong') return { field: 'action', expected: { type: 'choice', choices: ['event', 'stop', '{ "command": … }'] } };
  const trigger = { name, on, ...(match === undefined ? {} : { match }), ...(checked === undefined ? {} : { action: checked }) };
  const detail = triggerProblem(trigger);
  return detail === undefined ? trigger : { field: 'match', expected: { type: 'pattern', detail } };
}

function actionOf(action: unknown): Trigger['action'] | 'wrong' {
  if (action === undefined || action === 'event' || action === 'stop') return action;
  if (!isObject(action) || typeof action['command'] !== 'string') return 'wrong';
  const { command, args } = action;
  if (args !== undefined && !Array.isArray(args)) return 'wrong';
  return { command, ...(args === undefined ? {} : { args: args as unknown[] }) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
