/** Names the limit or trigger that stopped an answer. */
import * as vscode from 'vscode';
import type { StoppedBy } from '../../../api.ts';
import { plainText } from '../plainText.ts';
import { moneyText } from './money.ts';

/** Maximum number of characters shown of a trigger's match. */
const longestMatch = 60;

/** @param stoppedBy undefined for answers of earlier versions */
export function limitSentence(stoppedBy: StoppedBy | undefined): string {
  const { t } = vscode.l10n;
  if (stoppedBy === undefined || !('limit' in stoppedBy)) return t('Stopped at your configured limit.');
  const { limit, value: amount = 0, currency } = stoppedBy;
  const value = currency === undefined ? amount.toLocaleString(vscode.env.language) : moneyText({ amount, currency });
  const setting = `rivulet.${settingOf(stoppedBy)}`;
  switch (limit) {
    case 'maxTokens':
    case 'answerTokens':
      return t('Stopped at the limit of {0} tokens for one answer ({1}).', value, setting);
    case 'maxReasoningTokens':
      return t('Stopped at the limit of {0} tokens of reasoning ({1}).', value, setting);
    case 'maxCharacters':
      return t('Stopped at the limit of {0} characters ({1}).', value, setting);
    case 'maxLines':
      return t('Stopped at the limit of {0} lines.', value);
    case 'maxSeconds':
      return t('Stopped at the limit of {0} seconds ({1}).', value, setting);
    case 'dayTokens':
      return t('Stopped: the budget of {0} tokens for today is used up ({1}).', value, setting);
    case 'dayCost':
      return t('Stopped: the budget of {0} for today is used up ({1}).', value, setting);
    case 'stopRepetition':
      return t('Stopped because the answer kept repeating itself.');
    default:
      limit satisfies never;
      return t('Stopped at your configured limit.');
  }
}

export function triggerSentence(stoppedBy: StoppedBy | undefined): string {
  const { t } = vscode.l10n;
  if (stoppedBy === undefined || !('trigger' in stoppedBy)) return t('Stopped by one of your triggers.');
  const name = plainText(stoppedBy.trigger);
  const match = plainText(stoppedBy.match ?? '').trim();
  const shown = match.length > longestMatch ? `${match.slice(0, longestMatch)}…` : match;
  return shown === '' ? t('Stopped by the trigger "{0}".', name) : t('Stopped by the trigger "{0}", which found "{1}".', name, shown);
}

/** The setting of the rule, without `rivulet.`; undefined if there is none. */
export function settingOf(stoppedBy: StoppedBy | undefined): string | undefined {
  if (stoppedBy === undefined) return undefined;
  if ('trigger' in stoppedBy) return 'triggers';
  switch (stoppedBy.limit) {
    case 'maxTokens':
    case 'maxReasoningTokens':
    case 'maxCharacters':
    case 'maxSeconds':
      return `limits.${stoppedBy.limit}`;
    case 'answerTokens':
    case 'dayTokens':
    case 'dayCost':
      return `budget.${stoppedBy.limit}`;
    case 'maxLines':
    case 'stopRepetition':
      return undefined;
    default:
      stoppedBy.limit satisfies never;
      return undefined;
  }
}
