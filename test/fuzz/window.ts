// A window as the conversation fuzzer sees it: its store, its page, and answers whose beginnings and ends the walk decides.
import type { Content, Message } from '../../src/api.ts';
import type { Conversation } from '../../src/core/chat/conversation.ts';
import type { ConversationChange } from '../../src/core/chat/changes.ts';
import { isRunning, written } from '../../src/core/chat/entries.ts';
import type { RowText } from '../../src/core/chat/page/pageRows.ts';
import { PageSync } from '../../src/core/chat/page/pageSync.ts';
import type { WantedAnswer } from '../../src/core/chat/runs.ts';
import type { ToPage } from '../../src/core/chat/page/protocol.ts';
import { ConversationStore } from '../../src/node/disk/conversationStore.ts';
import { TestClock } from '../support/engine.ts';
import { PageModel } from '../support/pageModel.ts';
import { HandWritten, settle } from '../unit/chat/handWritten.ts';

export type Random = () => number;

export function pick<T>(random: Random, items: readonly T[]): T | undefined {
  return items[Math.floor(random() * items.length)];
}

const present: RowText = {
  author: (entry) => (entry.role === 'user' ? 'You' : entry.role),
  status: (answer) => ({ state: isRunning(answer) ? 'streaming' : 'done' }),
  cut: () => ({ text: 'cut', actions: [] }),
  queued: () => ({ state: 'waiting' }),
  model: () => ({ id: 'test/hand', label: 'Hand' }),
};

interface Beginning {
  begin(): void;
  fail(): void;
}

export class WalkWindow {
  readonly clock = new TestClock();
  readonly problems: string[] = [];
  readonly store: ConversationStore;
  /** Running answers. */
  streams: HandWritten[] = [];
  beginnings: Beginning[] = [];
  /** Pending work of each request, by its question. */
  readonly waiting = new Set<{ readonly what: string }>();
  conversation: Conversation;
  readonly #random: Random;
  readonly #states = new Map<string, string>();
  #page!: { readonly model: PageModel; readonly sync: PageSync; readonly posted: ToPage[]; readonly leave: () => void };

  constructor(folder: string, name: string, random: Random) {
    this.#random = random;
    let ids = 0;
    this.store = new ConversationStore({
      folder,
      also: [],
      begin: (wanted) => this.#begin(wanted),
      newId: () => `${name}-${++ids}`,
      clock: this.clock,
      notify: () => undefined,
    });
    this.conversation = this.store.create();
    this.show(this.conversation);
  }

  /** Shows another conversation. */
  show(conversation: Conversation): void {
    this.#page?.leave();
    this.conversation = conversation;
    const release = this.store.hold(conversation);
    const posted: ToPage[] = [];
    const sync = new PageSync(conversation, { post: (message) => posted.push(message), clock: this.clock, present });
    this.#states.clear();
    for (const entry of conversation.entries) if (entry.role === 'assistant') this.#states.set(entry.id, entry.state.type);
    const watching = conversation.onChange((change) => this.#watch(change));
    const leave = (): void => {
      watching.dispose();
      sync.dispose();
      release();
    };
    this.#page = { model: new PageModel(), sync, posted, leave };
    sync.ready();
  }

  /** Counts a request as pending until its promise settles. */
  expect(what: string, request: Promise<unknown> | undefined): void {
    if (request === undefined) return;
    const waits = { what };
    this.waiting.add(waits);
    const done = (): boolean => this.waiting.delete(waits);
    request.then(done, (error: unknown) => {
      done();
      this.problems.push(`${what} rejected: ${String(error)}`);
    });
  }

  setVisible(visible: boolean): void {
    this.#page.sync.setVisible(visible);
  }

  /** The page draws all or a part of what it received. */
  draw(most = Infinity): void {
    const { model, sync, posted } = this.#page;
    for (const message of posted.splice(0, most)) {
      const frame = model.take(message);
      if (frame !== undefined) sync.drawn(frame);
    }
  }

  /** Waits until nothing is pending, including on the page. */
  async rest(): Promise<void> {
    this.setVisible(true);
    for (let quiet = 0; quiet < 2;) {
      await settle();
      this.clock.advance(40);
      quiet = this.#page.posted.length === 0 ? quiet + 1 : 0;
      this.draw();
    }
  }

  /** Where the page differs from the conversation. */
  checkPage(): void {
    const { model } = this.#page;
    const shown = [...model.rows].map(([id, row]) => ({ id, ...row }));
    const rows = [...this.conversation.thread, ...this.conversation.queue].map((row) => {
      if (row.role !== 'assistant')
        return { id: row.id, text: row.text, reasoning: '', seams: [], state: row.role === 'queued' ? 'waiting' : 'done' };
      const { text, reasoning, seams } = written(row);
      return { id: row.id, text, reasoning, seams, state: isRunning(row) ? 'streaming' : 'done' };
    });
    if (JSON.stringify(shown) !== JSON.stringify(rows)) this.problems.push(`page ${JSON.stringify(shown)} is not ${JSON.stringify(rows)}`);
    if (model.conversation !== this.conversation.id) this.problems.push('the page holds another id');
    this.problems.push(...model.problems.splice(0));
  }

  /** Closes the window: everything is written to disk. */
  close(): void {
    this.#page.leave();
    this.store.dispose();
  }

  /** Every running stream belongs to one answer, and every running answer has one stream. */
  checkStreams(): void {
    const running = this.streams.filter(({ tape }) => !tape.ended).length;
    const answers = this.store.openConversations.flatMap(({ runningAnswers }) => runningAnswers);
    const live = answers.filter(({ state }) => state.type === 'live').length;
    if (running !== live) this.problems.push(`${running} streams run for ${live} answers`);
  }

  /** Prompts contain complete answers only, never a part of one that is streaming. */
  #checkTold(messages: readonly Message[]): void {
    const answers = this.store.openConversations.flatMap(({ entries }) => entries.filter((entry) => entry.role === 'assistant'));
    const settled = answers.flatMap(({ state }) => (state.type === 'settled' ? [state] : []));
    const isSaid = (content: Content): boolean =>
      settled.some(({ text, parts = [] }) =>
        typeof content === 'string' ? content === text : content.every((part) => parts.includes(part)),
      );
    for (const { role, content } of messages)
      if (role === 'assistant' && !isSaid(content)) this.problems.push(`a model was told ${JSON.stringify(content)}`);
  }

  #begin({ model, messages, partial }: WantedAnswer): Promise<HandWritten> {
    this.#checkTold(messages);
    const start = (): HandWritten => {
      const stream = new HandWritten(model, partial);
      this.streams.push(stream);
      return stream;
    };
    const dice = this.#random();
    if (dice < 0.5) return Promise.resolve(start());
    if (dice < 0.55) return Promise.reject(new Error('The key store is locked.'));
    if (dice < 0.58) throw new Error('A bug.');
    return new Promise((resolve, reject) => {
      this.beginnings.push({ begin: () => resolve(start()), fail: () => reject(new Error('The key store is locked.')) });
    });
  }

  /** Each answer is requested, starts, and settles once, in this order. */
  #watch(change: ConversationChange): void {
    if (change.type !== 'added' && change.type !== 'changed') return;
    const { entry } = change;
    if (entry.role !== 'assistant') return;
    const before = this.#states.get(entry.id) ?? 'new';
    const now = entry.state.type;
    const right = {
      new: ['asked', 'live'],
      asked: ['live', 'settled'],
      live: ['live', 'settled'],
      settled: ['asked'],
    }[before]!;
    if (!right.includes(now)) this.problems.push(`an answer went from ${before} to ${now}`);
    this.#states.set(entry.id, now);
  }
}
