// The parameters of a conversation and of a question: what each answer is asked with, and that it is written down.
import { expect, it } from 'vitest';
import { Conversation } from '../../../src/core/chat/conversation.ts';
import { JournalWriter } from '../../../src/core/chat/journal/journalWriter.ts';
import type { Parameters } from '../../../src/core/provider/parameters.ts';
import { TestClock } from '../../support/engine.ts';
import { linesOf, replay } from '../../support/journals.ts';
import { HandWritten, said, settle } from './handWritten.ts';

function conversationOf(journal = '') {
  const asked: Parameters[] = [];
  const streams: HandWritten[] = [];
  let ids = 0;
  let lines = journal;
  const clock = new TestClock();
  const saved = journal === '' ? undefined : replay(journal)?.saved;
  const conversation = new Conversation(
    'c',
    {
      begin: async ({ model, partial, parameters }) => {
        asked.push(parameters);
        streams.push(new HandWritten(model, partial));
        return streams.at(-1)!;
      },
      newId: () => `${journal === '' ? 'm' : 'n'}${++ids}`,
      wall: clock.wall,
    },
    saved,
  );
  let anew = (): string => '';
  const append = (more: string, whole: () => Iterable<string>): void => {
    lines += more;
    anew = () => [...whole()].join('');
  };
  const writer = new JournalWriter(conversation, journal !== '', { append, clock });
  return { conversation, asked, streams, clock, written: () => lines, anew: () => anew(), dispose: () => writer.dispose() };
}

it('asks with those of the conversation and then of the question, keeps them with the answer, and reads them back', async () => {
  const { conversation, asked, streams, written } = conversationOf();
  conversation.setParameters({ temperature: 0.2, body: { seed: 1 } });
  void conversation.ask({ ...said('one'), parameters: { effort: 'high', body: { top_k: 5 } } }, 'a/b');
  await settle();
  streams[0]!.finish('truncated', { leftOut: ['effort'] });
  await settle();
  const answer = conversation.newestAnswer!;
  // A continued answer stays what it was; another one to the same question takes the conversation's as they are now.
  conversation.setParameters({ temperature: 1 });
  void conversation.resume(answer.id);
  await settle();
  streams[1]!.finish();
  await settle();
  void conversation.regenerate(answer.id, 'a/b');
  await settle();
  streams[2]!.finish('stop', { leftOut: ['effort'] });
  await settle();
  const back = conversationOf(written());
  void back.conversation.ask(said('two'), 'a/b');
  await settle();
  const first: Parameters = { temperature: 0.2, effort: 'high', body: { seed: 1, top_k: 5 } };
  const newest = back.conversation.thread[1];
  expect({
    asked,
    back: back.asked,
    answers: back.conversation.entries.map((entry) => entry.parameters),
    leftOut: newest?.role === 'assistant' && newest.state.type === 'settled' ? newest.state.leftOut : undefined,
    whole: replay(linesOf({ ...replay(written())!.saved }))?.saved,
  }).toEqual({
    asked: [first, first, { temperature: 1, effort: 'high', body: { top_k: 5 } }],
    back: [{ temperature: 1 }],
    answers: [
      { effort: 'high', body: { top_k: 5 } },
      first,
      { temperature: 1, effort: 'high', body: { top_k: 5 } },
      undefined,
      { temperature: 1 },
    ],
    leftOut: ['effort'],
    whole: replay(written())!.saved,
  });
});

it('asks a question that waited with the parameters that it was given', async () => {
  const { conversation, asked, streams } = conversationOf();
  void conversation.ask(said('one'), 'a/b');
  void conversation.ask({ ...said('two'), parameters: { topP: 0.5 } }, 'a/b');
  await settle();
  streams[0]!.finish();
  await settle();
  expect(asked).toEqual([{}, { topP: 0.5 }]);
});

it('gives the parameters to a copy of the conversation', async () => {
  const { conversation, streams } = conversationOf();
  conversation.setParameters({ effort: 'low' });
  void conversation.ask(said('one'), 'a/b');
  await settle();
  streams[0]!.finish();
  await settle();
  expect(conversation.fork(conversation.newestAnswer!.id, 'd')).toMatchObject({ parameters: { effort: 'low' } });
});

it('begins no journal for parameters alone, and keeps them when the journal is written anew', async () => {
  const { conversation, streams, written, anew } = conversationOf();
  conversation.setParameters({ effort: 'low' });
  const before = written();
  void conversation.ask(said('one'), 'a/b');
  await settle();
  streams[0]!.finish();
  await settle();
  const parametersIn = (journal: string) => replay(journal)?.saved.parameters;
  expect([before, parametersIn(written()), parametersIn(anew())]).toEqual(['', { effort: 'low' }, { effort: 'low' }]);
});

it('keeps when a question was asked and an answer asked for', async () => {
  const { conversation, streams, written } = conversationOf();
  void conversation.ask(said('one'), 'a/b');
  await settle();
  streams[0]!.finish();
  await settle();
  const times = replay(written())!.saved.entries.map(({ askedAt }) => askedAt);
  expect([times, times.every((time) => (time ?? 0) > 0)]).toEqual([conversation.entries.map(({ askedAt }) => askedAt), true]);
});
