// The form for editing a question or summary: a text box, a confirm button, and Cancel.
import { create } from '../shared/create.ts';
import '@vscode-elements/elements/dist/vscode-button/vscode-button.js';
import { html, render } from 'lit';
import type { PageStrings } from '../../core/chat/page/pageStrings.ts';
import { plainEnter } from '../shared/plainEnter.ts';
import { questionFrom } from '../shared/question.ts';

export interface EditLabels {
  /** Label of the box. */
  readonly box: string;
  /** Label of the confirm button. */
  readonly use: string;
}

/** @param done receives the new text, or undefined if cancelled */
export function editForm({ cancel }: PageStrings, labels: EditLabels, text: string, done: (text: string | undefined) => void): HTMLElement {
  const form = create('form', { className: 'edit' });
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
      <textarea dir="auto" aria-label=${labels.box} .value=${text} @keydown=${key}></textarea>
      <div class="edit-row">
        <vscode-button @click=${send}>${labels.use}</vscode-button>
        <vscode-button secondary @click=${() => done(undefined)}>${cancel}</vscode-button>
      </div>
    `,
    form,
  );
  return form;
}
