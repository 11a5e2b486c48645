/** All settings as checked, plain values. Invalid settings become problems; the others are used. */
import type { StreamSettings } from '../answer/liveStream.ts';
import type { Budget } from '../usage/budget.ts';
import type { Prices } from '../usage/prices.ts';
import { type EndpointSetting, readEndpoints } from './endpointSettings.ts';
import * as is from './fields.ts';
import { type Field, fits, type SettingProblem } from './fields.ts';
import { type ModelSettings, readFallbacks, readModelSettings } from './modelSettings.ts';
import { readPrices } from './priceSettings.ts';
import { type PromptSetting, readPrompts } from './promptSettings.ts';
import { readTriggers } from './triggerSettings.ts';

/**
 * Where changes are shown: in the file, in a diff editor instead of it, or in a diff editor beside it. `auto` is `compare`
 * for a code block that is applied to a file and `file` for a selection that is replaced.
 */
export type ChangesView = 'auto' | 'file' | 'compare' | 'both';

export interface Settings {
  readonly endpoints: readonly EndpointSetting[];
  readonly models: ModelSettings;
  /** `"<endpoint id>/<model>"`. */
  readonly model: string;
  readonly systemPrompt: string;
  /** Whether instruction files of the workspace are sent. */
  readonly instructions: boolean;
  /** Slash commands by name. */
  readonly prompts: Readonly<Record<string, PromptSetting>>;
  readonly stream: StreamSettings;
  /** Maximum concurrent requests per server. */
  readonly maxConnections: number;
  /** Whether the log may contain questions and answers. */
  readonly logText: boolean;
  /** Port of the chat service; 0 lets the system choose. */
  readonly servicePort: number;
  readonly statusBarVisible: boolean;
  /** The models that continue an answer when its own model fails, in order. */
  readonly fallbacks: Readonly<Record<string, readonly string[]>>;
  readonly prices: Prices;
  readonly budget: Budget;
  /** Whether screen readers announce each paragraph of an answer. */
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
  /** Calm mode: maximum edits per second, of whole lines; undefined if off. */
  readonly calmEdits: number | undefined;
  readonly problems: readonly SettingProblem[];
}

/** @param get returns the value of `rivulet.<key>`, of any type; undefined if not set */
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
    changesView: one('changes.view', is.choice('auto', 'file', 'compare', 'both'), 'auto'),
    calmEdits: calmEditsOf(one('insert.calm', is.flagOrNumber(0), false)),
    problems,
  };
}

/** Default edits per second in calm mode. */
const calmDefault = 2;

function calmEditsOf(calm: boolean | number): number | undefined {
  if (calm === false || calm === 0) return undefined;
  return calm === true ? calmDefault : calm;
}
