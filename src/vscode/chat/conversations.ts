/** The conversations of this workspace: those at hand, and those on disk; each is written down from its first question on. */
import * as vscode from 'vscode';
import { Conversation, type ConversationPorts, type Saved } from '../../core/chat/conversation.ts';
import { linesOf } from '../../core/chat/journal.ts';
import { JournalWriter } from '../../core/chat/journalWriter.ts';
import type { Clock } from '../../core/request/clock.ts';
import { ConversationFiles, type FoundConversation } from '../../node/disk/conversationFiles.ts';
import type { IndexedConversation } from '../../node/disk/conversationIndex.ts';
import * as notify from '../ui/notify.ts';

export interface ConversationsPorts {
  /** The folder of the journals. */
  readonly folder: string;
  readonly log: vscode.LogOutputChannel;
  readonly begin: ConversationPorts['begin'];
  readonly clock: Clock;
}

interface Held {
  readonly conversation: Conversation;
  readonly journal: JournalWriter;
  /** Pages that show it. */
  holders: number;
}

export class Conversations {
  readonly #ports: ConversationsPorts;
  readonly #files: ConversationFiles;
  readonly #held = new Map<string, Held>();
  readonly #opening = new Map<string, Promise<Conversation | undefined>>();
  readonly #deleted = new vscode.EventEmitter<string>();
  /** The id of a conversation that is no more. */
  readonly onDelete = this.#deleted.event;

  constructor(ports: ConversationsPorts) {
    this.#ports = ports;
    this.#files = new ConversationFiles(ports.folder, (error) => {
      ports.log.error(error);
      void notify.warning(vscode.l10n.t('Conversations cannot be kept on disk: {0}', error.message));
    });
  }

  create(): Conversation {
    return this.#hold(crypto.randomUUID(), false);
  }

  /** Undefined when there is no such conversation. The same object for all who ask while it is at hand. */
  open(id: string): Promise<Conversation | undefined> {
    const held = this.#held.get(id);
    if (held !== undefined) return Promise.resolve(held.conversation);
    const opening = this.#opening.get(id) ?? this.#load(id).finally(() => this.#opening.delete(id));
    this.#opening.set(id, opening);
    return opening;
  }

  /** The way to an entry and the entry, as a conversation of its own. */
  fork(from: Conversation, entry: string): Conversation {
    const saved = from.fork(entry, crypto.randomUUID());
    this.#files.append(saved.id, linesOf(saved));
    return this.#hold(saved.id, true, saved);
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

  /** Stops what is being written there and removes it from the disk. */
  async delete(id: string): Promise<void> {
    const held = this.#held.get(id);
    held?.journal.dispose();
    held?.conversation.stopAll();
    this.#held.delete(id);
    await this.#files.delete(id);
    this.#deleted.fire(id);
  }

  /** Keeps a conversation at hand until the returned function is called. */
  hold(conversation: Conversation): () => void {
    const held = this.#held.get(conversation.id);
    if (held === undefined) return () => undefined;
    held.holders++;
    return () => {
      held.holders--;
      this.#release(held);
    };
  }

  /** Writes down what there is, before anything is stopped: what is cut off by the window's end was not stopped by a person. */
  dispose(): void {
    for (const { journal } of this.#held.values()) journal.dispose();
    this.#deleted.dispose();
  }

  async #load(id: string): Promise<Conversation | undefined> {
    const loaded = await this.#files.read(id);
    if (loaded === undefined) return undefined;
    const { saved, damage } = loaded;
    if (damage !== undefined) {
      const text = vscode.l10n.t(
        'The last {0} bytes of the conversation "{1}" are damaged. All before them is here; they were put aside in {2}.',
        damage.bytes,
        this.#hold(id, true, saved).title,
        damage.keptIn,
      );
      void notify.warning(text);
    }
    return this.#held.get(id)?.conversation ?? this.#hold(id, true, saved);
  }

  #hold(id: string, written: boolean, saved?: Saved): Conversation {
    const { begin, clock } = this.#ports;
    const conversation = new Conversation(id, { begin, newId: () => crypto.randomUUID(), wall: clock.wall }, saved);
    const journal = new JournalWriter(conversation, written, { append: (lines) => this.#files.append(id, lines), clock });
    const held: Held = { conversation, journal, holders: 0 };
    this.#held.set(id, held);
    conversation.onChange(() => this.#release(held));
    return conversation;
  }

  /** One that nobody shows and that is not being written can be read from the disk again. */
  #release({ conversation, journal, holders }: Held): void {
    if (holders > 0 || conversation.liveAnswers.length > 0 || conversation.queue.length > 0) return;
    queueMicrotask(() => {
      const held = this.#held.get(conversation.id);
      if (held === undefined || held.holders > 0 || conversation.liveAnswers.length > 0) return;
      this.#held.delete(conversation.id);
      journal.dispose();
    });
  }
}
