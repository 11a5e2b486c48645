// Everything that can be done with a conversation, as a picture of its thread before and after.
import { describe, expect, it } from 'vitest';
import type { Answer, Question } from '../../../src/core/chat/entries.ts';
import { Tree } from '../../../src/core/chat/tree.ts';
import { toJson, toMarkdown } from '../../support/exported.ts';
import { picture, said, scene, settle, type Scene } from './handWritten.ts';

const hand = 'test/hand';

/** A conversation with these questions, each answered with its own words in capitals. */
async function told(...questions: readonly string[]): Promise<Scene> {
  const made = scene();
  for (const question of questions) {
    const answer = made.conversation.ask(said(question), hand);
    await settle();
    made.streams.at(-1)!.write(question.toUpperCase());
    made.streams.at(-1)!.finish();
    await answer;
  }
  return made;
}

const idOf = ({ conversation }: Scene, text: string): string =>
  conversation.entries.find((entry) => (entry.role === 'user' ? entry.text : entry.state.type === 'settled' && entry.state.text) === text)!
    .id;

/** Ends the newest answer with this text. */
async function finish({ streams }: Scene, text: string, reason: 'stop' | 'truncated' | 'cancelled' | 'error' = 'stop'): Promise<void> {
  streams.at(-1)!.write(text);
  streams.at(-1)!.finish(reason);
  await settle();
}

describe('a thread', () => {
  it('is what was asked and answered, and the model reads all of it', async () => {
    const made = await told('one', 'two');
    expect({ thread: picture(made.conversation), asked: made.asked[1] }).toEqual({
      thread: ['You: one', 'test/hand: ONE (stop)', 'You: two', 'test/hand: TWO (stop)'],
      asked: [
        { role: 'user', content: 'one' },
        { role: 'assistant', content: 'ONE' },
        { role: 'user', content: 'two' },
      ],
    });
  });

  it('is walked once for all who ask for it, and anew after each change', async () => {
    const made = await told('one');
    const { conversation } = made;
    const seen = new Set([conversation.thread, conversation.thread]);
    const once = seen.size;
    void conversation.regenerate(conversation.newestAnswer!.id, hand);
    seen.add(conversation.thread);
    await settle();
    await finish(made, 'EINS');
    seen.add(conversation.thread);
    conversation.showVersion(conversation.newestAnswer!.id, -1);
    seen.add(conversation.thread);
    expect({ once, changes: seen.size, shown: picture(conversation) }).toEqual({
      once: 1,
      changes: 4,
      shown: ['You: one', 'test/hand: ONE ‹1/2› (stop)'],
    });
  });

  it('keeps the old question when it is asked in other words, with all that came after it', async () => {
    const made = await told('one', 'two', 'three');
    void made.conversation.edit(idOf(made, 'two'), 'zwei', hand);
    await settle();
    await finish(made, 'ZWEI');
    const edited = picture(made.conversation);
    const asked = made.asked.at(-1);
    made.conversation.showVersion(idOf(made, 'zwei'), -1);
    expect({ edited, asked, back: picture(made.conversation) }).toEqual({
      edited: ['You: one', 'test/hand: ONE (stop)', 'You: zwei ‹2/2›', 'test/hand: ZWEI (stop)'],
      asked: [
        { role: 'user', content: 'one' },
        { role: 'assistant', content: 'ONE' },
        { role: 'user', content: 'zwei' },
      ],
      back: ['You: one', 'test/hand: ONE (stop)', 'You: two ‹1/2›', 'test/hand: TWO (stop)', 'You: three', 'test/hand: THREE (stop)'],
    });
  });

  it('keeps older answers when one is asked for again, and each has its own continuation', async () => {
    const made = await told('one', 'two');
    void made.conversation.regenerate(idOf(made, 'ONE'), 'test/other');
    await settle();
    await finish(made, 'UNO');
    const again = picture(made.conversation);
    made.conversation.showVersion(idOf(made, 'UNO'), -1);
    const older = picture(made.conversation);
    made.conversation.showVersion(idOf(made, 'ONE'), -1);
    expect({ again, older, noOlder: picture(made.conversation) }).toEqual({
      again: ['You: one', 'test/other: UNO ‹2/2› (stop)'],
      older: ['You: one', 'test/hand: ONE ‹1/2› (stop)', 'You: two', 'test/hand: TWO (stop)'],
      noOlder: older,
    });
  });

  it('continues from a break in the same answer', async () => {
    const made = scene();
    void made.conversation.ask(said('tell'), hand);
    await settle();
    await finish(made, 'The first half', 'truncated');
    const id = made.conversation.newestAnswer!.id;
    void made.conversation.resume(id);
    await settle();
    made.streams.at(-1)!.seam();
    await finish(made, ' and the second');
    const answer = made.conversation.newestAnswer!;
    expect({ same: answer.id === id, state: answer.state }).toMatchObject({
      same: true,
      state: { type: 'settled', text: 'The first half and the second', reason: 'stop', seams: [{ at: 14 }] },
    });
  });
});

describe('a question asked while an answer is written', () => {
  it('waits for it and follows, and its caller gets its answer', async () => {
    const made = scene();
    void made.conversation.ask(said('one'), hand);
    await settle();
    const second = made.conversation.ask(said('two'), hand);
    const waiting = picture(made.conversation);
    await finish(made, 'ONE');
    const following = picture(made.conversation);
    await finish(made, 'TWO');
    expect({ waiting, following, second: await second }).toMatchObject({
      waiting: ['You: one', 'test/hand:  (live)', 'queued: two'],
      following: ['You: one', 'test/hand: ONE (stop)', 'You: two', 'test/hand:  (live)'],
      second: { state: { text: 'TWO' } },
    });
  });

  it.each(['truncated', 'cancelled', 'error'] as const)(
    'is not asked after an answer that is %s until a person sends it',
    async (reason) => {
      const made = scene();
      void made.conversation.ask(said('one'), hand);
      await settle();
      void made.conversation.ask(said('two'), hand);
      await finish(made, 'ON', reason);
      const held = picture(made.conversation);
      made.conversation.sendNow(made.conversation.queue[0]!.id);
      await settle();
      expect({ held, sent: picture(made.conversation) }).toEqual({
        held: ['You: one', `test/hand: ON (${reason})`, 'queued: two'],
        sent: ['You: one', `test/hand: ON (${reason})`, 'You: two', 'test/hand:  (live)'],
      });
    },
  );

  it('stops what is written when it is sent at once', async () => {
    const made = scene();
    void made.conversation.ask(said('one'), hand);
    await settle();
    made.streams[0]!.write('ON');
    void made.conversation.ask(said('two'), hand);
    made.conversation.sendNow(made.conversation.queue[0]!.id);
    await settle();
    expect(picture(made.conversation)).toEqual(['You: one', 'test/hand: ON (cancelled)', 'You: two', 'test/hand:  (live)']);
  });

  it('can be taken back, which settles its promise', async () => {
    const made = scene();
    void made.conversation.ask(said('one'), hand);
    await settle();
    const second = made.conversation.ask(said('two'), hand);
    const taken = made.conversation.unqueue(made.conversation.queue[0]!.id);
    expect({ taken: taken?.text, answer: await second, left: picture(made.conversation) }).toEqual({
      taken: 'two',
      answer: undefined,
      left: ['You: one', 'test/hand:  (live)'],
    });
  });
});

describe('a queue that was edited by hand', () => {
  it('keeps the second of two questions with the same id when the first is asked', async () => {
    const queued = (text: string) => ({ role: 'queued', id: 'same', text, attachments: [], model: hand }) as const;
    const { conversation } = scene({ id: 'c', entries: [], chosen: [], queue: [queued('one'), queued('two')] });
    conversation.sendNow('same');
    await settle();
    expect(picture(conversation)).toEqual(['You: one', 'test/hand:  (live)', 'queued: two']);
  });
});

describe('a comparison', () => {
  it('takes another answer without looking at all the others again', async () => {
    const { conversation } = await told('one');
    const [question, answer] = conversation.thread as [Question, Answer];
    const tree = new Tree();
    tree.add({ ...question, compared: true });
    let looks = 0;
    const roleOf = (): 'assistant' => {
      looks++;
      return 'assistant';
    };
    for (let index = 0; index < 1_000; index++) {
      tree.add(Object.defineProperty({ ...answer, id: `a${index}` }, 'role', { get: roleOf }));
    }
    const adding = looks;
    expect({ few: adding < 10_000, shown: tree.thread.length }).toEqual({ few: true, shown: 1_001 });
  });

  async function compared(): Promise<Scene> {
    const made = await told('one');
    void made.conversation.compare(said('which?'), ['test/a', 'test/b', 'test/c']);
    await settle();
    for (const stream of made.streams.slice(1)) stream.write(`I am ${stream.model}`);
    return made;
  }

  it('shows all answers, each with its own stop, until one is picked', async () => {
    const made = await compared();
    const open = picture(made.conversation);
    made.conversation.stop(made.conversation.thread[3]!.id);
    made.streams[2]!.finish();
    await settle();
    const stopped = picture(made.conversation);
    made.conversation.pick(made.conversation.thread[4]!.id);
    await settle();
    expect({ open, stopped, picked: picture(made.conversation), third: made.streams[3]!.tape.ended }).toEqual({
      open: [
        'You: one',
        'test/hand: ONE (stop)',
        'You: which?',
        'test/a: I am test/a ‹1/3› (live)',
        'test/b: I am test/b ‹2/3› (live)',
        'test/c: I am test/c ‹3/3› (live)',
      ],
      stopped: [
        'You: one',
        'test/hand: ONE (stop)',
        'You: which?',
        'test/a: I am test/a ‹1/3› (cancelled)',
        'test/b: I am test/b ‹2/3› (stop)',
        'test/c: I am test/c ‹3/3› (live)',
      ],
      picked: ['You: one', 'test/hand: ONE (stop)', 'You: which?', 'test/b: I am test/b ‹2/3› (stop)'],
      third: true,
    });
  });

  it('makes the next question wait for the choice', async () => {
    const made = await compared();
    for (const stream of made.streams) stream.finish();
    await settle();
    void made.conversation.ask(said('go on'), hand);
    const waiting = picture(made.conversation).at(-1);
    made.conversation.pick(made.conversation.thread[3]!.id);
    await settle();
    expect({ waiting, asked: made.asked.at(-1), shown: picture(made.conversation) }).toEqual({
      waiting: 'queued: go on',
      asked: [
        { role: 'user', content: 'one' },
        { role: 'assistant', content: 'ONE' },
        { role: 'user', content: 'which?' },
        { role: 'assistant', content: 'I am test/a' },
        { role: 'user', content: 'go on' },
      ],
      shown: ['You: one', 'test/hand: ONE (stop)', 'You: which?', 'test/a: I am test/a ‹1/3› (stop)', 'You: go on', 'test/hand:  (live)'],
    });
  });

  it('leaves the others alone when one fails', async () => {
    const made = await compared();
    made.streams[1]!.finish('error');
    made.streams[2]!.write(' still');
    await settle();
    expect(picture(made.conversation).slice(3)).toEqual([
      'test/a: I am test/a ‹1/3› (error)',
      'test/b: I am test/b still ‹2/3› (live)',
      'test/c: I am test/c ‹3/3› (live)',
    ]);
  });
});

describe('a copy', () => {
  it('is the path to an entry, with new ids, and leaves the original alone', async () => {
    const made = await told('one', 'two');
    const saved = made.conversation.fork(idOf(made, 'ONE'), 'copy');
    const copy = scene(saved);
    void copy.conversation.ask(said('drei'), hand);
    await settle();
    const ids = new Set(made.conversation.entries.map(({ id }) => id));
    expect({
      copy: picture(copy.conversation),
      asked: copy.asked,
      original: picture(made.conversation),
      shared: saved.entries.filter(({ id }) => ids.has(id)),
    }).toEqual({
      copy: ['You: one', 'test/hand: ONE (stop)', 'You: drei', 'test/hand:  (live)'],
      asked: [
        [
          { role: 'user', content: 'one' },
          { role: 'assistant', content: 'ONE' },
          { role: 'user', content: 'drei' },
        ],
      ],
      original: ['You: one', 'test/hand: ONE (stop)', 'You: two', 'test/hand: TWO (stop)'],
      shared: [],
    });
  });
});

describe('attachments', () => {
  it('stand before the question, in a fence that their text cannot end', async () => {
    const made = scene();
    const text = 'a\n```\nb';
    void made.conversation.ask({ text: 'Why?', attachments: [{ id: 'f', name: 'a.md:1-3', language: 'markdown', text, tokens: 3 }] }, hand);
    await settle();
    expect(made.asked[0]).toEqual([{ role: 'user', content: 'a.md:1-3:\n````markdown\na\n```\nb\n````\n\nWhy?' }]);
  });
});

describe('an export', () => {
  const words = {
    you: 'You',
    untitled: 'Untitled',
    reasoning: 'Reasoning',
    lostAttempt: 'Interrupted attempt',
    sources: 'Sources',
    label: (model: string) => model,
    ending: () => 'Stopped by you.',
  };

  it('is the shown thread as Markdown', async () => {
    const made = await told('one');
    expect(toMarkdown(made.conversation, words)).toBe('# one\n\n## You\n\none\n\n## test/hand\n\nONE\n\n> Stopped by you.\n');
  });

  it('is everything as JSON, older versions too', async () => {
    const made = await told('one');
    void made.conversation.regenerate(idOf(made, 'ONE'), hand);
    await settle();
    await finish(made, 'UNO');
    const document = JSON.parse(toJson(made.conversation)) as { title: string; shown: string[]; entries: { id: string; text: string }[] };
    expect({ ...document, shown: document.shown.map((id) => document.entries.find((entry) => entry.id === id)?.text) }).toMatchObject({
      format: 'rivulet-conversation',
      version: 2,
      title: 'one',
      shown: ['one', 'UNO'],
      entries: [
        { role: 'user', text: 'one' },
        { role: 'assistant', text: 'ONE', reason: 'stop' },
        { role: 'assistant', text: 'UNO' },
      ],
    });
  });
});

it('an answer that failed without a word is no version once there is another, and one with words is', async () => {
  const made = scene();
  void made.conversation.ask(said('one'), hand);
  await settle();
  made.streams[0]!.finish('error');
  await settle();
  const failed = picture(made.conversation);
  void made.conversation.regenerate(made.conversation.newestAnswer!.id, hand);
  await settle();
  await finish(made, 'Half', 'error');
  const half = picture(made.conversation);
  void made.conversation.regenerate(made.conversation.newestAnswer!.id, hand);
  await settle();
  await finish(made, 'Whole');
  expect({ failed, half, whole: picture(made.conversation) }).toEqual({
    failed: ['You: one', `${hand}:  (error)`],
    half: ['You: one', `${hand}: Half (error)`],
    whole: ['You: one', `${hand}: Whole ‹2/2› (stop)`],
  });
});
