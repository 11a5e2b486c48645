/** The pages of the chat, and which of them a command applies to. */
import * as vscode from 'vscode';
import type { LiveStream } from '../../core/answer/liveStream.ts';
import type { Conversation } from '../../core/chat/conversation.ts';
import type { Answer } from '../../core/chat/entries.ts';
import { ChatPage, type ChatPagePorts } from './page/chatPage.ts';
import type { SideBarConversation } from './conversations/sideBarConversation.ts';
import type { ChatSurface, PageLink } from './surfaces/surface.ts';
import type { PanelText } from '../insert/inserter.ts';

export interface ChatPorts extends Omit<ChatPagePorts, 'insert'> {
  readonly home: SideBarConversation;
  /** Facts about models have changed. */
  readonly onFacts: vscode.Event<void>;
}

/** The page that a command applies to. */
type Where = 'sideBar' | 'activeTab' | 'lastUsed';

export class Chat {
  readonly #ports: ChatPorts;
  readonly #pages = new Set<ChatPage>();
  readonly #insert = new vscode.EventEmitter<PanelText>();
  /** The user inserts a text of a page into the editor. */
  readonly onInsert = this.#insert.event;
  readonly #used = new vscode.EventEmitter<void>();
  /** The user acts on a page or looks at it. */
  readonly onUse = this.#used.event;
  readonly #listening: vscode.Disposable;
  /** The page used last, while it is visible: commands must not change a hidden page. */
  #active: ChatPage | undefined;
  #awaiting: ((page: ChatPage) => void)[] = [];

  constructor(ports: ChatPorts) {
    this.#ports = ports;
    this.#listening = vscode.Disposable.from(
      this.#insert,
      this.#used,
      ports.conversations.onDelete((id) => this.#deleted(id)),
      ports.settings.onChange(() => this.#pages.forEach((page) => page.modelChanged())),
      ports.onFacts(() => this.#pages.forEach((page) => page.modelChanged())),
    );
  }

  dispose(): void {
    this.#listening.dispose();
  }

  /** The conversation that a command applies to: that of the page used last, otherwise the side bar's. */
  async conversation(): Promise<Conversation> {
    return this.page?.conversation ?? (await this.#ports.home.get());
  }

  /** The page that a command applies to; undefined if none is open. */
  get page(): ChatPage | undefined {
    const pages = [...this.#pages];
    return this.#active ?? pages.find(({ isVisible }) => isVisible) ?? pages[0];
  }

  /** Resolves when a page is open. */
  readyPage(): Promise<ChatPage> {
    return this.page === undefined ? new Promise((resolve) => this.#awaiting.push(resolve)) : Promise.resolve(this.page);
  }

  /** @param model default: the selected model */
  async ask(text: string, model?: string): Promise<Answer | undefined> {
    if (this.page?.conversation !== undefined) return this.page.ask(text, model);
    return (await this.conversation()).ask({ text, attachments: [] }, model ?? this.#ports.settings.now().model);
  }

  async compare(text: string, models: readonly string[]): Promise<readonly Answer[]> {
    if (this.page?.conversation !== undefined) return this.page.compare(text, models);
    return (await this.conversation()).compare({ text, attachments: [] }, models);
  }

  /** Answers of the previous conversation keep running; the status bar can stop them. */
  startNew(where: Where = 'lastUsed'): void {
    this.show(this.#ports.conversations.create(), where);
  }

  show(conversation: Conversation, where: Where = 'lastUsed'): void {
    const there = [...this.#pages].find(({ place }) => place === where);
    const page = there ?? (where === 'sideBar' ? undefined : this.page);
    if (page === undefined) return this.#ports.home.set(conversation);
    page.show(conversation);
    this.#active = page;
  }

  /** Shows an answer that was started elsewhere, in a new conversation if the current one is busy. */
  async adopt(question: string, stream: LiveStream): Promise<void> {
    const adopted = (await this.conversation()).adopt(question, stream);
    if (adopted === undefined) this.startNew();
    await (adopted ?? (await this.conversation()).adopt(question, stream));
  }

  /** Creates the page of a surface. Its content is sent once the page is ready. */
  connect(surface: ChatSurface): PageLink {
    const page = new ChatPage(
      surface,
      { ...this.#ports, insert: (text) => this.#insert.fire(text) },
      {
        used: (used, looked) => {
          this.#active = used;
          if (looked) this.looked();
        },
        hidden: (hidden) => {
          if (this.#active === hidden) this.#active = undefined;
        },
        closed: (closed) => this.#pages.delete(closed),
      },
    );
    this.#pages.add(page);
    this.#active = page;
    for (const resolve of this.#awaiting.splice(0)) resolve(page);
    void surface.first().then((conversation) => {
      if (page.conversation === undefined && this.#pages.has(page)) page.show(conversation);
    });
    return page;
  }

  looked(): void {
    this.#used.fire();
  }

  #deleted(id: string): void {
    for (const page of this.#pages) if (page.conversation?.id === id) page.show(this.#ports.conversations.create());
    void this.#ports.home.forget(id);
    for (const { file } of this.#ports.drafts.pictures(id)) this.#ports.pictures.removeDraft(file);
    this.#ports.drafts.delete(id);
    this.#ports.instructions.forget(id);
  }
}
