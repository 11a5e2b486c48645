/** Assembles the function calls of an answer: complete ones, and those whose arguments arrive in pieces by JSON path. */
import { exactly, isFields, type JsonFields, recordsIn, wordIn } from '../reading/json.ts';
import { argumentsIn, objectText } from '../reading/objectText.ts';
import { type Failure, ownFailure } from '../failures/ownFailures.ts';
import type { DeltaSink } from '../provider.ts';
import { setAt } from './jsonPath.ts';
import type { Kept } from './signatures.ts';

interface Draft {
  readonly index: number;
  readonly name: string;
  readonly args: Record<string, unknown>;
  /** The server has announced more arguments. */
  willContinue: boolean;
}

export class FunctionCalls {
  readonly #sink: DeltaSink;
  #count = 0;
  /** The last call: pieces without a name belong to it. */
  #last: Draft | undefined;
  #open = false;
  failure: Failure | undefined;

  constructor(sink: DeltaSink) {
    this.#sink = sink;
  }

  get any(): boolean {
    return this.#count > 0;
  }

  /** The answer has ended, but a call has not. */
  get open(): boolean {
    return this.#open;
  }

  take(call: JsonFields, thoughtSignature: string): void {
    const name = wordIn(call, 'name');
    const draft = name === '' ? (this.#last ?? this.#namelessOf(call)) : this.#begin(name, wordIn(call, 'id'), thoughtSignature);
    if (draft === undefined) return;
    const args = objectOf(argumentsIn(call));
    if (args === undefined) this.failure ??= ownFailure('tool-arguments', [name]);
    else Object.assign(draft.args, args);
    for (const piece of recordsIn(call, 'partialArgs'))
      if (!setAt(draft.args, piece)) this.failure ??= ownFailure('tool-arguments', [name]);
    draft.willContinue = call['willContinue'] === true;
  }

  /** Delivers the arguments of the last call, which is complete. */
  close(): void {
    const draft = this.#last;
    if (draft === undefined) return;
    this.#last = undefined;
    this.#open ||= draft.willContinue;
    if (!draft.willContinue) this.#sink({ type: 'tool', index: draft.index, id: '', name: '', arguments: JSON.stringify(draft.args) });
  }

  #begin(name: string, id: string, thoughtSignature: string): Draft {
    this.close();
    const index = this.#count++;
    const kept: Kept = { on: 'call', thoughtSignature };
    // Before its call, as it is given back.
    if (thoughtSignature !== '') this.#sink({ type: 'opaque', value: kept, anchor: `tool:${index}` });
    this.#sink({ type: 'tool', index, id, name, arguments: '' });
    return (this.#last = { index, name, args: Object.create(null) as Record<string, unknown>, willContinue: false });
  }

  /** Arguments without a call become a call without a name, which is reported; an empty piece is ignored. */
  #namelessOf(call: JsonFields): Draft | undefined {
    return Object.keys(call).length === 0 ? undefined : this.#begin('', '', '');
  }
}

/** Undefined for the text of anything but an object. */
function objectOf(json: string): JsonFields | undefined {
  const text = json === '' ? '{}' : objectText(json);
  const value = text === undefined ? undefined : (JSON.parse(text, exactly) as unknown);
  return isFields(value) ? value : undefined;
}
