/**
 * Decorations: green lines for added lines, a border where lines were only removed, a soft background for plain insertions, and a
 * caret where text grows.
 */
import * as vscode from 'vscode';
import type { AllChanges } from './allChanges.ts';

export function decorateChanges(all: AllChanges): vscode.Disposable {
  const inserted = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorCursor.foreground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  const ofLines = (border: string, borderWidth: string, ruler: string, background?: string): vscode.TextEditorDecorationType =>
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      ...(background === undefined ? {} : { backgroundColor: new vscode.ThemeColor(background) }),
      borderColor: new vscode.ThemeColor(border),
      borderStyle: 'solid',
      borderWidth,
      overviewRulerColor: new vscode.ThemeColor(ruler),
      overviewRulerLane: vscode.OverviewRulerLane.Left,
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    });
  const [deleted, deletedInRuler] = ['editorGutter.deletedBackground', 'editorOverviewRuler.deletedForeground'] as const;
  const marks = {
    // High contrast themes have no background here, only the border.
    added: ofLines('rivulet.addedLineBorder', '0 0 0 3px', 'editorOverviewRuler.addedForeground', 'rivulet.addedLineBackground'),
    removedAbove: ofLines(deleted, '2px 0 0', deletedInRuler),
    removedBelow: ofLines(deleted, '0 0 2px', deletedInRuler),
  };
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
    const changes = diffs.flatMap((answer) => answer.pending.map((each) => [answer.markOf(each), answer.rangeOf(each)] as const));
    for (const [name, type] of Object.entries(marks)) {
      const ranges = changes.flatMap(([mark, lines]) => (mark === name ? [lines] : []));
      editor.setDecorations(type, ranges);
    }
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
  const types = [inserted, caret, ...Object.values(marks)];
  return vscode.Disposable.from(all.onChange(paintAll), vscode.window.onDidChangeVisibleTextEditors(paintAll), ...types);
}
