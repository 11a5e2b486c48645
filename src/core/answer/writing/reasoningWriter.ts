/**
 * Writes reasoning to the tape as a stream with its own offsets. Marks where a request starts reasoning from the beginning,
 * so that two passes are never read as one, and reports what a lost attempt cost.
 */
import type { StreamEvent, TokenCost } from '../../../api.ts';
import type { Tape } from '../tape/tape.ts';

/** Also of an attempt of another stream, whose cost is not known here. */
const unknownCost: TokenCost = { prompt: 0, completion: 0 };

export class ReasoningWriter {
  readonly #tape: Tape<StreamEvent>;
  #length: number;
  /** Offset at which the current request's reasoning begins. */
  #begin: number;
  /** Of the attempts since the last mark. */
  #lost: TokenCost | undefined;
  /** What stands between the reasoning there is and the next piece. */
  #between: 'nothing' | 'seam' | 'paragraph' = 'nothing';

  /**
   * @param length characters of reasoning that an earlier stream of the same answer has written
   * @param hasText whether it has written text, so that the answer is continued
   */
  constructor(tape: Tape<StreamEvent>, length: number, hasText: boolean) {
    this.#tape = tape;
    this.#length = this.#begin = length;
    if (length > 0 && hasText) this.#between = 'seam';
    else if (length > 0) this.#lost = unknownCost;
  }

  /** The usual path: nothing was lost, or the place is already marked. */
  get isMarked(): boolean {
    return this.#lost === undefined;
  }

  /**
   * @param role what the new request's reasoning is to that before it: another answer's, or a continued one's; part of the same
   * turn; the rest of the same thought; or the very same answer, read on
   */
  request(role: 'answer' | 'turn' | 'rest' | 'same'): void {
    if (role === 'same') {
      this.#lost = undefined;
      this.#between = 'nothing';
      return;
    }
    if (this.#length > 0 && this.#lost === undefined) this.#between = role === 'turn' ? 'paragraph' : 'seam';
    if (role !== 'rest') this.#begin = this.#length;
  }

  /** The requests for it have brought no text, and the model is asked from the start. */
  lose(costs: readonly TokenCost[]): void {
    if (this.#length === this.#begin) return;
    this.#between = 'nothing';
    let { prompt, completion } = this.#lost ?? unknownCost;
    for (const cost of costs) {
      prompt += cost.prompt;
      completion += cost.completion;
    }
    this.#lost = { prompt, completion };
  }

  mark(): void {
    if (this.#lost === undefined) return;
    this.#tape.write({ type: 'seam', part: 'reasoning', offset: this.#length, overlap: 0, anew: this.#lost });
    this.#lost = undefined;
    this.#between = 'nothing';
  }

  push(text: string): void {
    if (this.#between === 'seam') this.#tape.write({ type: 'seam', part: 'reasoning', offset: this.#length, overlap: 0 });
    const piece = this.#between === 'paragraph' ? `\n\n${text}` : text;
    this.#between = 'nothing';
    this.#length += piece.length;
    this.#tape.write({ type: 'reasoning', text: piece });
  }
}
