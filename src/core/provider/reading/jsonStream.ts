/**
 * Reads a body of JSON objects: events of an event stream, JSON lines, or one JSON body. What cannot be read is a hole:
 * nothing is delivered after one, and the answer has no good end.
 */
import { textOfPage } from '../failures/errorWords.ts';
import { type Failure, fromErrorObject } from '../failures/failure.ts';
import { ownFailure } from '../failures/ownFailures.ts';
import { AlikeJson } from './alikeJson.ts';
import { shown, shownCharacters } from './clipped.ts';
import { isRecord, jsonOf, parsed } from './json.ts';
import { LooseJson } from './looseJson.ts';
import { beginsField, EventReader, isPieceOfValue, nameInFields } from './sse.ts';
import { cutError, errorInWords, isNameOfBreak, isNameOfError, saysSomething, unreadable } from './streamErrors.ts';
import { Utf8Pieces } from './wholeCharacters.ts';

/** Largest single event, line, or whole JSON body, in UTF-16 units; a server that sends more is refused. */
export const maxValueCharacters = 16 * 1024 * 1024;

const isDone = /^\s*["<[]+done[\]>"]+\s*$/i;
const maxDoneCharacters = 16;
/** Punctuation, numbers and signs of life. */
const isNote = /^[^\p{L}]*(?:(?:done|ping|pong|alive|keep.?alive|heart.?beat)[^\p{L}]*)?$/iu;

/** What the body holds, in order. Called synchronously, on the hot path. */
export interface JsonSink {
  /** Nothing more is wanted: the rest of the body is ignored. */
  isOver(): boolean;
  /** True where it will keep nothing of objects like this one, so that the next may be the same object with other values. */
  object(object: Record<string, unknown>): boolean;
  /** An object like one of which nothing was kept. */
  alike(object: Record<string, unknown>): void;
  /** A sentence instead of JSON: an error or a note, which only a comment certainly is if more follows. */
  words(words: string, isComment: boolean): void;
  /** `[DONE]`. */
  done(): void;
}

export class JsonStream {
  readonly #sink: JsonSink;
  readonly #alike: AlikeJson;
  readonly #utf8 = new Utf8Pieces();
  readonly #events: EventReader;
  readonly #lines: LooseJson;
  #failure: Failure | undefined;
  #head = '';
  #page = '';
  #begun = false;
  #delivered = false;
  #ending = false;
  /** Of an event that is no error: the names of events repeat. */
  #lastName = '';
  #cutOff: { readonly text: string; readonly isEvent: boolean } | undefined;

  /** @param unread see {@link AlikeJson} */
  constructor(sink: JsonSink, unread: ReadonlySet<string>) {
    this.#sink = sink;
    this.#alike = new AlikeJson(unread);
    this.#events = new EventReader(
      {
        event: (data, name) => this.#event(data, name),
        stray: (line) => this.#line(line),
        comment: (words) => {
          if (!this.#isClosed) this.#sink.words(words, true);
        },
        tooLong: () => this.#refuse(),
      },
      maxValueCharacters,
    );
    this.#lines = new LooseJson(this.#looseSink());
  }

  /** The reason why nothing more is delivered. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** The beginning of the data, for display; empty if only comments have arrived. */
  get head(): string {
    return shown(this.#head);
  }

  /** The value that the end of the body has cut off. */
  get cutOff(): { readonly text: string; readonly isEvent: boolean } | undefined {
    return this.#cutOff;
  }

  feed(bytes: Uint8Array): void {
    if (this.#failure !== undefined) return;
    const text = this.#utf8.decode(bytes);
    if (text !== '') this.#events.feed(text);
  }

  /** The body has ended: a last line needs no line end, and an unfinished value is a cut, not a hole. */
  end(): void {
    if (this.#ending || this.#failure !== undefined) return;
    this.#ending = true;
    const rest = this.#utf8.end();
    if (rest !== '') this.#events.feed(rest);
    this.#events.end();
    this.#cut(this.#lines.end(), false);
    if (this.#page !== '') this.#failPage();
  }

  get #isClosed(): boolean {
    return this.#failure !== undefined || this.#sink.isOver();
  }

  #event(data: string, name: string): void {
    if (this.#isClosed) return;
    if (this.#lines.open) {
      this.#hole(this.#lines.end() ?? '');
      return;
    }
    if (name !== '' && name !== this.#lastName) {
      if (isNameOfError(name)) {
        this.#error(data);
        return;
      }
      // Without anything in it, the name is all that tells why no more follows.
      if (isNameOfBreak(name) && !saysSomething(jsonOf(data) ?? data)) this.#sink.words(name, false);
      else this.#lastName = name;
    }
    if (data === '') return;
    if (data.length < maxDoneCharacters && isDone.test(data)) {
      this.#sink.done();
      return;
    }
    this.#saw(data);
    if (this.#json(data)) return;
    const reader = new LooseJson(this.#looseSink());
    reader.push(data);
    const open = reader.end();
    if (open !== undefined && !this.#ending) this.#hole(open);
    else this.#cut(open, true);
  }

  /** The usual case: one value. False if the text is none. */
  #json(text: string): boolean {
    const alike = this.#alike.read(text);
    if (alike !== undefined) {
      this.#sink.alike(alike);
      return true;
    }
    let value: unknown;
    try {
      value = parsed(text);
    } catch {
      return false;
    }
    // The bare number of an HTTP error; other numbers are signs of life.
    if (typeof value === 'number' && value >= 400 && value < 600) this.#failure ??= fromErrorObject({ code: value });
    else if (this.#deliver(value)) this.#alike.learn(text);
    return true;
  }

  /** The name of an event makes its data an error, whatever its form. */
  #error(data: string): void {
    this.#failure ??= fromErrorObject(jsonOf(data) ?? errorInWords(data)?.error ?? data);
  }

  #line(line: string): void {
    if (this.#isClosed || (this.#ending && beginsField(line))) return;
    this.#saw(line);
    if (!this.#lines.open && this.#page === '' && line.startsWith('{')) {
      this.#begun = true;
      // Otherwise it is the beginning of a longer value, or several on one line.
      if (this.#json(line)) return;
    }
    // The items of a list are read as they arrive.
    const item = this.#begun ? line : line.replace(/^\s*\[(?!\w)/, '');
    this.#begun ||= line.trim() !== '';
    const named = this.#lines.open ? null : /^\s*error:\s*(?=[{[])/i.exec(line);
    if (named !== null) this.#error(line.slice(named[0].length));
    else if (this.#page !== '' || (!this.#lines.open && /^\s*</.test(line))) {
      this.#page += `${line}\n`;
      if (/<\/title>|<\/html>/i.test(line) || this.#page.length > maxValueCharacters) this.#failPage();
    } else {
      this.#lines.push(`${item}\n`);
      if (this.#lines.heldCharacters > maxValueCharacters) this.#refuse();
      // Words without a value on their line are a sentence.
      else if (!this.#lines.open) this.#lines.end();
    }
  }

  #looseSink(): ConstructorParameters<typeof LooseJson>[0] {
    return {
      value: (value) => this.#deliver(value),
      words: (words) => this.#words(words),
      broken: (text) => this.#hole(text),
    };
  }

  /** See {@link JsonSink.object}. */
  #deliver(value: unknown): boolean {
    if (this.#isClosed) return false;
    if (Array.isArray(value)) for (const item of value) this.#deliver(item);
    else if (isRecord(value)) {
      this.#delivered = true;
      return this.#sink.object(value);
    }
    // A value that was encoded twice, or a sentence.
    else if (typeof value === 'string') this.#event(value, '');
    return false;
  }

  /** Text between values: a sentence, a mark of the end, or the middle of a value whose beginning was lost. */
  #words(said: string): void {
    if (this.#isClosed) return;
    const words = said.replace(/^(?:data:\s*)+/i, '');
    if (isDone.test(words)) {
      this.#sink.done();
      return;
    }
    const name = nameInFields(words);
    if (name !== undefined) {
      if (isNameOfError(name)) this.#error(words);
    } else if (isPieceOfValue(words)) this.#hole(words);
    else if (!isNote.test(words)) this.#sink.words(words, false);
  }

  /** The body ended inside this value: a cut, unless the value is an error. */
  #cut(text: string | undefined, isEvent: boolean): void {
    if (text === undefined) return;
    this.#cutOff = { text, isEvent };
    this.#failure ??= cutError(text);
  }

  #saw(data: string): void {
    if (this.#head.length < shownCharacters) this.#head += `${data.slice(0, shownCharacters)} `;
  }

  #hole(text: string): void {
    this.#failure ??= unreadable(text);
  }

  #failPage(): void {
    const page = this.#page;
    const words = textOfPage(page);
    // After text of the answer, the page comes from a proxy.
    const isProxy = this.#delivered || /\b50\d\b|gateway|unavailable|overload/i.test(words);
    const isXml = !/<(?:!doctype|html|head|body|title)\b/i.test(page);
    if (isXml && !isProxy) this.#failure ??= fromErrorObject(page);
    this.#failure ??= isProxy ? { ...fromErrorObject(page), kind: 'server' } : ownFailure('web-page', [shown(words || page)]);
  }

  #refuse(): void {
    this.#failure ??= ownFailure('event-too-long', [maxValueCharacters / 1024 / 1024]);
  }
}
