/** The chat: conversations, the pages that show them, attachments, and the commands for all of that. */
import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { LiveStream } from '../../core/answer/liveStream.ts';
import type { RowText } from '../../core/chat/page/pageRows.ts';
import { hasPictures, withoutPictures } from '../../core/chat/prompt.ts';
import { countInPieces } from '../../core/tokens/draftCounter.ts';
import * as notify from '../ui/notify.ts';
import type { Feature } from '../feature.ts';
import type { Endpoints } from '../models/endpoints.ts';
import type { Models } from '../models/createModels.ts';
import type { Runtime } from '../runtime/createRuntime.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import { StoredList } from '../settings/storedList.ts';
import { registerTextDocuments } from '../ui/textDocuments.ts';
import { queuedStatus, statusOf } from '../ui/sentences/answerSentences.ts';
import type { AppliedBlock } from '../insert/applyToFile.ts';
import type { PanelText } from '../insert/inserter.ts';
import { cutNote } from '../ui/sentences/cutSentences.ts';
import { appliedBlock, newestBlock } from './page/appliedBlock.ts';
import type { UsageStore } from '../usage/usageStore.ts';
import { Attachments } from './files/attachments.ts';
import { InstructionChoices } from './files/instructionChoices.ts';
import { Instructions, instructionsText } from './files/instructions.ts';
import { Prompts } from './files/prompts.ts';
import { Chat } from './chat.ts';
import { chatCommands } from './commands.ts';
import { registerAnswers } from './page/answerDiff.ts';
import { createConversations } from './conversations/conversations.ts';
import { Drafts } from './page/drafts.ts';
import { SideBarConversation } from './conversations/sideBarConversation.ts';
import { PromptGauge } from './page/promptGauge.ts';
import { steer } from './page/steer.ts';
import { EditorTabs } from './surfaces/editorTab.ts';
import { RunningConversations } from './conversations/runningConversations.ts';
import { SideBar } from './surfaces/sideBar.ts';
import { conversationFolders } from './conversations/workspaceFolder.ts';

export interface ChatFeature extends Feature {
  /** The user inserts a text of the panel into the editor. */
  readonly onInsert: vscode.Event<PanelText>;
  /** The user looks at the chat or at the status menu. */
  readonly onUse: vscode.Event<void>;
  /** Reads a file as an attachment. */
  readonly readFile: Attachments['file'];
  /** A code block of the conversation; the newest one if `code` is undefined. */
  blockOf(code: string | undefined, info: string): Promise<AppliedBlock | undefined>;
  /** Opens the panel and shows an answer that was started elsewhere. */
  showInPanel(question: string, stream: LiveStream): Promise<void>;
  /** Saves all conversations. Nothing is saved afterwards, so that stopping their answers does not look like the user's Stop. */
  flush(): void;
}

export function createChat(
  { extensionUri, globalStorageUri, workspaceState }: vscode.ExtensionContext,
  settings: LiveSettings,
  runtime: Runtime,
  { answers, endpoints, known, connect: connectServer }: Models,
  store: UsageStore,
): ChatFeature {
  const { clock, engine, files, log, tokenizer } = runtime;
  const instructions = new Instructions(settings);
  const choices = new InstructionChoices(workspaceState, instructions);
  const running = new RunningConversations(workspaceState);
  const conversations = createConversations({
    ...conversationFolders(globalStorageUri, workspaceState),
    log,
    begin: async ({ model, messages, partial, reasoned, parameters, kept, signal }, conversation) => {
      const instructions = await choices.textFor(conversation);
      const isBlind = endpoints.factsOf(model).facts.vision === false && messages.some(hasPictures);
      // The composer has warned, except about the models of a comparison or a regeneration.
      if (isBlind && hasPictures(messages.at(-1)!)) {
        void notify.information(vscode.l10n.t('{0} cannot see pictures. The question is sent without them.', endpoints.label(model)));
      }
      const seen = isBlind ? withoutPictures(messages) : messages;
      const request = { model, messages: answers.withSystemPrompt(seen, instructions), ...parameters };
      const stream = await answers.begin(request, { signal }, { partial, reasoned, kept, inJournal: true });
      running.follow(conversation, stream);
      return stream;
    },
    clock,
  });
  void running.takeUp(conversations);
  const gauge = new PromptGauge({ tokenizer, endpoints, system: (chosen) => answers.systemPrompt(instructionsText(chosen)) });
  const attachments = new Attachments((text) => countInPieces(text, tokenizer.get(settings.now().model), setImmediate));
  const home = new SideBarConversation(conversations, workspaceState);
  const present = rowText(endpoints, settings, store);
  const drafts = new Drafts(workspaceState);
  const prompts = new Prompts({ settings, endpoints, editor: () => attachments.editor, read: (file) => attachments.file(file) });
  const chat = new Chat({
    conversations,
    attaching: attachments,
    drafts,
    pictures: conversations.pictures,
    gauge,
    prompts,
    instructions: choices,
    present,
    settings,
    endpoints,
    connect: connectServer,
    home,
    onFacts: known.onChange,
    steer: (...asked) => steer({ conversations, clock, openTab: (id) => tabs.open(id) }, ...asked),
  });
  const connect = chat.connect.bind(chat);
  const readParagraphs = (): boolean => settings.now().readParagraphs;
  const sideBar = new SideBar({ extensionUri, log, connect, readParagraphs, settings, home });
  const tabs = new EditorTabs({ extensionUri, log, connect, readParagraphs, conversations });
  const documents = vscode.Disposable.from(registerTextDocuments(), registerAnswers(conversations));
  return {
    onInsert: chat.onInsert,
    onUse: chat.onUse,
    readFile: attachments.file.bind(attachments),
    blockOf: async (code, info) => {
      const conversation = await chat.conversation();
      const find = conversation.find.bind(conversation);
      return code === undefined ? newestBlock(conversation.thread, find) : appliedBlock(code, info, conversation.thread, find);
    },
    showInPanel: async (question, stream) => {
      await sideBar.reveal(true);
      await chat.adopt(question, stream);
    },
    flush: () => {
      running.dispose();
      conversations.dispose();
    },
    commands: chatCommands({
      engine,
      endpoints,
      settings,
      chat,
      sideBar,
      tabs,
      conversations,
      pins: new StoredList(workspaceState, 'pinnedConversations'),
      attachments,
      worker: new URL('conversationWorker.js', files),
    }),
    dispose: () => vscode.Disposable.from(documents, tabs, sideBar, chat, attachments, instructions, conversations).dispose(),
  };
}

function rowText(endpoints: Endpoints, settings: LiveSettings, store: UsageStore): RowText {
  return {
    author: (row) => (row.role === 'assistant' ? endpoints.label(row.model) : vscode.l10n.t('You')),
    status: (answer, wait) => statusOf(answer, endpoints.asked(answer.model), (model, usage) => store.cost(model, usage), wait),
    queued: queuedStatus,
    cut: (row, cut) => cutNote(row.role === 'assistant', cut),
    model: () => {
      const { model } = settings.now();
      return { id: model, label: endpoints.label(model) };
    },
  };
}
