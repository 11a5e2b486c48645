/**
 * The list of a folder's journals, each with its title. An index beside them spares reading the journals again; one that is
 * missing, old or damaged costs time and nothing else, since every entry is checked against its file's size.
 */
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { titleOf } from '../../core/chat/conversation.ts';

export interface IndexedConversation {
  readonly id: string;
  readonly title: string;
  /** When it was last written to, in ms since the epoch. */
  readonly changedAt: number;
  readonly bytes: number;
}

interface Indexed {
  readonly title: string;
  readonly bytes: number;
}

const journal = /^(.+)\.jsonl$/;

/** Files that are looked at at the same time. */
const atOnce = 16;

export class ConversationIndex {
  readonly #folder: string;
  #index: Map<string, Indexed> | undefined;

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
        known = { title: titleIn(await readFile(path)), bytes: size };
        index.set(id, known);
      }
      return { id, title: known.title, changedAt: mtimeMs, bytes: size };
    } catch {
      // Deleted in between.
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
      // A list that cannot be remembered is read again the next time.
    }
  }
}

function isIndexed(entry: unknown): entry is [string, Indexed] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string') return false;
  const value = entry[1] as Partial<Indexed> | null | undefined;
  return typeof value?.title === 'string' && typeof value.bytes === 'number';
}

/** The last name it was given, else its first question; quotes inside a text are escaped, so no text looks like a line. */
function titleIn(bytes: Buffer): string {
  const renamed = lineAt(bytes, bytes.lastIndexOf('\n{"t":"rename",') + 1, 'title');
  if (renamed !== undefined && renamed !== '') return renamed;
  return titleOf(lineAt(bytes, bytes.indexOf('\n{"t":"question",') + 1, 'text') ?? '');
}

function lineAt(bytes: Buffer, start: number, field: string): string | undefined {
  if (start === 0) return undefined;
  const end = bytes.indexOf('\n', start);
  try {
    const value = (JSON.parse(bytes.toString('utf8', start, end === -1 ? undefined : end)) as Readonly<Record<string, unknown>>)[field];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
