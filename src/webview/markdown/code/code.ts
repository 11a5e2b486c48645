// A block of code as it grows: fenced, indented, or raw HTML, which is shown as the text that it is.
import type { Cursor } from '../blocks/cursor.ts';
import type { Leaf } from '../blocks/leaf.ts';
import { decidedInFence, type HtmlKind } from '../blocks/starts.ts';
import type { RenderContext } from '../renderContext.ts';
import { CodeView } from './codeView.ts';

export interface Fence {
  readonly sign: string;
  readonly length: number;
  /** Columns before the fence, which its lines may have, too. */
  readonly indent: number;
  readonly info: string;
}

/** Languages whose code holds fences itself, also as the ending of a file's name. */
const HOLDS_FENCES = /^(?:\S*[.:/])?(?:markdown|md|mdx|mkd|mdown|rmd|qmd|gfm|quarto)(?:[:{=,}]\S*)?$/i;

/** After this many blank lines, indented code is another block. */
const MOST_BLANK_LINES = 500;

export class Code implements Leaf {
  readonly fence: Fence | undefined;
  readonly #html: HtmlKind | undefined;
  readonly #view: CodeView;
  /** The block's fence, and those that were opened inside; the innermost is last. */
  readonly #fences: { readonly sign: string; readonly length: number; readonly holdsFences: boolean }[] = [];
  /** The current line, as far as its text matters here: whether it is blank, or ends raw HTML. */
  #line: string | undefined;
  /** Blank lines that belong to indented code only if more of it follows. */
  #blankLines: string[] = [];

  constructor(tools: RenderContext, fence?: Fence, html?: HtmlKind) {
    this.fence = fence;
    this.#html = html;
    const language = html ? 'html' : (fence && tools.inline.md.utils.unescapeAll(fence.info).split(/\s/)[0]) || '';
    if (fence) this.#fences.push({ ...fence, holdsFences: HOLDS_FENCES.test(language) });
    this.#view = new CodeView(language, tools);
  }

  get element(): HTMLElement {
    return this.#view.element;
  }

  /** Whether more text on this line, inside a fence, can no longer make it a fence. */
  decides({ content, rest }: Cursor): boolean {
    const { sign, holdsFences } = this.#fences.at(-1)!;
    // Where fences may open, only the whole line says which one it is.
    return holdsFences ? decidedInFence(rest, '`~') && !/^(?:```|~~~)/.test(content) : decidedInFence(rest, sign);
  }

  /** What the block makes of a line: takes it, ends with it, or leaves it to others. Steps over its indentation. */
  claim(cursor: Cursor): 'take' | 'last' | 'leave' {
    if (this.fence) {
      if (!cursor.indented && this.#closes(cursor.content)) return 'last';
      cursor.columns(Math.min(this.fence.indent, cursor.indent));
      return 'take';
    }
    if (this.#html) return 'take';
    if (cursor.blank && this.#blankLines.length === MOST_BLANK_LINES) return 'leave';
    if (cursor.indented) cursor.columns(4);
    else if (cursor.blank) cursor.toContent();
    else return 'leave';
    return 'take';
  }

  text(piece: string): void {
    if (this.fence) {
      this.#line = '';
      return this.#view.text(piece);
    }
    const before = this.#line ?? '';
    if (this.#html) {
      this.#line = before + piece;
      return this.#view.text(piece);
    }
    // Text that follows something else than spaces says nothing new.
    if (!blank(before)) return this.#view.text(piece);
    this.#line = before + piece;
    if (blank(this.#line)) return;
    for (const line of this.#blankLines) {
      this.#view.text(line);
      this.#view.endLine();
    }
    this.#blankLines = [];
    this.#view.text(this.#line);
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
    return this.#html?.closes.test(line) ? 'closed' : 'open';
  }

  draw(): void {
    this.#view.draw();
  }

  close(): void {
    if (this.#line !== undefined) this.endLine();
    this.#view.close();
  }

  /** In markdown, a fence with a language or of the other sign opens an inner block, and the next bare fence closes that one. */
  #closes(content: string): boolean {
    const [signs, sign] = /^([`~])\1{2,}/.exec(content) ?? [];
    if (signs === undefined || sign === undefined) return false;
    const { length } = signs;
    const inner = this.#fences.at(-1)!;
    const same = sign === inner.sign;
    if (same && length < inner.length) return false;
    const info = content.slice(length).trim();
    if (same && info === '') {
      this.#fences.pop();
      return this.#fences.length === 0;
    }
    if (inner.holdsFences && !/[`~]/.test(info)) this.#fences.push({ sign, length, holdsFences: HOLDS_FENCES.test(info.split(/\s/)[0]!) });
    return false;
  }
}

function blank(line: string): boolean {
  return /^[ \t]*$/.test(line);
}
