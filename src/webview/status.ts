// What stands under an answer: what happened to it, what can be done about it, and what it cost.
import { html, nothing, render, type TemplateResult } from 'lit';
import type { Action, Note, PageStrings, Status } from '../core/chat/protocol.ts';
import { fill } from './words.ts';

export type Deed = 'copy' | 'insert' | 'resume' | 'regenerate';

export interface StatusPorts {
  readonly strings: PageStrings;
  readonly deed: (deed: Deed) => void;
  readonly action: (action: Action) => void;
}

export class StatusLine {
  readonly element = document.createElement('div');
  readonly #ports: StatusPorts;
  #clock: number | undefined;

  constructor(ports: StatusPorts) {
    this.#ports = ports;
    this.element.className = 'status';
  }

  show(status: Status, empty: boolean): void {
    clearInterval(this.#clock);
    this.#clock = undefined;
    const draw = () => render(this.#template(status, empty), this.element);
    draw();
    if (status.note?.until !== undefined) this.#clock = window.setInterval(draw, 1000);
  }

  dispose(): void {
    clearInterval(this.#clock);
  }

  #template(status: Status, empty: boolean): TemplateResult {
    const { strings } = this.#ports;
    const running = status.state === 'streaming' || status.state === 'waiting';
    return html`
      ${status.note === undefined ? nothing : this.#note(status, status.note)}
      <div class="deeds">
        ${status.state === 'streaming' ? html`<span class="pulse" aria-hidden="true"></span>` : nothing}
        ${empty ? nothing : [this.#deed('copy', 'copy', strings.copy), this.#deed('insert', 'insert', strings.insertAtCursor)]}
        ${running || status.state === 'done' || offers(status.note, 'resume') ? nothing : this.#deed('resume', 'debug-continue', strings.resume)}
        ${running || offers(status.note, 'regenerate') ? nothing : this.#deed('regenerate', 'refresh', strings.regenerate)}
        ${status.footer === undefined ? nothing : html`<span class="footer">${status.footer}</span>`}
      </div>
    `;
  }

  #note(status: Status, note: Note): TemplateResult {
    const { text, until } = note;
    const seconds = until === undefined ? undefined : Math.max(0, Math.ceil((until - Date.now()) / 1000));
    return html`<div class="note">
      <span class="codicon codicon-${icons[status.state]}" aria-hidden="true"></span>
      <span class="note-text">${seconds === undefined ? text : fill(this.#ports.strings.retryIn, text, seconds)}</span>
      ${note.actions
        // The composer's Stop is on screen all the while; a second one would only be one more thing to read.
        .filter((action) => action.command !== 'stop')
        .map((action) => html`<vscode-button secondary @click=${() => this.#ports.action(action)}>${action.label}</vscode-button>`)}
    </div>`;
  }

  #deed(deed: Deed, icon: string, label: string): TemplateResult {
    return html`<vscode-toolbar-button
      class=${deed}
      icon=${icon}
      label=${label}
      title=${label}
      @click=${() => this.#ports.deed(deed)}
    ></vscode-toolbar-button>`;
  }
}

const icons: Record<Status['state'], string> = {
  streaming: 'info',
  done: 'info',
  stopped: 'debug-stop',
  limit: 'dashboard',
  truncated: 'debug-disconnect',
  error: 'error',
  waiting: 'watch',
};

function offers(note: Note | undefined, command: Action['command']): boolean {
  return note?.actions.some((action) => action.command === command) ?? false;
}
