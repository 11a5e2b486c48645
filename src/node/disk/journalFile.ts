/** Reads one journal in pieces, whatever its size and state, and repairs damage without losing the damaged bytes. */
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { copyFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Saved } from '../../core/chat/saved.ts';
import { linePiecesOf } from '../../core/chat/journal/journal.ts';
import { type LineUse, Replay } from '../../core/chat/journal/replay.ts';
import { eachLine } from './lines.ts';

export interface JournalRead {
  readonly saved: Saved;
  readonly size: number;
  /** Offset of the end of the last intact line, in bytes. */
  readonly good: number;
  /** Number of bytes in damaged lines. */
  readonly damaged: number;
  /** All damage follows the last intact line, so truncation repairs the file. */
  readonly onlyTail: boolean;
  /** It is a copy whose rest was never written. */
  readonly isCutCopy: boolean;
}

const brace = 0x7b;
const byteOrderMark = 0xef;
const strict = new TextDecoder('utf-8', { fatal: true });
const lenient = new TextDecoder('utf-8');

/** Undefined if the file is missing or holds no part of a conversation. */
export async function readJournal(path: string, id: string): Promise<JournalRead | undefined> {
  const replay = new Replay(id);
  let size = 0;
  let good = 0;
  let damaged = 0;
  let partly = false;
  const take = (line: Buffer | undefined, bytes: number, ended: boolean): void => {
    size += bytes;
    const use = line === undefined ? replay.take('') : takeLine(replay, line);
    // A last line without a line end may be complete, but nothing can be appended to it.
    if (use === 'whole' && ended) good = size;
    else damaged += bytes;
    partly ||= use === 'partly' || (use === 'whole' && !ended);
  };
  try {
    await eachLine(path, take);
  } catch {
    // The file is gone or the disk fails: what was read so far is shown.
    damaged++;
    partly = true;
  }
  const { saved, isCutCopy } = replay;
  const onlyTail = !partly && !isCutCopy && damaged === size - good;
  return saved === undefined ? undefined : { saved, size, good, damaged, onlyTail, isCutCopy };
}

/**
 * Makes the file appendable and moves the damage aside.
 * @returns the new length of the file, and where the damage went
 */
export async function repairJournal(path: string, read: JournalRead): Promise<{ readonly size: number; readonly keptIn: string }> {
  const { size } = await stat(path);
  if (size !== read.size) throw new Error('It is being written to.');
  if (read.onlyTail) {
    const keptIn = `${path}.damaged`;
    await pipeline(createReadStream(path, { start: read.good }), createWriteStream(keptIn, { flags: 'a' }));
    await truncate(path, read.good);
    return { size: read.good, keptIn };
  }
  const keptIn = unusedName(`${path}.damaged`);
  const beside = `${path}.${process.pid}.new`;
  try {
    await copyFile(path, keptIn);
    await writeFile(beside, linePiecesOf(read.saved));
    const written = await stat(beside);
    await rename(beside, path);
    return { size: written.size, keptIn };
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

function takeLine(replay: Replay, line: Buffer): LineUse {
  // Megabytes of something else need not even be decoded. A byte order mark may stand before the first line.
  if (line[0] !== brace && line[0] !== byteOrderMark) return replay.take('');
  let text: string;
  try {
    text = strict.decode(line);
  } catch {
    return replay.take(lenient.decode(line), true);
  }
  return replay.take(text);
}

function unusedName(name: string): string {
  let tried = name;
  for (let count = 2; existsSync(tried); count++) tried = `${name}-${count}`;
  return tried;
}
