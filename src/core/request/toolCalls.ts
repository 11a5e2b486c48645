/** Puts the tool calls of one request together: servers send each in pieces, told apart by an index. */
import type { ToolDelta } from '../provider/provider.ts';

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text as the model wrote it; it may be empty for a tool without parameters, and need not be valid. */
  readonly arguments: string;
}

type Draft = { -readonly [key in keyof ToolCall]: ToolCall[key] } & { readonly index: number };

export class ToolCalls {
  /** In the order of their indices, and of their coming where one index is used again. */
  readonly #drafts: Draft[] = [];

  /** A piece has come, so that what follows is no longer text alone. */
  get begun(): boolean {
    return this.#drafts.length > 0;
  }

  /**
   * Name and id hold from their first coming: some servers repeat them with every piece. Others send every call whole
   * and under the index 0: there another id begins another call.
   */
  push({ index, id, name, arguments: piece }: ToolDelta): void {
    const known = this.#drafts.findLast((draft) => draft.index === index);
    if (known === undefined || (id !== '' && known.id !== '' && id !== known.id)) {
      const after = this.#drafts.findIndex((draft) => draft.index > index);
      this.#drafts.splice(after === -1 ? this.#drafts.length : after, 0, { index, id, name, arguments: piece });
      return;
    }
    known.id ||= id;
    known.name ||= name;
    known.arguments += piece;
  }

  /** Ask only when the server has ended well: before that a call may lack its end. */
  calls(): readonly ToolCall[] {
    return this.#drafts.map(({ id, name, arguments: json }, place) => ({ id: id || `call_${place}`, name, arguments: json }));
  }
}
