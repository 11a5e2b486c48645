// Suggestions while the user types `#…` or `/…`: files and the selection, or prompts, chosen by keyboard or click.
import { create } from '../../shared/create.ts';
import { html, render } from 'lit';
import type { FromPage, MentionOffer } from '../../../core/chat/page/protocol.ts';
import type { PageStrings } from '../../../core/chat/page/pageStrings.ts';
import { replaceText } from './editText.ts';

export interface MentionPorts {
  readonly strings: PageStrings;
  readonly box: () => HTMLTextAreaElement;
  /** Requests the offers that match these words. */
  readonly find: (what: What, request: number, words: string) => void;
  readonly attach: (target: string) => void;
}

type What = Extract<FromPage, { type: 'find' }>['what'];

/**
 * A `#` at the start or after a space, and the word after it, up to the caret. Chinese and Japanese put no space before it,
 * and their input methods type `＃`.
 */
const mention = /(?:^|[\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303F\uFF00-\uFFEF])[#＃](\S*)$/u;

/** A slash command begins the question; the arguments follow a space. */
const command = /^\s*[/／]([^\s/]*)$/u;

interface Written {
  readonly what: What;
  readonly words: string;
}

export class Mentions {
  readonly element = create('div', { className: 'offers', id: 'offers', role: 'listbox', hidden: true });
  readonly #ports: MentionPorts;
  #request = 0;
  #offers: readonly MentionOffer[] = [];
  /** The list is open; it may say that nothing matches. */
  #open = false;
  /** Set by the arrows: Enter sends a text with a `#` in it unless an offer was chosen, or is named in full. */
  #chosen: number | undefined;

  constructor(ports: MentionPorts) {
    this.#ports = ports;
    this.element.ariaLabel = ports.strings.offers;
  }

  /** The text or the caret has changed. */
  look(): void {
    const written = this.#written;
    if (written === undefined) return this.close();
    this.#ports.find(written.what, ++this.#request, written.words);
  }

  /** Offers for an older request are dropped. */
  show(request: number, offers: readonly MentionOffer[]): void {
    const written = this.#written;
    if (request !== this.#request || written === undefined) return;
    // Most questions that begin with a slash are not commands.
    if (written.what === 'commands' && offers.length === 0) return this.close();
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

  /** Returns whether the list has handled the key. */
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
        if (chosen === undefined || event.shiftKey || (this.#chosen === undefined && !isMeant(chosen, this.#written))) return false;
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

  get #written(): Written | undefined {
    const box = this.#ports.box();
    const before = box.value.slice(0, box.selectionStart);
    const name = command.exec(before)?.[1];
    if (name !== undefined) return { what: 'commands', words: name };
    const words = mention.exec(before)?.[1];
    return words === undefined ? undefined : { what: 'attachments', words };
  }

  #move(step: 1 | -1): void {
    const { length } = this.#offers;
    this.#chosen = this.#chosen === undefined ? (step === 1 ? 0 : length - 1) : (this.#chosen + step + length) % length;
    this.#render();
  }

  #take(offer: MentionOffer): void {
    const box = this.#ports.box();
    const { words } = this.#written ?? { words: '' };
    const end = box.selectionStart;
    replaceText(box, end - words.length - 1, end, offer.insert ?? '');
    if (offer.insert === undefined) this.#ports.attach(offer.target);
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

/**
 * `#README` names README.md; `#12` names no file, though page12.ts is offered. Half the name of a command is completed, and
 * the whole name is sent.
 */
function isMeant({ label }: MentionOffer, { what, words }: Written = { what: 'attachments', words: '' }): boolean {
  if (what === 'commands') return words !== '' && label !== `/${words}`;
  return words.length > 2 && (label === words || label.replace(/\.[^.]+$/, '') === words);
}
