/** Notes about a cut in a conversation, after which prompts are shorter. */
import * as vscode from 'vscode';
import type { Cut } from '../../../core/chat/entries.ts';
import type { ActionCommand, Note } from '../../../core/chat/page/protocol.ts';
import { actionLabel } from './actionLabels.ts';

/** @param isSummary whether the note is under a summary, or under the question that makes the cut */
export function cutNote(isSummary: boolean, cut: Cut): Note {
  const { t } = vscode.l10n;
  const undone = cut.undone === true;
  const actions: readonly ActionCommand[] = [...(isSummary ? ['editSummary' as const] : []), undone ? 'redoCut' : 'undoCut'];
  const used = isSummary
    ? t('Later prompts start with this summary instead of the messages that it covers.')
    : t('From here on, older messages are not sent.');
  const unused = isSummary ? t('This summary is not used: all messages are sent.') : t('All messages are sent again.');
  return { text: undone ? unused : used, actions: actions.map((command) => ({ label: actionLabel(command), command })) };
}
