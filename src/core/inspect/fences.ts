/**
 * Finds code fences in streaming text by the rules of CommonMark (0.31, 4.5): backticks and tildes, a closing fence at
 * least as long as the opening one, indented at most three columns, also inside block quotes and list items, and unclosed
 * at the end.
 */

export interface FenceEdge {
  readonly edge: 'open' | 'close';
  /** First word of the info string, empty if there is none. */
  readonly language: string;
  /** Offset of the marker; for a fence closed by its container or by the end of the answer, the offset where that happens. */
  readonly offset: number;
  /** End of the fence's line, without its line break. */
  readonly lineEnd: number;
}

interface OpenFence {
  readonly marker: string;
  readonly language: string;
  readonly quotes: number;
  /** Columns taken by the list items around the fence. */
  readonly indent: number;
}

/** Longer lines cannot be fence lines; their rest is not kept. */
const maxLineCharacters = 400;

/** Lines that end a paragraph: headings, quotes, list items, fences. */
const blockStart = /^(?:#{1,6}(?:\s|$)|>|[-+*](?:\s|$)|\d{1,9}[.)](?:\s|$)|`{3,}[^`]*$|~{3,})/;

export class FenceTracker {
  readonly #found: (edge: FenceEdge) => void;
  #line = '';
  #lineAt = 0;
  #lineEnd = 0;
  #offset = 0;
  #open: OpenFence | undefined;
  /** Content columns of the open list items, outermost first. */
  #items: number[] = [];
  /** The previous line belongs to a paragraph, which the next line may continue without its container's marks. */
  #paragraph = false;

  constructor(found: (edge: FenceEdge) => void) {
    this.#found = found;
  }

  /** Marker and language of the open fence, like "```ts". */
  get open(): string | undefined {
    return this.#open === undefined ? undefined : this.#open.marker + this.#open.language;
  }

  push(text: string): void {
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      this.#keep(text, from, end);
      this.#lineEnd = this.#offset + end;
      this.#endLine();
      from = end + 1;
      this.#lineAt = this.#offset + from;
      this.#line = '';
    }
    this.#keep(text, from, text.length);
    this.#offset += text.length;
  }

  /** Ends the text: the last line counts, and an open fence is closed. */
  end(): void {
    this.#lineEnd = this.#offset;
    this.#endLine();
    this.#line = '';
    this.#lineAt = this.#offset;
    if (this.#open !== undefined) this.#close(this.#offset);
  }

  #keep(text: string, from: number, to: number): void {
    const room = maxLineCharacters - this.#line.length;
    if (room > 0 && to > from) this.#line += text.slice(from, Math.min(to, from + room));
  }

  #endLine(): void {
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line;
    if (this.#open === undefined) {
      // Fast path: most lines contain nothing that could be a fence.
      if (line !== '' || this.#items.length > 0) this.#outside(line);
      return;
    }
    const inner = stripQuotes(line, this.#open.quotes);
    const column = indentOf(inner.rest);
    const blank = unindented(inner.rest) === '';
    const left = inner.quotes < this.#open.quotes || (!blank && column < this.#open.indent);
    if (left) {
      this.#close(this.#lineAt);
      this.#outside(line);
      return;
    }
    if (column - this.#open.indent > 3) return;
    const marker = /^(`{3,}|~{3,})[ \t]*$/.exec(unindented(inner.rest))?.[1];
    if (marker === undefined || marker[0] !== this.#open.marker[0] || marker.length < this.#open.marker.length) return;
    this.#close(this.#lineAt + line.indexOf(marker));
  }

  #outside(line: string): void {
    const { rest, quotes } = stripQuotes(line, Infinity);
    if (unindented(rest) === '') {
      this.#paragraph = false;
      return;
    }
    let column = indentOf(rest);
    let text = unindented(rest);
    // A lazy line (CommonMark 5.1) closes none of the items around the paragraph.
    if (this.#paragraph && quotes === 0 && !blockStart.test(text)) return;
    while (this.#items.length > 0 && column < (this.#items.at(-1) as number)) this.#items.pop();
    // A list marker may be followed by another, or by a fence, on the same line.
    for (;;) {
      const base = this.#items.at(-1) ?? 0;
      if (column - base > 3) return;
      this.#paragraph = false;
      const item = /^(?:[-+*]|\d{1,9}[.)])(\s+|$)/.exec(text);
      if (item === null) break;
      const gap = item[1]?.length ?? 0;
      const width = gap > 4 || gap === 0 ? item[0].length - gap + 1 : item[0].length;
      this.#items.push(column + width);
      column += item[0].length;
      text = text.slice(item[0].length);
    }
    const fence = /^(?:(`{3,})([^`]*)|(~{3,})([^]*))$/.exec(text);
    if (fence === null) {
      this.#paragraph = text !== '' && !/^(?:#{1,6}(?:\s|$)|(?:[-_*][ \t]*){3,}$)/.test(text);
      return;
    }
    const marker = (fence[1] ?? fence[3]) as string;
    const language = /^\S*/.exec((fence[2] ?? fence[4] ?? '').trim())?.[0] ?? '';
    this.#open = { marker, language, quotes, indent: this.#items.at(-1) ?? 0 };
    this.#found({ edge: 'open', language, offset: this.#lineAt + line.indexOf(marker), lineEnd: this.#lineEnd });
  }

  #close(offset: number): void {
    const language = this.#open?.language ?? '';
    this.#open = undefined;
    this.#found({ edge: 'close', language, offset, lineEnd: this.#lineEnd });
  }
}

/** Other white space is text to Markdown. */
function unindented(line: string): string {
  return line.replace(/^[ \t]+/, '');
}

function stripQuotes(line: string, most: number): { readonly rest: string; readonly quotes: number } {
  let rest = line;
  let quotes = 0;
  for (let match; quotes < most && (match = /^ {0,3}> ?/.exec(rest)) !== null; quotes++) rest = rest.slice(match[0].length);
  return { rest, quotes };
}

function indentOf(text: string): number {
  let column = 0;
  for (const character of text) {
    if (character === ' ') column++;
    else if (character === '\t') column += 4 - (column % 4);
    else break;
  }
  return column;
}
