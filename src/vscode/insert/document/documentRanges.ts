/** Tracks the places of an insertion through edits, new line ends, and the replacement of its document by another one. */
import * as vscode from 'vscode';
import { PlaceText } from '../../../core/edit/placeText.ts';
import { expectedText, type Step } from '../../../core/edit/step.ts';
import { type TextChange, changesBetween, edited, refine, type OffsetRange } from '../../../core/insert/trackedRange.ts';
import { TrackedRanges } from '../../../core/insert/trackedRanges.ts';
import { withEol } from '../../../core/insert/shape.ts';
import { isInTab, textAt } from './editorEdits.ts';

export class DocumentRanges {
  readonly ranges: TrackedRanges;
  readonly texts: readonly PlaceText[];
  #document: vscode.TextDocument;
  /** The document after its last change: change events do not contain the replaced text. */
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
    this.texts = spans.map(({ start, end }) => new PlaceText(textAt(document, start, end)));
  }

  get document(): vscode.TextDocument {
    return this.#document;
  }

  /** The document's text after its last change. */
  get text(): string {
    return this.#mirror;
  }

  get spans(): readonly OffsetRange[] {
    return this.ranges.spans;
  }

  /** The old text at place `index` that was not reached yet, with `\n` as line end. */
  oldText(index: number): string {
    const { start, end } = this.ranges.rests[index] ?? { start: 0, end: 0 };
    return textAt(this.#document, start, end);
  }

  /** Text that was put or passed at place `index`, with `\n` as line end. */
  put(index: number): string {
    return this.texts[index]?.put ?? '';
  }

  get lineEnd(): '\n' | '\r\n' {
    return this.#eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  }

  /** Also true without a tab: VS Code may keep a document in memory for minutes after its last tab was closed. */
  get isClosed(): boolean {
    const hasTab = this.#document.isClosed || isInTab(this.#document);
    if (hasTab) this.#hadTab = true;
    return this.#document.isClosed || (this.#hadTab && !hasTab);
  }

  /** The step with the line ends of this document. */
  inDocument(step: Step): Step {
    if (step.type === 'clear') return step;
    const text = this.#own(step.text);
    return step.type === 'put' ? { ...step, text, lead: this.#own(step.lead) } : { ...step, text };
  }

  /** Whether the document still has the text that the steps expect. */
  finds(index: number, steps: readonly Step[]): boolean {
    const { start: rest } = this.ranges.rests[index] ?? { start: 0 };
    const { start, end } = this.spans[index] ?? { start: 0, end: 0 };
    const [first] = steps;
    const back = first?.type === 'back' ? this.#own(first.text) : '';
    const there = this.#mirror.slice(start, end);
    // Where all is taken back, text that was typed into it could look like a part of it.
    const isThere = back === '' || (back === this.#own(this.put(index)) ? there === back : there.endsWith(back));
    return isThere && this.#mirror.startsWith(this.#own(expectedText(steps)), rest);
  }

  /** Moves the places. Returns true if the change is an undo of streamed text. */
  follow({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): boolean {
    if (document.eol !== this.#eol) {
      this.#eol = document.eol;
      this.#mirror = document.getText();
      this.ranges.changed({ type: 'line-ends', text: this.#mirror, eol: this.lineEnd });
      return false;
    }
    const isUndo = reason === vscode.TextDocumentChangeReason.Undo;
    const untouched = isUndo ? this.#untouched : [];
    const changes = contentChanges.flatMap((change) => this.#read(change));
    const takenBack = isUndo && changes.some((change) => this.#takesBack(change) || untouched.some((span) => reachesInto(change, span)));
    this.ranges.changed({ type: 'changes', changes });
    return takenBack;
  }

  /** Continues in another document. Returns true if the text of all places has to be put again. */
  moveTo(next: vscode.TextDocument): boolean {
    const before = this.#mirror;
    const after = next.getText();
    this.#document = next;
    this.#mirror = after;
    this.#eol = next.eol;
    this.#hadTab = isInTab(next);
    if (after === before) {
      // Closed without saving, but still in memory: our text was reverted before the tab closed.
      const isTakenOut = this.ranges.scopes.every(
        ({ start, end }, index) => !this.ranges.has(index) || textAt(next, start, end) === this.texts[index]?.original,
      );
      if (isTakenOut) this.ranges.restart();
      return isTakenOut;
    }
    const { text, spans } = this.#withoutAnswer(before);
    if (after === text) {
      this.ranges.restart(spans);
      return true;
    }
    this.ranges.changed({ type: 'changes', changes: changesBetween(before, after) });
    return false;
  }

  #own(text: string): string {
    return withEol(text, this.lineEnd);
  }

  #read(change: TextChange): readonly TextChange[] {
    const { rangeOffset, rangeLength } = change;
    const before = this.#mirror;
    this.#mirror = edited(before, change);
    // In flight, the change may be our own, which is recognized by its exact text.
    if (this.ranges.isInFlight) return [change];
    return refine(change, before.slice(rangeOffset, rangeOffset + rangeLength), this.ranges.scopes);
  }

  /** Places with only streamed text: an undo inside of one can only take that back. */
  get #untouched(): readonly OffsetRange[] {
    return this.spans.filter(
      ({ start, end }, index) => this.ranges.has(index) && this.#mirror.slice(start, end) === this.#own(this.put(index)),
    );
  }

  /** An undo that removes text up to a growing end takes back streamed text. */
  #takesBack({ rangeOffset, rangeLength }: TextChange): boolean {
    return this.spans.some(
      ({ start, end }, index) => this.ranges.has(index) && rangeOffset >= start && rangeOffset < end && rangeOffset + rangeLength >= end,
    );
  }

  /** The document without the answer, as it is on disk after it was closed without saving. */
  #withoutAnswer(before: string): { text: string; spans: readonly OffsetRange[] } {
    let text = '';
    let from = 0;
    const spans: OffsetRange[] = [];
    for (const [index, { start, end }] of this.ranges.scopes.entries()) {
      text += before.slice(from, start);
      const original = this.#own(this.texts[index]?.original ?? '');
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
