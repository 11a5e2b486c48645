/** The conversation of the side bar, remembered for the workspace. Commands use it when no page is open. */
import type * as vscode from 'vscode';
import type { Conversation } from '../../../core/chat/conversation.ts';
import type { ConversationStore } from '../../../node/disk/conversationStore.ts';

const key = 'rivulet.conversation';

export class SideBarConversation {
  readonly #conversations: ConversationStore;
  readonly #memory: vscode.Memento;
  #current: Promise<Conversation> | undefined;

  constructor(conversations: ConversationStore, memory: vscode.Memento) {
    this.#conversations = conversations;
    this.#memory = memory;
  }

  get(): Promise<Conversation> {
    this.#current ??= this.#remembered();
    return this.#current;
  }

  set(conversation: Conversation): void {
    this.#current = Promise.resolve(conversation);
    void this.#memory.update(key, conversation.id);
  }

  /** The conversation with this id was deleted. */
  async forget(id: string): Promise<void> {
    if ((await this.#current)?.id === id) this.#current = undefined;
  }

  async #remembered(): Promise<Conversation> {
    const id = this.#memory.get<unknown>(key);
    const open = typeof id === 'string' ? await this.#conversations.open(id) : undefined;
    return open ?? this.#conversations.create();
  }
}
