/** The answers in documents with undecided changes or an open choice, for the keys, lenses and views that show them. */
import * as vscode from 'vscode';
import type { PendingChange } from '../../../core/insert/changeLedger.ts';
import type { OpenChanges } from './openChanges.ts';

interface Located {
  readonly answer: OpenChanges;
  readonly changes: readonly PendingChange[];
}

export class AllChanges implements vscode.Disposable {
  readonly #answers = new Map<OpenChanges, vscode.Disposable>();
  readonly #changed = new vscode.EventEmitter<void>();
  /** Fires when answers or their changes were added, removed or changed. */
  readonly onChange = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  readonly #keys = { hasChanges: false, atChange: false };

  constructor() {
    this.#subscription = vscode.Disposable.from(
      this.#changed,
      vscode.window.onDidChangeTextEditorSelection(() => this.#tellKeys()),
      vscode.window.onDidChangeActiveTextEditor(() => this.#tellKeys()),
    );
  }

  dispose(): void {
    vscode.Disposable.from(...this.#answers.values(), this.#subscription).dispose();
  }

  get answers(): readonly OpenChanges[] {
    return [...this.#answers.keys()];
  }

  /** Answers that are compared with old lines and have undecided changes. */
  get undecided(): readonly OpenChanges[] {
    return this.answers.filter(({ isDiff, pending }) => isDiff && pending.length > 0);
  }

  in(document: vscode.TextDocument): readonly OpenChanges[] {
    return this.answers.filter((answer) => answer.document === document);
  }

  add(answer: OpenChanges): void {
    this.#answers.set(
      answer,
      answer.onChange(() => this.refresh()),
    );
    this.refresh();
  }

  remove(answer: OpenChanges): void {
    this.#answers.get(answer)?.dispose();
    this.#answers.delete(answer);
    answer.dispose();
    this.refresh();
  }

  refresh(): void {
    this.#tellKeys();
    this.#changed.fire();
  }

  /** The changes at these lines, from 0. */
  at(document: vscode.TextDocument, first: number, last: number): readonly Located[] {
    const found = this.in(document).map((answer) => ({ answer, changes: answer.within(first, last) }));
    return found.filter(({ changes }) => changes.length > 0);
  }

  get changeAtCursor(): Located | undefined {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) return undefined;
    const { line } = editor.selection.active;
    // VS Code's keys for the next and the previous change go to the line before removed lines.
    const removed = this.at(editor.document, line + 1, line + 1).find(({ changes: [change] }) => change?.addedLines === 0);
    const found = removed ?? this.at(editor.document, line, line)[0];
    return found === undefined ? undefined : { answer: found.answer, changes: found.changes.slice(0, 1) };
  }

  /** Sets the context keys on which the key bindings of changes depend. */
  #tellKeys(): void {
    const active = vscode.window.activeTextEditor?.document;
    const hasChanges = active !== undefined && this.in(active).some(({ pending }) => pending.length > 0);
    const now = { hasChanges, atChange: this.changeAtCursor !== undefined };
    for (const key of ['hasChanges', 'atChange'] as const) {
      if (now[key] === this.#keys[key]) continue;
      this.#keys[key] = now[key];
      void vscode.commands.executeCommand('setContext', `rivulet.${key}`, now[key]);
    }
  }
}
