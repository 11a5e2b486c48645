/**
 * The page as a reader of a conversation: what is unread goes out as one frame, and the next follows when the page has
 * drawn it, or a deadline has passed, since a webview may never answer. A hidden page is no reader at all; shown again, it
 * continues from its place.
 */
import type { StreamEvent } from '../../../api.ts';
import type { Clock } from '../../request/clock.ts';
import { takeJoined } from '../../answer/takeJoined.ts';
import type { Reader } from '../../answer/tape.ts';
import type { Conversation, ConversationChange } from '../conversation.ts';
import { type Answer, type Entry, type Queued, written, readTape } from '../entries.ts';
import type { PageChange, ModelLabel, PageMessage, MessagePart, Status, ToPage } from './protocol.ts';

/** What the page shows from top to bottom: the thread, then the queued questions. */
export type Row = Entry | Queued;

/** How the words around an answer are found; they are in the language of the window. */
export interface RowText {
  author(row: Row): string;
  /** @param wait the answer's next attempt, while it waits for one */
  status(answer: Answer, wait?: Extract<StreamEvent, { type: 'wait' }>): Status;
  /** @param forChoice whether it waits until an answer of a comparison is picked */
  queued(question: Queued, forChoice: boolean): Status;
  model(): ModelLabel;
}

export interface PageSyncPorts {
  /** Hands a message to the webview; whether it ever arrives is not known. */
  readonly post: (message: ToPage) => void;
  readonly clock: Clock;
  readonly present: RowText;
}

/** A page that has not drawn a frame after this long is sent the next one. */
const drawnDeadlineMs = 500;

/**
 * Words that come faster than this are shown together. Each message costs the window about 4 ms, however short it is, and
 * text that grows as often as a film has pictures is read no worse than text that grows sixty times a second. A buffer of
 * 100 deltas still lets 2,500 a second through, which is more than any server sends.
 */
const leastBetweenMs = 40;

/** One live answer, as far as the page has been sent it. */
interface Track {
  answer: Answer;
  readonly reader: Reader<StreamEvent>;
  /** Characters sent of each part. */
  text: number;
  reasoning: number;
  /** Any of its words have been sent. */
  begun: boolean;
  waiting: boolean;
  listening: boolean;
}

export class PageSync {
  readonly #conversation: Conversation;
  readonly #ports: PageSyncPorts;
  readonly #tracks = new Map<string, Track>();
  readonly #subscription: { dispose(): void };
  /** What the page holds, in order; see `#key`. */
  #shown: readonly string[] = [];
  #changes: PageChange[] = [];
  #frame = 0;
  #inFlight: (() => void) | undefined;
  #postedAt = -Infinity;
  /** The frame that waits until enough words have come together. */
  #due: (() => void) | undefined;
  /** Something has come of an answer that nothing is shown of yet. */
  #begins = false;
  #visible = false;
  #ready = false;

  constructor(conversation: Conversation, ports: PageSyncPorts) {
    this.#conversation = conversation;
    this.#ports = ports;
    this.#subscription = conversation.onChange((change) => this.#changed(change));
  }

  /** The page has loaded, perhaps again, and holds nothing. */
  ready(): void {
    this.#ready = true;
    this.#visible = true;
    this.#leaveAll();
    this.#changes = [];
    this.#landed();
    this.#postedAt = -Infinity;
    const rows = this.#rows;
    this.#shown = rows.map((row) => this.#key(row));
    for (const row of rows) if (row.role === 'assistant') this.#follow(row, 'end');
    this.#ports.post({
      type: 'reset',
      conversation: this.#conversation.id,
      title: this.#conversation.title,
      messages: rows.map((row) => this.#message(row)),
      model: this.#ports.present.model(),
    });
    this.#pump();
  }

  drawn(frame: number): void {
    if (frame !== this.#frame) return;
    this.#landed();
    this.#pump();
  }

  /** Sends a part of a message again, from the place that the page has. */
  lost(id: string, part: MessagePart, have: number): void {
    const entry = this.#conversation.find(id);
    if (entry?.role !== 'assistant') return;
    const track = this.#tracks.get(id);
    const whole = written(entry)[part];
    const sent = track === undefined ? whole.length : track[part];
    const at = Math.max(0, Math.min(have, sent));
    if (at < sent) this.#changes.push({ type: 'append', message: id, part, at, text: whole.slice(at, sent) });
    this.#pump();
  }

  /** A hidden page draws nothing: it must not hold a stream back, nor be sent what it cannot show. */
  setVisible(visible: boolean): void {
    if (visible === this.#visible || !this.#ready) return;
    this.#visible = visible;
    for (const track of this.#tracks.values()) track.reader.pace(visible);
    if (visible) {
      this.#landed();
      this.#postedAt = -Infinity;
      this.#pump();
    }
  }

  modelChanged(): void {
    if (this.#ready) this.#ports.post({ type: 'model', model: this.#ports.present.model() });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#landed();
    this.#due?.();
    this.#due = undefined;
    this.#leaveAll();
    this.#ready = false;
  }

  #leaveAll(): void {
    for (const track of this.#tracks.values()) track.reader.leave();
    this.#tracks.clear();
  }

  #changed(change: ConversationChange): void {
    if (!this.#ready) return;
    switch (change.type) {
      case 'added':
      case 'chosen':
      case 'queued':
        this.#turn();
        break;
      case 'changed':
        this.#answerChanged(change.entry);
        break;
      case 'renamed':
        return;
      case 'moved':
        return this.#ports.post({ type: 'conversation', id: this.#conversation.id });
      default:
        change satisfies never;
    }
    this.#pump();
  }

  get #rows(): readonly Row[] {
    return [...this.#conversation.thread, ...this.#conversation.queue];
  }

  /** A picked answer is shown anew: it no longer stands beside others. So is a question that waited for the choice. */
  #key(row: Row): string {
    return this.#compared(row) || (row.role === 'queued' && this.#conversation.isComparing) ? `${row.id} compared` : row.id;
  }

  #compared(row: Row): boolean {
    return row.role === 'assistant' && this.#conversation.isCompared(row);
  }

  /** Takes away what is no longer shown, from the first row that differs, and puts there what is. */
  #turn(): void {
    const rows = this.#rows;
    const keys = rows.map((row) => this.#key(row));
    const same = keys.findIndex((key, index) => key !== this.#shown[index]);
    const from = same === -1 ? keys.length : same;
    for (const key of this.#shown.slice(from)) {
      const id = key.split(' ')[0] as string;
      this.#tracks.get(id)?.reader.leave();
      this.#tracks.delete(id);
      this.#changes.push({ type: 'remove', message: id });
    }
    for (const row of rows.slice(from)) {
      this.#changes.push({ type: 'add', message: this.#message(row) });
      if (row.role === 'assistant') this.#follow(row, 'end');
    }
    this.#shown = keys;
  }

  #answerChanged(answer: Answer): void {
    if (!this.#shown.includes(this.#key(answer))) return;
    const before = this.#tracks.get(answer.id);
    // Asked again before a hidden page was told how it had ended: what was left of the old tape goes first.
    if (before !== undefined && answer.state.type === 'asked') {
      this.#read(before);
      this.#tracks.delete(answer.id);
    }
    const track = this.#tracks.get(answer.id);
    if (track === undefined) {
      if (answer.state.type === 'live') this.#follow(answer, 'start');
      this.#pushStatus(answer);
      return;
    }
    // The end is sent only after all text before it.
    track.answer = answer;
  }

  /** @param from whether the page has what is on the tape already */
  #follow(answer: Answer, from: 'start' | 'end'): void {
    if (answer.state.type !== 'live') return;
    const { tape } = answer.state.stream;
    const has = from === 'end' ? readTape(tape, answer.previous) : answer.previous;
    this.#tracks.set(answer.id, {
      answer,
      reader: tape.read({ pacing: this.#visible, from: from === 'end' ? tape.length : 0 }),
      text: has.text.length,
      reasoning: has.reasoning.length,
      begun: false,
      waiting: false,
      listening: false,
    });
  }

  #pump(): void {
    if (!this.#ready || !this.#visible) return;
    // An answer that has ended is shown at once: its last words wait for no frame before them.
    const ended = (): boolean => [...this.#tracks.values()].some((track) => track.answer.state.type === 'settled');
    if (this.#inFlight !== undefined && !ended()) return;
    // What a person has done, what has happened to an answer, and its first words wait for nothing more.
    const waitMs = this.#changes.length > 0 || this.#begins || ended() ? 0 : this.#postedAt + leastBetweenMs - this.#ports.clock.now();
    if (waitMs > 0) {
      this.#due ??= this.#ports.clock.timer(waitMs, () => {
        this.#due = undefined;
        this.#pump();
      });
      return;
    }
    this.#begins = false;
    for (const track of this.#tracks.values()) this.#read(track);
    if (this.#changes.length === 0) return;
    const frame = ++this.#frame;
    this.#landed();
    this.#due?.();
    this.#due = undefined;
    this.#postedAt = this.#ports.clock.now();
    this.#inFlight = this.#ports.clock.timer(drawnDeadlineMs, () => {
      this.#landed();
      this.#pump();
    });
    const changes = this.#changes;
    this.#changes = [];
    this.#ports.post({ type: 'frame', frame, changes });
  }

  #landed(): void {
    this.#inFlight?.();
    this.#inFlight = undefined;
  }

  #read(track: Track): void {
    for (const event of takeJoined(track.reader)) {
      switch (event.type) {
        case 'text':
        case 'reasoning':
          this.#append(track, event.type, event.text);
          break;
        case 'seam':
          this.#changes.push({ type: 'seam', message: track.answer.id, at: event.offset });
          break;
        case 'wait':
          track.waiting = true;
          this.#pushStatus(track.answer, event);
          break;
        case 'start':
          if (track.waiting) this.#pushStatus(track.answer);
          track.waiting = false;
          break;
        case 'fence':
        case 'trigger':
        case 'usage':
        case 'tool-call':
        case 'end':
          break;
        default:
          event satisfies never;
      }
    }
    if (!track.reader.finished) this.#listen(track);
    else if (track.answer.state.type === 'settled') {
      this.#tracks.delete(track.answer.id);
      this.#pushStatus(track.answer);
    }
  }

  #append(track: Track, part: MessagePart, text: string): void {
    // With the first text it is known how long the model reasoned.
    if (part === 'text' && track.text === 0 && track.reasoning > 0 && track.answer.state.type === 'live') this.#pushStatus(track.answer);
    const last = this.#changes.at(-1);
    // Events that the page is not sent, such as fences, part texts that it gets as one.
    if (last?.type === 'append' && last.message === track.answer.id && last.part === part) {
      this.#changes[this.#changes.length - 1] = { ...last, text: last.text + text };
    } else this.#changes.push({ type: 'append', message: track.answer.id, part, at: track[part], text });
    track[part] += text.length;
    track.begun = true;
  }

  #listen(track: Track): void {
    if (track.listening) return;
    track.listening = true;
    void track.reader.more().then(() => {
      track.listening = false;
      this.#begins ||= !track.begun;
      this.#pump();
    });
  }

  #pushStatus(answer: Answer, wait?: Extract<StreamEvent, { type: 'wait' }>): void {
    this.#changes.push({ type: 'status', message: answer.id, status: this.#ports.present.status(answer, wait) });
  }

  #message(row: Row): PageMessage {
    const { present } = this.#ports;
    const author = present.author(row);
    if (row.role === 'assistant') {
      const { text, reasoning, seams } = written(row);
      const rest = this.#compared(row) ? { compared: true } : { versions: this.#conversation.versions(row.id) };
      return { id: row.id, role: 'assistant', author, text, reasoning, seams, status: present.status(row), ...rest };
    }
    const attachments = row.attachments.map(({ id, name, tokens }) => ({ id, name, tokens }));
    const said = { id: row.id, author, text: row.text, reasoning: '', seams: [], attachments };
    if (row.role === 'queued') return { ...said, role: 'user', status: present.queued(row, this.#conversation.isComparing), queued: true };
    return { ...said, role: 'user', status: { state: 'done' }, versions: this.#conversation.versions(row.id) };
  }
}
