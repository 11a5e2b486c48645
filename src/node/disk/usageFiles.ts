/**
 * What has been used, as lines in one folder that all windows append to. When there are many, one window takes them away,
 * adds them up and puts back the sums; whatever moment it is killed at, nothing is lost or counted twice.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { daysUntil, keptDays, parseRow, summed, type UsageRow } from '../../core/usage/ledger.ts';

/** Lines that windows write to. */
const open = 'usage.jsonl';
/** Lines taken away to be added up, and their sums once they are whole: the sums make the lines of the same name void. */
const taken = /^usage-(.+)\.taken$/;
const sums = /^usage-(.+)\.sums$/;

export class UsageFiles {
  readonly #folder: string;
  readonly #compactBytes: number;

  /** @param compactBytes size of the open file from which on it is added up */
  constructor(folder: string, compactBytes = 256 * 1024) {
    this.#folder = folder;
    this.#compactBytes = compactBytes;
  }

  /** A line of less than a page is written by the system as a whole, whoever else appends. @throws what the disk does */
  append(row: UsageRow): void {
    const line = `${JSON.stringify(row)}\n`;
    try {
      appendFileSync(join(this.#folder, open), line);
    } catch {
      mkdirSync(this.#folder, { recursive: true });
      appendFileSync(join(this.#folder, open), line);
    }
  }

  /** All there is, of all windows, added up, without the days before the last 400. Lines that are none are passed over. */
  async read(today: string): Promise<readonly UsageRow[]> {
    const names = await readdir(this.#folder).catch((): string[] => []);
    const done = new Set(names.flatMap((name) => sums.exec(name)?.[1] ?? []));
    const rows: UsageRow[] = [];
    let bytes = 0;
    for (const name of names) {
      const uncounted = taken.exec(name)?.[1];
      if (name !== open && !sums.test(name) && (uncounted === undefined || done.has(uncounted))) continue;
      const text = await readFile(join(this.#folder, name), 'utf8').catch(() => '');
      if (name === open) bytes = text.length;
      for (const line of text.split('\n')) {
        const row = parseRow(line);
        if (row !== undefined) rows.push(row);
      }
    }
    const first = daysUntil(today, keptDays)[0] ?? '';
    const kept = summed(rows).filter(({ day }) => day >= first);
    if (bytes > this.#compactBytes) await this.#compact(first);
    return kept;
  }

  async delete(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
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
    const lines = (await readFile(at('taken'), 'utf8')).split('\n');
    const rows = summed(lines.flatMap((line) => parseRow(line) ?? [])).filter(({ day }) => day >= first);
    await writeFile(at('new'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    await rename(at('new'), at('sums'));
    await rm(at('taken'), { force: true });
  }
}
