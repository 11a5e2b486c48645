// The parameters of this conversation's questions: the effort as a switch, the rest in a small form above the box.
import '@vscode-elements/elements/dist/vscode-button/vscode-button.js';
import { html, nothing, render, type TemplateResult } from 'lit';
import type { PageParameters } from '../../../core/chat/page/protocol.ts';
import type { PageStrings } from '../../../core/chat/page/pageStrings.ts';
import { create } from '../../shared/create.ts';
import { fill } from '../../shared/words.ts';
import type { Room } from '../controlRoom.ts';

export interface ParameterPorts {
  readonly strings: PageStrings;
  readonly set: (parameters: PageParameters) => void;
  /** The form was closed with the keyboard or one of its buttons. */
  readonly closed: () => void;
}

const verbosities = ['low', 'medium', 'high'];

export class ParameterForm {
  readonly element = create('div', { className: 'parameter-form', popover: 'auto', role: 'dialog' });
  readonly #form = document.createElement('form');
  readonly #ports: ParameterPorts;
  #parameters: PageParameters = {};
  #efforts: readonly string[] = [];
  #effortRoom: Room | undefined;

  constructor(ports: ParameterPorts) {
    this.#ports = ports;
    this.element.ariaLabel = ports.strings.parameters;
    this.element.append(this.#form);
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#apply();
    });
    // The page's Escape would stop an answer.
    this.element.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.isComposing) return;
      if (event.key === 'Escape') this.#close();
      // The button is not native, so Enter does not submit. Its default action would hit the element focused next.
      else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
        event.preventDefault();
        this.#form.requestSubmit();
      }
    });
  }

  show(parameters: PageParameters, efforts: readonly string[]): void {
    this.#parameters = parameters;
    this.#efforts = efforts;
  }

  get hasEfforts(): boolean {
    return this.#knownEfforts.length > 0;
  }

  /** Label of the button that opens the form. */
  get label(): string {
    const { strings } = this.#ports;
    return this.#changed === 0 ? strings.parameters : fill(strings.parametersSet, this.#changed);
  }

  /** The effort switch, if the model has efforts, and the form's button. Without room, the switch is in the form. */
  controls(rooms: { readonly effort: Room; readonly parameters: Room }): TemplateResult {
    this.#effortRoom = rooms.effort;
    return html`${this.#effortSwitch(`effort ${rooms.effort.fits}`)}<vscode-toolbar-button
        class="parameters ${this.#changed === 0 ? '' : 'changed'} ${rooms.parameters.fits}"
        icon="settings"
        label=${this.label}
        title=${this.label}
        @click=${() => this.open()}
      ></vscode-toolbar-button>`;
  }

  #effortSwitch(classes: string): TemplateResult | typeof nothing {
    const { strings } = this.#ports;
    const { effort } = this.#parameters;
    if (!this.hasEfforts) return nothing;
    return html`<select
      class=${classes}
      aria-label=${strings.effort}
      title=${strings.effort}
      @change=${(event: Event) => this.#setEffort((event.target as HTMLSelectElement).value)}
    >
      ${['', ...this.#knownEfforts].map((name) => {
        const isSet = name === (effort ?? '');
        // Reset restores the attribute.
        return html`<option value=${name} ?selected=${isSet} .selected=${isSet}>${name === '' ? strings.effortDefault : name}</option>`;
      })}
    </select>`;
  }

  /** An effort that the model does not list was set by hand. It is sent, so it is listed too. */
  get #knownEfforts(): readonly string[] {
    const { effort } = this.#parameters;
    return effort === undefined || this.#efforts.includes(effort) ? this.#efforts : [...this.#efforts, effort];
  }

  /** Number of parameters set, not counting the effort. */
  get #changed(): number {
    return Object.keys(this.#parameters).filter((name) => name !== 'effort').length;
  }

  #setEffort(value: string): void {
    const { effort: _, ...others } = this.#parameters;
    // The form may be used before the host has answered.
    this.#parameters = value === '' ? others : { ...others, effort: value };
    this.#ports.set(this.#parameters);
  }

  open(): void {
    this.#render();
    this.#form.reset();
    this.element.showPopover();
    [...this.element.querySelectorAll<HTMLElement>('select, input')].find((field) => field.checkVisibility())?.focus();
  }

  #close(): void {
    this.element.hidePopover();
    this.#ports.closed();
  }

  #render(): void {
    const { strings } = this.#ports;
    const { temperature, topP, maxTokens, verbosity, stop = [], body } = this.#parameters;
    const number = (name: string, label: string, value: number | undefined, limits: { min: number; max?: number; step: string }) =>
      html`<label
        ><span>${label}</span
        ><input
          name=${name}
          type="number"
          min=${limits.min}
          max=${limits.max ?? nothing}
          step=${limits.step}
          value=${value ?? ''}
          placeholder=${strings.effortDefault}
      /></label>`;
    const given = verbosity === undefined || verbosities.includes(verbosity) ? verbosities : [...verbosities, verbosity];
    render(
      html`
        ${
          this.hasEfforts
            ? html`<label class="wide ${this.#effortRoom?.lacks}"><span>${strings.effort}</span>${this.#effortSwitch('')}</label>`
            : nothing
        }
        ${number('temperature', strings.temperature, temperature, { min: 0, max: 2, step: 'any' })}
        ${number('topP', 'Top p', topP, { min: 0, max: 1, step: 'any' })}
        ${number('maxTokens', strings.maxTokens, maxTokens, { min: 1, step: '1' })}
        <label
          ><span>${strings.verbosity}</span
          ><select name="verbosity">
            <option value="" ?selected=${verbosity === undefined}>${strings.effortDefault}</option>
            ${given.map((name) => html`<option value=${name} ?selected=${name === verbosity}>${name}</option>`)}
          </select></label
        >
        <label class="wide"
          ><span>${strings.stopTexts}</span><textarea name="stop" rows="1" .defaultValue=${stop.join('\n')}></textarea>
        </label>
        <label class="wide"
          ><span>${strings.bodyFields}</span
          ><textarea
            name="body"
            rows="2"
            spellcheck="false"
            .defaultValue=${body === undefined ? '' : JSON.stringify(body, undefined, 2)}
            @input=${() => this.#body.setCustomValidity('')}
          ></textarea>
        </label>
        <div class="parameter-row">
          <vscode-button @click=${() => this.#form.requestSubmit()}>${strings.apply}</vscode-button>
          <vscode-button secondary @click=${() => this.#reset()}>${strings.resetParameters}</vscode-button>
        </div>
      `,
      this.#form,
    );
  }

  get #body(): HTMLTextAreaElement {
    return this.element.querySelector<HTMLTextAreaElement>('textarea[name=body]')!;
  }

  #reset(): void {
    const { effort } = this.#parameters;
    this.#ports.set(effort === undefined ? {} : { effort });
    this.#close();
  }

  #apply(): void {
    const data = new FormData(this.#form);
    const text = (name: string): string => String(data.get(name) ?? '');
    const body = objectIn(text('body'));
    if (body === 'wrong') {
      this.#body.setCustomValidity(this.#ports.strings.notAnObject);
      this.#body.reportValidity();
      return;
    }
    const { effort } = this.#parameters;
    const stop = text('stop')
      .split(/\r?\n/)
      .filter((line) => line !== '');
    this.#ports.set({
      ...(effort === undefined ? {} : { effort }),
      ...numberIn('temperature', text('temperature')),
      ...numberIn('topP', text('topP')),
      ...numberIn('maxTokens', text('maxTokens')),
      ...(text('verbosity') === '' ? {} : { verbosity: text('verbosity') }),
      ...(stop.length === 0 ? {} : { stop }),
      ...(body === undefined ? {} : { body }),
    });
    this.#close();
  }
}

function numberIn<Name extends string>(name: Name, text: string): Partial<Record<Name, number>> {
  return text.trim() === '' ? {} : ({ [name]: Number(text) } as Partial<Record<Name, number>>);
}

/** Undefined where there is nothing. */
function objectIn(text: string): Readonly<Record<string, unknown>> | undefined | 'wrong' {
  if (text.trim() === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : 'wrong';
  } catch {
    return 'wrong';
  }
}
