/**
 * Stores usage as lines in one folder that all windows append to. When there are many, one window moves them away, sums
 * them up and writes the sums; nothing is lost or counted twice, whenever it is killed.
 */
import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { daysUntil, keptDays, parseRow, Sums, type UsageRow } from '../../core/usage/ledger.ts';
import { eachLine } from './lines.ts';

/** Lines that windows write to. */
const open = 'usage.jsonl';
/** Lines moved away to be summed, and their sums once complete: the sums invalidate the lines of the same name. */
const taken = /^usage-(.+)\.taken$/;
const sums = /^usage-(.+)\.sums$/;
const lineFeed = 0x0a;

export class UsageFiles {
  readonly #folder: string;
  readonly #compactBytes: number;
  /** Rows not yet written. */
  #waiting: readonly UsageRow[] = [];

  /** @param compactBytes size of the open file, in bytes, from which on it is summed up */
  constructor(folder: string, compactBytes = 256 * 1024) {
    this.#folder = folder;
    this.#compactBytes = compactBytes;
  }

  /**
   * Stores a row. If the disk refuses, the row still counts and is retried with the next one and at every read.
   * @throws the disk's error when it starts to refuse
   */
  append(row: UsageRow): void {
    const refused = this.#waiting.length > 0;
    this.#waiting = [...this.#waiting, row];
    try {
      this.#write();
    } catch (error) {
      if (!refused) throw error;
    }
  }

  flush(): void {
    try {
      this.#write();
    } catch {
      // `append` reported it when it began.
    }
  }

  /** The usage of all windows, summed, without days before the last 400. Invalid lines are skipped. */
  async read(today: string): Promise<readonly UsageRow[]> {
    this.flush();
    const names = await readdir(this.#folder).catch((): string[] => []);
    const done = new Set(names.flatMap((name) => sums.exec(name)?.[1] ?? []));
    const all = new Sums();
    for (const row of this.#waiting) all.add(row);
    let bytes = 0;
    for (const name of names) {
      const uncounted = taken.exec(name)?.[1];
      if (name !== open && !sums.test(name) && (uncounted === undefined || done.has(uncounted))) continue;
      const read = await addRows(join(this.#folder, name), all);
      if (name === open) bytes = read;
    }
    const first = daysUntil(today, keptDays)[0] ?? '';
    const kept = all.rows.filter(({ day }) => day >= first);
    if (bytes > this.#compactBytes) await this.#compact(first);
    return kept;
  }

  async delete(): Promise<void> {
    this.#waiting = [];
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The system writes a line shorter than a page atomically, even while other windows append. */
  #write(): void {
    if (this.#waiting.length === 0) return;
    mkdirSync(this.#folder, { recursive: true });
    const file = openSync(join(this.#folder, open), 'a+');
    try {
      for (const row of this.#waiting) {
        writeLine(file, JSON.stringify(row));
        this.#waiting = this.#waiting.slice(1);
      }
    } finally {
      closeSync(file);
    }
  }

  async #compact(first: string): Promise<void> {
    const id = crypto.randomUUID();
    const at = (kind: string): string => join(this.#folder, `usage-${id}.${kind}`);
    try {
      await rename(join(this.#folder, open), at('taken'));
    } catch {
      // Another window was quicker.
      return;
    }
    const moved = new Sums();
    await addRows(at('taken'), moved);
    const rows = moved.rows.filter(({ day }) => day >= first);
    try {
      await writeFile(at('new'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      await rename(at('new'), at('sums'));
      await rm(at('taken'), { force: true });
    } catch {
      // The disk is full. The moved lines still count.
      await rm(at('new'), { force: true });
    }
  }
}

/** Adds the rows of a file, none if it is missing; returns its size in bytes. */
async function addRows(path: string, to: Sums): Promise<number> {
  let bytes = 0;
  const take = (line: Buffer | undefined, length: number): void => {
    bytes += length;
    const row = line === undefined ? undefined : parseRow(line.toString('utf8'));
    if (row !== undefined) to.add(row);
  };
  await eachLine(path, take).catch(() => undefined);
  return bytes;
}

/** Starts a new line even if the file ends in half of one; writes everything or nothing. */
function writeLine(file: number, line: string): void {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  const whole = size === 0 || (readSync(file, last, 0, 1, size - 1) === 1 && last[0] === lineFeed);
  const bytes = Buffer.from(`${whole ? '' : '\n'}${line}\n`);
  const written = writeSync(file, bytes);
  if (written === bytes.length) return;
  ftruncateSync(file, size);
  throw new Error('The disk is full.');
}
