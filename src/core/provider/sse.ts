/**
 * Bytes of a response body in, whole events out. Follows the WHATWG event stream rules (HTML, 9.2.6) through
 * `eventsource-parser`, with two deliberate leniencies: a complete last event needs no blank line, and events
 * without data are signs of life only. Also notices a body that is no event stream at all.
 */
import { createParser, type EventSourceParser } from 'eventsource-parser';
import type { Failure } from './failure.ts';

/** Largest single event, or whole JSON body, in UTF-16 units; a server that sends more is refused. */
export const maxEventCharacters = 4 * 1024 * 1024;

export interface EventSink {
  /** The data of one event; never empty, never `[DONE]`. */
  event(data: string): void;
  /** The value of an `error:` field, which is outside the standard but was sent by real servers. */
  errorField(value: string): void;
}

export type BodyState =
  | { readonly type: 'open' }
  /** `[DONE]` has come: the answer is complete whatever the socket does. */
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly failure: Failure };

/** Pieces up to this many bytes are gathered to whole lines before they are decoded; larger ones seldom end inside one. */
const smallBytes = 256;
const gatheredBytes = 4_096;

const streaming = { stream: true } as const;

type Mode = 'unknown' | 'events' | 'json';

export class EventReader {
  readonly #sink: EventSink;
  readonly #decoder = new TextDecoder();
  readonly #parser: EventSourceParser;
  /** Small pieces of a line that goes on: decoding and parsing each would cost more than the line itself. */
  #gathered: Uint8Array | undefined;
  #gatheredLength = 0;
  #mode: Mode = 'unknown';
  /** White space before the first word, then the whole of a JSON body. */
  #held = '';
  /** The beginning of a line that may become an `error:` line. */
  #partial = '';
  #atLineStart = true;
  #state: BodyState = { type: 'open' };

  constructor(sink: EventSink) {
    this.#sink = sink;
    this.#parser = createParser({
      maxBufferSize: maxEventCharacters,
      onEvent: ({ data }) => this.#event(data),
      onError: (error) => {
        if (error.type === 'max-buffer-size-exceeded') this.#refuse();
        else if (error.field === 'error' && this.#state.type === 'open') this.#sink.errorField(error.value ?? '');
      },
    });
  }

  get state(): BodyState {
    return this.#state;
  }

  feed(bytes: Uint8Array): void {
    if (bytes.length <= smallBytes && this.#mode === 'events' && this.#gather(bytes)) return;
    this.#text(this.#decodeGathered() + this.#decoder.decode(bytes, streaming));
  }

  /** True when the piece was taken: it waits for the end of its line, or was read with what waited. */
  #gather(bytes: Uint8Array): boolean {
    const length = this.#gatheredLength + bytes.length;
    if (length > gatheredBytes) return false;
    const gathered = (this.#gathered ??= new Uint8Array(gatheredBytes));
    gathered.set(bytes, this.#gatheredLength);
    this.#gatheredLength = length;
    if (hasLineEnd(bytes)) this.#text(this.#decodeGathered());
    return true;
  }

  #decodeGathered(): string {
    if (this.#gathered === undefined || this.#gatheredLength === 0) return '';
    const bytes = this.#gathered.subarray(0, this.#gatheredLength);
    this.#gatheredLength = 0;
    return this.#decoder.decode(bytes, streaming);
  }

  /** The body has ended: a complete last event counts even without its blank line. */
  end(): void {
    this.#text(this.#decodeGathered() + this.#decoder.decode());
    if (this.#state.type !== 'open') return;
    if (this.#mode === 'json') this.#whole();
    else if (this.#mode === 'events') this.#parser.feed(`${this.#partial}\n\n`);
  }

  #text(text: string): void {
    if (this.#state.type !== 'open' || text === '') return;
    switch (this.#mode) {
      case 'events':
        this.#lines(text);
        return;
      case 'unknown':
        this.#sniff(this.#held + text);
        return;
      case 'json':
        this.#held += text;
        if (this.#held.length > maxEventCharacters) this.#refuse();
        return;
      default:
        this.#mode satisfies never;
    }
  }

  /** Content types are mislabelled by relays, so the first character decides what kind of body this is. */
  #sniff(text: string): void {
    const first = text.trimStart()[0];
    if (first === undefined) {
      // Blank lines before the first event; a body of nothing else is kept from growing.
      this.#held = text.length > 1024 ? '' : text;
      return;
    }
    if (first === '<') {
      this.#fail('The server sent a web page in place of an answer; check baseURL (most end in /v1).');
    } else if (first === '{' || first === '[') {
      this.#mode = 'json';
      this.#held = '';
      this.#text(text);
    } else {
      this.#mode = 'events';
      this.#held = '';
      this.#lines(text);
    }
  }

  /**
   * Feeds the parser. A last line that is, or may become, an `error:` line is held back until it is whole: the parser
   * drops the beginnings of lines that no standard field has. Nothing is searched for in the text before that line,
   * which at 50 events a read would cost a tenth of the whole reading.
   */
  #lines(text: string): void {
    const rest = this.#partial === '' ? text : this.#partial + text;
    const lineAt = rest.lastIndexOf('\n') + 1;
    const begun = lineAt > 0 || this.#atLineStart;
    this.#partial = '';
    this.#atLineStart = lineAt === rest.length;
    if (begun && rest.charCodeAt(lineAt) === 0x65 && mayBeErrorLine(rest, lineAt)) {
      this.#partial = rest.slice(lineAt);
      this.#atLineStart = true;
      if (this.#partial.length > maxEventCharacters) this.#refuse();
      else if (lineAt > 0) this.#parser.feed(rest.slice(0, lineAt));
      return;
    }
    this.#parser.feed(rest);
  }

  #event(data: string): void {
    if (this.#state.type !== 'open') return;
    if (data.length > maxEventCharacters) {
      this.#refuse();
      return;
    }
    // Exactly `[DONE]` nearly always; trimmed only where the first character allows it.
    const first = data.charCodeAt(0);
    if ((first === 0x5b || first <= 0x20) && data.trim() === '[DONE]') this.#state = { type: 'done' };
    else if (data !== '') this.#sink.event(data);
  }

  /** A server that ignores `stream: true` answers with one JSON object; it is as good as a finished stream. */
  #whole(): void {
    try {
      JSON.parse(this.#held);
    } catch {
      this.#fail('The server sent something that is neither a stream nor a JSON answer; check baseURL.');
      return;
    }
    this.#sink.event(this.#held);
    this.#held = '';
    this.#state = { type: 'done' };
  }

  #refuse(): void {
    this.#fail(`The server sent one event of more than ${maxEventCharacters / 1024 / 1024} MB; it was refused.`);
  }

  #fail(message: string): void {
    this.#held = '';
    this.#state = { type: 'failed', failure: { kind: 'malformed', message } };
  }
}

/** Looked for from the end, where an event's blank line is. No byte of a longer UTF-8 character looks like one. */
function hasLineEnd(bytes: Uint8Array): boolean {
  for (let at = bytes.length - 1; at >= 0; at--) if (bytes[at] === 0x0a || bytes[at] === 0x0d) return true;
  return false;
}

/** Whether the line that begins at `at` is an `error:` line as far as it has come. */
function mayBeErrorLine(text: string, at: number): boolean {
  const head = text.slice(at, at + 6);
  return 'error:'.startsWith(head);
}
