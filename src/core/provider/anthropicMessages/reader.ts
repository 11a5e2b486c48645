/** The Messages stream: a message begins, its blocks come one after the other, and a delta of the message ends it. */
import type { RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages/messages';
import { type Failure, fromErrorObject } from '../failures/failure.ts';
import { type JsonFields, numberIn, partsIn, recordIn, spelled, wordIn } from '../reading/json.ts';
import { responseDelta } from '../reading/deltas.ts';
import type { ObjectReader } from '../reading/jsonDecoder.ts';
import { endingOfWord, finishIn } from '../reading/finishWords.ts';
import { saysSomething } from '../reading/streamErrors.ts';
import type { DeltaSink, Ending } from '../provider.ts';
import { MessageBlocks } from './blocks.ts';
import { Counts } from './usage.ts';

/** `message` is the whole answer, from a server that does not stream. */
type EventType = RawMessageStreamEvent['type'] | 'ping' | 'error' | 'message';

export class MessagesReader implements ObjectReader {
  readonly #sink: DeltaSink;
  readonly #blocks: MessageBlocks;
  readonly #counts = new Counts();
  #failure: Failure | undefined;
  /** The server's word for how the answer ended. */
  #word = '';
  #detail = '';
  #done = false;

  constructor(sink: DeltaSink) {
    this.#sink = sink;
    this.#blocks = new MessageBlocks(sink);
  }

  get failure(): Failure | undefined {
    return this.#failure ?? this.#blocks.failure;
  }

  get state(): ObjectReader['state'] {
    if (this.#done) return 'done';
    // A reason before the end of the blocks does not mean that nothing follows.
    return this.#word === '' || this.#blocks.areOpen ? 'open' : 'finished';
  }

  take(event: JsonFields): boolean {
    const name = event['type'] as EventType;
    switch (name) {
      case 'content_block_delta':
        this.#blocks.delta(placeOf(event), recordIn(event, 'delta'));
        return true;
      case 'content_block_start':
        this.#blocks.start(placeOf(event), recordIn(event, 'content_block'));
        return true;
      case 'content_block_stop':
        this.#blocks.stop(placeOf(event));
        return true;
      case 'message_start':
        this.#check(recordIn(event, 'message'));
        this.#begin(recordIn(event, 'message'));
        return true;
      case 'message_delta':
        this.#check(recordIn(event, 'message'));
        this.#check(recordIn(event, 'delta'));
        this.#end(recordIn(event, 'delta'));
        this.#count(event['usage']);
        return true;
      case 'message_stop':
        this.#done = true;
        return true;
      case 'message':
        this.#begin(event);
        this.#end(event);
        this.#done = true;
        return true;
      case 'ping':
        return true;
      case 'error':
        this.#failure = fromErrorObject(event);
        return true;
      default:
        this.#newer(name, event);
        return false;
    }
  }

  end(): Ending {
    const word = this.#word;
    // Without a reason the message is not whole, also where the server says that it stops here.
    if (word === '') return { type: 'cut' };
    const ending = endingOfWord(word, word.toLowerCase() === 'pause_turn' ? 'pause' : undefined);
    if (ending.type !== 'finish') return ending;
    return { ...ending, ...(this.#detail === '' ? {} : { detail: this.#detail }) };
  }

  #newer(name: never, event: JsonFields): void {
    if (typeof name === 'string' && spelled(event) + spelled(event['delta']) !== '') this.#sink({ type: 'unshown', what: name });
  }

  #begin(message: JsonFields): void {
    const id = wordIn(message, 'id');
    const model = wordIn(message, 'model');
    if (id !== '' || model !== '') this.#sink(responseDelta(id, model));
    this.#count(message['usage']);
    for (const [index, block] of partsIn(message, 'content').entries()) {
      this.#blocks.start(index, block);
      this.#blocks.stop(index);
    }
  }

  /** Relays put errors of the server behind them where a message should be. */
  #check(holder: JsonFields): void {
    if (holder['type'] === 'error' || saysSomething(holder['error'])) this.#failure ??= fromErrorObject(holder);
  }

  #end(delta: JsonFields): void {
    this.#word = finishIn(delta) || this.#word;
    const details = recordIn(delta, 'stop_details');
    const category = wordIn(details, 'category');
    const explanation = wordIn(details, 'explanation');
    if (category + explanation !== '') this.#detail = [category, explanation].filter((word) => word !== '').join(': ');
  }

  #count(usage: unknown): void {
    const counts = this.#counts.take(usage);
    if (counts !== undefined) this.#sink({ type: 'usage', usage: counts });
  }
}

function placeOf(event: JsonFields): number {
  return numberIn(event, 'index') ?? 0;
}
