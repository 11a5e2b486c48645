// A place in one line of markdown that knows columns: a tab reaches to the next multiple of four.

const TAB_COLUMNS = 4;

export class Cursor {
  readonly line: string;
  offset = 0;
  column = 0;
  /** A tab of which only some columns have been passed. */
  #partialTab = false;
  nonspace = 0;
  nonspaceColumn = 0;

  constructor(line: string) {
    this.line = line;
    this.#look();
  }

  get indent(): number {
    return this.nonspaceColumn - this.column;
  }

  get indented(): boolean {
    return this.indent >= 4;
  }

  get blank(): boolean {
    return this.nonspace >= this.line.length;
  }

  /** The line from its first character that is not a space. */
  get content(): string {
    return this.line.slice(this.nonspace);
  }

  /** What is left, with a half-passed tab as the spaces that remain of it. */
  get rest(): string {
    if (!this.#partialTab) return this.line.slice(this.offset);
    return ' '.repeat(TAB_COLUMNS - (this.column % TAB_COLUMNS)) + this.line.slice(this.offset + 1);
  }

  #look(): void {
    let { offset, column } = this;
    for (; offset < this.line.length; offset++) {
      const char = this.line[offset];
      if (char === ' ') column++;
      else if (char === '\t') column += TAB_COLUMNS - (column % TAB_COLUMNS);
      else break;
    }
    this.nonspace = offset;
    this.nonspaceColumn = column;
  }

  toContent(): void {
    this.offset = this.nonspace;
    this.column = this.nonspaceColumn;
    this.#partialTab = false;
  }

  characters(count: number): void {
    this.offset += count;
    this.column += count;
    this.#partialTab = false;
    this.#look();
  }

  columns(count: number): void {
    while (count > 0 && this.offset < this.line.length) {
      const wide = this.line[this.offset] === '\t' ? TAB_COLUMNS - (this.column % TAB_COLUMNS) : 1;
      const step = Math.min(wide, count);
      this.#partialTab = wide > step;
      this.column += step;
      if (!this.#partialTab) this.offset++;
      count -= step;
    }
    this.#look();
  }
}
