/** All settings as checked, plain values. Invalid settings become problems; the others are used. */
import type { StreamSettings } from '../answer/liveStream.ts';
import type { Budget } from '../usage/budget.ts';
import { readEndpoints } from './endpointSettings.ts';
import * as is from './fields.ts';
import { type Field, fits, type SettingProblem } from './fields.ts';
import { readFallbacks, readModelSettings } from './modelSettings.ts';
import { readPrices } from './priceSettings.ts';
import { readPrompts } from './promptSettings.ts';
import { readTriggers } from './triggerSettings.ts';

export type Settings = Readonly<ReturnType<typeof readSettings>>;
export type ChangesView = Settings['changesView'];

/** @param get returns the value of `rivulet.<key>`, of any type; undefined if not set */
export function readSettings(get: (key: string) => unknown) {
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
    /** The models that continue an answer when its own model fails, in order. */
    fallbacks: readFallbacks(get('fallbacks') ?? {}, problems),
    /** `"<endpoint id>/<model>"`. */
    model: one('model', is.text, 'demo/tour') || 'demo/tour',
    systemPrompt: one('systemPrompt', is.text, ''),
    /** Whether instruction files of the workspace are sent. */
    instructions: one('instructions', is.flag, false),
    /** Slash commands by name. */
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
    } satisfies StreamSettings,
    /** Maximum concurrent requests per server. */
    maxConnections: number('pool.maxConnections', 6, 1),
    /** Whether the log may contain questions and answers. */
    logText: one('log.text', is.flag, false),
    /** Port of the chat service; 0 lets the system choose. */
    servicePort: number('chatService.port', 7480, 0),
    statusBarVisible: one('statusBar.visible', is.flag, true),
    prices: readPrices(get('prices') ?? {}, problems),
    budget: {
      answerTokens: number('budget.answerTokens', 0, 0),
      dayTokens: number('budget.dayTokens', 0, 0),
      dayCost: number('budget.dayCost', 0, 0),
    } satisfies Budget,
    /** Whether screen readers announce each paragraph of an answer. */
    readParagraphs: one('readParagraphs', is.flag, false),
    /** What happens to a question that is sent while an answer streams. */
    steering: one('steering', is.choice('wait', 'interrupt', 'aside'), 'wait'),
    /** The view where the chat lives. */
    view:
      one('location', is.choice('sideBar', 'secondarySideBar'), 'sideBar') === 'sideBar'
        ? ('rivulet.chat' as const)
        : ('rivulet.chatSecondary' as const),
    /** What happens to text around the code in a code file. */
    prose: one('insert.prose', is.choice('comment', 'drop', 'keep'), 'comment'),
    /** Several cursors get the same answer, or one answer each. */
    multiCursor: one('insert.multiCursor', is.choice('same', 'each'), 'same'),
    /**
     * Where changes are shown: in the file, in a diff editor instead of it, or in a diff editor beside it. `auto` is `compare`
     * for a code block that is applied to a file and `file` for a selection that is replaced.
     */
    changesView: one('changes.view', is.choice('auto', 'file', 'compare', 'both'), 'auto'),
    /** Calm mode: maximum edits per second, of whole lines; undefined if off. */
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
