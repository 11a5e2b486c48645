/** Scrolls an editor along with the end of a growing text. */
import * as vscode from 'vscode';
import type { DocumentRanges } from './documentRanges.ts';

/** Maximum time for a scroll of ours to take effect, also on a remote host. */
const crossingMs = 1_000;

/**
 * Keeps the growing end in view until the user scrolls away, and again once the end is in view. It only scrolls down, so any
 * upward scroll is the user's. If a scroll of ours takes effect after the user's, it is reverted, except for the lines that VS
 * Code keeps free for sticky scroll.
 */
export class AutoReveal implements vscode.Disposable {
  readonly #editor: vscode.TextEditor;
  readonly #places: Pick<DocumentRanges, 'document' | 'spans'>;
  readonly #subscription: vscode.Disposable;
  #follows: boolean;
  #topLine: number;
  /** A scroll of ours that has not taken effect yet. */
  #asked: { readonly line: number; readonly atMs: number } | undefined;

  constructor(editor: vscode.TextEditor, places: Pick<DocumentRanges, 'document' | 'spans'>) {
    this.#editor = editor;
    this.#places = places;
    this.#follows = this.#isInView(this.#end.line);
    this.#topLine = topLine(editor);
    this.#subscription = vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
      if (textEditor === editor) this.#moved();
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  follow(): void {
    if (!this.#follows || this.#editor.document !== this.#places.document) return;
    const end = this.#end;
    if (this.#isInView(end.line)) return;
    this.#asked = { line: end.line, atMs: performance.now() };
    this.#editor.revealRange(new vscode.Range(end, end), vscode.TextEditorRevealType.Default);
  }

  #moved(): void {
    const top = topLine(this.#editor);
    const asked = this.#asked;
    const ours = asked !== undefined && this.#isInView(asked.line) && performance.now() - asked.atMs < crossingMs;
    if (ours) this.#asked = undefined;
    if (top < this.#topLine) this.#follows = false;
    else if (ours && !this.#follows) {
      const theirs = new vscode.Position(this.#topLine, 0);
      this.#editor.revealRange(new vscode.Range(theirs, theirs), vscode.TextEditorRevealType.AtTop);
      return;
    } else if (this.#isInView(this.#end.line)) this.#follows = true;
    else if (top > this.#end.line) this.#follows = false;
    this.#topLine = top;
  }

  get #end(): vscode.Position {
    return this.#places.document.positionAt(this.#places.spans[0]?.end ?? 0);
  }

  /** The last visible line may be cut off, so it does not count. */
  #isInView(line: number): boolean {
    const last = this.#editor.visibleRanges.at(-1)?.end.line ?? 0;
    return line >= topLine(this.#editor) && (line < last || (line === this.#editor.document.lineCount - 1 && line <= last));
  }
}

function topLine(editor: vscode.TextEditor): number {
  return editor.visibleRanges[0]?.start.line ?? 0;
}
