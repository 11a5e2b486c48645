/**
 * A conversation as a tree: an edited question and a regenerated answer are younger siblings of the old ones, which are
 * kept. The thread is the one way through the tree that is shown.
 */
import type { Answer, Entry, Question } from './entries.ts';

export interface Versions {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** The key of the first questions, which go on from nothing. */
const root = '';

export class Tree {
  readonly #entries = new Map<string, Entry>();
  readonly #children = new Map<string, string[]>();
  readonly #chosen = new Map<string, string>();

  get all(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  find(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  answer(id: string): Answer | undefined {
    const entry = this.#entries.get(id);
    return entry?.role === 'assistant' ? entry : undefined;
  }

  question(id: string): Question | undefined {
    const entry = this.#entries.get(id);
    return entry?.role === 'user' ? entry : undefined;
  }

  /** A new entry is shown at once, but for the answers of a comparison, which wait to be picked. */
  add(entry: Entry): void {
    const key = entry.parent ?? root;
    this.#entries.set(entry.id, entry);
    this.#children.set(key, [...(this.#children.get(key) ?? []), entry.id]);
    if (this.#isOpen(key)) return;
    this.#chosen.set(key, entry.id);
  }

  replace(entry: Entry): void {
    this.#entries.set(entry.id, entry);
  }

  /** Makes the thread go through this entry. */
  choose(id: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#chosen.set(entry.parent ?? root, id);
  }

  /** What is shown, from the first question on; it ends with all answers of a comparison in which none is picked yet. */
  get thread(): readonly Entry[] {
    const thread: Entry[] = [];
    let key = root;
    for (;;) {
      const children = this.#children.get(key);
      if (children === undefined) return thread;
      if (this.#isOpen(key)) return [...thread, ...children.map((id) => this.#entries.get(id)!)];
      key = this.#chosen.get(key) ?? children.at(-1)!;
      thread.push(this.#entries.get(key)!);
    }
  }

  /** The comparison that the thread ends with, if one waits for a choice. */
  get comparison(): Question | undefined {
    const asked = this.thread.findLast((entry): entry is Question => entry.role === 'user');
    return asked !== undefined && this.#isOpen(asked.id) ? asked : undefined;
  }

  /** All that stands before an entry, from the first question on. */
  before(id: string): readonly Entry[] {
    const path: Entry[] = [];
    let parent = this.#entries.get(id)?.parent;
    while (parent !== undefined) {
      const entry = this.#entries.get(parent);
      if (entry === undefined) break;
      path.unshift(entry);
      parent = entry.parent;
    }
    return path;
  }

  versions(id: string): Versions {
    const siblings = this.#siblings(id);
    return { index: siblings.indexOf(id) + 1, count: siblings.length };
  }

  /** The sibling so many places older or younger; undefined past either end. */
  sibling(id: string, step: number): string | undefined {
    const siblings = this.#siblings(id);
    return siblings[siblings.indexOf(id) + step];
  }

  #siblings(id: string): readonly string[] {
    return this.#children.get(this.#entries.get(id)?.parent ?? root) ?? [];
  }

  #isOpen(key: string): boolean {
    return this.question(key)?.compared === true && !this.#chosen.has(key);
  }
}
