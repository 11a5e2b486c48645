/** The journals of a workspace in one folder: appended in order, listed without being read through, read when opened. */
import { appendFileSync, closeSync, fstatSync, ftruncateSync, mkdirSync, openSync } from 'node:fs';
import { appendFile, open, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { Saved } from '../../core/chat/conversation.ts';
import { replay } from '../../core/chat/journal.ts';
import { ConversationIndex, type IndexedConversation } from './conversationIndex.ts';

export interface Loaded {
  readonly saved: Saved;
  /** What could not be read, and where it was put aside. */
  readonly damage?: { readonly bytes: number; readonly keptIn: string };
}

export interface FoundConversation {
  readonly id: string;
  /** The line of text around the place that was found. */
  readonly snippet: string;
}

/** Characters shown before and after what a search found. */
const aroundFound = 40;

export class ConversationFiles {
  readonly #folder: string;
  readonly #failed: (error: Error) => void;
  readonly #listing: ConversationIndex;
  /** How long each journal is by what this process knows. */
  readonly #bytes = new Map<string, number>();
  /** Lines that the disk did not take, by conversation. */
  readonly #pending = new Map<string, string>();

  /** @param failed told when the disk begins to take nothing; the lines are kept and tried again with the next */
  constructor(folder: string, failed: (error: Error) => void) {
    this.#folder = folder;
    this.#failed = failed;
    this.#listing = new ConversationIndex(folder);
  }

  /**
   * The lines are with the operating system when this returns, behind all that were appended before. Synchronous on purpose:
   * some kilobytes take microseconds, while an asynchronous write waits behind the file work of all other extensions, which
   * on a busy machine was more than the 100 ms of text that a crash may cost.
   */
  append(id: string, lines: string): void {
    const all = (this.#pending.get(id) ?? '') + lines;
    try {
      this.#appendNow(id, all);
      this.#pending.delete(id);
    } catch (error) {
      if (!this.#pending.has(id)) this.#failed(error instanceof Error ? error : new Error(String(error)));
      this.#pending.set(id, all);
    }
  }

  /** Undefined when there is no such conversation, or nothing of it can be read. A damaged end is put aside. */
  async read(id: string): Promise<Loaded | undefined> {
    const path = this.#path(id);
    let journal: string;
    try {
      journal = await readFile(path, 'utf8');
    } catch {
      return undefined;
    }
    const replayed = replay(journal);
    if (replayed === undefined) return undefined;
    const { saved, good } = replayed;
    const goodBytes = Buffer.byteLength(journal.slice(0, good));
    this.#bytes.set(id, goodBytes);
    return good === journal.length ? { saved } : { saved, damage: await this.#putAside(path, goodBytes) };
  }

  /** Newest first. */
  async list(): Promise<readonly IndexedConversation[]> {
    return this.#listing.read();
  }

  /** Conversations in which the words occur, newest first, as they are found. */
  async *search(words: string, signal: AbortSignal): AsyncGenerator<FoundConversation, void, undefined> {
    const wanted = words.toLowerCase();
    for (const { id } of await this.list()) {
      if (signal.aborted) return;
      const journal = await readFile(this.#path(id), 'utf8').catch(() => '');
      const snippet = snippetOf(replay(journal)?.saved, wanted);
      if (snippet !== undefined) yield { id, snippet };
    }
  }

  async delete(id: string): Promise<void> {
    this.#pending.delete(id);
    this.#bytes.delete(id);
    await rm(this.#path(id), { force: true });
    await rm(`${this.#path(id)}.damaged`, { force: true });
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.jsonl`);
  }

  /** All or nothing: half of it, on a disk that is full, would make all that follows unreadable. */
  #appendNow(id: string, lines: string): void {
    const file = this.#openToAppend(this.#path(id));
    try {
      const { size } = fstatSync(file);
      // Lines of two writers between each other would be no conversation; the one who came first is the one to stop.
      if (size !== (this.#bytes.get(id) ?? size)) throw new Error('another window goes on with this conversation.');
      try {
        appendFileSync(file, lines);
        this.#bytes.set(id, fstatSync(file).size);
      } catch (error) {
        ftruncateSync(file, size);
        throw error;
      }
    } finally {
      closeSync(file);
    }
  }

  #openToAppend(path: string): number {
    try {
      return openSync(path, 'a');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      mkdirSync(this.#folder, { recursive: true });
      return openSync(path, 'a');
    }
  }

  /** The journal goes on behind its last good line; what came after is kept beside it, for whoever can read it. */
  async #putAside(path: string, goodBytes: number): Promise<NonNullable<Loaded['damage']>> {
    const keptIn = `${path}.damaged`;
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(size - goodBytes);
      await file.read(bytes, 0, bytes.length, goodBytes);
      await appendFile(keptIn, bytes);
      await truncate(path, goodBytes);
      return { bytes: bytes.length, keptIn };
    } finally {
      await file.close();
    }
  }
}

function snippetOf(saved: Saved | undefined, wanted: string): string | undefined {
  for (const entry of saved?.entries ?? []) {
    const text = entry.role === 'user' ? entry.text : entry.state.type === 'settled' ? entry.state.text : '';
    const at = text.toLowerCase().indexOf(wanted);
    if (at === -1) continue;
    const from = Math.max(0, at - aroundFound);
    const to = Math.min(text.length, at + wanted.length + aroundFound);
    return `${from > 0 ? '…' : ''}${text.slice(from, to).replace(/\s+/g, ' ')}${to < text.length ? '…' : ''}`;
  }
  return undefined;
}
