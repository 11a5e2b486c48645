/** A conversation: asks, edits, regenerates, resumes, compares and queues, and says what has changed. */
import type { Message } from '../../api.ts';
import type { LiveStream } from '../answer/liveStream.ts';
import { startMany } from '../answer/startMany.ts';
import { type Answer, type Draft, type Entry, nothingWritten, type Question, type Queued, readTape } from './entries.ts';
import { messagesOf } from './prompt.ts';
import { Queue } from './queue.ts';
import { Tree, type Versions } from './tree.ts';

export type ConversationChange =
  | { readonly type: 'added'; readonly entry: Entry }
  /** An answer has begun to speak, has ended, or goes on with a new tape. */
  | { readonly type: 'changed'; readonly entry: Answer }
  /** The thread goes through this entry now. */
  | { readonly type: 'chosen'; readonly id: string }
  | { readonly type: 'queued' }
  | { readonly type: 'renamed' };

export interface ConversationPorts {
  /** Begins an answer to `messages`; `partial` is the part of it that exists. Never rejects: a failure is on the tape. */
  readonly begin: (model: string, messages: readonly Message[], partial: string) => Promise<LiveStream>;
  readonly newId: () => string;
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
}

/** A conversation as it was left. */
export interface Saved {
  readonly id: string;
  readonly title?: string;
  /** Parents before children, older siblings before younger ones. */
  readonly entries: readonly Entry[];
  /** What was picked, in order. */
  readonly chosen: readonly string[];
  readonly queue: readonly Queued[];
}

export class Conversation {
  readonly id: string;
  readonly #ports: ConversationPorts;
  readonly #tree = new Tree();
  readonly #listeners = new Set<(change: ConversationChange) => void>();
  readonly #queue: Queue;
  /** Questions whose answer has been asked for and is not there yet. */
  readonly #beginning = new Set<string>();
  #title: string | undefined;

  constructor(id: string, ports: ConversationPorts, saved?: Saved) {
    this.id = id;
    this.#ports = ports;
    this.#title = saved?.title;
    this.#queue = new Queue(saved?.queue ?? [], () => this.#emit({ type: 'queued' }));
    for (const entry of saved?.entries ?? []) this.#tree.add(entry);
    for (const chosen of saved?.chosen ?? []) this.#tree.choose(chosen);
  }

  /** What is shown, in order. */
  get thread(): readonly Entry[] {
    return this.#tree.thread;
  }

  /** All there is, older versions too. */
  get entries(): readonly Entry[] {
    return this.#tree.all;
  }

  get queue(): readonly Queued[] {
    return this.#queue.items;
  }

  /** The title given by a person, else the first question shortened; empty while there is neither. */
  get title(): string {
    return this.#title ?? titleOf(this.#tree.all.find((entry) => entry.role === 'user')?.text ?? '');
  }

  get liveAnswers(): readonly Answer[] {
    return this.#tree.all.filter((entry): entry is Answer => entry.role === 'assistant' && entry.state.type === 'live');
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

  /** Whether this answer is one of several that wait to be picked. */
  isCompared(answer: Answer): boolean {
    return this.#tree.comparison?.id === answer.parent;
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
    return this.#busy ? this.#queue.add(this.#ports.newId(), draft, model) : this.#askNow(draft, model);
  }

  /** Asks 2 or more models the same; all answers are shown until one is picked. Resolves when all have ended. */
  async compare(draft: Draft, models: readonly string[]): Promise<readonly Answer[]> {
    const question = this.#addQuestion(draft, this.#end, true);
    const messages = messagesOf([...this.#tree.before(question.id), question]);
    const starts = models.map((model) => () => this.#ports.begin(model, messages, ''));
    const answers: Promise<Answer>[] = [];
    const { ended } = startMany(starts, models.length, (index, stream) => {
      const made = { id: this.#ports.newId(), parent: question.id, model: models[index]!, previous: nothingWritten };
      answers[index] = this.#write(made, stream);
    });
    await ended;
    return Promise.all(answers);
  }

  /** Takes in an answer that was begun elsewhere, with its question. */
  async adopt(question: string, stream: LiveStream): Promise<Answer> {
    const { id } = this.#addQuestion({ text: question, attachments: [] }, this.#end);
    return this.#write({ id: this.#ports.newId(), parent: id, model: stream.model, previous: nothingWritten }, stream);
  }

  /** Asks in other words; the old question stays as an older version. */
  async edit(id: string, text: string, model: string): Promise<Answer | undefined> {
    const old = this.#tree.question(id);
    if (old === undefined) return undefined;
    const { id: question } = this.#addQuestion({ text, attachments: old.attachments }, old.parent);
    return this.#answer(question, model);
  }

  /** Asks for another answer to the same question; the old one stays as an older version. */
  async regenerate(id: string, model: string): Promise<Answer | undefined> {
    const old = this.#tree.answer(id);
    return old?.state.type === 'settled' ? this.#answer(old.parent, model) : undefined;
  }

  /** Goes on with an answer that broke off, from the break. */
  async resume(id: string): Promise<Answer | undefined> {
    const answer = this.#tree.answer(id);
    if (answer?.state.type !== 'settled') return undefined;
    const { text, reasoning, seams } = answer.state;
    const messages = messagesOf(this.#tree.before(id));
    return this.#write({ ...answer, previous: { text, reasoning, seams } }, await this.#ports.begin(answer.model, messages, text));
  }

  /** Shows an older (-1) or younger (1) version of an entry, and what came after it. */
  showVersion(id: string, step: number): void {
    const other = this.#tree.sibling(id, step);
    if (other !== undefined) this.#choose(other);
  }

  /** Goes on with this answer of a comparison. */
  pick(id: string): void {
    const answer = this.#tree.answer(id);
    if (answer === undefined || !this.isCompared(answer)) return;
    for (const other of this.thread)
      if (other.id !== id && other.role === 'assistant' && other.parent === answer.parent) this.stop(other.id);
    this.#choose(id);
    this.#drain();
  }

  stop(id: string): void {
    const answer = this.#tree.answer(id);
    if (answer?.state.type === 'live') answer.state.stream.stop();
  }

  stopAll(): void {
    for (const answer of this.liveAnswers) this.stop(answer.id);
  }

  rename(title: string): void {
    this.#title = title.trim() === '' ? undefined : title.trim();
    this.#emit({ type: 'renamed' });
  }

  /** Takes a question back out of the queue. */
  unqueue(id: string): Queued | undefined {
    return this.#queue.take(id);
  }

  /** Asks a queued question at once; what is being written is stopped for it. */
  sendNow(id: string): void {
    if (this.#tree.comparison !== undefined) return;
    for (const entry of this.thread) this.stop(entry.id);
    this.#queue.take(id, (item) => this.#askNow(item, item.model));
  }

  /** The way to this entry and the entry itself, as a new conversation; an answer still being written comes as far as it is. */
  fork(id: string, newId: string): Saved {
    const entry = this.#tree.find(id);
    const path = entry === undefined ? [] : [...this.#tree.before(id), entry];
    const ids = new Map(path.map((old) => [old.id, this.#ports.newId()]));
    const entries = path.map((old): Entry => {
      const copied = { id: ids.get(old.id)!, parent: old.parent === undefined ? undefined : ids.get(old.parent) };
      if (old.role === 'user') return { ...old, ...copied, compared: false };
      return { ...old, ...copied, parent: copied.parent!, previous: nothingWritten, state: settledCopy(old) };
    });
    return { id: newId, entries, chosen: [], queue: [] };
  }

  get #end(): string | undefined {
    return this.thread.at(-1)?.id;
  }

  get #busy(): boolean {
    const last = this.thread.at(-1);
    if (last === undefined) return false;
    return this.#tree.comparison !== undefined || this.#beginning.has(last.id) || (last.role === 'assistant' && last.state.type === 'live');
  }

  #askNow(draft: Draft, model: string): Promise<Answer> {
    return this.#answer(this.#addQuestion(draft, this.#end).id, model);
  }

  #addQuestion({ text, attachments }: Draft, parent: string | undefined, compared = false): Question {
    const id = this.#ports.newId();
    const question: Question = { role: 'user', id, parent, askedAt: this.#ports.wall(), text, attachments, compared };
    this.#add(question);
    return question;
  }

  async #answer(parent: string, model: string): Promise<Answer> {
    const id = this.#ports.newId();
    const question = this.#tree.question(parent)!;
    this.#beginning.add(parent);
    const stream = await this.#ports.begin(model, messagesOf([...this.#tree.before(parent), question]), '');
    this.#beginning.delete(parent);
    return this.#write({ id, parent, model, previous: nothingWritten }, stream);
  }

  async #write(made: Pick<Answer, 'id' | 'parent' | 'model' | 'previous'>, stream: LiveStream): Promise<Answer> {
    const live: Answer = { ...made, role: 'assistant', state: { type: 'live', stream } };
    this.#put(live);
    const thought = this.#thinking(live, stream);
    const end = await stream.ended;
    const reasoningMs = await thought;
    const settled: Answer = {
      ...live,
      state: {
        type: 'settled',
        ...readTape(stream.tape, made.previous),
        text: end.text,
        reason: end.reason,
        usage: end.usage,
        timing: end.timing,
        ...(end.error === undefined ? {} : { error: end.error }),
        ...(reasoningMs === undefined ? {} : { reasoningMs }),
      },
    };
    this.#put(settled);
    this.#drain();
    return settled;
  }

  /** Measures how long the model thinks before its first word. */
  async #thinking(live: Answer, stream: LiveStream): Promise<number | undefined> {
    const reader = stream.tape.read({ pacing: false });
    let beganMs: number | undefined;
    while (!reader.finished) {
      for (let event = reader.next(); event !== undefined; event = reader.next()) {
        if (event.type === 'reasoning') beganMs ??= this.#ports.wall();
        if (event.type !== 'text' && event.type !== 'end') continue;
        reader.leave();
        if (beganMs === undefined) return undefined;
        const reasoningMs = this.#ports.wall() - beganMs;
        if (event.type === 'text') this.#put({ ...live, state: { type: 'live', stream, reasoningMs } });
        return reasoningMs;
      }
      await reader.more();
    }
    return undefined;
  }

  /** A queued question follows an answer that has ended by itself; after a failure or a stop, a person decides. */
  #drain(): void {
    const next = this.#queue.items[0];
    if (next === undefined || this.#busy) return;
    const newest = this.newestAnswer?.state;
    if (newest?.type !== 'settled' || ['error', 'truncated', 'cancelled'].includes(newest.reason)) return;
    this.#queue.take(next.id, (item) => this.#askNow(item, item.model));
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

  #emit(change: ConversationChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** One line of at most 60 characters. */
export function titleOf(question: string): string {
  const line = question.trim().replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function settledCopy(answer: Answer): Exclude<Answer['state'], { type: 'live' }> {
  const { state } = answer;
  if (state.type === 'settled') return state;
  const { stream } = state;
  const written = readTape(stream.tape, answer.previous);
  return { type: 'settled', ...written, reason: 'truncated', usage: stream.usage(), timing: stream.timing() };
}
