/**
 * The chat completions stream in all its dialects. What cannot be read is remembered: after a hole in the stream nothing
 * more is delivered and the answer has no good end. The shapes and where they come from are in test/fixtures/streams.
 */
import { type Failure, fromErrorObject } from '../failures/failure.ts';
import { ownFailure } from '../failures/ownFailures.ts';
import { isRecord } from '../reading/json.ts';
import { JsonStream } from '../reading/jsonStream.ts';
import type { Decoder, DeltaSink, Ending, UnopenedThoughts } from '../provider.ts';
import { wholeCharacters } from '../reading/wholeCharacters.ts';
import { Choices, type TextChunk } from './choices.ts';
import { ChatCitations } from './citations.ts';
import { endingOfWord, finishIn } from '../reading/finishWords.ts';
import { errorIn, errorInWords, type FoundError, isSignOfLife, unreadable } from '../reading/streamErrors.ts';
import { usageIn } from './usage.ts';

/** Maximum number of meaningless objects before the first known one; more of them are another protocol. */
const maxUnknownObjects = 8;
/** Fields beside the choices that say nothing about the answer. */
const neutral: ReadonlySet<string> = new Set(
  'id object created model choices system_fingerprint service_tier provider obfuscation p'.split(' '),
);

export class ChatCompletionsDecoder implements Decoder<Uint8Array> {
  readonly #sink: DeltaSink;
  readonly #json: JsonStream;
  readonly #choices: Choices;
  readonly #citations: ChatCitations;
  #done = false;
  /** `[DONE]` has arrived, but the answer may be incomplete. */
  #doneSaid = false;
  #failure: Failure | undefined;
  /** Counts as an error only if no content follows it. */
  #suspect: Failure | undefined;
  #isUnclear = false;
  #understood = false;
  #unknownObjects = 0;
  #values = 0;
  #ending = false;

  constructor(sink: DeltaSink, thoughts: UnopenedThoughts = { close: undefined, learn: () => undefined }) {
    this.#sink = sink;
    this.#choices = new Choices(wholeCharacters(sink), thoughts);
    this.#citations = new ChatCitations(sink);
    this.#json = new JsonStream(
      {
        isOver: () => this.#failure !== undefined || this.#done,
        object: (object) => this.#textChunk(object) || this.#chunk(object),
        alike: (object) => {
          this.#choices.say(object as unknown as TextChunk);
          this.#wentOn();
        },
        words: (words, isComment) => {
          const error = errorInWords(words);
          if (error === undefined || (error.certainty === 'unclear' && !this.#understood)) return;
          this.#found(isComment ? { ...error, certainty: words.includes(':') ? 'maybe' : 'unclear' } : error);
        },
        done: () => this.#sayDone(),
      },
      new Set(['obfuscation']),
    );
  }

  get state(): Decoder['state'] {
    if (this.#broken !== undefined) return 'failed';
    if (this.#done) return 'done';
    return this.#choices.finish === undefined && !this.#doneSaid ? 'open' : 'finished';
  }

  feed(bytes: Uint8Array): void {
    if (this.#broken === undefined && !this.#done) this.#json.feed(bytes);
  }

  end(): Ending {
    if (!this.#ending) {
      this.#ending = true;
      if (this.#broken === undefined && !this.#done) this.#json.end();
      this.#choices.end(this.#how().type === 'finish');
    }
    return this.#how();
  }

  #how(): Ending {
    const { finish } = this.#choices;
    const failure = this.#broken ?? (this.#isUnclear && finish !== undefined ? undefined : this.#suspect);
    if (failure !== undefined) return { type: 'failure', failure };
    if (finish !== undefined) return endingOfWord(finish.word, finish.meaning);
    const wholeBody = this.#values === 1 && this.#choices.fromMessages;
    if (this.#understood) return this.#done || this.#doneSaid || wholeBody ? { type: 'finish', reason: 'stop' } : { type: 'cut' };
    const { head, cutOff } = this.#json;
    const isCut = cutOff?.isEvent === true || cutOff?.text.includes('"choices"') === true;
    return head === '' || isCut ? { type: 'cut' } : { type: 'failure', failure: ownFailure('not-an-answer', [head]) };
  }

  get #broken(): Failure | undefined {
    return this.#failure ?? this.#json.failure;
  }

  /** The usual case: takes a chunk whose only content is text of the first choice. */
  #textChunk(chunk: Record<string, unknown>): boolean {
    const choices = chunk['choices'];
    if (!Array.isArray(choices) || choices.length !== 1) return false;
    for (const field in chunk) if (chunk[field] && !neutral.has(field)) return false;
    const only: unknown = choices[0];
    if (!isRecord(only) || only['error'] || !this.#choices.pushText(only)) return false;
    this.#understood = true;
    this.#wentOn();
    return true;
  }

  #chunk(chunk: Record<string, unknown>): false {
    this.#values++;
    const choices = chunk['choices'];
    const list = listOf(choices);
    const first = isRecord(list?.[0]) ? list[0] : undefined;
    const error = errorIn(chunk, first);
    const inner = list === undefined && error === undefined ? wrapped(chunk) : undefined;
    if (inner !== undefined) return this.#chunk(inner);
    if (error !== undefined) this.#found(error);
    if (this.#failure !== undefined) return false;
    for (const choice of list ?? []) this.#choice(choice);
    // Some relays say it beside the choices.
    if (finishIn(chunk)) this.#choice({ finish_reason: finishIn(chunk) });
    this.#citations.take(chunk);
    if (isRecord(first?.['delta'])) this.#citations.take(first['delta']);
    if (isRecord(first?.['message'])) this.#citations.take(first['message']);
    const usage = usageIn(chunk, first);
    if (usage !== undefined) this.#sink({ type: 'usage', usage });
    if (list !== undefined || usage !== undefined || error !== undefined) this.#understood = true;
    else if (!this.#understood && !isSignOfLife(chunk) && ++this.#unknownObjects > maxUnknownObjects) {
      this.#failure = ownFailure('not-an-answer', [this.#json.head]);
    }
    return false;
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

  #found({ error, certainty }: FoundError): void {
    if (certainty === 'sure') this.#failure ??= fromErrorObject(error);
    // A finish reason in every chunk does not rule out an error.
    else if (certainty === 'likely' || this.#choices.finish === undefined || this.#choices.finishesAlways) {
      this.#isUnclear = certainty === 'unclear' && (this.#isUnclear || this.#suspect === undefined);
      this.#suspect ??= fromErrorObject(error);
    }
  }

  /** After a good finish reason, `[DONE]` is final; without one, content may follow, which shows that it was misplaced. */
  #sayDone(): void {
    // Only an end: an empty answer.
    this.#understood ||= this.#json.head === '';
    if (this.#choices.finish !== undefined && !this.#choices.wentOn) this.#done = true;
    else this.#doneSaid = true;
  }

  /** Content has arrived, so what looked like an error or an end before it was neither. */
  #wentOn(): void {
    this.#suspect = undefined;
    this.#doneSaid = false;
  }

  #hole(text: string): void {
    this.#failure ??= unreadable(text);
  }
}

/** Also reads a choice without its list, and an object of choices by index. */
function listOf(choices: unknown): readonly unknown[] | undefined {
  if (Array.isArray(choices) || !choices) return Array.isArray(choices) ? choices : undefined;
  const values = isRecord(choices) ? Object.values(choices) : [];
  return values.length > 0 && Object.keys(choices).every((name) => /^\d+$/.test(name)) ? values : [choices];
}

/** The object in the chunk that has the choices: some relays wrap every chunk. */
function wrapped(chunk: Record<string, unknown>, depth = 0): Record<string, unknown> | undefined {
  const inner = Object.values(chunk).filter(isRecord);
  const found = inner.find((value) => Boolean(value['choices']));
  return found ?? (depth < 2 ? inner.map((value) => wrapped(value, depth + 1)).find((value) => value !== undefined) : undefined);
}
