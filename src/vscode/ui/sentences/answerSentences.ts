/** The status of an answer, and how it ended, in the language of the window. */
import * as vscode from 'vscode';

import { type Answer, isResumable, type SettledAnswer } from '../../../core/chat/entries.ts';
import type { QueueWait } from '../../../core/chat/conversation.ts';
import type { Waiting } from '../../../core/chat/page/pageRows.ts';
import type { Action, MessageState, Note, Status } from '../../../core/chat/page/protocol.ts';
import type { Parameters } from '../../../core/provider/parameters.ts';
import type { Money } from '../../../core/usage/prices.ts';
import { speedOf } from '../../../core/usage/statusView.ts';
import { actionLabel } from './actionLabels.ts';
import { spanText, speedText, tokens } from './counts.ts';
import { type AskedOf, errorSentence, loadingSentence, waitSentence } from './failureSentences.ts';
import { joined } from './joined.ts';
import { type Cost, moneyText } from './money.ts';
import { parameterTexts } from './parameterSentences.ts';
import { plainText } from '../plainText.ts';
import { limitSentence, settingOf, triggerSentence } from './stopSentences.ts';

/** @param wait what the answer waits for: its next attempt, or its model */
export function statusOf(answer: Answer, asked: AskedOf, cost: Cost, wait?: Waiting): Status {
  const { state } = answer;
  if (state.type === 'settled') return settledStatus(state, asked, cost(answer.model, state.usage), answer.parameters);
  if (wait === undefined) return { state: 'streaming', ...(state.type === 'live' ? reasoningOf(state.stream.timing().reasoningMs) : {}) };
  const actions: readonly Action[] = [{ label: vscode.l10n.t('Cancel'), command: 'stop' }];
  if (wait.type === 'loading') return { state: 'waiting', note: { text: loadingSentence(asked), actions } };
  return { state: 'waiting', note: { text: waitSentence(wait.cause, asked), until: Date.now() + wait.seconds * 1000, actions } };
}

function settledStatus(settled: SettledAnswer, asked: AskedOf, cost: Money | undefined, parameters: Parameters = {}): Status {
  const note = noteOf(settled, asked, parameters);
  return {
    state: states[settled.reason],
    ...(note === undefined ? {} : { note }),
    ...reasoningOf(settled.timing.reasoningMs),
    ...sourcesOf(settled),
    footer: footerOf(settled, cost, parameters),
    resumable: isResumable(settled.reason),
  };
}

/** Maximum number of sources shown under an answer. */
const maxSources = 100;

/** Only web addresses count as sources. */
function sourcesOf({ citations }: SettledAnswer): Pick<Status, 'sources'> {
  const web = citations.filter(({ url }) => /^https?:\/\//i.test(url) && URL.canParse(url)).slice(0, maxSources);
  if (web.length === 0) return {};
  return { sources: web.map(({ url, title = '' }) => ({ url, title: plainText(title.trim() === '' ? new URL(url).host : title) })) };
}

function reasoningOf(ms: number | undefined): { reasoning: string } | undefined {
  return ms === undefined ? undefined : { reasoning: vscode.l10n.t('Reasoned for {0}', spanText(ms)) };
}

/** A question that waits for a choice cannot be sent first: it would not follow any answer. */
export function queuedStatus(waitsFor: QueueWait): Status {
  const { t } = vscode.l10n;
  const sentences: Readonly<Record<QueueWait, string>> = {
    answer: t('Waiting for the answer above.'),
    choice: t('Waiting until you pick one of the answers above.'),
    user: t('Not sent yet: the answer above is incomplete.'),
  };
  const commands = waitsFor === 'choice' ? (['unqueue'] as const) : (['sendNow', 'unqueue'] as const);
  const actions = commands.map((command) => ({ label: actionLabel(command), command }));
  return { state: 'waiting', note: { text: sentences[waitsFor], actions } };
}

/** Explains why an answer is incomplete; undefined if it is complete. */
export function endingOf(answer: Answer, asked: AskedOf): string | undefined {
  return answer.state.type === 'settled' ? endSentence(answer.state, asked) : undefined;
}

const states: Readonly<Record<SettledAnswer['reason'], MessageState>> = {
  stop: 'done',
  other: 'done',
  'tool-calls': 'done',
  length: 'limit',
  'content-filter': 'limit',
  limit: 'limit',
  trigger: 'limit',
  cancelled: 'stopped',
  truncated: 'truncated',
  error: 'error',
};

/** How an answer ended. */
export type EndingView = Pick<SettledAnswer, 'reason' | 'text' | 'error' | 'interrupted' | 'word' | 'detail' | 'stoppedBy' | 'unshown'>;

/** Explains why an answer did not end by itself; undefined if it did. */
export function endSentence(ending: EndingView, asked: AskedOf): string | undefined {
  return noteOf(ending, asked)?.text;
}

function noteOf(settled: EndingView, asked: AskedOf, { maxTokens }: Parameters = {}): Note | undefined {
  const { t } = vscode.l10n;
  const resume: readonly Action[] = [{ label: t('Resume'), command: 'resume' }];
  // A stop that the server did not confirm is shown as such.
  const unconfirmed = settled.error === undefined ? [] : [errorSentence(settled.error, asked).text];
  switch (settled.reason) {
    case 'stop':
      return settled.unshown === undefined ? undefined : { text: unshownSentence(settled.unshown), actions: [] };
    case 'other':
      return settled.error === undefined ? undefined : { text: errorSentence(settled.error, asked).text, actions: [] };
    case 'tool-calls':
      return { text: t('The model asked to use tools, which this conversation does not offer.'), actions: [] };
    case 'length':
      return {
        text:
          maxTokens === undefined
            ? t("The server's length limit was reached.")
            : t('The answer reached its maximum of {0} tokens.', maxTokens.toLocaleString(vscode.env.language)),
        actions: resume,
      };
    case 'content-filter':
      return { text: filterSentence(settled), actions: [] };
    case 'limit':
      return { text: joined([limitSentence(settled.stoppedBy), ...unconfirmed]), actions: [...resume, ...changeRule(settled)] };
    case 'trigger':
      return { text: joined([triggerSentence(settled.stoppedBy), ...unconfirmed]), actions: [...resume, ...changeRule(settled)] };
    case 'cancelled':
      return { text: joined(unconfirmed.length === 0 ? [t('Stopped by you.')] : unconfirmed), actions: resume };
    case 'truncated': {
      if (settled.interrupted)
        return { text: t('VS Code ended before this answer was complete. The text up to that point was saved.'), actions: resume };
      const why =
        settled.error === undefined ? t('The connection ended before the answer was complete.') : errorSentence(settled.error, asked).text;
      return { text: why, actions: resume };
    }
    case 'error': {
      const { text, fix } = errorSentence(settled.error ?? { kind: 'server', message: '' }, asked);
      const actions = fix === undefined ? [] : [{ label: actionLabel(fix), command: fix }];
      const tryAgain: readonly Action[] =
        settled.text !== '' ? resume : fix === 'regenerate' ? [] : [{ label: t('Try Again'), command: 'regenerate' }];
      return { text, actions: [...actions, ...tryAgain] };
    }
    default:
      return settled.reason satisfies never;
  }
}

/** @param unshown the server's names of the parts that are not shown */
export function unshownSentence(unshown: readonly string[]): string {
  return vscode.l10n.t('Parts of the answer that are not shown here: {0}.', unshown.join(', '));
}

/** A button that opens the setting of the rule, if there is one. */
function changeRule({ stoppedBy }: EndingView): readonly Action[] {
  return settingOf(stoppedBy) === undefined ? [] : [{ label: actionLabel('changeRule'), command: 'changeRule' }];
}

/** Includes the category and the reason, if the server names them. */
export function filterSentence({ word, detail = word }: Pick<EndingView, 'word' | 'detail'>): string {
  const { t } = vscode.l10n;
  if (detail === undefined) return t("The server's content filter ended the answer.");
  return t("The server's content filter ended the answer: {0}", detail);
}

function footerOf({ usage, timing, leftOut = [] }: SettledAnswer, cost: Money | undefined, parameters: Parameters): string {
  const { t } = vscode.l10n;
  const parts: string[] = [];
  if (usage.total > 0) {
    const counts = [tokens(usage.prompt, usage), tokens(usage.completion, usage)] as const;
    parts.push(usage.prompt === 1 ? t('{0} token in, {1} out', ...counts) : t('{0} tokens in, {1} out', ...counts));
  }
  if (timing.firstTokenMs !== undefined) parts.push(t('first after {0}', spanText(timing.firstTokenMs)));
  const speed = speedOf(usage, timing);
  if (speed !== undefined) parts.push(speedText(speed));
  if (usage.attempts > 1) parts.push(t('{0} requests', usage.attempts));
  if (usage.paidAgain !== undefined) {
    const { prompt, completion } = usage.paidAgain;
    parts.push(t('{0} tokens paid again', tokens(prompt + completion, usage)));
  }
  if (cost !== undefined && usage.total > 0) parts.push(`${usage.estimated ? '~' : ''}${moneyText(cost)}`);
  parts.push(...parameterTexts(parameters, leftOut));
  return parts.join(' · ');
}
