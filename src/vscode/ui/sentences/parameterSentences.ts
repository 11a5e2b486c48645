/** Describes the parameters of an answer. */
import * as vscode from 'vscode';
import { type ParameterName, parameterNames, type Parameters } from '../../../core/provider/parameters.ts';

export function parameterLabel(name: ParameterName): string {
  const { t } = vscode.l10n;
  const labels: Readonly<Record<ParameterName, string>> = {
    temperature: t('Temperature'),
    topP: 'Top p',
    stop: t('Stop texts'),
    maxTokens: t('Maximum tokens'),
    effort: t('Effort'),
    verbosity: t('Verbosity'),
    body: t('Additional fields'),
  };
  return labels[name];
}

/** Each parameter with its value, and a note if it had no effect. */
export function parameterTexts(parameters: Parameters, leftOut: readonly string[]): readonly string[] {
  return parameterNames.flatMap((name) => {
    const value = parameters[name];
    if (value === undefined) return [];
    const text = `${parameterLabel(name)} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
    return [leftOut.includes(name) ? vscode.l10n.t('{0} (not used by this model)', text) : text];
  });
}

/** Names parameters without effect; undefined if there are none. */
export function leftOutSentence(leftOut: readonly string[], model: string): string | undefined {
  const names = parameterNames.filter((name) => leftOut.includes(name)).map(parameterLabel);
  return names.length === 0
    ? undefined
    : vscode.l10n.t('{0} does not accept these parameters, so they are not sent: {1}.', model, names.join(', '));
}
