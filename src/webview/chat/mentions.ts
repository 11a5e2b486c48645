// What is offered while a person writes `#…`: files and the selection, chosen by keyboard or by click.
import { html, render } from 'lit';
import type { MentionOffer, PageStrings } from '../../core/chat/protocol.ts';

export interface MentionPorts {
  readonly strings: PageStrings;
  readonly box: () => HTMLTextAreaElement;
  /** Asks for what fits these words. */
  readonly find: (request: number, words: string) => void;
  readonly attach: (target: string) => void;
}

/** A `#` at the start or after a space, and what is written behind it, up to the caret. */
const mention = /(?:^|\s)#(\S*)$/;

export class Mentions {
  readonly element = document.createElement('div');
  readonly #ports: MentionPorts;
  #request = 0;
  #offers: readonly MentionOffer[] = [];
  #chosen = 0;

  constructor(ports: MentionPorts) {
    this.#ports = ports;
    this.element.className = 'offers';
    this.element.id = 'offers';
    this.element.setAttribute('role', 'listbox');
    this.element.setAttribute('aria-label', ports.strings.offers);
    this.element.hidden = true;
  }

  /** The text or the caret has changed. */
  look(): void {
    const words = this.#words;
    if (words === undefined) return this.close();
    this.#ports.find(++this.#request, words);
  }

  /** Answers to an older question are late, and dropped. */
  show(request: number, offers: readonly MentionOffer[]): void {
    if (request !== this.#request || this.#words === undefined) return;
    this.#offers = offers;
    this.#chosen = 0;
    this.#render();
  }

  close(): void {
    this.#request++;
    this.#offers = [];
    this.#render();
  }

  /** Whether the key was for the list. */
  key(event: KeyboardEvent): boolean {
    if (this.#offers.length === 0 || event.isComposing) return false;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        this.#chosen = (this.#chosen + (event.key === 'ArrowDown' ? 1 : -1) + this.#offers.length) % this.#offers.length;
        this.#render();
        break;
      case 'Enter':
      case 'Tab':
        this.#take(this.#offers[this.#chosen]!);
        break;
      case 'Escape':
        event.stopPropagation();
        this.close();
        break;
      default:
        return false;
    }
    event.preventDefault();
    return true;
  }

  get #words(): string | undefined {
    const box = this.#ports.box();
    return mention.exec(box.value.slice(0, box.selectionStart))?.[1];
  }

  #take(offer: MentionOffer): void {
    const box = this.#ports.box();
    const words = this.#words ?? '';
    const start = box.selectionStart - words.length - 1;
    box.setRangeText('', start, box.selectionStart, 'end');
    this.#ports.attach(offer.target);
    this.close();
    box.focus();
  }

  #render(): void {
    const box = this.#ports.box();
    this.element.hidden = this.#offers.length === 0;
    if (this.element.hidden) box.removeAttribute('aria-activedescendant');
    else box.setAttribute('aria-activedescendant', `offer-${this.#chosen}`);
    render(
      this.#offers.map(
        (offer, index) =>
          html`<div
            role="option"
            id=${`offer-${index}`}
            aria-selected=${index === this.#chosen}
            @mousedown=${(event: Event) => event.preventDefault()}
            @click=${() => this.#take(offer)}
          >
            <span>${offer.label}</span> <span class="offer-detail">${offer.detail}</span>
          </div>`,
      ),
      this.element,
    );
    this.element.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }
}
