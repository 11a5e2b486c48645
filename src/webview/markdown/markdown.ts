// An answer in markdown, drawn as it arrives: each character is read once, and what is settled is never touched again.
import type { PageStrings } from '../../core/chat/protocol.ts';
import { Blocks } from './blocks.ts';
import type { CodeUse } from './codeBar.ts';
import type { Highlighter } from './highlighter.ts';
import { Inline } from './inline.ts';
import { Formulas } from './formulas.ts';
import { References } from './references.ts';
import type { RenderContext } from './renderContext.ts';
import { IdleTasks } from './idleTasks.ts';

export interface MarkdownPorts {
  readonly strings: PageStrings;
  readonly highlighter: Highlighter;
  readonly use: (what: CodeUse, language: string, code: string) => void;
  readonly open: (href: string) => void;
}

export class Markdown {
  readonly #tools: RenderContext;
  readonly #blocks: Blocks;
  readonly #seams: number[] = [];
  #length = 0;
  /** A carriage return at the end of a piece: the line end is complete with what follows. */
  #heldReturn = false;
  #ended = false;

  constructor(element: HTMLElement, ports: MarkdownPorts) {
    const references = new References();
    const work = new IdleTasks();
    const { strings, highlighter, use } = ports;
    const seamMark = (where: 'inline' | 'line') => drawSeam(strings.seam, where);
    this.#tools = {
      strings,
      highlighter,
      use,
      seamMark,
      work,
      references,
      inline: new Inline(references.definitions),
      math: new Formulas(work),
    };
    this.#blocks = new Blocks(element, this.#tools);
    followLinks(element, ports.open);
  }

  write(text: string): void {
    for (let at = this.#seams[0]; at !== undefined && at <= this.#length + text.length; at = this.#seams[0]) {
      const before = Math.max(0, at - this.#length);
      this.#feed(text.slice(0, before));
      this.#blocks.seam();
      this.#seams.shift();
      text = text.slice(before);
    }
    this.#feed(text);
    this.#blocks.draw();
  }

  /** A broken answer was joined at this offset. */
  seam(at: number): void {
    if (at <= this.#length) this.#blocks.seam();
    else this.#seams.push(at);
  }

  /** Nothing comes for now; a resumed answer may go on in the middle of a word or a block. */
  pause(): void {
    this.#blocks.pause();
  }

  /** Nothing follows. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#blocks.end();
    void this.#tools.work.slice(this.#tools.references.mender(this.#tools.inline));
  }

  /** All that was put off is done: colours, formulas, late link definitions. */
  settled(): Promise<void> {
    return this.#tools.work.done();
  }

  #feed(text: string): void {
    this.#length += text.length;
    let lines = this.#heldReturn ? `\r${text}` : text;
    this.#heldReturn = lines.endsWith('\r');
    if (this.#heldReturn) lines = lines.slice(0, -1);
    this.#blocks.write(lines.includes('\r') ? lines.replace(/\r\n?/g, '\n') : lines);
  }
}

function drawSeam(sentence: string, where: 'inline' | 'line'): HTMLElement {
  const mark = document.createElement(where === 'inline' ? 'span' : 'div');
  mark.className = where === 'inline' ? 'joint' : 'seam';
  mark.setAttribute('role', 'note');
  // Between the words of an answer only its own words are text: what is copied is what was answered.
  if (where === 'inline') {
    mark.setAttribute('aria-label', sentence);
    mark.title = sentence;
  } else mark.textContent = sentence;
  return mark;
}

function followLinks(element: HTMLElement, open: (href: string) => void): void {
  const follow = (event: Event) => {
    const href = event.target instanceof Element && event.target.closest<HTMLElement>('a[data-href]')?.dataset['href'];
    if (href) open(href);
  };
  element.addEventListener('click', follow);
  element.addEventListener('keydown', (event) => event.key === 'Enter' && follow(event));
}
