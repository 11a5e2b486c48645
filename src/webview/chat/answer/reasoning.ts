// The reasoning before an answer: folded, rendered only when opened or searched.
import { create } from '../../shared/create.ts';
import type { Seam } from '../../../core/chat/page/protocol.ts';
import type { PageStrings } from '../../../core/chat/page/pageStrings.ts';
import { fill, numberText } from '../../shared/words.ts';
import { AppendedText, type Taken } from './appendedText.ts';
import type { Markdown } from '../../markdown/markdown.ts';

export class Reasoning {
  readonly element = create('details', { className: 'reasoning', hidden: true });
  #body = create('div', { className: 'body' });
  readonly #text = new AppendedText();
  readonly #summary = document.createElement('summary');
  readonly #strings: PageStrings;
  readonly #markdown: (element: HTMLElement) => Markdown;
  /** Places where it was resumed or restarted, in order. */
  #seams: readonly Seam[] = [];
  /** The attempts that are drawn. */
  readonly #attempts: Markdown[] = [];
  /** Start of the attempt that is being drawn. */
  #from = 0;

  constructor(strings: PageStrings, markdown: (element: HTMLElement) => Markdown) {
    this.#strings = strings;
    this.#markdown = markdown;
    this.#summary.textContent = strings.reasoning;
    this.element.append(this.#summary, this.#body);
    this.element.addEventListener('toggle', () => this.element.open && this.draw());
  }

  get #drawn(): Markdown | undefined {
    return this.#attempts.at(-1);
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
      if (this.#drawn) this.#write(this.#text.have - taken.text.length, taken.text);
    }
    return taken;
  }

  seam(seam: Seam): void {
    this.#seams = [...this.#seams, seam];
    if (seam.anew === undefined) this.#drawn?.seam(seam.at - this.#from);
  }

  pause(): void {
    this.#drawn?.pause();
  }

  /** Resolves when the text that was to be rendered so far is there. */
  async drawn(): Promise<void> {
    await Promise.all(this.#attempts.map((attempt) => attempt.drawn()));
  }

  /** Renders it, even if folded. */
  draw(): void {
    if (this.#drawn) return;
    this.#begin(0);
    this.#write(0, this.#text.text);
    this.#drawn!.pause();
  }

  #begin(from: number): void {
    this.#from = from;
    const drawn = this.#markdown(this.#body);
    this.#attempts.push(drawn);
    for (const { at, anew } of this.#seams) if (anew === undefined && at >= from) drawn.seam(at - from);
  }

  /** Text before a restart belongs to a lost attempt and is shown separately. */
  #write(at: number, text: string): void {
    let done = at;
    for (const { at: end, anew } of this.#seams) {
      if (anew === undefined || end < done || end <= this.#from || end >= at + text.length) continue;
      this.#drawn!.write(text.slice(done - at, end - at));
      this.#fold(anew.prompt + anew.completion);
      this.#begin(end);
      done = end;
    }
    this.#drawn!.write(text.slice(done - at));
  }

  #fold(tokens: number): void {
    this.#drawn!.pause();
    const { lostAttempt, lostAttemptCost } = this.#strings;
    const summary = create('summary', {}, tokens === 0 ? lostAttempt : fill(lostAttemptCost, numberText(tokens)));
    const lost = create('details', { className: 'lost' }, summary);
    // Keeps its element, because the text may still be rendering.
    this.#body.replaceWith(lost);
    lost.append(this.#body);
    this.#body = create('div', { className: 'body' });
    this.element.append(this.#body);
  }
}
