/**
 * Remembers this window's conversations with answers that a server keeps, so that the next start of the window or extension
 * host continues reading them, including those that have ended meanwhile.
 */
import type * as vscode from 'vscode';
import type { LiveStream } from '../../../core/answer/liveStream.ts';
import type { ConversationStore } from '../../../node/disk/conversationStore.ts';

const memoryKey = 'rivulet.runningConversations';

export class RunningConversations {
  readonly #memory: vscode.Memento;
  /** Number of kept, unfinished answers per conversation. */
  readonly #running = new Map<string, number>();
  /** Conversations of the last session that have not been continued yet. */
  #left: readonly string[];
  #disposed = false;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
    this.#left = memory.get<readonly string[]>(memoryKey, []);
  }

  /** Answers that end after this were ended by the window, and are continued by the next one. */
  dispose(): void {
    this.#disposed = true;
  }

  follow(conversation: string, stream: LiveStream): void {
    let counted = false;
    const look = (): void => {
      if (counted || stream.handle === undefined) return;
      counted = true;
      this.#count(conversation, 1);
    };
    const subscription = stream.onHandle?.(look);
    look();
    void stream.ended.then(() => {
      subscription?.dispose();
      if (counted) this.#count(conversation, -1);
    });
  }

  async takeUp(conversations: ConversationStore): Promise<void> {
    await Promise.all(
      this.#left.map(async (id) => {
        const conversation = await conversations.open(id);
        await conversation?.takeUp();
        this.#left = this.#left.filter((other) => other !== id);
        this.#save();
      }),
    );
  }

  #count(conversation: string, step: 1 | -1): void {
    if (this.#disposed) return;
    const count = (this.#running.get(conversation) ?? 0) + step;
    if (count > 0) this.#running.set(conversation, count);
    else this.#running.delete(conversation);
    this.#save();
  }

  #save(): void {
    if (!this.#disposed) void this.#memory.update(memoryKey, [...new Set([...this.#left, ...this.#running.keys()])]);
  }
}
