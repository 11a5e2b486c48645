/**
 * Streams answers into documents, and keeps what can still be decided about them. It takes from the reader only when the
 * editor has accepted the previous edit, so a slow editor holds the network back.
 */
import * as vscode from 'vscode';
import type { EndReason, StreamEvent } from '../../api.ts';
import { isResumable } from '../../core/chat/entries.ts';
import type { LeftLines, PlacedText } from '../../core/edit/placedText.ts';
import type { Step } from '../../core/edit/step.ts';
import type { Prose, Shape } from '../../core/insert/shape.ts';
import type { Reader } from '../../core/answer/tape/tape.ts';
import type { ChangesView } from '../../core/settings/settings.ts';
import { rememberUndecided } from './changes/changesAtClose.ts';
import { ChangeCodeLenses } from './changes/codeLenses.ts';
import { ChangeDecorations } from './changes/decorations.ts';
import { ChangeStatus } from './changes/changeStatus.ts';
import { Decisions } from './changes/decisions.ts';
import { type Offer, Offers } from './changes/offers.ts';
import { OpenChanges } from './changes/openChanges.ts';
import { TextBefore } from './changes/textBefore.ts';
import { AutoReveal } from './document/autoReveal.ts';
import type { OnClosed } from './document/documentSuccessor.ts';
import type { Loss } from './document/rangeWriter.ts';
import { UndoRuns } from './document/undoRuns.ts';
import type { InsertionTarget } from './insertionTarget.ts';

export interface InsertedAnswer {
  /** Text of the answer before the reader's first event. */
  readonly before?: string;
  /** A pacing reader, so that the stream waits for the editor. */
  readonly reader: Reader<StreamEvent>;
  /** Cancels the answer: the user undid it or deleted its place, or the editor is read-only. Called at most once. */
  stop(): void;
  /** Continues an answer that was cut off. Resolves to a reader of only the text that follows; undefined if there is none. */
  resume?(): Promise<Reader<StreamEvent> | undefined>;
}

export interface InsertionOptions {
  /** What to do with explanations around the code in a code file. */
  readonly prose: Prose;
  /** `code`: the text is code without fences. Default `answer`. */
  readonly content?: 'answer' | 'code';
  readonly onClosed: OnClosed;
  /** Minimum time between two edits, in ms. Default 50: an edit is a round trip to the window. */
  readonly windowMs?: number;
  /** Calm mode: maximum edits per second, each of whole lines. */
  readonly calmEdits?: number | undefined;
  /** Whether Keep and Discard are offered after an insertion. Default true; for a text that was complete before, undo is enough. */
  readonly offersChoice?: boolean;
  /** The file was created for the answer, and is removed when all of it is undone. Default false. */
  readonly isNewFile?: boolean;
  /** Where the changes of old lines are shown. Default `auto`. */
  readonly view?: ChangesView;
}

/** `lost`: the rest of the answer is not in the document, and its reader has left. */
export type InsertionOutcome = { readonly type: 'ended'; readonly reason: EndReason } | { readonly type: 'lost'; readonly loss: Loss };

export interface Inserted {
  /** Text at the first place, with `\n` as line end. */
  readonly inserted: string;
  readonly outcome: InsertionOutcome;
  /** Old lines that stay below the whole answer: it did not reach them, or found them changed. */
  readonly leftLines: number;
  /** Parts of the answer that fit nowhere in the file, or in several places equally well. */
  readonly unplaced: readonly string[];
  /** Lines of the file that the answer skips without a comment that stands for them. They are kept. */
  readonly left: readonly LeftLines[];
  /** The answer equals the text that it was to replace. */
  readonly isUnchanged: boolean;
}

interface Insertion {
  readonly answer: InsertedAnswer;
  readonly landing: InsertionTarget;
  readonly options: InsertionOptions;
  /** The answer so far, unshaped: it is shaped again when it is resumed. */
  raw: string;
  shapes: readonly Shape[] | undefined;
  texts: readonly PlacedText[];
  offer: Offer | undefined;
  reader: Reader<StreamEvent>;
}

const defaultWindowMs = 50;
/**
 * Minimum time between two edits of a hidden document, where each is a separate undo step. A pause or the end of the answer,
 * or showing the document, ends the wait.
 */
const hiddenWindowMs = 1_000;

/** Maximum number of undone answers that a redo can bring back. */
const mostUndone = 4;

export class Insertions implements vscode.Disposable {
  readonly #running = new Set<Insertion>();
  /** Insertions that have ended and can still be kept or discarded. */
  readonly #ended = new Map<Offer, Insertion>();
  readonly #undoRuns = new UndoRuns();
  readonly #offers = new Offers();
  readonly #textBefore = new TextBefore(this.#offers);
  readonly decisions: Decisions;
  readonly #subscriptions: vscode.Disposable;

  /**
   * @param memory of the window's workspace
   * @param commandPrefix of the commands that its lenses run, such as `<prefix>.keep`, which are registered here
   */
  constructor(memory: vscode.Memento, commandPrefix = 'rivulet.insertion') {
    this.decisions = new Decisions(this.#offers, this.#textBefore, commandPrefix, {
      resume: (offer) => this.#resumeOffer(offer),
      close: (offer) => this.#close(offer),
    });
    this.#subscriptions = vscode.Disposable.from(
      this.decisions,
      new ChangeCodeLenses(this.#offers, commandPrefix),
      new ChangeDecorations(this.#offers),
      new ChangeStatus(this.#offers),
      rememberUndecided(this.#offers, memory),
      this.#textBefore,
      this.#offers,
      this.#undoRuns,
      // A manual save keeps an insertion; changes of old lines wait until each is decided.
      vscode.workspace.onWillSaveTextDocument(({ document, reason }) => {
        if (reason === vscode.TextDocumentSaveReason.Manual) this.#keepIn(document, ({ isDiff }) => !isDiff);
      }),
      // VS Code also calls a document closed when its language changes.
      vscode.workspace.onDidCloseTextDocument((document) => document.isClosed && void this.#followClosed(document)),
    );
  }

  dispose(): void {
    for (const { reader, landing } of this.#running) {
      reader.leave();
      landing.dispose();
    }
    for (const { landing } of this.#ended.values()) landing.dispose();
    this.#subscriptions.dispose();
  }

  /** Settles when all of the answer is in the document, or its place was lost. Never rejects. */
  async insert(answer: InsertedAnswer, landing: InsertionTarget, options: InsertionOptions): Promise<Inserted> {
    return this.#run({ answer, landing, options, raw: '', shapes: undefined, texts: [], offer: undefined, reader: answer.reader });
  }

  async #run(insertion: Insertion): Promise<Inserted> {
    const { answer, landing } = insertion;
    const { writer } = landing;
    const follower = new AutoReveal(landing.editor, writer);
    const subscriptions = vscode.Disposable.from(
      follower,
      writer.onLost(() => insertion.reader.leave()),
    );
    const running = this.#running;
    writer.growBeside(function* () {
      for (const other of running) yield other.landing.writer;
    }, this.#undoRuns);
    running.add(insertion);
    this.#tellRunning();
    let outcome: InsertionOutcome;
    try {
      outcome = await this.#pump(insertion, follower);
    } finally {
      insertion.reader.leave();
      subscriptions.dispose();
      this.#running.delete(insertion);
      this.#tellRunning();
    }
    if (outcome.type === 'lost' && outcome.loss !== 'closed') answer.stop();
    const inserted = writer.put(0);
    const isWhole = outcome.type === 'ended' && outcome.reason === 'stop';
    const isUnchanged = isWhole && insertion.offer?.isDiff === true && writer.isUnchanged;
    this.#end(insertion, outcome, isUnchanged);
    const { texts } = insertion;
    const leftLines = texts.reduce((sum, each) => sum + each.leftLines, 0);
    const removed = texts.reduce((sum, each) => sum + each.unmentioned, 0);
    if (isWhole && removed > 0) void this.decisions.tellRemoved(writer.document, removed);
    const [left, unplaced] = [texts.flatMap((each) => each.left), texts.flatMap((each) => each.unplaced)];
    return { inserted, outcome, leftLines, left, unplaced, isUnchanged };
  }

  async #pump(insertion: Insertion, follower: AutoReveal): Promise<InsertionOutcome> {
    const { landing, options, reader } = insertion;
    const { writer } = landing;
    const windowMs = options.calmEdits === undefined ? (options.windowMs ?? defaultWindowMs) : 1_000 / options.calmEdits;
    let reason: EndReason = 'cancelled';
    let editedAt = -Infinity;
    let waiting: readonly string[] = [];
    /** Unfinished lines, which wait in calm mode. */
    let halves: readonly string[] = [];
    let text = insertion.raw === '' ? (insertion.answer.before ?? '') : '';
    for (;;) {
      if (waiting.length === 0) await reader.more();
      const restMs = waiting.length === 0 ? editedAt + windowMs - performance.now() : windowMs;
      // A timer may fire up to a millisecond early.
      if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, Math.ceil(restMs) + 1));
      for (const event of reader.take()) {
        if (event.type === 'text') text += event.text;
        else if (event.type === 'end') reason = event.reason;
      }
      if (writer.loss !== undefined) return { type: 'lost', loss: writer.loss };
      const isLast = reader.finished;
      insertion.raw += text;
      if (text !== '' && insertion.shapes === undefined) await this.#begin(insertion);
      const isDiff = insertion.offer?.isDiff === true;
      // Half a line must not replace an old one, and an answer that was cut off may be resumed in the middle of a line.
      const isWhole = !isDiff || reason === 'stop';
      const shaped = insertion.shapes?.map((shape) => shape.push(text) + (isLast && isWhole ? shape.end() : '')) ?? [];
      const isPause = text === '';
      text = '';
      let pieces = shaped.map((piece, index) => (waiting[index] ?? '') + (halves[index] ?? '') + piece);
      [waiting, halves] = [[], []];
      if (options.calmEdits !== undefined && !isLast) {
        halves = pieces.map((piece) => piece.slice(piece.lastIndexOf('\n') + 1));
        pieces = pieces.map((piece, index) => piece.slice(0, piece.length - (halves[index] ?? '').length));
      }
      if (pieces.some((piece) => piece !== '')) {
        const canWait = !isLast && !writer.isVisible && !isPause;
        if (canWait && performance.now() - editedAt < hiddenWindowMs) {
          waiting = pieces;
          continue;
        }
        const edits = pieces.map((piece, index) => insertion.texts[index]?.take(piece) ?? []);
        if (edits.some((steps) => steps.length > 0)) editedAt = performance.now();
        const loss = await this.#append(insertion, edits);
        if (loss !== undefined) return { type: 'lost', loss };
        follower.follow();
      }
      if (!isLast) continue;
      const last = insertion.texts.map((each, index) =>
        isWhole && insertion.shapes?.[index]?.hasContent === true ? each.end() : each.suspend(isWhole || endsLine(insertion.raw)),
      );
      const loss = await this.#append(insertion, last);
      return loss === undefined ? { type: 'ended', reason } : { type: 'lost', loss };
    }
  }

  /** Called with the first text. */
  async #begin(insertion: Insertion): Promise<void> {
    const { landing, options } = insertion;
    insertion.shapes = await landing.shapes(options.prose, options.content ?? 'answer');
    const { isDiff, texts } = await landing.texts();
    insertion.texts = texts;
    const { writer } = landing;
    insertion.offer = {
      writer,
      isDiff,
      isNewFile: options.isNewFile === true,
      state: 'growing',
      changes: new OpenChanges(writer, texts, isDiff),
    };
    this.#offers.add(insertion.offer);
    const { view = 'auto' } = options;
    if (!isDiff || view === 'file' || (view === 'auto' && !landing.isFile)) return;
    const viewColumn = view === 'both' ? vscode.ViewColumn.Beside : landing.editor.viewColumn;
    await this.#textBefore.compare(writer.document, { preserveFocus: true, ...(viewColumn === undefined ? {} : { viewColumn }) });
  }

  async #append({ landing, options, texts, offer }: Insertion, edits: readonly (readonly Step[])[]): Promise<Loss | undefined> {
    if (edits.every((steps) => steps.length === 0)) return landing.writer.loss;
    const loss = await landing.writer.append(edits, options.onClosed, (index) => texts[index]?.release() ?? []);
    if (loss !== undefined) return loss;
    for (const each of texts) each.landed();
    offer?.changes.update('growing');
    return undefined;
  }

  /** `rivulet.inserting` is true while any answer is being inserted. */
  #tellRunning(): void {
    void vscode.commands.executeCommand('setContext', 'rivulet.inserting', this.#running.size > 0);
  }

  /** Offers Keep, Undo and Resume where they apply. An undone answer stays, since a redo can bring it back. */
  #end(insertion: Insertion, outcome: InsertionOutcome, isUnchanged: boolean): void {
    const { landing, answer, options, offer } = insertion;
    const { writer } = landing;
    const isThere = outcome.type === 'ended' ? writer.hasText && !isUnchanged : outcome.loss === 'undone';
    const isOffered = offer?.isDiff === true || options.offersChoice !== false;
    if (offer === undefined || !isThere || !isOffered) {
      if (offer !== undefined) this.#offers.remove(offer);
      landing.dispose();
      return;
    }
    if (outcome.type === 'ended') {
      offer.state = answer.resume !== undefined && isResumable(outcome.reason) ? 'resumable' : 'ended';
      offer.changes.update('ended');
    } else {
      offer.state = 'ended';
      this.#offers.refresh();
    }
    this.#ended.set(offer, insertion);
    const undone = [...this.#ended.keys()].filter(({ changes }) => changes.pending.length === 0);
    for (const each of undone.slice(0, -mostUndone)) this.#close(each);
  }

  #keepIn(document: vscode.TextDocument, isMeant: (offer: Offer) => boolean): void {
    for (const offer of this.#ended.keys()) if (offer.changes.document === document && isMeant(offer)) this.#close(offer);
  }

  /** Closing a document keeps its changes, unless it was only renamed. */
  async #followClosed(document: vscode.TextDocument): Promise<void> {
    const here = this.#offers.in(document).filter((offer) => this.#ended.has(offer));
    await Promise.all(here.map(async ({ writer }) => writer.moveOn()));
    this.#keepIn(document, (offer) => here.includes(offer));
  }

  /** Nothing is left to decide. */
  #close(offer: Offer): void {
    this.#ended.get(offer)?.landing.dispose();
    this.#ended.delete(offer);
    this.#offers.remove(offer);
  }

  async #resumeOffer(offer: Offer): Promise<void> {
    const insertion = this.#ended.get(offer);
    this.#ended.delete(offer);
    if (insertion !== undefined) await this.#resume(insertion, offer);
  }

  async #resume(insertion: Insertion, offer: Offer): Promise<void> {
    const { answer, landing, options } = insertion;
    const reader = await answer.resume?.();
    if (reader === undefined || landing.writer.loss !== undefined) {
      reader?.leave();
      this.#offers.remove(offer);
      landing.dispose();
      return;
    }
    offer.state = 'growing';
    // The last text was shaped as the end of the answer, and may read differently with what follows.
    const shapes = offer.isDiff ? insertion.shapes : await landing.shapes(options.prose, options.content ?? 'answer');
    const given = offer.isDiff ? [] : shapes?.map((shape) => shape.push(insertion.raw));
    await this.#append(
      insertion,
      insertion.texts.map((each, index) => each.resume(given?.[index] ?? '')),
    );
    await this.#run({ ...insertion, shapes, reader });
  }
}

/** Whether the answer so far ends with a whole line, possibly followed by a closing fence. */
function endsLine(answer: string): boolean {
  return /(?:^|\n)(?:\s*(?:`{3,}|~{3,})\s*)?$/.test(answer);
}
