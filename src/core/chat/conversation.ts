/** A conversation: questions and answers, some of which are still being written. It says what has changed. */
import type { EndReason, Message, StreamError, StreamEvent, Timing, Usage } from '../../api.ts';
import type { LiveStream } from '../engine/job.ts';
import type { Tape } from '../engine/tape.ts';

export interface Question {
  readonly role: 'user';
  readonly id: string;
  readonly text: string;
}

export interface Answer {
  readonly role: 'assistant';
  readonly id: string;
  /** `"<endpoint id>/<model>"`. */
  readonly model: string;
  /** What was there before this tape began: an answer that is resumed goes on behind it. */
  readonly before: Written;
  readonly being: Live | Settled;
}

/** The texts of an answer, and where it was joined. */
export interface Written {
  readonly text: string;
  readonly reasoning: string;
  readonly seams: readonly number[];
}

export interface Live {
  readonly state: 'live';
  readonly stream: LiveStream;
}

export interface Settled extends Written {
  readonly state: 'settled';
  readonly reason: EndReason;
  readonly usage: Usage;
  readonly timing: Timing;
  readonly error?: StreamError;
}

export type Entry = Question | Answer;

export type ConversationChange =
  | { readonly type: 'added'; readonly entry: Entry }
  /** An answer has ended, or goes on with a new tape. */
  | { readonly type: 'changed'; readonly entry: Entry }
  | { readonly type: 'removed'; readonly id: string };

/** Begins an answer to `messages`; `partial` is the part of it that exists. Throws nothing: a failure is on the tape. */
export type Begin = (model: string, messages: readonly Message[], partial: string) => Promise<LiveStream>;

const nothing: Written = { text: '', reasoning: '', seams: [] };

export class Conversation {
  readonly id: string;
  readonly #begin: Begin;
  readonly #newId: () => string;
  readonly #listeners = new Set<(change: ConversationChange) => void>();
  #entries: readonly Entry[] = [];

  constructor(id: string, begin: Begin, newId: () => string) {
    this.id = id;
    this.#begin = begin;
    this.#newId = newId;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** The first question, shortened: what a list of conversations shows. */
  get title(): string {
    const first = this.#entries.find((entry) => entry.role === 'user')?.text.trim().replace(/\s+/g, ' ') ?? '';
    return first.length > 60 ? `${first.slice(0, 59)}…` : first;
  }

  get liveAnswers(): readonly Answer[] {
    return this.#entries.filter((entry): entry is Answer => entry.role === 'assistant' && entry.being.state === 'live');
  }

  onChange(listener: (change: ConversationChange) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Adds the question and its answer. Resolves when the answer has ended, with the settled answer. */
  async ask(text: string, model: string): Promise<Answer> {
    const question: Question = { role: 'user', id: this.#newId(), text };
    this.#add(question);
    return this.#answer(this.#newId(), model, nothing);
  }

  /** Takes in an answer that was begun elsewhere, with its question. */
  async adopt(question: string, stream: LiveStream): Promise<Answer> {
    this.#add({ role: 'user', id: this.#newId(), text: question });
    return this.#write(this.#newId(), stream.model, nothing, stream);
  }

  stop(id: string): void {
    const answer = this.#find(id);
    if (answer?.being.state === 'live') answer.being.stream.stop();
  }

  stopAll(): void {
    for (const answer of this.liveAnswers) this.stop(answer.id);
  }

  /** Goes on with an answer that broke off, from the break. */
  async resume(id: string): Promise<Answer | undefined> {
    const answer = this.#find(id);
    if (answer?.being.state !== 'settled') return undefined;
    return this.#answer(id, answer.model, answer.being);
  }

  /** Asks for the same answer again, in place of the old one and of all that came after it. */
  async regenerate(id: string, model: string): Promise<Answer | undefined> {
    const answer = this.#find(id);
    if (answer?.being.state !== 'settled') return undefined;
    const index = this.#entries.indexOf(answer);
    for (const entry of this.#entries.slice(index)) this.#emit({ type: 'removed', id: entry.id });
    this.#entries = this.#entries.slice(0, index);
    return this.#answer(this.#newId(), model, nothing);
  }

  async #answer(id: string, model: string, before: Written): Promise<Answer> {
    const messages = this.#messagesBefore(id);
    return this.#write(id, model, before, await this.#begin(model, messages, before.text));
  }

  async #write(id: string, model: string, before: Written, stream: LiveStream): Promise<Answer> {
    const live: Answer = { role: 'assistant', id, model, before, being: { state: 'live', stream } };
    this.#put(live);
    const end = await stream.ended;
    const written = writtenOn(stream.tape, before);
    const settled: Answer = {
      ...live,
      being: {
        state: 'settled',
        ...written,
        text: end.text,
        reason: end.reason,
        usage: end.usage,
        timing: end.timing,
        ...(end.error === undefined ? {} : { error: end.error }),
      },
    };
    this.#put(settled);
    return settled;
  }

  /** What the model gets to read: all that stands before this answer, without empty answers. */
  #messagesBefore(id: string): Message[] {
    const index = this.#entries.findIndex((entry) => entry.id === id);
    const entries = index === -1 ? this.#entries : this.#entries.slice(0, index);
    return entries.flatMap((entry): Message[] => {
      if (entry.role === 'user') return [{ role: 'user', content: entry.text }];
      const content = entry.being.state === 'settled' ? entry.being.text : entry.being.stream.text;
      return content === '' ? [] : [{ role: 'assistant', content }];
    });
  }

  #find(id: string): Answer | undefined {
    return this.#entries.find((entry): entry is Answer => entry.id === id && entry.role === 'assistant');
  }

  #add(entry: Entry): void {
    this.#entries = [...this.#entries, entry];
    this.#emit({ type: 'added', entry });
  }

  #put(entry: Entry): void {
    if (!this.#entries.some((other) => other.id === entry.id)) {
      this.#add(entry);
      return;
    }
    this.#entries = this.#entries.map((other) => (other.id === entry.id ? entry : other));
    this.#emit({ type: 'changed', entry });
  }

  #emit(change: ConversationChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** All that stands on a tape so far, behind what was there before it. */
export function writtenOn(tape: Tape<StreamEvent>, before: Written): Written {
  let text = before.text;
  let reasoning = before.reasoning;
  const seams = [...before.seams];
  for (let place = 0; place < tape.length; place++) {
    const event = tape.at(place);
    if (event?.type === 'text') text += event.text;
    else if (event?.type === 'reasoning') reasoning += event.text;
    else if (event?.type === 'seam') seams.push(event.offset);
  }
  return { text, reasoning, seams };
}
