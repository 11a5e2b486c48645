/**
 * Writes text at tracked places of one document, with one edit in flight at a time. Refused edits are repeated where the places
 * are by then, hidden documents are edited through the workspace, and a closed document is awaited.
 */
import * as vscode from 'vscode';
import type { Step } from '../../../core/edit/step.ts';
import type { OffsetRange } from '../../../core/insert/trackedRange.ts';
import type { Planned } from '../../../core/insert/trackedRanges.ts';
import { collapse, edit, editorOf } from './editorEdits.ts';
import { DocumentRanges } from './documentRanges.ts';
import { DocumentSuccessor, type OnClosed } from './documentSuccessor.ts';
import type { UndoRuns } from './undoRuns.ts';

/** Why no more text can be written. */
export type Loss = 'closed' | 'deleted' | 'undone' | 'read-only';

export interface DocumentChanged {
  readonly event: vscode.TextDocumentChangeEvent;
  /** The document's text before the change. */
  readonly before: string;
  /** The change only replaced all line ends. */
  readonly hasNewLineEnds: boolean;
}

/** The text of the next document: the same, a different one, or one without the answer, which is put again. */
export type Move = 'same' | 'other' | 'anew';

/** How long a refused edit waits for the change that made it stale. */
const staleMs = 30;

export class RangeWriter implements vscode.Disposable {
  readonly places: DocumentRanges;
  readonly #lost = new vscode.EventEmitter<Loss>();
  readonly #step = new vscode.EventEmitter<void>();
  readonly #moved = new vscode.EventEmitter<Move>();
  readonly #documentChanged = new vscode.EventEmitter<DocumentChanged>();
  readonly onLost = this.#lost.event;
  /** Fires before an edit that begins a new undo step. */
  readonly onStep = this.#step.event;
  /** Fires when another document replaced this one, or the same one was reopened. */
  readonly onMoved = this.#moved.event;
  /** Fires for each change of the document, after the places were moved. */
  readonly onChanged = this.#documentChanged.event;
  readonly #subscriptions: vscode.Disposable[] = [this.#lost, this.#step, this.#moved, this.#documentChanged];
  readonly #successor: DocumentSuccessor;
  #loss: Loss | undefined;
  /** The replaced selections were collapsed. */
  #isCollapsed = false;
  /** The edit in flight. */
  #planned: readonly Planned[] = [];
  #wake: (() => void) | undefined;
  #landed: Promise<void> | undefined;
  #siblings: () => Iterable<RangeWriter> = () => [];
  #undoRuns: UndoRuns | undefined;

  /** @param spans UTF-16 offsets; their text is replaced */
  constructor(document: vscode.TextDocument, spans: readonly OffsetRange[]) {
    this.places = new DocumentRanges(document, spans);
    this.#successor = new DocumentSuccessor(document, () => this.places.text);
    this.#subscriptions.push(
      this.#successor,
      vscode.workspace.onDidChangeTextDocument((event) => this.#changed(event)),
    );
  }

  get document(): vscode.TextDocument {
    return this.places.document;
  }

  get loss(): Loss | undefined {
    return this.#loss;
  }

  /** Other answers in the same document take turns with this one and are undone together with it. */
  growBeside(siblings: () => Iterable<RangeWriter>, undoRuns: UndoRuns): void {
    this.#siblings = siblings;
    this.#undoRuns = undoRuns;
  }

  /** An answer's edit of the document that is in flight. Settles when it was accepted or refused. */
  get busy(): Promise<void> | undefined {
    return [this, ...this.#inDocument()].map((writer) => writer.#landed).find((landed) => landed !== undefined);
  }

  get isVisible(): boolean {
    return editorOf(this.document) !== undefined;
  }

  get isWriting(): boolean {
    return this.#landed !== undefined;
  }

  /** Whether these are the changes of the edit in flight. */
  isOwn(changes: readonly vscode.TextDocumentContentChangeEvent[]): boolean {
    const isPlanned = (change: vscode.TextDocumentContentChangeEvent): boolean =>
      this.#planned.some(
        ({ offset, length, text }) => offset === change.rangeOffset && length === change.rangeLength && text === change.text,
      );
    return this.isWriting && changes.every(isPlanned);
  }

  /** No replaced text differs from the old one. */
  get isUnchanged(): boolean {
    return this.places.texts.every((text) => text.isUnchanged);
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions).dispose();
    this.#wake?.();
  }

  /**
   * Settles when the document has the edits, or cannot get them any more.
   * @param edits one for each place, with `\n` as line end; undefined leaves the place unchanged
   * @param release returns the steps for a place whose old text has changed
   */
  async append(
    edits: readonly (readonly Step[] | undefined)[],
    onClosed: OnClosed,
    release: (index: number) => readonly Step[] = () => [],
  ): Promise<Loss | undefined> {
    const { ranges } = this.places;
    let wanted = edits;
    let refusals = 0;
    while (this.#loss === undefined) {
      if (this.#successor.isBeingSaved && !this.#successor.isSaved) {
        await this.#nextChange();
        continue;
      }
      if (this.places.isClosed || this.#successor.isSaved) {
        const again = await this.#reopen(onClosed);
        // The text was lost with the closed document.
        if (again) await this.#putAgain(onClosed);
        continue;
      }
      const { busy } = this;
      if (busy !== undefined) {
        // Afterwards, another writer that waited for it may have been faster.
        await busy;
        continue;
      }
      wanted = wanted.map((steps, index) => (steps === undefined || this.places.finds(index, steps) ? steps : release(index)));
      const planned = ranges.plan(wanted.map((steps) => steps?.map((step) => this.places.inDocument(step))));
      if (planned.length === 0) {
        this.#done(wanted);
        this.#collapse();
        return ranges.gone ? this.#lose('deleted') : undefined;
      }
      const { document } = this;
      const isNewStep = this.#undoRuns?.begin(document) !== false;
      if (isNewStep) this.#step.fire();
      const asked = edit(document, planned, isNewStep, refusals);
      this.#planned = planned;
      this.#landed = asked.then(() => undefined);
      const accepted = await asked;
      this.#landed = undefined;
      this.#undoRuns?.landed(document, accepted);
      const settled = ranges.settled(accepted);
      switch (settled) {
        case 'put':
          this.#done(wanted);
          this.#collapse();
          return this.#loss;
        case 'gone':
          return this.#lose('deleted');
        case 'unseen':
          // Read-only editors, and those that are being closed, accept edits without applying them.
          if (!this.places.isClosed) return this.#lose('read-only');
          break;
        case 'refused':
          refusals++;
          await this.#nextChange();
          break;
        default:
          settled satisfies never;
      }
    }
    return this.#loss;
  }

  /** After the end: moves to the document with the same text that a rename or a save of an untitled document leaves. */
  async moveOn(): Promise<boolean> {
    const next = await this.#successor.find(async () => 'leave');
    if (next === undefined || next.uri.toString() === this.document.uri.toString() || next.getText() !== this.places.text) return false;
    this.#moveTo(next);
    return true;
  }

  async #putAgain(onClosed: OnClosed): Promise<void> {
    const { texts } = this.places;
    const edits = texts.map((text) => text.again());
    for (const text of texts) text.reset();
    await this.append(edits, onClosed);
  }

  #done(edits: readonly (readonly Step[] | undefined)[]): void {
    for (const [index, steps] of edits.entries()) this.places.texts[index]?.apply(steps ?? []);
  }

  #collapse(): void {
    const editor = editorOf(this.document);
    if (editor === undefined) return;
    const scopes = this.places.ranges.scopes.filter((_, index) => this.#isCollapsed || this.places.texts[index]?.original !== '');
    collapse(editor, scopes, this.#isCollapsed);
    this.#isCollapsed = true;
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), staleMs);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }

  #changed(event: vscode.TextDocumentChangeEvent): void {
    if (event.document !== this.document || event.contentChanges.length === 0) return;
    if (this.#successor.isSaved) return this.#wake?.();
    const { text: before, lineEnd } = this.places;
    if (this.places.follow(event)) this.#lose('undone');
    this.#wake?.();
    const { ranges } = this.places;
    if (ranges.gone) this.#lose('deleted');
    this.#documentChanged.fire({ event, before, hasNewLineEnds: lineEnd !== this.places.lineEnd });
  }

  #inDocument(): readonly RangeWriter[] {
    return [...this.#siblings()].filter((other) => other !== this && other.document === this.document);
  }

  #lose(loss: Loss): Loss {
    if (this.#loss === undefined) {
      this.#loss = loss;
      this.#lost.fire(loss);
    }
    return this.#loss;
  }

  /** Continues in the next document. Resolves to true if the text of all places has to be put again. */
  async #reopen(onClosed: OnClosed): Promise<boolean> {
    const next = await this.#successor.find(onClosed);
    if (next === undefined) {
      this.#lose('closed');
      return false;
    }
    const again = this.#moveTo(next);
    if (this.places.ranges.gone) this.#lose('deleted');
    return again;
  }

  #moveTo(next: vscode.TextDocument): boolean {
    const isSame = next.getText() === this.places.text;
    const again = this.places.moveTo(next);
    this.#successor.follow(next);
    this.#moved.fire(again ? 'anew' : isSame ? 'same' : 'other');
    return again;
  }
}
