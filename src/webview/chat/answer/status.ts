// What stands under an answer: what happened to it, what can be done about it, and what it cost.
import { html, nothing, render, type TemplateResult } from 'lit';
import { actionsOf, type AnswerActionId, isRunningState } from '../../../core/chat/answerActions.ts';
import type { Action, Note, PageMessage, Status } from '../../../core/chat/page/protocol.ts';
import type { PageStrings } from '../../../core/chat/page/pageStrings.ts';
import { moreMenu } from './moreMenu.ts';
import { fill } from '../../shared/words.ts';

/** Of an answer, and of a question. */
export type MessageAction = AnswerActionId | 'edit' | 'older' | 'newer' | 'up' | 'down';

/** What the line shows. */
export interface StatusLineContent {
  readonly status: Status;
  /** There is no text yet. */
  readonly empty: boolean;
  readonly message: Pick<PageMessage, 'role' | 'versions' | 'compared' | 'queued'>;
}

export interface StatusPorts {
  readonly strings: PageStrings;
  readonly perform: (action: MessageAction) => void;
  /** A source was chosen. */
  readonly open: (url: string) => void;
  /** A button of the note was pressed. */
  readonly noteAction: (action: Action) => void;
}

export class StatusLine {
  readonly element = document.createElement('div');
  readonly #ports: StatusPorts;
  #clock: number | undefined;

  constructor(ports: StatusPorts) {
    this.#ports = ports;
    this.element.className = 'status';
  }

  show(content: StatusLineContent): void {
    clearInterval(this.#clock);
    this.#clock = undefined;
    const draw = () => render(this.#template(content), this.element);
    draw();
    if (content.status.note?.until !== undefined) this.#clock = window.setInterval(draw, 1000);
  }

  dispose(): void {
    clearInterval(this.#clock);
  }

  #template({ status, empty, message }: StatusLineContent): TemplateResult {
    return html`
      ${status.note === undefined ? nothing : this.#note(status, status.note)}
      ${status.sources === undefined ? nothing : this.#sources(status.sources)}
      ${
        message.queued
          ? html`<div class="actions">${this.#queuedActions()}</div>`
          : html`<div class="actions">
              ${message.role === 'user' ? this.#questionActions() : this.#answerActions(status, empty, message)}
              ${message.versions === undefined || message.versions.count < 2 ? nothing : this.#versions(message.versions)}
              ${status.footer === undefined ? nothing : html`<span class="footer" title=${status.footer}>${status.footer}</span>`}
            </div>`
      }
    `;
  }

  #queuedActions(): TemplateResult {
    const { edit, moveUp, moveDown } = this.#ports.strings;
    return html`${this.#button('edit', 'edit', edit)}${this.#button('up', 'arrow-up', moveUp)}
    ${this.#button('down', 'arrow-down', moveDown)}`;
  }

  #questionActions(): TemplateResult {
    const { edit, fork } = this.#ports.strings;
    return html`${this.#button('edit', 'edit', edit)}${this.#button('fork', 'repo-forked', fork)}`;
  }

  #answerActions(status: Status, empty: boolean, message: StatusLineContent['message']): TemplateResult {
    const { strings, perform } = this.#ports;
    const { resumable = false, note } = status;
    const { compared = false, versions } = message;
    const hasOthers = compared || (versions?.count ?? 1) > 1;
    const offered = actionsOf({ running: isRunningState(status.state), empty, compared, hasOthers, resumable });
    // What the note offers as a button is not offered a second time.
    const row = offered.filter(({ place, command }) => place !== 'menu' && !(command !== undefined && offers(note, command)));
    const menu = offered.filter(({ place }) => place === 'menu').map(({ id, icon, label }) => ({ id, icon, label: strings[label] }));
    return html`
      ${status.state === 'streaming' ? html`<span class="pulse" aria-hidden="true"></span>` : nothing}
      ${row.map(({ id, icon, label, place }) =>
        place === 'button'
          ? html`<vscode-button class=${id} ?secondary=${isRunningState(status.state)} @click=${() => perform(id)}
              >${strings[label]}</vscode-button
            >`
          : this.#button(id, icon, strings[label]),
      )}
      ${menu.length === 0 ? nothing : moreMenu(strings.more, menu, perform)}
    `;
  }

  #versions({ index, count }: NonNullable<PageMessage['versions']>): TemplateResult {
    const { olderVersion, newerVersion, version } = this.#ports.strings;
    return html`<span class="versions">
      ${this.#button('older', 'chevron-left', olderVersion, { disabled: index === 1 })}
      <span role="img" aria-label=${fill(version, index, count)}>${index}/${count}</span>
      ${this.#button('newer', 'chevron-right', newerVersion, { disabled: index === count })}
    </span>`;
  }

  #note(status: Status, note: Note): TemplateResult {
    const { text, until } = note;
    const seconds = until === undefined ? undefined : Math.max(0, Math.ceil((until - Date.now()) / 1000));
    return html`<div class="note">
      <span class="codicon codicon-${icons[status.state]}" aria-hidden="true"></span>
      <span class="note-text">${seconds === undefined ? text : fill(this.#ports.strings.retryIn, text, seconds)}</span>
      ${note.actions.map(
        (action) => html`<vscode-button secondary @click=${() => this.#ports.noteAction(action)}>${action.label}</vscode-button>`,
      )}
    </div>`;
  }

  #sources(sources: NonNullable<Status['sources']>): TemplateResult {
    return html`<nav class="sources" aria-label=${this.#ports.strings.sources}>
      ${sources.map(({ url, title }) => html`<a href=${url} title=${url} @click=${(event: Event) => this.#open(event, url)}>${title}</a> `)}
    </nav>`;
  }

  /** The host opens it, after a look at it. */
  #open(event: Event, url: string): void {
    event.preventDefault();
    this.#ports.open(url);
  }

  #button(action: MessageAction, icon: string, label: string, { disabled = false }: { readonly disabled?: boolean } = {}): TemplateResult {
    return html`<vscode-toolbar-button
      class=${action}
      icon=${icon}
      label=${label}
      title=${label}
      ?inert=${disabled}
      @click=${() => this.#ports.perform(action)}
    ></vscode-toolbar-button>`;
  }
}

const icons: Record<Status['state'], string> = {
  streaming: 'info',
  done: 'info',
  stopped: 'stop-circle',
  limit: 'dashboard',
  truncated: 'debug-disconnect',
  error: 'error',
  waiting: 'clockface',
};

function offers(note: Note | undefined, command: Action['command']): boolean {
  return note?.actions.some((action) => action.command === command) ?? false;
}
