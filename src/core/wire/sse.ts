/**
 * Bytes of a response body in, whole events out. Follows the WHATWG event stream rules (HTML, 9.2.6) through
 * `eventsource-parser`, with two deliberate leniencies: a complete last event needs no blank line, and events
 * without data are signs of life only. Also notices a body that is no event stream at all.
 */
import { createParser, type EventSourceParser } from 'eventsource-parser';
import type { Failure } from './failure.ts';

/** Largest single event, or whole JSON body, in UTF-16 units; a server that sends more is refused. */
export const maxEventCharacters = 4 * 1024 * 1024;

/** What an `error:` line becomes on its way to the parser, which gives unknown fields away only in one piece. */
const errorEvent = 'rivulet-error-field';

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

type Mode = 'unknown' | 'events' | 'json';

export class EventReader {
  readonly #sink: EventSink;
  readonly #decoder = new TextDecoder();
  readonly #parser: EventSourceParser;
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
      onEvent: ({ data, event }) => {
        if (event !== errorEvent) this.#event(data);
        else if (this.#state.type === 'open') this.#sink.errorField(data);
      },
      onError: (error) => {
        if (error.type === 'max-buffer-size-exceeded') this.#refuse();
      },
    });
  }

  get state(): BodyState {
    return this.#state;
  }

  feed(bytes: Uint8Array): void {
    this.#text(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The body has ended: a complete last event counts even without its blank line. */
  end(): void {
    this.#text(this.#decoder.decode());
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
   * Feeds the parser, with `error:` lines turned into events; holds back at most five characters of such a line. Looks
   * for line breaks first, since they are rare: a search that begins with "e" takes a tenth of the whole reading.
   */
  #lines(text: string): void {
    let rest = text;
    if (this.#partial !== '') {
      rest = this.#partial + text;
      this.#partial = '';
    }
    const atStart = this.#atLineStart;
    if ((atStart && rest.startsWith('error:')) || rest.includes('\nerror:') || (rest.includes('\r') && rest.includes('\rerror:'))) {
      rest = rest.replace(/(^|[\r\n])error:/g, (found, lineEnd: string, at: number) =>
        at === 0 && lineEnd === '' && !atStart ? found : `${lineEnd}event:${errorEvent}\ndata:`,
      );
    }
    const last = rest.charCodeAt(rest.length - 1);
    this.#atLineStart = last === 0x0a || last === 0x0d;
    if (!this.#atLineStart) this.#hold(rest, atStart);
    if (this.#partial !== '') rest = rest.slice(0, -this.#partial.length);
    if (rest !== '') this.#parser.feed(rest);
  }

  /** Keeps the end of `text` back if it is the beginning of an `error:` line. */
  #hold(text: string, atStart: boolean): void {
    const end = text.slice(-6);
    const begun = /[\r\n]([^\r\n]{1,5})$/.exec(end)?.[1] ?? (atStart && text.length < 6 ? text : undefined);
    if (begun === undefined || !'error:'.startsWith(begun)) return;
    this.#partial = begun;
    this.#atLineStart = true;
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
