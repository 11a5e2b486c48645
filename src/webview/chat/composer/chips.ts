// What goes along with a question, one chip each, with about how many tokens it costs.
import '@vscode-elements/elements/dist/vscode-toolbar-button/vscode-toolbar-button.js';
import { html, nothing, render } from 'lit';
import type { PageAttachment, PageStrings } from '../../../core/chat/page/protocol.ts';
import { fill } from '../../shared/words.ts';

/** A list, or nothing for no attachments. */
export function chips(strings: PageStrings, attachments: readonly PageAttachment[], detach?: (id: string) => void): readonly HTMLElement[] {
  if (attachments.length === 0) return [];
  const list = document.createElement('ul');
  list.className = 'chips';
  list.setAttribute('aria-label', strings.attached);
  render(
    attachments.map(
      ({ id, name, tokens }) =>
        html`<li class="chip">
          <span class="codicon codicon-file" aria-hidden="true"></span>
          <bdi class="chip-name" title=${name}>${name}</bdi>
          <span class="chip-tokens"
            >${fill(tokens === 1 ? strings.token : strings.tokens, tokens.toLocaleString(document.documentElement.lang))}</span
          >
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
        </li>`,
    ),
    list,
  );
  return [list];
}
