/**
 * The places of an insertion in one document, followed through all that happens to it: edits of anybody, new line ends,
 * and another document that takes the place of a closed one.
 */
import * as vscode from 'vscode';
import { expectedText, type Step } from '../../../core/edit/step.ts';
import { type TextChange, changeBetween, refine, type OffsetRange } from '../../../core/insert/trackedRange.ts';
import { TrackedRanges } from '../../../core/insert/trackedRanges.ts';
import { withEol } from '../../../core/insert/shape.ts';
import { isInTab, textAt } from './editorEdits.ts';

export class DocumentRanges {
  readonly ranges: TrackedRanges;
  /** What stood at each place before, with `\n` as line end. */
  readonly originals: readonly string[];
  #document: vscode.TextDocument;
  /** The document as the last change left it: a change tells what came, not what was there. */
  #mirror: string;
  #eol: vscode.EndOfLine;
  #hadTab: boolean;

  /** @param spans UTF-16 offsets */
  constructor(document: vscode.TextDocument, spans: readonly OffsetRange[]) {
    this.#document = document;
    this.#mirror = document.getText();
    this.#eol = document.eol;
    this.#hadTab = isInTab(document);
    this.ranges = new TrackedRanges(spans);
    this.originals = spans.map(({ start, end }) => textAt(document, start, end));
  }

  get document(): vscode.TextDocument {
    return this.#document;
  }

  get lineEnd(): '\n' | '\r\n' {
    return this.#eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  }

  /** VS Code may keep a document in memory for minutes after its last tab was closed; for the person it is closed. */
  get isClosed(): boolean {
    const hasTab = this.#document.isClosed || isInTab(this.#document);
    if (hasTab) this.#hadTab = true;
    return this.#document.isClosed || (this.#hadTab && !hasTab);
  }

  /** A step as it is in this document. */
  inDocument(step: Step): Step {
    const own = (text: string): string => withEol(text, this.lineEnd);
    if (step.type === 'clear') return step;
    return step.type === 'put' ? { ...step, text: own(step.text), lead: own(step.lead) } : { ...step, text: own(step.text) };
  }

  /** Whether the document has the text that the steps take back, pass and remove. */
  finds(index: number, steps: readonly Step[]): boolean {
    const own = (text: string): string => withEol(text, this.lineEnd);
    const { start: rest } = this.ranges.rests[index] ?? { start: 0 };
    const { end } = this.ranges.spans[index] ?? { end: 0 };
    const [first] = steps;
    const back = first?.type === 'back' ? own(first.text) : '';
    return this.#mirror.startsWith(own(expectedText(steps)), rest) && this.#mirror.slice(0, end).endsWith(back);
  }

  /**
   * Moves the places; returns whether the change is an undo that takes back what was streamed.
   * @param put the text of each place as we left it, with `\n` as line end
   */
  follow({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent, put: readonly string[]): boolean {
    if (document.eol !== this.#eol) {
      this.#eol = document.eol;
      this.#mirror = document.getText();
      this.ranges.changed({ type: 'line-ends', text: this.#mirror, eol: this.lineEnd });
      return false;
    }
    const isUndo = reason === vscode.TextDocumentChangeReason.Undo;
    const untouched = isUndo ? this.#untouched(put) : [];
    const changes = contentChanges.flatMap((change) => this.#read(change));
    const takenBack = isUndo && changes.some((change) => this.#takesBack(change) || untouched.some((span) => reachesInto(change, span)));
    this.ranges.changed({ type: 'changes', changes });
    return takenBack;
  }

  /** Goes on in the document that follows the closed one; true when the text of all places has to be put again. */
  moveTo(next: vscode.TextDocument): boolean {
    const before = this.#document.getText();
    const after = next.getText();
    this.#document = next;
    this.#mirror = after;
    this.#eol = next.eol;
    if (after === before) {
      // Thrown away unsaved, but still in memory: what we put was taken out before the tab closed.
      const isTakenOut = this.ranges.scopes.every(
        ({ start, end }, index) => !this.ranges.has(index) || textAt(next, start, end) === this.originals[index],
      );
      if (isTakenOut) this.ranges.restart();
      return isTakenOut;
    }
    const { text, spans } = this.#withoutAnswer(before);
    if (after === text) {
      this.ranges.restart(spans);
      return true;
    }
    const change = changeBetween(before, after);
    if (change !== undefined) this.ranges.changed({ type: 'changes', changes: [change] });
    return false;
  }

  #read(change: TextChange): readonly TextChange[] {
    const { rangeOffset, rangeLength, text } = change;
    const before = this.#mirror;
    this.#mirror = before.slice(0, rangeOffset) + text + before.slice(rangeOffset + rangeLength);
    // In flight the change may be our own, which must stay as it was planned to be known again.
    if (this.ranges.isInFlight) return [change];
    const refined = refine(change, before.slice(rangeOffset, rangeOffset + rangeLength), this.ranges.scopes);
    return refined === undefined ? [] : [refined];
  }

  /** Places that only we have written to: an undo in one of them can only take back streamed text. */
  #untouched(put: readonly string[]): readonly OffsetRange[] {
    return this.ranges.spans.filter(
      ({ start, end }, index) => this.ranges.has(index) && this.#mirror.slice(start, end) === withEol(put[index] ?? '', this.lineEnd),
    );
  }

  /** Undo takes text away from a growing end only when it takes back what was streamed. */
  #takesBack({ rangeOffset, rangeLength }: TextChange): boolean {
    return this.ranges.spans.some(
      ({ start, end }, index) => this.ranges.has(index) && rangeOffset >= start && rangeOffset < end && rangeOffset + rangeLength >= end,
    );
  }

  /** The document as it would be without us, as it is on disk when it was closed unsaved. */
  #withoutAnswer(before: string): { text: string; spans: readonly OffsetRange[] } {
    let text = '';
    let from = 0;
    const spans: OffsetRange[] = [];
    for (const [index, { start, end }] of this.ranges.scopes.entries()) {
      text += before.slice(from, start);
      const original = withEol(this.originals[index] ?? '', this.lineEnd);
      spans.push({ start: text.length, end: text.length + original.length });
      text += this.ranges.has(index) ? original : before.slice(start, end);
      from = end;
    }
    return { text: text + before.slice(from), spans };
  }
}

function reachesInto({ rangeOffset, rangeLength }: TextChange, { start, end }: OffsetRange): boolean {
  return rangeOffset < end && rangeOffset + rangeLength > start;
}
