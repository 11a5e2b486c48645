// The time between a question and its stream, when keys and settings are read or a dialog is open, counts as running.
import { expect, it } from 'vitest';
import { Conversation } from '../../../src/core/chat/conversation.ts';
import { JournalWriter } from '../../../src/core/chat/journal/journalWriter.ts';
import { TestClock } from '../../support/engine.ts';
import { replay } from '../../support/journals.ts';
import { Beginnings, type HandWritten, HandWritten as Stream, picture, said, scene, settle } from './handWritten.ts';

const hand = 'test/hand';

interface Slow {
  readonly conversation: Conversation;
  readonly waiting: Beginnings['waiting'];
  /** Lets the next answer begin. */
  begin(): Promise<HandWritten>;
  /** What would be read back now. */
  readBack(): string[];
}

function slow(): Slow {
  const beginnings = new Beginnings();
  const clock = new TestClock();
  let ids = 0;
  const conversation = new Conversation('c', { begin: beginnings.begin, newId: () => `m${++ids}`, wall: clock.wall });
  let journal = '';
  new JournalWriter(conversation, false, { append: (lines) => (journal += lines), clock });
  return {
    conversation,
    waiting: beginnings.waiting,
    begin: async () => {
      const stream = beginnings.waiting.shift()!.begin();
      await settle();
      return stream;
    },
    readBack: () => {
      const read = replay(journal)!;
      return [...picture(scene(read.saved).conversation), ...(read.damaged === 0 ? [] : [`damaged: ${read.damaged}`])];
    },
  };
}

/** One question, and an answer that broke off. */
async function broken(): Promise<Slow & { readonly id: string }> {
  const made = slow();
  void made.conversation.ask(said('one'), hand);
  const stream = await made.begin();
  stream.write('Half ');
  stream.finish('truncated');
  await settle();
  return { ...made, id: made.conversation.newestAnswer!.id };
}

async function answer(made: Slow, text: string): Promise<void> {
  const stream = await made.begin();
  stream.write(text);
  stream.finish();
  await settle();
}

it('shows an answer as soon as it is asked for', async () => {
  const { conversation, waiting, begin } = slow();
  void conversation.ask(said('one'), hand);
  const asked = [picture(conversation), waiting.length];
  await begin();
  expect([asked, picture(conversation)]).toEqual([
    [['You: one', 'test/hand:  (asked)'], 1],
    ['You: one', 'test/hand:  (live)'],
  ]);
});

it('resumes once for two clicks, and reads back what was shown', async () => {
  const made = await broken();
  const { conversation, waiting, id } = made;
  const first = conversation.resume(id);
  const second = conversation.resume(id);
  const requests = waiting.length;
  const stream = await made.begin();
  const third = conversation.resume(id);
  stream.think('hm');
  stream.write('and whole.');
  stream.finish();
  const [a, b, c] = await Promise.all([first, second, third]);
  const asks = ['two', 'three'].map((text) => conversation.ask(said(text), hand));
  await settle();
  await answer(made, 'TWO');
  await answer(made, 'THREE');
  await Promise.all(asks);
  const shown = [
    'You: one',
    'test/hand: Half and whole. (stop)',
    'You: two',
    'test/hand: TWO (stop)',
    'You: three',
    'test/hand: THREE (stop)',
  ];
  expect({ requests, same: a === b && b === c, shown: picture(conversation), back: made.readBack() }).toEqual({
    requests: 1,
    same: true,
    shown,
    back: shown,
  });
});

it('ends a resumed answer with one stop, also before it has begun, and sends nothing after that', async () => {
  const made = await broken();
  const { conversation, waiting, id } = made;
  const resumed = conversation.resume(id);
  conversation.stop(id);
  const ended = await resumed;
  const { signal } = waiting[0]!;
  const late = await made.begin();
  expect({ reason: ended?.state, aborted: signal.aborted, late: late.tape.ended, shown: picture(conversation) }).toMatchObject({
    reason: { type: 'settled', reason: 'cancelled', text: 'Half ', usage: { prompt: 1 } },
    aborted: true,
    late: true,
    shown: ['You: one', 'test/hand: Half  (cancelled)'],
  });
  expect(made.readBack()).toEqual(picture(conversation));
});

it('stops an answer that never begins, and the next question is asked', async () => {
  const { conversation, waiting } = slow();
  const first = conversation.ask(said('one'), hand);
  conversation.stopAll();
  const ended = await first;
  void conversation.ask(said('two'), hand);
  await settle();
  expect({ reason: ended?.state.type === 'settled' && ended.state.reason, asked: waiting.length, shown: picture(conversation) }).toEqual({
    reason: 'cancelled',
    asked: 2,
    shown: ['You: one', 'test/hand:  (cancelled)', 'You: two', 'test/hand:  (asked)'],
  });
});

it('stops a stream that arrives together with the stop', async () => {
  const { conversation, waiting } = slow();
  const first = conversation.ask(said('one'), hand);
  const stream = waiting[0]!.begin();
  await Promise.resolve();
  conversation.stopAll();
  await first;
  expect([stream.tape.ended, picture(conversation)]).toEqual([true, ['You: one', 'test/hand:  (cancelled)']]);
});

it.each([
  ['rejects', (): Promise<never> => Promise.reject(new Error('The keyring is locked.'))],
  [
    'throws',
    (): never => {
      throw new Error('The keyring is locked.');
    },
  ],
  ['rejects with a string', (): Promise<never> => Promise.reject('The keyring is locked.' as unknown as Error)],
])('ends an answer whose beginning %s with its sentence, and lets the next question go', async (_, failing) => {
  let fails = true;
  let ids = 0;
  const begin = async ({ model }: { readonly model: string }): Promise<HandWritten> => {
    if (fails) return failing();
    const stream = new Stream(model);
    stream.finish();
    return stream;
  };
  const conversation = new Conversation('c', { begin, newId: () => `m${++ids}`, wall: () => 0 });
  const failed = await conversation.ask(said('one'), hand);
  fails = false;
  await conversation.ask(said('two'), hand);
  expect({ state: failed?.state, shown: picture(conversation) }).toMatchObject({
    state: { type: 'settled', reason: 'error', error: { kind: 'server', message: 'The keyring is locked.' } },
    shown: ['You: one', 'test/hand:  (error)', 'You: two', 'test/hand:  (stop)'],
  });
});

it('keeps the words of an answer whose resume fails to begin', async () => {
  const made = await broken();
  const resumed = made.conversation.resume(made.id);
  made.waiting[0]!.fail(new Error('No.'));
  await resumed;
  expect([picture(made.conversation), made.readBack()]).toEqual([
    ['You: one', 'test/hand: Half  (error)'],
    ['You: one', 'test/hand: Half  (error)'],
  ]);
});

it('regenerates once for two clicks, and shows that one', async () => {
  const made = await broken();
  const { conversation, waiting, id } = made;
  const first = conversation.regenerate(id, hand);
  conversation.showVersion(conversation.newestAnswer!.id, -1);
  const second = conversation.regenerate(id, hand);
  const requests = waiting.length;
  await answer(made, 'Whole.');
  expect({ requests, same: (await first) === (await second), shown: picture(conversation), back: made.readBack() }).toEqual({
    requests: 1,
    same: true,
    shown: ['You: one', 'test/hand: Whole. ‹2/2› (stop)'],
    back: ['You: one', 'test/hand: Whole. ‹2/2› (stop)'],
  });
});

it('asks an edited question once for two clicks, and again when the words differ', async () => {
  const made = await broken();
  const { conversation, waiting } = made;
  const question = conversation.thread[0]!.id;
  const first = conversation.edit(question, 'eins', hand);
  const second = conversation.edit(question, 'eins', hand);
  const requests = waiting.length;
  void conversation.edit(question, 'uno', hand);
  const other = waiting.length;
  waiting[0]!.begin().finish();
  expect({ requests, other, same: (await first) === (await second) }).toEqual({ requests: 1, other: 2, same: true });
});

it('lets a question, a comparison and an adopted answer wait or go elsewhere while an answer has not begun', async () => {
  const { conversation, waiting, begin } = slow();
  void conversation.ask(said('one'), hand);
  void conversation.ask(said('two'), hand);
  void conversation.compare(said('which?'), ['test/a', 'test/b']);
  const adopted = conversation.adopt('elsewhere', new Stream());
  const asked = [waiting.length, picture(conversation)];
  (await begin()).finish();
  await settle();
  (await begin()).finish();
  await settle();
  expect({ asked, adopted, waiting: waiting.map(({ model }) => model), shown: picture(conversation) }).toEqual({
    asked: [1, ['You: one', 'test/hand:  (asked)', 'queued: two', 'queued: which?']],
    adopted: undefined,
    waiting: ['test/a', 'test/b'],
    shown: [
      'You: one',
      'test/hand:  (stop)',
      'You: two',
      'test/hand:  (stop)',
      'You: which?',
      'test/a:  ‹1/2› (asked)',
      'test/b:  ‹2/2› (asked)',
    ],
  });
});

it('lets a comparison wait for the choice in another one, and asks it of what was chosen', async () => {
  const made = slow();
  const { conversation, waiting } = made;
  void conversation.compare(said('first?'), ['test/a', 'test/b']);
  const second = conversation.compare(said('second?'), ['test/a', 'test/b']);
  const before = waiting.length;
  await answer(made, 'A');
  await answer(made, 'B');
  const open = picture(conversation);
  conversation.pick(conversation.thread[2]!.id);
  await settle();
  const picked = picture(conversation);
  await answer(made, 'AA');
  await answer(made, 'BB');
  expect({ before, open: open.at(-1), picked, both: (await second).length, back: made.readBack() }).toEqual({
    before: 2,
    open: 'queued: second?',
    picked: ['You: first?', 'test/b: B ‹2/2› (stop)', 'You: second?', 'test/a:  ‹1/2› (asked)', 'test/b:  ‹2/2› (asked)'],
    both: 2,
    back: picture(conversation),
  });
});

it('stops the answers of a comparison that have not begun when another one is picked', async () => {
  const made = slow();
  const { conversation, waiting } = made;
  const compared = conversation.compare(said('which?'), ['test/a', 'test/b', 'test/c']);
  const stream = await made.begin();
  conversation.pick(conversation.thread[1]!.id);
  stream.finish();
  await compared;
  expect([picture(conversation), waiting.map(({ signal }) => signal.aborted)]).toEqual([
    ['You: which?', 'test/a:  ‹1/3› (stop)'],
    [true, true],
  ]);
});

it('tells a model the whole of an answer before it, when that one is being resumed', async () => {
  const made = scene();
  const { conversation, streams, asked } = made;
  void conversation.ask(said('one'), hand);
  await settle();
  streams[0]!.write('Half ');
  streams[0]!.finish('truncated');
  await settle();
  const id = conversation.newestAnswer!.id;
  void conversation.ask(said('two'), hand);
  await settle();
  streams[1]!.finish();
  await settle();
  void conversation.resume(id);
  await settle();
  const requests = streams.length;
  void conversation.regenerate(conversation.newestAnswer!.id, hand);
  await settle();
  const held = streams.length;
  streams[2]!.write('and whole.');
  streams[2]!.finish();
  await settle();
  expect({ requests, held, messages: asked[3] }).toEqual({
    requests: 3,
    held: 3,
    messages: [
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'Half and whole.' },
      { role: 'user', content: 'two' },
    ],
  });
});

it('resumes no answer that is complete', async () => {
  const made = slow();
  void made.conversation.ask(said('one'), hand);
  await answer(made, 'Whole.');
  expect([await made.conversation.resume(made.conversation.newestAnswer!.id), made.waiting.length]).toEqual([undefined, 0]);
});

it('copies an answer that has not begun as far as it is', async () => {
  const made = await broken();
  void made.conversation.resume(made.id);
  const copy = scene(made.conversation.fork(made.id, 'copy'));
  expect(picture(copy.conversation)).toEqual(['You: one', 'test/hand: Half  (truncated)']);
});

it('continues when a listener throws, and reports the error', async () => {
  const { conversation } = scene();
  const failures: unknown[] = [];
  const heard: string[] = [];
  const listen = (error: unknown): void => void failures.push(error);
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', listen);
  conversation.onChange(() => {
    throw new Error('A bug.');
  });
  conversation.onChange(({ type }) => heard.push(type));
  void conversation.ask(said('one'), hand);
  await new Promise((resolve) => setImmediate(resolve));
  process.removeListener('unhandledRejection', listen);
  for (const other of others) process.on('unhandledRejection', other);
  expect([heard, failures.length]).toEqual([['added', 'added', 'changed'], 3]);
});

it.each(['regenerate', 'edit'] as const)('shows after a reload the version that was shown before it: %s on an older one', async (how) => {
  const made = slow();
  const { conversation } = made;
  void conversation.ask(said('one'), hand);
  await answer(made, 'first');
  const first = conversation.newestAnswer!.id;
  if (how === 'edit') void conversation.edit(conversation.thread[0]!.id, 'eins', hand);
  else void conversation.regenerate(first, hand);
  await answer(made, 'second');
  conversation.showVersion(how === 'edit' ? conversation.thread[0]!.id : conversation.newestAnswer!.id, -1);
  if (how === 'edit') void conversation.edit(conversation.thread[0]!.id, 'uno', hand);
  else void conversation.regenerate(first, hand);
  await answer(made, 'third');
  void conversation.ask(said('go on'), hand);
  await answer(made, 'fourth');
  const shown = picture(conversation);
  expect([shown, made.readBack()]).toEqual([
    how === 'edit'
      ? ['You: uno ‹3/3›', 'test/hand: third (stop)', 'You: go on', 'test/hand: fourth (stop)']
      : ['You: one', 'test/hand: third ‹3/3› (stop)', 'You: go on', 'test/hand: fourth (stop)'],
    shown,
  ]);
});
