/**
 * Makes one undo take back everything that an answer wrote in a row, and one redo restore it. VS Code joins our edits in one
 * undo step, but each save and each edit of a hidden document begins a new one. So an undo of the last step is continued.
 */
import * as vscode from 'vscode';

interface Run {
  readonly before: string;
  after: string;
  /** The maximum number of undo steps. */
  edits: number;
}

/** Longer documents are undone step by step. UTF-16 units. */
const mostCharacters = 2_000_000;
const mostRuns = 20;

export class UndoRuns implements vscode.Disposable {
  readonly #runs = new WeakMap<vscode.TextDocument, readonly Run[]>();
  /** The text before the undo step whose first edit is in flight. */
  readonly #begun = new WeakMap<vscode.TextDocument, string>();
  /** The runs whose end or start equals the document. */
  readonly #at = new WeakMap<vscode.TextDocument, { readonly end: Run | undefined; readonly start: Run | undefined }>();
  readonly #subscription: vscode.Disposable;
  #isContinuing = false;

  constructor() {
    this.#subscription = vscode.workspace.onDidChangeTextDocument((event) => this.#changed(event));
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** Call it before an edit that begins a new undo step. */
  begin(document: vscode.TextDocument): void {
    this.#begun.set(document, document.getText());
  }

  landed(document: vscode.TextDocument): void {
    const before = this.#begun.get(document);
    this.#begun.delete(document);
    const after = document.getText();
    if (after.length > mostCharacters) return;
    const runs = this.#runs.get(document) ?? [];
    const last = runs.at(-1);
    if (before !== undefined) this.#runs.set(document, [...runs, { before, after, edits: 1 }].slice(-mostRuns));
    else if (last !== undefined) {
      last.after = after;
      last.edits++;
    }
    this.#at.set(document, { end: this.#runs.get(document)?.at(-1), start: undefined });
  }

  #changed({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    const runs = this.#runs.get(document);
    if (runs === undefined || contentChanges.length === 0 || this.#isContinuing) return;
    const at = this.#at.get(document);
    this.#look(document, runs, reason !== undefined);
    if (reason === vscode.TextDocumentChangeReason.Undo && at?.end !== undefined) void this.#continue(document, 'undo', at.end);
    if (reason === vscode.TextDocumentChangeReason.Redo && at?.start !== undefined) void this.#continue(document, 'redo', at.start);
  }

  /** Only an undo or a redo can return the document to the start or end of a run. */
  #look(document: vscode.TextDocument, runs: readonly Run[], mayReturn: boolean): void {
    const text = mayReturn ? document.getText() : undefined;
    const end = runs.findLast(({ after }) => after === text);
    const start = runs.findLast(({ before }) => before === text);
    this.#at.set(document, { end, start });
  }

  async #continue(document: vscode.TextDocument, command: 'undo' | 'redo', run: Run): Promise<void> {
    const wanted = command === 'undo' ? run.before : run.after;
    this.#isContinuing = true;
    try {
      for (let steps = 1; steps < run.edits && document.getText() !== wanted; steps++) {
        // The command applies to the active editor.
        if (vscode.window.activeTextEditor?.document !== document) return;
        const { version } = document;
        await vscode.commands.executeCommand(command);
        if (document.version === version) return;
      }
    } finally {
      this.#isContinuing = false;
      this.#look(document, this.#runs.get(document) ?? [], true);
    }
  }
}
