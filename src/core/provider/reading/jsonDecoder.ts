/**
 * A decoder for protocols whose stream is a row of JSON objects with an explicit end: the bytes, holes and bodies of
 * another protocol are the same for all of them. What the objects mean is an {@link ObjectReader}'s.
 */
import { type Failure, fromErrorObject } from '../failures/failure.ts';
import type { JsonFields } from './json.ts';
import { JsonStream } from './jsonStream.ts';
import { ownFailure } from '../failures/ownFailures.ts';
import type { Decoder, DeltaSink, Ending } from '../provider.ts';
import { errorIn, errorInWords, isSignOfLife } from './streamErrors.ts';
import { wholeCharacters } from './wholeCharacters.ts';

/** Makes deltas of the objects of one answer. */
export interface ObjectReader {
  /** Takes the next object; false if it has no meaning in this protocol. */
  take(object: JsonFields): boolean;
  readonly state: 'open' | 'finished' | 'done';
  /** The server's error, or the reason why the rest of the answer cannot be trusted. */
  readonly failure: Failure | undefined;
  /** Fields beside a text that change with every object and have no meaning. */
  readonly unread?: ReadonlySet<string>;
  /** The body has ended. Called once, and only if there was no failure. */
  end(): Ending;
  /** For protocols whose answers can be rejoined: how far the answer was read. */
  readonly cursor?: string | undefined;
  /** The next objects come from another body of the same answer, which starts near the cursor. */
  rejoin?(): void;
}

/** Maximum number of meaningless objects before the first known one; more of them are another protocol. */
const maxUnknown = 8;
const noNames: ReadonlySet<string> = new Set();

export class JsonDecoder implements Decoder<Uint8Array> {
  readonly #reader: ObjectReader;
  #json: JsonStream;
  #failure: Failure | undefined;
  /** Counts as an error only if nothing follows it. */
  #suspect: Failure | undefined;
  #understood = false;
  #unknown = 0;
  #ending: Ending | undefined;
  /** What the current object contained. */
  #hasText = false;
  #hasMore = false;

  /** @param readerOf makes the reader, which gives its deltas to the sink that it gets */
  constructor(sink: DeltaSink, readerOf: (whole: DeltaSink) => ObjectReader) {
    const whole = wholeCharacters(sink);
    this.#reader = readerOf((delta) => {
      if (delta.type === 'text' || delta.type === 'reasoning') this.#hasText = true;
      else if (delta.type !== 'usage') this.#hasMore = true;
      whole(delta);
    });
    this.#json = this.#newStream();
  }

  get state(): Decoder['state'] {
    return this.#broken === undefined ? this.#reader.state : 'failed';
  }

  get cursor(): string | undefined {
    return this.#reader.cursor;
  }

  /** Drops half an object at the end of the last body: it is sent again. */
  rejoin(): void {
    this.#json = this.#newStream();
    this.#reader.rejoin?.();
  }

  feed(bytes: Uint8Array): void {
    if (this.#isOpen) this.#json.feed(bytes);
  }

  end(): Ending {
    return (this.#ending ??= this.#end());
  }

  #end(): Ending {
    if (this.#isOpen) this.#json.end();
    if (this.#unknown > 0 && !this.#understood) this.#failure ??= ownFailure('not-an-answer', [this.#json.head]);
    const failure = this.#broken ?? this.#suspect;
    return failure === undefined ? this.#reader.end() : { type: 'failure', failure };
  }

  get #broken(): Failure | undefined {
    return this.#failure ?? this.#reader.failure ?? this.#json.failure;
  }

  get #isOpen(): boolean {
    return this.#broken === undefined && this.#reader.state !== 'done';
  }

  #newStream(): JsonStream {
    return new JsonStream(
      {
        isOver: () => !this.#isOpen,
        object: (object) => this.#take(object),
        alike: (object) => this.#take(object),
        words: (words, isComment) => {
          const failure = fromErrorObject(errorInWords(words)?.error ?? words);
          if (!isComment) this.#failure ??= failure;
          else if (this.#reader.state === 'open') this.#suspect = failure;
        },
        done: () => undefined,
      },
      this.#reader.unread ?? noNames,
    );
  }

  /** True for a piece of text or reasoning: readers keep nothing else of such objects. */
  #take(object: JsonFields): boolean {
    this.#hasText = this.#hasMore = false;
    if (this.#reader.take(object)) {
      this.#understood = true;
      this.#suspect = undefined;
      return this.#hasText && !this.#hasMore;
    }
    const error = errorIn(object, undefined);
    if (error?.certainty === 'sure') this.#failure = fromErrorObject(error.error);
    else if (error !== undefined && this.#reader.state === 'open') this.#suspect = fromErrorObject(error.error);
    else if (!this.#understood && !isSignOfLife(object)) {
      if (++this.#unknown > maxUnknown) this.#failure = ownFailure('not-an-answer', [this.#json.head]);
    }
    return false;
  }
}
