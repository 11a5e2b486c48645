// A notice about the next prompt, shown above the box with buttons. A blocking notice must be answered before sending.
import { create } from '../../shared/create.ts';
import '@vscode-elements/elements/dist/vscode-button/vscode-button.js';
import { html, nothing, render } from 'lit';
import type { ComposerNotice, NoticeCommand } from '../../../core/chat/page/protocol.ts';

export interface NoticePorts {
  readonly perform: (command: NoticeCommand) => void;
  /** Sends the question as it is. */
  readonly anyway: () => void;
}

export class NoticeLine {
  readonly element = create('div', { className: 'notice', role: 'status', hidden: true });
  readonly #ports: NoticePorts;
  #notice: ComposerNotice | undefined;

  constructor(ports: NoticePorts) {
    this.#ports = ports;
  }

  show(notice: ComposerNotice | undefined): void {
    this.#notice = notice;
    this.element.hidden = notice === undefined;
    if (notice === undefined) return;
    const { text, actions, blocking, anyway } = notice;
    this.element.classList.toggle('blocking', blocking);
    const button = (label: string, click: () => void) => html`<vscode-button secondary @click=${click}>${label}</vscode-button>`;
    render(
      html`<span class="codicon codicon-${blocking ? 'warning' : 'info'}" aria-hidden="true"></span>
        <span class="notice-text">${text}</span>
        <span class="notice-actions">
          ${actions.map(({ label, command }) => button(label, () => this.#ports.perform(command)))}
          ${anyway === undefined ? nothing : button(anyway, () => this.#ports.anyway())}
        </span>`,
      this.element,
    );
  }

  /** Whether the notice must be answered first; if so, moves the focus to its first button. */
  blocks(): boolean {
    if (this.#notice?.blocking !== true) return false;
    this.element.querySelector<HTMLElement>('vscode-button')?.focus();
    return true;
  }
}
