/**
 * Makes one undo take back all that an answer wrote in a row, and one redo bring it back. VS Code joins our edits to one
 * step itself, but begins a new one whenever the document is saved, as auto save does all the time, and for each edit of
 * a document that is not shown. So an undo that takes back the last of them is continued.
 */
import * as vscode from 'vscode';

interface Run {
  readonly before: string;
  after: string;
  /** Each edit is one step at most. */
  edits: number;
}

/** Longer documents are undone step by step, as VS Code has them. */
const mostCharacters = 2_000_000;
const mostRuns = 20;

export class UndoRuns implements vscode.Disposable {
  readonly #runs = new WeakMap<vscode.TextDocument, readonly Run[]>();
  /** What the text was when the step began that is on its way. */
  readonly #begun = new WeakMap<vscode.TextDocument, string>();
  /** The run whose end, or whose beginning, the document stands at. */
  readonly #at = new WeakMap<vscode.TextDocument, { readonly end: Run | undefined; readonly start: Run | undefined }>();
  readonly #subscription: vscode.Disposable;
  #isContinuing = false;

  constructor() {
    this.#subscription = vscode.workspace.onDidChangeTextDocument((event) => this.#changed(event));
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** The edit that follows begins a new step: others have changed the document since our last one. */
  begin(document: vscode.TextDocument): void {
    this.#begun.set(document, document.getText());
  }

  /** The document has the edit. */
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

  /** An undo or a redo may bring the document to where a run began or ended; no other change does. */
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
        // The command reaches the document that has the focus.
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
