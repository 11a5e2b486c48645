/** The journals of a workspace: appended in order, listed without reading them completely, read when opened. */
import { appendFileSync, closeSync, constants, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Saved } from '../../core/chat/saved.ts';
import { lineOf } from '../../core/chat/journal/journal.ts';
import { savedIn } from '../../core/chat/journal/replay.ts';
import { type Clock, systemClock } from '../../core/request/clock.ts';
import { ConversationIndex, type IndexedConversation } from './conversationIndex.ts';
import { readJournal, repairJournal } from './journalFile.ts';

export interface Loaded {
  readonly saved: Saved;
  /** What could not be read, and the file it was moved to, if the disk took it. No bytes: the rest of a copy is missing. */
  readonly damage?: { readonly bytes: number; readonly keptIn: string | undefined };
}

export interface FoundConversation {
  readonly id: string;
  /** The line of text around the match. */
  readonly snippet: string;
}

export interface ConversationFilesPorts {
  readonly folder: string;
  /** Further folders whose conversations are listed and continued; new ones are not created there. */
  readonly also?: readonly string[];
  /** Called when the disk starts to refuse writes; the lines are kept and retried until it accepts them. */
  readonly failed: (error: Error) => void;
  /**
   * Called when another window has continued this journal, or it changed on disk: nothing more is appended to it.
   * @param lines what could not be appended
   * @param whole the conversation as this window has it, with these lines
   */
  readonly elsewhere: (id: string, lines: string, whole: () => Iterable<string>) => void;
  readonly clock?: Clock;
}

/** Lines not yet written. */
interface Waiting {
  readonly lines: string;
  readonly whole: () => Iterable<string>;
}

/** What a journal looks like as long as no other window writes to it. */
interface Known {
  /** In bytes; -1 for a journal that must not be appended to. */
  readonly size: number;
  /** Its last bytes: a journal that is written anew may have the same size by chance. */
  readonly tail: Buffer;
}

/** A journal that is not yet completely written. */
interface Copy {
  readonly pieces: Iterator<string>;
  /** Lines that follow the pieces. */
  later: string;
  /** The line that follows these; empty while all is written in one turn. */
  end: string;
  whole: () => Iterable<string>;
}

/** Characters of a copy that are written in one turn. */
const copiedAtOnce = 512 * 1024;
/** Characters shown on either side of a match. */
const aroundFound = 40;
/** Enough for the id of what the last line is about. */
const tailBytes = 1024;
const firstRetryMs = 1_000;
const longestRetryMs = 30_000;

export class ConversationFiles {
  readonly #ports: ConversationFilesPorts;
  readonly #clock: Clock;
  readonly #folders: readonly string[];
  readonly #indexes: readonly ConversationIndex[];
  readonly #known = new Map<string, Known>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #copies = new Map<string, Copy>();
  /** Journals ending in half a line, because the disk did not even allow truncation. */
  readonly #torn = new Set<string>();
  #retryMs = firstRetryMs;
  #retry: (() => void) | undefined;

  constructor(ports: ConversationFilesPorts) {
    this.#ports = ports;
    this.#clock = ports.clock ?? systemClock;
    this.#folders = [ports.folder, ...(ports.also ?? [])];
    this.#indexes = this.#folders.map((folder) => new ConversationIndex(folder));
  }

  /**
   * Appends lines. On return, the operating system has them, after all earlier ones. Synchronous on purpose: a few
   * kilobytes take microseconds, while an asynchronous write queues behind the file operations of all other extensions; on
   * a busy machine that exceeded the 100 ms of text that a crash may cost.
   * @param whole the whole journal including these lines, in pieces, for when its file is gone
   */
  append(id: string, lines: string, whole: () => Iterable<string>): void {
    const copy = this.#copies.get(id);
    if (copy === undefined) return this.#appendOrWait(id, lines, whole);
    copy.later += lines;
    copy.whole = whole;
    this.#appendOrWait(id, lineOf({ t: 'copying', lines }), whole);
  }

  /**
   * Writes a journal in pieces of whole lines over several turns: all of a long one would hold up every extension. Lines
   * that are appended meanwhile follow the last piece; until then they stand between the pieces, for a window that ends.
   * @param said lines of the journal that are on disk when this returns
   */
  copy(id: string, whole: () => Iterable<string>, said = ''): void {
    const copy: Copy = { pieces: whole()[Symbol.iterator](), later: '', end: '', whole };
    this.#copies.set(id, copy);
    this.#continueCopy(id);
    if (this.#copies.get(id) !== copy) return;
    copy.end = lineOf({ t: 'copied' });
    this.#appendOrWait(id, lineOf({ t: 'copying', lines: said }), whole);
  }

  #continueCopy(id: string): void {
    const copy = this.#copies.get(id);
    // What the disk refuses is written first; a copy that was deleted or begun again has no more pieces.
    for (let length = 0; copy !== undefined && this.#copies.get(id) === copy && !this.#waiting.has(id);) {
      if (length >= copiedAtOnce) return void this.#clock.timer(0, () => this.#continueCopy(id));
      const { done, value } = copy.pieces.next();
      if (done === true) this.#copies.delete(id);
      const lines = done === true ? copy.later + copy.end : value;
      if (lines !== '') this.#appendOrWait(id, lines, () => copy.whole());
      length += lines.length;
    }
  }

  #appendOrWait(id: string, lines: string, whole: () => Iterable<string>): void {
    const first = this.#waiting.size === 0;
    const all = (this.#waiting.get(id)?.lines ?? '') + lines;
    const waited = this.#waiting.delete(id);
    try {
      this.#appendNow(id, all, whole);
      if (waited) this.#continueCopy(id);
    } catch (error) {
      this.#waiting.set(id, { lines: all, whole });
      if (first) this.#ports.failed(error instanceof Error ? error : new Error(String(error)));
      this.#retry ??= this.#clock.timer(this.#retryMs, () => this.#tryAgain());
    }
  }

  /** Whether some lines of this conversation are not yet written. */
  isWaiting(id: string): boolean {
    return this.#waiting.has(id) || this.#copies.has(id);
  }

  /** Retries pending lines one last time, and writes the rest of each copy. */
  dispose(): void {
    this.#tryAgain();
    for (const id of this.#copies.keys()) while (this.#copies.has(id) && !this.#waiting.has(id)) this.#continueCopy(id);
    this.#retry?.();
    this.#retry = undefined;
  }

  /** Undefined if the conversation does not exist or is unreadable. Damaged parts are moved aside. */
  async read(id: string): Promise<Loaded | undefined> {
    const waiting = this.#waiting.get(id);
    const inMemory = waiting === undefined ? undefined : savedIn(waiting.whole(), id);
    if (inMemory !== undefined) return { saved: inMemory };
    const path = this.#path(id);
    const read = await readJournal(path, id);
    if (read === undefined) return undefined;
    const { saved, size, damaged, isCutCopy } = read;
    const isWhole = damaged === 0 && !isCutCopy;
    // If the disk refuses the repair, the file stays unchanged and new lines go into a copy.
    const repaired = isWhole ? undefined : await repairJournal(path, read).catch(() => ({ size: -1, keptIn: undefined }));
    this.#known.set(id, knownOf(path, repaired?.size ?? size));
    return repaired === undefined ? { saved } : { saved, damage: { bytes: damaged, keptIn: repaired.keptIn } };
  }

  /** Newest first. */
  async list(): Promise<readonly IndexedConversation[]> {
    const lists = await Promise.all(this.#indexes.map((index) => index.read()));
    const known = new Set<string>();
    // A journal in two folders was copied with its folder; the first one is continued.
    const listed = lists.flat().filter(({ id }) => !known.has(id) && known.add(id));
    return listed.sort((a, b) => b.changedAt - a.changedAt);
  }

  /** Conversations that contain the words, newest first, delivered as they are found. */
  async *search(words: string, signal: AbortSignal): AsyncGenerator<FoundConversation, void, undefined> {
    const wanted = words.toLowerCase();
    for (const { id } of await this.list()) {
      if (signal.aborted) return;
      const read = await readJournal(this.#path(id), id).catch(() => undefined);
      const snippet = snippetOf(read?.saved, wanted);
      if (snippet !== undefined) yield { id, snippet };
    }
  }

  async delete(id: string): Promise<void> {
    this.#forget(id);
    this.#torn.delete(id);
    for (const folder of this.#folders) {
      const names = await readdir(folder).catch((): string[] => []);
      const its = names.filter((name) => name === `${id}.jsonl` || name.startsWith(`${id}.jsonl.`));
      for (const name of its) await rm(join(folder, name), { force: true });
    }
  }

  #path(id: string): string {
    const paths = this.#folders.map((folder) => join(folder, `${id}.jsonl`));
    return paths.find((path) => existsSync(path)) ?? join(this.#ports.folder, `${id}.jsonl`);
  }

  /** All or nothing: half a line, on a full disk, would make later lines unreadable. */
  #appendNow(id: string, lines: string, whole: () => Iterable<string>): void {
    const path = this.#path(id);
    const known = this.#known.get(id);
    const file = openToAppend(path, known === undefined || known.size === 0);
    const said = this.#copies.get(id)?.later ?? lines;
    try {
      let size = file === undefined ? 0 : fstatSync(file).size;
      if (file !== undefined && known !== undefined && size > known.size && this.#torn.has(id)) {
        ftruncateSync(file, known.size);
        this.#torn.delete(id);
        size = known.size;
      }
      if (file === undefined || (known !== undefined && known.size > 0 && size === 0)) {
        this.#forget(id);
        this.#known.set(id, { size: 0, tail: Buffer.alloc(0) });
        return this.copy(id, whole, said);
      }
      const tail = tailOf(file, size);
      // Interleaved lines of two writers would not be a conversation.
      if (known !== undefined && (size !== known.size || !tail.equals(known.tail))) {
        // If the disk refuses the copy, it is tried again.
        this.#ports.elsewhere(id, said, whole);
        return this.#forget(id);
      }
      this.#write(id, path, file, { size, tail }, lines);
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  #write(id: string, path: string, file: number, { size, tail }: Known, lines: string): void {
    const bytes = Buffer.from(lines);
    try {
      appendFileSync(file, bytes);
      this.#known.set(id, { size: size + bytes.length, tail: Buffer.concat([tail, bytes.subarray(-tailBytes)]).subarray(-tailBytes) });
    } catch (error) {
      try {
        ftruncateSync(file, size);
        // An empty journal would appear in the list and fail to open.
        if (size === 0) rmSync(path, { force: true });
      } catch {
        this.#known.set(id, { size, tail });
        this.#torn.add(id);
      }
      throw error;
    }
  }

  #forget(id: string): void {
    this.#waiting.delete(id);
    this.#copies.delete(id);
    this.#known.delete(id);
  }

  #tryAgain(): void {
    const refused = new Map(this.#waiting);
    for (const [id, { whole }] of refused) this.#appendOrWait(id, '', whole);
    this.#retry?.();
    this.#retry = undefined;
    this.#retryMs = this.#waiting.size === 0 ? firstRetryMs : Math.min(this.#retryMs * 2, longestRetryMs);
    if (this.#waiting.size > 0) this.#retry = this.#clock.timer(this.#retryMs, () => this.#tryAgain());
  }
}

/** Undefined if the file does not exist and must not be created. */
function openToAppend(path: string, make: boolean): number | undefined {
  const flags = constants.O_RDWR | constants.O_APPEND | (make ? constants.O_CREAT : 0);
  try {
    return openSync(path, flags, 0o666);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    if (!make) return undefined;
    mkdirSync(join(path, '..'), { recursive: true });
    return openSync(path, flags, 0o666);
  }
}

function tailOf(file: number, size: number): Buffer {
  const tail = Buffer.alloc(Math.min(size, tailBytes));
  return tail.subarray(0, readSync(file, tail, 0, tail.length, size - tail.length));
}

/** A file that is gone meanwhile is not the one that was read. */
function knownOf(path: string, size: number): Known {
  try {
    const file = openSync(path, 'r');
    try {
      return { size, tail: tailOf(file, size) };
    } finally {
      closeSync(file);
    }
  } catch {
    return { size: -1, tail: Buffer.alloc(0) };
  }
}

function snippetOf(saved: Saved | undefined, wanted: string): string | undefined {
  for (const entry of saved?.entries ?? []) {
    const text = entry.role === 'user' ? entry.text : entry.state.type === 'settled' ? entry.state.text : '';
    const at = text.toLowerCase().indexOf(wanted);
    if (at === -1) continue;
    const from = Math.max(0, at - aroundFound);
    const to = Math.min(text.length, at + wanted.length + aroundFound);
    const found = text.slice(from, to).replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '');
    return `${from > 0 ? '…' : ''}${found.replace(/\s+/g, ' ')}${to < text.length ? '…' : ''}`;
  }
  return undefined;
}
