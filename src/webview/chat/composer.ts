// Where a person writes: the text box, the model it goes to, and the buttons that send and stop.
import '@vscode-elements/elements/dist/vscode-toolbar-button/vscode-toolbar-button.js';
import { html, nothing, render, type TemplateResult } from 'lit';
import type { ModelLabel, MentionOffer, PageAttachment, PageStrings } from '../../core/chat/protocol.ts';
import { chips } from './chips.ts';
import type { Host } from '../shared/host.ts';
import { Mentions } from './mentions.ts';
import { plainEnter } from '../shared/plainEnter.ts';

export class Composer {
  readonly element = document.createElement('form');
  readonly #host: Host;
  readonly #strings: PageStrings;
  #model: ModelLabel | undefined;
  /** The answer that Stop ends: the newest that is still coming. */
  #running: string | undefined;
  #attachments: readonly PageAttachment[] = [];
  readonly #mentions: Mentions;

  constructor(host: Host, strings: PageStrings) {
    this.#host = host;
    this.#strings = strings;
    this.element.className = 'composer';
    this.#mentions = new Mentions({
      strings,
      box: () => this.#box,
      find: (request, words) => host.post({ type: 'find', request, words }),
      attach: (target) => host.post({ type: 'attach', target }),
    });
    this.#render();
    this.#box.value = host.draft;
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

  focus(): void {
    this.#box.focus();
  }

  /** Puts a text behind what is written. */
  add(text: string): void {
    this.#box.value = this.#box.value === '' ? text : `${this.#box.value}\n${text}`;
    this.#changed();
    this.focus();
  }

  offers(request: number, offers: readonly MentionOffer[]): void {
    this.#mentions.show(request, offers);
  }

  /** Ends the answer that is coming, if there is one. */
  stop(): void {
    if (this.#running !== undefined) this.#host.post({ type: 'stop', message: this.#running });
  }

  get #box(): HTMLTextAreaElement {
    return this.element.querySelector('textarea')!;
  }

  #send(type: 'send' | 'compare'): void {
    const text = this.#box.value.trim();
    if (text === '') return;
    this.#host.post({ type, text });
    this.#box.value = '';
    this.#changed();
  }

  #changed(): void {
    this.#host.keepDraft(this.#box.value);
    this.#mentions.look();
  }

  #key(event: KeyboardEvent): void {
    if (this.#mentions.key(event) || !plainEnter(event)) return;
    event.preventDefault();
    this.#send('send');
  }

  /** The same as writing a `#`. */
  #mention(): void {
    const box = this.#box;
    const before = box.value.slice(0, box.selectionStart);
    box.focus();
    box.setRangeText(/(^|\s)$/.test(before) ? '#' : ' #', box.selectionStart, box.selectionEnd, 'end');
    this.#changed();
  }

  #render(): void {
    const { message, placeholder, send, stop, selectModel, newChat, history, compare, attach } = this.#strings;
    render(
      html`
        ${this.#mentions.element}
        ${chips(this.#strings, this.#attachments, (attachment) => this.#host.post({ type: 'detach', attachment }))}
        <textarea
          rows="1"
          dir="auto"
          aria-autocomplete="list"
          aria-controls="offers"
          aria-label=${message}
          placeholder=${placeholder}
          @keydown=${(event: KeyboardEvent) => this.#key(event)}
          @input=${() => this.#changed()}
          @blur=${() => this.#mentions.close()}
        ></textarea>
        <div class="composer-row">
          <button type="button" class="model" title=${selectModel} @click=${() => this.#host.post({ type: 'selectModel' })}>
            <span class="codicon codicon-chip" aria-hidden="true"></span
            ><span class="model-name">${this.#model?.label ?? selectModel}</span>
          </button>
          <span class="gap"></span>
          ${this.#button('attach', attach, () => this.#mention())}
          ${this.#button('history', history, () => this.#host.post({ type: 'history' }))}
          ${this.#button('add', newChat, () => this.#host.post({ type: 'newChat' }))}
          ${this.#button('split-horizontal', compare, () => this.#send('compare'))}
          ${this.#running === undefined ? nothing : this.#button('debug-stop', stop, () => this.stop())}
          ${this.#button('send', send, () => this.#send('send'))}
        </div>
      `,
      this.element,
    );
  }

  #button(icon: string, label: string, click: () => void): TemplateResult {
    return html`<vscode-toolbar-button icon=${icon} label=${label} title=${label} @click=${click}></vscode-toolbar-button>`;
  }
}
