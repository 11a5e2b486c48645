// `npm run bench:rejoin [-- kills]`: kill -9 of the real extension host in the middle of answers that the server keeps, 30
// times. Each must be whole after the restart, without another generation. Linux only.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Frame, Locator } from 'playwright-core';
import { extensionHosts } from '../support/extensionHosts.ts';
import { startPlace } from '../../scripts/place.ts';
import { newChat, openChat, openWindow, webviewFrame } from '../../scripts/workbench.ts';

const kills = Number(process.argv[2] ?? 30);
const words = 1_500;
const tickMs = 4;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const chunk = (fields: object): string => `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', ...fields })}\n\n`;
const expected = Array.from({ length: words }, (_, word) => word).join(' ');

/** A session as llama.cpp has it: it is written to its end whether it is read or not. */
class Session {
  #body = Buffer.alloc(0);
  #isOver = false;
  readonly #readers = new Set<ServerResponse>();

  async write(): Promise<void> {
    for (let word = 0; word < words; word++) {
      this.#add(chunk({ choices: [{ index: 0, delta: { content: word === 0 ? '0' : ` ${word}` }, finish_reason: null }] }));
      await pause(tickMs);
    }
    this.#add(`${chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}data: [DONE]\n\n`);
    this.#isOver = true;
    for (const reader of this.#readers) reader.end();
  }

  read(response: ServerResponse, from: number): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(this.#body.subarray(from));
    if (this.#isOver) response.end();
    else this.#readers.add(response);
  }

  #add(text: string): void {
    this.#body = Buffer.concat([this.#body, Buffer.from(text)]);
    for (const reader of this.#readers) reader.write(text);
  }
}

const sessions = new Map<string, Session>();
const http = createServer((request, response) => {
  const url = new URL(request.url ?? '', 'http://x');
  request.resume();
  response.on('error', () => undefined);
  if (request.method === 'POST') {
    const session = new Session();
    sessions.set(String(request.headers['x-conversation-id']), session);
    session.read(response, 0);
    void session.write();
    return;
  }
  const session = sessions.get(url.searchParams.get('conv_id') ?? '');
  if (session !== undefined) session.read(response, Number(url.searchParams.get('from')));
  else response.writeHead(404).end('{}');
});

const newest = (chat: Frame): Locator => chat.locator('[role="log"] article.assistant').last();
const bodyOf = async (chat: Frame): Promise<string> => ((await newest(chat).locator('> .body').textContent()) ?? '').trim();

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 60_000;
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > deadlineMs) throw new Error(`Nothing came of it: ${isSo}`);
    await pause(20);
  }
}

if (process.platform !== 'linux') throw new Error('Extension hosts can be found and killed on Linux only.');
http.listen(0, '127.0.0.1');
await once(http, 'listening');
await using own = await startPlace({
  frozen: true,
  settings: {
    'rivulet.endpoints': [{ id: 'bench', baseURL: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`, models: ['bench'] }],
    'rivulet.model': 'bench/bench',
  },
});
await using window = await openWindow(own.place);
const { page } = window;
await openChat(page);
const firstWordsMs: number[] = [];
let bad = 0;
for (let kill = 1; kill <= kills; kill++) {
  let chat = await openChat(page);
  await newChat(page, chat);
  const begun = sessions.size;
  const box = chat.getByRole('textbox', { name: 'Message' });
  await box.fill('Count');
  await box.press('Enter');
  await until(async () => (await bodyOf(chat)) !== '');
  await pause(Math.random() * 2_000);
  const dead = chat;
  const had = (await bodyOf(chat)).length;
  const killedAt = performance.now();
  for (const pid of extensionHosts(own.place)) process.kill(pid, 'SIGKILL');
  let firstWordMs: number | undefined;
  await until(async () => {
    // After three crashes in five minutes VS Code asks before it starts another one.
    const again = page.getByRole('button', { name: /Restart (?:Remote )?Extension Host/ });
    if ((await again.count()) > 0) await again.first().click();
    chat = await webviewFrame(page, '[role="log"] article.assistant', 500);
    if (chat === dead) return false;
    if ((await bodyOf(chat)).length > had) firstWordMs ??= performance.now() - killedAt;
    return (await newest(chat).getAttribute('data-state')) === 'done';
  }).catch(() => undefined);
  const isWhole = (await bodyOf(chat).catch(() => '')) === expected && sessions.size === begun + 1;
  if (!isWhole) bad++;
  if (firstWordMs !== undefined) firstWordsMs.push(firstWordMs);
  console.log(`${String(kill).padStart(3)}  first new word after ${firstWordMs?.toFixed(0) ?? '–'} ms  ${isWhole ? 'whole' : 'NOT WHOLE'}`);
}
firstWordsMs.sort((a, b) => a - b);
const median = firstWordsMs[firstWordsMs.length >> 1]?.toFixed(0) ?? '–';
console.log(`\n${kills} kills: ${bad} not whole or asked for again; the first new word after ${median} ms at the median`);
http.closeAllConnections();
http.close();
if (bad > 0) process.exitCode = 1;
