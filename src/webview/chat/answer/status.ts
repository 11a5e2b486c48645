// The line under a message: its note, its actions, and its usage.
import { html, nothing, render, type TemplateResult } from 'lit';
import { actionsOf, type AnswerActionId, isRunningState } from '../../../core/chat/answerActions.ts';
import type { Action, Note, PageMessage, Status } from '../../../core/chat/page/protocol.ts';
import type { PageStrings } from '../../../core/chat/page/pageStrings.ts';
import { roomAfter } from '../controlRoom.ts';
import { moreMenu } from '../moreMenu.ts';
import { timeElement } from '../../shared/timeElement.ts';
import { fill } from '../../shared/words.ts';

/** Actions of answers and questions. */
export type MessageAction = AnswerActionId | 'edit' | 'older' | 'newer' | 'up' | 'down';

/** What the line shows. */
export interface StatusLineContent {
  readonly status: Status;
  /** The message has no text yet. */
  readonly empty: boolean;
  readonly message: Pick<PageMessage, 'role' | 'versions' | 'compared' | 'queued' | 'askedAt'>;
}

interface ButtonLook {
  readonly disabled?: boolean;
  /** Class by which CSS hides it if there is no room. */
  readonly fits?: string | undefined;
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
      ${message.role === 'user' ? this.#questionActions(message) : this.#answerActions(status, empty, message)}
    `;
  }

  #questionActions(message: StatusLineContent['message']): TemplateResult {
    const { edit, moveUp, moveDown, fork } = this.#ports.strings;
    const others = message.queued
      ? html`${this.#button('up', 'arrow-up', moveUp)}${this.#button('down', 'arrow-down', moveDown)}`
      : html`${this.#button('fork', 'new-session', fork)} ${this.#versions(message)}
        ${message.askedAt === undefined ? nothing : timeElement(message.askedAt)}`;
    return html`<div class="actions">${this.#button('edit', 'edit', edit)}${others}</div>`;
  }

  #answerActions(status: Status, empty: boolean, message: StatusLineContent['message']): TemplateResult {
    const { strings, perform } = this.#ports;
    const { resumable = false, note, footer = '' } = status;
    const { compared = false, versions } = message;
    const isRunning = isRunningState(status.state);
    const hasOthers = compared || (versions?.count ?? 1) > 1;
    // Actions that the note has as buttons are left out. An answer without text has one way on.
    const offered = actionsOf({ running: isRunning, empty, compared, hasOthers, resumable }).filter(
      ({ command }) => !(command !== undefined && (offers(note, command) || (empty && offers(note, 'resume')))),
    );
    // The menu, the versions and the streaming mark are always visible. The footer is next in priority after the first button.
    const room = roomAfter(1 + (hasOthers && !compared ? 3 : 0) + (status.state === 'streaming' ? 1 : 0));
    const first = room(1);
    const footerRoom = room(footer === '' ? 0 : 3);
    const actions = offered.map(({ label, ...action }) => ({ ...action, label: strings[label] }));
    const buttons = actions.filter(({ place }) => place === 'button');
    const row = actions.filter(({ place }) => place === 'row').map((action, index) => ({ ...action, room: index === 0 ? first : room(1) }));
    const menu = [...row, ...actions.filter(({ place }) => place === 'menu').map((action) => ({ ...action, room: undefined }))];
    return html`${
        buttons.length === 0
          ? nothing
          : html`<div class="choice">
              ${buttons.map(
                ({ id, label }) => html`<vscode-button class=${id} secondary @click=${() => perform(id)}>${label}</vscode-button>`,
              )}
            </div>`
      }
      <div class="actions">
        ${status.state === 'streaming' ? html`<span class="pulse" aria-hidden="true"></span>` : nothing}
        ${row.map(({ id, icon, label, room: own }) => this.#button(id, icon, label, { fits: own.fits }))}
        ${menu.length === 0 ? nothing : moreMenu(strings.more, menu, perform, { details: footer, room: menu.at(-1)?.room })}
        ${compared ? nothing : this.#versions(message)}
        ${footer === '' ? nothing : html`<span class="footer ${footerRoom.fits}" title=${footer}>${footer}</span>`}
      </div>`;
  }

  #versions({ versions }: StatusLineContent['message']): TemplateResult | typeof nothing {
    if (versions === undefined || versions.count < 2) return nothing;
    const { index, count } = versions;
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

  /** The host checks the address and opens it. */
  #open(event: Event, url: string): void {
    event.preventDefault();
    this.#ports.open(url);
  }

  #button(action: MessageAction, icon: string, label: string, { disabled = false, fits = '' }: ButtonLook = {}): TemplateResult {
    return html`<vscode-toolbar-button
      class="${action} ${fits}"
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
