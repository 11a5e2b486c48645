/** Edits documents through an editor that shows them, or else through the workspace. */
import * as vscode from 'vscode';
import type { OffsetRange } from '../../../core/insert/trackedRange.ts';
import type { Planned } from '../../../core/insert/trackedRanges.ts';

/** An editor that shows the document, preferably the active one. */
export function editorOf(document: vscode.TextDocument): vscode.TextEditor | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  if (activeTextEditor?.document === document) return activeTextEditor;
  return visibleTextEditors.find((editor) => editor.document === document);
}

/** After this many refusals, edits go through the workspace instead of the editor. */
const mostRefusals = 4;

/**
 * Resolves to false if the document changed before the edit reached it, or its editor is being opened or closed.
 * @param isNewStep the edit begins a new undo step; otherwise it joins the previous one
 * @param refusals number of times that the edit was refused before
 */
export async function edit(
  document: vscode.TextDocument,
  planned: readonly Planned[],
  isNewStep: boolean,
  refusals: number,
): Promise<boolean> {
  const editor = refusals < mostRefusals ? editorOf(document) : undefined;
  return editor === undefined ? editThroughWorkspace(document, planned) : editIn(editor, planned, isNewStep);
}

async function editIn(editor: vscode.TextEditor, planned: readonly Planned[], undoStopBefore: boolean): Promise<boolean> {
  try {
    return await editor.edit(
      (builder) => {
        for (const { offset, length, text } of planned) {
          const range = rangeAt(editor.document, offset, offset + length);
          // `insert` moves a cursor at that place along; `replace` leaves it before the text.
          if (length === 0) builder.insert(range.start, text);
          else builder.replace(range, text);
        }
      },
      { undoStopBefore, undoStopAfter: false },
    );
  } catch {
    // The editor has been closed.
    return false;
  }
}

/** Also edits hidden documents. Each edit is a separate undo step. */
async function editThroughWorkspace(document: vscode.TextDocument, planned: readonly Planned[]): Promise<boolean> {
  const edits = new vscode.WorkspaceEdit();
  for (const { offset, length, text } of planned) {
    edits.replace(document.uri, rangeAt(document, offset, offset + length), text);
  }
  try {
    return await vscode.workspace.applyEdit(edits);
  } catch {
    return false;
  }
}

/** Whether any tab shows the document, also as part of a diff or as a cell of a notebook. */
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
 * Moves selections of replaced text to its end. Otherwise they would grow with the text, and the next key would delete it.
 * @param exactly only selections of exactly that text, not larger ones
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
