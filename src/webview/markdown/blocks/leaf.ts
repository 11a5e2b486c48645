// A block that holds text: it grows by pieces of lines, and can be drawn at any time.

export interface Leaf {
  readonly element: HTMLElement;
  /** Takes a piece of the current line, without a line end. Returns what follows the block's end mark on the same line. */
  text(piece: string): string | undefined | void;
  /** An interrupted answer continues with the next text. Missing where no mark fits in. */
  seam?(mark: HTMLElement): void;
  /** The current line is complete. Returns whether it also ends the block. */
  endLine(): 'open' | 'closed';
  /** Shows the text so far as if the answer ended here. `more`: further text is already waiting. */
  draw(more: boolean): void;
  /** The answer broke off: shows the text so far as it is. */
  pause?(): void;
  /** The block is complete. */
  close(): void;
}
