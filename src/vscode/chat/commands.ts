/** The commands of the chat: asking, answers, conversations, and attachments. */
import * as vscode from 'vscode';
import type { ExportWords } from '../../core/chat/export/export.ts';
import { answerActions, factsOf } from '../../core/chat/answerActions.ts';
import { titleOf } from '../../core/chat/saved.ts';
import { fenceAround } from '../../core/chat/prompt.ts';
import type { CommandTable } from '../feature.ts';
import type { AnswerPorts } from '../models/answers.ts';
import { pickModels } from '../models/modelPicker.ts';
import type { Engine } from '../../core/answer/engine.ts';
import { type AnswerResult, resultOf } from '../ui/answerResult.ts';
import { aText, aUri, listOf, oneOf, options } from '../ui/arguments.ts';
import { endingOf } from '../ui/sentences/answerSentences.ts';
import { showStatusMenu } from '../usage/statusMenu.ts';
import type { AttachResult, Attachments } from './files/attachments.ts';
import type { Chat } from './chat.ts';
import type { ChatPage } from './page/chatPage.ts';
import { exportedTo } from '../../node/disk/conversationJobs.ts';
import type { ConversationStore } from '../../node/disk/conversationStore.ts';
import { deleteConversation, pickConversation, renameConversation, timeOf } from './conversations/history.ts';
import * as notify from '../ui/notify.ts';
import type { StoredList } from '../settings/storedList.ts';
import { input, pick, pickFiles, pickTarget } from '../ui/pick.ts';
import type { EditorTabs } from './surfaces/editorTab.ts';
import type { SideBar } from './surfaces/sideBar.ts';

export interface ChatCommandPorts extends Pick<AnswerPorts, 'endpoints' | 'settings'> {
  readonly engine: Engine;
  readonly chat: Chat;
  readonly sideBar: SideBar;
  readonly tabs: EditorTabs;
  readonly conversations: ConversationStore;
  readonly pins: StoredList;
  readonly attachments: Attachments;
  /** Address of the script that reads and writes exported conversations. */
  readonly worker: URL;
}

export function chatCommands(ports: ChatCommandPorts): CommandTable {
  const { engine, endpoints, chat, sideBar, tabs, conversations, attachments } = ports;
  return {
    openChat: () => openChat(sideBar),
    newChat: (...from) => {
      // Only the button in a tab's title passes arguments. All other ways lead to the side bar.
      const isTab = from.some((given) => given !== undefined);
      chat.startNew(isTab ? 'activeTab' : 'sideBar');
      return isTab ? chat.page?.post({ type: 'focus' }) : openChat(sideBar);
    },
    ask: (prompt) => ask(ports, prompt),
    explainSelection: () => explainSelection(ports),
    stop: () => {
      // An answer that has not begun is newer than any running one.
      if (!conversations.stopNewestAsked()) engine.running.at(-1)?.stop();
    },
    stopAll: () => {
      conversations.stopAllAsked();
      engine.stopAll();
    },
    resume: () => resume(chat),
    regenerate: () => regenerate(ports),
    compare: (given) => compare(ports, given),
    showStatus: () => {
      chat.looked();
      return showStatusMenu({ engine, endpoints, resumable: () => resumable(chat) });
    },
    showHistory: () => showHistory(ports),
    importChats: (given) => importFromFiles(ports, given),
    findInChat: async () => (await openPage(ports)).post({ type: 'openFind' }),
    nextQuestion: () => chat.page?.post({ type: 'goTo', question: 'next' }),
    previousQuestion: () => chat.page?.post({ type: 'goTo', question: 'previous' }),
    goToQuestion: () => goToQuestion(ports),
    renameChat: async () => {
      const { id, title } = await chat.conversation();
      await renameConversation(conversations, id, title);
    },
    deleteChat: async () => {
      const { id, title } = await chat.conversation();
      await deleteConversation(conversations, id, title);
    },
    compactChat: async () => resultOf(await (await chat.readyPage()).compact()),
    exportChat: (given) => exportChat(ports, given),
    openInEditor: async () => {
      const { id } = await chat.conversation();
      chat.page?.moveDraft(id);
      tabs.open(id);
    },
    moveToSecondarySideBar: () => moveTo('secondarySideBar', sideBar),
    moveToSideBar: () => moveTo('sideBar', sideBar),
    attachSelection: () => attach(ports, attachments.attach('selection')),
    attachFile: async (resource) => {
      const chosen = resource instanceof vscode.Uri ? [resource] : await pickFiles({ canSelectMany: true });
      for (const uri of chosen ?? []) await attach(ports, attachments.file(uri));
    },
  };
}

async function openChat(sideBar: SideBar): Promise<void> {
  await sideBar.reveal();
  sideBar.post({ type: 'focus' });
}

/** @param given `{ from: Uri[] }`; if omitted, the user is asked. A single conversation is shown. */
async function importFromFiles(ports: ChatCommandPorts, given: unknown): Promise<readonly string[]> {
  const { importFiles } = await import('./conversations/importFiles.ts');
  const ids = await importFiles(ports.conversations, ports.worker, options(given, { from: listOf(aUri) }).from);
  const [id, ...others] = ids;
  const conversation = id === undefined || others.length > 0 ? undefined : await ports.conversations.open(id);
  if (conversation !== undefined) ports.chat.show(conversation);
  return ids;
}

/** The page that a command applies to; opened if there is none. */
async function openPage({ sideBar, chat }: ChatCommandPorts): Promise<ChatPage> {
  if (chat.page === undefined) await sideBar.reveal();
  return chat.readyPage();
}

/** The outline of the conversation: its questions, newest first. */
async function goToQuestion(ports: ChatCommandPorts): Promise<void> {
  const { t } = vscode.l10n;
  const conversation = await ports.chat.conversation();
  const items = conversation.thread.flatMap((entry) =>
    entry.role === 'user' && !conversation.isSummary(entry)
      ? [{ label: titleOf(entry.text), description: timeOf(entry.askedAt), id: entry.id }]
      : [],
  );
  if (items.length === 0) return void notify.information(t('There are no questions in this conversation yet.'));
  const chosen = await pick(items.toReversed(), { title: t('Go to Question'), matchOnDescription: true });
  if (chosen !== undefined) (await openPage(ports)).post({ type: 'goTo', question: { id: chosen.id } });
}

/** @param given the question, or `{ prompt, model? }`; if omitted, the user is asked */
async function ask({ sideBar, chat }: ChatCommandPorts, given: unknown): Promise<AnswerResult | undefined> {
  const { prompt, model } = options(typeof given === 'string' ? { prompt: given } : given, { prompt: aText, model: aText });
  const text = prompt ?? (await input({ title: vscode.l10n.t('Ask Rivulet'), placeHolder: vscode.l10n.t('Your question') }));
  if (text === undefined) return undefined;
  await sideBar.reveal(true);
  return resultOf(await chat.ask(text, model));
}

async function explainSelection(ports: ChatCommandPorts): Promise<AnswerResult | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || editor.selection.isEmpty) {
    void notify.information(vscode.l10n.t('Select the text to explain first.'));
    return undefined;
  }
  const text = editor.document.getText(editor.selection);
  const fence = fenceAround(text);
  return ask(ports, `${vscode.l10n.t('Explain this:')}\n\n${fence}${editor.document.languageId}\n${text}\n${fence}`);
}

async function resumable(chat: Chat): Promise<boolean> {
  const conversation = await chat.conversation();
  const answer = conversation.newestAnswer;
  return answer !== undefined && answerActions.resume.applies(factsOf(answer, conversation.isCompared(answer)));
}

async function resume(chat: Chat): Promise<AnswerResult | undefined> {
  const conversation = await chat.conversation();
  const answer = conversation.newestAnswer;
  return answer === undefined ? undefined : resultOf(await conversation.resume(answer.id));
}

async function regenerate({ chat, settings }: ChatCommandPorts): Promise<AnswerResult | undefined> {
  const conversation = await chat.conversation();
  const answer = conversation.newestAnswer;
  return answer === undefined ? undefined : resultOf(await conversation.regenerate(answer.id, settings.now().model));
}

async function showHistory({ chat, sideBar, conversations, pins }: ChatCommandPorts): Promise<void> {
  const picked = await pickConversation(conversations, pins);
  if (picked === undefined) return;
  const { id, words } = picked;
  const conversation = await conversations.open(id);
  if (conversation === undefined) {
    void notify.warning(
      vscode.l10n.t(
        "This conversation can't be opened. Its file was removed, is damaged from the start, or was written by a newer version of Rivulet.",
      ),
    );
    return;
  }
  if (chat.page === undefined) await sideBar.reveal();
  chat.show(conversation);
  chat.page?.post(words === undefined ? { type: 'focus' } : { type: 'openFind', words });
}

/** @param given `{ format?: 'markdown' | 'json', to?: Uri }`; the user is asked for what is omitted */
async function exportChat({ chat, endpoints, worker }: ChatCommandPorts, given: unknown): Promise<vscode.Uri | undefined> {
  const { t } = vscode.l10n;
  const conversation = await chat.conversation();
  if (conversation.thread.length === 0) {
    void notify.information(t('There is nothing to export yet.'));
    return undefined;
  }
  const chosen = options(given, { format: oneOf(['markdown', 'json']), to: aUri });
  const format = chosen.format ?? (await pickFormat());
  if (format === undefined) return undefined;
  const to = chosen.to ?? (await pickExport(conversation.title, format === 'markdown' ? 'md' : 'json'));
  if (to === undefined) return undefined;
  const label = (model: string): string => endpoints.label(model);
  const words: ExportWords = {
    you: t('You'),
    untitled: t('Untitled'),
    reasoning: t('Reasoning'),
    lostAttempt: t('Interrupted attempt'),
    sources: t('Sources'),
    label,
    ending: (answer) => endingOf(answer, endpoints.asked(answer.model)),
  };
  await vscode.workspace.fs.writeFile(to, await exportedTo(worker, format, conversation, words, await conversation.pictures()));
  if (chosen.to === undefined) await vscode.window.showTextDocument(to);
  return to;
}

async function pickFormat(): Promise<'markdown' | 'json' | undefined> {
  const { t } = vscode.l10n;
  const items = [
    { label: 'Markdown', description: t('what is shown, for reading'), format: 'markdown' as const },
    { label: 'JSON', description: t('everything, including older versions'), format: 'json' as const },
  ];
  return (await pick(items, { title: t('Export Conversation') }))?.format;
}

function pickExport(title: string, extension: string): Thenable<vscode.Uri | undefined> {
  const name = title.replaceAll(/[\\/:*?"<>|]/g, ' ').trim() || 'conversation';
  return pickTarget(`${name}.${extension}`, { filters: { [extension.toUpperCase()]: [extension] } });
}

/** @param given `{ prompt?, models? }`; the user is asked for what is omitted. Resolves when all answers have ended. */
async function compare(ports: ChatCommandPorts, given: unknown): Promise<readonly (AnswerResult | undefined)[] | undefined> {
  const chosen = options(given, { prompt: aText, models: listOf(aText) });
  const title = vscode.l10n.t('Compare Models');
  const prompt = chosen.prompt ?? (await input({ title, placeHolder: vscode.l10n.t('Your question') }));
  if (prompt === undefined) return undefined;
  const { chat, sideBar } = ports;
  const models = chosen.models ?? (await pickModels(ports));
  if (models === undefined) return undefined;
  await sideBar.reveal(true);
  return (await chat.compare(prompt, models)).map(resultOf);
}

async function moveTo(place: 'sideBar' | 'secondarySideBar', sideBar: SideBar): Promise<void> {
  await vscode.workspace.getConfiguration('rivulet').update('location', place, vscode.ConfigurationTarget.Global);
  await sideBar.reveal();
}

async function attach({ chat, sideBar }: ChatCommandPorts, attached: Promise<AttachResult>): Promise<void> {
  const text = await attached;
  await sideBar.reveal(true);
  (await chat.readyPage()).attach(text);
}
