/**
 * The chat completions stream in all its dialects: event stream, JSON lines or one JSON body. What cannot be read is
 * remembered: after a hole in the stream nothing more is delivered and the answer has no good end.
 * The shapes and where they come from are in test/fixtures/streams.
 */
import { type Failure, fromErrorObject } from '../failures/failure.ts';
import { ownFailure } from '../failures/ownFailures.ts';
import { AlikeJson } from '../reading/alikeJson.ts';
import { shown, shownCharacters } from '../reading/clipped.ts';
import { isRecord, jsonOf } from '../reading/json.ts';
import { LooseJson } from '../reading/looseJson.ts';
import type { Decoder, DeltaSink, Ending, UnopenedThoughts } from '../provider.ts';
import { textOfPage } from '../failures/errorWords.ts';
import { beginsField, EventReader, isPieceOfValue, nameInFields } from '../reading/sse.ts';
import { Utf8Pieces } from '../reading/utf8Pieces.ts';
import { wholeCharacters } from '../reading/wholeCharacters.ts';
import { Choices, type TextChunk } from './choices.ts';
import { ChatCitations } from './citations.ts';
import { endingOfWord, finishIn } from '../reading/finishWords.ts';
import { cutError, errorIn, errorInWords, type FoundError, isNameOfError, isSignOfLife, unreadable } from '../reading/streamErrors.ts';
import { usageIn } from './usage.ts';

/** Largest single event, line, or whole JSON body, in UTF-16 units; a server that sends more is refused. */
export const maxEventCharacters = 4 * 1024 * 1024;
/** Maximum number of meaningless objects before the first known one; more of them are another protocol. */
const maxUnknownObjects = 8;

export class ChatCompletionsDecoder implements Decoder<Uint8Array> {
  readonly #sink: DeltaSink;
  readonly #utf8 = new Utf8Pieces();
  /** Learns only from chunks with text alone: another one that is alike is such a chunk too. */
  readonly #alike = new AlikeJson(new Set(['obfuscation']));
  readonly #choices: Choices;
  readonly #citations: ChatCitations;
  readonly #events: EventReader;
  /** JSON outside of `data:` lines: JSON lines, or one body over several lines. */
  readonly #stray: LooseJson;
  #done = false;
  /** `[DONE]` has arrived, but the answer may be incomplete. */
  #doneSaid = false;
  #failure: Failure | undefined;
  /** Counts as an error only if no content follows it. */
  #suspect: Failure | undefined;
  #page: string | undefined;
  #understood = false;
  #unknownObjects = 0;
  #values = 0;
  #ending = false;
  /** The body ends in the middle of an event. */
  #cutInEvent = false;
  /** A chunk with only text has arrived. */
  #spoken = false;
  /** The start of the data that was not understood; empty if only comments have arrived. */
  #unread = '';

  constructor(sink: DeltaSink, thoughts: UnopenedThoughts = { close: undefined, learn: () => undefined }) {
    this.#sink = sink;
    this.#choices = new Choices(wholeCharacters(sink), thoughts);
    this.#citations = new ChatCitations(sink);
    this.#events = new EventReader(
      {
        event: (data, name) => this.#event(data, name),
        stray: (line) => this.#line(line),
        tooLong: () => this.#refuse(),
      },
      maxEventCharacters,
    );
    this.#stray = new LooseJson(this.#looseSink());
  }

  get state(): Decoder['state'] {
    if (this.#failure !== undefined) return 'failed';
    if (this.#done) return 'done';
    return this.#choices.finish === undefined && !this.#doneSaid ? 'open' : 'finished';
  }

  feed(bytes: Uint8Array): void {
    if (this.#failure !== undefined || this.#done) return;
    const text = this.#utf8.decode(bytes);
    if (text !== '') this.#events.feed(text);
  }

  end(): Ending {
    if (!this.#ending) {
      this.#ending = true;
      if (this.#failure === undefined && !this.#done) this.#endBody();
      this.#choices.end(this.#how().type === 'finish');
    }
    return this.#how();
  }

  #how(): Ending {
    const failure = this.#failure ?? this.#suspect;
    if (failure !== undefined) return { type: 'failure', failure };
    const { finish } = this.#choices;
    if (finish !== undefined) return endingOfWord(finish.word, finish.meaning);
    const wholeBody = this.#values === 1 && this.#choices.fromMessages;
    if (this.#understood) return this.#done || this.#doneSaid || wholeBody ? { type: 'finish', reason: 'stop' } : { type: 'cut' };
    return this.#unread !== '' && !this.#cutInEvent ? { type: 'failure', failure: this.#notAnAnswer() } : { type: 'cut' };
  }

  #endBody(): void {
    const rest = this.#utf8.end();
    if (rest !== '') this.#events.feed(rest);
    this.#events.end();
    const open = this.#stray.end();
    if (open !== undefined && cutError(open) !== undefined) this.#hole(open);
    // A body that ends inside a value was cut; the text so far shows whether it was an answer.
    else if (open?.includes('"choices"') === true) this.#understood = true;
    if (this.#page !== undefined) this.#failPage(this.#page);
  }

  #event(data: string, name: string): void {
    if (this.#failure !== undefined || this.#done) return;
    if (this.#stray.open) {
      this.#hole(this.#stray.end() ?? '');
      return;
    }
    if (name !== '' && isNameOfError(name)) {
      this.#namedError(data);
      return;
    }
    if (data === '') return;
    // Only an end: an empty answer.
    if (data === '[DONE]' && this.#unread === '') this.#understood = true;
    if (!this.#understood) this.#saw(data);
    if (data === '[DONE]') {
      this.#sayDone();
      return;
    }
    const alike = this.#alike.read(data);
    if (alike !== undefined) {
      this.#choices.say(alike as unknown as TextChunk);
      this.#wentOn();
      return;
    }
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      this.#loose(data);
      return;
    }
    if (isRecord(value) && this.#textChunk(value)) {
      // Learning from the first word would delay it.
      if (this.#spoken) this.#alike.learn(data);
      this.#spoken = true;
    } else this.#value(value);
  }

  /** The usual case: takes a chunk whose only content is text of the first choice. */
  #textChunk(chunk: Record<string, unknown>): boolean {
    const choices = chunk['choices'];
    if (!Array.isArray(choices) || choices.length !== 1 || chunk['error'] || chunk['usage'] || finishIn(chunk)) return false;
    const only: unknown = choices[0];
    if (!isRecord(only) || only['error'] || !this.#choices.pushText(only)) return false;
    this.#understood = true;
    this.#wentOn();
    return true;
  }

  /** Data that is not one JSON value: several values without separators, an error message, a note, or a hole. */
  #loose(data: string): void {
    const reader = new LooseJson(this.#looseSink());
    reader.push(data);
    const open = reader.end();
    if (open === undefined) return;
    // At the end of the body, an unfinished value is a cut, not a hole.
    if (this.#ending && cutError(open) === undefined) this.#cutInEvent = true;
    else this.#hole(open);
  }

  #looseSink(): ConstructorParameters<typeof LooseJson>[0] {
    return {
      value: (value) => this.#value(value),
      words: (words) => this.#words(words),
      broken: (text) => this.#hole(text),
    };
  }

  #line(line: string): void {
    if (this.#failure !== undefined || this.#done || (this.#ending && beginsField(line))) return;
    if (!this.#understood) this.#saw(line);
    if (this.#page !== undefined) {
      if (this.#page.length < maxEventCharacters) this.#page += `${line}\n`;
      if (/<\/title>|<\/html>/i.test(line)) this.#failPage(this.#page);
      return;
    }
    const named = /^\s*error:\s*(?=[{[])/i.exec(line);
    if (this.#stray.open) this.#pushStray(line);
    else if (named !== null) this.#namedError(line.slice(named[0].length));
    else if (/^\s*</.test(line)) {
      this.#page = `${line}\n`;
      if (/<\/title>|<\/html>/i.test(line) || !this.#understood) this.#failPage(this.#page);
    } else this.#pushStray(line);
  }

  #pushStray(line: string): void {
    this.#stray.push(line);
    this.#stray.push('\n');
    if (this.#stray.heldCharacters > maxEventCharacters) this.#refuse();
    // Words without a value on their line are a sentence.
    else if (!this.#stray.open) this.#stray.end();
  }

  #value(value: unknown): void {
    if (this.#failure !== undefined || this.#done) return;
    // A value that was encoded twice, or a sentence.
    if (typeof value === 'string') this.#event(value, '');
    if (Array.isArray(value)) {
      for (const item of value) this.#value(item);
      return;
    }
    if (!isRecord(value)) return;
    this.#chunk(value);
  }

  #chunk(chunk: Record<string, unknown>): void {
    this.#values++;
    const choices = chunk['choices'];
    const list = listOf(choices);
    const first = isRecord(list?.[0]) ? list[0] : undefined;
    const error = errorIn(chunk, first);
    const inner = list === undefined && error === undefined ? Object.values(chunk).find(holdsChoices) : undefined;
    if (inner !== undefined) return this.#chunk(inner);
    if (error !== undefined) this.#found(error);
    if (this.#failure !== undefined) return;
    for (const choice of list ?? []) this.#choice(choice);
    // Some relays say it beside the choices.
    if (finishIn(chunk)) this.#choice({ finish_reason: finishIn(chunk) });
    this.#citations.take(chunk);
    if (isRecord(first?.['delta'])) this.#citations.take(first['delta']);
    if (isRecord(first?.['message'])) this.#citations.take(first['message']);
    const usage = usageIn(chunk, first);
    if (usage !== undefined) this.#sink({ type: 'usage', usage });
    if (list !== undefined || usage !== undefined || error !== undefined) this.#understood = true;
    else if (!this.#understood && !isSignOfLife(chunk) && ++this.#unknownObjects > maxUnknownObjects) this.#failure = this.#notAnAnswer();
  }

  #choice(choice: unknown): void {
    if (this.#failure !== undefined || choice === null) return;
    if (!isRecord(choice)) {
      this.#hole('choices');
      return;
    }
    if (this.#choices.push(choice)) this.#wentOn();
    if (this.#choices.lost !== undefined) this.#hole(this.#choices.lost);
  }

  /** An event named `error`, whatever its data. */
  #namedError(data: string): void {
    this.#found({ error: jsonOf(data) ?? errorInWords(data)?.error ?? data, certainty: 'sure' });
  }

  #words(said: string): void {
    if (this.#failure !== undefined || this.#done) return;
    const words = said.replace(/^(?:data:\s*)+/i, '');
    if (/^"?\[done\]"?$/i.test(words)) {
      this.#sayDone();
      return;
    }
    const name = nameInFields(words);
    if (name !== undefined) {
      if (isNameOfError(name)) this.#namedError(name);
      return;
    }
    if (isPieceOfValue(words)) {
      this.#hole(words);
      return;
    }
    const error = errorInWords(words);
    if (error !== undefined) this.#found(error);
  }

  #found({ error, certainty }: FoundError): void {
    if (certainty === 'sure') this.#failure ??= fromErrorObject(error);
    // A finish reason in every chunk does not rule out an error.
    else if (certainty === 'likely' || this.#choices.finish === undefined || this.#choices.finishesAlways)
      this.#suspect ??= fromErrorObject(error);
  }

  /** After a good finish reason, `[DONE]` is final; without one, content may follow, which shows that it was misplaced. */
  #sayDone(): void {
    if (this.#choices.finish !== undefined && !this.#choices.wentOn) this.#done = true;
    else this.#doneSaid = true;
  }

  /** Content has arrived, so what looked like an error or an end before it was neither. */
  #wentOn(): void {
    this.#suspect = undefined;
    this.#doneSaid = false;
  }

  #saw(text: string): void {
    if (this.#unread.length < shownCharacters) this.#unread += `${text.slice(0, shownCharacters)} `;
  }

  #hole(text: string): void {
    this.#failure ??= unreadable(text);
  }

  #refuse(): void {
    this.#failure ??= ownFailure('event-too-long', [maxEventCharacters / 1024 / 1024]);
  }

  #failPage(page: string): void {
    this.#page = undefined;
    const words = textOfPage(page);
    // After text of the answer, the page comes from a proxy.
    this.#failure ??= this.#understood ? { ...fromErrorObject(page), kind: 'server' } : ownFailure('web-page', [shown(words || page)]);
  }

  #notAnAnswer(): Failure {
    return ownFailure('not-an-answer', [shown(this.#unread)]);
  }
}

/** Also reads a choice without its list, and an object of choices by index. */
function listOf(choices: unknown): readonly unknown[] | undefined {
  if (Array.isArray(choices) || !choices) return Array.isArray(choices) ? choices : undefined;
  const values = isRecord(choices) ? Object.values(choices) : [];
  return values.length > 0 && Object.keys(choices).every((name) => /^\d+$/.test(name)) ? values : [choices];
}

/** Some relays wrap every chunk. */
const holdsChoices = (value: unknown): value is Record<string, unknown> => isRecord(value) && Boolean(value['choices']);
