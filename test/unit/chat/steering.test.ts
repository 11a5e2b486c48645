// A question asked while an answer streams: it interrupts the answer, or waits and can be moved and reworded until then.
import { expect, it } from 'vitest';
import { moved, reworded } from '../../../src/core/chat/queue.ts';
import { askInterrupting } from '../../../src/core/chat/steering.ts';
import { picture, said, scene, settle, type Scene } from './handWritten.ts';

const hand = 'test/hand';

/** A conversation whose first answer has this text so far and streams on. */
async function streaming(text: string): Promise<Scene> {
  const made = scene();
  void made.conversation.ask(said('one'), hand);
  await settle();
  if (text !== '') made.streams[0]!.write(text);
  return made;
}

const interrupt = async ({ conversation, clock }: Scene, text = 'two'): Promise<void> => {
  void askInterrupting(conversation, said(text), hand, (ms, fire) => clock.timer(ms, fire));
  await settle();
};

it.each([
  ['A half sen', ['tence', ' here. And'], 'A half sentence here. And'],
  ['半句', ['话', '。下'], '半句话。下'],
  ['A line', [' of a list\n- '], 'A line of a list\n- '],
  ['Done.', [], 'Done.'],
  ['He said "no."', [], 'He said "no."'],
  ['版本 3.', ['5 是最', '新的！'], '版本 3.5 是最新的！'],
  ['', [], ''],
])('an interrupted answer of %j ends with its sentence, keeps its text, and the new question follows', async (before, later, text) => {
  const made = await streaming(before);
  await interrupt(made);
  for (const piece of later) {
    made.streams[0]!.write(piece);
    await settle();
  }
  expect({ thread: picture(made.conversation), asked: made.asked[1]!.at(-2)?.content ?? '' }).toEqual({
    thread: ['You: one', `${hand}: ${text} (cancelled)`, 'You: two', `${hand}:  (live)`],
    asked: text === '' ? 'one' : text,
  });
});

it('a sentence that has no end, or takes too long, is cut', async () => {
  const long = await streaming('on and');
  await interrupt(long);
  long.streams[0]!.write(' on and'.repeat(100));
  await settle();
  const slow = await streaming('on and');
  await interrupt(slow);
  const before = picture(slow.conversation);
  slow.clock.advance(3_000);
  await settle();
  expect({ long: long.streams.length, before, slow: picture(slow.conversation) }).toEqual({
    long: 2,
    before: ['You: one', `${hand}: on and (live)`, 'queued: two'],
    slow: ['You: one', `${hand}: on and (cancelled)`, 'You: two', `${hand}:  (live)`],
  });
});

it('interrupts before what waits already, and asks once when the answer ends by itself meanwhile', async () => {
  const made = await streaming('half');
  void made.conversation.ask(said('waits'), hand);
  await interrupt(made);
  const order = made.conversation.queue.map(({ text }) => text);
  made.streams[0]!.finish();
  await settle();
  expect({ order, thread: picture(made.conversation) }).toEqual({
    order: ['two', 'waits'],
    thread: ['You: one', `${hand}: half (stop)`, 'You: two', `${hand}:  (live)`, 'queued: waits'],
  });
});

it('asks at once when nothing streams, and waits for the choice when answers are compared', async () => {
  const idle = await streaming('done');
  idle.streams[0]!.finish();
  await settle();
  await interrupt(idle);
  const comparing = scene();
  void comparing.conversation.compare(said('one'), ['test/a', 'test/b']);
  await settle();
  await interrupt(comparing);
  expect({ idle: picture(idle.conversation).slice(-2), comparing: picture(comparing.conversation).at(-1) }).toEqual({
    idle: ['You: two', `${hand}:  (live)`],
    comparing: 'queued: two',
  });
});

it('the old course is taken up as another version, and the interruption is kept', async () => {
  const made = await streaming('Old course.');
  await interrupt(made);
  made.streams[1]!.write('New.');
  made.streams[1]!.finish();
  await settle();
  const { id } = made.conversation.thread[1]!;
  void made.conversation.resume(id, 'version');
  await settle();
  made.streams[2]!.write(' Its rest.');
  made.streams[2]!.finish();
  await settle();
  const back = picture(made.conversation);
  made.conversation.showVersion(made.conversation.newestAnswer!.id, -1);
  expect({ back, other: picture(made.conversation) }).toEqual({
    back: ['You: one', `${hand}: Old course. Its rest. ‹2/2› (stop)`],
    other: ['You: one', `${hand}: Old course. ‹1/2› (cancelled)`, 'You: two', `${hand}: New. (stop)`],
  });
});

it('what waits can be moved and reworded', async () => {
  const { conversation } = await streaming('half');
  for (const text of ['a', 'b', 'c']) void conversation.ask(said(text), hand);
  const [a, b, c] = conversation.queue.map(({ id }) => id) as [string, string, string];
  const now = () => conversation.queue.map(({ text }) => text).join('');
  const seen = [now()];
  for (const [id, step] of [
    [c, -1],
    [c, -1],
    [c, -1],
    [a, 1],
    [a, 1],
    ['none', 1],
  ] as const) {
    conversation.changeQueue((items) => moved(items, id, step));
    seen.push(now());
  }
  conversation.changeQueue((items) => reworded(items, b, 'B'));
  expect([...seen, now()]).toEqual(['abc', 'acb', 'cab', 'cab', 'cba', 'cba', 'cba', 'cBa']);
});
