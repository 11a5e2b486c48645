/**
 * Orders the events of an answer as they must be sent back: sealed reasoning directly after the text it belongs to, and
 * tool calls where the model made them.
 */
import type { Part, StreamEvent } from '../../api.ts';
import type { EndEvent, LiveStream } from '../../core/answer/liveStream.ts';
import type { ToolCall } from '../../core/request/toolCalls.ts';

export type AnswerPiece =
  | { readonly type: 'text' | 'reasoning'; readonly text: string }
  /** Closes the reasoning before it, or stands alone. */
  | { readonly type: 'opaque'; readonly value: unknown }
  /** The model was asked again; the reasoning so far belongs to a lost attempt. */
  | { readonly type: 'again' }
  | { readonly type: 'call'; readonly call: ToolCall }
  | { readonly type: 'end'; readonly end: EndEvent };

export class AnswerPieces {
  readonly #stream: Pick<LiveStream, 'parts' | 'toolCalls'>;
  /** Whether the last piece is reasoning that no sealed value has closed. */
  #reasons = false;
  /** Sealed values outside of reasoning. One may belong to a tool call, whose position is known only at the end. */
  #waiting: unknown[] = [];

  constructor(stream: Pick<LiveStream, 'parts' | 'toolCalls'>) {
    this.#stream = stream;
  }

  take(event: StreamEvent): readonly AnswerPiece[] {
    switch (event.type) {
      case 'text':
        this.#reasons = false;
        return [...this.#flush(), { type: 'text', text: event.text }];
      case 'reasoning':
        return this.#reasoning(event);
      case 'start':
        if (event.attempt === 1) return [];
        this.#reasons = false;
        return [{ type: 'again' }];
      case 'end':
        return [...this.#last(), { type: 'end', end: event }];
      case 'tool-call':
      case 'fence':
      case 'trigger':
      case 'usage':
      case 'wait':
      case 'loading':
      case 'seam':
        return [];
      default:
        return event satisfies never;
    }
  }

  #reasoning({ text, opaque }: Extract<StreamEvent, { type: 'reasoning' }>): readonly AnswerPiece[] {
    const pieces: AnswerPiece[] = [];
    if (text !== '') {
      pieces.push(...this.#flush(), { type: 'reasoning', text });
      this.#reasons = true;
    }
    if (opaque === undefined) return pieces;
    if (this.#reasons) pieces.push({ type: 'opaque', value: opaque });
    else this.#waiting.push(opaque);
    this.#reasons = false;
    return pieces;
  }

  #flush(): readonly AnswerPiece[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting.map((value) => ({ type: 'opaque', value }));
  }

  #last(): readonly AnswerPiece[] {
    const { parts, toolCalls } = this.#stream;
    const inPlace = parts.flatMap((part) => this.#pieceOf(part));
    const calls = inPlace.filter(({ type }) => type === 'call').length;
    if (calls === toolCalls.length && inPlace.length === calls + this.#waiting.length) return inPlace;
    return [...this.#flush(), ...toolCalls.map((call): AnswerPiece => ({ type: 'call', call }))];
  }

  #pieceOf(part: Part): readonly AnswerPiece[] {
    if (part.type === 'tool-call') return [{ type: 'call', call: part }];
    return part.type === 'reasoning' && this.#waiting.includes(part.opaque) ? [{ type: 'opaque', value: part.opaque }] : [];
  }
}

/** The pieces so far, with neighbouring texts joined. */
export function piecesSoFar(stream: LiveStream): readonly AnswerPiece[] {
  const ordered = new AnswerPieces(stream);
  const joined: AnswerPiece[] = [];
  for (let place = 0; place < stream.tape.length; place++) {
    for (const piece of ordered.take(stream.tape.at(place) as StreamEvent)) {
      const last = joined.at(-1);
      if ((last?.type === 'text' || last?.type === 'reasoning') && last.type === piece.type) {
        joined[joined.length - 1] = { type: last.type, text: last.text + piece.text };
      } else joined.push(piece);
    }
  }
  return joined;
}
