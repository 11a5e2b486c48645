/** The buttons under an answer that did not end well. */
import * as vscode from 'vscode';
import type { ActionCommand } from '../../../core/chat/page/protocol.ts';

export function actionLabel(command: ActionCommand): string {
  const { t } = vscode.l10n;
  const labels: Readonly<Record<ActionCommand, string>> = {
    setApiKey: t('Set API Key'),
    selectModel: t('Select Model'),
    editEndpoint: t('Edit Endpoint'),
    openProxySettings: t('Open Settings'),
    changeRule: t('Change Setting'),
    useFoundApi: t('Correct the Setting'),
    showLog: t('Show Log'),
    resume: t('Resume'),
    regenerate: t('Try Again'),
    stop: t('Stop'),
    sendNow: t('Send Now'),
    undoCut: t('Undo'),
    redoCut: t('Redo'),
    editSummary: t('Edit Summary'),
    unqueue: t('Remove from Queue'),
  };
  return labels[command];
}
