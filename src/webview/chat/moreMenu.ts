// The overflow menu of a row: rarely used actions, and controls that do not fit.
import { html, nothing, type TemplateResult } from 'lit';
import type { Room } from './controlRoom.ts';

export interface MenuItem<Id extends string> {
  readonly id: Id;
  readonly icon: string;
  readonly label: string;
  /** Set for a control that the row shows if it has room. */
  readonly room?: Room | undefined;
}

export interface MenuOptions {
  readonly icon?: string;
  /** The room of the last item, if all items are controls of the row: with room for all, the menu is hidden. */
  readonly room?: Room | undefined;
  /** A line of text below the items. */
  readonly details?: string;
}

export function moreMenu<Id extends string>(
  label: string,
  items: readonly MenuItem<Id>[],
  choose: (id: Id) => void,
  { icon = 'ellipsis', room, details = '' }: MenuOptions = {},
): TemplateResult {
  return html`<span class="more ${room?.lacks ?? ''}">
    <button
      type="button"
      class="more-button"
      aria-label=${label}
      title=${label}
      aria-haspopup="menu"
      aria-expanded="false"
      @click=${(event: Event) => open(event.currentTarget as HTMLElement)}
    >
      <span class="codicon codicon-${icon}" aria-hidden="true"></span>
    </button>
    <div class="menu" role="menu" popover aria-label=${label} @keydown=${move} @beforetoggle=${toggled}>
      ${items.map(
        ({ id, icon: its, label: words, room: own }) =>
          html`<button
            type="button"
            class=${own?.lacks ?? ''}
            role="menuitem"
            tabindex="-1"
            @click=${(event: Event) => {
              close(event.currentTarget as HTMLElement);
              choose(id);
            }}
          >
            <span class="codicon codicon-${its}" aria-hidden="true"></span>${words}
          </button>`,
      )}
      ${
        details === ''
          ? nothing
          : html`<button type="button" class="menu-details" role="menuitem" tabindex="-1" aria-disabled="true">${details}</button>`
      }
    </div>
  </span>`;
}

/** Opens where there is room, in the browser's top layer, which no scroller clips. */
function open(button: HTMLElement): void {
  const menu = button.parentElement!.querySelector<HTMLElement>('.menu')!;
  menu.showPopover();
  const place = button.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = menu;
  const below = place.bottom + offsetHeight <= window.innerHeight;
  menu.style.left = `${Math.max(4, Math.min(place.left, window.innerWidth - offsetWidth - 4))}px`;
  menu.style.top = `${below ? place.bottom : place.top - offsetHeight}px`;
  itemsOf(menu)[0]?.focus();
}

function close(inside: HTMLElement): void {
  const menu = inside.closest<HTMLElement>('.menu');
  menu?.hidePopover();
  menu?.parentElement?.querySelector<HTMLElement>('.more-button')?.focus();
}

function toggled(event: ToggleEvent): void {
  const menu = event.currentTarget as HTMLElement;
  menu.previousElementSibling?.setAttribute('aria-expanded', String(event.newState === 'open'));
}

/** The items that are not visible in the row. */
function itemsOf(menu: HTMLElement): readonly HTMLElement[] {
  return [...menu.querySelectorAll('button')].filter((item) => item.checkVisibility());
}

function move(event: KeyboardEvent): void {
  const items = itemsOf(event.currentTarget as HTMLElement);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const focus = (index: number): void => items[(index + items.length) % items.length]?.focus();
  switch (event.key) {
    case 'ArrowDown':
      focus(at + 1);
      break;
    case 'ArrowUp':
      focus(at - 1);
      break;
    case 'Home':
      focus(0);
      break;
    case 'End':
      focus(-1);
      break;
    case 'Escape':
      close(event.target as HTMLElement);
      break;
    default:
      return;
  }
  event.preventDefault();
  // Escape would stop the answer, and the arrows scroll it.
  event.stopPropagation();
}
