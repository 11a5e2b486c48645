/**
 * Makes one undo take back everything that answers wrote in a row, and one redo restore it. VS Code joins our edits in one
 * undo step, but each save and each edit of a hidden document begins a new one. So an undo of the last step is continued.
 */
import * as vscode from 'vscode';

interface Run {
  readonly before: string;
  after: string;
  /** The maximum number of undo steps. */
  edits: number;
}

interface DocumentUndo {
  runs: readonly Run[];
  /** The runs whose end or start equals the document. */
  atEnd?: Run | undefined;
  atStart?: Run | undefined;
  /** The last change was an answer's, so the next edit can join its undo step. */
  isOurs: boolean;
  /** The text before the undo step that the edit in flight begins. */
  before?: string | undefined;
  /** Changes since the edit in flight was requested. The first one is ours if the edit is accepted. */
  inFlight?: number | undefined;
  isContinuing: boolean;
}

/** Longer documents are undone step by step. UTF-16 units. */
const mostCharacters = 2_000_000;
const mostRuns = 20;

export class UndoRuns implements vscode.Disposable {
  readonly #documents = new WeakMap<vscode.TextDocument, DocumentUndo>();
  readonly #subscription: vscode.Disposable;

  constructor() {
    this.#subscription = vscode.workspace.onDidChangeTextDocument((event) => this.#changed(event));
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** The next edit begins a new undo step. */
  startStep(document: vscode.TextDocument): void {
    this.#of(document).isOurs = false;
  }

  /** Call it before an edit. Returns whether that begins a new undo step. */
  begin(document: vscode.TextDocument): boolean {
    const undo = this.#of(document);
    undo.inFlight = 0;
    undo.before = undo.isOurs ? undefined : document.getText();
    return !undo.isOurs;
  }

  /** Call it with the editor's reply. */
  landed(document: vscode.TextDocument, accepted: boolean): void {
    const undo = this.#of(document);
    const { before, inFlight = 0, runs } = undo;
    undo.inFlight = undefined;
    undo.isOurs = accepted ? inFlight <= 1 : undo.isOurs && inFlight === 0;
    const after = document.getText();
    if (!accepted || !undo.isOurs || after.length > mostCharacters) return;
    const last = runs.at(-1);
    if (before !== undefined) undo.runs = [...runs, { before, after, edits: 1 }].slice(-mostRuns);
    else if (last !== undefined) {
      last.after = after;
      last.edits++;
    }
    [undo.atEnd, undo.atStart] = [undo.runs.at(-1), undefined];
  }

  #of(document: vscode.TextDocument): DocumentUndo {
    const undo = this.#documents.get(document) ?? { runs: [], isOurs: false, isContinuing: false };
    this.#documents.set(document, undo);
    return undo;
  }

  #changed({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    const undo = this.#documents.get(document);
    if (undo === undefined || contentChanges.length === 0) return;
    if (undo.inFlight === undefined) undo.isOurs = false;
    else undo.inFlight++;
    if (undo.isContinuing) return;
    const { atEnd, atStart } = undo;
    this.#look(document, undo, reason !== undefined);
    if (reason === vscode.TextDocumentChangeReason.Undo && atEnd !== undefined) void this.#continue(document, undo, 'undo', atEnd);
    if (reason === vscode.TextDocumentChangeReason.Redo && atStart !== undefined) void this.#continue(document, undo, 'redo', atStart);
  }

  /** Only an undo or a redo can return the document to the start or end of a run. */
  #look(document: vscode.TextDocument, undo: DocumentUndo, mayReturn: boolean): void {
    const text = mayReturn ? document.getText() : undefined;
    undo.atEnd = undo.runs.findLast(({ after }) => after === text);
    undo.atStart = undo.runs.findLast(({ before }) => before === text);
  }

  async #continue(document: vscode.TextDocument, undo: DocumentUndo, command: 'undo' | 'redo', run: Run): Promise<void> {
    const wanted = command === 'undo' ? run.before : run.after;
    undo.isContinuing = true;
    try {
      for (let steps = 1; steps < run.edits && document.getText() !== wanted; steps++) {
        // The command applies to the active editor.
        if (vscode.window.activeTextEditor?.document !== document) return;
        const { version } = document;
        await vscode.commands.executeCommand(command);
        if (document.version === version) return;
      }
    } finally {
      undo.isContinuing = false;
      this.#look(document, undo, true);
    }
  }
}
