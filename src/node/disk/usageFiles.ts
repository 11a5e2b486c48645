/**
 * What has been used, as lines in one folder that all windows append to. When there are many, one window takes them away,
 * adds them up and puts back the sums; whatever moment it is killed at, nothing is lost or counted twice.
 */
import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { daysUntil, keptDays, parseRow, summed, type UsageRow } from '../../core/usage/ledger.ts';
import { eachLine } from './lines.ts';

/** Lines that windows write to. */
const open = 'usage.jsonl';
/** Lines taken away to be added up, and their sums once they are whole: the sums make the lines of the same name void. */
const taken = /^usage-(.+)\.taken$/;
const sums = /^usage-(.+)\.sums$/;
const lineFeed = 0x0a;

export class UsageFiles {
  readonly #folder: string;
  readonly #compactBytes: number;
  /** Rows that the disk has not taken. */
  #waiting: readonly UsageRow[] = [];

  /** @param compactBytes size of the open file from which on it is added up */
  constructor(folder: string, compactBytes = 256 * 1024) {
    this.#folder = folder;
    this.#compactBytes = compactBytes;
  }

  /**
   * Keeps a row. One that the disk refuses counts all the same and is tried again with the next, and whenever the rows are read.
   * @throws what the disk does, when it begins to refuse
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

  /** Tries once more to write what the disk refused. */
  flush(): void {
    try {
      this.#write();
    } catch {
      // Said when it began.
    }
  }

  /** All there is, of all windows, added up, without the days before the last 400. Lines that are none are passed over. */
  async read(today: string): Promise<readonly UsageRow[]> {
    this.flush();
    const names = await readdir(this.#folder).catch((): string[] => []);
    const done = new Set(names.flatMap((name) => sums.exec(name)?.[1] ?? []));
    const rows: UsageRow[] = [...this.#waiting];
    let bytes = 0;
    for (const name of names) {
      const uncounted = taken.exec(name)?.[1];
      if (name !== open && !sums.test(name) && (uncounted === undefined || done.has(uncounted))) continue;
      const read = await rowsOf(join(this.#folder, name));
      rows.push(...read.rows);
      if (name === open) bytes = read.bytes;
    }
    const first = daysUntil(today, keptDays)[0] ?? '';
    const kept = summed(rows).filter(({ day }) => day >= first);
    if (bytes > this.#compactBytes) await this.#compact(first);
    return kept;
  }

  async delete(): Promise<void> {
    this.#waiting = [];
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The system writes a line of less than a page as a whole, even while other windows append. */
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
    const rows = summed((await rowsOf(at('taken'))).rows).filter(({ day }) => day >= first);
    try {
      await writeFile(at('new'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      await rename(at('new'), at('sums'));
      await rm(at('taken'), { force: true });
    } catch {
      // The disk is full. The lines that were taken away still count.
      await rm(at('new'), { force: true });
    }
  }
}

/** A file that is gone has none. */
async function rowsOf(path: string): Promise<{ readonly rows: readonly UsageRow[]; readonly bytes: number }> {
  const rows: UsageRow[] = [];
  let bytes = 0;
  const take = (line: Buffer | undefined, length: number): void => {
    bytes += length;
    const row = line === undefined ? undefined : parseRow(line.toString('utf8'));
    if (row !== undefined) rows.push(row);
  };
  await eachLine(path, take).catch(() => undefined);
  return { rows, bytes };
}

/** Starts a new line even if the file ends in half a line; writes all of it or nothing. */
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
