/** The open conversations and those on disk; each is saved from its first question on. */
import { setImmediate } from 'node:timers/promises';
import { Conversation, type ConversationPorts } from '../../core/chat/conversation.ts';
import { linePiecesOf } from '../../core/chat/journal/journal.ts';
import { JournalWriter } from '../../core/chat/journal/journalWriter.ts';
import type { Entry, Queued } from '../../core/chat/entries.ts';
import type { Saved } from '../../core/chat/saved.ts';
import type { Clock } from '../../core/request/clock.ts';
import { ConversationFiles, type FoundConversation, type Loaded } from './conversationFiles.ts';
import { PictureFiles } from './pictureFiles.ts';
import type { IndexedConversation } from './conversationIndex.ts';

/** What the user should know about how conversations are stored. */
export type StoreNotice =
  /** The disk refuses writes; pending lines are retried. */
  | { readonly type: 'disk'; readonly error: Error }
  | { readonly type: 'damage'; readonly title: string; readonly damage: NonNullable<Loaded['damage']> }
  /** Lines of a later version of Rivulet are kept and not shown. */
  | { readonly type: 'newer'; readonly title: string; readonly lines: number }
  /** Another window has continued this conversation; this window continues a copy. */
  | { readonly type: 'copied'; readonly title: string };

export interface StorePorts {
  readonly folder: string;
  /** Folders whose conversations are listed and continued too. */
  readonly also: readonly string[];
  readonly begin: ConversationPorts['begin'];
  readonly newId: () => string;
  readonly clock: Clock;
  readonly notify: (notice: StoreNotice) => void;
}

/** Time, in ms, for a caller of `open` to hold the result. */
const keptAfterOpeningMs = 1_000;

interface Held {
  readonly conversation: Conversation;
  readonly journal: JournalWriter;
  /** Pages that show it. */
  holders: number;
}

export class ConversationStore {
  /** The pictures of all questions and drafts. */
  readonly pictures: PictureFiles;
  readonly #ports: StorePorts;
  readonly #files: ConversationFiles;
  readonly #held = new Map<string, Held>();
  readonly #opening = new Map<string, Promise<Conversation | undefined>>();
  readonly #onDelete = new Set<(id: string) => void>();

  constructor(ports: StorePorts) {
    this.#ports = ports;
    const { folder, also, clock, notify } = ports;
    this.pictures = new PictureFiles(folder, also);
    this.#files = new ConversationFiles({
      folder,
      also,
      clock,
      failed: (error) => notify({ type: 'disk', error }),
      elsewhere: (id, lines, whole) => this.#continueAsCopy(id, lines, whole),
    });
  }

  create(): Conversation {
    return this.#hold(this.#ports.newId(), false);
  }

  /** Undefined if the conversation does not exist. All callers get the same object while it is open. */
  async open(id: string): Promise<Conversation | undefined> {
    const held = this.#held.get(id)?.conversation;
    if (held !== undefined) return this.#keepForCaller(held);
    const opening = this.#opening.get(id) ?? this.#load(id).finally(() => this.#opening.delete(id));
    this.#opening.set(id, opening);
    const opened = await opening;
    return opened === undefined ? undefined : this.#keepForCaller(opened);
  }

  /** Copies the path up to an entry into another conversation. If the disk refuses its pictures, a notice says so. */
  fork(from: Conversation, entry: string): Conversation {
    const saved = from.fork(entry, this.#ports.newId());
    try {
      this.pictures.copy(from.id, saved.id, filesIn(saved.entries));
    } catch (error) {
      this.#ports.notify({ type: 'disk', error: error as Error });
    }
    this.#files.copy(saved.id, () => linePiecesOf(saved));
    return this.#hold(saved.id, true, saved);
  }

  /**
   * Stores an imported conversation piece by piece; returns its id.
   * @param journal pieces of whole lines
   */
  async import(id: string, journal: readonly string[], pictures: ReadonlyMap<string, Uint8Array>): Promise<string> {
    for (const lines of journal) {
      this.#files.append(id, lines, () => journal);
      await setImmediate();
    }
    for (const [file, bytes] of pictures) this.pictures.keep(id, file, bytes);
    return id;
  }

  list(): Promise<readonly IndexedConversation[]> {
    return this.#files.list();
  }

  search(words: string, signal: AbortSignal): AsyncIterable<FoundConversation> {
    return this.#files.search(words, signal);
  }

  async rename(id: string, title: string): Promise<void> {
    (await this.open(id))?.rename(title);
  }

  get openConversations(): readonly Conversation[] {
    return [...this.#held.values()].map(({ conversation }) => conversation);
  }

  /** Stops the newest answer whose stream does not exist yet; false if there is none. */
  stopNewestAsked(): boolean {
    const newest = this.#asked.at(-1);
    newest?.conversation.stop(newest.id);
    return newest !== undefined;
  }

  stopAllAsked(): void {
    for (const { conversation, id } of this.#asked) conversation.stop(id);
  }

  /** Stops its answers, discards its queue, and removes it from the disk. */
  async delete(id: string): Promise<void> {
    const held = this.#held.get(id);
    this.#held.delete(id);
    held?.journal.dispose();
    held?.conversation.abandon();
    await this.#files.delete(id);
    for (const listener of this.#onDelete) listener(id);
  }

  /** Calls `listener` with the id of each conversation that is deleted. */
  onDelete(listener: (id: string) => void): { dispose(): void } {
    this.#onDelete.add(listener);
    return { dispose: () => this.#onDelete.delete(listener) };
  }

  /** Keeps a conversation open until the returned function is called. */
  hold(conversation: Conversation): () => void {
    const held = this.#held.get(conversation.id);
    if (held === undefined) return () => undefined;
    held.holders++;
    return () => {
      held.holders--;
      this.#release(held);
    };
  }

  /** Saves everything before anything is stopped: an answer cut off by closing the window was not stopped by the user. */
  dispose(): void {
    for (const { journal } of this.#held.values()) journal.dispose();
    this.#files.dispose();
    this.#onDelete.clear();
  }

  get #asked(): readonly { readonly conversation: Conversation; readonly id: string }[] {
    return this.openConversations.flatMap((conversation) =>
      conversation.runningAnswers.filter(({ state }) => state.type === 'asked').map(({ id }) => ({ conversation, id })),
    );
  }

  /** Must not be released before the caller holds it, or it would be shown and no longer saved. */
  #keepForCaller(conversation: Conversation): Conversation {
    this.#ports.clock.timer(keptAfterOpeningMs, this.hold(conversation));
    return conversation;
  }

  async #load(id: string): Promise<Conversation | undefined> {
    const loaded = await this.#files.read(id);
    if (loaded === undefined) return undefined;
    const { saved, damage } = loaded;
    const conversation = this.#held.get(id)?.conversation ?? this.#hold(id, true, saved);
    const { title, unknown } = conversation;
    if (damage !== undefined) this.#ports.notify({ type: 'damage', title, damage });
    if (unknown.length > 0) this.#ports.notify({ type: 'newer', title, lines: unknown.length });
    return conversation;
  }

  #hold(id: string, written: boolean, saved?: Saved): Conversation {
    const { begin, newId, clock } = this.#ports;
    const ports: ConversationPorts = {
      begin,
      newId,
      wall: clock.wall,
      picture: (of, file) => this.pictures.read(of, file),
    };
    const conversation: Conversation = new Conversation(id, ports, saved);
    const journal = new JournalWriter(conversation, written, {
      append: (lines, whole) => {
        // The last lines of a conversation that is being deleted would bring it back, or become a copy.
        if (this.#held.get(conversation.id) === held) this.#files.append(conversation.id, lines, whole);
      },
      clock,
    });
    const held: Held = { conversation, journal, holders: 0 };
    this.#held.set(id, held);
    conversation.onChange(() => this.#release(held));
    return conversation;
  }

  /** All pages and running answers stay with the conversation, which gets another id and journal. */
  #continueAsCopy(id: string, lines: string, whole: () => Iterable<string>): void {
    const held = this.#held.get(id);
    const copy = this.#ports.newId();
    if (held !== undefined) {
      this.pictures.copy(id, copy, filesIn([...held.conversation.entries, ...held.conversation.queue]));
      this.#held.delete(id);
      this.#held.set(copy, held);
      held.conversation.moveTo(copy);
    }
    this.#files.copy(copy, whole, lines);
    this.#ports.notify({ type: 'copied', title: held?.conversation.title ?? '' });
  }

  /** A conversation that is not shown, not running and completely saved can be read from disk again. */
  #release(held: Held): void {
    if (!this.#isIdle(held)) return;
    queueMicrotask(() => {
      const { conversation, journal } = held;
      if (!this.#isIdle(held) || this.#held.get(conversation.id) !== held) return;
      journal.dispose();
      this.#held.delete(conversation.id);
    });
  }

  #isIdle({ conversation, holders }: Held): boolean {
    const { id, runningAnswers, queue } = conversation;
    return holders === 0 && runningAnswers.length === 0 && queue.length === 0 && !this.#files.isWaiting(id);
  }
}

function filesIn(drafts: readonly (Entry | Queued)[]): readonly string[] {
  return drafts.flatMap((draft) => (draft.role === 'assistant' ? [] : (draft.pictures ?? []).map(({ file }) => file)));
}
