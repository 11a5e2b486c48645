/** Remembers the text editor used last: while a chat in an editor tab has the focus, no text editor is active. */
import * as vscode from 'vscode';
import { isInTab } from './editorEdits.ts';

export class LastTextEditor implements vscode.Disposable {
  readonly #subscription: vscode.Disposable;
  #last: vscode.TextEditor | undefined;

  constructor() {
    this.#remember(vscode.window.activeTextEditor);
    this.#subscription = vscode.window.onDidChangeActiveTextEditor((editor) => this.#remember(editor));
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** Shows the editor's tab if another one covers it. Resolves to undefined if no document is open. */
  async find(): Promise<vscode.TextEditor | undefined> {
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    if (activeTextEditor !== undefined) return activeTextEditor;
    const last = this.#last;
    const visible = visibleTextEditors.filter(isForPeople);
    if (last === undefined) return visible[0];
    return (
      visible.find((editor) => editor === last) ??
      visible.find(({ document }) => document === last.document) ??
      (await reveal(last)) ??
      visible[0]
    );
  }

  #remember(editor: vscode.TextEditor | undefined): void {
    if (editor !== undefined && isForPeople(editor)) this.#last = editor;
  }
}

/** VS Code reports output panels as text editors too. */
function isForPeople({ document }: vscode.TextEditor): boolean {
  return document.uri.scheme !== 'output';
}

async function reveal({ document, selection }: vscode.TextEditor): Promise<vscode.TextEditor | undefined> {
  if (document.isClosed || !isInTab(document)) return undefined;
  const group = vscode.window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === document.uri.toString()),
  );
  try {
    return await vscode.window.showTextDocument(document, { selection, ...(group === undefined ? {} : { viewColumn: group.viewColumn }) });
  } catch {
    // A notebook cell has no separate editor.
    return undefined;
  }
}
