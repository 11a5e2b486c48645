/** Writes a conversation down while it happens: a reader of its tapes that never holds one back. */
import type { Citation, StreamEvent } from '../../../api.ts';
import type { Clock } from '../../request/clock.ts';
import { takeJoined } from '../../answer/tape/takeJoined.ts';
import type { LiveStream } from '../../answer/liveStream.ts';
import type { Reader } from '../../answer/tape/tape.ts';
import type { Conversation } from '../conversation.ts';
import type { ConversationChange } from '../changes.ts';
import { type Answer, isRunning, mergeCitations, seamOf, snapshotOf, written } from '../entries.ts';
import { endLine, type JournalLine, lineOf, linePiecesOf, linesOfEntry, version } from './journal.ts';

/** How long words may stand on the tape and not on disk. */
const flushMs = 40;

export interface JournalPorts {
  /**
   * Appends whole lines to the conversation's journal, in the order of the calls.
   * @param whole the journal from its first line to these lines, in pieces of whole lines, for a file that has to be written anew
   */
  readonly append: (lines: string, whole: () => Iterable<string>) => void;
  readonly clock: Clock;
}

/** A running answer as far as it is written down. */
interface Track {
  /** Undefined until the answer has begun. */
  reader: Reader<StreamEvent> | undefined;
  text: number;
  reasoning: number;
  /** The sources that are written down. */
  citations: readonly Citation[];
  readonly unsubscribe: () => void;
}

export class JournalWriter {
  readonly #ports: JournalPorts;
  readonly #conversation: Conversation;
  readonly #subscription: { dispose(): void };
  readonly #tracks = new Map<string, Track>();
  #begun: boolean;
  #timer: (() => void) | undefined;
  #onFlush: (() => void)[] = [];

  /** @param begun whether the journal exists: that of a conversation without a question does not */
  constructor(conversation: Conversation, begun: boolean, ports: JournalPorts) {
    this.#conversation = conversation;
    this.#ports = ports;
    this.#begun = begun;
    this.#subscription = conversation.onChange((change) => this.#changed(change));
  }

  /** Writes what there is now and stops following: an answer that ends later has no end in the journal. */
  dispose(): void {
    this.#subscription.dispose();
    this.#flush();
    for (const track of this.#tracks.values()) {
      track.unsubscribe();
      track.reader?.leave();
    }
    this.#tracks.clear();
  }

  #changed(change: ConversationChange): void {
    switch (change.type) {
      case 'added': {
        const { entry } = change;
        if (entry.role === 'assistant' && isRunning(entry)) this.#follow(entry, 'end');
        return this.#append(linesOfEntry(entry));
      }
      case 'changed':
        return this.#answerChanged(change.entry);
      case 'chosen':
        return this.#append([{ t: 'choose', id: change.id }]);
      case 'queued':
        return this.#append([{ t: 'queue', items: this.#conversation.queue }]);
      case 'renamed':
        return this.#append([{ t: 'rename', title: this.#conversation.givenTitle }]);
      case 'cut':
        return change.entry.cut === undefined ? undefined : this.#append([{ t: 'cut', id: change.entry.id, cut: change.entry.cut }]);
      case 'parameters':
        // A conversation without a question has no journal yet.
        return this.#begun ? this.#append([this.#parameters]) : undefined;
      case 'moved':
        // The new journal is written as a whole when the conversation moves.
        return;
      default:
        change satisfies never;
    }
  }

  #answerChanged(answer: Answer): void {
    const track = this.#tracks.get(answer.id);
    if (!isRunning(answer)) return this.#settled(answer, track);
    if (track === undefined) {
      this.#follow(answer, 'start');
      return this.#append([{ t: 'resume', id: answer.id }]);
    }
    if (track.reader === undefined) this.#follow(answer, 'start');
  }

  /** @param from whether the journal holds what is on the tape already */
  #follow(answer: Answer, from: 'start' | 'end'): void {
    const { state } = answer;
    const has = from === 'end' ? written(answer) : answer.previous;
    const tape = state.type === 'live' ? state.stream.tape : undefined;
    const reader = tape?.read({ pacing: false, from: from === 'end' ? tape.length : 0 });
    const unsubscribe = state.type === 'live' ? this.#followHandle(answer.id, state.stream) : () => undefined;
    const { text, reasoning, citations } = has;
    this.#tracks.set(answer.id, { reader, text: text.length, reasoning: reasoning.length, citations, unsubscribe });
    if (reader !== undefined) void this.#listen(reader);
  }

  /** Written at once: it stands in the journal before the first word does. */
  #followHandle(id: string, stream: LiveStream): () => void {
    let known: string | undefined;
    const look = (): void => {
      if (stream.handle === known) return;
      known = stream.handle;
      this.#append([{ t: 'kept', id, ...(known === undefined ? {} : { handle: known }) }]);
    };
    const subscription = stream.onHandle?.(look);
    look();
    return () => subscription?.dispose();
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

  #settled(answer: Answer, track: Track | undefined): void {
    const { state } = answer;
    if (track === undefined || state.type !== 'settled') return;
    const lines = this.#unwritten(answer.id, track);
    track.unsubscribe();
    track.reader?.leave();
    this.#tracks.delete(answer.id);
    // An ending may add text that was never on the tape.
    if (state.text.length > track.text) lines.push({ t: 'text', id: answer.id, at: track.text, s: state.text.slice(track.text) });
    if (state.citations.length > track.citations.length) lines.push({ t: 'citations', id: answer.id, items: state.citations });
    this.#append([...lines, endLine(answer.id, state)]);
  }

  #flush(): void {
    this.#timer?.();
    this.#timer = undefined;
    this.#append([...this.#tracks].flatMap(([id, track]) => this.#unwritten(id, track)));
    const woken = this.#onFlush;
    this.#onFlush = [];
    for (const wake of woken) wake();
  }

  /** What a tape has got since it was last looked at. */
  #unwritten(id: string, track: Track): JournalLine[] {
    const lines: JournalLine[] = [];
    for (const event of track.reader === undefined ? [] : takeJoined(track.reader)) {
      if (event.type === 'seam') lines.push({ t: 'seam', id, ...seamOf(event) });
      // The window may close before the conversation learns of the end.
      if (event.type === 'end' && event.citations !== undefined) {
        track.citations = mergeCitations(track.citations, event.citations);
        lines.push({ t: 'citations', id, items: track.citations });
      }
      if (event.type !== 'text' && event.type !== 'reasoning') continue;
      lines.push({ t: event.type, id, at: track[event.type], s: event.text });
      track[event.type] += event.text.length;
    }
    return lines;
  }

  #append(lines: readonly JournalLine[]): void {
    if (lines.length === 0) return;
    const head = this.#begun ? [] : this.#head;
    this.#begun = true;
    this.#ports.append([...head, ...lines].map(lineOf).join(''), () => this.#whole());
  }

  get #head(): readonly JournalLine[] {
    const { id, parameters } = this.#conversation;
    return [{ t: 'head', version, id }, ...(Object.keys(parameters).length === 0 ? [] : [this.#parameters])];
  }

  get #parameters(): JournalLine {
    return { t: 'parameters', parameters: this.#conversation.parameters };
  }

  /** Everything up to now; the tapes count as written from here on. */
  #whole(): Iterable<string> {
    for (const [id, track] of this.#tracks) this.#unwritten(id, track);
    const { id, givenTitle, entries, choices, queue, parameters, unknown } = this.#conversation;
    return linePiecesOf({ id, title: givenTitle, entries: entries.map(snapshotOf), chosen: choices, queue, parameters, unknown });
  }
}
