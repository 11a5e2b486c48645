/** Maps each message of a page to the call it stands for. */
import * as vscode from 'vscode';
import type { Conversation } from '../../../core/chat/conversation.ts';
import type { Answer } from '../../../core/chat/entries.ts';
import type { PageSync } from '../../../core/chat/page/pageSync.ts';
import type { FromPage, NoticeCommand, Steering, ToPage } from '../../../core/chat/page/protocol.ts';
import { moved, reworded } from '../../../core/chat/queue.ts';
import type { ConversationStore } from '../../../node/disk/conversationStore.ts';
import type { PanelText } from '../../insert/inserter.ts';
import type { Models } from '../../models/createModels.ts';
import { AnswerCommands } from './answerCommands.ts';
import { compareWords } from './answerDiff.ts';
import { openLink, runCodeAction } from './codeBlockActions.ts';
import { dialogTarget } from '../files/attachments.ts';
import { filesFound, openFile } from '../files/fileLinks.ts';
import type { Prompts } from '../files/prompts.ts';
import type { PageDraft, PageDraftPorts } from './pageDraft.ts';

export interface PageInputPorts extends PageDraftPorts {
  readonly conversations: ConversationStore;
  readonly prompts: Prompts;
  /** Connects the server described by a text; undefined if none is recognised. */
  readonly connect: Models['connect'];
  /** Inserts a text into the text editor used last. */
  readonly insert: (text: PanelText) => void;
}

/** The page that sent the message. */
export interface InputPage {
  show(conversation: Conversation): void;
  ask(text: string, model: string | undefined, how: Steering | undefined, conversation: Conversation): Promise<Answer | undefined>;
  compare(text: string): Promise<readonly Answer[]>;
  compact(): Promise<Answer | undefined>;
  post(message: ToPage): void;
}

export class PageInput {
  readonly #ports: PageInputPorts;
  readonly #page: InputPage;
  readonly #draft: PageDraft;
  readonly #answers: AnswerCommands;

  constructor(ports: PageInputPorts, page: InputPage, draft: PageDraft) {
    this.#ports = ports;
    this.#page = page;
    this.#draft = draft;
    this.#answers = new AnswerCommands(ports.settings, draft);
  }

  hear(message: Exclude<FromPage, { type: 'ready' }>, conversation: Conversation, frames: PageSync): void {
    switch (message.type) {
      case 'drawn':
        return frames.drawn(message.frame);
      case 'lost':
        return frames.lost(message.message, message.part, message.have);
      case 'send':
        return void this.#send(message, conversation);
      case 'moveQueued':
        return conversation.changeQueue((items) => moved(items, message.message, message.step));
      case 'compare':
        if (message.text === '') return void vscode.commands.executeCommand('rivulet.compare');
        return void this.#page.compare(message.text);
      case 'pick':
        return conversation.pick(message.message);
      case 'sideBySide':
        return void vscode.commands.executeCommand('rivulet.openInEditor');
      case 'compareWords':
        return void compareWords(conversation, message.message, (model) => this.#ports.endpoints.label(model));
      case 'edit':
        if (conversation.find(message.message)?.role === 'assistant') return conversation.rewriteSummary(message.message, message.text);
        if (conversation.find(message.message) === undefined)
          return conversation.changeQueue((items) => reworded(items, message.message, message.text));
        return void conversation.edit(message.message, message.text, this.#ports.settings.now().model);
      case 'fork':
        return this.#fork(conversation, message.message);
      case 'version':
        return conversation.showVersion(message.message, message.step);
      case 'stop':
        return conversation.stop(message.message);
      case 'regenerate':
        return void this.#answers.regenerate(conversation, message.message);
      case 'action':
        return void this.#answers.act(message.command, message.message, conversation);
      case 'copy':
        return void vscode.env.clipboard.writeText(message.text);
      case 'insert': {
        const answer = conversation.find(message.message);
        return void (answer?.role === 'assistant' && this.#ports.insert({ type: 'answer', answer }));
      }
      case 'code':
        return void runCodeAction(message, conversation, this.#ports.insert);
      case 'open':
        return void openLink(message.href);
      case 'findFiles':
        return void filesFound(message.names).then((found) => this.#page.post({ type: 'filesFound', request: message.request, found }));
      case 'openFile':
        return void openFile(message.name);
      case 'selectModel':
      case 'addEndpoint':
        return void vscode.commands.executeCommand(`rivulet.${message.type}`);
      case 'notice':
        return this.#notice(message.command, conversation);
      case 'setParameters':
        return conversation.setParameters(message.parameters);
      case 'find':
        return void this.#find(message);
      case 'draft':
        return this.#draft.write(message.draft);
      case 'attach':
        if (message.target === dialogTarget) return void vscode.commands.executeCommand('rivulet.attachFile');
        return void this.#ports.attaching.attach(message.target).then((attached) => this.#draft.attach(attached));
      case 'attachBytes':
        return void this.#draft.attachBytes(message.name, message.bytes);
      case 'attachPicture':
        return this.#draft.attachPicture(message);
      case 'refusePicture':
        return this.#draft.refusePicture(message.name, message.problem);
      case 'openPicture':
        return this.#draft.openPicture(message.attachment, message.message);
      case 'detach':
        return this.#draft.detach(message.attachment);
      case 'connect':
        return void this.#connect(message.text);
      default:
        message satisfies never;
    }
  }

  async #connect(text: string): Promise<void> {
    const outcome = await this.#ports.connect(text);
    if (outcome === undefined) {
      this.#page.post({ type: 'connection', text: vscode.l10n.t('No address and no key were found in this text.') });
    } else this.#page.post({ type: 'connection', text: outcome.type === 'failed' ? outcome.text : '' });
    if (outcome?.type === 'connected') this.#page.post({ type: 'focus' });
  }

  /** An answer is continued in a new conversation; a question is edited in one. */
  #fork(conversation: Conversation, id: string): void {
    const entry = conversation.find(id);
    if (entry === undefined) return;
    if (entry.role === 'assistant') return this.#page.show(this.#ports.conversations.fork(conversation, id));
    this.#page.show(
      entry.parent === undefined ? this.#ports.conversations.create() : this.#ports.conversations.fork(conversation, entry.parent),
    );
    this.#draft.takeBack(entry, conversation);
  }

  #notice(command: NoticeCommand, conversation: Conversation): void {
    switch (command) {
      case 'selectModel':
        return void vscode.commands.executeCommand('rivulet.selectModel');
      case 'removePictures':
        return this.#draft.removePictures();
      case 'leaveOut':
        return this.#draft.leaveOut(conversation);
      case 'keepAll':
        return this.#draft.keepAll();
      case 'compact':
        return void this.#page.compact();
      default:
        command satisfies never;
    }
  }

  async #find({ what, request, words }: Extract<FromPage, { type: 'find' }>): Promise<void> {
    const from = what === 'attachments' ? this.#ports.attaching : this.#ports.prompts;
    this.#page.post({ type: 'offers', request, offers: await from.offers(words) });
  }

  /** Expands a slash command before sending; meanwhile the page may show another conversation. */
  async #send({ text, how }: Extract<FromPage, { type: 'send' }>, conversation: Conversation): Promise<void> {
    const release = this.#ports.conversations.hold(conversation);
    const expanded = await this.#ports.prompts.expand(text);
    if (expanded?.type === 'cancelled') this.#page.post({ type: 'draft', text });
    else {
      for (const file of expanded?.attached ?? []) this.#draft.attach(file);
      await this.#page.ask(expanded?.text ?? text, expanded?.model, how, conversation);
    }
    release();
  }
}
