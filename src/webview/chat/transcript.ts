// The conversation on the page: applies the changes that the host sends, in order, and asks again for text that is missing.
import { create } from '../shared/create.ts';
import { isRunningState } from '../../core/chat/answerActions.ts';
import type { PageChange, PageMessage } from '../../core/chat/page/protocol.ts';
import type { Announcer } from './announcer.ts';
import { Beside } from './answer/beside.ts';
import { Paragraphs } from './paragraphs.ts';
import { MessageView, type MessagePorts } from './answer/message.ts';
import { IdleTasks } from '../markdown/idleTasks.ts';
import { fill } from '../shared/words.ts';

/** Messages drawn at once; usually enough to fill the view. */
const DRAWN_AT_ONCE = 4;

/** How a state is announced that has no note. */
const stateNames = {
  stopped: 'stateStopped',
  limit: 'stateLimit',
  truncated: 'stateTruncated',
  error: 'stateError',
  waiting: 'stateWaiting',
} as const;

export interface TranscriptPorts extends MessagePorts {
  /** A screen reader reads each paragraph of an answer. */
  readonly readParagraphs: boolean;
}

export class Transcript {
  /** The announcer speaks instead: a live log would read every token aloud. */
  readonly element = create('div', { className: 'transcript', role: 'log', ariaLive: 'off', tabIndex: 0 });
  /** Holds the messages; it grows, the element around it scrolls. */
  readonly content = create('div', { className: 'messages' });
  readonly #messages = new Map<string, MessageView>();
  readonly #ports: TranscriptPorts;
  /** The answers that are read out while they grow. */
  readonly #read = new Map<string, Paragraphs>();
  readonly #announcer: Announcer;
  readonly #empty: HTMLElement;
  readonly #work = new IdleTasks();
  /** The last comparison; only the end of a conversation can be one. */
  #beside: Beside | undefined;

  constructor(ports: TranscriptPorts, announcer: Announcer, empty: HTMLElement) {
    this.#ports = ports;
    this.#announcer = announcer;
    this.#empty = empty;
    this.element.ariaLabel = ports.strings.conversation;
    this.element.append(this.content);
  }

  /** The newest running answer. */
  get running(): string | undefined {
    // Queued questions have the state `waiting` too.
    return [...this.#messages.values()].findLast(({ role, status }) => role === 'assistant' && isRunningState(status.state))?.id;
  }

  /** The texts of all questions, oldest first. */
  get questions(): readonly string[] {
    return [...this.#messages.values()].filter(({ role }) => role === 'user').map(({ text }) => text);
  }

  /** The elements of all messages, from top to bottom. */
  get articles(): readonly HTMLElement[] {
    return [...this.#messages.values()].map(({ element }) => element);
  }

  /** The questions that have been asked. */
  get askedQuestions(): readonly MessageView[] {
    return [...this.#messages.values()].filter(({ role, element }) => role === 'user' && !element.matches('.queued'));
  }

  /** The first message that is in view. */
  get articleInView(): HTMLElement | undefined {
    const { top } = this.element.getBoundingClientRect();
    return this.articles.find((article) => article.getBoundingClientRect().bottom > top);
  }

  /** Draws everything that is pending or folded. Resolves when all text so far is there. */
  async drawAll(): Promise<void> {
    const drawn: Promise<void>[] = [];
    await this.#work.each([...this.#messages.values()].toReversed(), (message) => drawn.push(message.drawAll()));
    await Promise.all(drawn);
  }

  reset(messages: readonly PageMessage[]): void {
    for (const message of this.#messages.values()) message.remove();
    this.#messages.clear();
    this.#beside = undefined;
    this.content.replaceChildren();
    this.addHistory(messages);
  }

  addHistory(messages: readonly PageMessage[]): void {
    const drawn = messages.map((message) => this.#add(message));
    this.#showEmpty();
    // The newest messages are in view. A long history before them is drawn in slices, from the end.
    for (const message of drawn.splice(-DRAWN_AT_ONCE)) message?.draw();
    void this.#work.each(drawn.toReversed(), (message) => message?.draw());
  }

  /** Keeps the focus on a message that is removed and added again in one frame, such as a question moved in the queue. */
  apply(changes: readonly PageChange[]): void {
    const focused = changes.some(({ type }) => type === 'remove') ? document.activeElement : null;
    const holder = [...this.#messages].find(([, { element }]) => focused !== null && element.contains(focused))?.[0];
    for (const change of changes) this.#apply(change);
    if (focused === null || holder === undefined || focused.isConnected) return;
    const again = this.#messages.get(holder)?.element.querySelector(`.actions .${focused.classList[0]}`);
    // The component renders its button asynchronously.
    requestAnimationFrame(() => again?.shadowRoot?.querySelector('button')?.focus({ preventScroll: true }));
  }

  #apply(change: PageChange): void {
    switch (change.type) {
      case 'add':
        this.#add(change.message)?.draw();
        if (change.message.role === 'assistant') this.#announcer.say(fill(this.#ports.strings.answerStarted, change.message.author));
        return this.#showEmpty();
      case 'append':
        return this.#append(change.message, change.part, change.at, change.text);
      case 'status':
        return this.#status(change.message, change.status);
      case 'seam':
        return this.#messages.get(change.message)?.seam(change.seam);
      case 'remove':
        this.#messages.get(change.message)?.remove();
        this.#messages.delete(change.message);
        this.#beside?.remove(change.message);
        if (this.#beside?.isEmpty === true) this.#beside.element.remove();
        return this.#showEmpty();
      default:
        change satisfies never;
    }
  }

  #add(message: PageMessage): MessageView | undefined {
    // A page that was opened late may receive a message twice.
    if (this.#messages.has(message.id)) return undefined;
    const drawn = new MessageView(message, this.#ports);
    this.#messages.set(message.id, drawn);
    if (message.compared) this.#besideAtEnd().add(message.id, message.author, drawn.element);
    else this.content.append(drawn.element);
    return drawn;
  }

  /** The comparison at the end of the conversation; created if there is none. */
  #besideAtEnd(): Beside {
    if (this.#beside === undefined || this.content.lastElementChild !== this.#beside.element) {
      this.#beside = new Beside(this.#ports.strings, () => this.#ports.host.post({ type: 'sideBySide' }));
      this.content.append(this.#beside.element);
    }
    return this.#beside;
  }

  #append(id: string, part: 'text' | 'reasoning', at: number, text: string): void {
    const message = this.#messages.get(id);
    const taken = message?.append(part, at, text);
    if (message !== undefined && taken?.type === 'gap')
      this.#ports.host.post({ type: 'lost', message: id, part, have: message.have(part) });
    // The rest of a long answer that has ended is not news.
    if (message === undefined || !isRunningState(message.status.state)) return;
    if (taken?.type === 'new' && part === 'text' && this.#ports.readParagraphs) this.#readOut(id, taken.text);
  }

  #readOut(id: string, text: string): void {
    const paragraphs = this.#read.get(id) ?? new Paragraphs(this.#ports.strings.codeLines);
    this.#read.set(id, paragraphs);
    for (const paragraph of paragraphs.take(text)) this.#announcer.read(paragraph);
  }

  #status(id: string, status: PageMessage['status']): void {
    const message = this.#messages.get(id);
    if (!message) return;
    const before = message.status.state;
    message.show(status);
    if (before === status.state) return;
    if (!isRunningState(status.state)) {
      for (const paragraph of this.#read.get(id)?.end() ?? []) this.#announcer.read(paragraph);
      this.#read.delete(id);
    }
    const sentence = this.#sentence(message.author, status);
    if (sentence) this.#announcer.say(sentence);
  }

  #sentence(author: string, status: PageMessage['status']): string | undefined {
    const { strings } = this.#ports;
    if (status.state === 'streaming') return undefined;
    if (status.state === 'done') return fill(strings.answerFinished, author);
    return status.note?.text ?? strings[stateNames[status.state]];
  }

  #showEmpty(): void {
    if (this.#messages.size > 0) this.#empty.remove();
    else this.content.append(this.#empty);
  }
}
