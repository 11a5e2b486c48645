// The attachments of a question as chips: files with their estimated tokens, pictures with thumbnail and size.
import { create } from '../../shared/create.ts';
import '@vscode-elements/elements/dist/vscode-toolbar-button/vscode-toolbar-button.js';
import { html, nothing, render, type TemplateResult } from 'lit';
import type { PageAttachment, PagePicture } from '../../../core/chat/page/protocol.ts';
import type { PageStrings } from '../../../core/chat/page/pageStrings.ts';
import { mostPicturePixels } from '../../../core/chat/pictures/pictureKind.ts';
import { fill, numberText } from '../../shared/words.ts';

export interface ChipActions {
  /** Omitted if attachments cannot be removed. */
  readonly detach?: (id: string) => void;
  readonly openPicture: (id: string) => void;
}

/** A list, or nothing for no attachments. */
export function chips(strings: PageStrings, attachments: readonly PageAttachment[], actions: ChipActions): readonly HTMLElement[] {
  if (attachments.length === 0) return [];
  const list = create('ul', { className: 'chips', ariaLabel: strings.attached });
  render(
    attachments.map((attachment) => chip(strings, attachment, actions)),
    list,
  );
  return [list];
}

function chip(
  strings: PageStrings,
  { id, name, tokens, picture, instructions }: PageAttachment,
  { detach, openPicture }: ChipActions,
): TemplateResult {
  const cost = fill(tokens === 1 ? strings.token : strings.tokens, numberText(tokens));
  const size = picture === undefined ? '' : sizeOf(strings, picture);
  return html`<li class="chip" title=${[name, ...(size === '' ? [] : [size]), cost, ...smaller(strings, picture)].join('\n')}>
    ${
      picture === undefined
        ? html`<span class="codicon codicon-${instructions === true ? 'book' : 'file'}" aria-hidden="true"></span>`
        : html`<button type="button" class="thumbnail" aria-label=${fill(strings.openPicture, name)} @click=${() => openPicture(id)}>
            <img src=${picture.thumbnail} alt="" />
          </button>`
    }
    <bdi class="chip-name">${name}</bdi>
    <span class="chip-tokens">${size === '' ? cost : `${size} · ${cost}`}</span>
    ${
      detach === undefined
        ? nothing
        : html`<vscode-toolbar-button
            icon="close"
            label=${fill(strings.detach, name)}
            title=${fill(strings.detach, name)}
            @click=${() => detach(id)}
          ></vscode-toolbar-button>`
    }
  </li>`;
}

function sizeOf({ pictureSize }: PageStrings, { width, height, bytes }: PagePicture): string {
  return fill(pictureSize, numberText(width), numberText(height), bytesOf(bytes));
}

function smaller({ pictureSmaller }: PageStrings, picture: PagePicture | undefined): readonly string[] {
  if (picture?.from === undefined) return [];
  return [fill(pictureSmaller, numberText(picture.from.width), numberText(picture.from.height), numberText(mostPicturePixels))];
}

function bytesOf(bytes: number): string {
  const [value, unit] = bytes < 999_500 ? [Math.max(1, Math.round(bytes / 1_000)), 'kilobyte'] : [bytes / 1_000_000, 'megabyte'];
  return numberText(value, { style: 'unit', unit, maximumFractionDigits: 1 });
}
