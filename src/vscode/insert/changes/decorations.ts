/** Decorations: green lines for changes, a soft background for plain insertions, and a caret where text grows. */
import * as vscode from 'vscode';
import type { AllChanges } from './allChanges.ts';

export function decorateChanges(all: AllChanges): vscode.Disposable {
  const inserted = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorCursor.foreground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  const added = vscode.window.createTextEditorDecorationType({
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
  const caret = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    after: { contentText: '▏', color: new vscode.ThemeColor('editorCursor.foreground'), margin: '0 -1ch 0 0' },
  });

  /** For all answers in the document at once: an editor has one set of ranges per decoration type. */
  const paint = (editor: vscode.TextEditor): void => {
    const { document } = editor;
    const here = all.in(document);
    const range = (start: number, end: number): vscode.Range => new vscode.Range(document.positionAt(start), document.positionAt(end));
    const diffs = here.filter(({ isDiff }) => isDiff);
    const insertions = here.filter(({ isDiff }) => !isDiff);
    const growing = here.filter(({ state }) => state === 'growing');
    editor.setDecorations(
      added,
      diffs.flatMap((answer) => answer.pending.filter(({ addedLines }) => addedLines > 0).map((change) => answer.rangeOf(change))),
    );
    editor.setDecorations(
      inserted,
      insertions.flatMap(({ pending }) => pending.map(({ span }) => range(span.start, span.end))),
    );
    editor.setDecorations(
      caret,
      growing.flatMap(({ writer }) => writer.places.spans.map(({ end }) => range(end, end))),
    );
  };

  /** Editors that show decorations. */
  let painted = new Set<vscode.TextEditor>();
  const paintAll = (): void => {
    const { visibleTextEditors } = vscode.window;
    const now = new Set(visibleTextEditors.filter(({ document }) => all.in(document).length > 0));
    for (const editor of visibleTextEditors) if (now.has(editor) || painted.has(editor)) paint(editor);
    painted = now;
  };
  return vscode.Disposable.from(all.onChange(paintAll), vscode.window.onDidChangeVisibleTextEditors(paintAll), inserted, added, caret);
}
