/** Ollama's own stream: one JSON object a line, the last one with how it ended and the counts. */
import { type Failure, fromErrorObject } from '../failures/failure.ts';
import { givenCounts } from '../reading/deltas.ts';
import { isRecord, type JsonFields, numberIn, spelled } from '../reading/json.ts';
import type { ObjectReader } from '../reading/jsonDecoder.ts';
import { saysSomething } from '../reading/streamErrors.ts';
import { argumentsIn } from '../reading/objectText.ts';
import { endingOfWord, endWord } from '../reading/finishWords.ts';
import { ThinkSplitter } from '../reading/thinkTags.ts';
import type { DeltaSink, Ending, UnopenedThoughts } from '../provider.ts';

export class OllamaReader implements ObjectReader {
  readonly unread: ReadonlySet<string> = new Set(['created_at']);
  readonly #sink: DeltaSink;
  /** Models not known to the server as thinking models put their thoughts into the content. */
  readonly #think: ThinkSplitter;
  #calls = 0;
  #begun = false;
  #ending: Ending | undefined;
  failure: Failure | undefined;

  constructor(sink: DeltaSink, thoughts?: UnopenedThoughts) {
    this.#sink = sink;
    const give = { text: (text: string) => sink({ type: 'text', text }), reasoning: (text: string) => sink({ type: 'reasoning', text }) };
    this.#think = new ThinkSplitter(give, thoughts?.close);
  }

  get state(): ObjectReader['state'] {
    return this.#ending === undefined ? 'open' : 'done';
  }

  end(): Ending {
    if (this.#ending === undefined) this.#think.end(false, false);
    return this.#ending ?? { type: 'cut' };
  }

  take(line: JsonFields): boolean {
    const { error, message, response } = line;
    if (saysSomething(error)) {
      this.failure = fromErrorObject(line);
      return true;
    }
    const done = line['done'] === 'true' ? true : line['done'];
    // An answer that begins with a list of contents belongs to another protocol.
    // The form of `/api/generate`, which some servers use here too.
    if (done !== undefined && !isRecord(message) && (message ?? response) !== undefined) {
      this.#message({ ...line, content: message ?? response });
    } else if (isRecord(message) && (this.#begun || done !== undefined || !Array.isArray(message['content']))) this.#message(message);
    else if (done !== true) return false;
    if (!this.#begun && typeof line['model'] === 'string') this.#sink({ type: 'response', model: line['model'] });
    this.#begun = true;
    if (done !== true) return true;
    this.#think.end(true, true);
    // The server leaves out counts of 0.
    const usage = givenCounts({ prompt: numberIn(line, 'prompt_eval_count'), completion: numberIn(line, 'eval_count') });
    if (usage !== undefined) this.#sink({ type: 'usage', usage });
    this.#ending = ollamaEnding(endWord(line['done_reason']), this.#calls > 0);
    return true;
  }

  #message({ reasoning_content: other, reasoning = other, thinking = reasoning, content, images, tool_calls: calls }: JsonFields): void {
    if (Array.isArray(images) && images.length > 0) this.#sink({ type: 'unshown', what: 'images' });
    const thought = spelled(thinking);
    if (thought !== '') this.#sink({ type: 'reasoning', text: thought });
    const text = spelled(content);
    if (text !== '') this.#think.push(text);
    // Each entry is a complete call; the server's own index may repeat.
    for (const call of Array.isArray(calls) ? calls : []) {
      if (!isRecord(call)) continue;
      const called = isRecord(call['function']) ? call['function'] : call;
      this.#sink({
        type: 'tool',
        index: this.#calls++,
        id: spelled(call['id']),
        name: spelled(called['name']),
        arguments: argumentsIn(called),
      });
    }
  }
}

function ollamaEnding(word: string, called: boolean): Ending {
  // A request that only loads or unloads the model has no answer.
  const ending = endingOfWord(word, word === '' ? 'stop' : /^(?:un)?load$/.test(word) ? 'other' : undefined);
  return ending.type === 'finish' && ending.reason === 'stop' && called ? { ...ending, reason: 'tool-calls' } : ending;
}
