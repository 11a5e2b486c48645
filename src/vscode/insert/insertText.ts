/** Puts a text that is whole already into the editor, in one edit. */
import * as vscode from 'vscode';
import * as notify from '../ui/notify.ts';

/** @param target the cursor when left out */
export async function insertText(
  editor: vscode.TextEditor,
  text: string,
  target: vscode.Range | vscode.Position = editor.selection.active,
): Promise<void> {
  const done = await editor.edit((edit) => edit.replace(target, text));
  if (!done) void notify.warning(vscode.l10n.t('The file could not be changed. The text is still in the panel.'));
}
