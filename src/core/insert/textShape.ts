/**
 * Shapes an answer inside a comment or string: each line continues as the user began it, without new marks. Fences are removed
 * only if the answer begins with one; otherwise they belong to the text, as in doc comments.
 */
import { commentSafe } from './comment.ts';
import type { CursorPlace, StringEscape } from './cursorPlace.ts';
import { Unfence } from './unfence.ts';

export interface TextShapeOptions {
  readonly language: string;
  /** Text of the cursor's line before the cursor. */
  readonly lineBefore: string;
  readonly place: Exclude<CursorPlace, { readonly type: 'code' }>;
  /** Begin on a new line under the cursor's. */
  readonly ownLine: boolean;
  /** The answer begins with a fence. */
  readonly fenced: boolean;
}

export class TextShape {
  readonly #place: TextShapeOptions['place'];
  readonly #lineBefore: string;
  readonly #ownLine: boolean;
  /** The beginning of each further line. */
  readonly #lineStart: string;
  readonly #close: string;
  readonly #escapes: readonly StringEscape[];
  readonly #break: string;
  readonly #unfence: Unfence | undefined;
  #out = '';
  /** The beginning of the current line while it is undecided. */
  #held: string | undefined = '';
  #breaks = 0;
  #hasText = false;
  /** Indentation of the first line, which is removed from the others. */
  #indent = '';
  /** The last characters, which may be part of a closing mark. */
  #tail = '';

  constructor({ language, lineBefore, place, ownLine, fenced }: TextShapeOptions) {
    this.#place = place;
    this.#lineBefore = lineBefore;
    this.#ownLine = ownLine;
    const base = /^[ \t]*/.exec(lineBefore)?.[0] ?? '';
    const mark = place.type === 'line-comment' ? `${place.mark} ` : place.type === 'block-comment' ? place.mark : '';
    this.#lineStart = base + mark;
    this.#close = place.type === 'block-comment' ? place.close : '';
    this.#escapes = place.type === 'string' ? place.escapes : [];
    this.#break = place.type === 'string' ? place.lineEnd : '\n';
    if (!fenced) return;
    this.#unfence = new Unfence(language, {
      text: (_kind, text) => this.#part(text),
      lineEnd: () => this.#lineEnd(),
    });
  }

  /** @param text whole characters, with `\n` as line end */
  push(text: string): string {
    if (this.#unfence !== undefined) this.#unfence.push(text);
    else {
      for (const [index, line] of text.split('\n').entries()) {
        if (index > 0) this.#lineEnd();
        if (line !== '') this.#part(line);
      }
    }
    return this.#give();
  }

  /** Trailing line ends are dropped: the text after the cursor closes the comment or string. */
  end(): string {
    this.#unfence?.end();
    if (this.#held !== undefined && !this.#isBlank(this.#held)) this.#release(this.#held);
    return this.#give();
  }

  #give(): string {
    const out = this.#out;
    this.#out = '';
    return out;
  }

  #part(text: string): void {
    if (this.#held === undefined) {
      this.#write(text);
      return;
    }
    this.#held += text;
    if (!this.#isUndecided(this.#held)) this.#release(this.#held);
  }

  #lineEnd(): void {
    if (this.#held !== undefined && !this.#isBlank(this.#held)) this.#release(this.#held);
    // Leading blank lines would only push the text away from the cursor.
    if (this.#hasText) this.#breaks++;
    this.#held = '';
  }

  /** Only white space, possibly with a comment mark. */
  #isBlank(line: string): boolean {
    const text = line.trim();
    return text === '' || (this.#place.type === 'line-comment' && text === this.#place.mark);
  }

  #isUndecided(line: string): boolean {
    return this.#isBlank(line) || (this.#place.type === 'line-comment' && this.#place.mark.startsWith(line.trim()));
  }

  #release(line: string): void {
    this.#held = undefined;
    let text = line;
    if (this.#place.type === 'line-comment') {
      const { mark } = this.#place;
      const inner = line.trimStart();
      // The model may begin each line with the mark itself.
      if (inner.startsWith(`${mark} `)) text = inner.slice(mark.length + 1);
    }
    const isFirst = !this.#hasText;
    this.#hasText = true;
    if (isFirst) {
      this.#indent = /^[ \t]*/.exec(text)?.[0] ?? '';
      if (this.#ownLine) this.#newLine(this.#lineStart);
      // The user has not typed the space after the mark yet.
      else if (this.#place.type === 'line-comment' && this.#lineBefore.endsWith(this.#place.mark)) this.#write(' ');
    } else {
      for (; this.#breaks > 1; this.#breaks--) this.#newLine(this.#lineStart.trimEnd());
      this.#newLine(this.#lineStart);
    }
    this.#breaks = 0;
    this.#write(text.startsWith(this.#indent) ? text.slice(this.#indent.length) : text);
  }

  #newLine(start: string): void {
    // A blank line of a string or an unmarked block keeps no white space.
    this.#out += this.#break === '\n' ? `\n${start}` : this.#break;
    this.#tail = '';
  }

  #write(text: string): void {
    if (this.#close === '' && this.#escapes.length === 0) {
      this.#out += text;
      return;
    }
    for (const character of text) {
      if (this.#close === '') this.#escape(character);
      else {
        this.#out += commentSafe(this.#close, character, this.#tail);
        this.#tail = character;
      }
    }
  }

  /** Keeps the character from completing a mark that ends the string, unless the answer has done so. */
  #escape(character: string): void {
    const tail = this.#tail + character;
    const found = this.#unfence === undefined ? this.#escapes.find(({ mark }) => tail.endsWith(mark)) : undefined;
    const isEscaped = found !== undefined && found.by === '\\' && tail[tail.length - found.mark.length - 1] === '\\';
    const put = found === undefined || isEscaped ? character : (found.instead ?? found.by + character);
    this.#out += put;
    this.#tail = (this.#tail + put).slice(-4);
  }
}
