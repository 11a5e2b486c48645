/** One page and the conversation it shows: what a person does there becomes a call. */
import * as vscode from 'vscode';
import type { Conversation } from '../../core/chat/conversation.ts';
import type { Answer, Draft } from '../../core/chat/entries.ts';
import type { RowText } from '../../core/chat/page/pageRows.ts';
import { PageSync } from '../../core/chat/page/pageSync.ts';
import type { ActionCommand, FromPage, NoticeCommand, Steering, ToPage } from '../../core/chat/page/protocol.ts';
import { moved, reworded } from '../../core/chat/queue.ts';
import { systemClock } from '../../core/request/clock.ts';
import { type Attached, dialogTarget } from './files/attachments.ts';
import { effortsOf } from '../../core/provider/facts/modelFacts.ts';
import type { ConversationStore } from '../../node/disk/conversationStore.ts';
import { compareWords } from './answerDiff.ts';
import { openLink, useCode } from './codeBlockActions.ts';
import { filesFound, openFile } from './files/fileLinks.ts';
import type { PanelText } from '../insert/inserter.ts';
import type { Models } from '../models/createModels.ts';
import { pickModels, useFoundApi } from '../models/modelPicker.ts';
import { summaryDraft } from './nextPrompt.ts';
import { PageDraft, type PageDraftPorts } from './pageDraft.ts';
import type { Prompts } from './files/prompts.ts';
import type { ChatSurface, PageLink } from './surfaces/surface.ts';

export interface ChatPagePorts extends PageDraftPorts {
  readonly conversations: ConversationStore;
  readonly prompts: Prompts;
  readonly present: RowText;
  /** Connects the server that a text of any form speaks of; undefined where it speaks of none. */
  readonly connect: Models['connect'];
  /** Asks; `how` decides while an answer streams. */
  readonly steer: (conversation: Conversation, draft: Draft, model: string, how: Steering) => Promise<Answer | undefined>;
  /** Puts a text into the text editor used last. */
  readonly insert: (text: PanelText) => void;
}

export interface ChatPageEvents {
  /** The user did something there. */
  readonly used: (page: ChatPage, looked: boolean) => void;
  readonly closed: (page: ChatPage) => void;
}

export class ChatPage implements PageLink {
  readonly #surface: ChatSurface;
  readonly #ports: ChatPagePorts;
  readonly #events: ChatPageEvents;
  #shown: { readonly conversation: Conversation; readonly frames: PageSync; readonly letGo: () => void } | undefined;
  readonly #draft: PageDraft;
  #ready = false;

  constructor(surface: ChatSurface, ports: ChatPagePorts, events: ChatPageEvents) {
    this.#surface = surface;
    this.#ports = ports;
    this.#events = events;
    const page = { conversation: () => this.conversation, isReady: () => this.#ready, post: (message: ToPage) => this.#post(message) };
    this.#draft = new PageDraft(ports, page, surface.draftPlace(undefined));
  }

  /** Undefined until the first one has been read. */
  get conversation(): Conversation | undefined {
    return this.#shown?.conversation;
  }

  show(conversation: Conversation): void {
    this.#leave();
    const release = this.#ports.conversations.hold(conversation);
    const showing = this.#surface.showing(conversation);
    const changes = conversation.onChange(({ type }) => {
      if (type === 'parameters') this.#showParameters();
      else this.#draft.measure();
    });
    const instructions = this.#ports.instructions.onChange(() => this.#draft.showAttachments());
    const frames = new PageSync(conversation, { post: (message) => this.#post(message), clock: systemClock, present: this.#ports.present });
    this.#shown = {
      conversation,
      frames,
      letGo: () => {
        showing.dispose();
        changes.dispose();
        instructions.dispose();
        release();
      },
    };
    // What is being written stays in front of the person, whatever is shown above it.
    const place = this.#surface.draftPlace(conversation);
    if (this.#ready) {
      frames.ready();
      this.#showParameters();
      this.#draft.showAttachments();
    }
    this.#draft.moveTo(place);
  }

  /** Puts the keyboard into the box. */
  focus(): void {
    this.#post({ type: 'focus' });
  }

  /** @param words what is looked for at once */
  openFind(words?: string): void {
    this.#post({ type: 'openFind', ...(words === undefined ? {} : { words }) });
  }

  goTo(question: Extract<ToPage, { type: 'goTo' }>['question']): void {
    this.#post({ type: 'goTo', question });
  }

  /** Gives the draft to the page that is opened next for this place. */
  moveDraft(place: string): void {
    this.#draft.giveTo(place);
  }

  /** @param how what happens while an answer streams */
  async ask(text: string, model?: string, how?: Steering): Promise<Answer | undefined> {
    const { conversation } = this;
    const draft = conversation === undefined ? undefined : this.#draft.take(text, conversation);
    if (draft === undefined || conversation === undefined) return undefined;
    const { model: selected, steering } = this.#ports.settings.now();
    return this.#ports.steer(conversation, draft, model ?? selected, how ?? steering);
  }

  /** Asks the model for a summary of the older messages, which later prompts begin with. */
  async compact(): Promise<Answer | undefined> {
    const { conversation } = this;
    const { model } = this.#ports.settings.now();
    const draft = conversation === undefined ? undefined : summaryDraft(this.#ports.gauge, model, conversation);
    return draft === undefined ? undefined : conversation?.ask(draft, model);
  }

  async compare(text: string, models?: readonly string[]): Promise<readonly Answer[]> {
    const chosen = models ?? (await pickModels(this.#ports));
    const { conversation } = this;
    const draft = chosen === undefined || conversation === undefined ? undefined : this.#draft.take(text, conversation);
    if (chosen === undefined || draft === undefined || conversation === undefined) {
      this.#post({ type: 'draft', text });
      return [];
    }
    return conversation.compare(draft, chosen);
  }

  attach(attached: Attached): void {
    this.#draft.attach(attached);
  }

  modelChanged(): void {
    this.#shown?.frames.modelChanged();
    this.#showParameters();
    this.#draft.showAttachments();
  }

  setVisible(visible: boolean): void {
    this.#shown?.frames.setVisible(visible);
    if (visible) this.#events.used(this, true);
  }

  closed(): void {
    this.#leave();
    this.#events.closed(this);
  }

  receive(message: FromPage): void {
    if (message.type === 'ready') {
      this.#ready = true;
      this.#shown?.frames.ready();
      this.#showParameters();
      this.#draft.show();
      return;
    }
    if (this.#shown === undefined) return;
    if (message.type !== 'drawn' && message.type !== 'lost' && message.type !== 'findFiles') {
      // A draft is written down a moment after a question was sent, and shows no look at its answer.
      this.#events.used(this, message.type !== 'draft');
    }
    this.#hear(message, this.#shown.conversation, this.#shown.frames);
  }

  #hear(message: Exclude<FromPage, { type: 'ready' }>, conversation: Conversation, frames: PageSync): void {
    switch (message.type) {
      case 'drawn':
        return frames.drawn(message.frame);
      case 'lost':
        return frames.lost(message.message, message.part, message.have);
      case 'send':
        return void this.#send(message.text, message.how);
      case 'moveQueued':
        return conversation.changeQueue((items) => moved(items, message.message, message.step));
      case 'compare':
        if (message.text === '') return void vscode.commands.executeCommand('rivulet.compare');
        return void this.compare(message.text);
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
        return void this.#regenerate(conversation, message.message);
      case 'action':
        return void this.#act(message.command, message.message, conversation);
      case 'copy':
        return void vscode.env.clipboard.writeText(message.text);
      case 'insert': {
        const answer = conversation.find(message.message);
        return void (answer?.role === 'assistant' && this.#ports.insert({ type: 'answer', answer }));
      }
      case 'code':
        return void useCode(message, conversation, this.#ports.insert);
      case 'open':
        return void openLink(message.href);
      case 'findFiles':
        return void filesFound(message.names).then((found) => this.#post({ type: 'filesFound', request: message.request, found }));
      case 'openFile':
        return void openFile(message.name);
      case 'selectModel':
        return void vscode.commands.executeCommand('rivulet.selectModel');
      case 'notice':
        return this.#notice(message.command, conversation);
      case 'setParameters':
        return conversation.setParameters(message.parameters);
      case 'newChat':
        return this.show(this.#ports.conversations.create());
      case 'history':
        return void vscode.commands.executeCommand('rivulet.showHistory');
      case 'find':
        return void this.#find(message);
      case 'draft':
        return this.#draft.write(message.draft);
      case 'attach':
        if (message.target === dialogTarget) return void vscode.commands.executeCommand('rivulet.attachFile');
        return void this.#ports.attaching.attach(message.target).then((attached) => this.attach(attached));
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
      case 'addEndpoint':
        return void vscode.commands.executeCommand('rivulet.addEndpoint');
      default:
        message satisfies never;
    }
  }

  async #connect(text: string): Promise<void> {
    const outcome = await this.#ports.connect(text);
    if (outcome === undefined) {
      this.#post({ type: 'connection', text: vscode.l10n.t('No address and no key were found in this text.') });
    } else this.#post({ type: 'connection', text: outcome.type === 'failed' ? outcome.text : '' });
    if (outcome?.type === 'connected') this.focus();
  }

  async #act(command: ActionCommand, id: string, conversation: Conversation): Promise<void> {
    switch (command) {
      case 'setApiKey': {
        const answer = conversation.find(id);
        if (answer?.role !== 'assistant') return;
        const isSet = await vscode.commands.executeCommand('rivulet.setApiKey', answer.model.split('/')[0]);
        // The question goes out again by itself: it failed for want of this key.
        if (isSet === true) await conversation.regenerate(id, answer.model);
        return;
      }
      case 'selectModel':
        await vscode.commands.executeCommand('rivulet.selectModel');
        return;
      case 'editEndpoint': {
        const answer = conversation.find(id);
        if (answer?.role !== 'assistant') return;
        const isEdited = await vscode.commands.executeCommand('rivulet.editEndpoint', answer.model.split('/')[0]);
        if (isEdited === true) await conversation.regenerate(id, answer.model);
        return;
      }
      case 'openProxySettings':
        await vscode.commands.executeCommand('workbench.action.openSettings', 'http.proxy');
        return;
      case 'useFoundApi': {
        const answer = conversation.find(id);
        if (answer?.role !== 'assistant' || answer.state.type !== 'settled') return;
        const isSet = await useFoundApi(answer.model.split('/', 1)[0] ?? '', answer.state.error);
        if (isSet) await conversation.regenerate(id, answer.model);
        return;
      }
      case 'showLog':
        await vscode.commands.executeCommand('rivulet.showLog');
        return;
      case 'resume':
        // An answer that a later question follows was left on purpose: its old course is taken up beside that question.
        await conversation.resume(id, conversation.isLast(id) ? 'itself' : 'version');
        return;
      case 'regenerate':
        await this.#regenerate(conversation, id);
        return;
      case 'stop':
        conversation.stop(id);
        return;
      case 'sendNow':
        conversation.sendNow(id);
        return;
      case 'undoCut':
      case 'redoCut':
        return this.#undoCut(conversation, id, command === 'undoCut');
      case 'editSummary':
        // The page shows the form.
        return;
      case 'unqueue':
        this.#draft.takeBack(conversation.unqueue(id), conversation);
        return;
      default:
        command satisfies never;
    }
  }

  /** A compared answer is regenerated by its own model. */
  async #regenerate(conversation: Conversation, id: string): Promise<void> {
    const answer = conversation.find(id);
    if (answer?.role !== 'assistant') return;
    await conversation.regenerate(id, conversation.isCompared(answer) ? answer.model : this.#ports.settings.now().model);
  }

  /** An answer is continued in a new conversation; a question is edited in one. */
  #fork(conversation: Conversation, id: string): void {
    const entry = conversation.find(id);
    if (entry === undefined) return;
    if (entry.role === 'assistant') return this.show(this.#ports.conversations.fork(conversation, id));
    this.show(entry.parent === undefined ? this.#ports.conversations.create() : this.#ports.conversations.fork(conversation, entry.parent));
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
        return void this.compact();
      default:
        command satisfies never;
    }
  }

  /** @param id the question that leaves something out, or the summary that stands for it */
  #undoCut(conversation: Conversation, id: string, undone: boolean): void {
    const entry = conversation.find(id);
    conversation.undoCut(entry?.role === 'assistant' ? entry.parent : id, undone);
  }

  #showParameters(): void {
    const { conversation } = this;
    if (conversation === undefined || !this.#ready) return;
    const { endpoints, settings } = this.#ports;
    const efforts = effortsOf(endpoints.factsOf(settings.now().model).facts);
    this.#post({ type: 'parameters', parameters: conversation.parameters, efforts });
  }

  #post(message: ToPage): void {
    this.#surface.post(message);
  }

  async #find({ what, request, words }: Extract<FromPage, { type: 'find' }>): Promise<void> {
    const from = what === 'attachments' ? this.#ports.attaching : this.#ports.prompts;
    this.#post({ type: 'offers', request, offers: await from.offers(words) });
  }

  /** A slash command becomes its prompt first. */
  async #send(text: string, how?: Steering): Promise<void> {
    const expanded = await this.#ports.prompts.expand(text);
    if (expanded?.type === 'cancelled') return this.#post({ type: 'draft', text });
    await (expanded === undefined ? this.ask(text, undefined, how) : this.ask(expanded.text, expanded.model, how));
  }

  #leave(): void {
    this.#shown?.frames.dispose();
    this.#shown?.letGo();
    this.#shown = undefined;
  }
}
