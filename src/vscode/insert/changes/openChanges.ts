/** One answer in its document: its undecided changes, tracked through all edits, and whether it grows or can be continued. */
import * as vscode from 'vscode';
import type { PlacedText } from '../../../core/edit/placedText.ts';
import { ChangeLedger, type PendingChange } from '../../../core/insert/changeLedger.ts';
import { withEol } from '../../../core/insert/shape.ts';
import { edit } from '../document/editorEdits.ts';
import type { DocumentChanged, Move, RangeWriter } from '../document/rangeWriter.ts';

/** For longer documents, earlier states are not remembered. UTF-16 units. */
const mostComparedCharacters = 2_000_000;
const mostRefusals = 8;

export interface OpenChangesOptions {
  /** The answer is compared with old lines. Otherwise all of it is one change. */
  readonly isDiff: boolean;
  /** The file was created for the answer. */
  readonly isNewFile: boolean;
}

export class OpenChanges implements vscode.Disposable {
  readonly writer: RangeWriter;
  readonly isDiff: boolean;
  readonly isNewFile: boolean;
  /** `resumable`: the answer broke off or was stopped, and can be continued. */
  state: 'growing' | 'ended' | 'resumable' = 'growing';
  readonly #texts: readonly PlacedText[];
  readonly #changed = new vscode.EventEmitter<void>();
  /** Fires when changes were added, decided or moved. */
  readonly onChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable;
  #ledger: ChangeLedger;
  /** The last change of the document was an undo or a redo. */
  #hasReturned = false;

  constructor(writer: RangeWriter, texts: readonly PlacedText[], { isDiff, isNewFile }: OpenChangesOptions) {
    [this.isDiff, this.isNewFile] = [isDiff, isNewFile];
    this.#ledger = new ChangeLedger(isDiff);
    this.writer = writer;
    this.#texts = texts;
    this.#subscriptions = vscode.Disposable.from(
      this.#changed,
      writer.onStep(() => this.#remember()),
      writer.onMoved((how) => this.#move(how)),
      writer.onChanged((changed) => this.#follow(changed)),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  get document(): vscode.TextDocument {
    return this.writer.document;
  }

  /** In the order of the document. */
  get pending(): readonly PendingChange[] {
    return this.#ledger.pending;
  }

  /** Call it when the document has more or less of the answer. */
  update(state: 'growing' | 'ended'): void {
    const { places: written } = this.writer;
    const eol = written.lineEnd;
    const spans = this.#ledger.hasLate ? written.ranges.spansAtLanding : written.spans;
    const places = this.#texts.map((text, place) => {
      const { end } = spans[place] ?? { end: 0 };
      const { length } = withEol(written.put(place), eol);
      const openLine = state === 'growing' ? text.lineCount : Number.POSITIVE_INFINITY;
      return { place, changes: text.changes(eol), end, length, openLine };
    });
    this.#ledger.update(places, written.text);
    if (state === 'ended') this.#remember();
    this.#changed.fire();
  }

  /** The added lines; an empty range if lines were only removed. */
  rangeOf(change: PendingChange): vscode.Range {
    const line = this.lineOf(change);
    const last = this.document.positionAt(change.span.end);
    const end = last.character === 0 && last.line > line ? last.line - 1 : last.line;
    return change.addedLines === 0 ? new vscode.Range(line, 0, line, 0) : new vscode.Range(line, 0, Math.max(line, end), 0);
  }

  /** The first added line, or the line after the removed ones. */
  lineOf({ line, span, removedLines, addedLines }: PendingChange): number {
    // A change that only adds or only removes lines includes the line end before them.
    const beginsBefore = line > 0 && (removedLines === 0 || addedLines === 0);
    return Math.min(this.document.positionAt(span.start).line + (beginsBefore ? 1 : 0), this.document.lineCount - 1);
  }

  /** Removed lines are marked at the line after them, or below the last line. */
  markOf({ line, span, addedLines }: PendingChange): 'added' | 'removedAbove' | 'removedBelow' {
    if (addedLines > 0) return 'added';
    const isAtEnd = line > 0 && this.document.positionAt(span.start).line === this.document.lineCount - 1;
    return isAtEnd ? 'removedBelow' : 'removedAbove';
  }

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

  /** Restores the old text in one separate undo step. */
  async undo(changes: readonly PendingChange[]): Promise<void> {
    const lines = this.#closed(changes);
    const isMeant = (each: PendingChange): boolean => lines.some(({ place, line }) => each.place === place && each.line === line);
    this.#remember();
    for (let refusals = 0; refusals < mostRefusals; refusals++) {
      while (this.writer.busy !== undefined) await this.writer.busy;
      const undone = this.pending.filter(isMeant);
      if (undone.length === 0) return;
      const planned = undone.map(({ span, removed }) => ({ offset: span.start, length: span.end - span.start, text: removed }));
      if (!(await edit(this.document, planned, true, refusals))) continue;
      for (const change of undone) this.#decide(change, 'undone');
      break;
    }
    this.#remember();
    this.#changed.fire();
  }

  #move(how: Move): void {
    if (how !== 'same') this.#ledger = new ChangeLedger(this.isDiff);
    if (how === 'anew') for (const text of this.#texts) text.reopen();
    this.#changed.fire();
  }

  /** Changes that still grow cannot be decided yet. */
  #closed(changes: readonly PendingChange[]): readonly PendingChange[] {
    return changes.filter(({ isOpen }) => !isOpen);
  }

  #decide(change: PendingChange, how: 'kept' | 'undone'): void {
    this.#ledger.decide(change, how, this.#texts[change.place]?.decide(change.line) ?? 0);
  }

  #remember(text = this.writer.places.text): void {
    if (text.length <= mostComparedCharacters) this.#ledger.remember(text);
  }

  #follow({ event, before: text, hasNewLineEnds }: DocumentChanged): void {
    const { contentChanges, reason } = event;
    const before = this.pending;
    const isOwn = this.writer.isOwn(contentChanges);
    // One undo also takes back what other answers have written, so the state before it is remembered.
    const isFirst = reason !== undefined && !this.#hasReturned && !this.writer.isWriting;
    if (isFirst) this.#remember(text);
    this.#hasReturned = reason !== undefined;
    if (hasNewLineEnds) this.#ledger.lineEnds(this.writer.places.text, this.writer.places.lineEnd);
    else {
      const others = this.writer.isWriting ? 'late' : 'others';
      this.#ledger.follow(contentChanges, text.length <= mostComparedCharacters ? text : undefined, isOwn ? 'own' : others);
    }
    if (reason !== undefined) this.#ledger.recall(this.writer.places.text);
    // Changes that our own edit takes back may return.
    else if (!isOwn) this.#decideGone(before);
    if (!this.writer.isWriting) this.#changed.fire();
  }

  /** Changes that were reverted or rewritten by hand must not return with the next lines of the answer. */
  #decideGone(before: readonly PendingChange[]): void {
    const isThere = ({ place, line }: PendingChange): boolean => this.pending.some((each) => each.place === place && each.line === line);
    for (const change of before) if (!change.isOpen && !isThere(change)) this.#decide(change, 'undone');
  }
}
