/** The changes of one answer in its document, from its first settled line until each is kept or undone. */
import * as vscode from 'vscode';
import type { PlacedText } from '../../../core/edit/placedText.ts';
import { ChangeLedger, type PendingChange } from '../../../core/insert/changeLedger.ts';
import { withEol } from '../../../core/insert/shape.ts';
import { editIn, editorOf, editThroughWorkspace } from '../document/editorEdits.ts';
import type { Move, RangeWriter } from '../document/rangeWriter.ts';

/** Longer documents are not compared with their earlier states. */
const mostComparedCharacters = 2_000_000;
const mostRefusals = 4;

export class OpenChanges implements vscode.Disposable {
  readonly #writer: RangeWriter;
  readonly #texts: readonly PlacedText[];
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable;
  #ledger = new ChangeLedger();
  #document: vscode.TextDocument;
  #eol: vscode.EndOfLine;
  /** The document as the last change left it: a change tells what came, not what was there. */
  #mirror: string | undefined;
  /** The last change of the document was an undo or a redo. */
  #hasReturned = false;

  constructor(writer: RangeWriter, texts: readonly PlacedText[]) {
    this.#writer = writer;
    this.#texts = texts;
    this.#document = writer.document;
    this.#eol = writer.document.eol;
    this.#subscriptions = vscode.Disposable.from(
      this.#changed,
      writer.onStep(() => this.#remember()),
      writer.onMoved((how) => this.#move(how)),
      vscode.workspace.onDidChangeTextDocument((event) => this.#follow(event)),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  /** Changes have come, were decided or have moved. */
  get onChange(): vscode.Event<void> {
    return this.#changed.event;
  }

  get document(): vscode.TextDocument {
    return this.#document;
  }

  /** In the order of the document. */
  get pending(): readonly PendingChange[] {
    return this.#ledger.pending;
  }

  /** The document has more of the answer, or less. */
  update(state: 'growing' | 'ended'): void {
    const document = this.#writer.document;
    const [eol, own] = [lineEndOf(document), document.getText()];
    const spans = this.#ledger.hasLate ? this.#writer.spansAtLanding : this.#writer.spans;
    const places = this.#texts.map((text, place) => {
      const { end } = spans[place] ?? { end: 0 };
      const { length } = withEol(this.#writer.put(place), eol);
      const openLine = state === 'growing' ? text.lineCount : Number.POSITIVE_INFINITY;
      return { place, changes: text.changes(eol), end, length, openLine };
    });
    this.#ledger.update(places, own);
    this.#look();
    if (state === 'ended') this.#remember();
    this.#changed.fire();
  }

  /** Its added lines; empty at the place of lines that only went. */
  rangeOf(change: PendingChange): vscode.Range {
    const line = this.lineOf(change);
    const last = this.#document.positionAt(change.span.end);
    const end = last.character === 0 && last.line > line ? last.line - 1 : last.line;
    return change.addedLines === 0 ? new vscode.Range(line, 0, line, 0) : new vscode.Range(line, 0, Math.max(line, end), 0);
  }

  /** Where the change is shown: its first new line, or the line after the ones that went. */
  lineOf({ line, span, removedLines, addedLines }: PendingChange): number {
    // Lines that only came or only went take the line end before them along.
    const beginsBefore = line > 0 && (removedLines === 0 || addedLines === 0);
    return Math.min(this.#document.positionAt(span.start).line + (beginsBefore ? 1 : 0), this.#document.lineCount - 1);
  }

  /** The changes that these lines are in or next to. */
  within(first: number, last: number): readonly PendingChange[] {
    return this.pending.filter((change) => {
      const { start, end } = this.rangeOf(change);
      return first <= end.line && last >= start.line;
    });
  }

  keep(changes: readonly PendingChange[]): void {
    for (const change of this.#closed(changes)) this.#decide(change, 'kept');
    this.#remember();
    this.#changed.fire();
  }

  /** Puts the old text back, as one undo step of its own. */
  async undo(changes: readonly PendingChange[]): Promise<void> {
    const lines = this.#closed(changes);
    const isMeant = (each: PendingChange): boolean => lines.some(({ place, line }) => each.place === place && each.line === line);
    this.#remember();
    for (let refusals = 0; refusals < mostRefusals; refusals++) {
      await this.#writer.landed;
      const undone = this.pending.filter(isMeant);
      if (undone.length === 0) return;
      const planned = undone.map(({ span, removed }) => ({ offset: span.start, length: span.end - span.start, text: removed }));
      const editor = editorOf(this.#document);
      const done = await (editor === undefined ? editThroughWorkspace(this.#document, planned) : editIn(editor, planned, true));
      if (!done) continue;
      for (const change of undone) this.#decide(change, 'undone');
      break;
    }
    this.#remember();
    this.#changed.fire();
  }

  #move(how: Move): void {
    this.#document = this.#writer.document;
    this.#eol = this.#document.eol;
    if (how !== 'same') this.#ledger = new ChangeLedger();
    if (how === 'anew') for (const text of this.#texts) text.reopen();
    this.#look();
    this.#changed.fire();
  }

  /** What is still being written is decided when it is whole. */
  #closed(changes: readonly PendingChange[]): readonly PendingChange[] {
    return changes.filter(({ isOpen }) => !isOpen);
  }

  #decide(change: PendingChange, how: 'kept' | 'undone'): void {
    this.#ledger.decide(change, how, this.#texts[change.place]?.decide(change.line) ?? 0);
  }

  #remember(): void {
    this.#look();
    if (this.#mirror !== undefined) this.#ledger.remember(this.#mirror);
  }

  #look(): void {
    const text = this.#document.getText();
    this.#mirror = text.length <= mostComparedCharacters ? text : undefined;
  }

  #follow({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    if (document !== this.#document || contentChanges.length === 0) return;
    const before = this.pending;
    const isOwn = this.#writer.isOwn(contentChanges);
    // Other answers may have written since the last of this one, and one undo takes all of them back.
    const isFirst = reason !== undefined && !this.#hasReturned && !this.#writer.isWriting;
    if (isFirst && this.#mirror !== undefined) this.#ledger.remember(this.#mirror);
    this.#hasReturned = reason !== undefined;
    if (document.eol === this.#eol) {
      const others = this.#writer.isWriting ? 'late' : 'others';
      this.#ledger.follow(contentChanges, this.#mirror, isOwn ? 'own' : others);
    } else {
      this.#eol = document.eol;
      this.#ledger.lineEnds(document.getText(), lineEndOf(document));
    }
    this.#look();
    if (reason !== undefined) this.#ledger.recall(document.getText());
    // What our own edit takes back may come again.
    else if (!isOwn) this.#decideGone(before);
    if (!this.#writer.isWriting) this.#changed.fire();
  }

  /** Changes that were put back or rewritten by hand do not come again with the next lines of the answer. */
  #decideGone(before: readonly PendingChange[]): void {
    const isThere = ({ place, line }: PendingChange): boolean => this.pending.some((each) => each.place === place && each.line === line);
    for (const change of before) if (!change.isOpen && !isThere(change)) this.#decide(change, 'undone');
  }
}

function lineEndOf(document: vscode.TextDocument): '\n' | '\r\n' {
  return document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
}
