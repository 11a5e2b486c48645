// What a new conversation shows: a word of welcome, and prompts to begin with.
import { html, render } from 'lit';
import type { PageBoot } from '../../core/chat/page/protocol.ts';

export interface EmptyPorts {
  readonly send: (prompt: string) => void;
  /** Puts a text into the box, for the person to complete. */
  readonly write: (text: string) => void;
}

export class EmptyState {
  readonly element = document.createElement('div');
  readonly #boot: PageBoot;
  readonly #ports: EmptyPorts;

  constructor(boot: PageBoot, ports: EmptyPorts) {
    this.#boot = boot;
    this.#ports = ports;
    this.element.className = 'empty';
    this.model = '';
  }

  /** The demo's examples are commands of the demo, which another model would answer at a price. */
  set model(id: string) {
    const { strings, examples, openings } = this.#boot;
    const demo = id.startsWith('demo/');
    const { send, write } = this.#ports;
    render(
      html`
        <h2>${strings.emptyTitle}</h2>
        <p>${strings.emptyHint}</p>
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
