// A paragraph as it grows. Its first lines may become link definitions, its last line the header of a table, all of it a heading.
import { create } from '../../shared/create.ts';
import { drawInline } from '../inline/inlineDom.ts';
import { InlineRun } from '../inline/inlineRun.ts';
import type { RenderContext } from '../renderContext.ts';
import { alertTitle, readAlert } from './alert.ts';
import type { Item, Quote } from './containers.ts';
import { readDefinition, type DefinitionReading } from './definition.ts';
import { mayRunRight } from './direction.ts';
import type { Leaf } from './leaf.ts';
import { SectionedBlocks } from './sectionedBlocks.ts';

/** "[ ] " or "[x] " at the start of a list item. */
const TASK = /^\[[ xX]\][ \t]/;
const TASK_MARK = 4;
const LONG_HEAD = 256;

/** What a paragraph may say about the block that it begins: an item is a task, a quote is an alert. */
export type Opener = Item | Quote;

export class Paragraph implements Leaf {
  element: HTMLElement = document.createElement('p');
  readonly #tools: RenderContext;
  #run: InlineRun;
  /** The whole text: a bracket in it may be defined later, and its last line may leave it. */
  #source = '';
  /** The beginning, as long as it may be a definition. */
  #head: string | undefined = '';
  /** The length at which an undecided head is read again. */
  #readAgainAt = 0;
  /** Apart from the whole text, which is costly to cut while it grows. */
  #lastLine = '';
  #newLine = false;
  #noted = false;
  readonly #opener: Opener | undefined;
  readonly #box: HTMLElement[] = [];
  #definitions: SectionedBlocks | undefined;
  readonly #paused = document.createTextNode('');

  constructor(tools: RenderContext, opener?: Opener) {
    this.#tools = tools;
    this.#opener = opener;
    this.#run = new InlineRun(this.element, tools);
  }

  get lastLine(): string {
    return this.#lastLine;
  }

  text(piece: string): void {
    this.#paused.remove();
    // Lines before it that were definitions are gone.
    const next = this.#newLine && this.#source !== '';
    const text = next ? `\n${piece}` : piece;
    this.#lastLine = next ? piece : this.#lastLine + piece;
    this.#newLine = false;
    this.#source += text;
    if (this.#head === undefined) this.#run.write(text);
    else {
      this.#head += text;
      this.#behead(false);
    }
    // The first paragraph of an item or quote gives it its direction, and must have none itself for that.
    if (mayRunRight(piece)) (this.#opener ?? this).element.dir = 'auto';
  }

  seam(mark: HTMLElement): void {
    this.#run.mark(mark);
  }

  endLine(): 'open' {
    this.#newLine = true;
    return 'open';
  }

  draw(more: boolean): void {
    this.#run.draw(more);
  }

  /** Says above the paragraph why it is shown as text. */
  note(sentence: string): void {
    if (this.#noted) return;
    this.#noted = true;
    this.element.before(create('p', { className: 'seam', role: 'note' }, sentence));
  }

  pause(): void {
    if (this.#head === undefined) return this.#run.pause();
    // What may still become a definition or a mark is shown as it is.
    this.#paused.data = this.#head;
    this.element.append(this.#paused);
  }

  close(): void {
    this.#paused.remove();
    this.#behead(true);
    if (this.#source.trim() === '') this.element.remove();
    else this.#finish();
  }

  /** The line below makes it a heading. False if it held only definitions. */
  toHeading(level: 1 | 2): boolean {
    this.#behead(true);
    if (this.#source.trim() === '') return false;
    const heading = document.createElement(`h${level}`);
    if (this.element.dir !== '') heading.dir = 'auto';
    heading.append(...this.element.childNodes);
    this.element.replaceWith(heading);
    this.#run.moveTo(heading);
    this.element = heading;
    this.#finish();
    return true;
  }

  /** The last line became the header of a table. Returns whether any text is left. */
  dropLastLine(): boolean {
    return this.#keep(this.#source.slice(0, Math.max(0, this.#source.length - this.#lastLine.length - 1)));
  }

  /** The end of the text was a mark of something else. */
  shorten(length: number): void {
    this.#keep(this.#source.slice(0, -length).trimEnd());
  }

  #keep(rest: string): boolean {
    if (rest === '') this.element.replaceWith(...this.#run.marks);
    else {
      this.#run = this.#run.again(this.#box);
      this.#run.write(rest);
    }
    this.#head = undefined;
    this.#source = rest;
    return rest !== '';
  }

  #makeTask(item: HTMLElement, done: boolean): void {
    const box = create('input', { type: 'checkbox', className: 'checkbox', disabled: true, ariaLabel: done ? '[x]' : '[ ]' });
    // The attribute, so that the state is part of what was drawn.
    box.toggleAttribute('checked', done);
    item.classList.add('task');
    this.#box.push(box);
    this.element.prepend(box);
  }

  #finish(): void {
    this.#run.close();
    this.#tools.references.watch(this.#source, () => this.#run.again(this.#box).complete(this.#source));
  }

  /** Removes definitions and marks from the front; the rest is text. */
  #behead(complete: boolean): void {
    while (this.#head !== undefined) {
      const head = this.#head;
      if (head === '') {
        if (complete) this.#head = undefined;
        return;
      }
      if (!complete && head.length < this.#readAgainAt) return;
      const reading = head[0] === '[' ? readDefinition(head, complete, this.#tools.inline) : { type: 'none' as const };
      switch (reading.type) {
        case 'open':
          this.#readAgainAt = head.length > LONG_HEAD ? head.length * 1.25 : 0;
          return;
        case 'none':
          if (!this.#mark(head, complete)) return;
          this.#head = undefined;
          this.#run.write(this.#source);
          return;
        case 'found':
          this.#define(reading, head.slice(0, reading.length));
          this.#head = head.slice(reading.length);
          this.#readAgainAt = 0;
          this.#takeOff(reading.length);
          break;
        default:
          reading satisfies never;
      }
    }
  }

  /** Reads the mark of a task or an alert; false if more text is needed for that. */
  #mark(head: string, complete: boolean): boolean {
    if (this.#opener?.type === 'item' && TASK.test(head)) {
      this.#makeTask(this.#opener.element, head[1] !== ' ');
      this.#takeOff(TASK_MARK);
    }
    if (this.#opener?.type !== 'quote') return true;
    const alert = readAlert(head, complete);
    if (alert === 'open') return false;
    if (alert !== 'none') {
      this.#opener.element.classList.add('alert', `alert-${alert.kind}`);
      const { inline, strings } = this.#tools;
      const words = alert.title === '' ? undefined : drawInline(inline.tokens(alert.title), this.#tools, true);
      this.element.before(alertTitle(alert.kind, strings, words));
      this.#takeOff(alert.length);
    }
    return true;
  }

  #takeOff(length: number): void {
    this.#source = this.#source.slice(length);
    if (this.#lastLine.length > this.#source.length) this.#lastLine = this.#source;
  }

  /** The definition is shown as text until something refers to it. */
  #define(definition: DefinitionReading & { type: 'found' }, source: string): void {
    const text = drawInline(this.#tools.inline.tokens(`\\${source.trimEnd()}`), this.#tools, true);
    const shown = create('p', { className: 'definition' }, text);
    if (mayRunRight(source)) shown.dir = 'auto';
    if (!this.#definitions) {
      this.#definitions = new SectionedBlocks(document.createElement('div'));
      this.element.before(this.#definitions.element);
    }
    this.#definitions.add(shown);
    this.#tools.references.define(definition.label, definition, shown);
  }
}
