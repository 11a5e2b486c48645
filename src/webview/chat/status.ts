// What stands under an answer: what happened to it, what can be done about it, and what it cost.
import { html, nothing, render, type TemplateResult } from 'lit';
import type { Action, Note, PageMessage, PageStrings, Status } from '../../core/chat/protocol.ts';
import { fill } from '../shared/words.ts';

export type MessageAction = 'copy' | 'insert' | 'resume' | 'regenerate' | 'pick' | 'edit' | 'fork' | 'older' | 'newer';

/** What the line needs to know of the message besides its status. */
export interface Told {
  readonly status: Status;
  /** There is no text yet. */
  readonly empty: boolean;
  readonly message: Pick<PageMessage, 'role' | 'versions' | 'compared' | 'queued'>;
}

export interface StatusPorts {
  readonly strings: PageStrings;
  readonly deed: (deed: MessageAction) => void;
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

  show(told: Told): void {
    clearInterval(this.#clock);
    this.#clock = undefined;
    const draw = () => render(this.#template(told), this.element);
    draw();
    if (told.status.note?.until !== undefined) this.#clock = window.setInterval(draw, 1000);
  }

  dispose(): void {
    clearInterval(this.#clock);
  }

  #template({ status, empty, message }: Told): TemplateResult {
    return html`
      ${status.note === undefined ? nothing : this.#note(status, status.note)}
      ${
        message.queued
          ? nothing
          : html`<div class="deeds">
              ${message.role === 'user' ? this.#deedsOfQuestion() : this.#deedsOfAnswer(status, empty, message.compared === true)}
              ${message.versions === undefined || message.versions.count < 2 ? nothing : this.#versions(message.versions)}
              ${status.footer === undefined ? nothing : html`<span class="footer">${status.footer}</span>`}
            </div>`
      }
    `;
  }

  #deedsOfQuestion(): TemplateResult {
    const { edit, fork } = this.#ports.strings;
    return html`${this.#deed('edit', 'edit', edit)}${this.#deed('fork', 'repo-forked', fork)}`;
  }

  #deedsOfAnswer(status: Status, empty: boolean, compared: boolean): TemplateResult {
    const { strings } = this.#ports;
    const running = status.state === 'streaming' || status.state === 'waiting';
    return html`
      ${status.state === 'streaming' ? html`<span class="pulse" aria-hidden="true"></span>` : nothing}
      ${compared && running ? this.#stop() : nothing}
      ${
        compared && !empty
          ? html`<vscode-button class="pick" @click=${() => this.#ports.deed('pick')}>${strings.pick}</vscode-button>`
          : nothing
      }
      ${empty ? nothing : [this.#deed('copy', 'copy', strings.copy), this.#deed('insert', 'insert', strings.insertAtCursor)]}
      ${
        running || status.state === 'done' || offers(status.note, 'resume')
          ? nothing
          : this.#deed('resume', 'debug-continue', strings.resume)
      }
      ${running || offers(status.note, 'regenerate') ? nothing : this.#deed('regenerate', 'refresh', strings.regenerate)}
      ${running || compared ? nothing : this.#deed('fork', 'repo-forked', strings.fork)}
    `;
  }

  /** Answers side by side are stopped one by one. */
  #stop(): TemplateResult {
    const { stop } = this.#ports.strings;
    const act = (): void => this.#ports.action({ label: stop, command: 'stop' });
    return html`<vscode-toolbar-button class="stop" icon="debug-stop" label=${stop} title=${stop} @click=${act}></vscode-toolbar-button>`;
  }

  #versions({ index, count }: NonNullable<PageMessage['versions']>): TemplateResult {
    const { olderVersion, newerVersion, version } = this.#ports.strings;
    return html`<span class="versions">
      ${this.#deed('older', 'chevron-left', olderVersion, index === 1)}
      <span role="img" aria-label=${fill(version, index, count)}>${index}/${count}</span>
      ${this.#deed('newer', 'chevron-right', newerVersion, index === count)}
    </span>`;
  }

  #note(status: Status, note: Note): TemplateResult {
    const { text, until } = note;
    const seconds = until === undefined ? undefined : Math.max(0, Math.ceil((until - Date.now()) / 1000));
    return html`<div class="note">
      <span class="codicon codicon-${icons[status.state]}" aria-hidden="true"></span>
      <span class="note-text">${seconds === undefined ? text : fill(this.#ports.strings.retryIn, text, seconds)}</span>
      ${note.actions.map(
        (action) => html`<vscode-button secondary @click=${() => this.#ports.action(action)}>${action.label}</vscode-button>`,
      )}
    </div>`;
  }

  #deed(deed: MessageAction, icon: string, label: string, disabled = false): TemplateResult {
    return html`<vscode-toolbar-button
      class=${deed}
      icon=${icon}
      label=${label}
      title=${label}
      ?inert=${disabled}
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
