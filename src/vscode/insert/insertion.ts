/**
 * An answer that streams into a document. How to use it:
 *
 *     const insertions = own(new Insertions());                        // once, in extension.ts
 *     const sentence = await whyNotWritable(editor.document);          // read-only: show it and stop here
 *     const landing = landingFrom(editor, { mode: 'cursor' });         // at once: from here on its places are followed
 *     const messages = messagesFor(task, landing.surroundings(), budget);
 *     const stream = await answers.begin({ messages });
 *     const { inserted, outcome } = await insertions.insert(
 *       { reader: stream.tape.read({ pacing: true }), stop: () => stream.stop(), resume: … },
 *       landing,                                                       // owned by `insert` now
 *       { prose: 'comment', onClosed: askThePerson },
 *     );
 *
 * It takes from the reader only when the editor has taken the edit before, so a slow editor holds the network back.
 */
import * as vscode from 'vscode';
import type { EndReason, StreamEvent } from '../../api.ts';
import { isResumable } from '../../core/chat/entries.ts';
import type { ReplacedText } from '../../core/edit/replacedText.ts';
import { putStep, type Step } from '../../core/edit/step.ts';
import type { Prose, Shape } from '../../core/insert/shape.ts';
import type { Reader } from '../../core/answer/tape.ts';
import { type Choice, InsertionCodeLenses, type LensOffer } from './codeLenses.ts';
import { AutoReveal, InsertionDecorations } from './decorations.ts';
import type { OnClosed } from './document/documentSuccessor.ts';
import type { Loss, RangeWriter } from './document/rangeWriter.ts';
import { openChangesIn } from './openChanges.ts';
import type { InsertionTarget } from './insertionTarget.ts';

export interface InsertedAnswer {
  /** Text of the answer that the reader no longer gives. */
  readonly before?: string;
  /** A pacing reader from where the text to insert begins. */
  readonly reader: Reader<StreamEvent>;
  /** Cancels the answer: the person undid it or took its place away. Called at most once. */
  stop(): void;
  /**
   * Goes on with an answer that was cut off: a reader of only the text that follows, or undefined when there is none.
   * The command that was run has settled long before.
   */
  resume?(): Promise<Reader<StreamEvent> | undefined>;
}

export interface InsertionOptions {
  /** Talk around the code in a code file. */
  readonly prose: Prose;
  /** `code`: what streams is code already, without fences. Default `answer`. */
  readonly content?: 'answer' | 'code';
  readonly onClosed: OnClosed;
  /** At most one edit in this many milliseconds. Default 50: an edit is a round trip to the window. */
  readonly windowMs?: number;
  /** Whether Keep and Discard are offered at the end. Default true; a text that was complete before needs no more than undo. */
  readonly offersChoice?: boolean;
}

/** `lost`: the rest of the answer is not in the document, and the reader no longer slows the stream. */
export type InsertionOutcome = { readonly type: 'ended'; readonly reason: EndReason } | { readonly type: 'lost'; readonly loss: Loss };

export interface Inserted {
  /** What was put at the first place, with `\n` as line end. */
  readonly inserted: string;
  readonly outcome: InsertionOutcome;
  /** Lines of a replaced text that were left below the whole answer: it did not reach them, or found them changed. */
  readonly leftLines: number;
  /** The answer is the text that it was to replace. */
  readonly isUnchanged: boolean;
}

interface Insertion {
  readonly answer: InsertedAnswer;
  readonly landing: InsertionTarget;
  readonly options: InsertionOptions;
  /** The answer so far, unshaped, to shape again when it is resumed. */
  raw: string;
  shapes: readonly Shape[] | undefined;
  replaced: readonly ReplacedText[] | undefined;
  reader: Reader<StreamEvent>;
}

const defaultWindowMs = 50;
/**
 * Each edit of a document that is not shown is a separate undo step (only editors can join them), so there are few.
 * A pause of the answer, its end and the document's return end the wait.
 */
const hiddenWindowMs = 1_000;

export class Insertions implements vscode.Disposable {
  readonly #running = new Set<Insertion>();
  /** Insertions that can still be kept or discarded, and what ends the choice without one. */
  readonly #ended = new Map<RangeWriter, { readonly insertion: Insertion; readonly watching: vscode.Disposable }>();
  readonly #marks = new InsertionDecorations();
  readonly #choices: InsertionCodeLenses;
  readonly #subscriptions: vscode.Disposable;

  /** @param commandPrefix of the commands `<prefix>.keep`, `.discard` and `.resume` that are registered here */
  constructor(commandPrefix = 'rivulet.insertion') {
    this.#choices = new InsertionCodeLenses(commandPrefix, (choice, offer) => this.#choose(choice, offer));
    this.#subscriptions = vscode.Disposable.from(
      this.#marks,
      this.#choices,
      // A manual save or closing the document keeps the insertion. Auto save does not.
      vscode.workspace.onWillSaveTextDocument(({ document, reason }) => {
        if (reason === vscode.TextDocumentSaveReason.Manual) this.#keepIn(document);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.#keepIn(document)),
    );
  }

  dispose(): void {
    for (const { reader, landing } of this.#running) {
      reader.leave();
      landing.dispose();
    }
    for (const { insertion, watching } of this.#ended.values()) vscode.Disposable.from(watching, insertion.landing).dispose();
    this.#subscriptions.dispose();
  }

  /** Decides about the change at the cursor. */
  decide(what: 'keepChange' | 'undoChange'): Promise<void> {
    return this.#choices.decide(what);
  }

  /** Decides about all changes of the newest insertion in the document that has the cursor. */
  async decideAll(choice: 'keep' | 'discard'): Promise<void> {
    const offer = this.#choices.atCursor;
    if (offer !== undefined) await this.#choose(choice, offer);
  }

  /** Settles when the answer has ended and all of it is in the document, or its place was lost. Never rejects. */
  async insert(answer: InsertedAnswer, landing: InsertionTarget, options: InsertionOptions): Promise<Inserted> {
    return this.#run({ answer, landing, options, raw: '', shapes: undefined, replaced: undefined, reader: answer.reader });
  }

  async #run(insertion: Insertion): Promise<Inserted> {
    const { answer, landing, options } = insertion;
    const { writer } = landing;
    const follower = new AutoReveal(landing.editor, writer);
    const subscriptions = vscode.Disposable.from(
      follower,
      writer.onMoved(() => this.#marks.update(writer)),
      writer.onLost(() => insertion.reader.leave()),
    );
    const running = this.#running;
    writer.growBeside(function* () {
      for (const other of running) yield other.landing.writer;
    });
    running.add(insertion);
    this.#tellRunning();
    this.#marks.show(writer, 'growing');
    let outcome: InsertionOutcome;
    try {
      outcome = await this.#pump(insertion, follower);
    } finally {
      insertion.reader.leave();
      subscriptions.dispose();
      this.#running.delete(insertion);
      this.#tellRunning();
      this.#marks.hide(writer);
    }
    if (outcome.type === 'lost' && (outcome.loss === 'undone' || outcome.loss === 'deleted')) answer.stop();
    const inserted = writer.put(0);
    const isWhole = outcome.type === 'ended' && outcome.reason === 'stop';
    const isUnchanged = isWhole && insertion.replaced !== undefined && writer.isUnchanged;
    if (outcome.type === 'ended' && writer.hasText && !isUnchanged && options.offersChoice !== false)
      this.#offer(insertion, outcome.reason);
    else landing.dispose();
    const leftLines = insertion.replaced?.reduce((sum, each) => sum + each.leftLines, 0) ?? 0;
    return { inserted, outcome, leftLines, isUnchanged };
  }

  async #pump(insertion: Insertion, follower: AutoReveal): Promise<InsertionOutcome> {
    const { landing, options, reader } = insertion;
    const { writer } = landing;
    const windowMs = options.windowMs ?? defaultWindowMs;
    let reason: EndReason = 'cancelled';
    let editedAt = -Infinity;
    let waiting: readonly string[] = [];
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
      if (text !== '' && insertion.shapes === undefined) {
        insertion.shapes = await landing.shapes(options.prose, options.content ?? 'answer');
        insertion.replaced = await landing.replaced();
      }
      // A replaced text takes no half line, and what was cut off may be resumed in the middle of one.
      const isWhole = insertion.replaced === undefined || reason === 'stop';
      const shaped = insertion.shapes?.map((shape) => shape.push(text) + (isLast && isWhole ? shape.end() : '')) ?? [];
      const isPause = text === '';
      text = '';
      const pieces = shaped.map((piece, index) => (waiting[index] ?? '') + piece);
      waiting = [];
      if (pieces.some((piece) => piece !== '')) {
        const canWait = !isLast && !writer.isVisible && !isPause;
        if (canWait && performance.now() - editedAt < hiddenWindowMs) {
          waiting = pieces;
          continue;
        }
        const edits = editsOf(pieces, insertion.replaced);
        if (edits.some((steps) => steps.length > 0)) editedAt = performance.now();
        const loss = await this.#append(insertion, edits);
        if (loss !== undefined) return { type: 'lost', loss };
        follower.follow();
      }
      if (!isLast) continue;
      const last = insertion.replaced?.map((each, index) =>
        isWhole && insertion.shapes?.[index]?.hasContent === true ? each.end() : each.suspend(isWhole || endsLine(insertion.raw)),
      );
      const loss = last === undefined ? undefined : await this.#append(insertion, last);
      return loss === undefined ? { type: 'ended', reason } : { type: 'lost', loss };
    }
  }

  async #append({ landing, options, replaced }: Insertion, edits: readonly (readonly Step[])[]): Promise<Loss | undefined> {
    const loss = await landing.writer.append(edits, options.onClosed, (index) => replaced?.[index]?.release() ?? []);
    if (loss === undefined) for (const each of replaced ?? []) each.landed();
    return loss;
  }

  /** While at least one answer is being inserted, `rivulet.inserting` is true. */
  #tellRunning(): void {
    void vscode.commands.executeCommand('setContext', 'rivulet.inserting', this.#running.size > 0);
  }

  #offer(insertion: Insertion, reason: EndReason): void {
    const { landing, answer } = insertion;
    const { writer } = landing;
    const withdraw = (): void => this.#close(writer)?.landing.dispose();
    const changes = openChangesIn(writer, insertion.replaced ?? []);
    const watching = vscode.Disposable.from(
      ...(changes === undefined ? [] : [changes]),
      // Each change is decided, so there is nothing left to decide for all.
      changes?.onChange(() => (changes.pending.length === 0 ? withdraw() : this.#choices.refresh())) ?? vscode.Disposable.from(),
      writer.onLost(withdraw),
      // Undone or deleted, there is nothing left to choose about.
      writer.onMoved(() => writer.spans.every(({ start, end }) => start === end) && withdraw()),
    );
    this.#ended.set(writer, { insertion, watching });
    this.#marks.show(writer, 'ended');
    this.#choices.offer({
      writer,
      canResume: answer.resume !== undefined && isResumable(reason),
      ...(changes === undefined ? {} : { changes }),
    });
  }

  #keepIn(document: vscode.TextDocument): void {
    for (const writer of this.#ended.keys()) if (writer.document === document) this.#close(writer)?.landing.dispose();
  }

  /** The choice is made; undefined when it was made before. */
  #close(writer: RangeWriter): Insertion | undefined {
    const ended = this.#ended.get(writer);
    ended?.watching.dispose();
    this.#ended.delete(writer);
    this.#choices.withdraw(writer);
    this.#marks.hide(writer);
    return ended?.insertion;
  }

  async #choose(choice: Choice, { writer }: LensOffer): Promise<void> {
    const insertion = this.#close(writer);
    if (insertion === undefined) return;
    switch (choice) {
      case 'keep':
        insertion.landing.dispose();
        return;
      case 'discard':
        await writer.discard(insertion.options.onClosed);
        insertion.landing.dispose();
        return;
      case 'resume':
        await this.#resume(insertion);
        return;
      default:
        choice satisfies never;
    }
  }

  async #resume(insertion: Insertion): Promise<void> {
    const { answer, landing, options } = insertion;
    const reader = await answer.resume?.();
    if (reader === undefined || landing.writer.loss !== undefined) {
      reader?.leave();
      landing.dispose();
      return;
    }
    if (insertion.replaced !== undefined) {
      await this.#append(
        insertion,
        insertion.replaced.map((each) => each.resume()),
      );
      await this.#run({ ...insertion, reader });
      return;
    }
    // Text that was given out only because the answer had ended may read differently with what follows.
    const shapes = await landing.shapes(options.prose, options.content ?? 'answer');
    const before = shapes.map((shape) => shape.push(insertion.raw));
    await landing.writer.takeBack(
      before.map((text, index) => landing.writer.put(index).length - text.length),
      options.onClosed,
    );
    await this.#run({ ...insertion, shapes, reader });
  }
}

/** Whether the answer so far ends with a whole line; a fence only closes it. */
function endsLine(answer: string): boolean {
  return /(?:^|\n)(?:\s*(?:`{3,}|~{3,})\s*)?$/.test(answer);
}

/** What is put takes the place of all that is selected, or only of the lines that it changes. */
function editsOf(pieces: readonly string[], replaced: readonly ReplacedText[] | undefined): readonly (readonly Step[])[] {
  return pieces.map((piece, index) => {
    const text = replaced?.[index];
    if (text !== undefined) return text.take(piece);
    return piece === '' ? [] : [{ type: 'clear' }, putStep(piece)];
  });
}
