// What a model thought before it answered: folded, and rendered only when it is opened.
import type { PageStrings } from '../../../core/chat/page/protocol.ts';
import { AppendedText, type Taken } from './appendedText.ts';
import type { Markdown } from '../../markdown/markdown.ts';

export class Reasoning {
  readonly element = document.createElement('details');
  readonly #body = document.createElement('div');
  readonly #text = new AppendedText();
  readonly #summary = document.createElement('summary');
  readonly #markdown: (element: HTMLElement) => Markdown;
  #drawn: Markdown | undefined;

  constructor(strings: PageStrings, markdown: (element: HTMLElement) => Markdown) {
    this.#markdown = markdown;
    this.element.className = 'reasoning';
    this.element.hidden = true;
    this.#summary.textContent = strings.reasoning;
    this.#body.className = 'body';
    this.element.append(this.#summary, this.#body);
    this.element.addEventListener('toggle', () => this.element.open && this.#draw());
  }

  get have(): number {
    return this.#text.have;
  }

  set thinking(thinking: boolean) {
    this.element.classList.toggle('thinking', thinking);
  }

  /** How long it took, as text. */
  set took(sentence: string) {
    this.#summary.textContent = sentence;
  }

  append(at: number, text: string): Taken {
    const taken = this.#text.take(at, text);
    if (taken.type === 'new') {
      this.element.hidden = false;
      this.#drawn?.write(taken.text);
    }
    return taken;
  }

  pause(): void {
    this.#drawn?.pause();
  }

  #draw(): void {
    if (this.#drawn) return;
    this.#drawn = this.#markdown(this.#body);
    this.#drawn.write(this.#text.text);
    this.#drawn.pause();
  }
}
