// Where a person writes: the text box, the model it goes to, and the buttons that send and stop.
import '@vscode-elements/elements/dist/vscode-toolbar-button/vscode-toolbar-button.js';
import '@vscode-elements/elements/dist/vscode-button/vscode-button.js';
import { html, nothing, render } from 'lit';
import type { ModelLabel, PageStrings } from '../core/chat/protocol.ts';
import type { Host } from './host.ts';

export class Composer {
  readonly element = document.createElement('form');
  readonly #host: Host;
  readonly #strings: PageStrings;
  #model: ModelLabel | undefined;
  /** The answer that Stop ends: the newest that is still coming. */
  #running: string | undefined;

  constructor(host: Host, strings: PageStrings) {
    this.#host = host;
    this.#strings = strings;
    this.element.className = 'composer';
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

  focus(): void {
    this.#box.focus();
  }

  /** Ends the answer that is coming, if there is one. */
  stop(): void {
    if (this.#running !== undefined) this.#host.post({ type: 'stop', message: this.#running });
  }

  get #box(): HTMLTextAreaElement {
    return this.element.querySelector('textarea')!;
  }

  #send(): void {
    const text = this.#box.value.trim();
    if (text === '') return;
    this.#host.post({ type: 'send', text });
    this.#box.value = '';
    this.#host.keepDraft('');
  }

  #key(event: KeyboardEvent): void {
    // While an input method composes, Enter chooses a candidate; 229 is how some of them report it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  }

  #render(): void {
    const { message, placeholder, send, stop, selectModel, newChat } = this.#strings;
    render(
      html`
        <textarea
          rows="1"
          aria-label=${message}
          placeholder=${placeholder}
          @keydown=${(event: KeyboardEvent) => this.#key(event)}
          @input=${() => this.#host.keepDraft(this.#box.value)}
        ></textarea>
        <div class="composer-row">
          <button type="button" class="model" title=${selectModel} @click=${() => this.#host.post({ type: 'selectModel' })}>
            <span class="codicon codicon-chip" aria-hidden="true"></span
            ><span class="model-name">${this.#model?.label ?? selectModel}</span>
          </button>
          <span class="gap"></span>
          <vscode-toolbar-button icon="add" label=${newChat} title=${newChat} @click=${() => this.#host.post({ type: 'newChat' })}>
          </vscode-toolbar-button>
          ${this.#running === undefined
            ? nothing
            : html`<vscode-toolbar-button
                icon="debug-stop"
                label=${stop}
                title=${stop}
                @click=${() => this.stop()}
              ></vscode-toolbar-button>`}
          <vscode-toolbar-button icon="send" label=${send} title=${send} @click=${() => this.#send()}></vscode-toolbar-button>
        </div>
      `,
      this.element,
    );
  }
}
