// kill -9 in the middle of an answer: everything received is there, marked as cut off, and Resume completes it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Conversation } from '../../../src/core/chat/conversation.ts';
import { ConversationFiles } from '../../../src/node/disk/conversationFiles.ts';
import { inParallel, rig } from '../../support/engine.ts';
import { seeded } from '../../support/random.ts';

const words = 4_000;
const whole = Array.from({ length: words }, (_, word) => `${word} `).join('');
/** Counts at 6,000 deltas a second and falls silent before the end; what is left after a break comes faster, to the end. */
async function countingServer(): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as { messages: { role: string; content: string }[] };
    const had = body.messages.find(({ role }) => role === 'assistant')?.content.length ?? 0;
    const rest = whole.slice(had).match(/\S* /g) ?? [];
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const delta = (choice: object): string => `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`;
    const perTick = had === 0 ? 60 : 400;
    // The process is killed before the end, however late that comes on a busy machine.
    const last = had === 0 ? words * 0.8 : rest.length;
    let sent = 0;
    const tick = setInterval(() => {
      response.write(
        rest
          .slice(sent, Math.min(last, sent + perTick))
          .map((content) => delta({ delta: { content } }))
          .join(''),
      );
      sent += perTick;
      if (sent < last) return;
      clearInterval(tick);
      if (last < rest.length) return;
      response.end(`${delta({ delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`);
    }, 10);
    response.on('close', () => clearInterval(tick));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

interface Survived {
  readonly isPrefix: boolean;
  readonly missing: number;
  readonly reason: string;
  readonly interrupted: boolean;
  readonly damagedAtMostALine: boolean;
  readonly resumed: boolean;
}

/** How many characters the process wrote down, by its own notes. */
async function notedIn(notes: string): Promise<number> {
  const lines = (await readFile(notes, 'utf8').catch(() => '')).split('\n').slice(0, -1);
  return Number(lines.at(-1) ?? 0);
}

/** The process as one file: it begins fifty times, and reading its sources each time would be most of the test. */
let program = '';
let programFolder = '';
beforeAll(async () => {
  programFolder = await mkdtemp(join(tmpdir(), 'rivulet-'));
  program = join(programFolder, 'crashing.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./crashing.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
});
afterAll(() => rm(programFolder, { recursive: true, force: true }));

async function kill(url: string, afterCharacters: number): Promise<Survived> {
  const folder = await mkdtemp(join(tmpdir(), 'rivulet-'));
  try {
    const notes = join(folder, 'notes');
    const child = spawn(process.execPath, [program, url, folder, notes], { stdio: ['ignore', 'ignore', 'inherit'] });
    const gone = once(child, 'exit');
    await expect.poll(() => notedIn(notes), { interval: 10, timeout: 30_000 }).toBeGreaterThanOrEqual(afterCharacters);
    child.kill('SIGKILL');
    await gone;

    const files = new ConversationFiles({ folder, failed: () => undefined, elsewhere: () => undefined });
    const loaded = await files.read('c');
    const engine = rig();
    const begin: ConstructorParameters<typeof Conversation>[1]['begin'] = async ({ messages, partial }) =>
      engine.start(url, { request: { messages }, partial });
    const conversation = new Conversation('c', { begin, newId: () => crypto.randomUUID(), wall: Date.now }, loaded!.saved);
    const answer = conversation.newestAnswer!;
    if (answer.state.type !== 'settled') throw new Error('An answer that was read is not live.');
    const { text, reason, interrupted = false } = answer.state;
    const resumed = await conversation.resume(answer.id);
    return {
      isPrefix: text.length > 0 && whole.startsWith(text),
      missing: Math.max(0, (await notedIn(notes)) - text.length),
      reason,
      interrupted,
      damagedAtMostALine: (loaded?.damage?.bytes ?? 0) < 4_096,
      resumed: resumed?.state.type === 'settled' && resumed.state.text === whole && resumed.state.reason === 'stop',
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

it(
  'loses no word that was written down, killed at 50 random moments of an answer, and Resume completes each',
  { timeout: 180_000 },
  async () => {
    const server = await countingServer();
    const random = seeded(50);
    const survived: Survived[] = [];
    await inParallel(
      Array.from({ length: 50 }, () => 1 + Math.floor(random() * whole.length * 0.6)),
      5,
      async (afterCharacters) => {
        survived.push(await kill(server.url, afterCharacters));
      },
    );
    await server.close();
    const right: Survived = { isPrefix: true, missing: 0, reason: 'truncated', interrupted: true, damagedAtMostALine: true, resumed: true };
    expect(survived).toEqual(survived.map(() => right));
    expect(survived).toHaveLength(50);
  },
);
