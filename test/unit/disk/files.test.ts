// The folder of journals: order, lists, search, damage and a disk that takes nothing, with real files.
import { appendFile, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Saved } from '../../../src/core/chat/saved.ts';
import { lineOf } from '../../../src/core/chat/journal/journal.ts';
import { ConversationFiles, type FoundConversation } from '../../../src/node/disk/conversationFiles.ts';
import { TestClock } from '../../support/engine.ts';
import { linesOf } from '../../support/journals.ts';

let folder: string;
let files: ConversationFiles;
let failures: string[];
/** Conversations that another window has continued. */
let moved: string[];
let clock: TestClock;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'rivulet-')), 'conversations');
  failures = [];
  moved = [];
  clock = new TestClock();
  files = filesOf();
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
        previous: { text: '', reasoning: '', seams: [], citations: [] },
        state: { type: 'settled', text: answer, reasoning: '', seams: [], citations: [], reason: 'stop', usage, timing },
      },
    ],
    chosen: [],
    queue: [],
  };
}

function filesOf(): ConversationFiles {
  return new ConversationFiles({
    folder,
    clock,
    failed: (error) => failures.push(error.message),
    elsewhere: (id) => moved.push(id),
  });
}

/** Appends lines to a conversation of which these lines are all. */
function keep(id: string, lines: string, into = files): void {
  into.append(id, lines, () => [lines]);
}

const titles = async (): Promise<string[]> => (await files.list()).map(({ title }) => title).sort();

it('appends in order', async () => {
  keep('c', linesOf(saved('c', 'Hello?', '')));
  let at = 0;
  for (let line = 0; line < 500; line++) {
    const s = `word ${line} `;
    keep('c', lineOf({ t: 'text', id: 'ca', at, s }));
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
    keep(id, linesOf(saved(id, question, 'Yes.')));
  }
  keep('a', lineOf({ t: 'rename', title: 'A name' }));
  const named = await titles();
  const newest = (await files.list())[0]?.id;
  await files.delete('b');
  const left = await titles();
  // Another process begins with the index of this one.
  const again = filesOf();
  expect({ named, newest, left, again: (await again.list()).map(({ title }) => title).sort() }).toEqual({
    named: ['A name', 'Second? with {"t":"rename","title":"a trap"}', 'Third?'],
    newest: 'a',
    left: ['A name', 'Third?'],
    again: ['A name', 'Third?'],
  });
});

it('lists a first question by its beginning, whatever is attached and however long it is', async () => {
  const attachment = { id: 'f', name: 'f.txt', language: '', text: '"text":"no", '.repeat(1_500_000), tokens: 1 };
  const attached = saved('a', 'What is in "f.txt"?', 'Words.');
  keep(
    'a',
    linesOf({
      ...attached,
      entries: attached.entries.map((entry) => (entry.role === 'user' ? { ...entry, attachments: [attachment] } : entry)),
    }),
  );
  // The beginning that is read may end in any character or escape.
  for (const [index, unit] of ['\\', '"', '\u2028', '中', '😀', '\0'].entries())
    for (let before = 0; before < 6; before++)
      keep(`${index}${before}`, linesOf(saved(`${index}${before}`, `Long ${'x'.repeat(before)} ${unit.repeat(70_000)}`, 'Yes.')));
  const listed = await titles();
  expect([listed.length, listed.filter((title) => title.startsWith('Long ')).length, listed.includes('What is in "f.txt"?')]).toEqual([
    37,
    36,
    true,
  ]);
});

it.each(['', '{', '[["a",{"title":"wrong","bytes":1}]]', '[["a",null],7]'])('lists rightly when the index holds %j', async (index) => {
  keep('a', linesOf(saved('a', 'First?', 'Yes.')));
  await writeFile(join(folder, 'index.json'), index);
  expect(await titles()).toEqual(['First?']);
});

it('reads no journal again that has not changed', async () => {
  for (const id of ['a', 'b']) keep(id, linesOf(saved(id, `${id}?`, 'Yes.')));
  await files.list();
  // Same size, another title: only a reader would notice.
  const path = join(folder, 'a.jsonl');
  await writeFile(path, (await readFile(path, 'utf8')).replace('"text":"a?"', '"text":"x?"'));
  const again = filesOf();
  expect((await again.list()).map(({ title }) => title).sort()).toEqual(['a?', 'b?']);
});

it('finds words in questions and answers, in any case, across pieces that were written apart', async () => {
  keep('a', linesOf(saved('a', 'A question about RIVERS?', 'No.')));
  keep('b', linesOf(saved('b', 'Else', '')));
  keep(
    'b',
    lineOf({ t: 'text', id: 'ba', at: 0, s: `${'long '.repeat(30)}a ri` }) +
      lineOf({ t: 'text', id: 'ba', at: 154, s: `ver runs${' on'.repeat(40)}` }),
  );
  keep('c', linesOf(saved('c', 'Nothing', 'here')));
  const found: FoundConversation[] = [];
  for await (const one of files.search('river', new AbortController().signal)) found.push(one);
  expect(found.sort((x, y) => x.id.localeCompare(y.id))).toEqual([
    { id: 'a', snippet: 'A question about RIVERS?' },
    { id: 'b', snippet: expect.stringMatching(/^….*a river runs.*…$/) as string },
  ]);
});

it('cuts no emoji in half, in titles and in what was found', async () => {
  const half = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\u200d…/;
  const cut: string[] = [];
  for (let at = 0; at < 12; at++) {
    keep(
      `c${at}`,
      linesOf(
        saved(
          `c${at}`,
          `${'x'.repeat(50 + at)}👩‍💻😀 and more`,
          `${'😀'.repeat(30)}${'y'.repeat(at)} river ${'z'.repeat(at)}${'😀'.repeat(30)}`,
        ),
      ),
    );
  }
  cut.push(...(await titles()));
  for await (const { snippet } of files.search('river', new AbortController().signal)) cut.push(snippet);
  expect({ many: cut.length, half: cut.filter((text) => half.test(text)) }).toEqual({ many: 24, half: [] });
});

it('stops a search that was given up', async () => {
  for (let id = 0; id < 20; id++) keep(`c${id}`, linesOf(saved(`c${id}`, 'river', '')));
  const searching = new AbortController();
  let found = 0;
  for await (const _ of files.search('river', searching.signal)) if (++found === 3) searching.abort();
  expect(found).toBe(3);
});

it('puts a damaged end aside, says how much, and appends after what is whole', async () => {
  keep('c', linesOf(saved('c', 'Hello? ünï', 'Whole.')));
  const path = join(folder, 'c.jsonl');
  const damage = Buffer.from([0x7b, 0xff, 0xfe, 0x0a, 0x00, 0x31]);
  await appendFile(path, damage);
  const loaded = await files.read('c');
  keep('c', lineOf({ t: 'rename', title: 'Goes on' }));
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

it.each(['', 'no journal', '{"t":"head","version":3,"id":"c"}\n', '\0\0\0\0'])('does not open a file that holds %j', async (content) => {
  keep('x', linesOf(saved('x', 'a', 'b')));
  await writeFile(join(folder, 'c.jsonl'), content);
  expect(await files.read('c')).toBeUndefined();
});

it('keeps what the disk does not take, says so once, and writes it by itself when it can', async () => {
  // A file where the folder should be: no directory can be made there.
  await writeFile(folder, '');
  const whole = linesOf(saved('c', 'Hello?', 'Kept.'));
  keep('c', whole);
  files.append('c', lineOf({ t: 'rename', title: 'Later' }), () => []);
  clock.advance(10_000);
  const waiting = files.isWaiting('c');
  await rm(folder);
  clock.advance(30_000);
  const loaded = await filesOf().read('c');
  expect({ waiting, still: files.isWaiting('c'), said: failures.length, title: loaded?.saved.title, pending: clock.pending }).toEqual({
    waiting: true,
    still: false,
    said: 1,
    title: 'Later',
    pending: 0,
  });
});

it('says that the disk refuses each time that it begins to', async () => {
  for (const round of [1, 2]) {
    await rm(folder, { recursive: true, force: true });
    await writeFile(folder, '');
    keep(`c${round}`, linesOf(saved(`c${round}`, 'Hello?', 'Kept.')));
    await rm(folder);
    clock.advance(30_000);
  }
  expect({ said: failures.length, kept: await titles() }).toEqual({ said: 2, kept: ['Hello?'] });
});

it('shows the whole of a conversation that waits for the disk', async () => {
  await writeFile(folder, '');
  const whole = saved('c', 'Hello?', 'All of it.');
  keep('c', linesOf(whole));
  expect((await files.read('c'))?.saved).toEqual(whole);
});

it('writes what waits when the window closes', async () => {
  await writeFile(folder, '');
  keep('c', linesOf(saved('c', 'Hello?', 'Kept.')));
  await rm(folder);
  files.dispose();
  expect({ kept: await titles(), pending: clock.pending }).toEqual({ kept: ['Hello?'], pending: 0 });
});

it.each(['file', 'folder', 'content'] as const)('writes a journal anew when its %s has been removed meanwhile', async (what) => {
  const whole = linesOf(saved('c', 'Hello?', 'Yes.'));
  keep('c', whole);
  if (what === 'content') await writeFile(join(folder, 'c.jsonl'), '');
  else await rm(what === 'file' ? join(folder, 'c.jsonl') : folder, { recursive: true });
  const rename = lineOf({ t: 'rename', title: 'A name' });
  files.append('c', rename, () => [whole, rename]);
  files.append('c', lineOf({ t: 'rename', title: 'Another' }), () => []);
  const loaded = await filesOf().read('c');
  expect({ title: loaded?.saved.title, entries: loaded?.saved.entries.length, damage: loaded?.damage, failures, moved }).toEqual({
    title: 'Another',
    entries: 2,
    damage: undefined,
    failures: [],
    moved: [],
  });
});

it('does not write between the lines of another window that continues the conversation', async () => {
  keep('c', linesOf(saved('c', 'Hello?', 'Yes.')));
  const other = filesOf();
  await other.read('c');
  keep('c', lineOf({ t: 'rename', title: 'Of the other' }), other);
  keep('c', lineOf({ t: 'rename', title: 'Of the first' }));
  expect({ moved, failures, title: (await other.read('c'))?.saved.title }).toEqual({
    moved: ['c'],
    failures: [],
    title: 'Of the other',
  });
});

it.each([
  { since: 'written', changed: ['"One"', '"Two"'] },
  { since: 'read', changed: ['"One"', '"Two"'] },
  { since: 'written', changed: ['Hello', 'Hullo'] },
  { since: 'read', changed: ['Hello', 'Hullo'] },
] as const)('notices a journal that another window has written anew at the same length since it was $since: $changed', async (kind) => {
  const before = `${lineOf({ t: 'rename', title: 'One' })}${linesOf(saved('d', 'Hello?', 'Yes.'))
    .split('\n')
    .slice(1)
    .join('\n')}`;
  const head = lineOf({ t: 'head', version: 2, id: 'd' });
  keep('d', head + before);
  const here = kind.since === 'read' ? filesOf() : files;
  if (kind.since === 'read') await here.read('d');
  const [from, to] = kind.changed;
  const anew = head + before.replace(from, to);
  await writeFile(join(folder, 'd.jsonl'), anew);
  keep('d', lineOf({ t: 'rename', title: 'Three' }), here);
  expect([moved, await readFile(join(folder, 'd.jsonl'), 'utf8')]).toEqual([['d'], anew]);
});

it('lists, reads and continues conversations of other folders, and puts new ones into its own', async () => {
  const old = join(folder, '..', 'old');
  const before = new ConversationFiles({ folder: old, failed: () => undefined, elsewhere: () => undefined });
  keep('a', linesOf(saved('a', 'From before?', 'Yes.')), before);
  files = new ConversationFiles({ folder, also: [old], clock, failed: () => undefined, elsewhere: (id) => moved.push(id) });
  keep('b', linesOf(saved('b', 'From now?', 'Yes.')));
  const entries = (await files.read('a'))?.saved.entries.length;
  keep('a', lineOf({ t: 'rename', title: 'Continued' }));
  const listed = await titles();
  await files.delete('b');
  expect({ entries, listed, moved, left: await titles(), own: await readdir(folder), old: (await readdir(old)).sort() }).toEqual({
    entries: 2,
    listed: ['Continued', 'From now?'],
    moved: [],
    left: ['Continued'],
    own: ['index.json'],
    old: ['a.jsonl', 'index.json'],
  });
});

it('lists 500 conversations without reading one again, and reads only the one that is opened', async () => {
  for (let id = 0; id < 500; id++) keep(`c${id}`, linesOf(saved(`c${id}`, `Question ${id}`, 'All work and no play.')));
  const listed = await titles();
  // Whatever is read from now on is zeros, in files of the same size and age.
  for (let id = 0; id < 500; id++) {
    const path = join(folder, `c${id}.jsonl`);
    const { size, atime, mtime } = await stat(path);
    if (id === 250) continue;
    await writeFile(path, Buffer.alloc(size));
    await utimes(path, atime, mtime);
  }
  files = filesOf();
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
