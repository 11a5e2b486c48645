/**
 * A conversation as a tree: an edited question or regenerated answer becomes a younger sibling of the old one. The thread
 * is the one path that is shown.
 */
import type { ConversationChange } from './changes.ts';
import type { Answer, Cut, Entry, Question } from './entries.ts';

export interface Versions {
  /** Counted from 1. */
  readonly index: number;
  readonly count: number;
}

export class Tree {
  readonly #entries = new Map<string | undefined, Entry>();
  /** By parent; the first questions have none. */
  readonly #children = new Map<string | undefined, string[]>();
  readonly #chosen = new Map<string | undefined, string>();
  /** Undefined after a change: a long thread is walked once for all who ask. */
  #thread: readonly Entry[] | undefined;
  readonly #report: (change: ConversationChange) => void;

  constructor(report: (change: ConversationChange) => void = () => undefined) {
    this.#report = report;
  }

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

  question(id: string | undefined): Question | undefined {
    const entry = this.#entries.get(id);
    return entry?.role === 'user' ? entry : undefined;
  }

  /** Adds an entry. It is shown at once, except answers of a comparison, which wait to be picked. */
  add(entry: Entry): void {
    const key = entry.parent;
    this.replace(entry);
    const siblings = this.#children.get(key);
    if (siblings === undefined) this.#children.set(key, [entry.id]);
    else siblings.push(entry.id);
    // Without a choice, the newest is shown: long threads need no table of choices.
    if (this.question(key)?.compared !== true) this.#chosen.delete(key);
    else if (!this.#isOpen(key)) this.#chosen.set(key, entry.id);
    this.#report({ type: 'added', entry });
  }

  replace(entry: Entry): void {
    this.#entries.set(entry.id, entry);
    this.#thread = undefined;
  }

  /** Adds an answer or replaces its earlier state. */
  put(answer: Answer): void {
    if (!this.#entries.has(answer.id)) return this.add(answer);
    this.replace(answer);
    this.#report({ type: 'changed', entry: answer });
  }

  /** Makes the thread contain this entry. */
  choose(id: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#chosen.set(entry.parent, id);
    this.#thread = undefined;
    this.#report({ type: 'chosen', id });
  }

  changeCut(id: string, change: (cut: Cut) => Cut): void {
    const question = this.question(id);
    if (question?.cut === undefined) return;
    const entry: Question = { ...question, cut: change(question.cut) };
    this.replace(entry);
    this.#report({ type: 'cut', entry });
  }

  /** The choices that restore the thread after all entries are added in order. */
  get choices(): readonly string[] {
    return [...this.#chosen].flatMap(([key, id]) => {
      const byDefault = this.question(key)?.compared !== true && this.#children.get(key)?.at(-1) === id;
      return byDefault ? [] : [id];
    });
  }

  /** The entries shown, from the first question on; ends with all answers of a comparison that awaits a choice. */
  get thread(): readonly Entry[] {
    return (this.#thread ??= this.#walk());
  }

  #walk(): readonly Entry[] {
    const thread: Entry[] = [];
    let key: string | undefined;
    for (;;) {
      const children = this.#children.get(key);
      if (children === undefined) return thread;
      if (this.#isOpen(key)) return [...thread, ...this.answersTo(key)];
      key = this.#chosen.get(key) ?? children.at(-1)!;
      thread.push(this.#entries.get(key)!);
    }
  }

  /** The question at the end of the thread whose comparison awaits a choice. */
  get comparison(): Question | undefined {
    const asked = this.thread.findLast((entry): entry is Question => entry.role === 'user');
    return asked !== undefined && this.#isOpen(asked.id) ? asked : undefined;
  }

  /** Whether it is the comparison that awaits a choice. */
  isCompared(question: string): boolean {
    // Asked of every row: the thread is walked only for an open comparison.
    return this.#isOpen(question) && this.comparison?.id === question;
  }

  /** In request order. */
  answersTo(question: string | undefined): readonly Answer[] {
    return (this.#children.get(question) ?? []).flatMap((id) => this.answer(id) ?? []);
  }

  /** The questions after this entry; the first questions if undefined. */
  questionsAfter(parent: string | undefined): readonly Question[] {
    return (this.#children.get(parent) ?? []).flatMap((id) => this.question(id) ?? []);
  }

  /** The path from the first question to the entry, without the entry. */
  before(id: string): readonly Entry[] {
    const path: Entry[] = [];
    const parentOf = (entry: Entry | undefined): Entry | undefined => this.#entries.get(entry?.parent);
    for (let entry = parentOf(this.#entries.get(id)); entry !== undefined; entry = parentOf(entry)) path.push(entry);
    return path.reverse();
  }

  versions(id: string): Versions {
    const siblings = this.#siblings(id);
    return { index: siblings.indexOf(id) + 1, count: siblings.length };
  }

  /** The sibling `step` places younger (older if negative); undefined if out of range. */
  sibling(id: string, step: number): string | undefined {
    const siblings = this.#siblings(id);
    return siblings[siblings.indexOf(id) + step];
  }

  /** An answer that failed without text does not count as a version if there are others. */
  #siblings(id: string): readonly string[] {
    const all = this.#children.get(this.#entries.get(id)?.parent) ?? [];
    return all.filter((other) => other === id || !failedEmpty(this.#entries.get(other)));
  }

  /** A comparison without answers offers nothing to pick, so nothing waits for it. */
  #isOpen(key: string | undefined): boolean {
    if (this.question(key)?.compared !== true || this.#chosen.has(key)) return false;
    return this.#children.get(key)?.some((id) => this.answer(id) !== undefined) === true;
  }
}

function failedEmpty(entry: Entry | undefined): boolean {
  if (entry?.role !== 'assistant' || entry.state.type !== 'settled') return false;
  const { reason, text, reasoning } = entry.state;
  return reason === 'error' && text === '' && reasoning === '';
}
