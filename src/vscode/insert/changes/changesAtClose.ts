/** Remembers undecided changes, so that the next window can say that their text was kept and their marks are gone. */
import * as vscode from 'vscode';
import * as notify from '../../ui/notify.ts';
import type { Offers } from './offers.ts';

const memoryKey = 'rivulet.undecidedChanges';

export function rememberUndecided(offers: Offers, memory: vscode.Memento): vscode.Disposable {
  let names = memory.get<readonly string[]>(memoryKey, []);
  const remember = (now: readonly string[]): void => {
    if (now.join('\n') === names.join('\n')) return;
    names = now;
    void memory.update(memoryKey, now);
  };
  if (names.length > 0) void notify.information(closedSentence(names));
  remember([]);
  return offers.onChange(() => {
    const undecided = offers.all.filter(({ isDiff, changes }) => isDiff && changes.pending.length > 0);
    remember([...new Set(undecided.map(({ changes }) => vscode.workspace.asRelativePath(changes.document.uri)))]);
  });
}

function closedSentence(names: readonly string[]): string {
  return vscode.l10n.t(
    'Changes in {0} were not decided before the window closed or reloaded. The text stays as it was, without marks.',
    names.join(', '),
  );
}
