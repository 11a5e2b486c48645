// An answer that was streaming when the window ended: its journal holds the handle of the server, and the next start reads the rest.
import { expect, it } from 'vitest';
import { Conversation } from '../../../src/core/chat/conversation.ts';
import type { Saved } from '../../../src/core/chat/saved.ts';
import { JournalWriter } from '../../../src/core/chat/journal/journalWriter.ts';
import { usageByModel } from '../../../src/core/usage/usageByModel.ts';
import { systemClock } from '../../../src/core/request/clock.ts';
import { apiOfKind } from '../../fuzz/cuts.ts';
import { rig } from '../../support/engine.ts';
import { eventsIn, headerBytes, type Instead, type KeepingKind, keepingServer, type KeepingServer } from '../../support/keepingServer.ts';
import { keptRecordings } from '../../support/keptRecordings.ts';
import { replay } from '../../support/journals.ts';

const kinds: readonly KeepingKind[] = ['responses', 'session', 'interactions'];
const asked = { text: 'Go.', attachments: [] };

function conversationAt(server: KeepingServer, kind: KeepingKind, saved?: Saved) {
  const made = rig();
  let ids = 0;
  const conversation = new Conversation(
    'c',
    {
      begin: async ({ messages, partial, reasoned, kept }) =>
        made.start(server.url, {
          endpoint: { api: apiOfKind[kind], resumable: true },
          request: { messages },
          ...(partial === '' ? {} : { partial }),
          job: { inJournal: true, reasoned, ...(kept === undefined ? {} : { kept }) },
        }),
      newId: () => `m${++ids}`,
      wall: () => 0,
    },
    saved,
  );
  let journal = '';
  const writer = new JournalWriter(conversation, saved !== undefined, { append: (lines) => (journal += lines), clock: systemClock });
  return { conversation, writer, journal: () => journal, engine: made.engine };
}

/** Asks, and ends the window when a word is there; returns the journal. */
async function cutOff(server: KeepingServer, kind: KeepingKind): Promise<string> {
  server.holds = true;
  const { conversation, writer, journal, engine } = conversationAt(server, kind);
  void conversation.ask(asked, 'test/fake');
  while (!/"t":"(?:text|reasoning)"/.test(journal())) await new Promise((resolve) => setImmediate(resolve));
  writer.dispose();
  engine.leaveAll();
  server.holds = false;
  return journal();
}

async function whole(kind: KeepingKind) {
  await using server = await keepingServer(keptRecordings(kind)[0]!);
  const { conversation } = conversationAt(server, kind);
  return (await conversation.ask(asked, 'test/fake'))!.state;
}

for (const kind of kinds) {
  it(`has the handle of an answer of ${kind} in the journal before its first word`, async () => {
    await using server = await keepingServer(keptRecordings(kind)[0]!);
    const lines = (await cutOff(server, kind))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).t as string);
    expect(lines.slice(0, 4)).toEqual(['head', 'question', 'answer', 'kept']);
  });

  it(`reads an answer of ${kind} on after the window has ended, without another request for it`, async () => {
    await using server = await keepingServer(keptRecordings(kind)[0]!);
    const { saved } = replay(await cutOff(server, kind))!;
    const next = conversationAt(server, kind, saved);
    await next.conversation.takeUp();
    const { state } = next.conversation.newestAnswer!;
    expect({ state: { ...state, timing: 0 }, begun: server.begun.length, stopped: server.stopped.length }).toEqual({
      state: { ...(await whole(kind)), timing: 0 },
      begun: 1,
      stopped: 0,
    });
  });

  it(`leaves an answer of ${kind} as it was where the server does not have it any more`, async () => {
    await using server = await keepingServer(keptRecordings(kind)[0]!);
    const { saved } = replay(await cutOff(server, kind))!;
    const gone = { status: 404, body: { error: { message: 'Not found' } } };
    server.instead = [gone, gone];
    const next = conversationAt(server, kind, saved);
    await next.conversation.takeUp();
    const { state } = next.conversation.newestAnswer!;
    expect([state.type === 'settled' && [state.reason, state.error?.code], server.begun.length]).toEqual([['truncated', undefined], 1]);
  });
}

it('ends as truncated, with all that was delivered, where the server has other words under this handle', async () => {
  const [recording] = keptRecordings('responses');
  await using server = await keepingServer(recording!);
  const { saved } = replay(await cutOff(server, 'responses'))!;
  const body = Buffer.from(recording!.body).toString();
  const first = eventsIn(body).find((event) => event.includes('output_text.delta'))!;
  server.instead = [{ sends: body.replace(first, first.replace(/"delta":"[^"]*"/, '"delta":"Something else"')) }];
  const next = conversationAt(server, 'responses', saved);
  await next.conversation.takeUp();
  const { state } = next.conversation.newestAnswer!;
  const delivered = saved.entries.find(({ role }) => role === 'assistant');
  expect(state.type === 'settled' && [state.reason, state.error?.code, state.text]).toEqual([
    'truncated',
    'rejoin-differs',
    delivered?.role === 'assistant' && delivered.state.type === 'settled' && delivered.state.text,
  ]);
});

/** An answer that broke off where its server could not be asked, and is resumed by a person; what was recorded of it each time. */
async function resumedAfterRefusal(kind: KeepingKind, ...instead: Instead[]) {
  await using server = await keepingServer(keptRecordings(kind)[0]!);
  server.cuts = [headerBytes + Math.floor(keptRecordings(kind)[0]!.body.length * 0.6)];
  server.instead = [{ status: 401, body: { error: { message: 'Wrong key' } } }, ...instead];
  const made = conversationAt(server, kind);
  const recorded: number[] = [];
  made.engine.onEnd(({ model, job }, end) => {
    recorded.push(usageByModel(model, end, job.kept?.counted).reduce((sum, { usage }) => sum + usage.total, 0));
  });
  const broken = (await made.conversation.ask(asked, 'test/fake'))!;
  const brokenJournal = made.journal();
  const resumed = (await made.conversation.resume(broken.id, 'itself'))!;
  const usageOf = ({ state }: typeof broken) => (state.type === 'settled' ? state.usage : undefined);
  return {
    recorded,
    broken: usageOf(broken),
    resumed: usageOf(resumed),
    begun: server.begun.length,
    brokenJournal,
    journal: made.journal(),
  };
}

const usageIn = (journal: string) => {
  const answer = replay(journal)?.saved.entries.find(({ role }) => role === 'assistant');
  return answer?.role === 'assistant' && answer.state.type === 'settled' ? answer.state.usage : undefined;
};

it.each(kinds)('counts an answer of %s once that broke off, was counted, and is read on when it is resumed', async (kind) => {
  const { recorded, resumed, begun, brokenJournal, broken, journal } = await resumedAfterRefusal(kind);
  const state = await whole(kind);
  expect({
    usage: resumed,
    recorded: recorded.reduce((sum, total) => sum + total, 0),
    each: recorded.map((total) => total > 0),
    begun,
    inJournal: usageIn(journal),
    // The window ends while it is read on.
    interrupted: usageIn(`${brokenJournal}${JSON.stringify({ t: 'resume', id: 'm2' })}\n`),
  }).toEqual({
    usage: state.type === 'settled' && state.usage,
    recorded: state.type === 'settled' && state.usage.total,
    each: [true, true],
    begun: 1,
    inJournal: resumed,
    interrupted: broken,
  });
});

it('counts what was paid for before beside what is paid for again, where the server has the answer no longer', async () => {
  const gone = { status: 404, body: { error: { message: 'Not found' } } };
  const { recorded, broken, resumed, begun } = await resumedAfterRefusal('responses', gone, gone);
  const state = await whole('responses');
  const { prompt = 0, total = 0 } = (state.type === 'settled' && state.usage) || {};
  expect([begun, resumed?.total, recorded, resumed?.paidAgain?.prompt]).toEqual([2, broken!.total + total, [broken!.total, total], prompt]);
});
