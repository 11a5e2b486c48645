/** Commands for a selection in the light bulb's menu. Nothing is computed before one is chosen. */
import * as vscode from 'vscode';

const rewrite = vscode.CodeActionKind.RefactorRewrite.append('rivulet');
const ask = vscode.CodeActionKind.Refactor.append('rivulet');

export function registerCodeActions(): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider('*', { provideCodeActions }, { providedCodeActionKinds: [ask, rewrite] });
}

function provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
  if (range.isEmpty) return [];
  const action = (title: string, kind: vscode.CodeActionKind, command: string): vscode.CodeAction => {
    const made = new vscode.CodeAction(title, kind);
    made.command = { title, command };
    return made;
  };
  const explain = action(vscode.l10n.t('Explain with Rivulet'), ask, 'rivulet.explainSelection');
  // Virtual documents, such as the older side of a comparison, cannot be written to.
  if (!document.isUntitled && vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) === false) return [explain];
  return [
    explain,
    action(vscode.l10n.t('Answer below with Rivulet'), ask, 'rivulet.answerSelection'),
    action(vscode.l10n.t('Replace with Rivulet…'), rewrite, 'rivulet.replaceSelection'),
  ];
}
