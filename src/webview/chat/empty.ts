// The empty state of a conversation: how to connect a model if there is none, and prompts to start with.
import { html, nothing, render } from 'lit';
import type { PageBoot } from '../../core/chat/page/protocol.ts';
import { ConnectBox, type ConnectBoxPorts } from './connectBox.ts';

export interface EmptyPorts extends ConnectBoxPorts {
  readonly send: (prompt: string) => void;
  /** Inserts text into the message box, for the user to complete. */
  readonly write: (text: string) => void;
}

export class EmptyState {
  readonly element = document.createElement('div');
  readonly connection: ConnectBox;
  readonly #boot: PageBoot;
  readonly #ports: EmptyPorts;

  constructor(boot: PageBoot, ports: EmptyPorts) {
    this.#boot = boot;
    this.#ports = ports;
    this.connection = new ConnectBox(boot.strings, ports);
    this.element.className = 'empty';
    this.model = '';
  }

  /** The demo's examples are commands that a paid model must not receive. */
  set model(id: string) {
    const { strings, examples, openings } = this.#boot;
    const demo = id.startsWith('demo/');
    const { send, write } = this.#ports;
    if (!demo) this.connection.clear();
    render(
      html`
        <h2>${strings.emptyTitle}</h2>
        <p>${strings.emptyHint}</p>
        ${
          demo
            ? html`${this.connection.element}
                <p class="or">${strings.tryDemo}</p>`
            : nothing
        }
        <ul>
          ${(demo ? examples : openings).map(
            (prompt) =>
              html`<li>
                <button type="button" class="example" @click=${() => (demo ? send(prompt) : write(`${prompt}\n`))}>${prompt}</button>
              </li>`,
          )}
        </ul>
      `,
      this.element,
    );
  }
}
