// A journal returns what was written: complete, or up to the place where it is cut or damaged.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Conversation } from '../../../src/core/chat/conversation.ts';
import type { Saved } from '../../../src/core/chat/saved.ts';
import { JournalWriter } from '../../../src/core/chat/journal/journalWriter.ts';
import { linesOf, replay } from '../../support/journals.ts';
import { picture, said, scene, settle, type Scene } from './handWritten.ts';

const hand = 'test/hand';

/** Writes the conversation down; `text()` is what is on the disk. */
function kept(made: Scene): { text: () => string; dispose: () => void } {
  let journal = '';
  const writer = new JournalWriter(made.conversation, false, { append: (lines) => (journal += lines), clock: made.clock });
  return { text: () => journal, dispose: () => writer.dispose() };
}

const restored = (journal: string): Conversation => scene(replay(journal)?.saved).conversation;
const savedOf = ({ id, entries }: Conversation): Saved => ({ id, entries, chosen: [], queue: [] });

async function busy(): Promise<Scene & { journal: ReturnType<typeof kept> }> {
  const made = scene();
  const journal = kept(made);
  const { conversation, streams, clock } = made;
  void conversation.ask(
    { text: 'one "🙂" \u2028 \ud800', attachments: [{ id: 'f', name: 'f', language: 'c', text: 'x', tokens: 1 }] },
    hand,
  );
  await settle();
  streams[0]!.think('Hm\n');
  streams[0]!.write('The first');
  await settle();
  clock.advance(40);
  streams[0]!.write(' half');
  streams[0]!.finish('truncated');
  await settle();
  void conversation.resume(conversation.newestAnswer!.id);
  await settle();
  streams[1]!.seam();
  streams[1]!.write(' and the second');
  streams[1]!.finish();
  await settle();
  void conversation.regenerate(conversation.newestAnswer!.id, hand);
  await settle();
  streams[2]!.write('Again');
  streams[2]!.finish();
  await settle();
  conversation.showVersion(conversation.newestAnswer!.id, -1);
  void conversation.compare(said('which?'), ['test/a', 'test/b']);
  await settle();
  streams[3]!.write('A');
  streams[3]!.finish('error');
  streams[4]!.write('B');
  streams[4]!.finish();
  await settle();
  conversation.pick(conversation.thread.at(-1)!.id);
  conversation.rename('A name');
  void conversation.ask(said('three'), hand);
  await settle();
  streams[5]!.write('The unfinished');
  void conversation.ask(said('four'), hand);
  await settle();
  clock.advance(40);
  await settle();
  return { ...made, journal };
}

it('gives back the whole conversation: versions, choices, seams, endings, names and what waits', async () => {
  const made = await busy();
  const back = restored(made.journal.text());
  // What was being written when it was read is an answer that was cut off.
  const expected = picture(made.conversation).map((line) => line.replace('(live)', '(truncated)'));
  expect({ picture: picture(back), title: back.title, first: back.thread[0], seams: back.thread[1] }).toMatchObject({
    picture: expected,
    title: 'A name',
    first: { text: 'one "🙂" \u2028 \ud800', attachments: [{ name: 'f', text: 'x' }] },
    seams: { state: { seams: [{ at: 14 }], reasoning: 'Hm\n' } },
  });
});

it('marks an answer whose end was never written down, and continues from there', async () => {
  const made = await busy();
  const again = scene(replay(made.journal.text())?.saved);
  const answer = again.conversation.newestAnswer!;
  void again.conversation.resume(answer.id);
  await settle();
  again.streams[0]!.write(' is finished');
  again.streams[0]!.finish();
  await settle();
  expect([answer.state, again.conversation.find(answer.id)]).toMatchObject([
    { type: 'settled', reason: 'truncated', interrupted: true, text: 'The unfinished' },
    { state: { reason: 'stop', text: 'The unfinished is finished' } },
  ]);
});

it('does not take the end of the window for a stop by the person', async () => {
  const made = await busy();
  made.streams[5]!.write(' and a bit');
  made.journal.dispose();
  made.streams[5]!.stop();
  await settle();
  expect(restored(made.journal.text()).newestAnswer!.state).toMatchObject({
    reason: 'truncated',
    interrupted: true,
    text: 'The unfinished and a bit',
  });
});

it('writes words down within 40 ms, many at a time', async () => {
  const made = scene();
  const journal = kept(made);
  void made.conversation.ask(said('one'), hand);
  await settle();
  const before = journal.text().length;
  for (let delta = 0; delta < 200; delta++) made.streams[0]!.write('word ');
  await settle();
  made.clock.advance(39);
  const early = journal.text().length - before;
  made.clock.advance(1);
  const lines = journal.text().slice(before).trimEnd().split('\n');
  expect({ early, lines: lines.length, words: (JSON.parse(lines[0]!) as { s: string }).s.length }).toEqual({
    early: 0,
    lines: 1,
    words: 1000,
  });
});

it('holds no stream back, however slow', async () => {
  const made = scene();
  kept(made);
  void made.conversation.ask(said('one'), hand);
  await settle();
  for (let delta = 0; delta < 500; delta++) made.streams[0]!.write('word ');
  expect(made.streams[0]!.tape.lag).toBe(0);
});

it('keeps all whole lines of a journal that ends anywhere', async () => {
  const journal = (await busy()).journal.text();
  for (let cut = 0; cut <= journal.length; cut++) {
    const replayed = replay(journal.slice(0, cut));
    const whole = journal.slice(0, cut).lastIndexOf('\n') + 1;
    expect(replayed?.good ?? 0).toBe(whole);
  }
});

it('keeps what is before a damaged place, whatever the damage, and never throws', async () => {
  const journal = (await busy()).journal.text();
  const whole = replay(journal)!.saved;
  fc.assert(
    fc.property(fc.nat(journal.length - 1), fc.string({ maxLength: 20, unit: 'binary' }), fc.nat(20), (at, junk, over) => {
      const damaged = journal.slice(0, at) + junk + journal.slice(at + over);
      const replayed = replay(damaged);
      if (replayed === undefined) return;
      const lineStart = journal.lastIndexOf('\n', at - 1) + 1;
      expect(replayed.good).toBeGreaterThanOrEqual(Math.min(lineStart, damaged.length));
      const known = new Set(whole.entries.map(({ id }) => id));
      // A conversation can be made of it, whatever it holds.
      expect(picture(scene(replayed.saved).conversation).length).toBeGreaterThanOrEqual(0);
      const before = replay(journal.slice(0, lineStart))?.saved.entries.length ?? 0;
      expect(replayed.saved.entries.filter(({ id }) => known.has(id)).length).toBeGreaterThanOrEqual(before);
    }),
    { seed: 7, numRuns: 2_000 },
  );
});

it('writes a copy of a conversation so that it reads back the same', async () => {
  const made = await busy();
  made.streams[5]!.finish();
  await settle();
  made.streams[6]!.finish();
  await settle();
  const saved = savedOf(made.conversation);
  expect(replay(linesOf(saved))?.saved.entries).toEqual(
    saved.entries.map((entry) => (entry.role === 'user' ? entry : { ...entry, previous: expect.anything() })),
  );
});
