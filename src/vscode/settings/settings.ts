/** All settings as plain values: the only file that reads the configuration. What is wrong becomes a sentence. */
import * as vscode from 'vscode';
import type { Limits, Trigger } from '../../api.ts';
import type { StreamSettings } from '../../core/answer/liveStream.ts';
import type { Budget } from '../../core/usage/budget.ts';
import type { Price, Prices } from '../../core/usage/prices.ts';
import { triggerProblem } from '../../core/inspect/triggers.ts';

/** One entry of `rivulet.endpoints`, checked. Keys are not here: they live in SecretStorage. */
export interface EndpointSetting {
  readonly id: string;
  readonly name: string;
  readonly baseURL: string;
  readonly models: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly kind: 'openai' | 'vscode' | 'demo';
  readonly continuation: 'auto' | 'prefill' | 'prefix' | 'ask';
  /** Tokens that its models can read and write together; undefined where nobody has said. */
  readonly contextWindow?: number;
}

export interface Settings {
  readonly endpoints: readonly EndpointSetting[];
  /** `"<endpoint id>/<model>"`. */
  readonly model: string;
  readonly systemPrompt: string;
  readonly stream: StreamSettings;
  readonly maxConnections: number;
  /** Questions and answers may be in the log. */
  readonly logText: boolean;
  /** Where the chat service listens; 0 lets the system choose. */
  readonly servicePort: number;
  readonly statusBarVisible: boolean;
  readonly prices: Prices;
  readonly budget: Budget;
  /** Where the chat lives. */
  readonly view: 'rivulet.chat' | 'rivulet.chatSecondary';
  /** What becomes of talk around the code in a code file. */
  readonly prose: 'comment' | 'drop' | 'keep';
  /** Several cursors get the same answer, or an answer of their own each. */
  readonly multiCursor: 'same' | 'each';
  /** One sentence for each setting that cannot be used as it is; the default takes its place. */
  readonly problems: readonly string[];
}

export function readSettings(): Settings {
  const config = vscode.workspace.getConfiguration('rivulet');
  const problems: string[] = [];
  const number = (key: string, fallback: number, min: number): number => {
    const value = config.get<unknown>(key, fallback);
    if (typeof value === 'number' && value >= min) return value;
    problems.push(vscode.l10n.t('The setting rivulet.{0} must be a number of at least {1}; {2} is used.', key, min, fallback));
    return fallback;
  };
  const limits: Limits = {
    maxCharacters: number('limits.maxCharacters', 0, 0),
    maxTokens: number('limits.maxTokens', 0, 0),
    maxSeconds: number('limits.maxSeconds', 0, 0),
  };
  return {
    endpoints: readEndpoints(config.get<unknown>('endpoints', []), problems),
    model: text(config.get<unknown>('model'), 'demo/tour'),
    systemPrompt: text(config.get<unknown>('systemPrompt'), ''),
    stream: {
      limits,
      triggers: readTriggers(config.get<unknown>('triggers', []), problems),
      retry: {
        maxAttempts: number('retry.maxAttempts', 3, 1),
        maxWaitSeconds: number('retry.maxWaitSeconds', 60, 0),
        maxResumes: number('resume.maxResumes', 3, 0),
        continueOnLength: config.get<unknown>('resume.continueOnLength') === true,
      },
      timeouts: {
        connectSeconds: number('timeouts.connectSeconds', 5, 0.1),
        firstTokenSeconds: number('timeouts.firstTokenSeconds', 300, 1),
        idleSeconds: number('timeouts.idleSeconds', 60, 1),
      },
      bufferMaxDeltas: number('buffer.maxDeltas', 100, 1),
    },
    maxConnections: number('pool.maxConnections', 6, 1),
    logText: config.get<unknown>('log.text') === true,
    servicePort: number('chatService.port', 7480, 0),
    statusBarVisible: config.get<unknown>('statusBar.visible') !== false,
    prices: readPrices(config.get<unknown>('prices', {}), problems),
    budget: {
      answerTokens: number('budget.answerTokens', 0, 0),
      dayTokens: number('budget.dayTokens', 0, 0),
      dayCost: number('budget.dayCost', 0, 0),
    },
    view: config.get<unknown>('location') === 'secondarySideBar' ? 'rivulet.chatSecondary' : 'rivulet.chat',
    prose: oneOf(config.get<unknown>('insert.prose'), ['comment', 'drop', 'keep']),
    multiCursor: oneOf(config.get<unknown>('insert.multiCursor'), ['same', 'each']),
    problems,
  };
}

/** The value if it is one of the allowed ones, else the first of them. */
function oneOf<const T extends string>(value: unknown, allowed: readonly [T, ...T[]]): T {
  return allowed.find((option) => option === value) ?? allowed[0];
}

function readEndpoints(value: unknown, problems: string[]): EndpointSetting[] {
  if (!Array.isArray(value)) {
    problems.push(vscode.l10n.t('The setting rivulet.endpoints must be a list of objects with "id" and "baseURL".'));
    return [];
  }
  const endpoints: EndpointSetting[] = [];
  for (const [index, entry] of value.entries()) {
    const read = readEndpoint(entry, endpoints);
    if (typeof read !== 'string') endpoints.push(read);
    else problems.push(vscode.l10n.t('Entry {0} of the setting rivulet.endpoints is left out: {1}', index + 1, read));
  }
  return endpoints;
}

/** The checked entry, or what is wrong with it. */
function readEndpoint(entry: unknown, before: readonly EndpointSetting[]): EndpointSetting | string {
  if (typeof entry !== 'object' || entry === null) return vscode.l10n.t('it must be an object with "id" and "baseURL".');
  const { id, name, baseURL, models, headers, kind = 'openai', continuation = 'auto', contextWindow } = entry as Record<string, unknown>;
  if (typeof id !== 'string' || !/^[\w.-]+$/.test(id)) {
    return vscode.l10n.t('"id" must be a word of letters, digits, dots and hyphens.');
  }
  if (id === 'demo') return vscode.l10n.t('the id "demo" belongs to the built-in demo; choose another.');
  if (before.some((other) => other.id === id)) return vscode.l10n.t('the id "{0}" is used twice.', id);
  if (kind !== 'openai' && kind !== 'vscode' && kind !== 'demo') return vscode.l10n.t('"kind" must be "openai", "vscode" or "demo".');
  if (kind === 'openai' && !isHttp(baseURL)) {
    return vscode.l10n.t('"baseURL" of "{0}" must be an address that begins with http:// or https://.', id);
  }
  if (continuation !== 'auto' && continuation !== 'prefill' && continuation !== 'prefix' && continuation !== 'ask') {
    return vscode.l10n.t('"continuation" must be "auto", "prefill", "prefix" or "ask".');
  }
  if (models !== undefined && !isTextList(models)) return vscode.l10n.t('"models" must be a list of model names.');
  if (headers !== undefined && !isTextMap(headers)) return vscode.l10n.t('"headers" must be an object of texts.');
  if (contextWindow !== undefined && !(typeof contextWindow === 'number' && contextWindow >= 1)) {
    return vscode.l10n.t('"contextWindow" must be a number of tokens.');
  }
  return {
    id,
    name: text(name, id),
    baseURL: typeof baseURL === 'string' ? baseURL.replace(/\/+$/, '') : '',
    models: models ?? [],
    headers: headers ?? {},
    kind,
    continuation,
    ...(contextWindow === undefined ? {} : { contextWindow }),
  };
}

function readPrices(value: unknown, problems: string[]): Prices {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push(vscode.l10n.t('The setting rivulet.prices must be an object of models and their prices.'));
    return {};
  }
  const prices: Record<string, Price> = {};
  const isPrice = (one: unknown): one is number => typeof one === 'number' && Number.isFinite(one) && one >= 0;
  for (const [model, entry] of Object.entries(value)) {
    const { in: input, out, cached } = (typeof entry === 'object' && entry !== null ? entry : {}) as Readonly<Record<string, unknown>>;
    if (isPrice(input) && isPrice(out) && (cached === undefined || isPrice(cached)))
      prices[model] = { in: input, out, ...(cached === undefined ? {} : { cached }) };
    else
      problems.push(
        vscode.l10n.t('The price of "{0}" in rivulet.prices is left out: it needs "in" and "out", dollars per million tokens.', model),
      );
  }
  return prices;
}

function readTriggers(value: unknown, problems: string[]): Trigger[] {
  if (!Array.isArray(value)) {
    problems.push(vscode.l10n.t('The setting rivulet.triggers must be a list.'));
    return [];
  }
  return (value as Trigger[]).filter((trigger, index) => {
    const kinds: readonly unknown[] = ['text', 'regex', 'fence-open', 'fence-close', 'sentence-end'];
    const known = typeof trigger === 'object' && trigger !== null && typeof trigger.name === 'string' && kinds.includes(trigger.on);
    const problem = known ? triggerProblem(trigger) : vscode.l10n.t('it needs "name" and "on".');
    if (problem === undefined) return true;
    problems.push(vscode.l10n.t('Entry {0} of the setting rivulet.triggers is left out: {1}', index + 1, problem));
    return false;
  });
}

export function isHttp(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  try {
    return ['http:', 'https:'].includes(new URL(value).protocol);
  } catch {
    return false;
  }
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isTextMap(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((item) => typeof item === 'string');
}

function text(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback;
}
