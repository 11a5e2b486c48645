// The message box: the text, the model, and the buttons that send and stop.
import '@vscode-elements/elements/dist/vscode-toolbar-button/vscode-toolbar-button.js';
import { html, nothing, render, type TemplateResult } from 'lit';
import type {
  ComposerNotice,
  MentionOffer,
  ModelLabel,
  PageAttachment,
  PageParameters,
  PromptSize,
  Steering,
  WrittenDraft,
} from '../../../core/chat/page/protocol.ts';
import type { PageStrings } from '../../../core/chat/page/pageStrings.ts';
import { roomAfter } from '../controlRoom.ts';
import { moreMenu } from '../moreMenu.ts';
import { chips } from './chips.ts';
import { gauge } from './gauge.ts';
import type { Host } from '../../shared/host.ts';
import { Mentions } from './mentions.ts';
import { ParameterForm } from './parameterForm.ts';
import { NoticeLine } from './notice.ts';
import { pastedFiles } from './drop.ts';
import { OutsideFiles } from './outsideFiles.ts';
import { create } from '../../shared/create.ts';
import { midCut } from '../../shared/midCut.ts';
import { plainEnter } from '../../shared/plainEnter.ts';
import { questionFrom } from '../../shared/question.ts';
import { replaceText } from './editText.ts';
import { Recall } from './recall.ts';

export interface ComposerPorts {
  readonly host: Host;
  readonly strings: PageStrings;
  /** The questions of this conversation, oldest first. */
  readonly questions: () => readonly string[];
  /** Called when a question is sent. */
  readonly sent: () => void;
}

export class Composer {
  readonly element = create('form', { className: 'composer blank' });
  readonly #ports: ComposerPorts;
  readonly #recall: Recall;
  #model: ModelLabel | undefined;
  /** The newest running answer, which Stop ends. */
  #running: string | undefined;
  #attachments: readonly PageAttachment[] = [];
  #size: PromptSize | undefined;
  #restored = false;
  /** The question that a blocking notice holds back; editing the text discards it. */
  #held: { readonly text: string; readonly how: Steering | undefined } | undefined;
  /** The box is empty. */
  #blank = true;
  /** The draft that was last sent to the host. */
  #kept: WrittenDraft = { text: '', caret: 0 };
  readonly #mentions: Mentions;
  readonly #files: OutsideFiles;
  readonly #parameters: ParameterForm;
  readonly #notice: NoticeLine;

  constructor(ports: ComposerPorts) {
    const { host, strings, questions } = ports;
    this.#ports = ports;
    this.#files = new OutsideFiles((message) => host.post(message));
    this.#mentions = new Mentions({
      strings,
      box: () => this.#box,
      find: (what, request, words) => host.post({ type: 'find', what, request, words }),
      attach: (target) => host.post({ type: 'attach', target }),
    });
    this.#notice = new NoticeLine({
      perform: (command) => host.post({ type: 'notice', command }),
      anyway: () => this.#send('send', undefined, true),
    });
    this.#parameters = new ParameterForm({
      strings,
      set: (parameters) => host.post({ type: 'setParameters', parameters }),
      closed: () => this.focus(),
    });
    this.#recall = new Recall({ box: () => this.#box, questions, replace: (text) => this.#replace(0, this.#box.value.length, text) });
    this.#render();
  }

  set model(model: ModelLabel) {
    this.#model = model;
    this.#render();
  }

  set running(message: string | undefined) {
    if (this.#running === message) return;
    this.#running = message;
    this.#render();
  }

  set attachments(attachments: readonly PageAttachment[]) {
    this.#attachments = attachments;
    this.#render();
  }

  parameters(parameters: PageParameters, efforts: readonly string[]): void {
    this.#parameters.show(parameters, efforts);
    this.#render();
  }

  nextPrompt(size: PromptSize | undefined, notice: ComposerNotice | undefined): void {
    this.#size = size;
    this.#notice.show(notice);
    this.#render();
    if (notice?.blocking === true) return;
    // The reason for holding a question back is gone.
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#submit('send', held.text, held.how);
  }

  focus(): void {
    this.#box.focus();
  }

  /** Attaches a file from outside the window, or a picture that the host has found. */
  attach(name: string, file: Blob | Uint8Array): void {
    this.#files.take(name, file);
  }

  /** Appends a text on a new line. */
  add(text: string): void {
    const { length } = this.#box.value;
    this.#replace(length, length, length === 0 ? text : `\n${text}`);
  }

  /** Replaces the selection, or inserts at the caret. */
  insert(text: string): void {
    const { selectionStart, selectionEnd } = this.#box;
    this.#replace(selectionStart, selectionEnd, text);
  }

  /** Shows the stored draft. Text that was typed before the first draft arrived is appended to it. */
  restore({ text, caret }: WrittenDraft): void {
    const box = this.#box;
    const typed = this.#restored ? '' : box.value;
    this.#restored = true;
    box.value = text + typed;
    const place = typed === '' ? caret : text.length + typed.length;
    box.setSelectionRange(place, place);
    if (typed === '') this.#kept = { text, caret };
    else this.#keep();
    this.#look();
  }

  offers(request: number, offers: readonly MentionOffer[]): void {
    this.#mentions.show(request, offers);
  }

  /** Stops the running answer, if any. */
  stop(): void {
    if (this.#running !== undefined) this.#ports.host.post({ type: 'stop', message: this.#running });
  }

  get #box(): HTMLTextAreaElement {
    return this.element.querySelector('textarea')!;
  }

  #send(type: 'send' | 'compare', how?: Steering, anyway = false): void {
    const text = questionFrom(this.#box.value);
    this.focus();
    const isEmpty = text === '' && this.#attachments.every(({ picture }) => picture === undefined);
    // Without a question, Compare asks for one.
    if (isEmpty && !this.#files.busy && type === 'send') return;
    // Other models are chosen for a comparison.
    if (type === 'send' && !anyway && this.#notice.blocks()) {
      this.#held = { text, how };
      return;
    }
    this.#submit(type, text, how);
  }

  #submit(type: 'send' | 'compare', text: string, how?: Steering): void {
    // Waits for pictures that are still being decoded.
    this.#files.after(() => this.#ports.host.post(type === 'send' && how !== undefined ? { type, text, how } : { type, text }));
    this.#ports.sent();
    this.#replace(0, this.#box.value.length, '');
  }

  #replace(start: number, end: number, text: string): void {
    replaceText(this.#box, start, end, text);
  }

  #changed(): void {
    this.#held = undefined;
    this.#keep();
    this.#look();
  }

  /** The host stores the draft, because the page does not survive moving or closing its view. */
  #keep(): void {
    const { value, selectionStart } = this.#box;
    if (value === this.#kept.text && selectionStart === this.#kept.caret) return;
    this.#kept = { text: value, caret: selectionStart };
    this.#ports.host.post({ type: 'draft', draft: this.#kept });
  }

  #look(): void {
    const blank = this.#box.value.trim() === '';
    if (blank !== this.#blank) {
      this.#blank = blank;
      this.element.classList.toggle('blank', blank);
      this.#render();
    }
    this.#mentions.look();
  }

  #key(event: KeyboardEvent): void {
    if (this.#mentions.key(event) || this.#recall.key(event) || !plainEnter(event)) return;
    event.preventDefault();
    this.#send('send');
  }

  /** The same as typing a `#`. */
  #mention(): void {
    const before = this.#box.value.slice(0, this.#box.selectionStart);
    this.insert(/(^|\s)$/.test(before) ? '#' : ' #');
  }

  #paste(event: ClipboardEvent): void {
    const files = pastedFiles(event.clipboardData);
    if (files.length === 0) return;
    event.preventDefault();
    for (const file of files) this.attach(file.name, file);
  }

  #left(): void {
    this.#mentions.close();
    // The caret may have moved since the last letter.
    this.#keep();
  }

  #render(): void {
    const { message, placeholder, selectModel } = this.#ports.strings;
    render(
      html`
        ${this.#mentions.element} ${this.#notice.element}
        ${chips(this.#ports.strings, this.#attachments, {
          detach: (attachment) => {
            this.#ports.host.post({ type: 'detach', attachment });
            this.focus();
          },
          openPicture: (attachment) => this.#ports.host.post({ type: 'openPicture', attachment }),
        })}
        <textarea
          rows="1"
          dir="auto"
          aria-autocomplete="list"
          aria-controls="offers"
          aria-label=${message}
          placeholder=${placeholder}
          @keydown=${(event: KeyboardEvent) => this.#key(event)}
          @input=${() => this.#changed()}
          @paste=${(event: ClipboardEvent) => this.#paste(event)}
          @blur=${() => this.#left()}
        ></textarea>
        <div class="composer-row">
          <button
            type="button"
            class="model"
            title=${this.#model === undefined ? selectModel : `${selectModel}: ${this.#model.label}`}
            @click=${() => this.#ports.host.post({ type: 'selectModel' })}
          >
            <span class="codicon codicon-chip" aria-hidden="true"></span>${midCut(this.#model?.label ?? selectModel, 'model-name')}
          </button>
          ${this.#controls()}
        </div>
        ${this.#parameters.element}
      `,
      this.element,
    );
  }

  /** All controls except the model. */
  #controls(): TemplateResult {
    const { send, sendKeys, stop, moreOptions, compare, attach } = this.#ports.strings;
    const stops = this.#running !== undefined && this.#hasNothing;
    const ways = this.#running === undefined || stops ? nothing : this.#waysToSend();
    const hasRing = this.#size?.window !== undefined;
    // The model's name counts as three buttons, plus the menu, the ways to send, and Send. Room for the ways is always reserved,
    // so that controls do not move when an answer begins.
    const room = roomAfter(6 + (hasRing ? 1 : 0));
    const rooms = {
      effort: room(this.#parameters.hasEfforts ? 4 : 0),
      attach: room(1),
      prompt: room(this.#size === undefined ? 0 : 2),
      parameters: room(1),
      // Takes the place of the menu, which is empty then.
      compare: room(0),
    };
    const menu = [
      { id: 'attach', icon: 'attach', label: attach, room: rooms.attach },
      { id: 'parameters', icon: 'settings', label: this.#parameters.label, room: rooms.parameters },
      { id: 'compare', icon: 'split-horizontal', label: compare, room: rooms.compare },
    ] as const;
    const perform = { attach: () => this.#mention(), parameters: () => this.#parameters.open(), compare: () => this.#send('compare') };
    return html`${this.#parameters.controls(rooms)} ${gauge(this.#ports.strings, this.#size, rooms.prompt)}
      <span class="composer-tools">
        ${this.#button('attach', attach, perform.attach, rooms.attach.fits)}
        ${this.#button('split-horizontal', compare, perform.compare, rooms.compare.fits)}
        ${moreMenu(moreOptions, menu, (id) => perform[id](), { room: rooms.compare })} ${ways}
        ${
          stops
            ? this.#button('stop-circle', stop, () => this.stop(), 'stop')
            : this.#button('send', send, () => this.#send('send'), 'send', sendKeys)
        }
      </span>`;
  }

  /** A picture may be the whole question. */
  get #hasNothing(): boolean {
    return this.#blank && this.#attachments.every(({ picture }) => picture === undefined);
  }

  /** Ways to send while an answer streams. Stop is among them, because Send occupies its button. */
  #waysToSend(): TemplateResult {
    const { sendOptions, sendWait, sendInterrupt, sendAside, stop } = this.#ports.strings;
    const ways = [
      { id: 'wait', icon: 'clockface', label: sendWait },
      { id: 'interrupt', icon: 'debug-step-over', label: sendInterrupt },
      { id: 'aside', icon: 'split-horizontal', label: sendAside },
      { id: 'stop', icon: 'stop-circle', label: stop },
    ] as const;
    return moreMenu(sendOptions, ways, (id) => (id === 'stop' ? this.stop() : this.#send('send', id)), { icon: 'chevron-down' });
  }

  #button(icon: string, label: string, click: () => void, name = '', title = label): TemplateResult {
    return html`<vscode-toolbar-button class=${name} icon=${icon} label=${label} title=${title} @click=${click}></vscode-toolbar-button>`;
  }
}
