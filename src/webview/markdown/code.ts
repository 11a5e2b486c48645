// A block of code as it grows: fenced, indented, or raw HTML, which is shown as the text that it is.
import { CodeView } from './codeView.ts';
import type { Cursor } from './cursor.ts';
import type { Leaf } from './leaf.ts';
import type { HtmlKind } from './starts.ts';
import type { RenderContext } from './renderContext.ts';

export interface Fence {
  readonly sign: string;
  readonly length: number;
  /** Columns before the fence, which its lines may have, too. */
  readonly indent: number;
  readonly info: string;
}

export class Code implements Leaf {
  readonly fence: Fence | undefined;
  readonly #html: HtmlKind | undefined;
  readonly #view: CodeView;
  #line: string | undefined;
  /** Blank lines that belong to indented code only if more of it follows. */
  #blankLines: string[] = [];

  constructor(tools: RenderContext, fence?: Fence, html?: HtmlKind) {
    this.fence = fence;
    this.#html = html;
    const language = html ? 'html' : (fence && tools.inline.plain(fence.info).split(/\s/)[0]) || '';
    this.#view = new CodeView(language, tools);
  }

  get element(): HTMLElement {
    return this.#view.element;
  }

  /** What the block makes of a line: takes it, ends with it, or leaves it to others. Steps over its indentation. */
  claim(cursor: Cursor): 'take' | 'last' | 'leave' {
    if (this.fence) {
      if (!cursor.indented && closes(this.fence, cursor.content)) return 'last';
      for (let left = this.fence.indent; left > 0 && cursor.isSpace(); left--) cursor.columns(1);
      return 'take';
    }
    if (this.#html) return cursor.blank && !this.#html.closes ? 'leave' : 'take';
    if (cursor.indented) cursor.columns(4);
    else if (cursor.blank) cursor.toContent();
    else return 'leave';
    return 'take';
  }

  text(piece: string): void {
    const before = this.#line ?? '';
    this.#line = before + piece;
    if (this.fence || this.#html) return this.#view.text(piece);
    if (blank(this.#line)) return;
    for (const line of this.#blankLines) {
      this.#view.text(line);
      this.#view.endLine();
    }
    this.#blankLines = [];
    this.#view.text(blank(before) ? this.#line : piece);
  }

  seam(mark: HTMLElement): void {
    this.#view.seam(mark);
  }

  endLine(): 'open' | 'closed' {
    const line = this.#line;
    this.#line = undefined;
    if (line === undefined) return 'open'; // the fence itself
    if (!this.fence && !this.#html && blank(line)) this.#blankLines.push(line);
    else this.#view.endLine();
    return this.#html?.closes?.test(line) ? 'closed' : 'open';
  }

  draw(): void {
    this.#view.draw();
  }

  close(): void {
    if (this.#line !== undefined) this.endLine();
    this.#view.close();
  }
}

function blank(line: string): boolean {
  return /^[ \t]*$/.test(line);
}

function closes(fence: Fence, content: string): boolean {
  const line = content.trimEnd();
  return line.length >= fence.length && line === fence.sign.repeat(line.length);
}
