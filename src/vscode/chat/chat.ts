/** The chat: its pages, which of them a command means, and the conversation that the side bar goes on with. */
import type * as vscode from 'vscode';
import type { Conversation } from '../../core/chat/conversation.ts';
import type { Answer } from '../../core/chat/entries.ts';
import type { ToPage } from '../../core/chat/protocol.ts';
import type { LiveStream } from '../../core/answer/liveStream.ts';
import { ChatPage, type ChatPagePorts } from './chatPage.ts';
import type { PageLink, PagePlace } from './chatPanel.ts';

export interface ChatPorts extends ChatPagePorts {
  /** Remembers the side bar's conversation for this workspace. */
  readonly memory: vscode.Memento;
}

const homeKey = 'rivulet.conversation';

export class Chat {
  readonly #ports: ChatPorts;
  readonly #pages = new Set<ChatPage>();
  /** The page that was used last. */
  #active: ChatPage | undefined;
  #home: Promise<Conversation> | undefined;
  #awaiting: ((page: ChatPage) => void)[] = [];

  constructor(ports: ChatPorts) {
    this.#ports = ports;
    ports.conversations.onDelete((id) => this.#deleted(id));
  }

  /** The conversation that a command means: of the page used last, else the side bar's. */
  async conversation(): Promise<Conversation> {
    return this.#active?.conversation ?? (await this.#homeConversation());
  }

  /** The newest answer there, for commands that name none. */
  async newestAnswer(): Promise<Answer | undefined> {
    return (await this.conversation()).newestAnswer;
  }

  /** The page that a command means, if there is one. */
  get page(): ChatPage | undefined {
    return this.#active ?? [...this.#pages][0];
  }

  /** Resolves when there is a page; asked for after one has been opened. */
  readyPage(): Promise<ChatPage> {
    return this.page === undefined ? new Promise((resolve) => this.#awaiting.push(resolve)) : Promise.resolve(this.page);
  }

  async ask(text: string): Promise<Answer | undefined> {
    if (this.page?.conversation !== undefined) return this.page.ask(text);
    return (await this.conversation()).ask({ text, attachments: [] }, this.#ports.model());
  }

  async compare(text: string, models: readonly string[]): Promise<readonly Answer[]> {
    if (this.page?.conversation !== undefined) return this.page.compare(text, models);
    return (await this.conversation()).compare({ text, attachments: [] }, models);
  }

  /** Streams of the conversation that was open go on; they can be stopped from the status bar. */
  startNew(): void {
    this.show(this.#ports.conversations.create());
  }

  /** Shows a conversation where the person was last. */
  show(conversation: Conversation): void {
    if (this.page === undefined) this.#setHome(conversation);
    else this.page.show(conversation);
  }

  /** Shows an answer that was begun elsewhere. */
  async adopt(question: string, stream: LiveStream): Promise<void> {
    await (await this.conversation()).adopt(question, stream);
  }

  modelChanged(): void {
    for (const page of this.#pages) page.modelChanged();
  }

  /** A page has been made; it is told everything once it says that it is ready. */
  connect(post: (message: ToPage) => void, place: PagePlace): PageLink {
    const page = new ChatPage(
      place,
      this.#ports,
      {
        used: (used) => (this.#active = used),
        turned: (turned, conversation) => {
          if (turned.place.type === 'view') this.#setHome(conversation);
        },
        closed: (closed) => {
          this.#pages.delete(closed);
          if (this.#active === closed) this.#active = undefined;
        },
      },
      post,
    );
    this.#pages.add(page);
    this.#active = page;
    for (const resolve of this.#awaiting.splice(0)) resolve(page);
    void this.#first(place).then((conversation) => {
      if (page.conversation === undefined && this.#pages.has(page)) page.show(conversation);
    });
    return page;
  }

  async #first(place: PagePlace): Promise<Conversation> {
    if (place.type === 'view') return this.#homeConversation();
    const { conversations } = this.#ports;
    return (place.conversation === undefined ? undefined : await conversations.open(place.conversation)) ?? conversations.create();
  }

  #homeConversation(): Promise<Conversation> {
    this.#home ??= this.#remembered();
    return this.#home;
  }

  async #remembered(): Promise<Conversation> {
    const id = this.#ports.memory.get<unknown>(homeKey);
    const open = typeof id === 'string' ? await this.#ports.conversations.open(id) : undefined;
    return open ?? this.#ports.conversations.create();
  }

  #setHome(conversation: Conversation): void {
    this.#home = Promise.resolve(conversation);
    void this.#ports.memory.update(homeKey, conversation.id);
  }

  #deleted(id: string): void {
    for (const page of this.#pages) if (page.conversation?.id === id) page.show(this.#ports.conversations.create());
    void this.#home?.then((home) => {
      if (home.id === id) this.#home = undefined;
    });
  }
}
