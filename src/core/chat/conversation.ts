/**
 * A conversation: asks, edits, regenerates, resumes, compares and queues questions, and reports its changes. An answer
 * counts as running as soon as it is requested, before its stream exists. Repeating a request while it runs returns the
 * promise of the first one, so a double click costs one request and one stop ends it.
 */
import type { LiveStream } from '../answer/liveStream.ts';
import { mergeParameters, type Parameters } from '../provider/parameters.ts';
import { Answering } from './answering.ts';
import { Changes, type ConversationChange } from './changes.ts';
import { asksForSummary, isSummary } from './cut.ts';
import { type Answer, type Draft, draftOf, type Entry, isRunning, type Question, type Queued } from './entries.ts';
import { Queue } from './queue.ts';
import type { WantedAnswer } from './runs.ts';
import { forked, type Saved, titleOf } from './saved.ts';
import { Tree, type Versions } from './tree.ts';

export interface ConversationPorts {
  /** Starts an answer of the conversation with this id. */
  readonly begin: (wanted: WantedAnswer, conversation: string) => Promise<LiveStream>;
  readonly newId: () => string;
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
  /** Loads a picture of a question; undefined if its file is gone. */
  readonly picture?: (conversation: string, file: string) => Promise<Uint8Array | undefined>;
}

/** What queued questions wait for: an answer to end, one of several to be picked, or the user. */
export type QueueWait = 'answer' | 'choice' | 'user';

export class Conversation {
  #id: string;
  readonly #ports: ConversationPorts;
  readonly #changes = new Changes();
  readonly #tree = new Tree((change) => this.#changes.report(change));
  readonly #queue: Queue;
  readonly #answers: Answering;
  /** See {@link Saved.unknown}. */
  readonly unknown: readonly string[];
  #title: string | undefined;
  #parameters: Parameters;

  constructor(id: string, ports: ConversationPorts, saved?: Saved) {
    this.#id = id;
    this.#ports = ports;
    this.#title = saved?.title;
    this.#parameters = saved?.parameters ?? {};
    this.unknown = saved?.unknown ?? [];
    this.#queue = new Queue(saved?.queue ?? [], () => this.#changes.report({ type: 'queued' }));
    this.#answers = new Answering(this.#tree, {
      ...ports,
      begin: (wanted) => ports.begin(wanted, this.#id),
      picture: async (file) => ports.picture?.(this.#id, file),
      settled: () => this.#drain(),
    });
    for (const entry of saved?.entries ?? []) this.#tree.add(entry);
    for (const chosen of saved?.chosen ?? []) this.#tree.choose(chosen);
  }

  get id(): string {
    return this.#id;
  }

  /** The entries shown, in order. */
  get thread(): readonly Entry[] {
    return this.#tree.thread;
  }

  /** All entries, including older versions. */
  get entries(): readonly Entry[] {
    return this.#tree.all;
  }

  /** The ids to choose, in order, to show the same thread after all entries are added. */
  get choices(): readonly string[] {
    return this.#tree.choices;
  }

  get queue(): readonly Queued[] {
    return this.#queue.items;
  }

  /** The user's title, or else the first question shortened; empty if there is neither. */
  get title(): string {
    return (
      this.#title ?? titleOf(this.#tree.all.find((entry): entry is Question => entry.role === 'user' && !asksForSummary(entry))?.text ?? '')
    );
  }

  /** The user's title; empty if there is none. */
  get givenTitle(): string {
    return this.#title ?? '';
  }

  /** Parameters for its questions, on top of the model's settings. */
  get parameters(): Parameters {
    return this.#parameters;
  }

  setParameters(parameters: Parameters): void {
    this.#parameters = mergeParameters(parameters);
    this.#changes.report({ type: 'parameters' });
  }

  /** The running answers of all versions, including those whose stream does not exist yet. */
  get runningAnswers(): readonly Answer[] {
    return this.#tree.all.filter((entry): entry is Answer => entry.role === 'assistant' && isRunning(entry));
  }

  /** Whether a new question would be queued: an answer of the thread is running, or a comparison awaits a choice. */
  get busy(): boolean {
    return this.#tree.comparison !== undefined || this.thread.some((entry) => entry.role === 'assistant' && isRunning(entry));
  }

  /** What the queue waits for. After a failure or a stop, the user decides. */
  get queueWaitsFor(): QueueWait {
    if (this.isComparing) return 'choice';
    const newest = this.newestAnswer?.state;
    const hasEnded = newest?.type === 'settled' && !['error', 'truncated', 'cancelled'].includes(newest.reason);
    return this.busy || hasEnded ? 'answer' : 'user';
  }

  /** The newest answer of the thread, for commands without an argument. */
  get newestAnswer(): Answer | undefined {
    return this.thread.findLast((entry): entry is Answer => entry.role === 'assistant');
  }

  find(id: string): Entry | undefined {
    return this.#tree.find(id);
  }

  versions(id: string): Versions {
    return this.#tree.versions(id);
  }

  /** Whether a comparison at the end of the thread awaits a choice. */
  get isComparing(): boolean {
    return this.#tree.comparison !== undefined;
  }

  /** Whether this answer belongs to a comparison that awaits a choice. */
  isCompared(answer: Answer): boolean {
    return this.#tree.isCompared(answer.parent);
  }

  /** Whether nothing follows this answer in the thread. */
  isLast(answer: string): boolean {
    return this.#end === answer || this.#tree.comparison?.id === this.#tree.answer(answer)?.parent;
  }

  onChange(listener: (change: ConversationChange) => void): { dispose(): void } {
    return this.#changes.on(listener);
  }

  /**
   * Asks a question and resolves with the settled answer. While an answer runs or a comparison awaits a choice, the
   * question is queued; if it is removed from the queue, the promise resolves to undefined.
   */
  async ask(draft: Draft, model: string): Promise<Answer | undefined> {
    return (await this.#askOrWait(draft, [model]))?.[0];
  }

  /**
   * Asks two or more models the same question and shows all answers until one is picked. Queued like any question. Resolves
   * when all answers have ended.
   */
  async compare(draft: Draft, models: readonly string[]): Promise<readonly Answer[]> {
    const [first, ...others] = models;
    return (first === undefined ? undefined : await this.#askOrWait(draft, [first, ...others])) ?? [];
  }

  /** Adds a question whose answer was started elsewhere; undefined while the conversation is busy. */
  adopt(question: string, stream: LiveStream): Promise<Answer> | undefined {
    if (this.busy) return undefined;
    const { id } = this.#addQuestion({ text: question, attachments: [] }, this.#end);
    return this.#answers.adopt(id, stream);
  }

  /**
   * Asks the question with new wording; the old one stays as an earlier version. If the same wording is already running, no
   * second request is sent.
   */
  async edit(id: string, text: string, model: string): Promise<Answer | undefined> {
    const old = this.#tree.question(id);
    if (old === undefined) return undefined;
    for (const twin of this.#tree.questionsAfter(old.parent)) {
      const running = twin.text === text ? this.#tree.answersTo(twin.id).find(isRunning) : undefined;
      if (running !== undefined) return this.#show(twin.id, running);
    }
    const { id: question } = this.#addQuestion({ ...old, text }, old.parent);
    return this.#answer(question, model);
  }

  /** Undoes or restores the cut of a question. */
  undoCut(id: string, undone: boolean): void {
    this.#tree.changeCut(id, (cut) => {
      const { undone: _, ...used } = cut;
      return undone ? { ...used, undone } : used;
    });
  }

  /** Whether this entry is a summary or the question that asked for it. */
  isSummary(entry: Entry): boolean {
    return isSummary(entry, (id) => this.#tree.find(id));
  }

  /** Replaces the text of a summary with the user's own. */
  rewriteSummary(id: string, text: string): void {
    const answer = this.#tree.answer(id);
    if (answer !== undefined && this.isSummary(answer)) this.#tree.changeCut(answer.parent, (cut) => ({ ...cut, text }));
  }

  /** Requests another answer to the same question; the old one stays as an earlier version. */
  async regenerate(id: string, model: string): Promise<Answer | undefined> {
    const old = this.#tree.answer(id);
    if (old === undefined) return undefined;
    const compared = this.isCompared(old);
    const running = this.#tree.answersTo(old.parent).find((other) => isRunning(other) && (!compared || other.model === model));
    if (running !== undefined) return this.#show(running.id, running);
    // A new summary is requested, so the user's text no longer replaces it.
    const { text: own, ...cut } = this.#tree.question(old.parent)?.cut ?? { upTo: '' };
    if (own !== undefined) this.#tree.changeCut(old.parent, () => cut);
    return this.#answer(old.parent, model);
  }

  /** Continues an interrupted answer at the break, in place or as another version without what followed it. */
  resume(id: string, as: 'itself' | 'version' = 'itself'): Promise<Answer | undefined> {
    return this.#answers.resume(id, as);
  }

  /** Continues reading answers that were running when the window closed, if a server kept them. */
  takeUp(): Promise<void> {
    return this.#answers.takeUp();
  }

  /** All its pictures by file; missing files are left out. */
  pictures(): Promise<ReadonlyMap<string, Uint8Array>> {
    return this.#answers.pictures(this.entries);
  }

  /** Shows the previous (-1) or next (1) version of an entry and what follows it. */
  showVersion(id: string, step: number): void {
    const other = this.#tree.sibling(id, step);
    if (other !== undefined) this.#tree.choose(other);
  }

  /** Picks this answer of a comparison and stops the others. */
  pick(id: string): void {
    const answer = this.#tree.answer(id);
    if (answer === undefined || !this.isCompared(answer)) return;
    for (const other of this.thread)
      if (other.id !== id && other.role === 'assistant' && other.parent === answer.parent) this.stop(other.id);
    this.#tree.choose(id);
    this.#drain();
  }

  /** Stops an answer, even before its stream exists. */
  stop(id: string): void {
    this.#answers.stop(id);
  }

  stopAll(): void {
    for (const answer of this.runningAnswers) this.stop(answer.id);
  }

  /** Stops all answers and discards the queue. */
  abandon(): void {
    for (const { id } of this.queue) this.unqueue(id);
    this.stopAll();
  }

  rename(title: string): void {
    this.#title = title.trim() === '' ? undefined : title.trim();
    this.#changes.report({ type: 'renamed' });
  }

  /** Changes the id: the old one now belongs to another window. */
  moveTo(id: string): void {
    this.#id = id;
    this.#changes.report({ type: 'moved' });
  }

  /** Removes a question from the queue. */
  unqueue(id: string): Queued | undefined {
    return this.#queue.take(id);
  }

  changeQueue(change: (items: readonly Queued[]) => readonly Queued[]): void {
    this.#queue.change(change);
  }

  /** Asks a queued question now, stopping the running answers. */
  sendNow(id: string): void {
    if (this.#tree.comparison !== undefined || !this.queue.some((item) => item.id === id)) return;
    for (const entry of this.thread) this.stop(entry.id);
    this.#queue.take(id, (item) => this.#askNow(item, modelsOf(item)));
  }

  /** The path up to and including this entry as a new conversation; a running answer is copied as far as it has come. */
  fork(id: string, newId: string): Saved {
    const entry = this.#tree.find(id);
    const path = entry === undefined ? [] : [...this.#tree.before(id), entry];
    return forked(path, newId, this.#parameters, this.#ports.newId);
  }

  get #end(): string | undefined {
    return this.thread.at(-1)?.id;
  }

  #askOrWait(draft: Draft, models: readonly [string, ...string[]]): Promise<readonly Answer[] | undefined> {
    return this.busy ? this.#queue.add(this.#ports.newId(), draft, models) : this.#askNow(draft, models);
  }

  #askNow(draft: Draft, models: readonly string[]): Promise<readonly Answer[]> {
    const { id } = this.#addQuestion(draft, this.#end, models.length > 1);
    return Promise.all(models.map((model) => this.#answer(id, model)));
  }

  #addQuestion(draft: Draft, parent: string | undefined, compared = false): Question {
    const id = this.#ports.newId();
    const question: Question = { role: 'user', id, parent, askedAt: this.#ports.wall(), ...draftOf(draft), compared };
    this.#tree.add(question);
    return question;
  }

  #answer(question: string, model: string): Promise<Answer> {
    return this.#answers.answer(question, model, mergeParameters(this.#parameters, this.#tree.question(question)?.parameters));
  }

  /** Shows what a second, identical request would have shown. */
  #show(id: string, running: Answer): Promise<Answer> | undefined {
    if (!this.thread.some((entry) => entry.id === id)) this.#tree.choose(id);
    return this.#answers.ended(running.id);
  }

  #drain(): void {
    const next = this.#queue.items[0];
    if (next === undefined || this.busy || this.queueWaitsFor === 'user') return;
    this.#queue.take(next.id, (item) => this.#askNow(item, modelsOf(item)));
  }
}

function modelsOf({ model, compare = [model] }: Queued): readonly string[] {
  return compare;
}
