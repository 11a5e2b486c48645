// The paragraphs of a growing answer as a screen reader reads them: whole ones only, and code by its number of lines.
import { fill } from '../shared/words.ts';

/** The fence of the open code block, and the lines in it. */
interface Fence {
  readonly mark: string;
  lines: number;
}

export class Paragraphs {
  readonly #codeLines: string;
  #line = '';
  #lines: string[] = [];
  #fence: Fence | undefined;

  /** @param codeLines the sentence for a block of code; `{0}` is how many lines it has */
  constructor(codeLines: string) {
    this.#codeLines = codeLines;
  }

  /** Takes a piece of text; returns the paragraphs completed by it. */
  take(text: string): readonly string[] {
    const lines = (this.#line + text).split('\n');
    this.#line = lines.pop()!;
    return lines.flatMap((line) => this.#take(line));
  }

  /** The rest, when the answer has ended. */
  end(): readonly string[] {
    const left = this.#line === '' ? [] : this.#take(this.#line);
    this.#line = '';
    return [...left, ...this.#closed()];
  }

  #take(line: string): readonly string[] {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (this.#fence !== undefined) {
      if (mark === undefined || !mark.startsWith(this.#fence.mark)) {
        this.#fence.lines += 1;
        return [];
      }
      const said = fill(this.#codeLines, this.#fence.lines);
      this.#fence = undefined;
      return [said];
    }
    if (mark !== undefined) {
      this.#fence = { mark, lines: 0 };
      return this.#closed();
    }
    if (line.trim() === '') return this.#closed();
    this.#lines.push(plain(line));
    return [];
  }

  #closed(): readonly string[] {
    const paragraph = this.#lines.join(' ').trim();
    this.#lines = [];
    return paragraph === '' ? [] : [paragraph];
  }
}

/** Removes Markdown marks that a screen reader would spell out, and accents without end, which take the browser seconds. */
function plain(line: string): string {
  return line
    .replace(/^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+)/, '')
    .replaceAll(/!?\[([^[\]]*)\]\([^)[]*\)/g, '$1')
    .replaceAll(/[*`~]{1,3}(?=\S)|(?<=\S)[*`~]{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)/g, '')
    .replaceAll('|', ' ')
    .replaceAll(/(?<=\p{M}{8})\p{M}+/gu, '')
    .trim();
}
