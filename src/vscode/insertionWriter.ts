/**
 * Puts text at pinned places of one document, one edit in flight: refused edits are made again where the places are
 * by then, a hidden document is reached through the workspace, a renamed one is followed, a closed one waited for.
 */
import * as vscode from 'vscode';
import { type Change, changeBetween, refine, type Span } from '../core/editor/anchor.ts';
import { Pins } from '../core/editor/pins.ts';
import { withEol } from '../core/editor/shape.ts';
import { collapse, editIn, editorOf, editThroughWorkspace, isInTab, textAt } from './insertionEdit.ts';
import { Successor } from './insertionSuccessor.ts';

/** Why the text cannot go where it was meant to go. */
export type Loss = 'closed' | 'deleted' | 'undone' | 'read-only';

/** What to do when the document was closed: open it again, or leave it (the answer is kept elsewhere). */
export type OnClosed = (fileName: string) => Promise<'reopen' | 'leave'>;

/** An editor that refused so many edits is passed by, through the workspace. */
const mostRefusals = 4;
/** How long a refused edit waits for the change that made it stale, in ms. */
const staleMs = 30;

export class Writer implements vscode.Disposable {
  readonly #pins: Pins;
  /** What stood at each place before, with `\n` as line end. */
  readonly #originals: readonly string[];
  readonly #moved = new vscode.EventEmitter<void>();
  readonly #lost = new vscode.EventEmitter<Loss>();
  readonly #subscriptions: vscode.Disposable[] = [this.#moved, this.#lost];
  readonly #successor: Successor;
  #document: vscode.TextDocument;
  /** The document as the last change left it: a change tells what came, not what was there. */
  #mirror: string;
  #eol: vscode.EndOfLine;
  /** All that was put at each place, with `\n` as line end. */
  #put: string[];
  #loss: Loss | undefined;
  /** Somebody else changed the document since our last edit; the next one is an undo step of its own then. */
  #othersChanged = true;
  /** Changes of the document since our edit was asked for; the first of them is ours if it was taken. */
  #changesInFlight = 0;
  #wake: (() => void) | undefined;
  #hadTab = false;
  #landed: Promise<void> | undefined;
  #siblings: () => Iterable<Writer> = () => [];

  /** @param spans UTF-16 offsets; what they hold is replaced by the first text */
  constructor(document: vscode.TextDocument, spans: readonly Span[]) {
    this.#document = document;
    this.#mirror = document.getText();
    this.#eol = document.eol;
    this.#pins = new Pins(spans);
    this.#originals = spans.map(({ start, end }) => textAt(document, start, end));
    this.#put = spans.map(() => '');
    this.#hadTab = isInTab(document);
    this.#successor = new Successor(document);
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
    return this.#document;
  }

  get spans(): readonly Span[] {
    return this.#pins.spans;
  }

  get loss(): Loss | undefined {
    return this.#loss;
  }

  /** Text that was put at place `index` so far, with `\n` as line end. */
  put(index: number): string {
    return this.#put[index] ?? '';
  }

  /** Answers that grow beside this one take turns with it and are undone together with it. */
  growBeside(siblings: () => Iterable<Writer>): void {
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
    return editorOf(this.#document) !== undefined;
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
    const originals = this.#originals.map((text, index) => (this.#pins.has(index) ? text : undefined));
    this.#pins.restart();
    this.#othersChanged = true;
    const loss = await this.#edit(originals, onClosed);
    this.#put = this.#put.map(() => '');
    return loss;
  }

  /** Takes the last `length` characters of what was put away again, where they still stand. */
  async takeBack(lengths: readonly number[], onClosed: OnClosed): Promise<void> {
    if (lengths.every((length) => length === 0)) return;
    const spans = this.#pins.spans;
    const kept = this.#put.map((put, index) => {
      const { start, end } = spans[index] ?? { start: 0, end: 0 };
      const tail = put.slice(put.length - (lengths[index] ?? 0));
      const text = textAt(this.#document, start, end);
      return text.endsWith(tail) ? text.slice(0, text.length - tail.length) : text;
    });
    this.#pins.restart();
    await this.#edit(kept, onClosed);
    this.#put = this.#put.map((put, index) => put.slice(0, put.length - (lengths[index] ?? 0)));
  }

  /** Puts `texts[i]` at place i; undefined leaves the place alone. */
  async #edit(texts: readonly (string | undefined)[], onClosed: OnClosed): Promise<Loss | undefined> {
    let wanted = texts;
    let refusals = 0;
    while (this.#loss === undefined) {
      if (this.#isClosed) {
        const again = await this.#reopen(onClosed);
        // What was in the document was lost with it, so it is put again.
        if (again) wanted = wanted.map((text, index) => (text === undefined ? this.#put[index] : this.put(index) + text));
        continue;
      }
      for (const { landed } of this.#inDocument()) {
        if (landed !== undefined) await landed;
      }
      // Others may have been quicker after the same wait.
      if (this.#inDocument().some(({ landed }) => landed !== undefined) || this.#isClosed) continue;
      const planned = this.#pins.plan(wanted.map((text) => (text === undefined ? text : withEol(text, this.#lineEnd))));
      if (planned.length === 0) {
        this.#pins.settled(false);
        return this.#pins.gone ? this.#lose('deleted') : undefined;
      }
      const editor = refusals < mostRefusals ? editorOf(this.#document) : undefined;
      this.#changesInFlight = 0;
      const asked =
        editor === undefined
          ? editThroughWorkspace(this.#document, planned)
          : editIn(editor, planned, this.#othersChanged);
      this.#landed = asked.then(() => undefined);
      const accepted = await asked;
      this.#landed = undefined;
      const settled = this.#pins.settled(accepted);
      switch (settled) {
        case 'put':
          this.#othersChanged = this.#changesInFlight > 1;
          if (editor !== undefined) collapse(editor, this.#pins.spans);
          this.#moved.fire();
          return this.#loss;
        case 'gone':
          return this.#lose('deleted');
        case 'unseen':
          // Closed in the same moment, or read-only: those editors say yes and do nothing.
          if (!this.#isClosed) return this.#lose('read-only');
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

  /** VS Code may keep a document in memory for minutes after its last tab was closed; for the person it is closed. */
  get #isClosed(): boolean {
    const hasTab = this.#document.isClosed || isInTab(this.#document);
    if (hasTab) this.#hadTab = true;
    return this.#document.isClosed || (this.#hadTab && !hasTab);
  }

  get #lineEnd(): '\n' | '\r\n' {
    return this.#eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
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

  #changed({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    if (document !== this.#document || contentChanges.length === 0) return;
    this.#othersChanged = !this.#isFamily;
    this.#changesInFlight++;
    if (document.eol === this.#eol) {
      const changes = contentChanges.flatMap((change) => this.#read(change));
      if (reason === vscode.TextDocumentChangeReason.Undo && changes.some((change) => this.#takesBack(change))) {
        this.#lose('undone');
      }
      this.#pins.changed({ type: 'changes', changes });
    } else {
      this.#eol = document.eol;
      this.#mirror = document.getText();
      this.#pins.changed({ type: 'line-ends', text: this.#mirror, eol: this.#lineEnd });
    }
    this.#wake?.();
    if (this.#pins.gone) this.#lose('deleted');
    if (!this.#pins.isInFlight) this.#moved.fire();
  }

  #read(change: Change): readonly Change[] {
    const { rangeOffset, rangeLength, text } = change;
    const before = this.#mirror;
    this.#mirror = before.slice(0, rangeOffset) + text + before.slice(rangeOffset + rangeLength);
    // In flight the change may be our own, which must stay as it was planned to be known again.
    if (this.#pins.isInFlight) return [change];
    const refined = refine(change, before.slice(rangeOffset, rangeOffset + rangeLength), this.#pins.spans);
    return refined === undefined ? [] : [refined];
  }

  /** Undo takes text away from a growing end only when it takes back what was streamed. */
  #takesBack({ rangeOffset, rangeLength }: Change): boolean {
    return this.#pins.spans.some(
      ({ start, end }, index) =>
        this.#pins.has(index) && rangeOffset >= start && rangeOffset < end && rangeOffset + rangeLength >= end,
    );
  }

  /** Whether the change that arrived may be ours or a sibling's. */
  get #isFamily(): boolean {
    return this.#pins.isInFlight || this.#inDocument().some(({ landed }) => landed !== undefined);
  }

  #inDocument(): readonly Writer[] {
    return [...this.#siblings()].filter((other) => other !== this && other.document === this.#document);
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
    const closed = this.#document;
    const next = await this.#successor.find(onClosed);
    if (next === undefined) {
      this.#lose('closed');
      return false;
    }
    const before = closed.getText();
    const after = next.getText();
    this.#document = next;
    this.#mirror = after;
    this.#eol = next.eol;
    this.#othersChanged = true;
    this.#successor.follow(next);
    if (after === before) {
      // Thrown away unsaved, but still in memory: what we put was taken out before the tab closed.
      const isTakenOut = this.#pins.spans.every(
        ({ start, end }, index) => !this.#pins.has(index) || textAt(next, start, end) === this.#originals[index],
      );
      if (isTakenOut) this.#pins.restart();
      return isTakenOut;
    }
    const { text, spans } = this.#withoutAnswer(before);
    if (after === text) {
      this.#pins.restart(spans);
      return true;
    }
    const change = changeBetween(before, after);
    if (change !== undefined) this.#pins.changed({ type: 'changes', changes: [change] });
    if (this.#pins.gone) this.#lose('deleted');
    return false;
  }

  /** The document as it would be without us, as it is on disk when it was closed unsaved. */
  #withoutAnswer(before: string): { text: string; spans: readonly Span[] } {
    let text = '';
    let from = 0;
    const spans: Span[] = [];
    for (const [index, { start, end }] of this.#pins.spans.entries()) {
      text += before.slice(from, start);
      const original = withEol(this.#originals[index] ?? '', this.#lineEnd);
      spans.push({ start: text.length, end: text.length + original.length });
      text += this.#pins.has(index) ? original : before.slice(start, end);
      from = end;
    }
    return { text: text + before.slice(from), spans };
  }
}
