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
import { AllChanges } from './changes/allChanges.ts';
import { showChangeStatus } from './changes/changeStatus.ts';
import { showCodeLenses } from './changes/codeLenses.ts';
import { Decisions } from './changes/decisions.ts';
import { decorateChanges } from './changes/decorations.ts';
import { OpenChanges } from './changes/openChanges.ts';
import { TextBefore } from './changes/textBefore.ts';
import { AutoReveal } from './document/autoReveal.ts';
import type { OnClosed } from './document/documentSuccessor.ts';
import type { Loss, RangeWriter } from './document/rangeWriter.ts';
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
  changes: OpenChanges | undefined;
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
  readonly #running = new Map<RangeWriter, Insertion>();
  /** Insertions that have ended and can still be kept or discarded. */
  readonly #ended = new Map<OpenChanges, Insertion>();
  readonly #undoRuns = new UndoRuns();
  readonly #all = new AllChanges();
  readonly #textBefore = new TextBefore(this.#all);
  readonly decisions: Decisions;
  readonly #subscriptions: vscode.Disposable;

  /**
   * @param memory of the window's workspace
   * @param commandPrefix of the commands that its lenses run, such as `<prefix>.keep`, which are registered here
   */
  constructor(memory: vscode.Memento, commandPrefix = 'rivulet.insertion') {
    this.decisions = new Decisions(this.#all, this.#textBefore, commandPrefix, {
      resume: (changes) => this.#resume(changes),
      close: (changes) => this.#close(changes),
    });
    this.#subscriptions = vscode.Disposable.from(
      this.decisions,
      showCodeLenses(this.#all, commandPrefix),
      decorateChanges(this.#all),
      showChangeStatus(this.#all),
      rememberUndecided(this.#all, memory),
      this.#textBefore,
      this.#all,
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
    for (const { reader, landing } of this.#running.values()) {
      reader.leave();
      landing.dispose();
    }
    for (const { landing } of this.#ended.values()) landing.dispose();
    this.#subscriptions.dispose();
  }

  /** Settles when all of the answer is in the document, or its place was lost. Never rejects. */
  async insert(answer: InsertedAnswer, landing: InsertionTarget, options: InsertionOptions): Promise<Inserted> {
    const { document } = landing.writer;
    // Answers that grow in one document at the same time are one undo step.
    const isAlone = [...this.#running.keys()].every((writer) => writer.document !== document);
    if (isAlone) this.#undoRuns.startStep(document);
    return this.#run({ answer, landing, options, raw: '', shapes: undefined, texts: [], changes: undefined, reader: answer.reader });
  }

  /** @param resumed edits that take back what may read differently when the answer continues */
  async #run(insertion: Insertion, resumed: readonly (readonly Step[])[] = []): Promise<Inserted> {
    const { answer, landing } = insertion;
    const { writer } = landing;
    const follower = new AutoReveal(landing.editor, writer.places);
    const subscriptions = vscode.Disposable.from(
      follower,
      writer.onLost(() => insertion.reader.leave()),
    );
    writer.growBeside(() => this.#running.keys(), this.#undoRuns);
    this.#running.set(writer, insertion);
    this.#tellRunning();
    let outcome: InsertionOutcome;
    try {
      await this.#append(insertion, resumed);
      outcome = await this.#pump(insertion, follower);
    } finally {
      insertion.reader.leave();
      subscriptions.dispose();
      this.#running.delete(writer);
      this.#tellRunning();
    }
    if (outcome.type === 'lost' && outcome.loss !== 'closed') answer.stop();
    const inserted = writer.places.put(0);
    const isWhole = outcome.type === 'ended' && outcome.reason === 'stop';
    const isUnchanged = isWhole && insertion.changes?.isDiff === true && writer.isUnchanged;
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
      const isDiff = insertion.changes?.isDiff === true;
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
    insertion.changes = new OpenChanges(writer, texts, { isDiff, isNewFile: options.isNewFile === true });
    this.#all.add(insertion.changes);
    const { view = 'auto' } = options;
    if (!isDiff || view === 'file' || (view === 'auto' && !landing.isFile)) return;
    const viewColumn = view === 'both' ? vscode.ViewColumn.Beside : landing.editor.viewColumn;
    await this.#textBefore.compare(writer.document, { preserveFocus: true, ...(viewColumn === undefined ? {} : { viewColumn }) });
  }

  async #append({ landing, options, texts, changes }: Insertion, edits: readonly (readonly Step[])[]): Promise<Loss | undefined> {
    if (edits.every((steps) => steps.length === 0)) return landing.writer.loss;
    const loss = await landing.writer.append(edits, options.onClosed, (index) => texts[index]?.release() ?? []);
    if (loss !== undefined) return loss;
    for (const each of texts) each.landed();
    changes?.update('growing');
    return undefined;
  }

  /** `rivulet.inserting` is true while any answer is being inserted. */
  #tellRunning(): void {
    void vscode.commands.executeCommand('setContext', 'rivulet.inserting', this.#running.size > 0);
  }

  /** Offers Keep, Undo and Resume where they apply. An undone answer stays, since a redo can bring it back. */
  #end(insertion: Insertion, outcome: InsertionOutcome, isUnchanged: boolean): void {
    const { landing, answer, options, changes } = insertion;
    const hasText = landing.writer.places.texts.some(({ put }) => put !== '');
    const isThere = outcome.type === 'ended' ? hasText && !isUnchanged : outcome.loss === 'undone';
    const isOffered = changes?.isDiff === true || options.offersChoice !== false;
    if (changes === undefined || !isThere || !isOffered) return this.#forget(insertion);
    const canResume = outcome.type === 'ended' && answer.resume !== undefined && isResumable(outcome.reason);
    changes.state = canResume ? 'resumable' : 'ended';
    if (outcome.type === 'ended') changes.update('ended');
    else this.#all.refresh();
    this.#ended.set(changes, insertion);
    const undone = [...this.#ended.keys()].filter(({ pending }) => pending.length === 0);
    for (const each of undone.slice(0, -mostUndone)) this.#close(each);
  }

  #keepIn(document: vscode.TextDocument, isMeant: (changes: OpenChanges) => boolean): void {
    for (const changes of this.#ended.keys()) if (changes.document === document && isMeant(changes)) this.#close(changes);
  }

  /** Closing a document keeps its changes, unless it was only renamed. */
  async #followClosed(document: vscode.TextDocument): Promise<void> {
    const here = this.#all.in(document).filter((changes) => this.#ended.has(changes));
    await Promise.all(here.map(async ({ writer }) => writer.moveOn()));
    this.#keepIn(document, (changes) => here.includes(changes));
  }

  /** Nothing is left to decide. */
  #close(changes: OpenChanges): void {
    const insertion = this.#ended.get(changes);
    if (insertion !== undefined) this.#forget(insertion);
  }

  #forget({ changes, landing }: Insertion): void {
    if (changes !== undefined) {
      this.#ended.delete(changes);
      this.#all.remove(changes);
    }
    landing.dispose();
  }

  async #resume(changes: OpenChanges): Promise<void> {
    const insertion = this.#ended.get(changes);
    if (insertion === undefined) return;
    const { answer, landing, options } = insertion;
    this.#ended.delete(changes);
    changes.state = 'growing';
    this.#all.refresh();
    const reader = await answer.resume?.();
    if (reader === undefined || landing.writer.loss !== undefined) {
      reader?.leave();
      return this.#forget(insertion);
    }
    insertion.reader = reader;
    // The last text was shaped as the end of the answer, and may read differently with what follows.
    if (!changes.isDiff) insertion.shapes = await landing.shapes(options.prose, options.content ?? 'answer');
    const given = changes.isDiff ? [] : insertion.shapes?.map((shape) => shape.push(insertion.raw));
    await this.#run(
      insertion,
      insertion.texts.map((each, index) => each.resume(given?.[index] ?? '')),
    );
  }
}

/** Whether the answer so far ends with a whole line, possibly followed by a closing fence. */
function endsLine(answer: string): boolean {
  return /(?:^|\n)(?:[^\S\n]*(?:`{3,}|~{3,})\s*)?$/.test(answer);
}
