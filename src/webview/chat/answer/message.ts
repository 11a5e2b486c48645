// One message of the conversation: author, reasoning, growing text, and the line that says how it ended.
import { create } from '../../shared/create.ts';
import { isRunningState } from '../../../core/chat/answerActions.ts';
import type { MessagePart, PageMessage, Seam, Status } from '../../../core/chat/page/protocol.ts';
import type { PageStrings } from '../../../core/chat/page/pageStrings.ts';
import { midCut } from '../../shared/midCut.ts';
import { timeElement } from '../../shared/timeElement.ts';
import { chips } from '../composer/chips.ts';
import { editForm } from '../edit.ts';
import { AppendedText, type Taken } from './appendedText.ts';
import type { Host } from '../../shared/host.ts';
import { Markdown } from '../../markdown/markdown.ts';
import { foldQuestion } from './foldedQuestion.ts';
import { plainTextOf } from './plainTextOf.ts';
import { Reasoning } from './reasoning.ts';
import { StatusLine, type MessageAction, type StatusLineContent } from './status.ts';

export interface MessagePorts {
  readonly host: Host;
  readonly strings: PageStrings;
  /** Creates the Markdown renderer of an element. */
  readonly markdown: (element: HTMLElement) => Markdown;
}

export class MessageView {
  readonly element = document.createElement('article');
  readonly id: string;
  readonly author: string;
  readonly role: PageMessage['role'];
  readonly #ports: MessagePorts;
  readonly #message: StatusLineContent['message'];
  readonly #text = new AppendedText();
  readonly #body = create('div', { className: 'body' });
  readonly #markdown: Markdown | undefined;
  readonly #reasoning: Reasoning;
  readonly #line: StatusLine;
  /** The initial message, until it is drawn. */
  #initial: PageMessage | undefined;
  #status: Status;
  /** More of its texts follows, although the answer may have ended. */
  #partial: boolean;
  readonly #whole = Promise.withResolvers<void>();

  /** Shows author and status at once; `draw` adds the text, possibly later. */
  constructor(message: PageMessage, ports: MessagePorts) {
    this.#initial = message;
    this.#ports = ports;
    this.id = message.id;
    this.role = message.role;
    this.#message = message;
    this.author = message.author;
    this.#status = message.status;
    this.#partial = message.partial === true;
    if (!this.#partial) this.#whole.resolve();
    this.element.className = `message ${message.role}`;
    this.element.setAttribute('aria-label', message.author);
    this.element.tabIndex = -1;
    const header = headerOf(message);
    this.#reasoning = new Reasoning(ports.strings, ports.markdown);
    this.#line = new StatusLine({
      strings: ports.strings,
      perform: (action) => this.#perform(action),
      open: (href) => ports.host.post({ type: 'open', href }),
      noteAction: ({ command }) =>
        command === 'editSummary' ? this.#edit() : ports.host.post({ type: 'action', message: this.id, command }),
    });
    // A user's text is shown as written; only answers are Markdown.
    if (message.role === 'assistant') {
      this.#markdown = ports.markdown(this.#body);
      const body = message.summary === true ? folded(ports.strings.summary, this.#body, message.status) : this.#body;
      this.element.append(header, this.#reasoning.element, body, this.#line.element);
    } else {
      this.#body.dir = 'auto';
      const openPicture = (attachment: string): void => ports.host.post({ type: 'openPicture', attachment, message: message.id });
      const attached = chips(ports.strings, message.attachments ?? [], { openPicture });
      // A picture may be the whole question.
      this.#body.hidden = message.text === '' && attached.length > 0;
      this.element.append(header, ...attached, this.#body, this.#line.element);
    }
    this.element.classList.toggle('queued', message.queued === true);
    this.#showStatus();
  }

  draw(): void {
    const message = this.#initial;
    this.#initial = undefined;
    if (!message) return;
    for (const seam of message.seams) this.#join(seam);
    this.append('reasoning', 0, message.reasoning);
    this.append('text', 0, message.text);
    if (message.role === 'user') this.#body.after(...foldQuestion(this.#body, message.text, this.#ports.strings));
    this.#showStatus();
  }

  /** Draws the folded reasoning too. Resolves when all text so far is there, also that which follows a partial message. */
  async drawAll(): Promise<void> {
    await this.#whole.promise;
    this.draw();
    this.#reasoning.draw();
    await Promise.all([this.#markdown?.drawn(), this.#reasoning.drawn()]);
  }

  /** The whole text so far. */
  get text(): string {
    return this.#initial?.text ?? this.#text.text;
  }

  get status(): Status {
    return this.#status;
  }

  append(part: MessagePart, at: number, text: string): Taken {
    this.draw();
    if (part === 'reasoning') return this.#reasoning.append(at, text);
    const first = this.#text.have === 0;
    const taken = this.#text.take(at, text);
    if (taken.type !== 'new') return taken;
    if (this.#markdown) this.#markdown.write(taken.text);
    else this.#body.append(taken.text);
    if (first) this.#showStatus();
    return taken;
  }

  have(part: MessagePart): number {
    this.draw();
    return part === 'text' ? this.#text.have : this.#reasoning.have;
  }

  seam(seam: Seam): void {
    this.draw();
    this.#join(seam);
  }

  #join(seam: Seam): void {
    if (seam.part === 'reasoning') this.#reasoning.seam(seam);
    else this.#markdown?.seam(seam.at, seam.model);
  }

  show(status: Status): void {
    this.#status = status;
    this.#partial = false;
    this.#whole.resolve();
    this.#showStatus();
  }

  #showStatus(): void {
    const status = this.#status;
    const running = isRunningState(status.state);
    this.element.dataset['state'] = status.state;
    this.#reasoning.thinking = running && this.#text.have === 0;
    if (this.#initial === undefined && !running && !this.#partial) this.#rest(status);
    if (status.reasoning !== undefined) this.#reasoning.took = status.reasoning;
    this.#line.show({ status, empty: this.#text.have === 0, message: this.#message });
  }

  #rest(status: Status): void {
    if (status.state === 'done') this.#markdown?.end();
    else this.#markdown?.pause();
    this.#reasoning.pause();
  }

  remove(): void {
    this.#whole.resolve();
    this.#line.dispose();
    this.element.remove();
  }

  #perform(action: MessageAction): void {
    this.draw();
    const { post } = this.#ports.host;
    switch (action) {
      case 'stop':
        return post({ type: 'stop', message: this.id });
      case 'copyPlainText':
        return void plainTextOf(this.#body).then((text) => post({ type: 'copy', text }));
      case 'copy':
      case 'copyMarkdown':
        return post({ type: 'copy', text: this.#text.text });
      case 'insert':
        return post({ type: 'insert', message: this.id });
      case 'resume':
        return post({ type: 'action', message: this.id, command: 'resume' });
      case 'regenerate':
      case 'compareWords':
      case 'pick':
      case 'fork':
        return post({ type: action, message: this.id });
      case 'edit':
        return this.#edit();
      case 'up':
      case 'down':
        return post({ type: 'moveQueued', message: this.id, step: action === 'up' ? -1 : 1 });
      case 'older':
      case 'newer':
        return post({ type: 'version', message: this.id, step: action === 'older' ? -1 : 1 });
      default:
        action satisfies never;
    }
  }

  /** Replaces the question by a form until it is edited or cancelled. */
  #edit(): void {
    const { editing, editSummary, save, send } = this.#ports.strings;
    const labels = this.role === 'user' ? { box: editing, use: send } : { box: editSummary, use: save };
    const form = editForm(this.#ports.strings, labels, this.#text.text, (text) => {
      form.replaceWith(this.#body);
      this.#line.element.hidden = false;
      if (text !== undefined) this.#ports.host.post({ type: 'edit', message: this.id, text });
      else this.element.focus();
    });
    this.#body.closest('details')?.setAttribute('open', '');
    this.#body.replaceWith(form);
    this.#line.element.hidden = true;
    form.querySelector('textarea')?.focus();
  }
}

/** A summary is open while it is written, and folded afterwards. */
function folded(name: string, body: HTMLElement, { state }: Status): HTMLElement {
  return create('details', { className: 'summary', open: isRunningState(state) }, create('summary', {}, name), body);
}

/** The bubble marks a question, so its author is for screen readers only. */
function headerOf({ role, author, askedAt }: PageMessage): HTMLElement {
  if (role === 'user') return create('header', { className: 'unseen' }, author);
  return create('header', {}, midCut(author), ...(askedAt === undefined ? [] : [timeElement(askedAt)]));
}
