/** CodeLenses: Keep, Undo and the line counts above each change, and the choices for a whole answer above it. */
import * as vscode from 'vscode';
import { answerActions } from '../../../core/chat/answerActions.ts';
import type { PendingChange } from '../../../core/insert/changeLedger.ts';
import { plainText } from '../../ui/plainText.ts';
import type { AllChanges } from './allChanges.ts';
import type { OpenChanges } from './openChanges.ts';

/** @param prefix of the commands `<prefix>.keep`, `.discard`, `.resume`, `.keepChange`, `.undoChange` and `.peekChange` */
export function showCodeLenses(all: AllChanges, prefix: string): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const lensesIn = (answers: readonly OpenChanges[]): vscode.CodeLens[] => answers.flatMap((answer) => lensesOf(answer, prefix));
  let shown = '';
  // VS Code asks for the lenses again only when they differ.
  const tell = (): void => {
    const now = lensesIn(all.answers)
      .map(({ range, command }) => `${range.start.line}:${command?.title}`)
      .join();
    if (now === shown) return;
    shown = now;
    changed.fire();
  };
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses: (document) => lensesIn(all.in(document)),
  };
  return vscode.Disposable.from(all.onChange(tell), vscode.languages.registerCodeLensProvider({ scheme: '*' }, provider), changed);
}

function lensesOf(answer: OpenChanges, prefix: string): readonly vscode.CodeLens[] {
  const { document, pending, writer, isDiff, state } = answer;
  const { t } = vscode.l10n;
  const lens = (line: number, icon: string, text: string, name: string, ...given: PendingChange[]): vscode.CodeLens =>
    new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
      title: `$(${icon}) ${plainText(text)}`,
      command: `${prefix}.${name}`,
      arguments: [answer, ...given],
    });
  const first = document.positionAt(writer.places.spans[0]?.start ?? 0).line;
  const hasAll = state !== 'growing' && pending.length > (isDiff ? 1 : 0);
  const ended = [
    lens(first, 'check', isDiff ? t('Keep All') : t('Keep'), 'keep'),
    lens(first, 'discard', isDiff ? t('Undo All') : t('Discard'), 'discard'),
  ];
  const canResume = state === 'resumable' && writer.loss === undefined;
  const closed = isDiff ? pending.filter(({ isOpen }) => !isOpen) : [];
  const each = closed.flatMap((change) => {
    const line = answer.lineOf(change);
    return [
      lens(line, 'check', t('Keep This Change'), 'keepChange', change),
      lens(line, 'discard', t('Undo This Change'), 'undoChange', change),
      lens(line, 'diff', countsOf(change), 'peekChange', change),
    ];
  });
  return [...(hasAll ? ended : []), ...(canResume ? [lens(first, answerActions.resume.icon, t('Resume'), 'resume')] : []), ...each];
}

function countsOf({ removedLines, addedLines }: PendingChange): string {
  return [removedLines > 0 ? `−${removedLines}` : '', addedLines > 0 ? `+${addedLines}` : ''].filter(Boolean).join(' ');
}
