/** The commands that are about conversations as wholes, and about what goes along with a question. */
import * as vscode from 'vscode';
import { type ExportWords, toJson, toMarkdown } from '../../core/chat/export.ts';
import type { Attached, Attachments } from './attachments.ts';
import type { Chat } from './chat.ts';
import { type Result, resultOf } from '../commands.ts';
import type { Conversations } from './conversations.ts';
import { deleteConversation, pickConversation, renameConversation } from './history.ts';
import { type PickerPorts, pickModels } from '../models/modelPicker.ts';
import type { ChatPanel } from './chatPanel.ts';
import { endingOf } from '../ui/sentences.ts';
import * as notify from '../ui/notify.ts';
import { input, pick, pickFiles, pickTarget } from '../ui/pick.ts';

export interface ChatCommandPorts {
  readonly chat: Chat;
  readonly panel: ChatPanel;
  readonly conversations: Conversations;
  readonly attaching: Attachments;
  readonly pickers: PickerPorts;
}

export function chatCommands(ports: ChatCommandPorts): Readonly<Record<string, (argument?: unknown) => unknown>> {
  const { chat, panel, conversations, attaching } = ports;
  return {
    showHistory: () => showHistory(ports),
    renameChat: async () => {
      const { id, title } = await chat.conversation();
      await renameConversation(conversations, id, title);
    },
    deleteChat: async () => {
      const { id, title } = await chat.conversation();
      await deleteConversation(conversations, id, title);
    },
    exportChat: (options) => exportChat(ports, options),
    compare: (options) => compare(ports, options),
    openInEditor: async () => panel.openTab((await chat.conversation()).id),
    moveToSecondarySideBar: () => moveTo('secondarySideBar', panel),
    moveToSideBar: () => moveTo('sideBar', panel),
    attachSelection: () => attach(ports, attaching.attach('selection')),
    attachFile: async (resource) => {
      const chosen = resource instanceof vscode.Uri ? [resource] : await pickFiles({ canSelectMany: true });
      for (const uri of chosen ?? []) await attach(ports, attaching.file(uri));
    },
  };
}

async function showHistory({ chat, panel, conversations }: ChatCommandPorts): Promise<void> {
  const id = await pickConversation(conversations);
  if (id === undefined) return;
  const conversation = await conversations.open(id);
  if (conversation === undefined) {
    void notify.warning(
      vscode.l10n.t('This conversation cannot be read any more; its file has been removed or is damaged from the start.'),
    );
    return;
  }
  if (chat.page === undefined) await panel.reveal();
  chat.show(conversation);
}

/** @param options `{ format: 'markdown' | 'json', to?: Uri }`; what is left out is asked */
async function exportChat({ chat, pickers }: ChatCommandPorts, options: unknown): Promise<vscode.Uri | undefined> {
  const { t } = vscode.l10n;
  const conversation = await chat.conversation();
  if (conversation.thread.length === 0) {
    void notify.information(t('There is nothing to export yet; ask something first.'));
    return undefined;
  }
  const given = (typeof options === 'object' && options !== null ? options : {}) as Readonly<Record<string, unknown>>;
  const format = given['format'] === 'markdown' || given['format'] === 'json' ? given['format'] : await pickFormat();
  if (format === undefined) return undefined;
  const extension = format === 'markdown' ? 'md' : 'json';
  const to = given['to'] instanceof vscode.Uri ? given['to'] : await pickTarget(saveOptions(conversation.title, extension));
  if (to === undefined) return undefined;
  const label = (model: string): string => pickers.endpoints.label(model);
  const words: ExportWords = {
    you: t('You'),
    untitled: t('Untitled'),
    reasoning: t('Reasoning'),
    label,
    ending: (answer) => endingOf(answer, label(answer.model)),
  };
  const text = format === 'markdown' ? toMarkdown(conversation, words) : toJson(conversation);
  await vscode.workspace.fs.writeFile(to, new TextEncoder().encode(text));
  if (given['to'] === undefined) await vscode.window.showTextDocument(to);
  return to;
}

async function pickFormat(): Promise<'markdown' | 'json' | undefined> {
  const { t } = vscode.l10n;
  const items = [
    { label: 'Markdown', description: t('what is shown, to read'), format: 'markdown' as const },
    { label: 'JSON', description: t('everything, older versions too'), format: 'json' as const },
  ];
  return (await pick(items, { title: t('Export Conversation') }))?.format;
}

function saveOptions(title: string, extension: string): vscode.SaveDialogOptions {
  const name = `${title.replaceAll(/[\\/:*?"<>|]/g, ' ').trim() || 'conversation'}.${extension}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return {
    filters: { [extension.toUpperCase()]: [extension] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
  };
}

/** @param options `{ prompt?, models? }`; what is left out is asked. Resolves when all answers have ended. */
async function compare({ chat, panel, pickers }: ChatCommandPorts, options: unknown): Promise<readonly (Result | undefined)[] | undefined> {
  const given = (typeof options === 'object' && options !== null ? options : {}) as Readonly<Record<string, unknown>>;
  const title = vscode.l10n.t('Compare Models');
  const prompt =
    typeof given['prompt'] === 'string' ? given['prompt'] : await input({ title, placeHolder: vscode.l10n.t('Your question') });
  if (prompt === undefined) return undefined;
  const named = Array.isArray(given['models']) ? given['models'].filter((model): model is string => typeof model === 'string') : undefined;
  const models = named ?? (await pickModels(pickers));
  if (models === undefined) return undefined;
  await panel.reveal(true);
  return (await chat.compare(prompt, models)).map(resultOf);
}

async function moveTo(place: 'sideBar' | 'secondarySideBar', panel: ChatPanel): Promise<void> {
  await vscode.workspace.getConfiguration('rivulet').update('location', place, vscode.ConfigurationTarget.Global);
  await panel.reveal();
}

async function attach({ chat, panel }: ChatCommandPorts, attached: Promise<Attached>): Promise<void> {
  const text = await attached;
  await panel.reveal(true);
  (await chat.readyPage()).attach(text);
}
