/**
 * Turns the text of an answer into text of a document while it streams: removes fences, turns explanations into comments,
 * indents like the cursor's line. The result does not depend on how the answer was split.
 */
import { commentSafe, commentStyle, type CommentMarks, type CommentStyle } from './comment.ts';
import type { CursorPlace } from './cursorPlace.ts';
import { Indenter, type Indentation } from './indent.ts';
import { TextShape } from './textShape.ts';
import { Unfence, type Kind } from './unfence.ts';

/**
 * What to do with explanations around code in a code file; the setting `rivulet.insert.prose`. In languages without
 * comments, `comment` keeps them unchanged.
 */
export type Prose = 'comment' | 'drop' | 'keep';

export interface ShapeOptions {
  /** VS Code's identifier of the language at the cursor, which may be embedded in the document's. */
  readonly language: string;
  readonly comments: CommentMarks;
  /** The document is plain text or Markdown: nothing is removed from the answer. */
  readonly verbatim: boolean;
  readonly place: CursorPlace;
  readonly indentation: Indentation;
  /** Text of the cursor's line before and after the cursor (or the selection). */
  readonly lineBefore: string;
  readonly lineAfter: string;
  readonly prose: Prose;
  /** `code`: the text is code already (a copied code block), without fences and talk. */
  readonly content: 'answer' | 'code';
  /** Begin on a new line under the cursor's. */
  readonly ownLine: boolean;
  /** A selection is replaced: what follows it belongs to the same line. */
  readonly replaces: boolean;
  /** The text becomes all of an empty file, whose last line has a line end. Default false. */
  readonly isFile?: boolean;
}

export class Shape {
  readonly #options: ShapeOptions;
  readonly #base: string;
  readonly #comment: CommentStyle | undefined;
  readonly #prose: Prose;
  readonly #verbatim: boolean;
  /** The beginning of an answer inside a comment or string, until it is known whether the answer belongs there. */
  #beginning: string | undefined;
  #textShape: TextShape | undefined;
  #indenter: Indenter;
  #unfence: Unfence | undefined;
  /** The answer begins on a new line. */
  #ownLine: boolean;
  /** Final text that was not returned yet. */
  #out = '';
  /** A carriage return or half of a surrogate pair at the end of the last piece. */
  #tail = '';
  /** White space at the beginning of the line, until something follows it. */
  #space: string | undefined = '';
  /** Line ends that wait for something to follow them. */
  #breaks = 0;
  #last: { readonly kind: Kind; readonly block: number } | undefined;
  #character = '';
  #hasContent = false;

  constructor(options: ShapeOptions) {
    this.#options = options;
    // An item of a list holds what begins after its mark.
    const margin = options.language === 'yaml' ? /^[ \t]*(?:-[ \t]+)*/ : /^[ \t]*/;
    this.#base = (margin.exec(options.lineBefore)?.[0] ?? '').replaceAll('-', ' ');
    this.#comment = commentStyle(options.comments);
    this.#prose = options.prose === 'comment' && this.#comment === undefined ? 'keep' : options.prose;
    this.#verbatim = options.verbatim;
    this.#ownLine = options.ownLine;
    this.#indenter = this.#newIndenter();
    const { type } = options.place;
    if (!this.#verbatim && options.content === 'answer') {
      this.#unfence = new Unfence(options.language, {
        text: (kind, text, block) => this.#text(kind, text, block),
        lineEnd: (kind) => this.#lineEnd(kind),
      });
    }
    // The line below a line comment is code.
    if (this.#verbatim || type === 'code' || (type === 'line-comment' && options.ownLine)) return;
    if (options.content === 'answer') this.#beginning = '';
    else this.#begin(type === 'line-comment' ? 'code' : 'text');
  }

  /** False while the answer consists only of explanations. */
  get hasContent(): boolean {
    return this.#hasContent || this.#textShape !== undefined;
  }

  /** Takes the next piece of the answer and returns the text to insert now, with `\n` as line end. */
  push(text: string): string {
    const whole = this.#tail + text;
    const held = /(?:\r|[\uD800-\uDBFF])$/.test(whole) ? 1 : 0;
    this.#tail = whole.slice(whole.length - held);
    this.#feed(whole.slice(0, whole.length - held).replace(/\r\n?/g, '\n'));
    return this.#give();
  }

  /** Ends the answer and returns the text that was held back. */
  end(): string {
    this.#feed(this.#tail.replace('\r', '\n'));
    this.#tail = '';
    if (this.#beginning !== undefined) this.#decide(this.#beginning, true);
    if (this.#textShape !== undefined) return this.#give() + this.#textShape.end();
    this.#unfence?.end();
    const fileEnd = this.#options.isFile === true && this.#last !== undefined ? '\n' : '';
    if (this.#verbatim) {
      // The line end after a selection stays.
      if (!this.#options.replaces) this.#out += '\n'.repeat(this.#breaks);
      if (this.#breaks === 0 && this.#last === undefined) this.#out += this.#space ?? '';
      this.#breaks = 0;
    } else if (this.#last !== undefined) {
      const { place, lineAfter } = this.#options;
      const isComment = this.#isComment(this.#last.kind);
      if (isComment) this.#closeComment();
      // Text after the cursor must not become part of a comment, and the rest of a comment must not become code.
      if (lineAfter.trim() !== '' && place.type === 'line-comment' && !this.#options.ownLine) this.#out += `\n${this.#base}${place.mark} `;
      else if (lineAfter.trim() !== '' && !this.#ownLine && (isComment || this.#isWholeLines)) this.#out += `\n${this.#base}`;
    }
    this.#last = undefined;
    return this.#give() + fileEnd;
  }

  #give(): string {
    const out = this.#out;
    this.#out = '';
    return out;
  }

  /** Whole lines were inserted before the text of the cursor's line. A partly replaced line stays one line. */
  get #isWholeLines(): boolean {
    return this.#breaks > 0 && this.#options.lineBefore.trim() === '' && !this.#options.replaces;
  }

  #newIndenter(): Indenter {
    return new Indenter(documentIndentation(this.#options), this.#base, this.#ownLine ? this.#base : this.#options.lineBefore);
  }

  #decide(beginning: string, isOver: boolean): void {
    const { place } = this.#options;
    const content = contentOf(beginning, place.type === 'line-comment' ? place.mark : undefined, isOver);
    this.#beginning = content === undefined ? beginning : undefined;
    if (content === undefined) return;
    this.#begin(content);
    this.#feed(beginning);
  }

  /** Code does not belong into the comment that requests it: it goes to a new line below. */
  #begin(content: 'text' | 'fenced-text' | 'code'): void {
    const { place } = this.#options;
    if (content === 'code' || place.type === 'code') {
      this.#ownLine = true;
      this.#indenter = this.#newIndenter();
    } else this.#textShape = new TextShape({ ...this.#options, place, fenced: content === 'fenced-text' });
  }

  #feed(text: string): void {
    if (this.#beginning !== undefined) {
      this.#decide(this.#beginning + text, false);
      return;
    }
    if (this.#textShape !== undefined) {
      this.#out += this.#textShape.push(text);
      return;
    }
    if (this.#unfence !== undefined) {
      this.#unfence.push(text);
      return;
    }
    for (const [index, line] of text.split('\n').entries()) {
      if (index > 0) this.#lineEnd('code');
      if (line !== '') this.#text('code', line, 0);
    }
  }

  #isComment(kind: Kind): boolean {
    return kind === 'prose' && this.#prose === 'comment';
  }

  #isDropped(kind: Kind): boolean {
    return kind === 'prose' && this.#prose === 'drop';
  }

  #lineEnd(kind: Kind): void {
    if (this.#isDropped(kind)) return;
    if (this.#space === undefined && this.#last !== undefined && this.#isComment(this.#last.kind)) this.#closeComment();
    this.#breaks++;
    this.#space = '';
  }

  #closeComment(): void {
    const close = this.#comment?.close ?? '';
    if (close !== '' && this.#space === undefined) this.#out += ` ${close}`;
  }

  #text(kind: Kind, text: string, block: number): void {
    if (kind === 'code') this.#hasContent = true;
    if (this.#isDropped(kind)) return;
    let rest = text;
    if (this.#space !== undefined) {
      rest = text.replace(/^[ \t]+/, '');
      this.#space += text.slice(0, text.length - rest.length);
      if (rest === '') return;
      this.#lineStart(kind, this.#space, rest, block);
      this.#space = undefined;
      this.#last = { kind, block };
    }
    if (this.#isComment(kind)) this.#out += this.#safe(rest);
    else {
      this.#indenter.text(rest);
      this.#out += rest;
    }
  }

  #safe(text: string): string {
    if (this.#comment === undefined || this.#comment.close === '') return text;
    let safe = '';
    for (const character of text) {
      safe += commentSafe(this.#comment.close, character, this.#character);
      this.#character = character;
    }
    return safe;
  }

  #lineStart(kind: Kind, space: string, rest: string, block: number): void {
    const breaks = this.#breaksBefore(kind, block, space);
    const atCursor = this.#last === undefined && breaks === 0;
    const isNewBlock = this.#last !== undefined && (this.#last.block !== block || this.#last.kind !== kind);
    this.#breaks = 0;
    this.#out += '\n'.repeat(breaks);
    if (kind === 'prose') {
      if (!atCursor && !(this.#isComment(kind) && this.#comment?.atMargin === true)) this.#out += this.#base;
      if (this.#isComment(kind)) this.#out += `${(this.#comment?.open ?? '').trimEnd()} ${space}`;
      else this.#out += space;
      this.#character = '';
      return;
    }
    if (isNewBlock) this.#indenter.startBlock();
    this.#indenter.isFenced = block > 0 || this.#options.content === 'code';
    if (!atCursor) {
      this.#out += this.#indenter.line(space, rest);
      return;
    }
    // The cursor's line has its white space already. After text, a space may be a separator.
    const { lineBefore } = this.#options;
    if (this.#base === '' && lineBefore === '') this.#out += this.#indenter.line(space, rest);
    else if (lineBefore.trim() === '' || /\s$/.test(lineBefore)) this.#indenter.first(space);
    else this.#out += space;
  }

  /** Line ends to write before the line that begins now. */
  #breaksBefore(kind: Kind, block: number, space: string): number {
    const last = this.#last;
    if (last === undefined) {
      if (this.#verbatim) return this.#breaks + (this.#ownLine ? 1 : 0);
      if (this.#ownLine) return 1;
      // On a blank line, a leading line end would only move the code down. After text such as "def f():" it is kept; a fenced
      // answer can only express it by indenting its first line.
      if (kind === 'prose' || this.#options.lineBefore.trim() === '') return 0;
      if (block === 0) return this.#breaks;
      return space !== '' && !/\s$/.test(this.#options.lineBefore) ? 1 : 0;
    }
    if (last.block === block && last.kind === kind) return this.#breaks;
    if (kind === 'prose' || this.#prose === 'keep') return Math.max(1, this.#breaks);
    // Explanations are placed directly above their code; two code blocks in a row are separated by a blank line.
    return last.kind === 'prose' ? 1 : Math.max(2, this.#breaks);
  }
}

/**
 * The kind of an answer inside a comment or string, by its beginning; undefined while that is undecided.
 * @param mark of the line comment at the cursor
 */
function contentOf(beginning: string, mark: string | undefined, isOver: boolean): 'text' | 'fenced-text' | 'code' | undefined {
  const text = beginning.trimStart();
  if (!isOver && /^(?:`{0,2}|~{0,2})$/.test(text)) return undefined;
  const fence = /^(?:```|~~~)[^\n]*(\n?)/.exec(text);
  if (fence === null) return 'text';
  if (mark === undefined) return 'fenced-text';
  const code = text.slice(fence[0].length).trimStart();
  if (!isOver && (fence[1] === '' || (code.length < mark.length && mark.startsWith(code)))) return undefined;
  return code.startsWith(mark) ? 'fenced-text' : 'code';
}

/** YAML forbids tabs and a Makefile's recipes need them, whatever the editor is set to. Elsewhere the cursor's line knows best. */
function documentIndentation({ language, indentation, lineBefore }: ShapeOptions): Indentation {
  if (language === 'yaml' || language === 'dockercompose') return { ...indentation, tabs: false };
  return language === 'makefile' || /^\t+(?! )/.test(lineBefore) ? { ...indentation, tabs: true } : indentation;
}

/** Replaces `\n` by the document's line ends. */
export function withEol(text: string, eol: '\n' | '\r\n'): string {
  return eol === '\n' ? text : text.replaceAll('\n', eol);
}
