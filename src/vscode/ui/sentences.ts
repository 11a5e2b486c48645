/** What happened and what to do about it, in the language of the window: one sentence for each kind of error and end. */
import * as vscode from 'vscode';
import type { ErrorKind, StreamError, Usage } from '../../api.ts';
import { type Answer, isResumable, type SettledAnswer } from '../../core/chat/entries.ts';
import type { Action, ActionCommand, MessageState, Note, Status } from '../../core/chat/page/protocol.ts';
import type { Parameters } from '../../core/provider/parameters.ts';
import { parameterTexts } from './parameterSentences.ts';
import type { StreamEvent } from '../../api.ts';
import { plainText } from './plainText.ts';
import { ownFailureOf } from '../../core/provider/failures/ownFailures.ts';

export interface Sentence {
  readonly text: string;
  /** The button that mends it. */
  readonly fix?: ActionCommand;
}

/** The server's own words, or the sentence for a failure that Rivulet names, in the language of the window. */
export function failureText({ code, message, values = [] }: StreamError): string {
  const own = ownFailureOf(code);
  return own === undefined ? message : vscode.l10n.t(own.sentence, ...values);
}

/** @param server how people call the server that was asked */
export function errorSentence(error: StreamError, server: string): Sentence {
  const { t } = vscode.l10n;
  const said = failureText(error);
  const mend = ownFailureOf(error.code)?.mend;
  switch (mend) {
    case 'key':
      return { text: t('{0}: {1}', server, said), fix: 'setApiKey' };
    case 'endpoints':
      return { text: t('{0}: {1}', server, said), fix: 'openSettings' };
    case 'api':
      return { text: t('{0}: {1}', server, said), fix: 'useFoundApi' };
    case 'regenerate':
      return { text: t('{0}: {1}', server, said), fix: 'regenerate' };
    case undefined:
      break;
    default:
      mend satisfies never;
  }
  switch (error.kind) {
    case 'auth':
      // Without a status it was not a server that refused, but VS Code or the extension that brings the model.
      if (error.status === undefined)
        return {
          text: t('Access to {0} was not granted: {1} Allow access when prompted, or choose another model.', server, said),
          fix: 'selectModel',
        };
      return { text: t('{0} did not accept the API key: {1}', server, said), fix: 'setApiKey' };
    case 'quota':
      return { text: t('Quota exceeded at {0}: {1}', server, said), fix: 'selectModel' };
    case 'rate-limit':
      return { text: t('{0} is rate limiting requests: {1}', server, said), fix: 'regenerate' };
    case 'connect-timeout':
    case 'connection':
      return {
        text: t('{0} cannot be reached ({1}). Check that it is running and that its baseURL is correct.', server, said),
        fix: 'openSettings',
      };
    case 'first-token-timeout':
      return {
        text: t(
          '{0} did not start to answer. {1} You can allow more time with the setting rivulet.timeouts.firstTokenSeconds.',
          server,
          said,
        ),
        fix: 'regenerate',
      };
    case 'stall':
      return { text: t('{0} stopped sending. {1}', server, said), fix: 'resume' };
    case 'server':
      return { text: t('{0} failed: {1}', server, said), fix: 'regenerate' };
    case 'bad-request':
      return { text: t('{0} refused the request: {1}', server, said), fix: 'selectModel' };
    case 'context-length':
      return {
        text: [
          t('The conversation is too long for this model: {0}', said),
          ...(error.contextWindow === undefined
            ? []
            : [t('Rivulet now counts on a context window of {0} tokens.', error.contextWindow.toLocaleString(vscode.env.language))]),
        ].join(' '),
        fix: 'selectModel',
      };
    case 'not-found':
      return { text: t('{0} does not have this model: {1}', server, said), fix: 'selectModel' };
    case 'malformed':
      return { text: t('{0} did not send an answer: {1}', server, said), fix: 'openSettings' };
    case 'empty':
      return { text: t('{0} sent an empty answer twice. Try again, or choose another model.', server), fix: 'regenerate' };
    default:
      return error.kind satisfies never;
  }
}

/** US dollars; undefined where no price is known. */
export type Cost = (model: string, usage: Usage) => number | undefined;

/** @param wait the answer's next attempt, while it waits for one */
export function statusOf(answer: Answer, server: string, cost: Cost, wait?: Extract<StreamEvent, { type: 'wait' }>): Status {
  const { state } = answer;
  if (state.type === 'settled') return settledStatus(state, server, cost(answer.model, state.usage), answer.parameters);
  if (wait === undefined) return { state: 'streaming', ...(state.type === 'live' ? reasoningOf(state.stream.timing().reasoningMs) : {}) };
  return {
    state: 'waiting',
    note: {
      text: waitSentence(wait.cause, server),
      until: Date.now() + wait.seconds * 1000,
      actions: [{ label: vscode.l10n.t('Cancel'), command: 'stop' }],
    },
  };
}

function settledStatus(settled: SettledAnswer, server: string, cost: number | undefined, parameters: Parameters = {}): Status {
  const state = stateOf(settled);
  const note = noteOf(settled, server);
  return {
    state,
    ...(note === undefined ? {} : { note }),
    ...reasoningOf(settled.timing.reasoningMs),
    ...sourcesOf(settled),
    footer: footerOf(settled, cost, parameters),
    resumable: isResumable(settled.reason),
  };
}

/** Most sources that are shown under an answer. */
const maxSources = 100;

/** A server may call anything a source; only addresses of the web are opened. */
function sourcesOf({ citations }: SettledAnswer): Pick<Status, 'sources'> {
  const web = citations.filter(({ url }) => /^https?:\/\//i.test(url) && URL.canParse(url)).slice(0, maxSources);
  if (web.length === 0) return {};
  return { sources: web.map(({ url, title = '' }) => ({ url, title: plainText(title.trim() === '' ? new URL(url).host : title) })) };
}

function reasoningOf(ms: number | undefined): { reasoning: string } | undefined {
  return ms === undefined ? undefined : { reasoning: vscode.l10n.t('Reasoned for {0} s', (ms / 1000).toFixed(1)) };
}

/** Of a question that waits behind others. One that waits for a choice cannot be sent before it: it would follow no answer. */
export function queuedStatus(forChoice: boolean): Status {
  const { t } = vscode.l10n;
  const commands = forChoice ? (['unqueue'] as const) : (['sendNow', 'unqueue'] as const);
  const actions = commands.map((command) => ({ label: actionLabel(command), command }));
  const text = forChoice ? t('Waiting until you pick one of the answers above.') : t('Waiting for the answer above.');
  return { state: 'waiting', note: { text, actions } };
}

/** What happened to an answer that did not end well; undefined for one that did. */
export function endingOf(answer: Answer, server: string): string | undefined {
  return answer.state.type === 'settled' ? endSentence(answer.state, server) : undefined;
}

function stateOf({ reason }: SettledAnswer): MessageState {
  switch (reason) {
    case 'stop':
    case 'other':
    case 'tool-calls':
      return 'done';
    case 'length':
    case 'content-filter':
    case 'limit':
    case 'trigger':
      return 'limit';
    case 'cancelled':
      return 'stopped';
    case 'truncated':
      return 'truncated';
    case 'error':
      return 'error';
    default:
      return reason satisfies never;
  }
}

/** How an answer ended. */
export type EndingView = Pick<SettledAnswer, 'reason' | 'text' | 'error' | 'interrupted' | 'word' | 'detail'>;

/** What happened to an answer that did not end by itself; undefined for one that did. */
export function endSentence(ending: EndingView, server: string): string | undefined {
  return noteOf(ending, server)?.text;
}

function noteOf(settled: EndingView, server: string): Note | undefined {
  const { t } = vscode.l10n;
  const resume: readonly Action[] = [{ label: t('Resume'), command: 'resume' }];
  switch (settled.reason) {
    case 'stop':
      return undefined;
    case 'other':
      return settled.error === undefined ? undefined : { text: errorSentence(settled.error, server).text, actions: [] };
    case 'tool-calls':
      return { text: t('The model asked to use tools, which this conversation does not offer.'), actions: [] };
    case 'length':
      return { text: t("The server's length limit was reached."), actions: resume };
    case 'content-filter':
      return { text: filterSentence(settled), actions: [] };
    case 'limit':
      return { text: t('Stopped at your configured limit.'), actions: resume };
    case 'trigger':
      return { text: t('Stopped by one of your triggers.'), actions: resume };
    case 'cancelled':
      return { text: t('Stopped by you.'), actions: resume };
    case 'truncated': {
      if (settled.interrupted)
        return { text: t('VS Code ended before this answer was complete. The text up to that point was saved.'), actions: resume };
      const why =
        settled.error === undefined ? t('The connection ended before the answer was complete.') : errorSentence(settled.error, server).text;
      return { text: why, actions: resume };
    }
    case 'error': {
      const { text, fix } = errorSentence(settled.error ?? { kind: 'server', message: '' }, server);
      const actions = fix === undefined ? [] : [{ label: actionLabel(fix), command: fix }];
      const tryAgain: readonly Action[] =
        settled.text !== '' ? resume : fix === 'regenerate' ? [] : [{ label: t('Try Again'), command: 'regenerate' }];
      return { text, actions: [...actions, ...tryAgain] };
    }
    default:
      return settled.reason satisfies never;
  }
}

/** With the category and the reason, where the server names them. */
export function filterSentence({ word, detail = word }: Pick<EndingView, 'word' | 'detail'>): string {
  const { t } = vscode.l10n;
  if (detail === undefined) return t("The server's content filter ended the answer.");
  return t("The server's content filter ended the answer: {0}", detail);
}

export function actionLabel(command: ActionCommand): string {
  const { t } = vscode.l10n;
  switch (command) {
    case 'setApiKey':
      return t('Set API Key');
    case 'selectModel':
      return t('Select Model');
    case 'openSettings':
      return t('Open Settings');
    case 'useFoundApi':
      return t('Correct the Setting');
    case 'showLog':
      return t('Show Log');
    case 'resume':
      return t('Resume');
    case 'regenerate':
      return t('Try Again');
    case 'stop':
      return t('Stop');
    case 'sendNow':
      return t('Send Now');
    case 'unqueue':
      return t('Remove from Queue');
    default:
      return command satisfies never;
  }
}

function waitSentence(cause: ErrorKind, server: string): string {
  const { t } = vscode.l10n;
  switch (cause) {
    case 'rate-limit':
      return t('{0} is busy and asked to wait.', server);
    case 'empty':
      return t('{0} sent an empty answer. Trying again.', server);
    default:
      return t('The connection to {0} broke. Trying again.', server);
  }
}

function footerOf({ usage, timing, leftOut = [] }: SettledAnswer, cost: number | undefined, parameters: Parameters): string {
  const { t } = vscode.l10n;
  const parts: string[] = [];
  if (usage.total > 0) {
    const counts = [tokens(usage.prompt, usage), tokens(usage.completion, usage)] as const;
    parts.push(usage.prompt === 1 ? t('{0} token in, {1} out', ...counts) : t('{0} tokens in, {1} out', ...counts));
  }
  if (timing.firstTokenMs !== undefined) {
    parts.push(t('first after {0} s', (timing.firstTokenMs / 1000).toFixed(1)));
    const seconds = (timing.totalMs - timing.firstTokenMs - timing.waitsMs) / 1000;
    if (seconds > 0.2 && usage.completion > 0) parts.push(t('{0} tokens/s', Math.round(usage.completion / seconds)));
  }
  if (usage.attempts > 1) parts.push(t('{0} requests', usage.attempts));
  if (cost !== undefined && usage.total > 0) parts.push(`${usage.estimated ? '~' : ''}${dollars(cost)}`);
  parts.push(...parameterTexts(parameters, leftOut));
  return parts.join(' · ');
}

/** A count, with the mark of an estimate where it is one. */
export function tokens(count: number, usage: Pick<Usage, 'estimated'>): string {
  // Below a thousand there is nothing to group, and the first number that is given to Intl costs half of an activation.
  const shown = count < 1_000 ? String(count) : count.toLocaleString(vscode.env.language);
  return `${usage.estimated ? '~' : ''}${shown}`;
}

/** @param shown the count as people read it */
export function tokensInWords(count: number, shown: string): string {
  return count === 1 ? vscode.l10n.t('{0} token', shown) : vscode.l10n.t('{0} tokens', shown);
}

/** US dollars, with as many digits as a small sum needs to be seen. */
export function dollars(value: number): string {
  const digits = value === 0 || value >= 1 ? 2 : Math.min(6, 1 - Math.floor(Math.log10(value)));
  return value.toLocaleString(vscode.env.language, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: Math.max(2, digits),
  });
}
