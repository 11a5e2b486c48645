/**
 * Puts text at followed places of one document, one edit in flight: refused edits are made again where the places are
 * by then, a hidden document is reached through the workspace, and a closed one is waited for.
 */
import * as vscode from 'vscode';
import { PlaceText } from '../../../core/edit/placeText.ts';
import type { Step } from '../../../core/edit/step.ts';
import type { OffsetRange } from '../../../core/insert/trackedRange.ts';
import type { Planned } from '../../../core/insert/trackedRanges.ts';
import { collapse, editIn, editorOf, editThroughWorkspace, textAt } from './editorEdits.ts';
import { DocumentRanges } from './documentRanges.ts';
import { DocumentSuccessor, type OnClosed } from './documentSuccessor.ts';
import type { UndoRuns } from './undoRuns.ts';

/** Why the text cannot go where it was meant to go. */
export type Loss = 'closed' | 'deleted' | 'undone' | 'read-only';

/** What the next document has: the same text, another one, or none of the answer, which is put anew. */
export type Move = 'same' | 'other' | 'anew';

/** An editor that refused so many edits is passed by, through the workspace. */
const mostRefusals = 4;
/** How long a refused edit waits for the change that made it stale, in ms. */
const staleMs = 30;

export class RangeWriter implements vscode.Disposable {
  readonly #places: DocumentRanges;
  readonly #lost = new vscode.EventEmitter<Loss>();
  readonly #step = new vscode.EventEmitter<void>();
  readonly #moved = new vscode.EventEmitter<Move>();
  readonly #subscriptions: vscode.Disposable[] = [this.#lost, this.#step, this.#moved];
  readonly #successor: DocumentSuccessor;
  readonly #texts: readonly PlaceText[];
  #loss: Loss | undefined;
  /** The selections that were replaced are none any more. */
  #isCollapsed = false;
  /** The document was changed by others since our last edit, so the next edit starts a new undo step. */
  #othersChanged = true;
  /** The edit that is on its way. */
  #planned: readonly Planned[] = [];
  /** Changes of the document since our edit was asked for; the first of them is ours if it was taken. */
  #changesInFlight = 0;
  #wake: (() => void) | undefined;
  #landed: Promise<void> | undefined;
  #siblings: () => Iterable<RangeWriter> = () => [];
  #undoRuns: UndoRuns | undefined;

  /** @param spans UTF-16 offsets; what they hold is replaced by the first text */
  constructor(document: vscode.TextDocument, spans: readonly OffsetRange[]) {
    this.#places = new DocumentRanges(document, spans);
    this.#texts = this.#places.originals.map((original) => new PlaceText(original));
    this.#successor = new DocumentSuccessor(document);
    this.#subscriptions.push(
      this.#successor,
      vscode.workspace.onDidChangeTextDocument((event) => this.#changed(event)),
    );
  }

  get onLost(): vscode.Event<Loss> {
    return this.#lost.event;
  }

  /** The next edit begins a new undo step. */
  get onStep(): vscode.Event<void> {
    return this.#step.event;
  }

  /** Another document took the place of the closed one, or the same one was opened again. */
  get onMoved(): vscode.Event<Move> {
    return this.#moved.event;
  }

  get document(): vscode.TextDocument {
    return this.#places.document;
  }

  get spans(): readonly OffsetRange[] {
    return this.#places.ranges.spans;
  }

  get spansAtLanding(): readonly OffsetRange[] {
    return this.#places.ranges.spansAtLanding;
  }

  get loss(): Loss | undefined {
    return this.#loss;
  }

  /** The old text at place `index` that was neither passed nor removed, as it is by now, with `\n` as line end. */
  oldText(index: number): string {
    const { start, end } = this.#places.ranges.rests[index] ?? { start: 0, end: 0 };
    return textAt(this.document, start, end);
  }

  /** Text that was put or passed at place `index` so far, with `\n` as line end. */
  put(index: number): string {
    return this.#texts[index]?.put ?? '';
  }

  /** Answers that grow beside this one take turns with it and are undone together with it. */
  growBeside(siblings: () => Iterable<RangeWriter>, undoRuns: UndoRuns): void {
    this.#siblings = siblings;
    this.#undoRuns = undoRuns;
    if (this.#inDocument().some((sibling) => sibling.wroteLast)) this.#othersChanged = false;
  }

  /** The last change of the document was ours, so the editor can join the next one to it in one undo step. */
  get wroteLast(): boolean {
    return !this.#othersChanged;
  }

  /** Settles when the edit in flight has landed or was refused. */
  get landed(): Promise<void> | undefined {
    return this.#landed;
  }

  get isVisible(): boolean {
    return editorOf(this.document) !== undefined;
  }

  /** An edit is on its way. */
  get isWriting(): boolean {
    return this.#landed !== undefined;
  }

  /** Whether the changes are those of the edit that is on its way. */
  isOwn(changes: readonly vscode.TextDocumentContentChangeEvent[]): boolean {
    const isPlanned = (change: vscode.TextDocumentContentChangeEvent): boolean =>
      this.#planned.some(
        ({ offset, length, text }) => offset === change.rangeOffset && length === change.rangeLength && text === change.text,
      );
    return this.isWriting && changes.every(isPlanned);
  }

  /** Every replaced text is what it was. */
  get isUnchanged(): boolean {
    return this.#texts.every((text) => text.isUnchanged);
  }

  get hasText(): boolean {
    return this.#texts.some(({ put }) => put !== '');
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions).dispose();
    this.#wake?.();
  }

  /**
   * Settles when the document has the edits, or they cannot get there any more.
   * @param edits one for each place, with `\n` as line end; undefined leaves the place alone
   * @param release gives the steps that take the place of an edit whose old text is not there any more
   */
  async append(
    edits: readonly (readonly Step[] | undefined)[],
    onClosed: OnClosed,
    release: (index: number) => readonly Step[] = () => [],
  ): Promise<Loss | undefined> {
    return this.#edit(edits, onClosed, release);
  }

  /** After the end: moves to the same text under another name, as a rename or a save of an untitled document leaves it. */
  async moveOn(): Promise<boolean> {
    const { document } = this;
    const next = await this.#successor.find(async () => 'leave');
    if (next === undefined || next.uri.toString() === document.uri.toString() || next.getText() !== document.getText()) return false;
    this.#moveTo(next);
    return true;
  }

  async #edit(
    edits: readonly (readonly Step[] | undefined)[],
    onClosed: OnClosed,
    release: (index: number) => readonly Step[] = () => [],
  ): Promise<Loss | undefined> {
    const { ranges } = this.#places;
    let wanted = edits;
    let refusals = 0;
    while (this.#loss === undefined) {
      if (this.#places.isClosed) {
        const again = await this.#reopen(onClosed);
        // What was in the document was lost with it, so it is put again.
        if (again) await this.#putAgain(onClosed);
        continue;
      }
      for (const { landed } of this.#inDocument()) {
        if (landed !== undefined) await landed;
      }
      // Others may have been quicker after the same wait.
      if (this.#inDocument().some(({ landed }) => landed !== undefined) || this.#places.isClosed) continue;
      wanted = wanted.map((steps, index) => (steps === undefined || this.#places.finds(index, steps) ? steps : release(index)));
      const planned = ranges.plan(wanted.map((steps) => steps?.map((step) => this.#places.inDocument(step))));
      if (planned.length === 0) {
        this.#done(wanted);
        const shown = editorOf(this.document);
        if (shown !== undefined) this.#collapse(shown);
        return ranges.gone ? this.#lose('deleted') : undefined;
      }
      const editor = refusals < mostRefusals ? editorOf(this.document) : undefined;
      this.#changesInFlight = 0;
      if (this.#othersChanged) {
        this.#step.fire();
        this.#undoRuns?.begin(this.document);
      }
      const asked = editor === undefined ? editThroughWorkspace(this.document, planned) : editIn(editor, planned, this.#othersChanged);
      this.#planned = planned;
      this.#landed = asked.then(() => undefined);
      const accepted = await asked;
      this.#landed = undefined;
      const settled = ranges.settled(accepted);
      switch (settled) {
        case 'put':
          this.#othersChanged = this.#changesInFlight > 1;
          this.#done(wanted);
          if (!this.#othersChanged) this.#undoRuns?.landed(this.document);
          if (editor !== undefined) this.#collapse(editor);
          return this.#loss;
        case 'gone':
          return this.#lose('deleted');
        case 'unseen':
          // Closed in the same moment, or read-only: those editors say yes and do nothing.
          if (!this.#places.isClosed) return this.#lose('read-only');
          break;
        case 'refused':
          refusals++;
          this.#othersChanged = true;
          await this.#nextChange();
          break;
        default:
          settled satisfies never;
      }
    }
    return this.#loss;
  }

  async #putAgain(onClosed: OnClosed): Promise<void> {
    const edits = this.#texts.map((text) => text.again());
    for (const text of this.#texts) text.reset();
    await this.#edit(edits, onClosed);
  }

  #done(edits: readonly (readonly Step[] | undefined)[]): void {
    for (const [index, steps] of edits.entries()) this.#texts[index]?.apply(steps ?? []);
  }

  #collapse(editor: vscode.TextEditor): void {
    const scopes = this.#places.ranges.scopes.filter((_, index) => this.#isCollapsed || this.#places.originals[index] !== '');
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
    this.#othersChanged = !this.#isFamily;
    this.#changesInFlight++;
    if (
      this.#places.follow(
        event,
        this.#texts.map(({ put }) => put),
      )
    )
      this.#lose('undone');
    this.#wake?.();
    const { ranges } = this.#places;
    if (ranges.gone) this.#lose('deleted');
  }

  /** Whether the change that arrived may be ours or a sibling's. */
  get #isFamily(): boolean {
    return this.#places.ranges.isInFlight || this.#inDocument().some(({ landed }) => landed !== undefined);
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

  /** Goes on in the document that follows the closed one; true when the text of all places has to be put again. */
  async #reopen(onClosed: OnClosed): Promise<boolean> {
    const next = await this.#successor.find(onClosed);
    if (next === undefined) {
      this.#lose('closed');
      return false;
    }
    const again = this.#moveTo(next);
    if (this.#places.ranges.gone) this.#lose('deleted');
    return again;
  }

  #moveTo(next: vscode.TextDocument): boolean {
    const isSame = next.getText() === this.document.getText();
    const again = this.#places.moveTo(next);
    this.#othersChanged = true;
    this.#successor.follow(next);
    this.#moved.fire(again ? 'anew' : isSame ? 'same' : 'other');
    return again;
  }
}
