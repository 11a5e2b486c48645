/**
 * The page as a reader of a conversation: unread changes are sent as one frame. A hidden page reads nothing and continues
 * from its place when shown again.
 */
import type { StreamEvent } from '../../../api.ts';
import type { Clock } from '../../request/clock.ts';
import { takeJoined } from '../../answer/tape/takeJoined.ts';
import type { Reader } from '../../answer/tape/tape.ts';
import type { Conversation } from '../conversation.ts';
import type { ConversationChange } from '../changes.ts';
import { type Answer, readTape, seamOf, written } from '../entries.ts';
import { FramePacing } from './framePacing.ts';
import { beginningOf, mostText, firstFrame, perMessage } from './frameSize.ts';
import { PageRows, type Row, type RowText, type Waiting } from './pageRows.ts';
import type { PageChange, MessagePart, PageMessage, ToPage } from './protocol.ts';

export interface PageSyncPorts {
  /** Sends a message to the webview; delivery is not guaranteed. */
  readonly post: (message: ToPage) => void;
  readonly clock: Clock;
  readonly present: RowText;
}

/** How much of a running answer was sent to the page. */
interface Track {
  answer: Answer;
  readonly reader: Reader<StreamEvent>;
  /** UTF-16 units sent of each part. */
  text: number;
  reasoning: number;
  /** Whether any of its text was sent. */
  begun: boolean;
  waiting: boolean;
  listening: boolean;
}

export class PageSync {
  readonly #conversation: Conversation;
  readonly #ports: PageSyncPorts;
  readonly #tracks = new Map<string, Track>();
  readonly #subscription: { dispose(): void };
  readonly #rows: PageRows;
  readonly #pacing: FramePacing;
  #changes: PageChange[] = [];
  /** Rows of a long conversation that the page gets in the next turns, before anything else. */
  #unsent: Row[] = [];
  #sending: (() => void) | undefined;
  #afterRows: (() => void)[] = [];
  /** The first text of an answer has arrived and is not sent yet. */
  #begins = false;
  #visible = false;
  #ready = false;

  constructor(conversation: Conversation, ports: PageSyncPorts) {
    this.#conversation = conversation;
    this.#ports = ports;
    this.#rows = new PageRows(conversation, ports.present);
    this.#pacing = new FramePacing(ports.clock, () => this.#pump());
    this.#subscription = conversation.onChange((change) => this.#changed(change));
  }

  /** The page has (re)loaded and is empty. */
  ready(): void {
    this.#ready = true;
    this.#visible = true;
    this.#reset();
  }

  #reset(): void {
    this.#leaveAll();
    this.#changes = [];
    this.#pacing.restart();
    this.#unsent = [...this.#rows.all()];
    this.#ports.post({
      type: 'reset',
      conversation: this.#conversation.id,
      title: this.#conversation.title,
      messages: this.#nextMessages(),
      model: this.#ports.present.model(),
    });
    this.#sendRows();
  }

  /** Calls `run` when the page has all rows. */
  afterRows(run: () => void): void {
    if (this.#unsent.length === 0) run();
    else this.#afterRows.push(run);
  }

  drawn(frame: number): void {
    if (this.#pacing.drawn(frame)) this.#pump();
  }

  /** Sends part of a message again, from the offset the page has. */
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

  /** A hidden page draws nothing, so it must not slow a stream or receive text. */
  setVisible(visible: boolean): void {
    if (visible === this.#visible || !this.#ready) return;
    this.#visible = visible;
    for (const track of this.#tracks.values()) track.reader.pace(visible);
    if (visible) {
      this.#pacing.restart();
      this.#pump();
    }
  }

  modelChanged(): void {
    if (this.#ready) this.#ports.post({ type: 'model', model: this.#ports.present.model() });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#pacing.stop();
    this.#leaveAll();
    this.#ready = false;
    this.#unsent = [];
    this.#sendRows();
  }

  #leaveAll(): void {
    for (const track of this.#tracks.values()) track.reader.leave();
    this.#tracks.clear();
  }

  #nextMessages(): readonly PageMessage[] {
    const rows = this.#nextRows();
    this.#changes.push(...rows.flatMap(([, ...rest]) => rest));
    return rows.map(([message]) => message);
  }

  #nextRows(): readonly (readonly [PageMessage, ...PageChange[]])[] {
    const rows: (readonly [PageMessage, ...PageChange[]])[] = [];
    for (let length = 0; length < mostText && this.#unsent.length > 0;) {
      const row = this.#message(this.#unsent.shift() as Row);
      rows.push(row);
      length += perMessage + row[0].text.length + row[0].reasoning.length;
    }
    return rows;
  }

  /** A row, and the changes that bring the rest of a text that is too long for one message. */
  #message(row: Row): readonly [PageMessage, ...PageChange[]] {
    const message = this.#rows.message(row);
    if (row.role === 'assistant') this.#follow(row, 'end');
    const { id, status } = message;
    const [text, reasoning] = [beginningOf(message.text), beginningOf(message.reasoning)];
    if (text === message.text && reasoning === message.reasoning) return [message];
    return [
      { ...message, text, reasoning, partial: true },
      { type: 'append', message: id, part: 'reasoning', at: reasoning.length, text: message.reasoning.slice(reasoning.length) },
      { type: 'append', message: id, part: 'text', at: text.length, text: message.text.slice(text.length) },
      { type: 'status', message: id, status },
    ];
  }

  #sendRows(): void {
    this.#sending?.();
    this.#sending = undefined;
    if (this.#unsent.length > 0) {
      this.#sending = this.#ports.clock.timer(0, () => {
        this.#ports.post({ type: 'rows', messages: this.#nextMessages() });
        this.#sendRows();
      });
      return;
    }
    for (const run of this.#afterRows.splice(0)) run();
    this.#pump();
  }

  #changed(change: ConversationChange): void {
    if (!this.#ready) return;
    switch (change.type) {
      case 'added':
      case 'chosen':
      case 'queued':
      case 'cut':
        this.#turn();
        break;
      case 'changed':
        this.#answerChanged(change.entry);
        // The queue may wait for something else now.
        this.#turn();
        break;
      case 'renamed':
      case 'parameters':
        return;
      case 'moved':
        return this.#ports.post({ type: 'conversation', id: this.#conversation.id });
      default:
        change satisfies never;
    }
    this.#pump();
  }

  #turn(): void {
    const { removed, added } = this.#rows.turn();
    const sending = this.#unsent.length > 0;
    if (sending && removed.length > 0) return this.#reset();
    this.#unsent = [...added];
    if (sending) return;
    for (const id of removed) {
      this.#tracks.get(id)?.reader.leave();
      this.#tracks.delete(id);
      this.#changes.push({ type: 'remove', message: id });
    }
    for (const [message, ...rest] of this.#nextRows()) this.#changes.push({ type: 'add', message }, ...rest);
    if (this.#unsent.length === 0) return;
    // More rows than one message holds, such as another version of the first question: they follow these changes.
    this.#post(this.#changes, []);
    this.#sendRows();
  }

  #answerChanged(answer: Answer): void {
    if (!this.#rows.shows(answer)) return;
    const before = this.#tracks.get(answer.id);
    // Requested again before a hidden page received its end: the rest of the old tape is sent first.
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

  /** @param from whether the page already has what is on the tape */
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
    if (!this.#ready || !this.#visible || this.#unsent.length > 0) return;
    // The end of an answer waits for no earlier frame. Actions of the user, changes of state and the first text of an answer
    // wait only until the last frame is drawn.
    const ended = [...this.#tracks.values()].some((track) => track.answer.state.type === 'settled');
    if (!this.#pacing.mayPost(ended ? 'end' : this.#changes.length > 0 || this.#begins ? 'change' : 'text')) return;
    this.#begins = false;
    for (const track of this.#tracks.values()) this.#read(track);
    if (this.#changes.length > 0) this.#post(...firstFrame(this.#changes));
  }

  #post(changes: readonly PageChange[], later: PageChange[]): void {
    const frame = this.#pacing.post();
    this.#changes = later;
    this.#ports.post({ type: 'frame', frame, changes });
  }

  #read(track: Track): void {
    for (const event of takeJoined(track.reader)) {
      switch (event.type) {
        case 'text':
        case 'reasoning':
          this.#append(track, event.type, event.text);
          break;
        case 'seam':
          this.#changes.push({ type: 'seam', message: track.answer.id, seam: seamOf(event) });
          break;
        case 'wait':
        case 'loading':
          track.waiting = true;
          this.#pushStatus(track.answer, event);
          break;
        case 'start':
          this.#endWait(track);
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
    this.#endWait(track);
    // The first text shows how long the model reasoned.
    if (part === 'text' && track.text === 0 && track.reasoning > 0 && track.answer.state.type === 'live') this.#pushStatus(track.answer);
    const last = this.#changes.at(-1);
    // Events that the page does not need, such as fences, split texts that are sent as one.
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

  #endWait(track: Track): void {
    if (track.waiting && track.answer.state.type === 'live') this.#pushStatus(track.answer);
    track.waiting = false;
  }

  #pushStatus(answer: Answer, wait?: Waiting): void {
    this.#changes.push({ type: 'status', message: answer.id, status: this.#rows.status(answer, wait) });
  }
}
