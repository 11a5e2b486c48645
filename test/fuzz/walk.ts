// Random walks through everything that can be done with conversations: two windows, one folder, a disk that fails.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Part } from '../../src/api.ts';
import type { EndEvent } from '../../src/core/answer/liveStream.ts';
import { Conversation } from '../../src/core/chat/conversation.ts';
import type { Saved } from '../../src/core/chat/saved.ts';
import { type Answer, written } from '../../src/core/chat/entries.ts';
import { readJournal } from '../../src/node/disk/journalFile.ts';
import { seeded } from '../support/random.ts';
import { HandWritten, said, settle } from '../unit/chat/handWritten.ts';
import { pick, type Random, WalkWindow } from './window.ts';

/** @returns what was wrong, with the steps that led there; nothing when all was right */
export async function walk(seed: number, steps: number, folder: string): Promise<readonly string[]> {
  rmSync(folder, { recursive: true, force: true });
  rmSync(`${folder}.away`, { recursive: true, force: true });
  const made = new Walk(seed, folder);
  const problems = await made.run(steps);
  rmSync(folder, { recursive: true, force: true });
  return problems.length === 0 ? [] : [`seed ${seed}: ${problems.join('; ')}`, made.story.join(' ')];
}

const reasons = ['stop', 'stop', 'stop', 'truncated', 'error', 'cancelled', 'length', 'limit', 'content-filter'] as const;
const words = ['a', 'bc', 'déf', '🙂', '\n', '```\n', '\ud800', '\u2028', '"'];

class Walk {
  readonly story: string[] = [];
  readonly #random: Random;
  readonly #folder: string;
  readonly #problems: string[] = [];
  #windows: WalkWindow[];
  /** Conversations that were opened while the other window had them: there, what is on disk is of the one that wrote last. */
  readonly #shared = new Set<string>();
  #names = 0;
  #full = false;

  constructor(seed: number, folder: string) {
    this.#random = seeded(seed);
    this.#folder = folder;
    this.#windows = [this.#window(), this.#window()];
  }

  async run(steps: number): Promise<readonly string[]> {
    for (let step = 0; step < steps && this.#problems.length === 0; step++) {
      const window = this.#windows[this.#random() < 0.8 ? 0 : 1]!;
      await this.#step(window);
      if (this.#random() < 0.7) await settle();
      if (this.#random() < 0.3) window.clock.advance(40);
      if (this.#random() < 0.5) window.draw(1 + Math.floor(this.#random() * 3));
      if (this.#random() < 0.05) await this.#check();
    }
    await this.#check();
    if (this.#problems.length === 0) await this.#finish();
    return [...this.#problems, ...this.#windows.flatMap(({ problems }) => problems)];
  }

  #window(): WalkWindow {
    return new WalkWindow(this.#folder, `w${++this.#names}`, this.#random);
  }

  async #step(window: WalkWindow): Promise<void> {
    const { conversation } = window;
    const actions: Readonly<Record<string, () => unknown>> = {
      ask: () => window.expect('ask', conversation.ask(said(this.#text()), 'test/a')),
      compare: () =>
        window.expect(
          'compare',
          conversation.compare(said(this.#text()), this.#random() < 0.7 ? ['test/a', 'test/b'] : ['test/a', 'test/b', 'test/a']),
        ),
      adopt: () => this.#adopt(window),
      resume: () => this.#withAnswer(window, ({ id }) => this.#twice(() => window.expect('resume', conversation.resume(id)))),
      regenerate: () =>
        this.#withAnswer(window, ({ id }) => this.#twice(() => window.expect('regenerate', conversation.regenerate(id, 'test/a')))),
      edit: () => {
        const question = pick(
          this.#random,
          conversation.thread.filter(({ role }) => role === 'user'),
        );
        const text = this.#text();
        if (question !== undefined) this.#twice(() => window.expect('edit', conversation.edit(question.id, text, 'test/a')));
      },
      version: () => {
        const entry = pick(this.#random, conversation.thread);
        if (entry !== undefined) conversation.showVersion(entry.id, this.#random() < 0.5 ? -1 : 1);
      },
      pick: () => this.#withAnswer(window, ({ id }) => this.#twice(() => conversation.pick(id))),
      stop: () => this.#withAnswer(window, ({ id }) => this.#twice(() => conversation.stop(id))),
      stopAll: () => conversation.stopAll(),
      sendNow: () => this.#twice(() => conversation.sendNow(pick(this.#random, conversation.queue)?.id ?? '')),
      unqueue: () => conversation.unqueue(pick(this.#random, conversation.queue)?.id ?? ''),
      rename: () => conversation.rename(this.#random() < 0.3 ? '' : this.#text()),
      fork: () => {
        const entry = pick(this.#random, conversation.thread);
        if (entry !== undefined) window.show(window.store.fork(conversation, entry.id));
      },
      newChat: () => window.show(window.store.create()),
      open: () => this.#open(window),
      delete: () => this.#delete(window),
      begin: () => window.beginnings.splice(Math.floor(this.#random() * window.beginnings.length), 1)[0]?.begin(),
      fail: () => window.beginnings.splice(Math.floor(this.#random() * window.beginnings.length), 1)[0]?.fail(),
      write: () => pick(this.#random, window.streams)?.write(pick(this.#random, words)!),
      think: () => pick(this.#random, window.streams)?.think(pick(this.#random, words)!),
      seam: () => pick(this.#random, window.streams)?.seam(),
      anew: () => pick(this.#random, window.streams)?.anew(),
      part: () => pick(this.#random, window.streams)?.parts.push(this.#part()),
      finish: () => pick(this.#random, window.streams)?.finish(pick(this.#random, reasons), this.#details()),
      hide: () => window.setVisible(false),
      showPage: () => window.setVisible(true),
      disk: () => this.#setFull(!this.#full),
      removed: () => this.#remove(conversation),
      restart: () => this.#restart(window),
    };
    const often = [
      'part',
      'ask',
      'begin',
      'write',
      'write',
      'write',
      'finish',
      'finish',
      'resume',
      'regenerate',
      'version',
      'pick',
      'stop',
    ];
    const rare = new Set(['delete', 'removed', 'restart', 'newChat']);
    let name = this.#random() < 0.5 ? pick(this.#random, often)! : pick(this.#random, Object.keys(actions))!;
    if (rare.has(name) && this.#random() < 0.6) name = 'write';
    this.story.push(`${this.#windows.indexOf(window)}:${name}`);
    window.streams = window.streams.filter(({ tape }) => !tape.ended);
    await actions[name]!();
  }

  #text(): string {
    return Array.from({ length: 1 + Math.floor(this.#random() * 3) }, () => pick(this.#random, words)!).join('');
  }

  /** Some of these texts occur in answers, some do not. */
  #part(): Part {
    const text = this.#text();
    const opaque: unknown = pick(this.#random, [
      undefined,
      { origin: 'test', value: text },
      new Uint8Array([0, 255, 128]),
      [text, { $rivulet: 1 }],
    ]);
    const kinds: readonly Part[] = [
      { type: 'text', text },
      { type: 'reasoning', text, ...(opaque === undefined ? {} : { opaque }) },
      { type: 'tool-call', id: text, name: text, arguments: '{}' },
    ];
    return pick(this.#random, kinds)!;
  }

  #details(): Partial<EndEvent> {
    if (this.#random() < 0.6) return {};
    const url = `https://example.com/${this.#text()}`;
    return { word: this.#text(), detail: this.#text(), citations: [this.#random() < 0.5 ? { url } : { url, title: this.#text() }] };
  }

  #twice(act: () => unknown): void {
    act();
    if (this.#random() < 0.3) act();
  }

  #withAnswer({ conversation }: WalkWindow, act: (answer: Answer) => void): void {
    const answers = conversation.entries.filter((entry): entry is Answer => entry.role === 'assistant');
    const shown = conversation.thread.filter((entry): entry is Answer => entry.role === 'assistant');
    const answer = pick(this.#random, this.#random() < 0.8 ? shown : answers);
    if (answer !== undefined) act(answer);
  }

  #adopt(window: WalkWindow): void {
    const stream = new HandWritten('test/elsewhere');
    if (this.#random() < 0.5) stream.think('hm');
    if (this.#random() < 0.5) stream.write('begun elsewhere');
    if (this.#random() < 0.2) stream.finish();
    const adopted = window.conversation.adopt(this.#text(), stream);
    if (adopted !== undefined) window.streams.push(stream);
    window.expect('adopt', adopted);
  }

  /** A conversation of the folder, which the other window may show too. */
  async #open(window: WalkWindow): Promise<void> {
    if (this.#full || !existsSync(this.#folder)) return;
    const ids = readdirSync(this.#folder).flatMap((name) => /^(.*)\.jsonl$/.exec(name)?.[1] ?? []);
    const id = pick(this.#random, ids.sort());
    this.#share(window, id);
    const opened = id === undefined ? undefined : await window.store.open(id);
    if (opened !== undefined) window.show(opened);
    else if (id !== undefined) this.#problems.push(`${id} cannot be opened`);
  }

  #share(window: WalkWindow, id: string | undefined): void {
    const others = this.#windows.filter((other) => other !== window);
    if (id !== undefined && others.some(({ store }) => store.openConversations.some((held) => held.id === id))) this.#shared.add(id);
  }

  async #delete(window: WalkWindow): Promise<void> {
    const { conversation } = window;
    if (this.#full) return;
    window.show(window.store.create());
    await window.store.delete(conversation.id);
  }

  /** A disk that refuses writes: a file replaces the folder. */
  #setFull(full: boolean): void {
    if (full === this.#full) return;
    this.#full = full;
    const away = `${this.#folder}.away`;
    if (full) {
      if (existsSync(this.#folder)) renameSync(this.#folder, away);
      writeFileSync(this.#folder, '');
    } else {
      rmSync(this.#folder);
      if (existsSync(away)) renameSync(away, this.#folder);
    }
  }

  #remove(conversation: Conversation): void {
    if (this.#full) return;
    const path = this.#random() < 0.5 ? this.#folder : join(this.#folder, `${conversation.id}.jsonl`);
    rmSync(path, { recursive: true, force: true });
  }

  /** Closes and reopens the window, sometimes after damage to the end of the journal. */
  async #restart(window: WalkWindow): Promise<void> {
    this.#setFull(false);
    const { conversation } = window;
    window.close();
    const before = project(conversation);
    const path = join(this.#folder, `${conversation.id}.jsonl`);
    const there = existsSync(path);
    if (there && this.#random() < 0.5) this.#damage(path);
    const again = this.#window();
    // Its streams end unnoticed, as when an extension host is killed.
    for (const stream of window.streams) stream.finish('cancelled');
    this.#windows[this.#windows.indexOf(window)] = again;
    this.#share(again, conversation.id);
    const opened = there ? await again.store.open(conversation.id) : undefined;
    if (opened === undefined) return;
    again.show(opened);
    const after = project(opened);
    if (before !== after && !this.#shared.has(conversation.id)) this.#problems.push(`reopened ${after} is not ${before}`);
  }

  /** Adds invalid lines in the middle or at the end; valid lines stay unchanged. */
  #damage(path: string): void {
    const junk = pick(this.#random, ['{"t":"text","id":', '\0\0\0\0', '{"t":"queue","items":{}}\n', '\xff\xfe\n', 'x\n\n{}\n'])!;
    // One character per byte.
    const lines = readFileSync(path, 'latin1').split(/(?<=\n)/);
    const at = junk.endsWith('\n') ? 1 + Math.floor(this.#random() * lines.length) : lines.length;
    lines.splice(at, 0, junk);
    writeFileSync(path, lines.join(''), 'latin1');
  }

  async #check(): Promise<void> {
    for (const window of this.#windows) {
      await window.rest();
      window.checkPage();
      window.checkStreams();
    }
    if (this.#full) return;
    for (const window of this.#windows) window.clock.advance(30_000);
    for (const { conversation } of this.#windows) {
      if (conversation.entries.length > 0 && !this.#shared.has(conversation.id)) await this.#checkDisk(conversation);
    }
  }

  async #checkDisk(conversation: Conversation): Promise<void> {
    const path = join(this.#folder, `${conversation.id}.jsonl`);
    // Removed after the last line: the next line restores it.
    if (!existsSync(path)) return;
    const read = await readJournal(path, conversation.id);
    if (read === undefined || read.damaged > 0) this.#problems.push(`${read?.damaged ?? 'all'} bytes on disk are damaged`);
    const onDisk = read === undefined ? '' : projectSaved(read.saved);
    const inMemory = project(conversation);
    if (read !== undefined && onDisk !== inMemory) this.#problems.push(`on disk ${onDisk} is not ${inMemory}`);
    const wrong = wrongPlace(readFileSync(path, 'utf8'));
    if (wrong !== undefined) this.#problems.push(`a line at the wrong place: ${wrong}`);
  }

  /** Lets every request end, and writes every open conversation to disk. */
  async #finish(): Promise<void> {
    this.#setFull(false);
    for (const window of this.#windows) {
      if (this.#random() < 0.5) await this.#stopAll(window);
      for (let round = 0; round < 200 && this.#isBusy(window); round++) {
        for (const beginning of window.beginnings.splice(0)) beginning.begin();
        await settle();
        for (const stream of window.streams.splice(0)) stream.finish();
        await settle();
        this.#decide(window);
        await settle();
      }
      await window.rest();
      const waiting = [...window.waiting].map(({ what }) => what);
      if (waiting.length > 0) this.#problems.push(`waits for ever: ${waiting.join()}`);
      if (this.#isBusy(window)) this.#problems.push('an answer runs for ever');
      window.checkPage();
    }
    // One line from each window: after it, every conversation has a separate journal.
    for (const { store, clock } of this.#windows) {
      const held = store.openConversations;
      for (const conversation of held) conversation.rename('the end');
      clock.advance(30_000);
      for (const conversation of held) await this.#checkDisk(conversation);
    }
  }

  #isBusy({ waiting, store }: WalkWindow): boolean {
    return waiting.size > 0 || store.openConversations.some(({ runningAnswers, queue }) => runningAnswers.length > 0 || queue.length > 0);
  }

  /** One stop ends everything, including requests that start later. */
  async #stopAll(window: WalkWindow): Promise<void> {
    for (const conversation of window.store.openConversations) conversation.abandon();
    await settle();
    for (const beginning of window.beginnings.splice(0)) beginning.begin();
    await settle();
    const left = window.streams.filter(({ tape }) => !tape.ended).length;
    if (left > 0) this.#problems.push(`${left} streams run on after everything was stopped`);
    if (window.waiting.size > 0) this.#problems.push('something waits after everything was stopped');
  }

  /** Makes the pending decisions of a user: picks an answer, sends a question queued after a failure. */
  #decide(window: WalkWindow): void {
    for (const conversation of window.store.openConversations) {
      const open = conversation.thread.find((entry) => entry.role === 'assistant' && conversation.isCompared(entry));
      if (open !== undefined) conversation.pick(open.id);
      const next = conversation.queue[0];
      if (next !== undefined && !conversation.busy) conversation.sendNow(next.id);
    }
  }
}

/** Everything visible or continuable; for a running answer, what a reader of the journal sees. */
function project({ givenTitle, title, entries, thread, queue }: Conversation): string {
  return JSON.stringify({
    title,
    givenTitle,
    entries: entries.map((entry) => {
      if (entry.role === 'user') return [entry.id, entry.parent, entry.text, entry.compared];
      const { text, reasoning, seams, citations } = written(entry);
      const { state } = entry;
      const ended = state.type === 'settled' && !state.interrupted ? state : undefined;
      const end =
        ended === undefined ? 'truncated' : [ended.reason, ended.error, ended.usage, ended.word, ended.detail, shown(ended.parts)];
      return [entry.id, entry.parent, entry.model, text, reasoning, seams, citations, end];
    }),
    thread: thread.map(({ id }) => id),
    queue: queue.map(({ id, text, compare }) => [id, text, compare]),
  });
}

/** Printed by Node, which distinguishes bytes from lists and objects. */
function shown(parts: readonly Part[] | undefined): string {
  return inspect(parts, { depth: null });
}

function projectSaved(saved: Saved): string {
  const never = (): never => {
    throw new Error('Nothing is asked here.');
  };
  return project(new Conversation(saved.id, { begin: never, newId: never, wall: never }, saved));
}

/** The first line that does not continue exactly where the lines before it end. */
function wrongPlace(journal: string): string | undefined {
  const lengths = new Map<string, number>();
  for (const line of journal.split('\n').slice(0, -1)) {
    const { t, id, at, s } = JSON.parse(line) as { readonly t: string; readonly id: string; readonly at: number; readonly s: string };
    if (t !== 'text' && t !== 'reasoning') continue;
    const has = lengths.get(t + id) ?? 0;
    if (at !== has) return line;
    lengths.set(t + id, has + s.length);
  }
  return undefined;
}
