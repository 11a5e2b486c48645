/** Ollama's own stream: one JSON object a line, the last one with how it ended and the counts. */
import { type Failure, fromErrorObject } from '../failure.ts';
import { isRecord } from '../json.ts';
import { JsonStream } from '../jsonStream.ts';
import { ownFailure } from '../ownFailures.ts';
import type { Decoder, DeltaSink, Ending, FinishReason, TokenCounts } from '../provider.ts';

type Fields = Readonly<Record<string, unknown>>;

const maxUnknown = 8;
/** Longest part of what was not understood that is shown. */
const shownCharacters = 120;

export class OllamaDecoder implements Decoder<Uint8Array> {
  readonly #sink: DeltaSink;
  readonly #json = new JsonStream((value) => this.#line(value));
  #calls = 0;
  #ending: Ending | undefined;
  #failure: Failure | undefined;
  #understood = false;
  #unknown = 0;
  /** The start of what was not understood. */
  #unread = '';

  constructor(sink: DeltaSink) {
    this.#sink = sink;
  }

  get state(): Decoder['state'] {
    if (this.#failure !== undefined || this.#json.failure !== undefined) return 'failed';
    return this.#ending === undefined ? 'open' : 'done';
  }

  feed(bytes: Uint8Array): void {
    if (this.#ending === undefined && this.#failure === undefined) this.#json.feed(bytes);
  }

  end(): Ending {
    if (this.#ending === undefined && this.#failure === undefined) this.#json.end();
    const failure = this.#failure ?? this.#json.failure;
    if (failure !== undefined) return { type: 'failure', failure };
    if (this.#ending !== undefined) return this.#ending;
    return this.#unknown > 0 && !this.#understood
      ? { type: 'failure', failure: ownFailure('not-an-answer', [this.#unread]) }
      : { type: 'cut' };
  }

  #line(line: Fields): void {
    if (this.#ending !== undefined || this.#failure !== undefined) return;
    const { error, message, done } = line;
    if (error !== undefined && error !== null && error !== '') {
      this.#failure = fromErrorObject(line);
      return;
    }
    // A list of contents is another protocol's.
    if (isRecord(message) && !Array.isArray(message['content'])) this.#message(message);
    else if (done !== true) {
      if (!this.#understood) this.#passOver(line);
      return;
    }
    if (!this.#understood && typeof line['model'] === 'string') this.#sink({ type: 'response', model: line['model'] });
    this.#understood = true;
    if (done !== true) return;
    const usage = countsOf(line);
    if (usage !== undefined) this.#sink({ type: 'usage', usage });
    this.#ending = endingOf(typeof line['done_reason'] === 'string' ? line['done_reason'] : '', this.#calls > 0);
  }

  #passOver(line: Fields): void {
    this.#unread ||= JSON.stringify(line).slice(0, shownCharacters);
    if (++this.#unknown > maxUnknown) this.#failure = ownFailure('not-an-answer', [this.#unread]);
  }

  #message({ thinking, content, tool_calls: calls }: Fields): void {
    if (typeof thinking === 'string' && thinking !== '') this.#sink({ type: 'reasoning', text: thinking });
    if (typeof content === 'string' && content !== '') this.#sink({ type: 'text', text: content });
    // Each entry is a whole call; the server's own index may repeat.
    for (const call of Array.isArray(calls) ? calls : []) {
      const called = isRecord(call) ? call['function'] : undefined;
      if (!isRecord(called) || typeof called['name'] !== 'string') continue;
      const given = called['arguments'];
      this.#sink({
        type: 'tool',
        index: this.#calls++,
        id: isRecord(call) && typeof call['id'] === 'string' ? call['id'] : '',
        name: called['name'],
        arguments: typeof given === 'string' ? given : JSON.stringify(given ?? {}),
      });
    }
  }
}

const reasons: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  // A server whose runner closed its connection names none.
  ['', 'stop'],
  ['tool_calls', 'tool-calls'],
  ['length', 'length'],
  ['load', 'other'],
  ['unload', 'other'],
]);

function endingOf(word: string, called: boolean): Ending {
  const reason = reasons.get(word);
  if (reason === undefined) return { type: 'cut', word };
  return { type: 'finish', reason: reason === 'stop' && called ? 'tool-calls' : reason, word };
}

/** Both are left out where they would be 0. */
function countsOf(line: Fields): Partial<TokenCounts> | undefined {
  const { prompt_eval_count: prompt, eval_count: completion } = line;
  if (typeof prompt !== 'number' && typeof completion !== 'number') return undefined;
  return {
    ...(typeof prompt === 'number' ? { prompt } : {}),
    ...(typeof completion === 'number' ? { completion } : {}),
  };
}
