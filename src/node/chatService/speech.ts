/**
 * Orders the events of an answer as they must be sent back: sealed reasoning directly after the text it belongs to, and
 * tool calls where the model made them.
 */
import type { Part, StreamEvent } from '../../api.ts';
import type { EndEvent, LiveStream } from '../../core/answer/liveStream.ts';
import type { ToolCall } from '../../core/request/toolCalls.ts';

export type Said =
  | { readonly type: 'text' | 'reasoning'; readonly text: string }
  /** Closes the reasoning before it, or stands alone. */
  | { readonly type: 'opaque'; readonly value: unknown }
  /** The model was asked again; the reasoning so far belongs to a lost attempt. */
  | { readonly type: 'again' }
  | { readonly type: 'call'; readonly call: ToolCall }
  | { readonly type: 'end'; readonly end: EndEvent };

export class Speech {
  readonly #stream: Pick<LiveStream, 'parts' | 'toolCalls'>;
  /** Reasoning that nothing sealed has ended yet. */
  #reasons = false;
  /** A stand-alone value may belong to a call, whose place is known only at the end. */
  #waiting: unknown[] = [];

  constructor(stream: Pick<LiveStream, 'parts' | 'toolCalls'>) {
    this.#stream = stream;
  }

  take(event: StreamEvent): readonly Said[] {
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

  #reasoning({ text, opaque }: Extract<StreamEvent, { type: 'reasoning' }>): readonly Said[] {
    const said: Said[] = [];
    if (text !== '') {
      said.push(...this.#flush(), { type: 'reasoning', text });
      this.#reasons = true;
    }
    if (opaque === undefined) return said;
    if (this.#reasons) said.push({ type: 'opaque', value: opaque });
    else this.#waiting.push(opaque);
    this.#reasons = false;
    return said;
  }

  #flush(): readonly Said[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting.map((value) => ({ type: 'opaque', value }));
  }

  #last(): readonly Said[] {
    const { parts, toolCalls } = this.#stream;
    const inPlace = parts.flatMap((part) => this.#saidOf(part));
    const calls = inPlace.filter(({ type }) => type === 'call').length;
    if (calls === toolCalls.length && inPlace.length === calls + this.#waiting.length) return inPlace;
    return [...this.#flush(), ...toolCalls.map((call): Said => ({ type: 'call', call }))];
  }

  #saidOf(part: Part): readonly Said[] {
    if (part.type === 'tool-call') return [{ type: 'call', call: part }];
    return part.type === 'reasoning' && this.#waiting.includes(part.opaque) ? [{ type: 'opaque', value: part.opaque }] : [];
  }
}

/** Everything so far, with neighbouring texts joined. */
export function saidSoFar(stream: LiveStream): readonly Said[] {
  const speech = new Speech(stream);
  const joined: Said[] = [];
  let words: string[] = [];
  let type: 'text' | 'reasoning' = 'text';
  const put = (): void => {
    if (words.length > 0) joined.push({ type, text: words.join('') });
    words = [];
  };
  for (let place = 0; place < stream.tape.length; place++) {
    for (const said of speech.take(stream.tape.at(place) as StreamEvent)) {
      if (said.type === 'text' || said.type === 'reasoning') {
        if (said.type !== type) put();
        type = said.type;
        words.push(said.text);
      } else {
        put();
        joined.push(said);
      }
    }
  }
  put();
  return joined;
}
