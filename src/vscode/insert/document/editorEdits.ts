/** One edit on its way into a document: through an editor that shows it, or else through the workspace. */
import * as vscode from 'vscode';
import type { OffsetRange } from '../../../core/insert/trackedRange.ts';
import type { Planned } from '../../../core/insert/trackedRanges.ts';

/** Any editor that shows the document will do; the one with the focus first. */
export function editorOf(document: vscode.TextDocument): vscode.TextEditor | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  if (activeTextEditor?.document === document) return activeTextEditor;
  return visibleTextEditors.find((editor) => editor.document === document);
}

/**
 * False when the document moved on before the edit came to it.
 * @param undoStopBefore whether it begins a new undo step; without one it is undone together with the edit before
 */
export async function editIn(editor: vscode.TextEditor, planned: readonly Planned[], undoStopBefore: boolean): Promise<boolean> {
  try {
    return await editor.edit(
      (edit) => {
        for (const { offset, length, text } of planned) {
          const range = rangeAt(editor.document, offset, offset + length);
          // `insert` pushes a cursor at the place along, `replace` leaves it in front of the text.
          if (length === 0) edit.insert(range.start, text);
          else edit.replace(range, text);
        }
      },
      { undoStopBefore, undoStopAfter: false },
    );
  } catch {
    // The editor was closed between the look at it and the edit.
    return false;
  }
}

/** Reaches a document that is not shown; each such edit is a separate undo step. */
export async function editThroughWorkspace(document: vscode.TextDocument, planned: readonly Planned[]): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  for (const { offset, length, text } of planned) {
    edit.replace(document.uri, rangeAt(document, offset, offset + length), text);
  }
  try {
    return await vscode.workspace.applyEdit(edit);
  } catch {
    return false;
  }
}

/** Also when the tab shows it beside another, or as a cell of a notebook. */
export function isInTab(document: vscode.TextDocument): boolean {
  const { uri } = document;
  const notebook = vscode.workspace.notebookDocuments.find(
    (each) => uri.scheme === 'vscode-notebook-cell' && each.getCells().some((cell) => cell.document === document),
  );
  const wanted = new Set([uri.toString(), (notebook?.uri ?? uri).toString()]);
  const isThis = (other: vscode.Uri): boolean => wanted.has(other.toString());
  return vscode.window.tabGroups.all.some(({ tabs }) =>
    tabs.some(({ input }) => {
      if (input instanceof vscode.TabInputTextDiff || input instanceof vscode.TabInputNotebookDiff) {
        return isThis(input.modified) || isThis(input.original);
      }
      return (
        (input instanceof vscode.TabInputText || input instanceof vscode.TabInputNotebook || input instanceof vscode.TabInputCustom) &&
        isThis(input.uri)
      );
    }),
  );
}

function rangeAt(document: vscode.TextDocument, start: number, end: number): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** With `\n` as line end. */
export function textAt(document: vscode.TextDocument, start: number, end: number): string {
  return document.getText(rangeAt(document, start, end)).replaceAll('\r\n', '\n');
}

/**
 * A selection that was replaced would stay selected and grow with the text: the next key would delete all of it.
 * @param exactly only selections of just that text; otherwise those too that reach further
 */
export function collapse(editor: vscode.TextEditor, scopes: readonly OffsetRange[], exactly: boolean): void {
  const isOurs = (selection: vscode.Selection): boolean =>
    !selection.isEmpty &&
    scopes.some(({ start, end }) => {
      const range = rangeAt(editor.document, start, end);
      return exactly ? selection.isEqual(range) : selection.contains(range);
    });
  if (!editor.selections.some(isOurs)) return;
  editor.selections = editor.selections.map((selection) =>
    isOurs(selection) ? new vscode.Selection(selection.end, selection.end) : selection,
  );
}
