/** The answer as parts in order, as the model expects them back: reasoning that only it can read, text, tool calls. */
import type { Part } from '../../../api.ts';
import type { Delta } from '../../provider/provider.ts';
import type { ToolCall } from '../../request/toolCalls.ts';

/** Text and reasoning are joined once, at the end. */
type Said =
  | { readonly type: 'call'; readonly index: number }
  | { readonly type: 'text'; readonly pieces: string[] }
  | { readonly type: 'reasoning'; readonly pieces: string[]; opaque?: unknown };

export class AnswerParts {
  readonly #before: readonly Part[];
  readonly #said: Said[] = [];
  /** The indices of the calls so far. */
  readonly #calls = new Set<number>();

  /** @param before parts from earlier requests of the same answer */
  constructor(before: readonly Part[]) {
    this.#before = before;
  }

  push(delta: Delta): void {
    const last = this.#said.at(-1);
    switch (delta.type) {
      case 'text':
      case 'refusal':
        if (last?.type === 'text') last.pieces.push(delta.text);
        else this.#said.push({ type: 'text', pieces: [delta.text] });
        return;
      case 'reasoning':
        if (last?.type === 'reasoning' && last.opaque === undefined) last.pieces.push(delta.text);
        else this.#said.push({ type: 'reasoning', pieces: [delta.text] });
        return;
      case 'opaque':
        // Closes the reasoning before it, or stands alone.
        if (last?.type === 'reasoning' && last.opaque === undefined) last.opaque = delta.value;
        else this.#said.push({ type: 'reasoning', pieces: [], opaque: delta.value });
        return;
      case 'tool':
        if (this.#calls.has(delta.index)) return;
        this.#calls.add(delta.index);
        this.#said.push({ type: 'call', index: delta.index });
        return;
      case 'citation':
      case 'unshown':
      case 'usage':
      case 'response':
        return;
      default:
        delta satisfies never;
    }
  }

  /** @param calls the complete calls; if their places are unclear, they are put at the end */
  parts(calls: readonly ToolCall[]): readonly Part[] {
    const callParts = calls.map(({ id, name, arguments: json }): Part => ({ type: 'tool-call', id, name, arguments: json }));
    const inPlace = callParts.length === this.#calls.size;
    const all = [...this.#before];
    let next = 0;
    for (const one of this.#said) {
      if (one.type !== 'call') {
        const { pieces, ...part } = one;
        all.push({ ...part, text: pieces.join('') });
      } else if (inPlace) all.push(callParts[next++] as Part);
    }
    return inPlace ? all : [...all, ...callParts];
  }
}
