// A paragraph as it grows. Its first lines may turn out to be link definitions, its last a table's header, all of it a heading.
import { readDefinition } from './definition.ts';
import { InlineRun } from './inlineRun.ts';
import type { Leaf } from './leaf.ts';
import type { RenderContext } from './renderContext.ts';

/** "[ ] " or "[x] " at the start of a list item. */
const TASK = /^\[[ xX]\][ \t]/;
const TASK_MARK = 4;

export class Paragraph implements Leaf {
  element: HTMLElement = document.createElement('p');
  readonly #tools: RenderContext;
  #run: InlineRun;
  /** The whole text: a bracket in it may be defined later, and its last line may leave it. */
  #source = '';
  /** The beginning, as long as it may be a definition. */
  #head: string | undefined = '';
  #lineStart = 0;
  #newLine = false;
  /** The list item that this paragraph begins, and that may be a task. */
  readonly #item: HTMLElement | undefined;
  readonly #box: HTMLElement[] = [];

  constructor(tools: RenderContext, item?: HTMLElement) {
    this.#tools = tools;
    this.#item = item;
    this.#run = new InlineRun(this.element, tools);
  }

  get lastLine(): string {
    return this.#source.slice(this.#lineStart);
  }

  text(piece: string): void {
    const text = this.#newLine ? `\n${piece}` : piece;
    if (this.#newLine) this.#lineStart = this.#source.length + 1;
    this.#newLine = false;
    this.#source += text;
    if (this.#head === undefined) this.#run.write(text);
    else {
      this.#head += text;
      this.#behead(false);
    }
  }

  seam(mark: HTMLElement): void {
    this.#run.mark(mark);
  }

  endLine(): 'open' {
    this.#newLine = true;
    return 'open';
  }

  draw(): void {
    this.#run.draw();
  }

  close(): void {
    this.#behead(true);
    if (this.#source.trim() === '') this.element.remove();
    else this.#finish();
  }

  /** The line under it makes it a heading. Not if it was all definitions. */
  toHeading(level: 1 | 2): boolean {
    this.#behead(true);
    if (this.#source.trim() === '') return false;
    const heading = document.createElement(`h${level}`);
    heading.append(...this.element.childNodes);
    this.element.replaceWith(heading);
    this.#run.moveTo(heading);
    this.element = heading;
    this.#finish();
    return true;
  }

  /** The last line has become a table's header. The answer says whether anything is left. */
  dropLastLine(): boolean {
    const rest = this.#source.slice(0, Math.max(0, this.#lineStart - 1));
    if (rest === '') this.element.remove();
    else {
      this.element.replaceChildren();
      this.#run = new InlineRun(this.element, this.#tools);
      this.#head = undefined;
      this.#source = rest;
      this.#run.write(rest);
    }
    return rest !== '';
  }

  #makeTask(item: HTMLElement, done: boolean): void {
    const box = document.createElement('input');
    box.type = 'checkbox';
    box.className = 'checkbox';
    box.disabled = true;
    box.setAttribute('aria-label', done ? '[x]' : '[ ]');
    // The attribute, so that the state is part of what was drawn.
    box.toggleAttribute('checked', done);
    item.classList.add('task');
    this.#box.push(box);
    this.element.prepend(box);
    this.#source = this.#source.slice(TASK_MARK);
    this.#lineStart = Math.max(0, this.#lineStart - TASK_MARK);
  }

  #finish(): void {
    this.#run.close();
    const { element } = this;
    this.#tools.references.watch(this.#source, () => {
      const again = new InlineRun(element, this.#tools);
      element.replaceChildren(...this.#box);
      again.write(this.#source);
      again.close();
    });
  }

  /** Takes definitions off the front; what cannot be one any more is text. */
  #behead(complete: boolean): void {
    while (this.#head !== undefined) {
      const head = this.#head;
      if (head === '') {
        if (complete) this.#head = undefined;
        return;
      }
      const reading = head[0] === '[' ? readDefinition(head, complete, this.#tools.inline) : { type: 'none' as const };
      switch (reading.type) {
        case 'open':
          return;
        case 'none':
          this.#head = undefined;
          if (this.#item && TASK.test(head)) this.#makeTask(this.#item, head[1] !== ' ');
          this.#run.write(head.slice(this.#box.length * TASK_MARK));
          return;
        case 'found':
          this.#tools.references.define(reading.label, reading);
          this.#head = head.slice(reading.length);
          this.#source = this.#source.slice(reading.length);
          this.#lineStart = Math.max(0, this.#lineStart - reading.length);
          break;
        default:
          reading satisfies never;
      }
    }
  }
}
