/**
 * Lists the journals of a folder with their titles. An index file avoids reading the journals again; a missing, old or
 * damaged index only costs time, because every entry is checked against its file's size. Of a journal that has grown, only
 * the new part is read.
 */
import { type FileHandle, open, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { titleOf } from '../../core/chat/saved.ts';

export interface IndexedConversation {
  readonly id: string;
  readonly title: string;
  /** Time of the last write, in ms since the epoch. */
  readonly changedAt: number;
  readonly bytes: number;
}

interface Indexed {
  readonly title: string;
  readonly bytes: number;
}

const journal = /^(.+)\.jsonl$/;

/** Number of files examined at once. */
const atOnce = 16;

export class ConversationIndex {
  readonly #folder: string;
  #index: Map<string, Indexed> | undefined;
  /** Journals whose title was read now, not taken from the index. */
  readonly #seen = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Newest first. */
  async read(): Promise<readonly IndexedConversation[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const ids = names.flatMap((name) => journal.exec(name)?.[1] ?? []);
    const index = (this.#index ??= await this.#readIndex());
    const before = JSON.stringify([...index]);
    const listed: IndexedConversation[] = [];
    for (let at = 0; at < ids.length; at += atOnce) {
      const some = await Promise.all(ids.slice(at, at + atOnce).map((id) => this.#look(id, index)));
      listed.push(...some.flatMap((one) => one ?? []));
    }
    const there = new Set(ids);
    for (const id of index.keys()) if (!there.has(id)) index.delete(id);
    if (JSON.stringify([...index]) !== before) await this.#writeIndex(index);
    return listed.sort((a, b) => b.changedAt - a.changedAt);
  }

  async #look(id: string, index: Map<string, Indexed>): Promise<IndexedConversation | undefined> {
    const path = join(this.#folder, `${id}.jsonl`);
    try {
      const { size, mtimeMs } = await stat(path);
      let known = index.get(id);
      if (known?.bytes !== size) {
        known = { title: await readTitle(path, this.#seen.has(id) ? known : undefined, size), bytes: size };
        index.set(id, known);
        this.#seen.add(id);
      }
      return { id, title: known.title, changedAt: mtimeMs, bytes: size };
    } catch {
      // Deleted meanwhile.
      return undefined;
    }
  }

  get #path(): string {
    return join(this.#folder, 'index.json');
  }

  async #readIndex(): Promise<Map<string, Indexed>> {
    try {
      const read = JSON.parse(await readFile(this.#path, 'utf8')) as unknown;
      if (!Array.isArray(read)) return new Map();
      return new Map(read.filter(isIndexed));
    } catch {
      return new Map();
    }
  }

  async #writeIndex(index: Map<string, Indexed>): Promise<void> {
    const beside = `${this.#path}.${process.pid}`;
    try {
      await writeFile(beside, JSON.stringify([...index]));
      await rename(beside, this.#path);
    } catch {
      // If the index cannot be written, the journals are read again next time.
    }
  }
}

function isIndexed(entry: unknown): entry is [string, Indexed] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string') return false;
  const value = entry[1] as Partial<Indexed> | null | undefined;
  return typeof value?.title === 'string' && typeof value.bytes === 'number';
}

const pieceBytes = 1024 * 1024;
/** So much of a line is read for a title; megabytes of attachments may follow. */
const beginningBytes = 64 * 1024;
const questionLine = '\n{"t":"question",';
const renameLine = '\n{"t":"rename",';

/** The last given title, otherwise the first question. Quotes inside a text are escaped, so no text looks like a line. */
async function readTitle(path: string, known: Indexed | undefined, size: number): Promise<string> {
  const before = known !== undefined && known.title !== '' && known.bytes < size ? known : undefined;
  const file = await open(path);
  try {
    // Reads from the line end before the new lines; pieces overlap by the start of a line.
    let from = Math.max(0, (before?.bytes ?? 0) - 1);
    let question: number | undefined;
    let renamed: number | undefined;
    const piece = Buffer.allocUnsafe(pieceBytes);
    for (let more = true; more; from += pieceBytes - questionLine.length) {
      const { bytesRead } = await file.read(piece, 0, pieceBytes, from);
      const bytes = piece.subarray(0, bytesRead);
      const name = bytes.lastIndexOf(renameLine);
      if (name !== -1) renamed = from + name + 1;
      const asked = question === undefined ? bytes.indexOf(questionLine) : -1;
      if (asked !== -1) question = from + asked + 1;
      more = bytesRead === pieceBytes;
    }
    const title = renamed === undefined ? undefined : await fieldAt(file, renamed, 'title');
    if (title !== undefined && title !== '') return title;
    if (before !== undefined && title === undefined) return before.title;
    // The title was removed: the first question precedes the part just read.
    if (before !== undefined) return await readTitle(path, undefined, size);
    return titleOf((question === undefined ? undefined : await fieldAt(file, question, 'text')) ?? '');
  } finally {
    await file.close();
  }
}

/** A text in a line; of a long one, its beginning. */
async function fieldAt(file: FileHandle, start: number, field: string): Promise<string | undefined> {
  const piece = Buffer.allocUnsafe(beginningBytes);
  const { bytesRead } = await file.read(piece, 0, piece.length, start);
  const [line = '', ...others] = piece.toString('utf8', 0, bytesRead).split('\n', 2);
  const isWhole = others.length > 0 || bytesRead < piece.length;
  const begun = new RegExp(`"${field}":("(?:[^"\\\\]|\\\\(?:u[\\da-f]{4}|[^u]))*)`, 'i').exec(line)?.[1];
  try {
    const value: unknown = isWhole ? (JSON.parse(line) as Readonly<Record<string, unknown>>)[field] : JSON.parse(`${begun}"`);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
