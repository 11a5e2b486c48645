import { describe, expect, it } from 'vitest';
import type { RowText } from '../../../src/core/chat/page/pageRows.ts';
import { Tree } from '../../../src/core/chat/tree.ts';
import { PageSync } from '../../../src/core/chat/page/pageSync.ts';
import type { PageChange, MessagePart, ToPage } from '../../../src/core/chat/page/protocol.ts';
import type { Saved } from '../../../src/core/chat/saved.ts';
import { type Question, written } from '../../../src/core/chat/entries.ts';
import { PageModel } from '../../support/pageModel.ts';
import { linesOf, replay } from '../../support/journals.ts';
import { type HandWritten, said, type Scene, scene, settle } from './handWritten.ts';

const present: RowText = {
  author: (entry) => (entry.role === 'user' ? 'You' : entry.model),
  status: (answer, wait) => ({ state: wait !== undefined ? 'waiting' : answer.state.type === 'live' ? 'streaming' : 'done' }),
  cut: () => ({ text: 'cut', actions: [] }),
  queued: () => ({ state: 'waiting' }),
  model: () => ({ id: 'test/hand', label: 'Hand' }),
};

/** A page that keeps what it was sent, and complains when an offset does not fit. */
class Page {
  readonly texts = new Map<string, Record<MessagePart, string>>();
  readonly states = new Map<string, string>();
  readonly problems: string[] = [];
  frames = 0;

  take(message: ToPage): number | undefined {
    if (message.type === 'reset') {
      this.texts.clear();
      for (const { id, text, reasoning, status } of message.messages) {
        this.texts.set(id, { text, reasoning });
        this.states.set(id, status.state);
      }
      return undefined;
    }
    if (message.type !== 'frame') return undefined;
    this.frames++;
    for (const change of message.changes) this.#apply(change);
    return message.frame;
  }

  #apply(change: PageChange): void {
    if (change.type === 'add') {
      this.texts.set(change.message.id, { text: change.message.text, reasoning: change.message.reasoning });
      this.states.set(change.message.id, change.message.status.state);
    } else if (change.type === 'status') this.states.set(change.message, change.status.state);
    else if (change.type === 'append') {
      const parts = this.texts.get(change.message);
      if (parts === undefined || parts[change.part].length !== change.at)
        this.problems.push(`${change.part} at ${change.at}, has ${parts?.[change.part].length}`);
      else parts[change.part] += change.text;
    }
  }
}

interface FramedScene extends Scene {
  readonly frames: PageSync;
  readonly posted: ToPage[];
}

function framed(saved?: Saved): FramedScene {
  const made = scene(saved);
  const posted: ToPage[] = [];
  return {
    ...made,
    posted,
    frames: new PageSync(made.conversation, { post: (message) => posted.push(message), clock: made.clock, present }),
  };
}

async function asked(): Promise<FramedScene & { readonly stream: HandWritten; readonly page: Page; deliver(): void }> {
  const made = framed();
  made.frames.ready();
  void made.conversation.ask({ text: 'Hello?', attachments: [] }, 'test/hand');
  await settle();
  const page = new Page();
  /** The page takes all that is under way and draws it, until words that wait for others have come too. */
  const deliver = (): void => {
    for (let waited = false; !waited || made.posted.length > 0;) {
      while (made.posted.length > 0) {
        const frame = page.take(made.posted.shift() as ToPage);
        if (frame !== undefined) made.frames.drawn(frame);
      }
      made.clock.advance(40);
      waited = true;
    }
  };
  deliver();
  return { ...made, page, deliver, stream: made.streams[0] as HandWritten };
}

it('has one frame under way at a time, and joins what has come meanwhile', async () => {
  const { stream, posted, frames, page, deliver } = await asked();
  stream.write('a');
  await settle();
  expect(posted.length).toBe(1);
  for (const letter of 'bcdef') stream.write(letter);
  stream.think('hm');
  await settle();
  expect(posted.length).toBe(1);
  deliver();
  expect(page.texts.get('m2')).toEqual({ text: 'abcdef', reasoning: 'hm' });
  frames.drawn(1);
  expect([posted.length, page.problems]).toEqual([0, []]);
});

it('sends the end after the last text, never before it', async () => {
  const { stream, deliver, page } = await asked();
  stream.write('all of it');
  stream.finish();
  await settle();
  deliver();
  await settle();
  deliver();
  expect([page.texts.get('m2')?.text, page.states.get('m2'), page.problems]).toEqual(['all of it', 'done', []]);
});

it('continues after its deadline when a page never answers', async () => {
  const { stream, posted, clock } = await asked();
  stream.write('a');
  await settle();
  posted.length = 0;
  stream.write('b');
  await settle();
  expect(posted.length).toBe(0);
  clock.advance(501);
  expect(posted).toMatchObject([{ type: 'frame', changes: [{ type: 'append', at: 1, text: 'b' }] }]);
});

it('lets words that come fast come together for 40 ms, and makes a stop and an end wait for nothing', async () => {
  const { stream, posted, clock, deliver, conversation, frames } = await asked();
  deliver();
  await settle();
  const sentAt: number[] = [];
  for (let ms = 0; ms < 400; ms++) {
    stream.write('word ');
    await settle();
    if (posted.length > 0) {
      sentAt.push(clock.now());
      deliverNow();
    }
    clock.advance(1);
  }
  posted.length = 0;
  stream.write('last');
  conversation.stop('m2');
  await settle();
  const gaps = sentAt.slice(1).map((at, index) => at - sentAt[index]!);
  expect({ least: Math.min(...gaps), atOnce: posted.length }).toEqual({ least: 40, atOnce: 1 });

  function deliverNow(): void {
    for (const message of posted.splice(0)) if (message.type === 'frame') frames.drawn(message.frame);
  }
});

it('lets the first words of an answer wait for nothing but the frame that is under way', async () => {
  const { frames, conversation, posted, clock, streams } = framed();
  frames.ready();
  void conversation.ask({ text: 'Hello?', attachments: [] }, 'test/hand');
  await settle();
  const drawAll = (): void => {
    for (const message of posted.splice(0)) if (message.type === 'frame') frames.drawn(message.frame);
  };
  while (posted.length > 0) drawAll();
  streams[0]!.write('first');
  await settle();
  const atOnce = posted.length;
  drawAll();
  streams[0]!.write('second');
  await settle();
  const tooSoon = posted.length;
  clock.advance(40);
  expect({ atOnce, tooSoon, later: posted.length }).toEqual({ atOnce: 1, tooSoon: 0, later: 1 });
});

it('sends again what a page has lost', async () => {
  const { stream, posted, frames, page, deliver } = await asked();
  stream.write('hello ');
  await settle();
  const lost = posted.splice(0)[0];
  stream.write('world');
  frames.lost('m2', 'text', 0);
  if (lost?.type === 'frame') frames.drawn(lost.frame);
  await settle();
  deliver();
  expect([page.texts.get('m2')?.text, page.problems]).toEqual(['hello world', []]);
});

it('does not hold the stream while its page is hidden, and catches up when it is shown', async () => {
  const { stream, posted, frames, page, deliver } = await asked();
  frames.setVisible(false);
  for (let count = 0; count < 500; count++) stream.write('x');
  await settle();
  expect([posted.length, stream.tape.hasRoom]).toEqual([0, true]);
  frames.setVisible(true);
  await settle();
  deliver();
  expect(page.texts.get('m2')?.text.length).toBe(500);
});

it('holds the stream back while a visible page does not draw', async () => {
  const { stream, frames } = await asked();
  stream.write('a');
  await settle();
  for (let count = 0; count < 150; count++) stream.write('x');
  expect(stream.tape.hasRoom).toBe(false);
  frames.dispose();
  expect(stream.tape.hasRoom).toBe(true);
});

it('sends as one what events that the page does not get have parted', async () => {
  const { stream, posted, page, deliver } = await asked();
  stream.write('Look:\n');
  stream.tape.write({ type: 'fence', edge: 'open', language: 'ts', offset: 6 });
  stream.write('```ts\n');
  stream.tape.write({ type: 'fence', edge: 'close', language: 'ts', offset: 12 });
  stream.write('```\n');
  await settle();
  const appends = posted.flatMap((message) => (message.type === 'frame' ? message.changes.filter(({ type }) => type === 'append') : []));
  deliver();
  expect([appends.length, page.texts.get('m2')?.text, page.problems]).toEqual([1, 'Look:\n```ts\n```\n', []]);
});

it('gives a page that is loaded again everything, once', async () => {
  const { stream, posted, frames, page, deliver } = await asked();
  stream.write('before ');
  await settle();
  posted.length = 0;
  frames.ready();
  stream.write('after');
  await settle();
  deliver();
  expect([page.texts.get('m2')?.text, page.problems]).toEqual(['before after', []]);
});

describe('a conversation of millions of characters', () => {
  const text = 'word '.repeat(2_000);
  /** What is written down of three hundred questions and long answers. */
  const long = async (): Promise<Saved> => {
    const { conversation, streams } = scene();
    for (let index = 0; index < 300; index++) {
      void conversation.ask(said('And?'), 'test/hand');
      await settle();
      streams.at(-1)!.write(text);
      streams.at(-1)!.finish();
      await settle();
    }
    return replay(linesOf({ id: 'c', entries: conversation.entries, chosen: [], queue: [] }))!.saved;
  };
  const rowsIn = (posted: readonly ToPage[]): readonly string[] =>
    posted.flatMap((message) => ('messages' in message ? message.messages.map(({ id }) => id) : [message.type]));

  it('comes in messages of half a million, the first at once and the others in later turns, before all else', async () => {
    const { frames, posted, clock, conversation } = framed(await long());
    frames.ready();
    frames.afterRows(() => posted.push({ type: 'focus' }));
    const atOnce = posted.length;
    clock.advance(1);
    expect({
      messages: [atOnce, posted.length],
      types: [...new Set(posted.map(({ type }) => type))],
      most: Math.max(...posted.map((message) => JSON.stringify(message).length)) < 650_000,
      rows: rowsIn(posted),
    }).toEqual({
      messages: [1, 8],
      types: ['reset', 'rows', 'focus'],
      most: true,
      rows: [...conversation.thread.map(({ id }) => id), 'focus'],
    });
  });

  it('is walked through a few times to be sent, not once for each row', async () => {
    const { conversation, clock } = scene(await long());
    let walks = 0;
    const tree = Reflect.getOwnPropertyDescriptor(Tree.prototype, 'thread')!;
    Reflect.defineProperty(Tree.prototype, 'thread', {
      ...tree,
      get(this: Tree) {
        walks++;
        return tree.get!.call(this) as unknown;
      },
    });
    try {
      new PageSync(conversation, { post: () => undefined, clock, present }).ready();
      clock.advance(1);
    } finally {
      Reflect.defineProperty(Tree.prototype, 'thread', tree);
    }
    expect(walks < 10).toBe(true);
  });

  it('is sent in the same pieces when it changes meanwhile', async () => {
    const { frames, conversation, streams, ...made } = framed(await long());
    const page = new PageModel();
    frames.ready();
    void conversation.ask(said('And now?'), 'test/hand');
    await settle();
    streams[0]!.write('Now.');
    const largest = delivered({ frames, ...made }, page);
    const rows = [...page.rows].map(([id, { text: words }]) => [id, words]);
    const thread = conversation.thread.map((entry) => [entry.id, entry.role === 'user' ? entry.text : written(entry).text]);
    expect([rows, largest < 650_000, page.problems]).toEqual([thread, true, []]);
  });

  it.each(['while it is sent', 'afterwards'])('is shown whole when another version of its beginning is chosen %s', async (when) => {
    const saved = await long();
    const first = saved.entries[0] as Question;
    const entries = [...saved.entries, { ...first, id: 'other', text: 'Otherwise?' }];
    const { conversation, ...made } = framed({ ...saved, entries, chosen: [first.id] });
    const page = new PageModel();
    made.frames.ready();
    if (when === 'afterwards') delivered(made, page);
    conversation.showVersion(first.id, 1);
    delivered(made, page);
    const other = [...page.rows.keys()];
    conversation.showVersion('other', -1);
    const largest = delivered(made, page);
    const thread = conversation.thread.map(({ id }) => id);
    expect([other, [...page.rows.keys()], largest < 650_000, page.problems]).toEqual([['other'], thread, true, []]);
  });

  it('loses nothing that waits for it when the page shows another', async () => {
    const left = framed(await long());
    left.frames.ready();
    left.frames.afterRows(() => left.posted.push({ type: 'draft', text: 'Kept' }));
    left.frames.dispose();
    left.clock.advance(1_000);
    expect(left.posted.slice(1)).toEqual([{ type: 'draft', text: 'Kept' }]);
  });
});

/** The page takes and draws everything; the size of the largest message. */
function delivered({ posted, frames, clock }: Pick<FramedScene, 'posted' | 'frames' | 'clock'>, page: PageModel): number {
  let largest = 0;
  do {
    for (const message of posted.splice(0)) {
      const json = JSON.stringify(message);
      largest = Math.max(largest, json.length);
      if (/\\ud[89ab]/.test(json)) page.problems.push('half a character');
      const frame = page.take(message);
      if (frame !== undefined) frames.drawn(frame);
    }
    clock.advance(40);
  } while (posted.length > 0);
  return largest;
}

it.each(['is opened', 'is shown again', 'was lost', 'was another version'])(
  'a text of millions of characters is sent in parts when its page %s, and no character is cut',
  async (when) => {
    const { conversation, streams, ...made } = framed();
    const page = new PageModel();
    const text = `.${'\u{1F30A}\n'.repeat(1_000_000)}`;
    if (when !== 'is opened') {
      made.frames.ready();
      made.frames.setVisible(when !== 'is shown again');
    }
    void conversation.ask(said('All?'), 'test/hand');
    await settle();
    const [stream] = streams as [HandWritten];
    const { id } = conversation.newestAnswer!;
    stream.think(text);
    stream.write(text);
    stream.finish();
    await settle();
    if (when === 'is opened') made.frames.ready();
    if (when === 'is shown again') made.frames.setVisible(true);
    if (when === 'was lost') {
      delivered(made, page);
      Object.assign(page.rows.get(id)!, { text: '' });
      made.frames.lost(id, 'text', 0);
    }
    if (when === 'was another version') {
      delivered(made, page);
      void conversation.regenerate(id, 'test/hand');
      await settle();
      streams[1]!.finish();
      await settle();
      delivered(made, page);
      conversation.showVersion(conversation.newestAnswer!.id, -1);
    }
    const largest = delivered(made, page);
    const { reasoning, text: shown, state } = page.rows.get(id)!;
    const all = [true, true, 'done', true, []];
    expect([shown === text, reasoning === text, state, largest < 1_500_000, page.problems]).toEqual(all);
    expect([...page.rows.keys()]).toEqual(conversation.thread.map((entry) => entry.id));
  },
);

it('does not send bytes twice: at most 1.15 times the answer', async () => {
  const { stream, posted, frames } = await asked();
  let bytes = 0;
  const total = 64 * 1024;
  for (let sent = 0; sent < total; sent += 4) {
    stream.write('abcd');
    if (sent % 1024 !== 0) continue;
    await settle();
    for (const message of posted.splice(0)) {
      bytes += JSON.stringify(message).length;
      if (message.type === 'frame') frames.drawn(message.frame);
    }
  }
  expect(bytes / total).toBeLessThan(1.15);
});

it.each([2, 50, 200, 500])('lags at most a frame and one and a half round trips at a round trip of %d ms', async (roundTripMs) => {
  const { stream, posted, frames, clock, page } = await asked();
  const frameMs = 16;
  const wire: { readonly at: number; readonly run: () => void }[] = [];
  const later = (ms: number, run: () => void): void => void wire.push({ at: clock.now() + ms, run });
  let drawnAt = 0;
  let messages = 0;
  let largest = 0;
  const end = clock.now() + 4_000;
  for (let ms = 0; ms < 4_000 + roundTripMs * 3 + 100; ms += 2) {
    clock.advance(2);
    if (clock.now() === end + 2) stream.finish();
    if (clock.now() <= end) for (let delta = 0; delta < 3; delta++) stream.write('word');
    await settle();
    for (const message of posted.splice(0)) {
      messages++;
      largest = Math.max(largest, JSON.stringify(message).length);
      later(roundTripMs / 2, () => {
        const frame = page.take(message);
        later(frameMs, () => {
          if (page.texts.get('m2')?.text === stream.text) drawnAt ||= clock.now();
          if (frame !== undefined) later(roundTripMs / 2, () => frames.drawn(frame));
        });
      });
    }
    for (const due of wire.filter(({ at }) => at <= clock.now())) {
      wire.splice(wire.indexOf(due), 1);
      due.run();
    }
  }
  expect([page.texts.get('m2')?.text, page.problems]).toEqual([stream.text, []]);
  expect(drawnAt - end).toBeLessThanOrEqual(frameMs + roundTripMs * 1.5 + 4);
  // One in 40 ms at most, and the end.
  expect(messages).toBeLessThanOrEqual(4_000 / 40 + 2);
  expect(largest).toBeLessThan(20_000);
});

it('shows a queued question anew when what it waits for changes: a choice, an answer, or the user', async () => {
  const made = scene();
  const states: string[] = [];
  const sync = new PageSync(made.conversation, {
    post: (message) => {
      if (message.type !== 'frame') return;
      for (const change of message.changes) if (change.type === 'add' && change.message.queued) states.push(change.message.status.footer!);
      sync.drawn(message.frame);
    },
    clock: made.clock,
    present: { ...present, queued: (footer) => ({ state: 'waiting', footer }) },
  });
  sync.ready();
  void made.conversation.compare({ text: 'Which?', attachments: [] }, ['test/a', 'test/b']);
  void made.conversation.ask({ text: 'Then?', attachments: [] }, 'test/a');
  await settle();
  made.conversation.pick(made.conversation.thread[1]!.id);
  await settle();
  const { newestAnswer } = made.conversation;
  made.conversation.stop(newestAnswer!.id);
  await settle();
  void made.conversation.resume(newestAnswer!.id);
  await settle();
  expect(states).toEqual(['choice', 'answer', 'user', 'answer']);
});

it('says with the first text how long the model reasoned', async () => {
  const made = scene();
  const sent: string[] = [];
  const sync = new PageSync(made.conversation, {
    post: (message) => {
      if (message.type !== 'frame') return;
      for (const change of message.changes)
        sent.push(change.type === 'append' ? change.text : change.type === 'status' ? (change.status.reasoning ?? '…') : change.type);
      sync.drawn(message.frame);
    },
    clock: made.clock,
    present: {
      ...present,
      status: ({ state }) => ({
        state: 'streaming',
        ...(state.type === 'live' && state.stream.text !== '' ? { reasoning: 'Reasoned for 4 s' } : {}),
      }),
    },
  });
  sync.ready();
  void made.conversation.ask({ text: 'Think.', attachments: [] }, 'test/hand');
  await settle();
  for (const write of ['think', 'think', 'write', 'write'] as const) {
    made.streams[0]![write](write);
    await settle();
    made.clock.advance(40);
    await settle();
  }
  expect(sent).toEqual(['add', 'add', '…', 'think', 'think', 'Reasoned for 4 s', 'write', 'write']);
});
