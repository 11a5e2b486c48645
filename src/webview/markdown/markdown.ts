// Draws an answer in Markdown as it arrives. Each character is read once, and what is settled is never drawn again.
import { create } from '../shared/create.ts';
import type { PageStrings } from '../../core/chat/page/pageStrings.ts';
import { Blocks } from './blocks/blocks.ts';
import type { CodeUse } from './code/codeBar.ts';
import type { Highlighter } from './code/highlighter.ts';
import { affordable } from './drawingCost.ts';
import { FileReferences, type FindFiles } from './fileReferences.ts';
import { IdleTasks } from './idleTasks.ts';
import { fill } from '../shared/words.ts';
import { Formulas } from './inline/formulas.ts';
import { Inline } from './inline/inline.ts';
import { References } from './references.ts';
import type { RenderContext } from './renderContext.ts';

export interface MarkdownPorts {
  readonly strings: PageStrings;
  readonly highlighter: Highlighter;
  readonly use: (what: CodeUse, language: string, code: string) => void;
  readonly open: (href: string) => void;
  readonly findFiles: FindFiles;
  readonly openFile: (name: string) => void;
}

/** Cost of what is drawn at once, in letters. The rest of a longer text follows in steps. */
const AT_ONCE = 8192;
const STEP = 2048;
const CARRIAGE_RETURN = 13;

export class Markdown {
  readonly #tools: RenderContext;
  readonly #blocks: Blocks;
  readonly #seams: { readonly at: number; readonly model: string | undefined }[] = [];
  #length = 0;
  /** A carriage return or half a character at the end of a piece, which the next piece completes. */
  #held = '';
  #ended = false;
  /** What is still to be drawn or done, in order, because a text was too long to draw at once. */
  #waiting: (
    | { readonly type: 'text'; readonly text: string }
    | { readonly type: 'pause' | 'end' }
    | { readonly type: 'drawn'; readonly resolve: () => void }
  )[] = [];

  constructor(element: HTMLElement, ports: MarkdownPorts) {
    const references = new References();
    const work = new IdleTasks();
    const { strings, highlighter, use } = ports;
    const seamMark = (where: 'inline' | 'line', model: string | undefined) =>
      drawSeam(model === undefined ? strings.seam : fill(strings.seamOther, model), where);
    this.#tools = {
      strings,
      highlighter,
      use,
      seamMark,
      work,
      references,
      files: new FileReferences(ports.findFiles, (promise) => work.add(promise)),
      inline: new Inline(references.definitions),
      math: new Formulas(work),
    };
    this.#blocks = new Blocks(element, this.#tools);
    followLinks(element, ports);
  }

  write(text: string): void {
    this.#waiting.push({ type: 'text', text });
    if (this.#waiting.length === 1 && this.#step(AT_ONCE) === 'more') void this.#tools.work.slice(() => this.#step(STEP));
  }

  /** An interrupted answer was continued at this offset, in UTF-16 units. */
  seam(at: number, model?: string): void {
    if (at <= this.#length) this.#blocks.seam(model);
    else this.#seams.push({ at, model });
  }

  /** The answer broke off. If it is resumed, it may continue in the middle of a word or a block. */
  pause(): void {
    if (this.#waiting.length > 0) this.#waiting.push({ type: 'pause' });
    else this.#blocks.pause();
  }

  /** The answer is complete. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#waiting.length > 0) this.#waiting.push({ type: 'end' });
    else this.#finish();
  }

  /** Resolves when the text so far is drawn. Colours, formulas and late link definitions may follow. */
  async drawn(): Promise<void> {
    if (this.#waiting.length > 0) await new Promise<void>((resolve) => this.#waiting.push({ type: 'drawn', resolve }));
  }

  /** Resolves when all deferred work is done: long texts, colours, formulas, late link definitions. */
  settled(): Promise<void> {
    return this.#tools.work.done();
  }

  /** Draws or does the next of what waits. */
  #step(most: number): 'more' | 'done' {
    const next = this.#waiting[0]!;
    switch (next.type) {
      case 'text': {
        const size = affordable(next.text, most);
        const more = size < next.text.length;
        this.#draw(next.text.slice(0, size), more || this.#waiting.length > 1);
        if (more) {
          this.#waiting[0] = { type: 'text', text: next.text.slice(size) };
          return 'more';
        }
        break;
      }
      case 'pause':
        this.#blocks.pause();
        break;
      case 'end':
        this.#finish();
        break;
      case 'drawn':
        this.#blocks.draw(false);
        next.resolve();
        break;
      default:
        next satisfies never;
    }
    this.#waiting.shift();
    return this.#waiting.length > 0 ? 'more' : 'done';
  }

  /** `more`: further text is already waiting. */
  #draw(text: string, more: boolean): void {
    for (let seam = this.#seams[0]; seam !== undefined && seam.at <= this.#length + text.length; seam = this.#seams[0]) {
      const before = Math.max(0, seam.at - this.#length);
      this.#feed(text.slice(0, before));
      this.#blocks.seam(seam.model);
      this.#seams.shift();
      text = text.slice(before);
    }
    this.#feed(text);
    this.#blocks.draw(more);
  }

  #finish(): void {
    this.#blocks.write(this.#held.replace('\r', '\n'));
    this.#blocks.end();
    const { work, references, inline } = this.#tools;
    work.add(references.finish(inline, work));
  }

  #feed(text: string): void {
    this.#length += text.length;
    let lines = this.#held + text;
    const last = lines.charCodeAt(lines.length - 1);
    this.#held = last === CARRIAGE_RETURN || (last >= 0xd800 && last < 0xdc00) ? lines.slice(-1) : '';
    if (this.#held !== '') lines = lines.slice(0, -1);
    this.#blocks.write(lines.includes('\r') ? lines.replace(/\r\n?/g, '\n') : lines);
  }
}

function drawSeam(sentence: string, where: 'inline' | 'line'): HTMLElement {
  // A mark between words holds no text of ours, so that copying gives the answer alone.
  if (where === 'inline') return create('span', { className: 'joint', role: 'note', ariaLabel: sentence, title: sentence });
  return create('div', { className: 'seam', role: 'note' }, sentence);
}

function followLinks(element: HTMLElement, ports: MarkdownPorts): void {
  const follow = (event: Event) => {
    const link = event.target instanceof Element && event.target.closest<HTMLElement>('[data-href], [data-file]');
    if (!link) return;
    const { href, file } = link.dataset;
    if (file !== undefined) ports.openFile(file);
    else if (href !== undefined) ports.open(href);
  };
  element.addEventListener('click', follow);
  element.addEventListener('keydown', (event) => event.key === 'Enter' && follow(event));
}
