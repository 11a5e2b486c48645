/** The commands that write answers into the editor, and the messages about their results. */
import * as vscode from 'vscode';
import type { Message } from '../../api.ts';
import type { Answer } from '../../core/chat/entries.ts';
import { type ContextBudget, excessTokens, messagesFor, type Task } from '../../core/insert/context.ts';
import { textOf } from '../../core/provider/parts.ts';
import type { LiveStream } from '../../core/answer/liveStream.ts';
import { countTokens, roughTokens } from '../../core/tokens/tokenCounter.ts';
import type { Tokenizer } from '../../node/tokenizer/tokenizer.ts';
import type { Answers } from '../models/answers.ts';
import type { AnswerResult, InsertOptions } from '../ui/answerResult.ts';
import { type AppliedBlock, applyToFile } from './applyToFile.ts';
import type { Decisions } from './changes/decisions.ts';
import { type Inserted, type InsertedAnswer, type InsertionOptions, Insertions } from './insertion.ts';
import { LastTextEditor } from './document/lastTextEditor.ts';
import { type InsertionTarget, targetFrom, type TargetMode, questionIn, readOnlySentence, whyNotWritable } from './insertionTarget.ts';
import type { CursorScanner } from '../languages/cursorScanner.ts';
import { wholeAnswer } from './wholeAnswer.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import { showHiddenProgress } from './hiddenProgress.ts';
import * as notify from '../ui/notify.ts';
import { unshownSentence } from '../ui/sentences/answerSentences.ts';
import { input } from '../ui/pick.ts';

/** A text of the panel, and its destination in the editor. */
export type PanelText =
  /** Goes to the cursor, also while it is still streaming. */
  | { readonly type: 'answer'; readonly answer: Answer }
  | { readonly type: 'code'; readonly code: string; readonly mode: 'cursor' | 'selection' }
  /** Goes to the file that it belongs to. */
  | ({ readonly type: 'apply' } & AppliedBlock)
  /** `info` is the text after the fence of the block. */
  | { readonly type: 'new-file'; readonly code: string; readonly info: string };

export interface InserterPorts {
  /** Of the window's workspace. */
  readonly memory: vscode.Memento;
  readonly answers: Answers;
  readonly settings: LiveSettings;
  readonly tokenizer: Tokenizer;
  readonly scanner: CursorScanner;
  readonly newFile: (code: string, info: string) => Promise<void>;
  /** Shows an answer in the panel that could not be written into its document. */
  readonly keepInPanel: (question: string, stream: LiveStream) => Promise<void>;
}

/** At a limit, an answer continues up to this many characters to end with a whole line or sentence. */
const graceCharacters = 400;
/** Maximum tokens of the surrounding text, and of a selection that is replaced. */
const contextTokens = 4_000;
const selectionTokens = 32_000;

export class Inserter implements vscode.Disposable {
  readonly #ports: InserterPorts;
  readonly #insertions: Insertions;
  readonly #lastEditor = new LastTextEditor();

  constructor(ports: InserterPorts) {
    this.#ports = ports;
    this.#insertions = new Insertions(ports.memory);
  }

  dispose(): void {
    this.#insertions.dispose();
    this.#lastEditor.dispose();
  }

  /** Asks for a prompt unless one is given. */
  async insertAtCursor({ prompt, model }: InsertOptions = {}): Promise<AnswerResult | undefined> {
    const editor = await this.#editor();
    if (editor === undefined) return undefined;
    // In advance, while the user types the question.
    void this.#ports.scanner.scan(editor.document, [editor.document.offsetAt(editor.selection.active)]);
    const asked = await promptFor(vscode.l10n.t('Insert Answer at Cursor'), prompt);
    return asked === undefined ? undefined : this.#write(editor, 'cursor', { type: 'insert', prompt: asked }, model);
  }

  async replaceSelection({ prompt, model }: InsertOptions = {}): Promise<AnswerResult | undefined> {
    const editor = await this.#editor();
    if (editor === undefined) return undefined;
    if (editor.selection.isEmpty) return say(vscode.l10n.t('Select the text to replace first.'));
    const excess = editor.selections.map((selection) => excessTokens(editor.document.getText(selection), this.#budget())).find(Boolean);
    if (excess !== undefined) return say(tooLongSentence(excess));
    const asked = await promptFor(vscode.l10n.t('Replace Selection With…'), prompt);
    return asked === undefined ? undefined : this.#write(editor, 'selection', { type: 'replace', prompt: asked }, model);
  }

  /** Keep, Undo and Compare. */
  get decisions(): Decisions {
    return this.#insertions.decisions;
  }

  async continueWriting({ model }: InsertOptions = {}): Promise<AnswerResult | undefined> {
    const editor = await this.#editor();
    return editor === undefined ? undefined : this.#write(editor, 'cursor', { type: 'continue' }, model);
  }

  /** Answers the selection, or the comment above the cursor, below it. */
  async answerSelection({ model }: InsertOptions = {}): Promise<AnswerResult | undefined> {
    const editor = await this.#editor();
    if (editor === undefined) return undefined;
    const question = await questionIn(editor, this.#ports.scanner);
    if (question === undefined) return say(vscode.l10n.t('Select a question, or place the cursor below a comment that asks one.'));
    return this.#write(editor, 'below', { type: 'answer', question }, model);
  }

  /** Puts a text of the panel into the text editor used last. */
  async insert(text: PanelText): Promise<void> {
    if (text.type === 'new-file') return this.#ports.newFile(text.code, text.info);
    if (text.type === 'apply') return this.#apply(text);
    const editor = await this.#editor();
    if (editor === undefined) return;
    if (text.type === 'answer') return this.#insertAnswer(text.answer, targetFrom(editor, { mode: 'cursor' }, this.#ports.scanner));
    const target = targetFrom(editor, { mode: text.mode, selections: [editor.selection] }, this.#ports.scanner);
    return this.#insertWhole(text.code, target, 'code');
  }

  async #apply(block: AppliedBlock): Promise<void> {
    return applyToFile(block, {
      scanner: this.#ports.scanner,
      insert: (answer, target, options) => this.#put(answer, target, { ...this.#options(), ...options }),
      editor: () => this.#lastEditor.find(),
      put: (place, code, info) => this.insert(place === 'new-file' ? { type: place, code, info } : { type: 'code', code, mode: place }),
    });
  }

  async #insertAnswer({ state, previous }: Answer, target: InsertionTarget): Promise<void> {
    if (state.type === 'settled') return this.#insertWhole(state.text, target, 'answer');
    const stream = state.type === 'live' ? state.stream : await state.begun;
    if (stream === undefined) return target.dispose();
    const reader = stream.tape.read({ pacing: true });
    // The answer belongs to the panel and continues there.
    const inserted: InsertedAnswer = { before: previous.text, reader, stop: () => undefined };
    showHiddenProgress(stream, () => target.writer.document);
    await this.#put(inserted, target, this.#options());
  }

  async #insertWhole(text: string, target: InsertionTarget, content: 'answer' | 'code'): Promise<void> {
    const options = { ...this.#options(), content, offersChoice: false };
    const { outcome, inserted } = await this.#put(wholeAnswer(text), target, options);
    if (outcome.type === 'ended' && inserted === '') say(leftOutSentence());
  }

  async #editor(): Promise<vscode.TextEditor | undefined> {
    const editor = await this.#lastEditor.find();
    if (editor === undefined) return say(vscode.l10n.t('Open a file first. The text is inserted at its cursor.'));
    const reason = await whyNotWritable(editor.document);
    return reason === undefined ? editor : say(reason);
  }

  async #write(editor: vscode.TextEditor, mode: TargetMode, task: Task, model: string | undefined): Promise<AnswerResult | undefined> {
    const { scanner } = this.#ports;
    // Different selections need a request each: an answer may only replace text that its model has seen.
    const differ = mode === 'selection' && new Set(editor.selections.map((each) => editor.document.getText(each))).size > 1;
    const each = (differ || this.#ports.settings.now().multiCursor === 'each') && editor.selections.length > 1;
    const targets = each
      ? editor.selections.map((selection) => targetFrom(editor, { mode, selections: [selection] }, scanner))
      : [targetFrom(editor, { mode }, scanner)];
    const results = await Promise.all(targets.map((target) => this.#writeAt(target, task, model)));
    return results[0];
  }

  async #writeAt(target: InsertionTarget, task: Task, model: string | undefined): Promise<AnswerResult> {
    const { answers, keepInPanel } = this.#ports;
    const { t } = vscode.l10n;
    const messages = answers.withSystemPrompt(messagesFor(task, target.surroundings(), this.#budget()));
    const request = { messages, ...(model === undefined ? {} : { model }) };
    const options = { limits: { graceCharacters } };
    const stream = await answers.begin(request, options);
    const answer: InsertedAnswer = {
      reader: stream.tape.read({ pacing: true }),
      stop: () => stream.stop(),
      resume: async () => (await answers.begin(request, options, { partial: stream.text })).tape.read({ pacing: true }),
    };
    const show = (): Promise<void> => keepInPanel(questionOf(messages), stream);
    showHiddenProgress(stream, () => target.writer.document);
    const { outcome, inserted, leftLines, left, unplaced, isUnchanged } = await this.#put(answer, target, this.#options());
    if (outcome.type === 'lost' && outcome.loss === 'closed') await show();
    const end = await stream.ended;
    const isLeftOut = outcome.type === 'ended' && inserted === '' && end.text.trim() !== '';
    if (isLeftOut) void offerPanel(leftOutSentence(), show);
    if (isUnchanged) say(t('The answer is the same as the selected text.'));
    if (end.reason === 'stop' && !isLeftOut) {
      if (unplaced.length > 0) void offerPanel(unplacedSentence(unplaced.length), show);
      if (left.length > 0) say(passedSentence(left.reduce((sum, { lines }) => sum + lines.length, 0)));
      else if (leftLines > 0) say(leftSentence(leftLines));
    }
    if (end.unshown !== undefined) say(unshownSentence(end.unshown));
    if (end.error !== undefined) void notify.warning(t('The answer ended early: {0}', end.error.message));
    return { text: end.text, end: end.reason, usage: end.usage };
  }

  async #put(answer: InsertedAnswer, target: InsertionTarget, options: InsertionOptions): Promise<Inserted> {
    const inserted = await this.#insertions.insert(answer, target, options);
    const { outcome } = inserted;
    // An editor can be read-only although its file is writable.
    if (outcome.type === 'lost' && outcome.loss === 'read-only') say(readOnlySentence(target.editor.document));
    return inserted;
  }

  #options(): InsertionOptions {
    const { prose, changesView: view, calmEdits } = this.#ports.settings.now();
    return { prose, view, calmEdits, onClosed };
  }

  #budget(): ContextBudget {
    const encoding = this.#ports.tokenizer.get(this.#ports.settings.now().model);
    const count = (text: string): number => (encoding === undefined ? roughTokens(text) : countTokens(encoding, text));
    return { tokens: contextTokens, selectionTokens, count };
  }
}

async function promptFor(title: string, given: string | undefined): Promise<string | undefined> {
  const asked = given ?? (await input({ title, placeHolder: vscode.l10n.t('What should Rivulet write here?') }));
  if (asked === undefined) return undefined;
  return asked.trim() === '' ? say(vscode.l10n.t('Type a question first.')) : asked;
}

async function onClosed(fileName: string): Promise<'reopen' | 'leave'> {
  const reopen = vscode.l10n.t('Reopen');
  const keep = vscode.l10n.t('Keep in Panel');
  const text = vscode.l10n.t('{0} was closed while an answer was being inserted.', fileName);
  return (await notify.warning(text, reopen, keep)) === reopen ? 'reopen' : 'leave';
}

function tooLongSentence(tokens: number): string {
  const { t } = vscode.l10n;
  return t('The selection has about {0} tokens, and at most {1} can be sent. Select less. Nothing was changed.', tokens, selectionTokens);
}

function leftSentence(lines: number): string {
  const { t } = vscode.l10n;
  return t('Lines of the selection that were kept below the answer: {0}. It did not reach them, or found them changed.', lines);
}

function passedSentence(lines: number): string {
  return vscode.l10n.t('The answer passes over {0} lines of the selection without a comment that stands for them. They were kept.', lines);
}

function unplacedSentence(parts: number): string {
  return vscode.l10n.t('Parts of the answer that fit nowhere in the selection, or in several places: {0}. They were not written.', parts);
}

function leftOutSentence(): string {
  return vscode.l10n.t('Nothing was inserted. The answer has no code, and rivulet.insert.prose leaves out other text.');
}

async function offerPanel(sentence: string, show: () => Promise<void>): Promise<void> {
  const button = vscode.l10n.t('Show in Panel');
  if ((await notify.information(sentence, button)) === button) await show();
}

function questionOf(messages: readonly Message[]): string {
  return textOf(messages.findLast((message) => message.role === 'user')?.content ?? '');
}

function say(sentence: string): undefined {
  void notify.information(sentence);
  return undefined;
}
