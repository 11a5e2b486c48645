/** How an insertion is shown: a soft background behind the text that was put, a caret where it grows, and a view that follows it. */
import * as vscode from 'vscode';
import type { RangeWriter } from './document/rangeWriter.ts';

/** How long a scroll of ours may be on its way, also to a remote host. */
const crossingMs = 1_000;

type GrowingText = Pick<RangeWriter, 'document' | 'spans'>;

export class InsertionDecorations implements vscode.Disposable {
  readonly #shown = new Set<RangeWriter>();
  readonly #growing = new Set<RangeWriter>();
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

  show(writer: RangeWriter, state: 'growing' | 'ended'): void {
    this.#shown.add(writer);
    if (state === 'growing') this.#growing.add(writer);
    else this.#growing.delete(writer);
    this.update(writer);
  }

  hide(writer: RangeWriter): void {
    this.#shown.delete(writer);
    this.#growing.delete(writer);
    this.update(writer);
  }

  update(writer: RangeWriter): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document === writer.document) this.#paint(editor);
    }
  }

  /** Of all insertions in the document: an editor holds one set of ranges for each kind of mark. */
  #paint(editor: vscode.TextEditor): void {
    const { document } = editor;
    const here = [...this.#shown].filter((writer) => writer.document === document);
    const at = (offset: number): vscode.Position => document.positionAt(offset);
    const ranges = here.flatMap((writer) => writer.added);
    const carets = here
      .filter((writer) => this.#growing.has(writer))
      .flatMap((writer) => writer.spans.map(({ end }) => new vscode.Range(at(end), at(end))));
    editor.setDecorations(this.#text, ranges);
    editor.setDecorations(this.#caret, carets);
  }
}

/**
 * Keeps the growing end in view as long as the person stays there. It only ever scrolls down, so a view that went up
 * was moved by the person, who is left alone until the end is in view again. A scroll of ours may still be on its way
 * when they move, on a remote host for as long as a round trip takes: then it is taken back, to within the lines that
 * VS Code keeps free for sticky scroll.
 */
export class AutoReveal implements vscode.Disposable {
  readonly #editor: vscode.TextEditor;
  readonly #text: GrowingText;
  readonly #subscription: vscode.Disposable;
  #follows: boolean;
  #topLine: number;
  /** What was asked to be shown and has not been seen in view yet. */
  #asked: { readonly line: number; readonly atMs: number } | undefined;

  constructor(editor: vscode.TextEditor, text: GrowingText) {
    this.#editor = editor;
    this.#text = text;
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
    if (!this.#follows || this.#editor.document !== this.#text.document) return;
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
    return this.#text.document.positionAt(this.#text.spans[0]?.end ?? 0);
  }

  /** The last visible line may be cut off by the window's edge, so it does not count. */
  #isInView(line: number): boolean {
    const last = this.#editor.visibleRanges.at(-1)?.end.line ?? 0;
    return line >= topLine(this.#editor) && (line < last || (line === this.#editor.document.lineCount - 1 && line <= last));
  }
}

function topLine(editor: vscode.TextEditor): number {
  return editor.visibleRanges[0]?.start.line ?? 0;
}
