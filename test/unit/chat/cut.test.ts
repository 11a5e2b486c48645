// Long conversations with shortened prompts: what is left out or summarized, what is sent instead, and how it is undone.
import { expect, it } from 'vitest';
import type { Message } from '../../../src/api.ts';
import { cutBefore, sentOf, sumUpTo } from '../../../src/core/chat/cut.ts';
import type { Cut, Entry } from '../../../src/core/chat/entries.ts';
import { lineOf } from '../../../src/core/chat/journal/journal.ts';
import { JournalWriter } from '../../../src/core/chat/journal/journalWriter.ts';
import { linesOf, replay } from '../../support/journals.ts';
import { said, scene, settle, type Scene } from './handWritten.ts';

const model = 'test/hand';
const textsOf = (messages: readonly Message[]): unknown[] => messages.map(({ content }) => content);
/** Of the entry with this text. */
const idOf = ({ conversation }: Scene, index: number): string => conversation.thread[index]!.id;

/** Asks, and answers with the question in capitals. */
async function exchange(made: Scene, text: string, cut?: Cut, answer = text.toUpperCase(), reason: 'stop' | 'truncated' = 'stop') {
  const asked = made.conversation.ask({ ...said(text), ...(cut === undefined ? {} : { cut }) }, model);
  await settle();
  const stream = made.streams.at(-1)!;
  stream.write(answer);
  stream.finish(reason);
  return (await asked)!;
}

async function three(): Promise<Scene> {
  const made = scene();
  for (const text of ['one', 'two', 'three']) await exchange(made, text);
  return made;
}

it('leaves out the oldest messages from a question on, also for later ones, until that is undone', async () => {
  const made = await three();
  await exchange(made, 'four', { upTo: idOf(made, 1) });
  await exchange(made, 'five');
  const four = idOf(made, 6);
  made.conversation.undoCut(four, true);
  await exchange(made, 'six');
  made.conversation.undoCut(four, false);
  await exchange(made, 'seven');
  const from = (index: number) => textsOf(made.asked[index]!).slice(0, 2);
  expect([from(3), from(4), from(5), from(6), textsOf(made.asked[3]!).length]).toEqual([
    ['two', 'TWO'],
    ['two', 'TWO'],
    ['one', 'ONE'],
    ['two', 'TWO'],
    5,
  ]);
});

it('sums up the older part, sends the summary in its place, and none of the question for it', async () => {
  const made = await three();
  const summary = await exchange(made, 'Sum up', { upTo: idOf(made, 3), summary: true }, 'In short');
  await exchange(made, 'four');
  const first = made.asked.slice(-2).map(textsOf);
  // A person knows better.
  made.conversation.rewriteSummary(summary.id, 'Shorter');
  await exchange(made, 'five');
  made.conversation.undoCut(summary.parent, true);
  await exchange(made, 'six');
  expect([...first, textsOf(made.asked.at(-2)!), textsOf(made.asked.at(-1)!)]).toEqual([
    ['one', 'ONE', 'two', 'TWO', 'Sum up'],
    ['Summary of the conversation so far:\n\nIn short\n\nthree', 'THREE', 'four'],
    ['Summary of the conversation so far:\n\nShorter\n\nthree', 'THREE', 'four', 'FOUR', 'five'],
    ['one', 'ONE', 'two', 'TWO', 'three', 'THREE', 'four', 'FOUR', 'five', 'FIVE', 'six'],
  ]);
});

it('sums up a summary together with what came after it, and everything where nothing else is left', async () => {
  const made = await three();
  await exchange(made, 'Sum up', { upTo: idOf(made, 3), summary: true }, 'First');
  await exchange(made, 'four');
  await exchange(made, 'Sum up', { upTo: made.conversation.thread.at(-1)!.id, summary: true }, 'Second');
  await exchange(made, 'five');
  expect(made.asked.slice(-2).map(textsOf)).toEqual([
    ['Summary of the conversation so far:\n\nFirst\n\nthree', 'THREE', 'four', 'FOUR', 'Sum up'],
    ['Summary of the conversation so far:\n\nSecond\n\nfive'],
  ]);
});

it('does not use half a summary', async () => {
  const made = await three();
  await exchange(made, 'Sum up', { upTo: idOf(made, 5), summary: true }, 'In sh', 'truncated');
  await exchange(made, 'four');
  expect(textsOf(made.asked.at(-1)!)).toEqual(['one', 'ONE', 'two', 'TWO', 'three', 'THREE', 'four']);
});

it('keeps cuts in the journal, in one written anew, and in a copy of the conversation', async () => {
  const made = scene();
  let journal = '';
  new JournalWriter(made.conversation, false, { append: (lines) => (journal += lines), clock: made.clock });
  for (const text of ['one', 'two']) await exchange(made, text);
  const summary = await exchange(made, 'Sum up', { upTo: idOf(made, 1), summary: true }, 'In short');
  await exchange(made, 'three', { upTo: idOf(made, 3) });
  made.conversation.undoCut(summary.parent, true);
  made.conversation.rewriteSummary(summary.id, 'Mine');
  const back = replay(journal)!.saved;
  const sent = (entries: readonly Entry[]) => ({ ...sentOf(entries), entries: sentOf(entries).entries.length });
  const fork = made.conversation.fork(made.conversation.thread.at(-1)!.id, 'f');
  const cuts = (entries: readonly Entry[]) => entries.flatMap((entry) => (entry.role === 'user' && entry.cut ? [entry.cut] : []));
  const whole = replay(linesOf(back))!.saved;
  expect({
    back: cuts(back.entries),
    whole: cuts(whole.entries),
    same: linesOf(back) === linesOf(whole),
    fork: cuts(fork.entries),
    sent: sent(fork.entries),
    damage: replay(journal + lineOf({ t: 'cut', id: 'gone', cut: { upTo: 'm2' } }))!.damaged > 0,
  }).toEqual({
    back: [{ upTo: 'm2', summary: true, undone: true, text: 'Mine' }, { upTo: 'm4' }],
    whole: [{ upTo: 'm2', summary: true, undone: true, text: 'Mine' }, { upTo: 'm4' }],
    same: true,
    fork: cuts(fork.entries),
    sent: { summary: undefined, entries: 2 },
    damage: true,
  });
});

it('chooses whole questions with their answers, keeps a quarter, and sums up no more than the model can read', async () => {
  const made = scene();
  for (let count = 0; count < 8; count++) await exchange(made, 'question', undefined, 'x'.repeat(92));
  const { thread } = made.conversation;
  const tokens = (entries: readonly Entry[]): number =>
    entries.reduce(
      (sum, entry) => sum + (entry.role === 'user' ? entry.text.length : entry.state.type === 'settled' ? entry.state.text.length : 0),
      0,
    );
  const place = (id: string | undefined) => thread.findIndex((entry) => entry.id === id);
  expect([
    place(sumUpTo(thread, tokens, undefined)),
    place(sumUpTo(thread, tokens, 400)),
    place(sumUpTo(thread, tokens, 10)),
    place(sumUpTo(thread.slice(0, 2), tokens, undefined)),
    place(sumUpTo(thread.slice(0, 1), tokens, undefined)),
    place(cutBefore(thread, (newest) => newest.length <= 6)),
    place(cutBefore(thread, () => false)),
  ]).toEqual([11, 5, 1, 1, -1, 9, 15]);
  let looks = 0;
  const looked = (entries: readonly Entry[]): number => {
    looks++;
    return entries.length;
  };
  const long = Array.from({ length: 250 }, () => thread).flat();
  expect([sumUpTo(long, looked, 1_000), looks < 30]).toEqual([expect.any(String), true]);
});
