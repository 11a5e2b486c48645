// Conversations from exports of other programs, in their documented formats, as pictures of the resulting thread.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Conversation } from '../../../src/core/chat/conversation.ts';
import { written } from '../../../src/core/chat/entries.ts';
import { toJson } from '../../support/exported.ts';
import { ChatImport } from '../../../src/core/chat/import/importChats.ts';
import type { Answer, Entry, SettledAnswer } from '../../../src/core/chat/entries.ts';
import type { Saved } from '../../../src/core/chat/saved.ts';
import { importedFrom, type ImportMessage } from '../../../src/node/disk/conversationJobs.ts';
import { linesOf, replay } from '../../support/journals.ts';
import { picture, pictureNamed, said, scene, settle } from './handWritten.ts';

const never = (): never => {
  throw new Error('Nothing is asked here.');
};

function importChats(file: unknown, newId: () => string, now: number): ChatImport {
  const chats = new ChatImport(newId, now);
  for (const item of Array.isArray(file) ? file : [file]) chats.add(item);
  return chats;
}

function imported(file: unknown) {
  let ids = 0;
  const result = importChats(file, () => `n${++ids}`, 5);
  const conversations = result.conversations.map((saved) => new Conversation(saved.id, { begin: never, newId: never, wall: never }, saved));
  return { ...result, skipped: Object.fromEntries(result.skipped), conversations };
}
const pictures = (file: unknown) => imported(file).conversations.map((each) => [each.title, ...picture(each)]);

const node = (id: string, parent: string | null, role: string, content: object, more: object = {}) => ({
  [id]: {
    id,
    parent,
    children: [],
    message: { id, author: { role }, create_time: 1_700_000_000.5, content, status: 'finished_successfully', ...more },
  },
});
const text = (...parts: unknown[]) => ({ content_type: 'text', parts });

describe('ChatGPT', () => {
  const export1 = {
    title: 'Water',
    create_time: 1,
    current_node: 'a2',
    mapping: {
      ...node('a2', 'q2', 'assistant', text('A river.'), { metadata: { model_slug: 'gpt-5' } }),
      root: { id: 'root', message: null, parent: null, children: ['s'] },
      ...node('s', 'root', 'system', text('')),
      ...node('q1', 's', 'user', text('What flows?')),
      ...node('t1', 'q1', 'assistant', { content_type: 'thoughts', thoughts: [{ summary: 'Water', content: 'It flows.' }] }),
      ...node('c1', 't1', 'assistant', { content_type: 'code', language: 'python', text: 'run()' }, { recipient: 'python' }),
      ...node('r1', 'c1', 'tool', { content_type: 'execution_output', text: '1' }),
      ...node('a1', 'r1', 'assistant', text('Water.'), { metadata: { model_slug: 'gpt-5' } }),
      ...node('b1', 'q1', 'assistant', text('Ice'), { status: 'in_progress' }),
      ...node('q2', 'a1', 'user', { content_type: 'multimodal_text', parts: [{ content_type: 'image_asset_pointer' }, 'And this?'] }),
    },
  };

  it('keeps the branch that was shown and the others as versions, joins a turn of the model, and tells what it leaves out', () => {
    const { conversations, skipped, unknown } = imported([export1, { nothing: true }]);
    const [conversation] = conversations;
    const answers = conversation!.entries.filter((entry) => entry.role === 'assistant').map((entry) => written(entry).reasoning);
    expect({ thread: [conversation!.title, ...picture(conversation!)], answers, skipped, unknown }).toEqual({
      thread: [
        'Water',
        'You: What flows?',
        'chatgpt/gpt-5: Water. ‹1/2› (stop)',
        'You: [image]\n\nAnd this?',
        'chatgpt/gpt-5: A river. (stop)',
      ],
      answers: ['Water\nIt flows.\n\n[tool]', '', ''],
      skipped: { image: 1, tool: 2 },
      unknown: 1,
    });
    expect(conversation!.entries.find((entry) => entry.role === 'user')).toMatchObject({ askedAt: 1_700_000_000_500 });
  });

  it('reads what a hostile or broken file has without an end: circles, missing parents, a part of an unknown kind', () => {
    const circle = { ...export1, mapping: { ...node('a', 'b', 'user', text('A')), ...node('b', 'a', 'assistant', text('B')) } };
    const lost = { ...export1, mapping: { ...node('b', 'gone', 'assistant', { content_type: 'sonic_webpage', text: 'B' }) } };
    expect([pictures(circle).flat().length > 1, pictures(lost)]).toEqual([
      true,
      [['Water', 'You: ', 'chatgpt/chatgpt: B\n\n[sonic_webpage] (stop)']],
    ]);
  });
});

it('Claude: messages in a row or as a tree, thoughts, attachments and files', () => {
  const said1 = (uuid: string, sender: string, words: string, more: object = {}) => ({
    uuid,
    sender,
    text: words,
    content: [{ type: 'text', text: words }],
    created_at: '2026-01-02T03:04:05.000Z',
    attachments: [],
    files: [],
    ...more,
  });
  const attachments = [{ file_name: 'a.py', extracted_content: 'x = 1' }];
  const row = {
    uuid: 'c',
    name: 'Row',
    chat_messages: [
      said1('1', 'human', 'One?', { attachments, files: [{ file_name: 'p.png' }] }),
      said1('2', 'assistant', 'One.', {
        content: [
          { type: 'thinking', thinking: 'Hm.' },
          { type: 'text', text: 'One.' },
          { type: 'tool_use', name: 'x' },
        ],
      }),
      said1('3', 'human', 'Two?', { content: [] }),
      said1('4', 'human', 'Hello?'),
    ],
  };
  const tree = {
    uuid: 'd',
    name: '',
    chat_messages: [
      said1('1', 'human', 'One?', { parent_message_uuid: '00000000-0000-4000-8000-000000000000' }),
      said1('2', 'assistant', 'Old', { parent_message_uuid: '1' }),
      said1('3', 'assistant', 'New', { parent_message_uuid: '1', truncated: true }),
    ],
    current_leaf_message_uuid: '3',
  };
  const { conversations, skipped } = imported([row, tree]);
  const [first] = conversations[0]!.entries;
  expect({
    pictures: pictures([row, tree]),
    skipped,
    attached: first?.role === 'user' && first.attachments.map(({ name, text: words }) => [name, words]),
  }).toEqual({
    pictures: [
      ['Row', 'You: One?\n\n[file]', 'claude/claude: One.\n\n[tool_use] (stop)', 'You: Two?', 'claude/claude:  (stop)', 'You: Hello?'],
      ['One?', 'You: One?', 'claude/claude: New ‹2/2› (truncated)'],
    ],
    skipped: { file: 1, tool_use: 1 },
    attached: [['a.py', 'x = 1']],
  });
});

it("VS Code's Chat: its words, thoughts, and what it leaves out", () => {
  const chat = {
    requesterUsername: 'me',
    responderUsername: 'GitHub Copilot',
    requests: [
      {
        message: { text: 'One?', parts: [] },
        response: [
          { kind: 'thinking', value: 'Hm.' },
          { value: 'One' },
          { kind: 'progressMessage', content: { value: '…' } },
          { value: ' more.', supportThemeIcons: false },
          { kind: 'toolInvocationSerialized' },
        ],
        timestamp: 1000,
        modelId: 'copilot/gpt-5',
      },
      { message: { text: 'Two?' }, response: [{ value: 'Ha' }], isCanceled: true },
    ],
  };
  expect([pictures(chat), imported(chat).skipped]).toEqual([
    [['One?', 'You: One?', 'vscode-chat/copilot/gpt-5: One more. (stop)', 'You: Two?', 'vscode-chat/vscode-chat: Ha (cancelled)']],
    { toolInvocationSerialized: 1 },
  ]);
});

it('Open WebUI: the shown branch, models, and thoughts', () => {
  const messages = {
    a: { id: 'a', parentId: 'q', role: 'assistant', content: 'Old', model: 'llama3', timestamp: 2 },
    q: { id: 'q', parentId: null, childrenIds: ['a', 'b'], role: 'user', content: 'One?', timestamp: 1 },
    b: {
      id: 'b',
      parentId: 'q',
      role: 'assistant',
      content: '<details type="reasoning" done="true">\n<summary>Thought</summary>\n> Hm.\n</details>\nNew',
      model: 'qwen3',
    },
  };
  const chat = [{ id: 'x', title: 'Web', chat: { title: 'Web', models: ['qwen3'], history: { messages, currentId: 'a' } } }];
  const [conversation] = imported(chat).conversations;
  expect([
    pictures(chat),
    conversation!.entries.flatMap((entry) => (entry.role === 'assistant' ? [written(entry).reasoning] : [])),
  ]).toEqual([[['Web', 'You: One?', 'open-webui/llama3: Old ‹1/2› (stop)']], ['', 'Hm.']]);
});

it('our own export comes back with its versions, its titles and how each answer ended, and can be kept and continued', async () => {
  const made = scene();
  void made.conversation.ask(said('one'), 'test/hand');
  await settle();
  made.streams[0]!.write('Half');
  made.streams[0]!.finish('length');
  await settle();
  void made.conversation.regenerate(made.conversation.newestAnswer!.id, 'test/hand');
  await settle();
  made.streams[1]!.write('Whole');
  made.streams[1]!.finish();
  await settle();
  made.conversation.showVersion(made.conversation.newestAnswer!.id, -1);
  made.conversation.rename('Ours');
  const result = importChats(JSON.parse(toJson(made.conversation)), () => crypto.randomUUID(), 0);
  const saved = result.conversations[0]!;
  const again = scene(saved);
  void again.conversation.ask(said('two'), 'test/hand');
  await settle();
  expect({
    title: again.conversation.title,
    picture: picture(again.conversation),
    asked: again.asked[0],
    lines: linesOf(saved).split('\n').length,
  }).toEqual({
    title: 'Ours',
    picture: ['You: one', 'test/hand: Half ‹1/2› (length)', 'You: two', 'test/hand:  (live)'],
    asked: [
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'Half' },
      { role: 'user', content: 'two' },
    ],
    lines: expect.any(Number),
  });
});

it('tells what it does not know, and what is empty', () => {
  const results = [
    42,
    'text',
    null,
    {},
    [],
    [1, { messages: [] }],
    { format: 'rivulet-conversation', version: 9 },
    { responderUsername: 'x', requests: [] },
  ];
  expect(results.map((file) => imported(file)).map(({ conversations, unknown, empty }) => [conversations.length, unknown, empty])).toEqual([
    [0, 1, 0],
    [0, 1, 0],
    [0, 1, 0],
    [0, 1, 0],
    [0, 0, 0],
    [0, 2, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]);
});

describe('our own export', () => {
  const usage = { prompt: 9, completion: 5, total: 14, reasoning: 2, cached: 3, estimated: false, attempts: 2 };
  const nothing = { text: '', reasoning: '', seams: [], citations: [] };
  const ended: SettledAnswer = {
    ...nothing,
    type: 'settled',
    text: 'Look here.',
    reasoning: 'Hm. So.',
    seams: [
      { at: 4, model: 'b/two' },
      { at: 3, part: 'reasoning', anew: { prompt: 4, completion: 2 } },
    ],
    citations: [{ url: 'https://a.example', title: 'A' }],
    reason: 'tool-calls',
    usage,
    timing: { firstTokenMs: 3, reasoningMs: 4, totalMs: 20, waitsMs: 1 },
    word: 'tool_use',
    leftOut: ['temperature'],
    parts: [
      { type: 'reasoning', text: 'Hm. So.', opaque: { signature: Uint8Array.of(1, 2, 255), count: 9_007_199_254_740_993n } },
      { type: 'text', text: 'Look here.' },
      { type: 'tool-call', id: 'c1', name: 'look', arguments: '{"at":1}' },
    ],
  };
  const answerTo = (parent: string, id: string, state: SettledAnswer, more: Partial<Answer> = {}): Entry => ({
    role: 'assistant',
    id,
    parent,
    model: 'a/one',
    askedAt: 1_700_000_000_000,
    previous: nothing,
    state,
    ...more,
  });
  const failed: SettledAnswer = {
    ...nothing,
    type: 'settled',
    reason: 'error',
    usage,
    timing: { totalMs: 1, waitsMs: 0 },
    error: { kind: 'auth', message: 'No.', status: 401 },
  };
  const question = { role: 'user', askedAt: 1_700_000_000_000, attachments: [], compared: false } as const;
  const saved: Saved = {
    id: 'old',
    title: 'All of it',
    entries: [
      {
        ...question,
        id: 'q1',
        parent: undefined,
        text: 'What is this?',
        attachments: [{ id: 'f', name: 'a.ts', language: 'typescript', text: 'let a;', tokens: 3 }],
        pictures: [pictureNamed('p1.png'), { ...pictureNamed('p2.png'), from: { width: 40, height: 30 } }],
        parameters: { temperature: 0.5, effort: 'low', body: { top_k: 3 } },
      },
      answerTo('q1', 'a1', ended, { parameters: { effort: 'low' } }),
      answerTo('q1', 'a2', failed),
      { ...question, id: 'q2', parent: 'a1', text: 'And all?', compared: true, cut: { upTo: 'a1', summary: true, text: 'Sums up.' } },
      answerTo('q2', 'a3', { ...ended, reason: 'stop' }),
      answerTo('q2', 'a4', { ...ended, reason: 'limit', detail: 'Enough.' }, { model: 'b/two' }),
    ],
    chosen: ['q1', 'a1', 'q2', 'a4'],
    queue: [],
    parameters: { topP: 0.9, stop: ['END'] },
  };
  const bytes = new Map([
    ['p1.png', Uint8Array.of(0x89, 0x50, 0, 255)],
    ['p2.png', Uint8Array.of(1)],
  ]);
  const exportOf = (conversation: Saved, pictures: ReadonlyMap<string, Uint8Array>): string =>
    toJson(new Conversation(conversation.id, { begin: never, newId: never, wall: never }, conversation), pictures);
  const imports = (file: unknown) => {
    let ids = 0;
    return importChats(file, () => `new${++ids}`, 5);
  };

  it('comes back whole: exported again it is the same, with other ids', () => {
    const first = exportOf(saved, bytes);
    // As JSON.stringify lays it out.
    expect(first).toBe(`${JSON.stringify(JSON.parse(first), undefined, 2)}\n`);
    const { conversations, pictures, skipped } = imports(JSON.parse(first));
    const [again] = conversations;
    let second = exportOf(again!, pictures.get(again!.id)!);
    const idsIn = ({ id, entries }: Saved): readonly string[] => [
      id,
      ...entries.flatMap((entry) => [entry.id, ...(entry.role === 'user' ? entry.attachments.map((each) => each.id) : [])]),
    ];
    const before = idsIn(saved);
    idsIn(again!).forEach((name, index) => (second = second.replaceAll(`"${name}"`, `"${before[index]!}"`)));
    expect([JSON.parse(second), [...skipped]]).toEqual([JSON.parse(first), []]);
  });

  it('of an earlier version, or changed by hand, loses only what cannot be read', () => {
    const document = JSON.parse(exportOf(saved, new Map())) as { entries: Record<string, unknown>[] };
    Object.assign(document.entries[0]!, { pictures: [{ name: 'only a name' }, pictureNamed('p.png')], attachments: [] });
    Object.assign(document.entries[1]!, { parts: [{ type: 'hologram' }], usage: 'much' });
    for (const field of ['seams', 'citations', 'usage', 'timing', 'parts', 'state']) delete document.entries[4]![field];
    const { conversations, skipped } = imports(document);
    const [read] = conversations;
    expect([picture(new Conversation('n', { begin: never, newId: never, wall: never }, read!)), [...skipped]]).toEqual([
      expect.arrayContaining([expect.stringContaining('What is this?\n\n[image]')]),
      [['image', 2]],
    ]);
    expect(read!.entries.map((entry) => (entry.role === 'user' ? entry.text : written(entry).text))).toEqual([
      'What is this?\n\n[image]',
      'Look here.',
      '',
      'And all?',
      'Look here.',
      'Look here.',
    ]);
  });
});

const worker = new URL('../../../src/node/disk/conversationWorker.ts', import.meta.url);

describe('a JSON file', () => {
  const messagesFrom = async (file: Uint8Array): Promise<readonly ImportMessage[]> => {
    const messages: ImportMessage[] = [];
    for await (const message of importedFrom(worker, file)) messages.push(message);
    return messages;
  };
  const spoken = (index: number) => ({ content_type: 'text', parts: [`${index} words, `.repeat(1_000)] });
  const text = new TextEncoder();

  it('of many megabytes is read on a worker thread: conversations, pictures, and what was left out', async () => {
    const mapping = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) =>
        Object.entries(node(`n${index}`, index === 0 ? null : `n${index - 1}`, index % 2 ? 'assistant' : 'user', spoken(index))),
      ).flat(),
    );
    const { conversation } = scene();
    void conversation.ask({ text: 'See?', attachments: [], pictures: [pictureNamed('p.png')] }, 'test/a');
    const own = JSON.parse(toJson(conversation, new Map([['p.png', new Uint8Array([1, 2, 3])]]))) as unknown;
    const file = text.encode(JSON.stringify([{ title: 'Long', mapping }, own, { some: 'thing' }]));
    const messages = await messagesFrom(file);
    const summary = messages.map((message) => {
      if (message.type === 'end') return message;
      const saved = replay(message.journal.join(''))!.saved;
      return [
        message.id === saved.id,
        saved.title ?? '',
        saved.entries.length,
        Math.max(...message.journal.map(({ length }) => length)) < 600_000,
        message.pictures,
      ];
    });
    expect(summary).toEqual([
      [true, 'Long', 500, true, new Map()],
      [true, 'See?', 2, true, new Map([['p.png', new Uint8Array([1, 2, 3])]])],
      { type: 'end', unknown: 1, empty: 0, skipped: new Map() },
    ]);
  });

  it('with a byte order mark or white space around it is read; one that is cut or followed by something gives nothing', async () => {
    const kinds = async (json: string) => (await messagesFrom(text.encode(json)).catch(() => [])).map(({ type }) => type);
    expect(await Promise.all(['\ufeff[]', ' \n[{}]\n ', '{"a":[1,2]}'].map(kinds))).toEqual([['end'], ['end'], ['end']]);
    expect((await Promise.all(['', '[', '[{}', '[{},', '[] 2', '[}'].map(kinds))).flat()).toEqual([]);
  });
});

it('nothing but the worker reads or writes exported files: a conversation of megabytes would hold up the extension host', () => {
  const root = fileURLToPath(new URL('../../../src/', import.meta.url));
  const outside = globSync('{vscode,node}/**/*.ts', { cwd: root }).filter((file) =>
    /^import (?!type )[^;]*(?:import\/importChats|export\/export)\.ts'|import\([^)]*(?:importChats|export\/export)/m.test(
      readFileSync(root + file, 'utf8'),
    ),
  );
  expect(outside).toEqual(['node/disk/conversationWorker.ts']);
});
