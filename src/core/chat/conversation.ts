/**
 * A conversation: asks, edits, regenerates, resumes, compares and queues, and reports what has changed.
 *
 * An answer is running from the moment it is asked for, before its stream exists. Asking for the same thing again while it
 * runs returns the promise of the first request, so a double click costs one request and one stop ends it.
 */
import type { KeptJob, LiveStream } from '../answer/liveStream.ts';
import {
  type Answer,
  type Cut,
  type Draft,
  type Entry,
  isResumable,
  isRunning,
  nothingWritten,
  type Question,
  type Queued,
  type SettledAnswer,
} from './entries.ts';
import { mergeParameters, type Parameters } from '../provider/parameters.ts';
import { asksForSummary, isSummary } from './cut.ts';
import { copiesOf } from './copies.ts';
import { messagesOf } from './prompt.ts';
import { Queue } from './queue.ts';
import { type Begin, type Messages, type NewAnswer, Runs } from './runs.ts';
import { Tree, type Versions } from './tree.ts';

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

export interface ConversationPorts {
  readonly begin: Begin;
  readonly newId: () => string;
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
  /** The bytes of a picture that a question of this conversation names; undefined where its file is gone. */
  readonly picture?: (conversation: string, file: string) => Promise<Uint8Array | undefined>;
}

/** A conversation as it was left. */
export interface Saved {
  readonly id: string;
  readonly title?: string;
  /** Parents before children, older siblings before younger ones. */
  readonly entries: readonly Entry[];
  /** What has to be chosen, in order, once all entries are there. */
  readonly chosen: readonly string[];
  readonly queue: readonly Queued[];
  readonly parameters?: Parameters;
  /** Lines of its journal that a later version wrote: they are kept and not shown. */
  readonly unknown?: readonly string[];
}

export class Conversation {
  #id: string;
  readonly #ports: ConversationPorts;
  readonly #tree = new Tree();
  readonly #listeners = new Set<(change: ConversationChange) => void>();
  readonly #queue: Queue;
  readonly #runs: Runs;
  /** Answers of an earlier session that are being read on. */
  readonly #readOn = new Set<string>();
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
    this.#queue = new Queue(saved?.queue ?? [], () => this.#emit({ type: 'queued' }));
    this.#runs = new Runs({ ...ports, put: (answer) => this.#put(answer), settled: () => this.#drain() });
    for (const entry of saved?.entries ?? []) this.#tree.add(entry);
    for (const chosen of saved?.chosen ?? []) this.#tree.choose(chosen);
  }

  get id(): string {
    return this.#id;
  }

  /** What is shown, in order. */
  get thread(): readonly Entry[] {
    return this.#tree.thread;
  }

  /** All there is, older versions too. */
  get entries(): readonly Entry[] {
    return this.#tree.all;
  }

  /** What has to be chosen, in order, to show the thread again once all entries have been added. */
  get choices(): readonly string[] {
    return this.#tree.choices;
  }

  get queue(): readonly Queued[] {
    return this.#queue.items;
  }

  /** The title given by a person, else the first question shortened; empty while there is neither. */
  get title(): string {
    return (
      this.#title ?? titleOf(this.#tree.all.find((entry): entry is Question => entry.role === 'user' && !asksForSummary(entry))?.text ?? '')
    );
  }

  /** The title given by a person; empty while there is none. */
  get givenTitle(): string {
    return this.#title ?? '';
  }

  /** What its questions are asked with beside the parameters that the settings have for the model. */
  get parameters(): Parameters {
    return this.#parameters;
  }

  setParameters(parameters: Parameters): void {
    this.#parameters = mergeParameters(parameters);
    this.#emit({ type: 'parameters' });
  }

  /** Of all versions, also those that have been asked for and not begun. */
  get runningAnswers(): readonly Answer[] {
    return this.#tree.all.filter((entry): entry is Answer => entry.role === 'assistant' && isRunning(entry));
  }

  /** Whether a question asked now would wait: an answer of the thread is running, or a comparison waits for a choice. */
  get busy(): boolean {
    return this.#tree.comparison !== undefined || this.thread.some((entry) => entry.role === 'assistant' && isRunning(entry));
  }

  /** The newest answer of the thread, for commands that name none. */
  get newestAnswer(): Answer | undefined {
    return this.thread.findLast((entry): entry is Answer => entry.role === 'assistant');
  }

  find(id: string): Entry | undefined {
    return this.#tree.find(id);
  }

  versions(id: string): Versions {
    return this.#tree.versions(id);
  }

  /** Whether a comparison at the end of the thread waits for a choice. */
  get isComparing(): boolean {
    return this.#tree.comparison !== undefined;
  }

  /** Whether this answer is one of several that wait to be picked. */
  isCompared(answer: Answer): boolean {
    return this.#tree.comparison?.id === answer.parent;
  }

  /** Whether nothing follows this answer in the thread. */
  isLast(answer: string): boolean {
    return this.#end === answer || this.#tree.comparison?.id === this.#tree.answer(answer)?.parent;
  }

  onChange(listener: (change: ConversationChange) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /**
   * Asks, and resolves with the settled answer. While an answer is written, or a comparison waits for a choice, the
   * question waits in the queue; taken back from there, it resolves to undefined.
   */
  async ask(draft: Draft, model: string): Promise<Answer | undefined> {
    return (await this.#askOrWait(draft, [model]))?.[0];
  }

  /**
   * Asks 2 or more models the same; all answers are shown until one is picked. Resolves when all have ended; waits in the
   * queue as a question does.
   */
  async compare(draft: Draft, models: readonly string[]): Promise<readonly Answer[]> {
    const [first, ...others] = models;
    return (first === undefined ? undefined : await this.#askOrWait(draft, [first, ...others])) ?? [];
  }

  /** Takes in an answer that was begun elsewhere, with its question; undefined while this conversation is busy. */
  adopt(question: string, stream: LiveStream): Promise<Answer> | undefined {
    if (this.busy) return undefined;
    const { id } = this.#addQuestion({ text: question, attachments: [] }, this.#end);
    return this.#runs.adopt({ id: this.#ports.newId(), parent: id, model: stream.model, previous: nothingWritten }, stream);
  }

  /** Asks with another wording; the old question stays as an older version. The same wording, while it runs, is not asked twice. */
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

  /** Sends again what a question leaves out of prompts, or leaves it out again. */
  undoCut(id: string, undone: boolean): void {
    this.#changeCut(id, (cut) => {
      const { undone: _, ...used } = cut;
      return undone ? { ...used, undone } : used;
    });
  }

  /** Whether this is the question for a summary of what was said before, or the summary. */
  isSummary(entry: Entry): boolean {
    return isSummary(entry, (id) => this.#tree.find(id));
  }

  /** Puts a summary into the words of a person; what was said after it stays where it is. */
  rewriteSummary(id: string, text: string): void {
    const answer = this.#tree.answer(id);
    if (answer !== undefined && this.isSummary(answer)) this.#changeCut(answer.parent, (cut) => ({ ...cut, text }));
  }

  #changeCut(id: string, change: (cut: Cut) => Cut): void {
    const question = this.#tree.question(id);
    if (question?.cut === undefined) return;
    const entry: Question = { ...question, cut: change(question.cut) };
    this.#tree.replace(entry);
    this.#emit({ type: 'cut', entry });
  }

  /** Asks for another answer to the same question; the old one stays as an older version. */
  async regenerate(id: string, model: string): Promise<Answer | undefined> {
    const old = this.#tree.answer(id);
    if (old === undefined) return undefined;
    const compared = this.isCompared(old);
    const running = this.#tree.answersTo(old.parent).find((other) => isRunning(other) && (!compared || other.model === model));
    if (running !== undefined) return this.#show(running.id, running);
    // Another summary is asked for, so the words of a person no longer stand in its place.
    const { text: own, ...cut } = this.#tree.question(old.parent)?.cut ?? { upTo: '' };
    if (own !== undefined) this.#changeCut(old.parent, () => cut);
    return this.#answer(old.parent, model);
  }

  /** Continues an answer that broke off, from the break: the answer itself, or another version of it without what followed. */
  async resume(id: string, as: 'itself' | 'version' = 'itself'): Promise<Answer | undefined> {
    // One that is being read on is asked for only if nothing comes of that.
    if (this.#readOn.has(id)) await this.#runs.ended(id);
    const answer = this.#tree.answer(id);
    if (answer?.state.type !== 'settled') return this.#runs.ended(id);
    if (!isResumable(answer.state.reason)) return undefined;
    return this.#resume(as === 'itself' ? answer : { ...answer, id: this.#ports.newId() }, answer.state, false);
  }

  /** Reads on the answers that were being written when the window ended, where a server has kept them. */
  async takeUp(): Promise<void> {
    const cutOff = this.#tree.all.flatMap((entry): Promise<Answer>[] => {
      if (entry.role !== 'assistant' || entry.state.type !== 'settled') return [];
      const { interrupted, handle } = entry.state;
      if (interrupted !== true || handle === undefined) return [];
      this.#readOn.add(entry.id);
      return [this.#resume(entry, entry.state, true).finally(() => this.#readOn.delete(entry.id))];
    });
    await Promise.all(cutOff);
  }

  /** @param only whether nothing is asked for where the server does not have the answer any more */
  #resume({ id, parent, model, parameters }: Answer, state: SettledAnswer, only: boolean): Promise<Answer> {
    const { text, reasoning, seams, citations, handle } = state;
    const asked = parameters === undefined ? {} : { parameters };
    const kept = handle === undefined ? undefined : { handle, reasoning, only };
    return this.#start({ id, parent, model, ...asked, previous: { text, reasoning, seams, citations } }, state, kept);
  }

  /** Shows an older (-1) or younger (1) version of an entry, and what came after it. */
  showVersion(id: string, step: number): void {
    const other = this.#tree.sibling(id, step);
    if (other !== undefined) this.#choose(other);
  }

  /** Continues with this answer of a comparison; the others are stopped. */
  pick(id: string): void {
    const answer = this.#tree.answer(id);
    if (answer === undefined || !this.isCompared(answer)) return;
    for (const other of this.thread)
      if (other.id !== id && other.role === 'assistant' && other.parent === answer.parent) this.stop(other.id);
    this.#choose(id);
    this.#drain();
  }

  /** Ends an answer, also one that has not begun. */
  stop(id: string): void {
    this.#runs.stop(id);
  }

  stopAll(): void {
    for (const answer of this.runningAnswers) this.stop(answer.id);
  }

  /** Stops everything; what waits in the queue is not asked. */
  abandon(): void {
    for (const { id } of this.queue) this.unqueue(id);
    this.stopAll();
  }

  rename(title: string): void {
    this.#title = title.trim() === '' ? undefined : title.trim();
    this.#emit({ type: 'renamed' });
  }

  /** Gives it another id: what it was until now belongs to another window. */
  moveTo(id: string): void {
    this.#id = id;
    this.#emit({ type: 'moved' });
  }

  /** Takes a question back out of the queue. */
  unqueue(id: string): Queued | undefined {
    return this.#queue.take(id);
  }

  changeQueue(change: (items: readonly Queued[]) => readonly Queued[]): void {
    this.#queue.change(change);
  }

  /** Asks a queued question at once; what is being written is stopped for it. */
  sendNow(id: string): void {
    if (this.#tree.comparison !== undefined || !this.queue.some((item) => item.id === id)) return;
    for (const entry of this.thread) this.stop(entry.id);
    this.#queue.take(id, (item) => this.#askNow(item, modelsOf(item)));
  }

  /** The way to this entry and the entry itself, as a new conversation; an answer still being written comes as far as it is. */
  fork(id: string, newId: string): Saved {
    const entry = this.#tree.find(id);
    const path = entry === undefined ? [] : [...this.#tree.before(id), entry];
    const entries = copiesOf(path, this.#ports.newId);
    return { id: newId, entries, chosen: [], queue: [], ...someParameters(this.#parameters) };
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

  #addQuestion({ text, attachments, pictures, parameters, cut }: Draft, parent: string | undefined, compared = false): Question {
    const id = this.#ports.newId();
    const own = { ...(parameters === undefined ? {} : { parameters }), ...(cut === undefined ? {} : { cut }) };
    const said = { text, attachments, ...(pictures === undefined ? {} : { pictures }), ...own };
    const question: Question = { role: 'user', id, parent, askedAt: this.#ports.wall(), ...said, compared };
    this.#add(question);
    return question;
  }

  #answer(parent: string, model: string): Promise<Answer> {
    const parameters = mergeParameters(this.#parameters, this.#tree.question(parent)?.parameters);
    return this.#start({ id: this.#ports.newId(), parent, model, ...someParameters(parameters), previous: nothingWritten });
  }

  #start(answer: NewAnswer, resumed?: SettledAnswer, kept?: KeptJob): Promise<Answer> {
    const before = (): readonly Entry[] => [...this.#tree.before(answer.parent), this.#tree.question(answer.parent)!];
    const running = (): readonly Promise<Answer>[] => before().flatMap(({ id }) => this.#runs.ended(id) ?? []);
    const messages = (): ReturnType<Messages> => {
      const entries = before();
      const files = filesIn(entries);
      return files.length === 0 ? messagesOf(entries) : this.#pictures(files).then((pictures) => messagesOf(entries, pictures));
    };
    return this.#runs.start(answer, running, messages, resumed, kept);
  }

  /** The bytes of all its pictures, by file; those whose file is gone are missing. */
  pictures(): Promise<ReadonlyMap<string, Uint8Array>> {
    return this.#pictures(filesIn(this.entries));
  }

  async #pictures(files: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const loaded = new Map<string, Uint8Array>();
    for (const file of files) {
      const bytes = await this.#ports.picture?.(this.#id, file);
      if (bytes !== undefined) loaded.set(file, bytes);
    }
    return loaded;
  }

  /** Shows what a second request for the same thing would have shown. */
  #show(id: string, running: Answer): Promise<Answer> | undefined {
    if (!this.thread.some((entry) => entry.id === id)) this.#choose(id);
    return this.#runs.ended(running.id);
  }

  /** A queued question follows an answer that has ended by itself; after a failure or a stop, a person decides. */
  #drain(): void {
    const next = this.#queue.items[0];
    if (next === undefined || this.busy) return;
    const newest = this.newestAnswer?.state;
    if (newest?.type !== 'settled' || ['error', 'truncated', 'cancelled'].includes(newest.reason)) return;
    this.#queue.take(next.id, (item) => this.#askNow(item, modelsOf(item)));
  }

  #choose(id: string): void {
    this.#tree.choose(id);
    this.#emit({ type: 'chosen', id });
  }

  #add(entry: Entry): void {
    this.#tree.add(entry);
    this.#emit({ type: 'added', entry });
  }

  #put(answer: Answer): void {
    if (this.#tree.find(answer.id) === undefined) return this.#add(answer);
    this.#tree.replace(answer);
    this.#emit({ type: 'changed', entry: answer });
  }

  /** A listener that throws must not hide the change from others, or leave an answer running forever. */
  #emit(change: ConversationChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        void Promise.reject(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }
}

/** One line of at most 60 characters. */
export function titleOf(question: string): string {
  const line = question.trim().replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function filesIn(entries: readonly Entry[]): readonly string[] {
  return entries.flatMap((entry) => (entry.role === 'user' ? (entry.pictures ?? []) : [])).map(({ file }) => file);
}

function modelsOf({ model, compare = [model] }: Queued): readonly string[] {
  return compare;
}

function someParameters(parameters: Parameters): { readonly parameters?: Parameters } {
  return Object.keys(parameters).length === 0 ? {} : { parameters };
}
