/**
 * Removes Markdown fences from a streaming answer: each line is passed on as code or prose, and a line is held back only
 * while it may still become a fence (CommonMark 0.31, section 4.5).
 */
import { looksLikeProse, mayIntroduce, proseLook, sentence } from './prose.ts';

export type Kind = 'code' | 'prose';

export interface Sink {
  /** Receives a line in any number of pieces. `block` counts code blocks and the explanations between them. */
  text(kind: Kind, text: string, block: number): void;
  lineEnd(kind: Kind): void;
}

/** `undecided` until the first line that is not blank; `bare` when that was code without a fence. */
type State =
  | { readonly type: 'undecided' }
  | { readonly type: 'bare' }
  | { readonly type: 'prose'; readonly listIndent: number }
  | { readonly type: 'fence'; readonly mark: string; readonly indent: number; readonly listIndent: number; readonly nested: Nested };

/**
 * Number of fences that are open inside the fence. Models that write Markdown in a fence rarely use longer outer marks, so there
 * a fence with a language opens an inner one. Undefined for other languages.
 */
type Nested = number | undefined;

/** Length of a line's start that shows a list mark or an explanation, in UTF-16 units. */
const headLength = proseLook;
const listItem = /^\s*(?:[-*+]|\d{1,9}[.)])\s+/;

export class Unfence {
  readonly #language: string;
  readonly #sink: Sink;
  #state: State = { type: 'undecided' };
  #block = 0;
  /** The held-back start of the line; undefined once the line is decided. */
  #held: string | undefined = '';
  /** A first line that is an explanation if a fence or another one follows, and the blank lines after it. */
  #opening = '';
  /** The beginning of a line that is passed on. */
  #head = '';
  /** The last line that is not blank is an explanation in any language. */
  #talked = false;

  /** @param language VS Code's identifier of the document's language */
  constructor(language: string, sink: Sink) {
    this.#language = language;
    this.#sink = sink;
  }

  /** Line ends are `\n`. */
  push(text: string): void {
    let from = 0;
    while (from < text.length) {
      const lineEnd = text.indexOf('\n', from);
      const to = lineEnd === -1 ? text.length : lineEnd;
      if (to > from) this.#part(text.slice(from, to));
      if (lineEnd === -1) return;
      this.#lineEnd();
      from = lineEnd + 1;
    }
  }

  end(): void {
    if (this.#held !== undefined && this.#held !== '' && !this.#fence(this.#held)) this.#release(true);
    this.#giveOpening();
    this.#held = '';
  }

  #part(part: string): void {
    if (this.#held === undefined) {
      this.#sink.text(this.#kind, part, this.#block);
      this.#head += part.slice(0, Math.max(0, headLength - this.#head.length));
      return;
    }
    this.#held += part;
    if (this.#mayBeFence(this.#held)) return;
    if (this.#state.type === 'undecided' && this.#held.trimStart().length < proseLook) return;
    this.#release(false);
  }

  #lineEnd(): void {
    if (this.#held !== undefined) {
      if (this.#fence(this.#held)) {
        this.#held = '';
        return;
      }
      if (this.#isOpening(this.#held)) {
        this.#opening += `${this.#held}\n`;
        this.#held = '';
        return;
      }
      this.#release(true);
    }
    this.#sink.lineEnd(this.#kind);
    this.#leave(this.#head);
    this.#held = '';
    this.#head = '';
  }

  /** Whether the next line decides about this one. */
  #isOpening(line: string): boolean {
    if (this.#state.type !== 'undecided') return false;
    if (this.#opening !== '') return line.trim() === '';
    return line.trim() !== '' && mayIntroduce(line, this.#language) && !looksLikeProse(line, true, this.#language);
  }

  /** The line after the opening has shown what the opening is. */
  #giveOpening(): void {
    const lines = this.#opening.split('\n').slice(0, -1);
    this.#opening = '';
    for (const line of lines) {
      if (line !== '') this.#sink.text(this.#kind, line, this.#block);
      this.#sink.lineEnd(this.#kind);
    }
  }

  /** The held-back text is not a fence. */
  #release(isWhole: boolean): void {
    let line = this.#held ?? '';
    this.#held = undefined;
    if (line.trim() !== '') this.#decide(line, isWhole);
    // The content of an indented fence loses the fence's indentation, all of which was held back.
    if (this.#state.type === 'fence') line = line.replace(new RegExp(`^ {0,${this.#state.indent}}`), '');
    this.#head = line.slice(0, headLength);
    if (line !== '') this.#sink.text(this.#kind, line, this.#block);
  }

  #decide(line: string, isWhole: boolean): void {
    if (this.#state.type !== 'undecided') return;
    const look = line.trimStart().slice(0, proseLook);
    const talks = looksLikeProse(look, isWhole && line.trimStart().length <= proseLook, this.#language);
    const begins = this.#opening === '' || sentence(this.#opening) !== undefined;
    this.#state = talks && begins ? { type: 'prose', listIndent: 0 } : { type: 'bare' };
    this.#giveOpening();
  }

  /** Fences may be indented under a list item. Checked on complete lines, which arrive in any pieces. */
  #leave(line: string): void {
    const state = this.#state;
    if (line.trim() !== '') this.#talked = looksLikeProse(line, line.length < headLength, '');
    if (state.type === 'fence' && state.nested !== undefined) {
      const inner = /^ {0,3}(`{3,}|~{3,})\s*[\w#+.-]/.exec(line)?.[1];
      const isSame = inner !== undefined && inner[0] === state.mark[0] && inner.length >= state.mark.length;
      if (isSame) this.#state = { ...state, nested: state.nested + 1 };
    }
    if (this.#state.type !== 'prose' || line.trim() === '') return;
    const item = listItem.exec(line);
    const indent = line.length - line.trimStart().length;
    if (item !== null) this.#state = { type: 'prose', listIndent: item[0].length };
    else if (indent < this.#state.listIndent) this.#state = { type: 'prose', listIndent: 0 };
  }

  get #kind(): Kind {
    return this.#state.type === 'prose' ? 'prose' : 'code';
  }

  /** Whether this start of a line can still become a fence. */
  #mayBeFence(line: string): boolean {
    const state = this.#state;
    switch (state.type) {
      case 'fence':
        return new RegExp(`^ *${state.mark[0]}*[ \\t]*$`).test(line) && this.#isNear(line, state.listIndent);
      case 'bare':
        return /^ {0,3}(?:`{0,3}|`{3,}[^`]*)$/.test(line);
      case 'undecided':
      case 'prose':
        return /^[ \t]*(?:`*|~*|`{3,}[^`]*|~{3,}.*)$/.test(line) && this.#isNear(line, this.#listIndent);
      default:
        state satisfies never;
        return false;
    }
  }

  get #listIndent(): number {
    return this.#state.type === 'prose' ? this.#state.listIndent : (listItem.exec(this.#opening)?.[0].length ?? 0);
  }

  /** Not indented so far that it would be indented code. */
  #isNear(line: string, listIndent: number): boolean {
    return line.trim() === '' || line.length - line.trimStart().length <= listIndent + 3;
  }

  /** Consumes a complete fence line; false for any other line. */
  #fence(line: string): boolean {
    const state = this.#state;
    const parts = /^([ \t]*)(`{3,}|~{3,})(.*)$/.exec(line);
    if (parts === null) return false;
    const [, space = '', mark = '', info = ''] = parts;
    if (state.type === 'fence') {
      const closes = mark[0] === state.mark[0] && mark.length >= state.mark.length && info.trim() === '';
      if (!closes || !this.#isNear(line, state.listIndent)) return false;
      if (state.nested !== undefined && state.nested > 0) {
        this.#state = { ...state, nested: state.nested - 1 };
        return false;
      }
      this.#enter({ type: 'prose', listIndent: state.listIndent });
      return true;
    }
    if ((mark[0] === '`' && info.includes('`')) || !this.#isNear(line, this.#listIndent)) return false;
    if (this.#opening !== '') {
      // Without a language, it may close a fence that was opened in the prompt.
      const isTalk = info.trim() !== '' || /[.:!…。：！]$/u.test(sentence(this.#opening) ?? '');
      this.#state = isTalk ? { type: 'prose', listIndent: this.#listIndent } : { type: 'bare' };
      this.#giveOpening();
    }
    if (this.#state.type === 'bare') {
      if (mark[0] === '~') return false;
      // It closes a fence that was opened in the prompt, unless the line before is an explanation.
      if (info.trim() === '' && !this.#talked) {
        this.#enter({ type: 'prose', listIndent: 0 });
        return true;
      }
    }
    this.#explain(info);
    const nested = /^\s*(?:\S*[.:/])?(?:markdown|md|mdx|mkd|mdown|rmd|qmd|gfm|quarto)(?:[:{=,]|\s|$)/i.test(info) ? 0 : undefined;
    this.#enter({ type: 'fence', mark, indent: space.length, listIndent: this.#listIndent, nested });
    return true;
  }

  /** Several words after the language are an explanation. Attributes and file names are not. */
  #explain(info: string): void {
    const words = info.trim().split(/\s+/).slice(1);
    if (words.length < 2 || !words.every((word) => /^[\p{L}\p{M}'’,.:;!?-]+$/u.test(word) && !/\w\.\w/.test(word))) return;
    this.#enter({ type: 'prose', listIndent: this.#listIndent });
    this.#sink.text('prose', words.join(' '), this.#block);
    this.#sink.lineEnd('prose');
  }

  #enter(state: State): void {
    this.#state = state;
    this.#block++;
  }
}
