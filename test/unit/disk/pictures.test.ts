// Pictures of questions on disk: sent with the conversation, copied with it, and gone with it.
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Message } from '../../../src/api.ts';
import type { Conversation } from '../../../src/core/chat/conversation.ts';
import type { Picture } from '../../../src/core/chat/entries.ts';
import { toJson, toMarkdown } from '../../support/exported.ts';
import { linePiecesOf } from '../../../src/core/chat/journal/journal.ts';
import { ConversationStore } from '../../../src/node/disk/conversationStore.ts';
import { PictureFiles } from '../../../src/node/disk/pictureFiles.ts';
import { TestClock } from '../../support/engine.ts';
import { linesOf } from '../../support/journals.ts';
import { HandWritten, pictureNamed, settle } from '../chat/handWritten.ts';

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'rivulet-')), 'conversations');
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

const bytes = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);
const names = async (within = folder): Promise<string[]> => (await readdir(within).catch(() => [])).sort();

function window(prefix = 'w', also: readonly string[] = []) {
  let ids = 0;
  const asked: (readonly Message[])[] = [];
  const clock = new TestClock();
  const notices: string[] = [];
  const store = new ConversationStore({
    folder,
    also,
    begin: async ({ messages }) => {
      asked.push(messages);
      const stream = new HandWritten();
      stream.write('ok');
      stream.finish();
      return stream;
    },
    newId: () => `${prefix}${++ids}`,
    clock,
    notify: ({ type }) => notices.push(type),
  });
  const send = (conversation: Conversation, id: string): Picture => {
    const file = store.pictures.add(id, 'image/png', bytes);
    store.pictures.send(conversation.id, file);
    return pictureNamed(file);
  };
  return { store, asked, send, clock, notices };
}

const image = { type: 'image', mime: 'image/png', data: bytes } as const;
const words = {
  you: 'You',
  untitled: '',
  reasoning: '',
  lostAttempt: '',
  sources: '',
  label: (model: string) => model,
  ending: () => undefined,
};

it('sends a picture with its question, and again after a reload, when edited, regenerated, compared and in a fork', async () => {
  const first = window();
  const conversation = first.store.create();
  await conversation.ask({ text: 'Look', attachments: [], pictures: [first.send(conversation, 'p')] }, 'm/m');
  first.store.dispose();

  const { store, asked } = window('v');
  const again = (await store.open(conversation.id))!;
  const release = store.hold(again);
  await again.ask({ text: 'And?', attachments: [] }, 'm/m');
  await again.edit(again.thread[0]!.id, 'See', 'm/m');
  await again.regenerate(again.newestAnswer!.id, 'm/m');
  await again.compare({ text: 'Both?', attachments: [] }, ['m/a', 'm/b']);
  const fork = store.fork(again, again.thread[1]!.id);
  await store.delete(again.id);
  await fork.ask({ text: 'Here?', attachments: [] }, 'm/m');
  release();
  const firstContents = asked.map(([message]) => message!.content);
  expect([firstContents, first.asked[0]![0]!.content]).toEqual([
    [[image, { type: 'text', text: 'Look' }], ...Array.from({ length: 5 }, () => [image, { type: 'text', text: 'See' }])],
    [image, { type: 'text', text: 'Look' }],
  ]);
});

it('deletes the pictures of a conversation with it, and no others', async () => {
  const { store, send } = window();
  const [one, other] = [store.create(), store.create()];
  await one.ask({ text: '1', attachments: [], pictures: [send(one, 'p'), send(one, 'q')] }, 'm/m');
  await other.ask({ text: '2', attachments: [], pictures: [send(other, 'p')] }, 'm/m');
  store.pictures.add('draft', 'image/webp', bytes);
  const before = await names();
  await store.delete(one.id);
  const after = await names();
  const drafts = await names(join(folder, 'drafts'));
  expect({ before, after, drafts }).toEqual({
    before: ['drafts', 'w1.jsonl', 'w1.jsonl.p.png', 'w1.jsonl.q.png', 'w2.jsonl', 'w2.jsonl.p.png'],
    after: ['drafts', 'w2.jsonl', 'w2.jsonl.p.png'],
    drafts: ['draft.webp'],
  });
});

it('takes a question back with its pictures, and leaves them where another version may need them', async () => {
  const { store, send } = window();
  const conversation = store.create();
  const { file } = send(conversation, 'p');
  store.pictures.takeBack(conversation.id, file);
  const both = [await names(), await names(join(folder, 'drafts'))];
  store.pictures.removeDraft(file);
  store.pictures.takeBack(conversation.id, 'gone.png');
  expect([both, await names(), await names(join(folder, 'drafts'))]).toEqual([
    [['drafts', `${conversation.id}.jsonl.p.png`], ['p.png']],
    ['drafts', `${conversation.id}.jsonl.p.png`],
    [],
  ]);
});

it('reads no other file that a journal names, and says in the question that a picture is gone', async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '..', 'secret.png'), 'secret');
  const { store, asked } = window();
  const conversation = store.create();
  const read = await Promise.all(['../secret.png', '..\\secret.png', 'x.jsonl', ''].map((file) => store.pictures.read('../secret', file)));
  const pictures = [pictureNamed('gone.png'), pictureNamed('../secret.png')];
  await conversation.ask({ text: 'Look', attachments: [], pictures }, 'm/m');
  expect([read, asked[0]![0]!.content]).toEqual([
    [undefined, undefined, undefined, undefined],
    [
      { type: 'text', text: '[image/png: gone.png]\n\n' },
      { type: 'text', text: '[image/png: ../secret.png]\n\n' },
      { type: 'text', text: 'Look' },
    ],
  ]);
});

it('exports pictures with the conversation', async () => {
  const { store, send } = window();
  const conversation = store.create();
  await conversation.ask({ text: 'Look', attachments: [], pictures: [send(conversation, 'p'), pictureNamed('gone.png')] }, 'm/m');
  await settle();
  const pictures = await conversation.pictures();
  const [question] = (JSON.parse(toJson(conversation, pictures)) as { entries: { pictures: { data?: string }[] }[] }).entries;
  expect([toMarkdown(conversation, words, pictures), question!.pictures.map(({ data }) => data)]).toEqual([
    '# Look\n\n## You\n\nLook\n\n![p.png][p.png]\n\n\\[image/png: gone.png\\]\n\n## m/m\n\nok\n\n[p.png]: data:image/png;base64,iVBORw==\n',
    ['iVBORw==', undefined],
  ]);
});

it('keeps a picture beside a journal in a folder of an earlier workspace', async () => {
  const earlier = join(folder, '..', 'earlier');
  await mkdir(earlier, { recursive: true });
  await writeFile(join(earlier, 'c.jsonl'), '');
  const files = new PictureFiles(folder, [earlier]);
  files.send('c', files.add('p', 'image/gif', bytes));
  expect([await names(earlier), await files.read('c', 'p.gif')]).toEqual([['c.jsonl', 'c.jsonl.p.gif'], bytes]);
});

it('are copied with the first fork of a conversation from a folder of an earlier workspace', async () => {
  const first = window();
  const conversation = first.store.create();
  await conversation.ask({ text: 'Look', attachments: [], pictures: [first.send(conversation, 'p')] }, 'm/m');
  first.store.dispose();
  const earlier = `${folder}-earlier`;
  await rename(folder, earlier);
  const { store } = window('v', [earlier]);
  const again = (await store.open(conversation.id))!;
  const fork = store.fork(again, again.newestAnswer!.id);
  expect([await names(), await store.pictures.read(fork.id, 'p.png')]).toEqual([[`${fork.id}.jsonl`, `${fork.id}.jsonl.p.png`], bytes]);
});

it('a fork begins without them if the disk refuses them, which is told', async () => {
  const { store, send, notices } = window();
  const conversation = store.create();
  await conversation.ask({ text: 'Look', attachments: [], pictures: [send(conversation, 'p')] }, 'm/m');
  await settle();
  // A folder cannot be copied as a file.
  const picture = join(folder, `${conversation.id}.jsonl.p.png`);
  await rm(picture);
  await mkdir(picture);
  const fork = store.fork(conversation, conversation.newestAnswer!.id);
  expect([fork.thread.length, notices]).toEqual([2, ['disk']]);
});

it('are copied later if the disk refuses them when another window has continued, whose lines stay as they are', async () => {
  const { store, send, clock, notices } = window();
  const conversation = store.create();
  const { id } = conversation;
  store.hold(conversation);
  await conversation.ask({ text: 'Look', attachments: [], pictures: [send(conversation, 'p')] }, 'm/m');
  const other = window('v');
  (await other.store.open(id))!.rename('Of the other');
  const theirs = await readFile(join(folder, `${id}.jsonl`), 'utf8');
  // A folder cannot be copied as a file.
  const picture = join(folder, `${id}.jsonl.p.png`);
  await rm(picture);
  await mkdir(picture);
  conversation.rename('Of this one');
  const refused = [conversation.id, await readFile(join(folder, `${id}.jsonl`), 'utf8'), (await names()).length];
  await rm(picture, { recursive: true });
  await writeFile(picture, bytes);
  clock.advance(30_000);
  const there = await window('x').store.open(conversation.id);
  expect({
    refused,
    title: there?.title,
    moved: conversation.id !== id,
    notices,
    kept: await readFile(join(folder, `${id}.jsonl`), 'utf8'),
  }).toEqual({
    refused: [id, theirs, 3],
    title: 'Of this one',
    moved: true,
    notices: ['disk', 'copied'],
    kept: theirs,
  });
});

it('those of a conversation that is imported lie beside its journal', async () => {
  const { store } = window('i');
  const question = { role: 'user', parent: undefined, askedAt: 1, text: 'See?', attachments: [], compared: false } as const;
  const entries = [{ ...question, id: 'q', pictures: [pictureNamed('p.png')] }];
  const id = await store.import(
    'new',
    [linesOf({ id: 'new', entries, chosen: ['q'], queue: [] })],
    new Map([
      ['p.png', bytes],
      ['../p.png', bytes],
    ]),
  );
  expect([await names(), await store.pictures.read(id, 'p.png')]).toEqual([['new.jsonl', 'new.jsonl.p.png'], bytes]);
  store.dispose();
});

it('a conversation of megabytes is imported in pieces, its long texts in several lines, and is read back as it was', async () => {
  const { store } = window('l');
  const text = 'Many words, \u{1F30A} and 中文. '.repeat(30_000);
  const question = { role: 'user', id: 'q', parent: undefined, askedAt: 1, text: 'All?', attachments: [], compared: false } as const;
  const ending = { reason: 'stop', usage: { prompt: 1, completion: 1, total: 2, estimated: false, attempts: 1 } } as const;
  const nothing = { text: '', reasoning: '', seams: [], citations: [] };
  const state = { ...nothing, ...ending, type: 'settled', text, reasoning: text, timing: { totalMs: 1, waitsMs: 0 } } as const;
  const answer = { role: 'assistant', id: 'a', parent: 'q', model: 'm', previous: nothing, state } as const;
  const saved = { id: 'long', entries: [question, answer], chosen: ['q', 'a'], queue: [] };
  await store.import('long', [...linePiecesOf(saved)], new Map());
  const lines = (await readFile(join(folder, 'long.jsonl'), 'utf8')).split('\n');
  const opened = await store.open('long');
  expect({
    short: Math.max(...lines.map(({ length }) => length)) < 300_000,
    pieces: [...linePiecesOf(saved)].length > 3,
    entries: opened?.entries,
  }).toEqual({ short: true, pieces: true, entries: saved.entries });
  store.dispose();
});
