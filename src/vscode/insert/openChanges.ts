/** The changes of an answer in its document that can still be kept or undone one by one. */
import * as vscode from 'vscode';
import type { ReplacedText } from '../../core/edit/replacedText.ts';
import type { TextSpanChange } from '../../core/edit/textChanges.ts';
import { ChangeLedger, type PendingChange } from '../../core/insert/changeLedger.ts';
import { withEol } from '../../core/insert/shape.ts';
import { editIn, editorOf, editThroughWorkspace } from './document/editorEdits.ts';
import type { RangeWriter } from './document/rangeWriter.ts';

export class OpenChanges implements vscode.Disposable {
  readonly document: vscode.TextDocument;
  readonly #ledger: ChangeLedger;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;

  /** @param changes with offsets of the document as it is now */
  constructor(document: vscode.TextDocument, changes: readonly TextSpanChange[]) {
    this.document = document;
    this.#ledger = new ChangeLedger(changes);
    this.#subscription = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document !== document || event.contentChanges.length === 0) return;
      this.#ledger.follow(event.contentChanges);
      this.#changed.fire();
    });
  }

  dispose(): void {
    vscode.Disposable.from(this.#subscription, this.#changed).dispose();
  }

  /** Changes were decided or have moved. */
  get onChange(): vscode.Event<void> {
    return this.#changed.event;
  }

  get pending(): readonly PendingChange[] {
    return this.#ledger.pending;
  }

  /** Where the change is shown: its first new line, or the line after the ones that went. */
  lineOf({ span }: PendingChange): number {
    const at = this.document.positionAt(span.start);
    const isLineEnd = at.character === this.document.lineAt(at).text.length && at.character > 0;
    const line = isLineEnd ? at.line + 1 : at.line;
    return Math.min(line, this.document.lineCount - 1);
  }

  /** The change that the line is in or next to. */
  at(line: number): PendingChange | undefined {
    return this.pending.find((change) => {
      const end = this.document.positionAt(change.span.end).line;
      return line >= Math.min(this.lineOf(change), end) && line <= Math.max(this.lineOf(change), end);
    });
  }

  keep(change: PendingChange): void {
    this.#ledger.keep(change.id);
    this.#changed.fire();
  }

  /** Puts the old lines back, as a separate undo step. */
  async undo({ id }: PendingChange): Promise<void> {
    const change = this.pending.find((each) => each.id === id);
    if (change === undefined) return;
    const { start, end } = change.span;
    const eol = this.document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
    const planned = [{ offset: start, length: end - start, text: withEol(change.removed.replaceAll('\r\n', '\n'), eol) }];
    this.#ledger.keep(id);
    const editor = editorOf(this.document);
    const done = await (editor === undefined ? editThroughWorkspace(this.document, planned) : editIn(editor, planned, true));
    if (!done) this.#ledger.restore(change);
    this.#changed.fire();
  }
}

/** Undefined for less than two changes: the choice for all of the insertion is choice enough. */
export function openChangesIn(writer: RangeWriter, replaced: readonly ReplacedText[]): OpenChanges | undefined {
  const eol = writer.document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  const changes = replaced.flatMap((text, index) => {
    const { start } = writer.spans[index] ?? { start: 0 };
    if (!writer.isIntact(index)) return [];
    return text.changes(eol).map((change) => ({ ...change, start: start + change.start, end: start + change.end }));
  });
  return changes.length < 2 ? undefined : new OpenChanges(writer.document, changes);
}
