// The form in which a question is edited: a box with its text, Send, and Cancel.
import '@vscode-elements/elements/dist/vscode-button/vscode-button.js';
import { html, render } from 'lit';
import type { PageStrings } from '../../core/chat/page/protocol.ts';
import { plainEnter } from '../shared/plainEnter.ts';
import { questionFrom } from '../shared/question.ts';

/** @param done gets the new text, or undefined when it is left as it was */
export function editForm(strings: PageStrings, text: string, done: (text: string | undefined) => void): HTMLElement {
  const form = document.createElement('form');
  form.className = 'edit';
  const send = (): void => {
    const written = questionFrom(form.querySelector('textarea')!.value);
    done(written === '' ? undefined : written);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !event.isComposing) {
      event.stopPropagation();
      done(undefined);
    } else if (plainEnter(event)) {
      event.preventDefault();
      send();
    }
  };
  render(
    html`
      <textarea dir="auto" aria-label=${strings.editing} .value=${text} @keydown=${key}></textarea>
      <div class="edit-row">
        <vscode-button @click=${send}>${strings.send}</vscode-button>
        <vscode-button secondary @click=${() => done(undefined)}>${strings.cancel}</vscode-button>
      </div>
    `,
    form,
  );
  return form;
}
