// What a model said in parts: kept in the journal to the byte, read back as it was, given to the next request, and exported.
import { expect, it } from 'vitest';
import type { Part } from '../../../src/api.ts';
import type { Saved } from '../../../src/core/chat/saved.ts';
import type { EndEvent } from '../../../src/core/answer/liveStream.ts';
import { toJson, toMarkdown } from '../../support/exported.ts';
import { lineOf } from '../../../src/core/chat/journal/journal.ts';
import { JournalWriter } from '../../../src/core/chat/journal/journalWriter.ts';
import { linesOf, replay } from '../../support/journals.ts';
import { pictureNamed, said, scene, settle, type Scene } from './handWritten.ts';

const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
const parts: readonly Part[] = [
  { type: 'reasoning', text: 'First.', opaque: { origin: 'messages:a/m', value: { type: 'thinking', signature: 'EqRk+/==\ud800\u2028' } } },
  { type: 'text', text: 'Hello ' },
  { type: 'reasoning', text: 'Then.', opaque: { origin: 'x', value: [bytes, 2n ** 70n, { $rivulet: 'bytes', base64: 'AAAA' }, null] } },
  { type: 'reasoning', text: 'That was never shown.' },
  { type: 'text', text: 'world' },
  { type: 'tool-call', id: 'c1', name: 'look', arguments: '{"at":"```"}' },
];
const details: Partial<EndEvent> = {
  word: 'tool_use',
  detail: 'bio: A sentence.',
  citations: [{ url: 'https://example.com/a', title: 'A' }, { url: 'javascript:alert(1)' }],
};

/** One question and its answer in parts, written down as it came. */
async function told(end: Partial<EndEvent> = details): Promise<Scene & { readonly journal: () => string }> {
  const made = scene();
  let journal = '';
  new JournalWriter(made.conversation, false, { append: (lines) => (journal += lines), clock: made.clock });
  void made.conversation.ask({ ...said('Look.'), pictures: [pictureNamed('p1.png', 'image/png')] }, 'test/hand');
  await settle();
  const [stream] = made.streams;
  stream!.think('lost');
  stream!.anew();
  stream!.think('First.');
  stream!.write('Hello ');
  stream!.think('Then.');
  stream!.write('world');
  stream!.parts.push(...parts);
  stream!.finish('tool-calls', end);
  await settle();
  return { ...made, journal: () => journal };
}

const savedOf = (journal: string): Saved => replay(journal)!.saved;
const answerOf = (saved: Saved): object => saved.entries.find(({ role }) => role === 'assistant')!;

it('reads parts, details of the end and pictures back as they were, from what was written and from a copy', async () => {
  const made = await told();
  const back = savedOf(made.journal());
  const copied = savedOf(linesOf(back));
  const { state } = made.conversation.newestAnswer!;
  expect([answerOf(back), answerOf(copied), back.entries[0], copied.entries[0], replay(made.journal())!.damaged]).toEqual([
    { ...made.conversation.newestAnswer, previous: expect.anything() },
    { ...made.conversation.newestAnswer, previous: expect.anything() },
    made.conversation.thread[0],
    made.conversation.thread[0],
    0,
  ]);
  expect(state).toMatchObject({
    ...details,
    parts,
    reasoning: 'lostFirst.Then.',
    seams: [{ at: 4, part: 'reasoning', anew: { prompt: 7, completion: 2 } }],
  });
});

it('writes no text twice', async () => {
  const made = await told();
  const words = made.journal().split(/First\.|Hello |Then\.|world/).length - 1;
  expect(words).toBe(4);
});

it('gives the next request what the model said, without the call that was never answered, and the pictures by their bytes', async () => {
  const made = await told();
  const asked: string[] = [];
  const picture = async (conversation: string, file: string): Promise<Uint8Array | undefined> => {
    asked.push(`${conversation}/${file}`);
    return file === 'p1.png' ? bytes : undefined;
  };
  const again = scene(savedOf(made.journal()), picture);
  void again.conversation.ask({ ...said('And?'), pictures: [pictureNamed('gone.gif', 'image/gif')] }, 'test/hand');
  await settle();
  expect({ asked, messages: again.asked[0] }).toEqual({
    asked: ['c/p1.png', 'c/gone.gif'],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', mime: 'image/png', data: bytes },
          { type: 'text', text: 'Look.' },
        ],
      },
      { role: 'assistant', content: parts.slice(0, -1) },
      {
        role: 'user',
        content: [
          { type: 'text', text: '[image/gif: gone.gif]\n\n' },
          { type: 'text', text: 'And?' },
        ],
      },
    ],
  });
});

it.each([
  ['words of the answer are lost', (line: string) => (line.startsWith('{"t":"text"') ? '' : line)],
  ['a part is of a kind that is not known', (line: string) => line.replace('"type":"tool-call"', '"type":"hologram"')],
  ['a part names a place that is not there', (line: string) => line.replace(/"at":\[\d+,\d+\]/, '"at":[0,9999]')],
])('gives the text alone where %s', async (_, change) => {
  const made = await told();
  const back = savedOf(
    made
      .journal()
      .split(/(?<=\n)/)
      .map(change)
      .join(''),
  );
  expect('parts' in (answerOf(back) as { state: object }).state).toBe(false);
});

it('reads a journal of version 1', () => {
  const usage = { prompt: 1, completion: 1, total: 2, estimated: false, attempts: 1 };
  const journal = [
    '{"t":"head","version":1,"id":"c"}\n',
    lineOf({ t: 'question', id: 'q', askedAt: 1, text: 'Hello?' }),
    lineOf({ t: 'answer', id: 'a', parent: 'q', model: 'm' }),
    lineOf({ t: 'text', id: 'a', at: 0, s: 'Hello.' }),
    lineOf({ t: 'seam', id: 'a', at: 3 }),
    lineOf({ t: 'end', id: 'a', reason: 'stop', usage, timing: { totalMs: 1, waitsMs: 0 } }),
  ].join('');
  expect([answerOf(savedOf(journal)), replay(journal)!.damaged]).toMatchObject([
    { state: { text: 'Hello.', seams: [{ at: 3 }], reason: 'stop', citations: [] } },
    0,
  ]);
});

it('keeps lines of a later version, passes over fields that it does not know, and shows everything else', async () => {
  const made = await told();
  const newer = ['{"t":"hologram","id":"x","depth":3}', '{"t":"pin","id":"y"}'];
  const lines = made.journal().split(/(?<=\n)/);
  lines.splice(2, 0, `${newer[0]}\n`);
  const journal = `${lines.join('').replace('"t":"answer"', '"t":"answer","mood":"calm"')}${newer[1]}\n`;
  const { saved, good, damaged } = replay(journal)!;
  expect([saved.unknown, damaged, good, linesOf(saved).includes(newer.join('\n')), answerOf(saved)]).toEqual([
    newer,
    0,
    journal.length,
    true,
    answerOf(savedOf(made.journal())),
  ]);
});

it('keeps what an answer referred to when it is continued, each address once', async () => {
  const made = await told({ citations: [{ url: 'https://a.example' }] });
  const first = made.conversation.newestAnswer!;
  void made.conversation.regenerate(first.id, 'test/hand');
  await settle();
  made.streams[1]!.write('Half');
  made.streams[1]!.finish('truncated', { citations: [{ url: 'https://a.example' }] });
  await settle();
  void made.conversation.resume(made.conversation.newestAnswer!.id);
  await settle();
  const unfinished = savedOf(made.journal()).entries.at(-1);
  made.streams[2]!.finish('stop', { citations: [{ url: 'https://a.example' }, { url: 'https://b.example' }] });
  await settle();
  const citations = [{ url: 'https://a.example' }, { url: 'https://b.example' }];
  expect([unfinished, savedOf(made.journal()).entries.at(-1), made.conversation.newestAnswer]).toMatchObject([
    { state: { citations: citations.slice(0, 1), interrupted: true } },
    { state: { citations } },
    { state: { citations } },
  ]);
});

it('exports calls, pictures and sources, and makes a link of web addresses only', async () => {
  const { conversation } = await told();
  const words = {
    you: 'You',
    untitled: '',
    reasoning: 'Reasoning',
    lostAttempt: 'Interrupted attempt',
    sources: 'Sources',
    label: (model: string) => model,
    ending: () => undefined,
  };
  const json = JSON.parse(toJson(conversation)) as { entries: { parts: { opaque?: { value: unknown[] } }[] }[] };
  expect([toMarkdown(conversation, words).split('\n\n').slice(2), json.entries[1]!.parts[2]!.opaque!.value[0]]).toEqual([
    [
      'Look.',
      '\\[image/png: p1.png\\]',
      '## test/hand',
      '<details><summary>Interrupted attempt</summary>',
      'lost',
      '</details>',
      '<details><summary>Reasoning</summary>',
      'First.Then.',
      '</details>',
      'Hello world',
      '**look**',
      '````json\n{"at":"```"}\n````',
      'Sources',
      '- [A](<https://example.com/a>)\n- javascript:alert(1)\n',
    ],
    { $rivulet: 'bytes', base64: Buffer.from(bytes).toString('base64') },
  ]);
});
