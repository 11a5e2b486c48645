// The document as its changes tell it, without any offset of ours: every character knows whether it was streamed.
import type * as vscode from 'vscode';

/** What is streamed in these tests is Chinese, what the person types is not. */
const isStreamed = (text: string): boolean => /[\u4e00-\u4fff]/.test(text);

export class Typed {
  /** Pieces of the answer that did not come directly behind the one before. */
  misplaced = 0;
  /** Changes of the person between two pieces of the answer. */
  between = 0;
  readonly #cells: { readonly text: string; readonly streamed: boolean }[];
  #cursor: number;

  constructor(text: string, cursor: number) {
    this.#cells = [...text].map((character) => ({ text: character, streamed: false }));
    this.#cursor = cursor;
  }

  /** How many of the keys X that the person pressed are there. */
  get typed(): number {
    return this.text.split('X').length - 1;
  }

  get answer(): string {
    return this.#cells
      .filter((cell) => cell.streamed)
      .map(({ text }) => text)
      .join('');
  }

  get text(): string {
    return this.#cells.map(({ text }) => text).join('');
  }

  change(changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    for (const { rangeOffset, rangeLength, text } of changes) {
      const streamed = isStreamed(text);
      const last = this.#cells.findLastIndex((cell) => cell.streamed);
      if (streamed && rangeOffset !== (last === -1 ? this.#cursor : last + 1)) this.misplaced++;
      // Before the first piece the place is a number; what is typed exactly there comes behind it.
      if (!streamed && last === -1 && rangeOffset < this.#cursor) this.#cursor += text.length - rangeLength;
      if (!streamed && last !== -1) this.between++;
      this.#cells.splice(rangeOffset, rangeLength, ...[...text].map((character) => ({ text: character, streamed })));
    }
  }
}
