/** The buttons under an answer that did not end well. */
import * as vscode from 'vscode';
import type { ActionCommand } from '../../../core/chat/page/protocol.ts';

export function actionLabel(command: ActionCommand): string {
  const { t } = vscode.l10n;
  switch (command) {
    case 'setApiKey':
      return t('Set API Key');
    case 'selectModel':
      return t('Select Model');
    case 'editEndpoint':
      return t('Edit Endpoint');
    case 'openProxySettings':
      return t('Open Settings');
    case 'changeRule':
      return t('Change Setting');
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
    case 'undoCut':
      return t('Undo');
    case 'redoCut':
      return t('Redo');
    case 'editSummary':
      return t('Edit Summary');
    case 'unqueue':
      return t('Remove from Queue');
    default:
      return command satisfies never;
  }
}
