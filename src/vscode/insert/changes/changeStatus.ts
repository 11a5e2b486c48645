/**
 * Shows the number of undecided changes in the status bar. Screen readers announce the item when it changes, at most every five
 * seconds.
 */
import * as vscode from 'vscode';
import { Announcements } from '../../../core/insert/announcements.ts';
import { StatusItem } from '../../ui/statusItem.ts';
import type { AllChanges } from './allChanges.ts';

export function showChangeStatus(all: AllChanges): vscode.Disposable {
  const item = new StatusItem({
    id: 'rivulet.changes',
    name: vscode.l10n.t('Rivulet: Changes'),
    command: 'rivulet.changes.compare',
    priority: 91,
    role: 'status',
  });
  const say = (sentence: string | undefined): void => {
    if (sentence === undefined) return item.hide();
    item.tooltip = vscode.l10n.t('Press Alt+F5 for the next change. Click to compare with the original.');
    item.spoken = sentence;
    item.show([{ icon: 'diff' }, sentence]);
  };
  const announcements = new Announcements(say, {
    now: () => performance.now(),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
  const look = (): void => {
    const answers = all.undecided;
    if (answers.length === 0) announcements.now(undefined);
    else announcements.soon(sentenceFor(answers));
  };
  return vscode.Disposable.from(all.onChange(look), item, { dispose: () => announcements.stop() });
}

function sentenceFor(answers: AllChanges['undecided']): string {
  const { t } = vscode.l10n;
  const pending = answers.flatMap((answer) => answer.pending);
  if (answers.some(({ state }) => state === 'growing')) return t('Changes so far: {0}', pending.length);
  const removed = pending.reduce((sum, { removedLines }) => sum + removedLines, 0);
  const added = pending.reduce((sum, { addedLines }) => sum + addedLines, 0);
  return `${t('Changes: {0}', pending.length)} · ${t('{0} lines removed, {1} added', removed, added)}`;
}
