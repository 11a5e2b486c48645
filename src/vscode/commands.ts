/** The command table: each command's name and what it calls. One wrapper turns an exception into a sentence. */
import * as vscode from 'vscode';
import type { EndReason, Usage } from '../api.ts';
import type { Answer } from '../core/chat/entries.ts';
import { fenceAround } from '../core/chat/prompt.ts';
import type { Engine } from '../core/answer/engine.ts';
import type { Answers } from './models/answers.ts';
import { supportCommands, type SupportCommandPorts } from './support/commands.ts';
import type { Chat } from './chat/chat.ts';
import { chatCommands } from './chat/commands.ts';
import type { Conversations } from './chat/conversations.ts';
import type { Attachments } from './chat/attachments.ts';
import type { ChatServiceCommands } from './support/chatServiceCommands.ts';
import { writeCommitMessage } from './insert/commitMessage.ts';
import { clearApiKey, type PickerPorts, selectModel, setApiKey } from './models/modelPicker.ts';
import type { ChatPanel } from './chat/chatPanel.ts';
import type { Inserter } from './insert/inserter.ts';
import type { UsagePanel } from './usage/usagePanel.ts';
import { showStatusMenu } from './usage/statusMenu.ts';
import * as notify from './ui/notify.ts';
import { input } from './ui/pick.ts';

export interface CommandPorts extends Pick<SupportCommandPorts, 'connection' | 'recordings' | 'diagnostics'> {
  readonly engine: Engine;
  readonly chat: Chat;
  readonly panel: ChatPanel;
  readonly pickers: PickerPorts;
  readonly log: vscode.LogOutputChannel;
  readonly inserter: Inserter;
  readonly answers: Answers;
  readonly conversations: Conversations;
  readonly attaching: Attachments;
  readonly usagePanel: UsagePanel;
  readonly serviceControl: ChatServiceCommands;
}

export interface InsertOptions {
  readonly prompt?: string;
  /** `"<endpoint id>/<model>"`. */
  readonly model?: string;
}

/** What `ask` and `insertAtCursor` resolve to. */
export interface Result {
  readonly text: string;
  readonly end: EndReason;
  readonly usage: Usage;
}

export function registerCommands(ports: CommandPorts): vscode.Disposable {
  const { engine, chat, panel, pickers, log, inserter, answers, serviceControl } = ports;
  const table: Readonly<Record<string, (argument?: unknown) => unknown>> = {
    ...chatCommands(ports),
    ...supportCommands(ports),
    openChat: () => openChat(panel),
    newChat: () => {
      chat.startNew();
      return openChat(panel);
    },
    ask: (prompt) => ask(ports, prompt),
    insertAtCursor: (options) => inserter.insertAtCursor(optionsOf(options)),
    replaceSelection: (options) => inserter.replaceSelection(optionsOf(options)),
    continueWriting: (options) => inserter.continueWriting(optionsOf(options)),
    answerSelection: (options) => inserter.answerSelection(optionsOf(options)),
    explainSelection: () => explainSelection(ports),
    writeCommitMessage: (source) => writeCommitMessage(answers, source),
    showUsage: (options) => showUsage(ports, options),
    showStatus: () => showStatusMenu({ engine, label: (model) => pickers.endpoints.label(model), resumable: () => resumable(chat) }),
    stop: () => engine.running.at(-1)?.stop(),
    stopAll: () => engine.stopAll(),
    resume: () => resume(chat),
    regenerate: () => regenerate(ports),
    selectModel: () => selectModel(pickers),
    setApiKey: (id) => setApiKey(pickers, typeof id === 'string' ? id : undefined),
    clearApiKey: (id) => clearApiKey(pickers, typeof id === 'string' ? id : undefined),
    startChatService: () => serviceControl.start(),
    stopChatService: () => serviceControl.stop(),
    showLog: () => log.show(),
  };
  const registered = Object.entries(table).map(([name, run]) =>
    vscode.commands.registerCommand(`rivulet.${name}`, async (argument?: unknown) => {
      try {
        return await run(argument);
      } catch (error) {
        log.error(error instanceof Error ? error : String(error));
        void notify.error(vscode.l10n.t('Rivulet could not do that: {0}', error instanceof Error ? error.message : String(error)));
        return undefined;
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}

async function openChat(panel: ChatPanel): Promise<void> {
  await panel.reveal();
  panel.post({ type: 'focus' });
}

async function ask({ panel, chat }: CommandPorts, prompt: unknown): Promise<Result | undefined> {
  const text =
    typeof prompt === 'string' ? prompt : await input({ title: vscode.l10n.t('Ask Rivulet'), placeHolder: vscode.l10n.t('Your question') });
  if (text === undefined) return undefined;
  await panel.reveal(true);
  return resultOf(await chat.ask(text));
}

async function explainSelection(ports: CommandPorts): Promise<Result | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || editor.selection.isEmpty) {
    void notify.information(vscode.l10n.t('Select the text to explain first.'));
    return undefined;
  }
  const text = editor.document.getText(editor.selection);
  const fence = fenceAround(text);
  return ask(ports, `${vscode.l10n.t('Explain this:')}\n\n${fence}${editor.document.languageId}\n${text}\n${fence}`);
}

/** A menu passes what it was opened on; only our own options count. */
function optionsOf(argument: unknown): InsertOptions {
  const { prompt, model } = (typeof argument === 'object' && argument !== null ? argument : {}) as Record<string, unknown>;
  return { ...(typeof prompt === 'string' ? { prompt } : {}), ...(typeof model === 'string' ? { model } : {}) };
}

/** @param options `{ export: 'csv' | 'json', to: Uri }` writes the counts there and shows nothing */
function showUsage({ usagePanel }: CommandPorts, options: unknown): unknown {
  const given = (typeof options === 'object' && options !== null ? options : {}) as Readonly<Record<string, unknown>>;
  const format = given['export'];
  if ((format === 'csv' || format === 'json') && given['to'] instanceof vscode.Uri) return usagePanel.export(format, given['to']);
  return usagePanel.show();
}

async function resumable(chat: Chat): Promise<boolean> {
  const state = (await chat.newestAnswer())?.state;
  return state?.type === 'settled' && ['truncated', 'cancelled', 'limit', 'length', 'error', 'trigger'].includes(state.reason);
}

async function resume(chat: Chat): Promise<Result | undefined> {
  const answer = await chat.newestAnswer();
  return answer === undefined ? undefined : resultOf(await (await chat.conversation()).resume(answer.id));
}

async function regenerate({ chat, pickers }: CommandPorts): Promise<Result | undefined> {
  const answer = await chat.newestAnswer();
  if (answer === undefined) return undefined;
  return resultOf(await (await chat.conversation()).regenerate(answer.id, pickers.settings().model));
}

export function resultOf(answer: Answer | undefined): Result | undefined {
  if (answer?.state.type !== 'settled') return undefined;
  return { text: answer.state.text, end: answer.state.reason, usage: answer.state.usage };
}
