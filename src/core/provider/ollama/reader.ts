/** Ollama's own stream: one JSON object a line, the last one with how it ended and the counts. */
import { type Failure, fromErrorObject } from '../failures/failure.ts';
import { isRecord, type JsonFields, wordIn } from '../reading/json.ts';
import type { ObjectReader } from '../reading/jsonDecoder.ts';
import type { DeltaSink, Ending, FinishReason, TokenCounts } from '../provider.ts';

export class OllamaReader implements ObjectReader {
  readonly #sink: DeltaSink;
  #calls = 0;
  #begun = false;
  #ending: Ending | undefined;
  #failure: Failure | undefined;

  constructor(sink: DeltaSink) {
    this.#sink = sink;
  }

  get state(): ObjectReader['state'] {
    return this.#ending === undefined ? 'open' : 'done';
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  end(): Ending {
    return this.#ending ?? { type: 'cut' };
  }

  take(line: JsonFields): boolean {
    const { error, message, done } = line;
    if (error !== undefined && error !== null && error !== '') {
      this.#failure = fromErrorObject(line);
      return true;
    }
    // A list of contents is another protocol's.
    if (isRecord(message) && !Array.isArray(message['content'])) this.#message(message);
    else if (done !== true) return false;
    if (!this.#begun && typeof line['model'] === 'string') this.#sink({ type: 'response', model: line['model'] });
    this.#begun = true;
    if (done !== true) return true;
    const usage = countsOf(line);
    if (usage !== undefined) this.#sink({ type: 'usage', usage });
    this.#ending = endingOf(wordIn(line, 'done_reason'), this.#calls > 0);
    return true;
  }

  #message({ thinking, content, tool_calls: calls }: JsonFields): void {
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
function countsOf(line: JsonFields): Partial<TokenCounts> | undefined {
  const { prompt_eval_count: prompt, eval_count: completion } = line;
  if (typeof prompt !== 'number' && typeof completion !== 'number') return undefined;
  return {
    ...(typeof prompt === 'number' ? { prompt } : {}),
    ...(typeof completion === 'number' ? { completion } : {}),
  };
}
