// The folder of journals: order, lists, search, damage and a disk that takes nothing, with real files.
import { appendFile, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Saved } from '../../../src/core/chat/conversation.ts';
import { lineOf, linesOf } from '../../../src/core/chat/journal.ts';
import { ConversationFiles, type FoundConversation } from '../../../src/node/disk/conversationFiles.ts';

let folder: string;
let files: ConversationFiles;
let failures: string[];

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'rivulet-')), 'conversations');
  failures = [];
  files = new ConversationFiles(folder, (error) => failures.push(error.message));
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

const usage = { prompt: 1, completion: 1, total: 2, estimated: false, attempts: 1 };
const timing = { totalMs: 1, waitsMs: 0 };

/** A conversation of one question and its answer. */
function saved(id: string, question: string, answer: string): Saved {
  return {
    id,
    entries: [
      { role: 'user', id: `${id}q`, parent: undefined, askedAt: 1, text: question, attachments: [], compared: false },
      {
        role: 'assistant',
        id: `${id}a`,
        parent: `${id}q`,
        model: 'test/hand',
        previous: { text: '', reasoning: '', seams: [] },
        state: { type: 'settled', text: answer, reasoning: '', seams: [], reason: 'stop', usage, timing },
      },
    ],
    chosen: [],
    queue: [],
  };
}

const titles = async (): Promise<string[]> => (await files.list()).map(({ title }) => title).sort();

it('appends in order', async () => {
  files.append('c', linesOf(saved('c', 'Hello?', '')));
  let at = 0;
  for (let line = 0; line < 500; line++) {
    const s = `word ${line} `;
    files.append('c', lineOf({ t: 'text', id: 'ca', at, s }));
    at += s.length;
  }
  const loaded = await files.read('c');
  const text = Array.from({ length: 500 }, (_, line) => `word ${line} `).join('');
  expect({ damage: loaded?.damage, answer: loaded?.saved.entries[1] }).toMatchObject({ damage: undefined, answer: { state: { text } } });
});

it('lists titles, newest first, by name or by first question, and forgets what is deleted', async () => {
  for (const [id, question] of [
    ['a', 'First?'],
    ['b', 'Second?\nwith {"t":"rename","title":"a trap"}'],
    ['c', 'Third?'],
  ] as const) {
    files.append(id, linesOf(saved(id, question, 'Yes.')));
  }
  files.append('a', lineOf({ t: 'rename', title: 'A name' }));
  const named = await titles();
  const newest = (await files.list())[0]?.id;
  await files.delete('b');
  const left = await titles();
  // Another process begins with the index of this one.
  const again = new ConversationFiles(folder, () => undefined);
  expect({ named, newest, left, again: (await again.list()).map(({ title }) => title).sort() }).toEqual({
    named: ['A name', 'Second? with {"t":"rename","title":"a trap"}', 'Third?'],
    newest: 'a',
    left: ['A name', 'Third?'],
    again: ['A name', 'Third?'],
  });
});

it.each(['', '{', '[["a",{"title":"wrong","bytes":1}]]', '[["a",null],7]'])('lists rightly when the index holds %j', async (index) => {
  files.append('a', linesOf(saved('a', 'First?', 'Yes.')));
  await writeFile(join(folder, 'index.json'), index);
  expect(await titles()).toEqual(['First?']);
});

it('reads no journal again that has not changed', async () => {
  for (const id of ['a', 'b']) files.append(id, linesOf(saved(id, `${id}?`, 'Yes.')));
  await files.list();
  // Same size, another title: only a reader would notice.
  const path = join(folder, 'a.jsonl');
  await writeFile(path, (await readFile(path, 'utf8')).replace('"text":"a?"', '"text":"x?"'));
  const again = new ConversationFiles(folder, () => undefined);
  expect((await again.list()).map(({ title }) => title).sort()).toEqual(['a?', 'b?']);
});

it('finds words in questions and answers, in any case, across pieces that were written apart', async () => {
  files.append('a', linesOf(saved('a', 'A question about RIVERS?', 'No.')));
  files.append('b', linesOf(saved('b', 'Else', '')));
  files.append(
    'b',
    lineOf({ t: 'text', id: 'ba', at: 0, s: `${'long '.repeat(30)}a ri` }) +
      lineOf({ t: 'text', id: 'ba', at: 154, s: `ver runs${' on'.repeat(40)}` }),
  );
  files.append('c', linesOf(saved('c', 'Nothing', 'here')));
  const found: FoundConversation[] = [];
  for await (const one of files.search('river', new AbortController().signal)) found.push(one);
  expect(found.sort((x, y) => x.id.localeCompare(y.id))).toEqual([
    { id: 'a', snippet: 'A question about RIVERS?' },
    { id: 'b', snippet: expect.stringMatching(/^….*a river runs.*…$/) as string },
  ]);
});

it('stops a search that nobody waits for', async () => {
  for (let id = 0; id < 20; id++) files.append(`c${id}`, linesOf(saved(`c${id}`, 'river', '')));
  const searching = new AbortController();
  let found = 0;
  for await (const _ of files.search('river', searching.signal)) if (++found === 3) searching.abort();
  expect(found).toBe(3);
});

it('puts a damaged end aside, says how much, and goes on behind what is whole', async () => {
  files.append('c', linesOf(saved('c', 'Hello? ünï', 'Whole.')));
  const path = join(folder, 'c.jsonl');
  const damage = Buffer.from([0x7b, 0xff, 0xfe, 0x0a, 0x00, 0x31]);
  await appendFile(path, damage);
  const loaded = await files.read('c');
  files.append('c', lineOf({ t: 'rename', title: 'Goes on' }));
  const again = await files.read('c');
  expect({
    loaded: loaded?.damage,
    again: [again?.damage, again?.saved.title, again?.saved.entries.length],
    aside: [...(await readFile(`${path}.damaged`))],
  }).toEqual({
    loaded: { bytes: damage.length, keptIn: `${path}.damaged` },
    again: [undefined, 'Goes on', 2],
    aside: [...damage],
  });
});

it.each(['', 'no journal', '{"t":"head","version":2,"id":"c"}\n', '\0\0\0\0'])('does not open a file that holds %j', async (content) => {
  files.append('x', linesOf(saved('x', 'a', 'b')));
  await writeFile(join(folder, 'c.jsonl'), content);
  expect(await files.read('c')).toBeUndefined();
});

it('keeps what the disk does not take, says so, and writes it when it can', async () => {
  // A file where the folder should be: no directory can be made there.
  await writeFile(folder, '');
  files.append('c', linesOf(saved('c', 'Hello?', 'Kept.')));
  const failed = failures.length;
  await rm(folder);
  files.append('c', lineOf({ t: 'rename', title: 'Later' }));
  const loaded = await files.read('c');
  expect({ failed, title: loaded?.saved.title, entries: loaded?.saved.entries.length }).toEqual({ failed: 1, title: 'Later', entries: 2 });
});

it('does not write between the lines of another window that goes on with the conversation', async () => {
  files.append('c', linesOf(saved('c', 'Hello?', 'Yes.')));
  const other = new ConversationFiles(folder, () => undefined);
  await other.read('c');
  other.append('c', lineOf({ t: 'rename', title: 'Of the other' }));
  files.append('c', lineOf({ t: 'rename', title: 'Of the first' }));
  expect({ failures, title: (await other.read('c'))?.saved.title }).toEqual({
    failures: ['another window goes on with this conversation.'],
    title: 'Of the other',
  });
});

it('lists 500 conversations without reading one again, and reads only the one that is opened', async () => {
  for (let id = 0; id < 500; id++) files.append(`c${id}`, linesOf(saved(`c${id}`, `Question ${id}`, 'All work and no play.')));
  const listed = await titles();
  // Whatever is read from now on is zeros, in files of the same size and age.
  for (let id = 0; id < 500; id++) {
    const path = join(folder, `c${id}.jsonl`);
    const { size, atime, mtime } = await stat(path);
    if (id === 250) continue;
    await writeFile(path, Buffer.alloc(size));
    await utimes(path, atime, mtime);
  }
  files = new ConversationFiles(folder, (error) => failures.push(error.message));
  const again = await titles();
  const opened = await files.read('c250');
  expect({ again, entries: opened?.saved.entries.length, files: (await readdir(folder)).length, failures }).toEqual({
    again: listed,
    entries: 2,
    files: 501,
    failures: [],
  });
  expect(listed).toHaveLength(500);
});
