// The box of an empty chat that connects a model: pasted text goes to the host at once.
import '@vscode-elements/elements/dist/vscode-button/vscode-button.js';
import { html, render } from 'lit';
import type { PageStrings } from '../../core/chat/page/pageStrings.ts';
import { plainEnter } from '../shared/plainEnter.ts';

export interface ConnectBoxPorts {
  readonly connect: (text: string) => void;
  /** Shows the list of services. */
  readonly choose: () => void;
}

export class ConnectBox {
  readonly element = document.createElement('form');
  readonly #strings: PageStrings;
  readonly #ports: ConnectBoxPorts;
  #busy = false;
  #told = '';
  /** The text that was tried last. */
  #sent = '';

  constructor(strings: PageStrings, ports: ConnectBoxPorts) {
    this.#strings = strings;
    this.#ports = ports;
    this.element.className = 'connect';
    this.#draw();
  }

  /** Shows the host's result; an empty text means success. */
  told(text: string): void {
    this.#busy = false;
    this.#told = text;
    this.#draw();
  }

  /** Clears the pasted text, which may contain a key, after a server is connected. */
  clear(): void {
    this.told('');
    const box = this.element.querySelector('textarea');
    if (box !== null) box.value = '';
  }

  #send(text: string): void {
    if (this.#busy || text.trim() === '') return;
    this.#busy = true;
    this.#sent = text;
    this.#told = this.#strings.connecting;
    this.#draw();
    this.#ports.connect(text);
  }

  #draw(): void {
    const { connectTitle, connectHint, connectPlaceholder, connect, chooseService } = this.#strings;
    const textOf = (): string => this.element.querySelector('textarea')?.value ?? '';
    const paste = ({ currentTarget }: ClipboardEvent): void => {
      const box = currentTarget as HTMLTextAreaElement;
      // A new paste replaces the text that failed.
      if (box.value === this.#sent) box.select();
      setTimeout(() => this.#send(box.value));
    };
    const send = (event: Event): void => {
      event.preventDefault();
      this.#send(textOf());
    };
    render(
      html`
        <label for="connect-text">${connectTitle}</label>
        <textarea
          id="connect-text"
          spellcheck="false"
          autocomplete="off"
          placeholder=${connectPlaceholder}
          aria-describedby="connect-hint"
          @paste=${paste}
          @keydown=${(event: KeyboardEvent) => plainEnter(event) && send(event)}
        ></textarea>
        <p id="connect-hint" role="status">${this.#told === '' ? connectHint : this.#told}</p>
        <div class="connect-buttons">
          <vscode-button ?disabled=${this.#busy} @click=${send}>${connect}</vscode-button>
          <vscode-button secondary @click=${this.#ports.choose}>${chooseService}</vscode-button>
        </div>
      `,
      this.element,
    );
  }
}
