/** The changes of a conversation, and the list of their listeners. */
import type { Answer, Entry, Question } from './entries.ts';

export type ConversationChange =
  | { readonly type: 'added'; readonly entry: Entry }
  /** An answer was requested again, has started, or has settled. */
  | { readonly type: 'changed'; readonly entry: Answer }
  /** The thread now contains this entry. */
  | { readonly type: 'chosen'; readonly id: string }
  | { readonly type: 'queued' }
  | { readonly type: 'renamed' }
  /** The question's cut was undone or restored. */
  | { readonly type: 'cut'; readonly entry: Question }
  /** The parameters of the next questions have changed. */
  | { readonly type: 'parameters' }
  /** The conversation was saved under another id. */
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
