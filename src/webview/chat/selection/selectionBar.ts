// The toolbar of a selection in a message: ask about it, or copy it as Markdown or plain text.
import { create } from '../../shared/create.ts';
import { html, render, type TemplateResult } from 'lit';
import type { PageStrings } from '../../../core/chat/page/pageStrings.ts';
import type { Host } from '../../shared/host.ts';
import { selectedMarkdown } from './selectedMarkdown.ts';

export interface SelectionPorts {
  readonly host: Host;
  readonly strings: PageStrings;
  readonly transcript: HTMLElement;
  /** Quotes the selection in the next question. */
  readonly quote: (markdown: string) => void;
}

/** Distance, in px, between the selection and the bar. */
const GAP_PX = 4;

export class SelectionBar {
  readonly element = create('div', { className: 'selection-bar', role: 'toolbar', hidden: true });
  readonly #ports: SelectionPorts;
  #held = false;

  constructor(ports: SelectionPorts) {
    this.#ports = ports;
    const { strings } = ports;
    this.element.ariaLabel = strings.selection;
    render(
      [
        this.#button('comment-discussion', strings.quote, strings.quote, (range) => void this.#quote(range)),
        this.#button('markdown', strings.copyMarkdown, '', (range) => void this.#copyMarkdown(range)),
        this.#button('symbol-text', strings.copyPlainText, '', () => this.#copy(String(document.getSelection()))),
      ],
      this.element,
    );
    // The selection is incomplete while the mouse button is down.
    window.addEventListener('pointerdown', ({ target }) => {
      this.#held = !this.element.contains(target as Node);
      if (this.#held) this.element.hidden = true;
    });
    window.addEventListener('pointerup', () => {
      this.#held = false;
      this.#look();
    });
    document.addEventListener('selectionchange', () => this.#held || this.#look());
    ports.transcript.addEventListener('scroll', () => this.element.hidden || this.#look(), { passive: true });
    this.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.element.hidden = true;
      ports.transcript.focus({ preventScroll: true });
    });
  }

  /** The selection, if it lies within the text of one message. */
  get #range(): Range | undefined {
    const selection = document.getSelection();
    if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return undefined;
    const range = selection.getRangeAt(0);
    const { commonAncestorContainer: common } = range;
    const body = (common instanceof Element ? common : common.parentElement)?.closest('.message .body');
    return body != null && String(selection).trim() !== '' ? range : undefined;
  }

  #look(): void {
    const range = this.#range;
    this.element.hidden = range === undefined;
    if (range === undefined) return;
    const lines = range.getClientRects();
    const last = lines[lines.length - 1] ?? range.getBoundingClientRect();
    const view = this.#ports.transcript.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = this.element;
    const top = Math.min(Math.max(last.bottom + GAP_PX, view.top), view.bottom - offsetHeight - GAP_PX);
    this.element.style.top = `${top}px`;
    this.element.style.left = `${Math.max(GAP_PX, Math.min(last.right - offsetWidth, view.right - offsetWidth - GAP_PX))}px`;
  }

  async #quote(range: Range): Promise<void> {
    const markdown = await selectedMarkdown(range);
    document.getSelection()?.removeAllRanges();
    this.#ports.quote(`${markdown.replaceAll(/^/gm, '> ').replaceAll(/^> $/gm, '>')}\n\n`);
  }

  async #copyMarkdown(range: Range): Promise<void> {
    this.#copy(await selectedMarkdown(range));
  }

  #copy(text: string): void {
    this.#ports.host.post({ type: 'copy', text });
    document.getSelection()?.removeAllRanges();
  }

  #button(icon: string, label: string, words: string, use: (range: Range) => void): TemplateResult {
    const click = (): void => {
      const range = this.#range;
      if (range !== undefined) use(range.cloneRange());
    };
    // A mouse press must not clear the selection before it is used.
    const keep = (event: Event): void => event.preventDefault();
    return html`<button type="button" title=${label} aria-label=${label} @mousedown=${keep} @click=${click}>
      <span class="codicon codicon-${icon}" aria-hidden="true"></span>${words}
    </button>`;
  }
}
