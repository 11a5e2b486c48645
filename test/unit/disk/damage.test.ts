// Damaged journals, with real files: only what is damaged is lost, its amount is reported, and the rest is kept.
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Conversation } from '../../../src/core/chat/conversation.ts';
import type { Saved } from '../../../src/core/chat/saved.ts';
import { lineOf } from '../../../src/core/chat/journal/journal.ts';
import { ConversationFiles } from '../../../src/node/disk/conversationFiles.ts';
import { readJournal } from '../../../src/node/disk/journalFile.ts';
import { linesOf } from '../../support/journals.ts';
import { picture } from '../chat/handWritten.ts';

let folder: string;
let path: string;
let moved: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-'));
  path = join(folder, 'c.jsonl');
  moved = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const files = (): ConversationFiles => new ConversationFiles({ folder, failed: () => undefined, elsewhere: (id) => moved.push(id) });

const usage = { prompt: 1, completion: 1, total: 2, estimated: false, attempts: 1 };
const timing = { totalMs: 1, waitsMs: 0 };
const lines = {
  head: lineOf({ t: 'head', version: 1, id: 'c' }),
  question: lineOf({ t: 'question', id: 'q1', askedAt: 1, text: 'Hello? ünï' }),
  answer: lineOf({ t: 'answer', id: 'a1', parent: 'q1', model: 'test/hand' }),
  first: lineOf({ t: 'text', id: 'a1', at: 0, s: 'One ünï, ' }),
  second: lineOf({ t: 'text', id: 'a1', at: 9, s: 'two.' }),
  end: lineOf({ t: 'end', id: 'a1', reason: 'stop', usage, timing }),
  question2: lineOf({ t: 'question', id: 'q2', parent: 'a1', askedAt: 2, text: 'And?' }),
  answer2: lineOf({ t: 'answer', id: 'a2', parent: 'q2', model: 'test/hand' }),
  text2: lineOf({ t: 'text', id: 'a2', at: 0, s: 'Then.' }),
  end2: lineOf({ t: 'end', id: 'a2', reason: 'stop', usage, timing }),
};
type Line = keyof typeof lines;
const names = Object.keys(lines) as Line[];
const whole = ['You: Hello? ünï', 'test/hand: One ünï, two. (stop)', 'You: And?', 'test/hand: Then. (stop)'];

const shown = (saved: Saved | undefined): string[] | undefined =>
  saved === undefined
    ? undefined
    : picture(new Conversation('c', { begin: () => Promise.reject(new Error('Never.')), newId: () => 'n', wall: () => 0 }, saved));

/** The journal with some lines replaced. */
const journal = (changed: Partial<Record<Line, string | Buffer>> = {}): Buffer =>
  Buffer.concat(names.map((name) => Buffer.from(changed[name] ?? lines[name])));

/** Opens it, renames it, opens it again. */
async function opened(bytes: Buffer): Promise<object> {
  await writeFile(path, bytes);
  const here = files();
  const loaded = await here.read('c');
  const titled = lineOf({ t: 'rename', title: 'A name' });
  here.append('c', titled, () => [linesOf(loaded!.saved), titled]);
  const again = await files().read('c');
  const aside = loaded?.damage?.keptIn;
  return {
    shown: shown(loaded?.saved),
    damage: loaded?.damage?.bytes,
    again: shown(again?.saved),
    damageAgain: again?.damage,
    title: again?.saved.title,
    moved,
    aside: aside === undefined ? undefined : (await readFile(aside)).toString('latin1'),
  };
}

const kept = (thread: readonly string[], damage: number | undefined, aside: Buffer | undefined): object => ({
  shown: thread,
  damage,
  again: thread,
  damageAgain: undefined,
  title: 'A name',
  moved: [],
  aside: aside?.toString('latin1'),
});

it('opens a whole journal without a word about damage', async () => {
  expect(await opened(journal())).toEqual(kept(whole, undefined, undefined));
});

it.each(['q1', 'a1', 'q2', 'a2'])('shows a thread in which an id is empty: %s', async (id) => {
  const bytes = Buffer.from(journal().toString().replaceAll(`"${id}"`, '""'));
  expect(await opened(bytes)).toEqual(kept(whole, undefined, undefined));
});

it('is not damaged by a byte order mark or by carriage returns', async () => {
  const bytes = Buffer.from(`\uFEFF${journal().toString().replaceAll('\n', '\r\n')}`);
  expect(await opened(bytes)).toEqual(kept(whole, undefined, undefined));
});

it.each([
  { bytes: [0xff], text: 'One \uFFFDnï, two.' },
  { bytes: [0xc3, 0x28], text: 'One \uFFFD(nï, two.' },
  { bytes: [0xed, 0xa0, 0x80], text: 'One \uFFFD\uFFFD\uFFFDnï, two.' },
  { bytes: Array.from({ length: 300 }, () => 0xfe), text: `One ${'\uFFFD'.repeat(300)}nï, two.` },
])('replaces bytes that are no UTF-8 inside a text and keeps the rest: $bytes.length of them', async ({ bytes, text }) => {
  const [before, after] = lines.first.split('ü') as [string, string];
  const first = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
  const damaged = journal({ first });
  const thread = [whole[0]!, `test/hand: ${text} (stop)`, ...whole.slice(2)];
  expect(await opened(damaged)).toEqual(kept(thread, first.length, damaged));
});

it('cuts a damaged end at the right byte, also after bytes that are no UTF-8', async () => {
  const first = Buffer.from(lines.first.replace('ü', 'x'), 'latin1');
  const tail = Buffer.from('{"t":"rename"');
  const damaged = Buffer.concat([journal({ first }), tail]);
  const thread = [whole[0]!, 'test/hand: One xn\uFFFD, two. (stop)', ...whole.slice(2)];
  expect(await opened(damaged)).toEqual(kept(thread, first.length + tail.length, damaged));
});

it.each([
  ['a queue that is no list', '{"t":"queue","items":{}}'],
  ['a queue of nothing', '{"t":"queue","items":[null]}'],
  ['a queue of what is no question', '{"t":"queue","items":[{}]}'],
  ['attachments that are a number', '{"t":"question","id":"q3","parent":"a2","askedAt":3,"text":"x","attachments":5}'],
  ['attachments of nothing', '{"t":"question","id":"q3","parent":"a2","askedAt":3,"text":"x","attachments":[null]}'],
  ['a reason that is none', `{"t":"end","id":"a2","reason":"banana","usage":${JSON.stringify(usage)},"timing":${JSON.stringify(timing)}}`],
  ['usage that is a list', `{"t":"end","id":"a2","reason":"stop","usage":[],"timing":${JSON.stringify(timing)}}`],
  ['usage without end', `{"t":"end","id":"a2","reason":"stop","usage":{"prompt":1e999},"timing":${JSON.stringify(timing)}}`],
  [
    'an error that is a word',
    `{"t":"end","id":"a2","reason":"error","error":"boom","usage":${JSON.stringify(usage)},"timing":${JSON.stringify(timing)}}`,
  ],
  ['an answer to an answer', '{"t":"answer","id":"a3","parent":"a2","model":"m"}'],
  ['an answer to nothing', '{"t":"answer","id":"a3","parent":"nothing","model":"m"}'],
  ['words of nothing', '{"t":"text","id":"nothing","at":0,"s":"x"}'],
  ['words that leave a hole', '{"t":"text","id":"a2","at":50,"s":"x"}'],
  ['a choice of nothing', '{"t":"choose","id":"nothing"}'],
  ['a list', '[]'],
  ['a name that all objects have', '{"t":"text","id":"__proto__","at":0,"s":"x"}'],
])('puts aside %s, and nothing else', async (_, line) => {
  const bytes = Buffer.from(`${line}\n`);
  const inside = await opened(Buffer.concat([journal().subarray(0, journal().length - lines.end2.length), bytes, Buffer.from(lines.end2)]));
  const atEnd = await opened(Buffer.concat([journal(), bytes]));
  expect([inside, atEnd]).toMatchObject([
    { shown: whole, damage: bytes.length, again: whole, damageAgain: undefined, title: 'A name', moved: [] },
    { shown: whole, damage: bytes.length, again: whole, damageAgain: undefined, title: 'A name', moved: [] },
  ]);
});

it('takes the state of an answer from nowhere but its end', async () => {
  const end2 = lines.end2.replace('"t":"end"', '"t":"end","state":"live","type":"live","text":"x","seams":5');
  expect(await opened(journal({ end2 }))).toEqual(kept(whole, undefined, undefined));
});

it('loses of a damaged line what stood in it, and no other words', async () => {
  const found: Record<string, unknown> = {};
  for (const name of names) {
    await writeFile(path, journal({ [name]: lines[name].replace(/^./, '') }));
    found[name] = shown((await files().read('c'))?.saved);
  }
  const hello = whole[0]!;
  const [, , and, then] = whole as [string, string, string, string];
  expect(found).toEqual({
    head: whole,
    question: ['You: \uFFFD', ...whole.slice(1)],
    answer: [hello, '\uFFFD: One ünï, two. (stop)', and, then],
    first: [hello, 'test/hand: \uFFFDtwo. (stop)', and, then],
    second: [hello, 'test/hand: One ünï,  (stop)', and, then],
    end: [hello, 'test/hand: One ünï, two. (truncated)', and, then],
    question2: [hello, whole[1], 'You: \uFFFD', then],
    answer2: [hello, whole[1], and, '\uFFFD: Then. (stop)'],
    text2: [hello, whole[1], and, 'test/hand:  (stop)'],
    end2: [hello, whole[1], and, 'test/hand: Then. (truncated)'],
  });
});

it('reads how long a model reasoned where earlier versions wrote it', async () => {
  await writeFile(path, journal({ end2: lines.end2.replace('"t":"end"', '"t":"end","reasoningMs":4000') }));
  const answer = (await files().read('c'))?.saved.entries.at(-1);
  expect(answer).toMatchObject({ state: { timing: { totalMs: 1, waitsMs: 0, reasoningMs: 4000 } } });
});

it('keeps a last line that lacks nothing but its line end', async () => {
  const bytes = journal().subarray(0, -1);
  expect(await opened(bytes)).toEqual(kept(whole, lines.end2.length - 1, bytes));
});

it('keeps each damaged state beside the journal, and deletes all of them with it', async () => {
  for (const round of ['x', 'y']) {
    await writeFile(path, Buffer.concat([Buffer.from(lines.head), Buffer.from(`${round}\n`), journal().subarray(lines.head.length)]));
    await files().read('c');
  }
  await appendFile(path, 'a torn li');
  await files().read('c');
  const before = (await readdir(folder)).sort();
  await files().delete('c');
  expect({ before, after: await readdir(folder) }).toEqual({
    before: ['c.jsonl', 'c.jsonl.damaged', 'c.jsonl.damaged-2'],
    after: [],
  });
});

it('reads back what two resumes at once of an older version had shown, with all that came after', async () => {
  const lines = [
    { t: 'head', version: 1, id: 'c' },
    { t: 'question', id: 'q', askedAt: 1, text: 'one' },
    { t: 'answer', id: 'a', parent: 'q', model: 'm' },
    { t: 'text', id: 'a', at: 0, s: 'Half ' },
    { t: 'end', id: 'a', reason: 'truncated', usage, timing },
    { t: 'resume', id: 'a' },
    { t: 'text', id: 'a', at: 5, s: 'A whole end.' },
    { t: 'end', id: 'a', reason: 'stop', usage, timing },
    { t: 'resume', id: 'a' },
    { t: 'reasoning', id: 'a', at: 0, s: 'hm' },
    { t: 'text', id: 'a', at: 5, s: 'B' },
    { t: 'end', id: 'a', reason: 'stop', usage, timing },
    { t: 'question', id: 'q2', parent: 'a', askedAt: 2, text: 'two' },
  ];
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const loaded = await files().read('c');
  expect([shown(loaded?.saved), loaded?.damage]).toEqual([['You: one', 'm: Half B (stop)', 'You: two'], undefined]);
});

it('does not open what is no file, and does not fail on it', async () => {
  await mkdir(path);
  expect([await files().read('c'), await files().read('gone'), (await files().list()).length]).toEqual([undefined, undefined, 0]);
});

it('shows the beginning of a journal followed by a gigabyte of something else, and lists it', { timeout: 60_000 }, async () => {
  const size = 1024 ** 3;
  await writeFile(path, journal());
  await truncate(path, size);
  const before = process.memoryUsage().arrayBuffers;
  const read = await readJournal(path, 'c');
  const listed = await files().list();
  expect({
    shown: shown(read?.saved),
    good: read?.good,
    damaged: read?.damaged,
    title: listed[0]?.title,
    bounded: process.memoryUsage().arrayBuffers - before < 300 * 1024 ** 2,
    untouched: (await stat(path)).size,
  }).toEqual({
    shown: whole,
    good: journal().length,
    damaged: size - journal().length,
    title: 'Hello? ünï',
    bounded: true,
    untouched: size,
  });
});
