/** What is seen of an insertion: a soft background behind the streamed text, a caret where it grows, and a view that follows it. */
import * as vscode from 'vscode';
import type { Writer } from './insertionWriter.ts';

export class Marks implements vscode.Disposable {
  readonly #shown = new Set<Writer>();
  readonly #growing = new Set<Writer>();
  readonly #text = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorCursor.foreground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  readonly #caret = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    after: { contentText: '▏', color: new vscode.ThemeColor('editorCursor.foreground'), margin: '0 -1ch 0 0' },
  });
  readonly #subscription = vscode.window.onDidChangeVisibleTextEditors((editors) => {
    for (const editor of editors) this.#paint(editor);
  });

  dispose(): void {
    vscode.Disposable.from(this.#text, this.#caret, this.#subscription).dispose();
  }

  show(writer: Writer, state: 'growing' | 'ended'): void {
    this.#shown.add(writer);
    if (state === 'growing') this.#growing.add(writer);
    else this.#growing.delete(writer);
    this.update(writer);
  }

  hide(writer: Writer): void {
    this.#shown.delete(writer);
    this.#growing.delete(writer);
    this.update(writer);
  }

  update(writer: Writer): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document === writer.document) this.#paint(editor);
    }
  }

  /** Of all insertions in the document: an editor holds one set of ranges for each kind of mark. */
  #paint(editor: vscode.TextEditor): void {
    const { document } = editor;
    const here = [...this.#shown].filter((writer) => writer.document === document);
    const at = (offset: number): vscode.Position => document.positionAt(offset);
    const ranges = here.flatMap((writer) => writer.spans.map(({ start, end }) => new vscode.Range(at(start), at(end))));
    const carets = here
      .filter((writer) => this.#growing.has(writer))
      .flatMap((writer) => writer.spans.map(({ end }) => new vscode.Range(at(end), at(end))));
    editor.setDecorations(this.#text, ranges);
    editor.setDecorations(this.#caret, carets);
  }
}

/**
 * Keeps the growing end in view as long as the person stays there. It only ever scrolls down, so a view that went up
 * was moved by the person, who is left alone until the end is in view again.
 */
export class Follower implements vscode.Disposable {
  readonly #editor: vscode.TextEditor;
  readonly #writer: Writer;
  readonly #subscription: vscode.Disposable;
  #follows: boolean;
  #topLine: number;

  constructor(editor: vscode.TextEditor, writer: Writer) {
    this.#editor = editor;
    this.#writer = writer;
    this.#follows = this.#isInView;
    this.#topLine = topLine(editor);
    this.#subscription = vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
      if (textEditor !== editor) return;
      const top = topLine(editor);
      if (top < this.#topLine) this.#follows = false;
      else if (this.#isInView) this.#follows = true;
      else if (top > this.#end.line) this.#follows = false;
      this.#topLine = top;
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  follow(): void {
    if (!this.#follows || this.#editor.document !== this.#writer.document || this.#isInView) return;
    this.#editor.revealRange(new vscode.Range(this.#end, this.#end), vscode.TextEditorRevealType.Default);
  }

  get #end(): vscode.Position {
    return this.#writer.document.positionAt(this.#writer.spans[0]?.end ?? 0);
  }

  /** The last visible line may be cut off by the window's edge, so it does not count. */
  get #isInView(): boolean {
    const { line } = this.#end;
    const last = this.#editor.visibleRanges.at(-1)?.end.line ?? 0;
    return line >= topLine(this.#editor) && (line < last || line === this.#editor.document.lineCount - 1 && line <= last);
  }
}

function topLine(editor: vscode.TextEditor): number {
  return editor.visibleRanges[0]?.start.line ?? 0;
}
