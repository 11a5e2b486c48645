/** The journals of a workspace in one folder: appended in order, listed without being read through, read when opened. */
import { appendFile, mkdir, open, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { Saved } from '../core/chat/conversation.ts';
import { replay } from '../core/chat/journal.ts';
import { Listing, type Listed } from './listing.ts';

export interface Loaded {
  readonly saved: Saved;
  /** What could not be read, and where it was put aside. */
  readonly damage?: { readonly bytes: number; readonly keptIn: string };
}

export interface Found {
  readonly id: string;
  /** The line of text around the place that was found. */
  readonly snippet: string;
}

/** Characters shown before and after what a search found. */
const aroundFound = 40;

export class ConversationFiles {
  readonly #folder: string;
  readonly #failed: (error: Error) => void;
  readonly #listing: Listing;
  /** Lines not on disk yet, by conversation; a key with no lines is being written. */
  readonly #pending = new Map<string, string>();
  #writing: Promise<void> | undefined;

  /** @param failed told once in a row when the disk takes nothing; the lines are kept and tried again with the next */
  constructor(folder: string, failed: (error: Error) => void) {
    this.#folder = folder;
    this.#failed = failed;
    this.#listing = new Listing(folder);
  }

  /** The lines are on their way to the disk, behind all that were appended before. */
  append(id: string, lines: string): void {
    this.#pending.set(id, (this.#pending.get(id) ?? '') + lines);
    this.#writing ??= this.#write();
  }

  /** Resolves when all that was appended is with the operating system. */
  async flushed(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  /** Undefined when there is no such conversation, or nothing of it can be read. A damaged end is put aside. */
  async read(id: string): Promise<Loaded | undefined> {
    await this.flushed();
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
    if (good === journal.length) return { saved };
    return { saved, damage: await this.#putAside(path, Buffer.byteLength(journal.slice(0, good))) };
  }

  /** Newest first. */
  async list(): Promise<readonly Listed[]> {
    await this.flushed();
    return this.#listing.read();
  }

  /** Conversations in which the words occur, newest first, as they are found. */
  async *search(words: string, signal: AbortSignal): AsyncGenerator<Found, void, undefined> {
    const wanted = words.toLowerCase();
    for (const { id } of await this.list()) {
      if (signal.aborted) return;
      const journal = await readFile(this.#path(id), 'utf8').catch(() => '');
      const snippet = snippetOf(replay(journal)?.saved, wanted);
      if (snippet !== undefined) yield { id, snippet };
    }
  }

  async delete(id: string): Promise<void> {
    await this.flushed();
    await rm(this.#path(id), { force: true });
    await rm(`${this.#path(id)}.damaged`, { force: true });
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.jsonl`);
  }

  async #write(): Promise<void> {
    let failing = false;
    try {
      await mkdir(this.#folder, { recursive: true });
      for (;;) {
        const next = [...this.#pending].find(([, lines]) => lines !== '');
        if (next === undefined) return;
        const [id, lines] = next;
        this.#pending.set(id, '');
        try {
          await appendFile(this.#path(id), lines);
        } catch (error) {
          this.#pending.set(id, lines + (this.#pending.get(id) ?? ''));
          throw error;
        }
      }
    } catch (error) {
      failing = true;
      this.#failed(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#writing = undefined;
      if (!failing) this.#pending.clear();
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
    const text = entry.role === 'user' ? entry.text : entry.being.state === 'settled' ? entry.being.text : '';
    const at = text.toLowerCase().indexOf(wanted);
    if (at === -1) continue;
    const from = Math.max(0, at - aroundFound);
    const to = Math.min(text.length, at + wanted.length + aroundFound);
    return `${from > 0 ? '…' : ''}${text.slice(from, to).replace(/\s+/g, ' ')}${to < text.length ? '…' : ''}`;
  }
  return undefined;
}
