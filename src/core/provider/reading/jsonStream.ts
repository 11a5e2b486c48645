/**
 * Reads a body of JSON objects: events of an event stream, JSON lines, or one JSON body. What cannot be read is a hole:
 * nothing is delivered after one, and the answer has no good end.
 */
import { type Failure, fromErrorObject } from '../failures/failure.ts';
import { AlikeJson } from './alikeJson.ts';
import { isRecord, jsonOf } from './json.ts';
import { LooseJson } from './looseJson.ts';
import { ownFailure } from '../failures/ownFailures.ts';
import { beginsField, EventReader, isPieceOfValue, nameInFields } from './sse.ts';
import { cutError, isNameOfError, unreadable } from './streamErrors.ts';
import { Utf8Pieces } from './utf8Pieces.ts';

/** Largest single event, line, or whole JSON body, in UTF-16 units; a server that sends more is refused. */
const maxValueCharacters = 16 * 1024 * 1024;

export class JsonStream {
  readonly #value: (value: Record<string, unknown>) => boolean;
  readonly #alike: AlikeJson;
  readonly #utf8 = new Utf8Pieces();
  readonly #events: EventReader;
  readonly #lines: LooseJson;
  #failure: Failure | undefined;
  #page = '';
  #begun = false;
  #delivered = false;
  #ending = false;

  /**
   * @param value called for each object, in order; synchronous, on the hot path. True where it will keep nothing of objects
   * like this one, so that the next may be the same object with other values
   * @param unread see {@link AlikeJson}
   */
  constructor(value: (value: Record<string, unknown>) => boolean, unread: ReadonlySet<string>) {
    this.#value = value;
    this.#alike = new AlikeJson(unread);
    this.#events = new EventReader(
      {
        event: (data, name) => (isNameOfError(name) ? this.#error(data) : this.#event(data)),
        stray: (line) => this.#line(line),
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

  feed(bytes: Uint8Array): void {
    if (this.#failure === undefined) this.#events.feed(this.#utf8.decode(bytes));
  }

  /** The body has ended: a last line needs no line end, and an unfinished value is a cut, not a hole. */
  end(): void {
    if (this.#ending || this.#failure !== undefined) return;
    this.#ending = true;
    const rest = this.#utf8.end();
    if (rest !== '') this.#events.feed(rest);
    this.#events.end();
    this.#cut(this.#lines.end());
    if (this.#page === '') return;
    const said = fromErrorObject(this.#page);
    // After text of the answer, the page comes from a proxy.
    this.#failure ??= this.#delivered ? { ...said, kind: 'server' } : ownFailure('web-page', [said.message]);
  }

  #event(data: string): void {
    if (this.#failure !== undefined || data === '' || data === '[DONE]') return;
    if (this.#lines.open) {
      this.#hole(this.#lines.end() ?? '');
      return;
    }
    const alike = this.#alike.read(data);
    if (alike !== undefined) {
      this.#value(alike);
      return;
    }
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      const reader = new LooseJson(this.#looseSink());
      reader.push(data);
      const open = reader.end();
      if (open !== undefined && !this.#ending) this.#hole(open);
      else this.#cut(open);
      return;
    }
    if (this.#deliver(value)) this.#alike.learn(data);
  }

  /** The name of an event makes its data an error, whatever its form. */
  #error(data: string): void {
    if (this.#failure !== undefined) return;
    const value = jsonOf(data);
    if (isRecord(value)) this.#value({ type: 'error', ...value });
    else this.#failure = fromErrorObject(data);
  }

  #line(line: string): void {
    if (this.#failure !== undefined || (this.#ending && beginsField(line))) return;
    if (!this.#lines.open && this.#page === '' && line.startsWith('{')) {
      this.#begun = true;
      const alike = this.#alike.read(line);
      if (alike !== undefined) {
        this.#value(alike);
        return;
      }
      try {
        // The usual case: one object per line.
        if (this.#deliver(JSON.parse(line))) this.#alike.learn(line);
        return;
      } catch {
        // The beginning of a longer value, or several on one line.
      }
    }
    // The items of a list are read as they arrive.
    const item = this.#begun ? line : line.replace(/^\s*\[/, '');
    this.#begun ||= line.trim() !== '';
    if (this.#page !== '' || (!this.#lines.open && /^\s*</.test(line))) {
      if (this.#page.length < maxValueCharacters) this.#page += `${line}\n`;
      return;
    }
    this.#lines.push(`${item}\n`);
    if (this.#lines.heldCharacters > maxValueCharacters) this.#refuse();
    // Words without a value on their line are a sentence.
    else if (!this.#lines.open) this.#lines.end();
  }

  #looseSink(): ConstructorParameters<typeof LooseJson>[0] {
    return {
      value: (value) => this.#deliver(value),
      words: (words) => this.#words(words),
      broken: (text) => this.#hole(text),
    };
  }

  /** See the constructor. */
  #deliver(value: unknown): boolean {
    if (this.#failure !== undefined) return false;
    if (Array.isArray(value)) for (const item of value) this.#deliver(item);
    else if (isRecord(value)) {
      this.#delivered = true;
      return this.#value(value);
    } else this.#words(String(value));
    return false;
  }

  /** A sentence instead of JSON: a proxy's error, or the middle of a value whose beginning was lost. */
  #words(words: string): void {
    // A mark of the end, or a sign of life.
    if (/^\W*(?:done|ping|pong|alive|keep.?alive|heart.?beat)?\W*$/i.test(words) || /^[\W\d]*$/.test(words)) return;
    const name = nameInFields(words);
    if (name !== undefined && !isNameOfError(name)) return;
    if (isPieceOfValue(words)) this.#hole(words);
    else this.#failure ??= fromErrorObject(words.replace(/^\W*(?:data:)?\s*(?:error\b\W*)?|"$/gi, '') || words);
  }

  /** The body ended inside this value: a cut, unless the value is an error. */
  #cut(open: string | undefined): void {
    if (open !== undefined) this.#failure ??= cutError(open);
  }

  #hole(text: string): void {
    this.#failure ??= unreadable(text);
  }

  #refuse(): void {
    this.#failure ??= ownFailure('event-too-long', [maxValueCharacters / 1024 / 1024]);
  }
}
