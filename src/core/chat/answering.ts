/**
 * Starts the answers of a conversation: new ones, resumed ones, and those that a server kept after the window closed. The
 * prompt is the path through the tree that leads to the question.
 */
import type { KeptJob, LiveStream } from '../answer/liveStream.ts';
import type { Parameters } from '../provider/parameters.ts';
import { type Answer, type Entry, isResumable, nothingWritten, type SettledAnswer } from './entries.ts';
import { messagesOf } from './prompt.ts';
import { type Begin, type Messages, type NewAnswer, Runs } from './runs.ts';
import { someParameters } from './saved.ts';
import type { Tree } from './tree.ts';

export interface AnsweringPorts {
  readonly begin: Begin;
  readonly newId: () => string;
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
  /** The bytes of a picture; undefined if its file is gone. */
  readonly picture: (file: string) => Promise<Uint8Array | undefined>;
  /** An answer has settled and no longer counts as running. */
  readonly settled: () => void;
}

export class Answering {
  readonly #tree: Tree;
  readonly #ports: AnsweringPorts;
  readonly #runs: Runs;
  /** Answers of an earlier session whose rest is being read from the server. */
  readonly #takenUp = new Set<string>();

  constructor(tree: Tree, ports: AnsweringPorts) {
    this.#tree = tree;
    this.#ports = ports;
    this.#runs = new Runs({ ...ports, put: (answer) => tree.put(answer) });
  }

  /** Resolves with the settled answer; undefined if the answer is not running. */
  ended(id: string): Promise<Answer> | undefined {
    return this.#runs.ended(id);
  }

  /** Stops an answer, even before its stream exists. */
  stop(id: string): void {
    this.#runs.stop(id);
  }

  answer(question: string, model: string, parameters: Parameters): Promise<Answer> {
    return this.#start({ ...this.#new(question, model), ...someParameters(parameters) });
  }

  /** Adopts a stream that was started elsewhere. */
  adopt(question: string, stream: LiveStream): Promise<Answer> {
    return this.#runs.adopt(this.#new(question, stream.model), stream);
  }

  async resume(id: string, as: 'itself' | 'version'): Promise<Answer | undefined> {
    // A new request is sent only if reading the rest fails.
    if (this.#takenUp.has(id)) await this.#runs.ended(id);
    const answer = this.#tree.answer(id);
    if (answer?.state.type !== 'settled') return this.#runs.ended(id);
    if (!isResumable(answer.state.reason)) return undefined;
    const again = as === 'itself' ? answer : { ...answer, id: this.#ports.newId(), askedAt: this.#ports.wall() };
    return this.#resume(again, answer.state, false);
  }

  async takeUp(): Promise<void> {
    const cutOff = this.#tree.all.flatMap((entry): Promise<Answer>[] => {
      if (entry.role !== 'assistant' || entry.state.type !== 'settled') return [];
      const { interrupted, handle } = entry.state;
      if (interrupted !== true || handle === undefined) return [];
      this.#takenUp.add(entry.id);
      return [this.#resume(entry, entry.state, true).finally(() => this.#takenUp.delete(entry.id))];
    });
    await Promise.all(cutOff);
  }

  /** The pictures of these entries by file; missing files are left out. */
  pictures(entries: readonly Entry[]): Promise<ReadonlyMap<string, Uint8Array>> {
    return this.#load(filesIn(entries));
  }

  #new(parent: string, model: string): NewAnswer {
    return { id: this.#ports.newId(), parent, model, askedAt: this.#ports.wall(), previous: nothingWritten };
  }

  /** @param only send no new request if the server no longer has the answer */
  #resume({ id, parent, model, askedAt, parameters }: Answer, state: SettledAnswer, only: boolean): Promise<Answer> {
    const { text, reasoning, seams, citations, handle, usage: counted } = state;
    const asked = { ...(askedAt === undefined ? {} : { askedAt }), ...(parameters === undefined ? {} : { parameters }) };
    const kept = handle === undefined ? undefined : { handle, reasoning, counted, only };
    return this.#start({ id, parent, model, ...asked, previous: { text, reasoning, seams, citations } }, state, kept);
  }

  #start(answer: NewAnswer, resumed?: SettledAnswer, kept?: KeptJob): Promise<Answer> {
    const before = (): readonly Entry[] => [...this.#tree.before(answer.parent), this.#tree.question(answer.parent)!];
    const running = (): readonly Promise<Answer>[] => before().flatMap(({ id }) => this.#runs.ended(id) ?? []);
    const messages = (): ReturnType<Messages> => {
      const entries = before();
      const files = filesIn(entries);
      return files.length === 0 ? messagesOf(entries) : this.#load(files).then((pictures) => messagesOf(entries, pictures));
    };
    return this.#runs.start(answer, running, messages, resumed, kept);
  }

  async #load(files: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const loaded = new Map<string, Uint8Array>();
    for (const file of files) {
      const bytes = await this.#ports.picture(file);
      if (bytes !== undefined) loaded.set(file, bytes);
    }
    return loaded;
  }
}

function filesIn(entries: readonly Entry[]): readonly string[] {
  return entries.flatMap((entry) => (entry.role === 'user' ? (entry.pictures ?? []) : [])).map(({ file }) => file);
}
