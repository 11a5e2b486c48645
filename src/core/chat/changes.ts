/** The changes of a conversation, and who is notified of them. */
import type { Answer, Entry, Question } from './entries.ts';

export type ConversationChange =
  | { readonly type: 'added'; readonly entry: Entry }
  /** An answer was asked for again, has begun, or has settled. */
  | { readonly type: 'changed'; readonly entry: Answer }
  /** The thread goes through this entry now. */
  | { readonly type: 'chosen'; readonly id: string }
  | { readonly type: 'queued' }
  | { readonly type: 'renamed' }
  /** What this question leaves out of prompts is left out no longer, or again. */
  | { readonly type: 'cut'; readonly entry: Question }
  /** Its next questions are asked with other parameters. */
  | { readonly type: 'parameters' }
  /** It has another id, under which it is kept from now on. */
  | { readonly type: 'moved' };

export class Changes {
  readonly #listeners = new Set<(change: ConversationChange) => void>();

  on(listener: (change: ConversationChange) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** A listener that throws must not hide the change from others, or leave an answer running forever. */
  report(change: ConversationChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        void Promise.reject(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }
}
