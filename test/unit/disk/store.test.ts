// The conversations of a window: left or deleted while an answer begins, a disk that refuses, two windows with one conversation.
import { statSync } from 'node:fs';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Conversation } from '../../../src/core/chat/conversation.ts';
import { ConversationStore, type StoreNotice } from '../../../src/node/disk/conversationStore.ts';
import { TestClock } from '../../support/engine.ts';
import { Beginnings, picture, said, settle } from '../chat/handWritten.ts';

const hand = 'test/hand';
let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'rivulet-')), 'conversations');
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

interface Window {
  readonly store: ConversationStore;
  readonly clock: TestClock;
  readonly notices: StoreNotice[];
  readonly waiting: Beginnings['waiting'];
  /** Asks and answers. */
  answered(conversation: Conversation, question: string, text: string): Promise<void>;
}

let windows = 0;
function window(): Window {
  const clock = new TestClock();
  const notices: StoreNotice[] = [];
  const beginnings = new Beginnings();
  const name = `w${++windows}`;
  let ids = 0;
  const store = new ConversationStore({
    folder,
    also: [],
    begin: beginnings.begin,
    newId: () => `${name}-${++ids}`,
    clock,
    notify: (notice) => notices.push(notice),
  });
  return {
    store,
    clock,
    notices,
    waiting: beginnings.waiting,
    answered: async (conversation, question, text) => {
      void conversation.ask(said(question), hand);
      const stream = beginnings.waiting.shift()!.begin();
      stream.write(text);
      stream.finish();
      await settle();
    },
  };
}

/** What another window would show. */
async function onDisk(id: string): Promise<string[] | undefined> {
  const opened = await window().store.open(id);
  return opened === undefined ? undefined : picture(opened);
}

it('keeps a conversation that is left while its answer begins, and writes the answer down', async () => {
  const { store, waiting, clock } = window();
  const conversation = store.create();
  const leave = store.hold(conversation);
  void conversation.ask(said('one'), hand);
  leave();
  await settle();
  const same = (await store.open(conversation.id)) === conversation;
  const stream = waiting[0]!.begin();
  await settle();
  stream.write('Whole.');
  stream.finish();
  clock.advance(1_000);
  await settle();
  const shown = ['You: one', 'test/hand: Whole. (stop)'];
  expect([same, (await store.open(conversation.id)) === conversation, await onDisk(conversation.id)]).toEqual([true, false, shown]);
});

it('keeps what it has opened until the caller holds it, although the answer ends in between', async () => {
  const { store, waiting, clock } = window();
  const conversation = store.create();
  const leave = store.hold(conversation);
  void conversation.ask(said('one'), hand);
  const stream = waiting[0]!.begin();
  await settle();
  leave();
  const opened = (await store.open(conversation.id))!;
  stream.finish();
  await settle();
  const hold = store.hold(opened);
  clock.advance(1_000);
  opened.rename('Kept');
  const title = (await window().store.open(conversation.id))?.title;
  hold();
  await settle();
  expect([opened === conversation, title, store.openConversations]).toEqual([true, 'Kept', []]);
});

it('stops an answer that begins after its conversation was deleted', async () => {
  const { store, waiting } = window();
  const conversation = store.create();
  const asked = conversation.ask(said('one'), hand);
  await store.delete(conversation.id);
  const stream = waiting[0]!.begin();
  const ended = await asked;
  await settle();
  expect({
    ended: ended?.state.type === 'settled' && ended.state.reason,
    aborted: waiting[0]!.signal.aborted,
    stopped: stream.tape.ended,
    left: await readdir(folder),
  }).toEqual({ ended: 'cancelled', aborted: true, stopped: true, left: [] });
});

it('leaves no copy of a conversation that is deleted while it is answered, although another window has continued it', async () => {
  const [first, second] = [window(), window()] as const;
  const conversation = first.store.create();
  const { id } = conversation;
  first.store.hold(conversation);
  void conversation.ask(said('one'), hand);
  const stream = first.waiting[0]!.begin();
  await settle();
  stream.write('Not yet on disk');
  await second.answered((await second.store.open(id))!, 'there', 'THERE');
  await first.store.delete(id);
  await settle();
  expect({ left: await readdir(folder), open: first.store.openConversations, notices: first.notices }).toEqual({
    left: [],
    open: [],
    notices: [],
  });
});

it('opens again whole in the same window what the disk has not taken, asks nothing again, and writes it when there is room', async () => {
  const { store, clock, notices, answered } = window();
  const conversation = store.create();
  const leave = store.hold(conversation);
  await answered(conversation, 'one', 'ONE');
  // The disk refuses: a file stands where the folder was.
  await rename(folder, `${folder}.full`);
  await writeFile(folder, '');
  await answered(conversation, 'two', 'TWO '.repeat(50_000));
  leave();
  await settle();
  const again = picture((await store.open(conversation.id))!);
  await rm(folder);
  await rename(`${folder}.full`, folder);
  clock.advance(30_000);
  expect({ again, said: notices.map(({ type }) => type), onDisk: await onDisk(conversation.id) }).toEqual({
    again: picture(conversation),
    said: ['disk'],
    onDisk: picture(conversation),
  });
});

it('writes a conversation anew whose file was deleted while an answer was being written', async () => {
  const { store, clock, notices, waiting } = window();
  const conversation = store.create();
  const leave = store.hold(conversation);
  void conversation.ask(said('one'), hand);
  const stream = waiting[0]!.begin();
  await settle();
  stream.write('Half, ');
  await settle();
  clock.advance(40);
  await rm(folder, { recursive: true });
  stream.think('hm');
  stream.write('and whole.');
  await settle();
  clock.advance(40);
  const during = await onDisk(conversation.id);
  stream.write(' Really.');
  stream.finish();
  await settle();
  leave();
  expect({ during, after: await onDisk(conversation.id), notices }).toEqual({
    during: ['You: one', 'test/hand: Half, and whole. (truncated)'],
    after: ['You: one', 'test/hand: Half, and whole. Really. (stop)'],
    notices: [],
  });
});

it('continues in a copy when another window has continued the conversation, and no word is lost', async () => {
  const [first, second] = [window(), window()] as const;
  const here = first.store.create();
  const original = here.id;
  const moved: string[] = [];
  here.onChange(({ type }) => type === 'moved' && moved.push(here.id));
  first.store.hold(here);
  await first.answered(here, 'one', 'ONE');
  const there = (await second.store.open(original))!;
  second.store.hold(there);
  await second.answered(there, 'there', 'THERE');
  await first.answered(here, 'here', 'HERE');
  await first.answered(here, 'again', 'AGAIN');
  await second.answered(there, 'still there', 'STILL THERE');
  const shown = { here: picture(here), there: picture(there) };
  const listed = (await first.store.list()).map(({ id }) => id).sort();
  expect({
    onDisk: { here: await onDisk(here.id), there: await onDisk(original) },
    listed,
    moved,
    same: (await first.store.open(here.id)) === here,
    notices: [first.notices, second.notices],
    lines: shown.here.length,
  }).toEqual({
    onDisk: shown,
    listed: [original, here.id].sort(),
    moved: [here.id],
    same: true,
    notices: [[{ type: 'copied', title: 'one' }], []],
    lines: 6,
  });
});

it('continues in a copy also in the middle of an answer', async () => {
  const [first, second] = [window(), window()] as const;
  const here = first.store.create();
  const original = here.id;
  first.store.hold(here);
  void here.ask(said('one'), hand);
  const stream = first.waiting[0]!.begin();
  await settle();
  stream.write('Half, ');
  await settle();
  first.clock.advance(40);
  const there = (await second.store.open(original))!;
  second.store.hold(there);
  await second.answered(there, 'there', 'THERE');
  stream.write('and whole.');
  stream.finish();
  await settle();
  expect({ here: await onDisk(here.id), there: await onDisk(original), moved: here.id !== original }).toEqual({
    here: ['You: one', 'test/hand: Half, and whole. (stop)'],
    there: ['You: one', 'test/hand: Half,  (truncated)', 'You: there', 'test/hand: THERE (stop)'],
    moved: true,
  });
});

async function longConversation({ store, answered }: Window): Promise<Conversation> {
  const conversation = store.create();
  store.hold(conversation);
  for (const name of ['one', 'two', 'three', 'four']) await answered(conversation, name, `${name} `.repeat(200_000));
  return conversation;
}

it.each([
  'turns pass',
  'the window closes',
  'the disk refuses for a while',
  'the disk refuses until something is said',
  'its file is deleted',
  'another window continues it',
])('a long fork is written over several turns, and what was asked in it meanwhile comes last: %s', async (what) => {
  const made = window();
  const { store, clock, answered } = made;
  const conversation = await longConversation(made);
  const fork = store.fork(conversation, conversation.thread.at(-1)!.id);
  store.hold(fork);
  const first = fork.id;
  const sizeOf = (id: string): number => statSync(join(folder, `${id}.jsonl`)).size;
  await answered(fork, 'five', 'FIVE');
  const meanwhile = sizeOf(fork.id);
  if (what === 'its file is deleted') await rm(join(folder, `${fork.id}.jsonl`));
  if (what === 'another window continues it') {
    const other = window();
    const there = (await other.store.open(fork.id))!;
    await other.answered(there, 'there', 'THERE');
  }
  if (what === 'the disk refuses for a while' || what === 'the disk refuses until something is said') {
    await rename(folder, `${folder}.full`);
    await writeFile(folder, '');
    clock.advance(100);
    if (what === 'the disk refuses for a while') await answered(fork, 'six', 'SIX');
    await rm(folder);
    await rename(`${folder}.full`, folder);
    if (what === 'the disk refuses until something is said') await answered(fork, 'six', 'SIX');
  }
  if (what === 'the window closes') store.dispose();
  // A window that has closed takes no more turns.
  else clock.advance(30_000);
  expect({
    inPieces: meanwhile < sizeOf(conversation.id) / 2,
    once: sizeOf(fork.id) < sizeOf(conversation.id) * 1.1,
    onDisk: await onDisk(fork.id),
    moved: fork.id !== first,
  }).toEqual({ inPieces: true, once: true, onDisk: picture(fork), moved: what === 'another window continues it' });
});

const rewritten = ['another window has continued it', 'its file was deleted'] as const;

/** Asks in a conversation of megabytes that has to be written to another file. */
async function askedWhileRewritten(made: Window, why: (typeof rewritten)[number] | 'it is a fork'): Promise<Conversation> {
  const conversation = await longConversation(made);
  const { store, answered } = made;
  const asked = why === 'it is a fork' ? store.fork(conversation, conversation.thread.at(-1)!.id) : conversation;
  store.hold(asked);
  if (why === 'its file was deleted') await rm(join(folder, `${asked.id}.jsonl`));
  if (why === 'another window has continued it') {
    const other = window();
    await other.answered((await other.store.open(asked.id))!, 'there', 'THERE');
  }
  await answered(asked, 'five', 'FIVE');
  return asked;
}

it.each(rewritten)('a long conversation is written to another file over several turns, because %s', async (why) => {
  const made = window();
  const sizes: number[] = [];
  const { timer } = made.clock;
  made.clock.timer = (ms, fire) =>
    timer(ms, () => {
      fire();
      sizes.push(statSync(join(folder, `${asked.id}.jsonl`)).size);
    });
  const asked = await askedWhileRewritten(made, why);
  sizes.push(statSync(join(folder, `${asked.id}.jsonl`)).size);
  made.clock.advance(100);
  const most = Math.max(...sizes.map((size, turn) => size - (sizes[turn - 1] ?? 0)));
  expect({ mostInOneTurn: most < sizes.at(-1)! / 3, onDisk: await onDisk(asked.id), notices: made.notices.length }).toEqual({
    mostInOneTurn: true,
    onDisk: picture(asked),
    notices: why === 'its file was deleted' ? 0 : 1,
  });
});

it.each(['it is a fork', ...rewritten] as const)(
  'a question and its answer are on disk before the rest of a long conversation is written to another file, because %s',
  async (why) => {
    // The process ends here: no timer fires.
    const { id } = await askedWhileRewritten(window(), why);
    const { store, notices } = window();
    const opened = (await store.open(id))!;
    store.hold(opened);
    const next = window();
    const again = (await next.store.open(id))!;
    expect({ last: picture(opened).slice(-2), first: picture(opened)[0], notices, again: picture(again), more: next.notices }).toEqual({
      last: ['You: five', 'test/hand: FIVE (stop)'],
      first: 'You: one',
      notices: [{ type: 'damage', title: 'one', damage: { bytes: 0, keptIn: join(folder, `${id}.jsonl.damaged`) } }],
      again: picture(opened),
      more: [],
    });
  },
);

it('a long fork that is deleted while it is written does not come back', async () => {
  const made = window();
  const conversation = await longConversation(made);
  const fork = made.store.fork(conversation, conversation.thread.at(-1)!.id);
  await made.store.delete(fork.id);
  made.clock.advance(30_000);
  expect(await readdir(folder)).toEqual([`${conversation.id}.jsonl`]);
});

it('says what is damaged in a conversation that is opened, and once', async () => {
  const { store, notices, answered } = window();
  const conversation = store.create();
  await answered(conversation, 'one', 'ONE');
  await settle();
  await writeFile(join(folder, `${conversation.id}.jsonl`), 'torn', { flag: 'a' });
  await store.open(conversation.id);
  await store.open(conversation.id);
  expect(notices).toMatchObject([{ type: 'damage', title: 'one', damage: { bytes: 4 } }]);
});
