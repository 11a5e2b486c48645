/** The commands that write into the editor: what to ask, where the answer lands, and what becomes of it. */
import * as vscode from 'vscode';
import type { Message } from '../../api.ts';
import type { Answer } from '../../core/chat/entries.ts';
import { type ContextBudget, messagesFor, type Task } from '../../core/insert/context.ts';
import { textOf } from '../../core/provider/parts.ts';
import type { LiveStream } from '../../core/answer/liveStream.ts';
import { countTokens, roughTokens } from '../../core/tokens/tokenCounter.ts';
import type { Tokenizer } from '../../node/tokenizer/tokenizer.ts';
import type { Answers } from '../models/answers.ts';
import type { AnswerResult, InsertOptions } from '../ui/answerResult.ts';
import { type InsertedAnswer, Insertions } from './insertion.ts';
import { insertText } from './insertText.ts';
import { type InsertionTarget, targetFrom, type TargetMode, questionIn, readOnlySentence, whyNotWritable } from './insertionTarget.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import { showHiddenProgress } from './hiddenProgress.ts';
import * as notify from '../ui/notify.ts';
import { input } from '../ui/pick.ts';

export interface InserterPorts {
  readonly answers: Answers;
  readonly settings: LiveSettings;
  readonly tokenizer: Tokenizer;
  /** Shows an answer in the panel whose document was closed while it was written. */
  readonly keepInPanel: (question: string, stream: LiveStream) => Promise<void>;
}

/** An answer in a document ends with a whole line or sentence, if there is an end within so many characters behind a limit. */
const graceCharacters = 400;
/** Most tokens of the document that go with a question. */
const contextTokens = 4_000;

export class Inserter implements vscode.Disposable {
  readonly #ports: InserterPorts;
  readonly #insertions = new Insertions();

  constructor(ports: InserterPorts) {
    this.#ports = ports;
  }

  dispose(): void {
    this.#insertions.dispose();
  }

  /** Asks what to write, unless told, and writes it at the cursor, or at each of them. */
  async insertAtCursor({ prompt, model }: InsertOptions = {}): Promise<AnswerResult | undefined> {
    const editor = await this.#editor();
    if (editor === undefined) return undefined;
    const asked = await promptFor(vscode.l10n.t('Insert Answer at Cursor'), prompt);
    return asked === undefined ? undefined : this.#write(editor, 'cursor', { type: 'insert', prompt: asked }, model);
  }

  async replaceSelection({ prompt, model }: InsertOptions = {}): Promise<AnswerResult | undefined> {
    const editor = await this.#editor();
    if (editor === undefined) return undefined;
    if (editor.selection.isEmpty) return say(vscode.l10n.t('Select the text to replace first.'));
    const asked = await promptFor(vscode.l10n.t('Replace Selection With…'), prompt);
    return asked === undefined ? undefined : this.#write(editor, 'selection', { type: 'replace', prompt: asked }, model);
  }

  async continueWriting({ model }: InsertOptions = {}): Promise<AnswerResult | undefined> {
    const editor = await this.#editor();
    return editor === undefined ? undefined : this.#write(editor, 'cursor', { type: 'continue' }, model);
  }

  /** The selection, or the comment above the cursor, is the question; the answer goes below it. */
  async answerSelection({ model }: InsertOptions = {}): Promise<AnswerResult | undefined> {
    const editor = await this.#editor();
    if (editor === undefined) return undefined;
    const question = questionIn(editor);
    if (question === undefined) return say(vscode.l10n.t('Select a question, or place the cursor below a comment that asks one.'));
    return this.#write(editor, 'below', { type: 'answer', question }, model);
  }

  /** Inserts an answer of the panel, also while it is being written. */
  async insertAnswer(answer: Answer): Promise<void> {
    const editor = await this.#editor();
    if (editor === undefined) return;
    const { state } = answer;
    if (state.type === 'settled') {
      await insertText(editor, state.text);
      return;
    }
    const stream = state.type === 'live' ? state.stream : await state.begun;
    if (stream !== undefined) await this.#land(stream, targetFrom(editor, { mode: 'cursor' }), undefined);
  }

  async #editor(): Promise<vscode.TextEditor | undefined> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) return say(vscode.l10n.t('Open a file first. The answer is inserted at its cursor.'));
    const reason = await whyNotWritable(editor.document);
    return reason === undefined ? editor : say(reason);
  }

  async #write(editor: vscode.TextEditor, mode: TargetMode, task: Task, model: string | undefined): Promise<AnswerResult | undefined> {
    const each = this.#ports.settings.now().multiCursor === 'each' && editor.selections.length > 1;
    const landings = each
      ? editor.selections.map((selection) => targetFrom(editor, { mode, selections: [selection] }))
      : [targetFrom(editor, { mode })];
    const results = await Promise.all(landings.map((landing) => this.#writeAt(landing, task, model)));
    return results[0];
  }

  async #writeAt(landing: InsertionTarget, task: Task, model: string | undefined): Promise<AnswerResult> {
    const { answers } = this.#ports;
    const request = {
      messages: answers.withSystemPrompt(messagesFor(task, landing.surroundings(), this.#budget())),
      ...(model === undefined ? {} : { model }),
    };
    const options = { limits: { graceCharacters } };
    const stream = await answers.begin(request, options);
    const resume = async (): Promise<LiveStream> => answers.begin(request, options, stream.text);
    return this.#land(stream, landing, { question: questionOf(request.messages), resume });
  }

  async #land(
    stream: LiveStream,
    landing: InsertionTarget,
    again: { readonly question: string; readonly resume: () => Promise<LiveStream> } | undefined,
  ): Promise<AnswerResult> {
    const answer: InsertedAnswer = {
      reader: stream.tape.read({ pacing: true }),
      stop: () => stream.stop(),
      ...(again === undefined ? {} : { resume: async () => (await again.resume()).tape.read({ pacing: true }) }),
    };
    showHiddenProgress(stream, () => landing.writer.document);
    const { outcome } = await this.#insertions.insert(answer, landing, { prose: this.#ports.settings.now().prose, onClosed });
    if (outcome.type === 'lost' && outcome.loss === 'closed' && again !== undefined) await this.#ports.keepInPanel(again.question, stream);
    if (outcome.type === 'lost' && outcome.loss === 'read-only') {
      stream.stop();
      say(readOnlySentence(landing.editor.document));
    }
    const end = await stream.ended;
    if (end.error !== undefined) void notify.warning(vscode.l10n.t('The answer ended early: {0}', end.error.message));
    return { text: end.text, end: end.reason, usage: end.usage };
  }

  #budget(): ContextBudget {
    const encoding = this.#ports.tokenizer.get(this.#ports.settings.now().model);
    const count = (text: string): number => (encoding === undefined ? roughTokens(text) : countTokens(encoding, text));
    return { tokens: contextTokens, count };
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

function questionOf(messages: readonly Message[]): string {
  return textOf(messages.findLast((message) => message.role === 'user')?.content ?? '');
}

function say(sentence: string): undefined {
  void notify.information(sentence);
  return undefined;
}
