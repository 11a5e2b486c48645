/** A chat page and the conversation it shows: draft, frames, and questions. */
import type { Conversation } from '../../../core/chat/conversation.ts';
import type { Answer, Draft } from '../../../core/chat/entries.ts';
import type { RowText } from '../../../core/chat/page/pageRows.ts';
import { PageSync } from '../../../core/chat/page/pageSync.ts';
import type { FromPage, Steering, ToPage } from '../../../core/chat/page/protocol.ts';
import { effortsOf } from '../../../core/provider/facts/modelFacts.ts';
import { systemClock } from '../../../core/request/clock.ts';
import { pickModels } from '../../models/modelPicker.ts';
import type { AttachResult } from '../files/attachments.ts';
import { summaryDraft } from './nextPrompt.ts';
import { PageDraft } from './pageDraft.ts';
import { type InputPage, PageInput, type PageInputPorts } from './pageInput.ts';
import type { ChatSurface, PageLink } from '../surfaces/surface.ts';

export interface ChatPagePorts extends PageInputPorts {
  readonly present: RowText;
  /** Asks a question; `how` applies while an answer streams. */
  readonly steer: (conversation: Conversation, draft: Draft, model: string, how: Steering) => Promise<Answer | undefined>;
}

export interface ChatPageEvents {
  /** @param looked the user has seen the page */
  readonly used: (page: ChatPage, looked: boolean) => void;
  readonly hidden: (page: ChatPage) => void;
  readonly closed: (page: ChatPage) => void;
}

export class ChatPage implements PageLink, InputPage {
  readonly #surface: ChatSurface;
  readonly #ports: ChatPagePorts;
  readonly #events: ChatPageEvents;
  #shown: { readonly conversation: Conversation; readonly frames: PageSync; readonly letGo: () => void } | undefined;
  readonly #draft: PageDraft;
  readonly #input: PageInput;
  #ready = false;
  #isVisible = true;
  /** Messages received before the conversation was loaded. */
  #early: FromPage[] = [];

  constructor(surface: ChatSurface, ports: ChatPagePorts, events: ChatPageEvents) {
    this.#surface = surface;
    this.#ports = ports;
    this.#events = events;
    const page = { conversation: () => this.conversation, isReady: () => this.#ready, post: (message: ToPage) => this.post(message) };
    this.#draft = new PageDraft(ports, page, surface.draftPlace(undefined));
    this.#input = new PageInput(ports, this, this.#draft);
  }

  get place(): ReturnType<ChatSurface['place']> {
    return this.#surface.place();
  }

  /** Undefined until the first conversation is loaded. */
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
    const post = (message: ToPage): void => this.#surface.post(message);
    const frames = new PageSync(conversation, { post, clock: systemClock, present: this.#ports.present });
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
    // The user keeps typing the same text.
    this.#draft.moveTo(this.#surface.draftPlace(conversation));
    if (this.#ready) {
      frames.ready();
      this.#showParameters();
      this.#draft.showAttachments();
    }
    for (const message of this.#early.splice(0)) this.receive(message);
  }

  /** Hands the draft to the page that opens next for this place. */
  moveDraft(place: string): void {
    this.#draft.giveTo(place);
  }

  /** @param how applies while an answer streams */
  async ask(text: string, model?: string, how?: Steering, conversation = this.conversation): Promise<Answer | undefined> {
    const draft = conversation === undefined ? undefined : this.#draft.take(text, conversation);
    if (draft === undefined || conversation === undefined) return undefined;
    const { model: selected, steering } = this.#ports.settings.now();
    return this.#ports.steer(conversation, draft, model ?? selected, how ?? steering);
  }

  /** Asks the model to summarize older messages; later prompts start with the summary. */
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
      this.post({ type: 'draft', text });
      return [];
    }
    return conversation.compare(draft, chosen);
  }

  attach(attached: AttachResult): void {
    this.#draft.attach(attached);
  }

  modelChanged(): void {
    this.#shown?.frames.modelChanged();
    this.#showParameters();
    this.#draft.showAttachments();
  }

  get isVisible(): boolean {
    return this.#isVisible;
  }

  setVisible(visible: boolean): void {
    this.#isVisible = visible;
    this.#shown?.frames.setVisible(visible);
    if (visible) this.#events.used(this, true);
    else this.#events.hidden(this);
  }

  closed(): void {
    this.#leave();
    this.#events.hidden(this);
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
    if (this.#shown === undefined) {
      if (message.type === 'draft') this.#draft.write(message.draft);
      else this.#early.push(message);
      return;
    }
    if (message.type !== 'drawn' && message.type !== 'lost' && message.type !== 'findFiles') {
      // A stored draft does not mean that the user has looked at the answer.
      this.#events.used(this, message.type !== 'draft');
    }
    this.#input.hear(message, this.#shown.conversation, this.#shown.frames);
  }

  post(message: ToPage): void {
    const send = (): void => this.#surface.post(message);
    if (this.#shown === undefined) send();
    else this.#shown.frames.afterRows(send);
  }

  #showParameters(): void {
    const { conversation } = this;
    if (conversation === undefined || !this.#ready) return;
    const { endpoints, settings } = this.#ports;
    const efforts = effortsOf(endpoints.factsOf(settings.now().model).facts);
    this.post({ type: 'parameters', parameters: conversation.parameters, efforts });
  }

  #leave(): void {
    this.#shown?.frames.dispose();
    this.#shown?.letGo();
    this.#shown = undefined;
  }
}
