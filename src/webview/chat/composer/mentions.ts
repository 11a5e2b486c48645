// What is offered while a person writes `#…`: files and the selection, chosen by keyboard or by click.
import { html, render } from 'lit';
import type { MentionOffer, PageStrings } from '../../../core/chat/page/protocol.ts';
import { replaceText } from './editText.ts';

export interface MentionPorts {
  readonly strings: PageStrings;
  readonly box: () => HTMLTextAreaElement;
  /** Asks for what fits these words. */
  readonly find: (request: number, words: string) => void;
  readonly attach: (target: string) => void;
}

/**
 * A `#` at the start or after a space, and the word after it, up to the caret. Chinese and Japanese put no space before it,
 * and their input methods type `＃`.
 */
const mention = /(?:^|[\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303F\uFF00-\uFFEF])[#＃](\S*)$/u;

export class Mentions {
  readonly element = document.createElement('div');
  readonly #ports: MentionPorts;
  #request = 0;
  #offers: readonly MentionOffer[] = [];
  /** Offers are shown, or a line that says there are none. */
  #open = false;
  /** Set by the arrows: Enter sends a text with a `#` in it unless an offer was chosen, or is named in full. */
  #chosen: number | undefined;

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
    this.#open = true;
    this.#chosen = undefined;
    this.#render();
  }

  close(): void {
    this.#request++;
    this.#offers = [];
    this.#open = false;
    this.#chosen = undefined;
    this.#render();
  }

  /** Whether the key was for the list. */
  key(event: KeyboardEvent): boolean {
    if (!this.#open || event.isComposing) return false;
    const chosen = this.#offers[this.#chosen ?? 0];
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        if (chosen === undefined) return false;
        this.#move(event.key === 'ArrowDown' ? 1 : -1);
        break;
      case 'Enter':
        if (chosen === undefined || event.shiftKey || (this.#chosen === undefined && !isNamed(chosen, this.#words))) return false;
        this.#take(chosen);
        break;
      case 'Tab':
        if (chosen === undefined || event.shiftKey) return false;
        this.#take(chosen);
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

  #move(step: 1 | -1): void {
    const { length } = this.#offers;
    this.#chosen = this.#chosen === undefined ? (step === 1 ? 0 : length - 1) : (this.#chosen + step + length) % length;
    this.#render();
  }

  #take(offer: MentionOffer): void {
    const box = this.#ports.box();
    const words = this.#words ?? '';
    const end = box.selectionStart;
    replaceText(box, end - words.length - 1, end, '');
    this.#ports.attach(offer.target);
    this.close();
  }

  #render(): void {
    const box = this.#ports.box();
    this.element.hidden = !this.#open;
    if (this.#chosen === undefined) box.removeAttribute('aria-activedescendant');
    else box.setAttribute('aria-activedescendant', `offer-${this.#chosen}`);
    render(
      this.#offers.length === 0
        ? html`<div class="no-offers" role="option" aria-disabled="true" aria-selected="false">${this.#ports.strings.noOffers}</div>`
        : this.#offers.map(
            (offer, index) =>
              html`<div
                role="option"
                id=${`offer-${index}`}
                aria-selected=${index === this.#chosen}
                title=${offer.detail === '' ? offer.label : `${offer.label} · ${offer.detail}`}
                @mousedown=${(event: Event) => event.preventDefault()}
                @click=${() => this.#take(offer)}
              >
                <bdi>${offer.label}</bdi> <bdi class="offer-detail">${offer.detail}</bdi>
              </div>`,
          ),
      this.element,
    );
    this.element.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }
}

/** `#README` names README.md; `#12` names no file, though page12.ts is offered. */
function isNamed({ label }: MentionOffer, words = ''): boolean {
  return words.length > 2 && (label === words || label.replace(/\.[^.]+$/, '') === words);
}
