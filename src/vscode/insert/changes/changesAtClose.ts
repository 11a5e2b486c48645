/** Remembers undecided changes, so that the next window can say that their text was kept and their marks are gone. */
import * as vscode from 'vscode';
import * as notify from '../../ui/notify.ts';
import type { AllChanges } from './allChanges.ts';

const memoryKey = 'rivulet.undecidedChanges';

export function rememberUndecided(all: AllChanges, memory: vscode.Memento): vscode.Disposable {
  let names = memory.get<readonly string[]>(memoryKey, []);
  const remember = (now: readonly string[]): void => {
    if (now.join('\n') === names.join('\n')) return;
    names = now;
    void memory.update(memoryKey, now);
  };
  if (names.length > 0) void notify.information(closedSentence(names));
  remember([]);
  return all.onChange(() => remember([...new Set(all.undecided.map(({ document }) => vscode.workspace.asRelativePath(document.uri)))]));
}

function closedSentence(names: readonly string[]): string {
  return vscode.l10n.t(
    'Changes in {0} were not decided before the window closed or reloaded. The text stays as it was, without marks.',
    names.join(', '),
  );
}
