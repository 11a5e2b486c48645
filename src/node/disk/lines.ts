/** Reads the lines of a file of any size in pieces; a line too long to be one of ours is not kept in memory. */
import { open } from 'node:fs/promises';

/** Between two pieces, other work can be done. */
const pieceBytes = 256 * 1024;
const longestLine = 64 * 1024 * 1024;
const lineFeed = 0x0a;

/**
 * @param take called with each line without its line end, or undefined if it is too long; its size in the file, in bytes;
 * and whether it has a line end
 */
export async function eachLine(path: string, take: (line: Buffer | undefined, bytes: number, ended: boolean) => void): Promise<void> {
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
