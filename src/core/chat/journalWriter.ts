/** Writes a conversation down while it happens: a reader of its tapes that never holds one back. */
import type { StreamEvent } from '../../api.ts';
import type { Clock } from '../request/clock.ts';
import type { Reader } from '../answer/tape.ts';
import type { Conversation, ConversationChange } from './conversation.ts';
import { type Answer, written } from './entries.ts';
import { endLine, type JournalLine, lineOf, linesOfEntry } from './journal.ts';

/** How long words may stand on the tape and not on disk. */
const flushMs = 40;

export interface JournalPorts {
  /** Appends whole lines to the conversation's journal, in the order of the calls. */
  readonly append: (lines: string) => void;
  readonly clock: Clock;
}

interface Track {
  readonly reader: Reader<StreamEvent>;
  text: number;
  reasoning: number;
}

export class JournalWriter {
  readonly #ports: JournalPorts;
  readonly #conversation: Conversation;
  readonly #subscription: { dispose(): void };
  readonly #tracks = new Map<string, Track>();
  #begun: boolean;
  #timer: (() => void) | undefined;

  /** @param begun whether the journal exists: that of a conversation without a question does not */
  constructor(conversation: Conversation, begun: boolean, ports: JournalPorts) {
    this.#conversation = conversation;
    this.#ports = ports;
    this.#begun = begun;
    this.#subscription = conversation.onChange((change) => this.#changed(change));
  }

  /** Writes what there is now and follows no longer: what ends after this was not seen to end. */
  dispose(): void {
    this.#subscription.dispose();
    this.#flush();
    for (const track of this.#tracks.values()) track.reader.leave();
    this.#tracks.clear();
  }

  #changed(change: ConversationChange): void {
    switch (change.type) {
      case 'added':
        this.#append(linesOfEntry(change.entry));
        if (change.entry.role === 'assistant') this.#follow(change.entry);
        return;
      case 'changed': {
        const { entry } = change;
        if (entry.state.type === 'settled') return this.#settled(entry);
        if (this.#tracks.has(entry.id)) return;
        this.#append([{ t: 'resume', id: entry.id }]);
        return this.#follow(entry);
      }
      case 'chosen':
        return this.#append([{ t: 'choose', id: change.id }]);
      case 'queued':
        return this.#append([{ t: 'queue', items: this.#conversation.queue }]);
      case 'renamed':
        return this.#append([{ t: 'rename', title: this.#conversation.title }]);
      default:
        change satisfies never;
    }
  }

  #follow(answer: Answer): void {
    if (answer.state.type !== 'live') return;
    const reader = answer.state.stream.tape.read({ pacing: false });
    this.#tracks.set(answer.id, { reader, text: answer.previous.text.length, reasoning: answer.previous.reasoning.length });
    void this.#listen(reader);
  }

  async #listen(reader: Reader<StreamEvent>): Promise<void> {
    while (!reader.finished) {
      await reader.more();
      if (reader.finished) return;
      await new Promise<void>((resolve) => {
        this.#timer ??= this.#ports.clock.timer(flushMs, () => this.#flush());
        this.#onFlush.push(resolve);
      });
    }
  }

  #onFlush: (() => void)[] = [];

  #settled(answer: Answer): void {
    const track = this.#tracks.get(answer.id);
    if (track === undefined || answer.state.type !== 'settled') return;
    const lines = this.#unwritten(answer.id, track);
    // Text that an ending adds or an engine took back would make the journal differ from what is shown.
    const { text } = written(answer);
    if (text.length > track.text) lines.push({ t: 'text', id: answer.id, at: track.text, s: text.slice(track.text) });
    this.#append([...lines, endLine(answer.id, answer.state)]);
    track.reader.leave();
    this.#tracks.delete(answer.id);
  }

  #flush(): void {
    this.#timer?.();
    this.#timer = undefined;
    this.#append([...this.#tracks].flatMap(([id, track]) => this.#unwritten(id, track)));
    const woken = this.#onFlush;
    this.#onFlush = [];
    for (const wake of woken) wake();
  }

  /** What a tape has got since it was last looked at, neighbouring words joined. */
  #unwritten(id: string, track: Track): JournalLine[] {
    const lines: JournalLine[] = [];
    const grown = { text: '', reasoning: '' };
    const put = (part: 'text' | 'reasoning'): void => {
      if (grown[part] === '') return;
      lines.push({ t: part, id, at: track[part], s: grown[part] });
      track[part] += grown[part].length;
      grown[part] = '';
    };
    for (const event of track.reader.take()) {
      if (event.type === 'text' || event.type === 'reasoning') grown[event.type] += event.text;
      else if (event.type === 'seam') {
        put('text');
        lines.push({ t: 'seam', id, at: event.offset });
      }
    }
    put('reasoning');
    put('text');
    return lines;
  }

  #append(lines: readonly JournalLine[]): void {
    if (lines.length === 0) return;
    const head: readonly JournalLine[] = this.#begun ? [] : [{ t: 'head', version: 1, id: this.#conversation.id }];
    this.#begun = true;
    this.#ports.append([...head, ...lines].map(lineOf).join(''));
  }
}
