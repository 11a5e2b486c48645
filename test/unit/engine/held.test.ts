// What a stalled reader costs in memory: the text of the answer, and little else.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { done, fakeServer, finish, type Step, text } from '../../support/fakeServer.ts';

const megabyte = 1024 * 1024;
const reader = fileURLToPath(new URL('heldProcess.ts', import.meta.url));

/** 200 MB in pieces of the size that models send, or larger ones. */
function* sender(piece: number): Generator<Step> {
  for (let sent = 0; sent < 200 * megabyte; sent += piece) yield text(`${sent} `.padEnd(piece, 'word '));
  yield finish();
  yield done();
}

it.each([
  ['that has not read a word', 4_096, 0],
  ['that has read 10 MB in large pieces', 4_096, 10 * megabyte],
  ['that has read 1 MB in pieces of a token', 5, megabyte],
])(
  'holds less than 8 MB beside the text of 200 MB for a reader %s',
  async (_, piece, read) => {
    await using server = await fakeServer();
    server.always(() => sender(piece));
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', reader, server.url, String(read)]);
    const { held, characters, lag } = JSON.parse(stdout) as { held: number; characters: number; lag: number };
    // It stands still with text before it, or there would be nothing to hold.
    expect({ stalled: lag >= 100, hasRead: characters >= read, little: held - characters < 8 * megabyte }).toEqual({
      stalled: true,
      hasRead: true,
      little: true,
    });
  },
  60_000,
);
