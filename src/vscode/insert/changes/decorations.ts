/** Decorations: green lines for changes, a soft background for plain insertions, and a caret where text grows. */
import * as vscode from 'vscode';
import type { Offers } from './offers.ts';

export class ChangeDecorations implements vscode.Disposable {
  readonly #offers: Offers;
  readonly #inserted = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorCursor.foreground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  readonly #added = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('rivulet.addedLineBackground'),
    // High contrast themes have no background here, only the border.
    borderColor: new vscode.ThemeColor('rivulet.addedLineBorder'),
    borderStyle: 'solid',
    borderWidth: '0 0 0 3px',
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.addedForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  readonly #caret = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    after: { contentText: '▏', color: new vscode.ThemeColor('editorCursor.foreground'), margin: '0 -1ch 0 0' },
  });
  readonly #subscription: vscode.Disposable;
  /** Editors that show decorations. */
  #painted = new Set<vscode.TextEditor>();

  constructor(offers: Offers) {
    this.#offers = offers;
    this.#subscription = vscode.Disposable.from(
      offers.onChange(() => this.#paintAll()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#paintAll()),
      this.#inserted,
      this.#added,
      this.#caret,
    );
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #paintAll(): void {
    const painted = new Set<vscode.TextEditor>();
    for (const editor of vscode.window.visibleTextEditors) {
      if (this.#offers.in(editor.document).length > 0) painted.add(editor);
      if (painted.has(editor) || this.#painted.has(editor)) this.#paint(editor);
    }
    this.#painted = painted;
  }

  /** For all answers in the document at once: an editor has one set of ranges per decoration type. */
  #paint(editor: vscode.TextEditor): void {
    const { document } = editor;
    const here = this.#offers.in(document);
    const at = (offset: number): vscode.Position => document.positionAt(offset);
    const added = here
      .filter(({ isDiff }) => isDiff)
      .flatMap(({ changes }) => changes.pending.filter(({ addedLines }) => addedLines > 0).map((change) => changes.rangeOf(change)));
    const inserted = here
      .filter(({ isDiff }) => !isDiff)
      .flatMap(({ changes }) => changes.pending.map(({ span }) => new vscode.Range(at(span.start), at(span.end))));
    const carets = here
      .filter(({ state }) => state === 'growing')
      .flatMap(({ writer }) => writer.spans.map(({ end }) => new vscode.Range(at(end), at(end))));
    editor.setDecorations(this.#added, added);
    editor.setDecorations(this.#inserted, inserted);
    editor.setDecorations(this.#caret, carets);
  }
}
