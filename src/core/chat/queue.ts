/** Questions that wait for the answer before them, and those who wait for theirs. */
import type { Answer, Draft, Queued } from './entries.ts';

export class Queue {
  readonly #changed: () => void;
  /** Those who asked, by the question's id. */
  readonly #askers = new Map<string, (answer: Promise<Answer> | undefined) => void>();
  #items: readonly Queued[];

  constructor(items: readonly Queued[], changed: () => void) {
    this.#items = items;
    this.#changed = changed;
  }

  get items(): readonly Queued[] {
    return this.#items;
  }

  /** Resolves with the answer, or to undefined when the question was taken back. */
  add(id: string, { text, attachments }: Draft, model: string): Promise<Answer | undefined> {
    this.#set([...this.#items, { role: 'queued', id, text, attachments, model }]);
    return new Promise((resolve) => this.#askers.set(id, resolve));
  }

  /** Takes a question out; `answer` begins its answer, or is left out when none will come. */
  take(id: string, answer?: (item: Queued) => Promise<Answer>): Queued | undefined {
    const item = this.#items.find((other) => other.id === id);
    if (item === undefined) return undefined;
    this.#set(this.#items.filter((other) => other.id !== id));
    const asker = this.#askers.get(id);
    this.#askers.delete(id);
    const answered = answer?.(item);
    asker?.(answered);
    return item;
  }

  #set(items: readonly Queued[]): void {
    this.#items = items;
    this.#changed();
  }
}
