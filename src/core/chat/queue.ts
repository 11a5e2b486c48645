/** FIFO of the questions asked while an answer runs, with the promises of their callers. */
import { type Answer, type Draft, draftOf, type Queued } from './entries.ts';

export class Queue {
  readonly #changed: () => void;
  /** Resolvers of the callers' promises, by question id. */
  readonly #askers = new Map<string, (answers: Promise<readonly Answer[]> | undefined) => void>();
  #items: readonly Queued[];

  constructor(items: readonly Queued[], changed: () => void) {
    this.#items = items;
    this.#changed = changed;
  }

  get items(): readonly Queued[] {
    return this.#items;
  }

  /**
   * Resolves with the answers, or with undefined if the question is removed.
   * @param models one, or several to compare
   */
  add(id: string, draft: Draft, models: readonly [string, ...string[]]): Promise<readonly Answer[] | undefined> {
    const compare = models.length > 1 ? { compare: models } : {};
    this.#set([...this.#items, { role: 'queued', id, ...draftOf(draft), model: models[0], ...compare }]);
    return new Promise((resolve) => this.#askers.set(id, resolve));
  }

  /** Removes a question. `answer` asks it; without `answer`, it is discarded. */
  take(id: string, answer?: (item: Queued) => Promise<readonly Answer[]>): Queued | undefined {
    const item = this.#items.find((other) => other.id === id);
    if (item === undefined) return undefined;
    this.#set(this.#items.filter((other) => other !== item));
    const asker = this.#askers.get(id);
    this.#askers.delete(id);
    const answered = answer?.(item);
    asker?.(answered);
    return item;
  }

  /** Reorders or rewords the queued questions. */
  change(change: (items: readonly Queued[]) => readonly Queued[]): void {
    this.#set(change(this.#items));
  }

  #set(items: readonly Queued[]): void {
    this.#items = items;
    this.#changed();
  }
}

/** The list with one question moved up (negative step) or down, as far as possible. */
export function moved(items: readonly Queued[], id: string, step: number): readonly Queued[] {
  const from = items.findIndex((item) => item.id === id);
  if (from === -1) return items;
  const others = items.filter((item) => item.id !== id);
  const to = Math.max(0, Math.min(from + step, others.length));
  return [...others.slice(0, to), items[from]!, ...others.slice(to)];
}

export function reworded(items: readonly Queued[], id: string, text: string): readonly Queued[] {
  return items.map((item) => (item.id === id ? { ...item, text } : item));
}
