/** Puts the tool calls of one request together: servers send each in pieces, told apart by an index. */
import type { Delta } from '../wire/delta.ts';

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text as the model wrote it; it may be empty for a tool without parameters, and need not be valid. */
  readonly arguments: string;
}

type ToolDelta = Extract<Delta, { type: 'tool' }>;

export class ToolCalls {
  readonly #byIndex = new Map<number, ToolCall>();

  /** A piece has come, so that what follows is no longer text alone. */
  get begun(): boolean {
    return this.#byIndex.size > 0;
  }

  /** Name and id hold from their first coming: some servers repeat them with every piece. */
  push(delta: ToolDelta): void {
    const known = this.#byIndex.get(delta.index) ?? { id: '', name: '', arguments: '' };
    this.#byIndex.set(delta.index, {
      id: known.id || delta.id,
      name: known.name || delta.name,
      arguments: known.arguments + delta.arguments,
    });
  }

  /** In the order of their indices. Ask only when the server has ended well: before that a call may lack its end. */
  calls(): readonly ToolCall[] {
    return [...this.#byIndex]
      .sort(([a], [b]) => a - b)
      .map(([index, call]) => (call.id === '' ? { ...call, id: `call_${index}` } : call));
  }
}
