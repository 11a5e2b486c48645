/** Reads one journal in pieces, whatever its size and state, and repairs what is damaged without losing the damaged bytes. */
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, open, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Saved } from '../../core/chat/conversation.ts';
import { linesOf } from '../../core/chat/journal.ts';
import { type LineUse, Replay } from '../../core/chat/replay.ts';

export interface JournalRead {
  readonly saved: Saved;
  readonly size: number;
  /** Up to the end of the last line that was read as it was written. */
  readonly good: number;
  /** Bytes of the lines that were not. */
  readonly damaged: number;
  /** Everything damaged is behind everything good, so cutting it off repairs the file. */
  readonly onlyTail: boolean;
}

const pieceBytes = 1024 * 1024;
/** No line of a conversation is as long; what is longer is damage, and is not kept in memory. */
const longestLine = 64 * pieceBytes;
const lineFeed = 0x0a;
const brace = 0x7b;
const byteOrderMark = 0xef;
const strict = new TextDecoder('utf-8', { fatal: true });
const lenient = new TextDecoder('utf-8');

/** Undefined when there is no such file, or nothing of a conversation in it. */
export async function readJournal(path: string, id: string): Promise<JournalRead | undefined> {
  const replay = new Replay(id);
  let size = 0;
  let good = 0;
  let damaged = 0;
  let partly = false;
  const take = (line: Buffer | undefined, bytes: number, ended: boolean): void => {
    size += bytes;
    const use = line === undefined ? replay.take('') : takeLine(replay, line);
    // A last line without its line end may be whole, but nothing can be appended to it.
    if (use === 'whole' && ended) good = size;
    else damaged += bytes;
    partly ||= use === 'partly' || (use === 'whole' && !ended);
  };
  try {
    await eachLine(path, take);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const { saved } = replay;
  return saved === undefined ? undefined : { saved, size, good, damaged, onlyTail: !partly && damaged === size - good };
}

/**
 * Makes the file one that can be appended to and puts the damage beside it.
 * @returns how long the file is now, and where the damage went
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
  const keptIn = await unusedName(`${path}.damaged`);
  const journal = Buffer.from(linesOf(read.saved));
  const beside = `${path}.${process.pid}.new`;
  try {
    await copyFile(path, keptIn);
    await writeFile(beside, journal);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  return { size: journal.length, keptIn };
}

/** @param take called with each line without its line end, undefined when it is too long to be one */
async function eachLine(path: string, take: (line: Buffer | undefined, bytes: number, ended: boolean) => void): Promise<void> {
  const file = await open(path);
  try {
    const piece = Buffer.allocUnsafe(Math.min((await file.stat()).size + 1, pieceBytes));
    let begun: Buffer[] = [];
    let begunBytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, piece.length);
      if (bytesRead === 0) break;
      let from = 0;
      for (let end = piece.indexOf(lineFeed); end !== -1 && end < bytesRead; end = piece.indexOf(lineFeed, from)) {
        const rest = piece.subarray(from, end);
        const bytes = begunBytes + rest.length;
        take(bytes > longestLine ? undefined : begunBytes === 0 ? rest : Buffer.concat([...begun, rest]), bytes + 1, true);
        begun = [];
        begunBytes = 0;
        from = end + 1;
      }
      begunBytes += bytesRead - from;
      if (begunBytes > longestLine) begun = [];
      else if (bytesRead > from) begun.push(Buffer.from(piece.subarray(from, bytesRead)));
    }
    if (begunBytes > 0) take(begunBytes > longestLine ? undefined : Buffer.concat(begun), begunBytes, false);
  } finally {
    await file.close();
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

async function unusedName(name: string): Promise<string> {
  for (let count = 1; ; count++) {
    const tried = count === 1 ? name : `${name}-${count}`;
    const used = await stat(tried).then(
      () => true,
      () => false,
    );
    if (!used) return tried;
  }
}
