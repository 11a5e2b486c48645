// What a new conversation shows: a word of welcome and prompts to begin with.
import { html, render } from 'lit';
import type { PageStrings } from '../../core/chat/protocol.ts';

export function emptyState(strings: PageStrings, examples: readonly string[], send: (prompt: string) => void): HTMLElement {
  const element = document.createElement('div');
  element.className = 'empty';
  render(
    html`
      <h2>${strings.emptyTitle}</h2>
      <p>${strings.emptyHint}</p>
      <ul>
        ${examples.map((prompt) => html`<li><button type="button" class="example" @click=${() => send(prompt)}>${prompt}</button></li>`)}
      </ul>
    `,
    element,
  );
  return element;
}
