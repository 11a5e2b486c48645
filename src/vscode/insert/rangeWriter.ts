/**
 * Puts text at followed places of one document, one edit in flight: refused edits are made again where the places are
 * by then, a hidden document is reached through the workspace, and a closed one is waited for.
 */
import * as vscode from 'vscode';
import type { OffsetRange } from '../../core/insert/trackedRange.ts';
import { withEol } from '../../core/insert/shape.ts';
import { collapse, editIn, editorOf, editThroughWorkspace, textAt } from './editorEdits.ts';
import { DocumentRanges } from './documentRanges.ts';
import { DocumentSuccessor, type OnClosed } from './documentSuccessor.ts';

/** Why the text cannot go where it was meant to go. */
export type Loss = 'closed' | 'deleted' | 'undone' | 'read-only';

/** An editor that refused so many edits is passed by, through the workspace. */
const mostRefusals = 4;
/** How long a refused edit waits for the change that made it stale, in ms. */
const staleMs = 30;

export class RangeWriter implements vscode.Disposable {
  readonly #places: DocumentRanges;
  readonly #moved = new vscode.EventEmitter<void>();
  readonly #lost = new vscode.EventEmitter<Loss>();
  readonly #subscriptions: vscode.Disposable[] = [this.#moved, this.#lost];
  readonly #successor: DocumentSuccessor;
  /** All that was put at each place, with `\n` as line end. */
  #put: string[];
  #loss: Loss | undefined;
  /** The document was changed by others since our last edit, so the next edit starts a new undo step. */
  #othersChanged = true;
  /** Changes of the document since our edit was asked for; the first of them is ours if it was taken. */
  #changesInFlight = 0;
  #wake: (() => void) | undefined;
  #landed: Promise<void> | undefined;
  #siblings: () => Iterable<RangeWriter> = () => [];

  /** @param spans UTF-16 offsets; what they hold is replaced by the first text */
  constructor(document: vscode.TextDocument, spans: readonly OffsetRange[]) {
    this.#places = new DocumentRanges(document, spans);
    this.#put = spans.map(() => '');
    this.#successor = new DocumentSuccessor(document);
    this.#subscriptions.push(
      this.#successor,
      vscode.workspace.onDidChangeTextDocument((event) => this.#changed(event)),
    );
  }

  /** The document, its places or the text at them have changed. */
  get onMoved(): vscode.Event<void> {
    return this.#moved.event;
  }

  get onLost(): vscode.Event<Loss> {
    return this.#lost.event;
  }

  get document(): vscode.TextDocument {
    return this.#places.document;
  }

  get spans(): readonly OffsetRange[] {
    return this.#places.ranges.spans;
  }

  get loss(): Loss | undefined {
    return this.#loss;
  }

  /** Text that was put at place `index` so far, with `\n` as line end. */
  put(index: number): string {
    return this.#put[index] ?? '';
  }

  /** Answers that grow beside this one take turns with it and are undone together with it. */
  growBeside(siblings: () => Iterable<RangeWriter>): void {
    this.#siblings = siblings;
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

  get hasText(): boolean {
    return this.#put.some((text) => text !== '');
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions).dispose();
    this.#wake?.();
  }

  /**
   * Settles when the document has the texts, or they cannot get there any more.
   * @param texts one for each place, with `\n` as line end
   */
  async append(texts: readonly string[], onClosed: OnClosed): Promise<Loss | undefined> {
    const loss = await this.#edit(
      texts.map((text) => (text === '' ? undefined : text)),
      onClosed,
    );
    if (loss === undefined) this.#put = this.#put.map((put, index) => put + (texts[index] ?? ''));
    return loss;
  }

  /** Puts back what stood at the places before: the whole insertion taken out, also after other edits. */
  async discard(onClosed: OnClosed): Promise<Loss | undefined> {
    const originals = this.#places.originals.map((text, index) => (this.#places.ranges.has(index) ? text : undefined));
    this.#places.ranges.restart();
    this.#othersChanged = true;
    const loss = await this.#edit(originals, onClosed);
    this.#put = this.#put.map(() => '');
    return loss;
  }

  /** Takes the last `length` characters of what was put away again, where they still stand. */
  async takeBack(lengths: readonly number[], onClosed: OnClosed): Promise<void> {
    if (lengths.every((length) => length === 0)) return;
    const spans = this.#places.ranges.spans;
    const kept = this.#put.map((put, index) => {
      const { start, end } = spans[index] ?? { start: 0, end: 0 };
      const tail = put.slice(put.length - (lengths[index] ?? 0));
      const text = textAt(this.document, start, end);
      return text.endsWith(tail) ? text.slice(0, text.length - tail.length) : text;
    });
    this.#places.ranges.restart();
    await this.#edit(kept, onClosed);
    this.#put = this.#put.map((put, index) => put.slice(0, put.length - (lengths[index] ?? 0)));
  }

  /** Puts `texts[i]` at place i; undefined leaves the place alone. */
  async #edit(texts: readonly (string | undefined)[], onClosed: OnClosed): Promise<Loss | undefined> {
    const { ranges } = this.#places;
    let wanted = texts;
    let refusals = 0;
    while (this.#loss === undefined) {
      if (this.#places.isClosed) {
        const again = await this.#reopen(onClosed);
        // What was in the document was lost with it, so it is put again.
        if (again) wanted = wanted.map((text, index) => (text === undefined ? this.#put[index] : this.put(index) + text));
        continue;
      }
      for (const { landed } of this.#inDocument()) {
        if (landed !== undefined) await landed;
      }
      // Others may have been quicker after the same wait.
      if (this.#inDocument().some(({ landed }) => landed !== undefined) || this.#places.isClosed) continue;
      const planned = ranges.plan(wanted.map((text) => (text === undefined ? text : withEol(text, this.#places.lineEnd))));
      if (planned.length === 0) {
        ranges.settled(false);
        return ranges.gone ? this.#lose('deleted') : undefined;
      }
      const editor = refusals < mostRefusals ? editorOf(this.document) : undefined;
      this.#changesInFlight = 0;
      const asked = editor === undefined ? editThroughWorkspace(this.document, planned) : editIn(editor, planned, this.#othersChanged);
      this.#landed = asked.then(() => undefined);
      const accepted = await asked;
      this.#landed = undefined;
      const settled = ranges.settled(accepted);
      switch (settled) {
        case 'put':
          this.#othersChanged = this.#changesInFlight > 1;
          if (editor !== undefined) collapse(editor, ranges.spans);
          this.#moved.fire();
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
    if (this.#places.follow(event)) this.#lose('undone');
    this.#wake?.();
    const { ranges } = this.#places;
    if (ranges.gone) this.#lose('deleted');
    if (!ranges.isInFlight) this.#moved.fire();
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
    const again = this.#places.moveTo(next);
    this.#othersChanged = true;
    this.#successor.follow(next);
    if (this.#places.ranges.gone) this.#lose('deleted');
    return again;
  }
}
