// What the block reader asks of a block that holds text: to grow by pieces of lines, and to be drawn as far as it got.

export interface Leaf {
  readonly element: HTMLElement;
  /** A piece of the current line; never a line end. The answer is what follows the block's end mark on the same line. */
  text(piece: string): string | undefined | void;
  /** A broken answer was joined before the next text; left out where no mark fits in. */
  seam?(mark: HTMLElement): void;
  /** The current line is over. The answer says whether that line also ended the block. */
  endLine(): 'open' | 'closed';
  /** Shows what has come, with the unfinished rest as it would be if the answer ended here. `more`: text waits already. */
  draw(more: boolean): void;
  /** Nothing comes for now: shows what has come as it is. */
  pause?(): void;
  /** Nothing follows. */
  close(): void;
}
