/** The `generateContent` stream: each object brings parts of a candidate, and the last one its reason to finish. */
import { type Failure, fromErrorObject } from '../failures/failure.ts';
import { isRecord, type JsonFields, partsIn, recordIn, recordsIn, spelled, wordIn } from '../reading/json.ts';
import { citationDelta, responseDelta } from '../reading/deltas.ts';
import type { ObjectReader } from '../reading/jsonDecoder.ts';
import { saysSomething } from '../reading/streamErrors.ts';
import { ownFailure } from '../failures/ownFailures.ts';
import type { DeltaSink, Ending } from '../provider.ts';
import { FunctionCalls } from './functionCalls.ts';
import { finishIn, meaningOf, type ReasonMeaning } from '../reading/finishWords.ts';
import { camelCased } from './camelCased.ts';
import type { Kept } from './signatures.ts';
import { countsOfMetadata } from './usage.ts';

/** Fields beside the content of a part. */
const besides: ReadonlySet<string> = new Set(['thought', 'thoughtSignature', 'partMetadata', 'videoMetadata', 'mediaResolution']);

export class GeminiReader implements ObjectReader {
  readonly #sink: DeltaSink;
  readonly #calls: FunctionCalls;
  readonly #cited = new Set<string>();
  #failure: Failure | undefined;
  #word = '';
  #detail = '';
  #blockedPrompt = '';
  #continues = false;
  /** The last checked chunk: similar chunks arrive as the same object. */
  #checked: JsonFields | undefined;
  #id = '';
  #model = '';

  constructor(sink: DeltaSink) {
    this.#sink = sink;
    this.#calls = new FunctionCalls(sink);
  }

  get failure(): Failure | undefined {
    return this.#failure ?? this.#calls.failure;
  }

  get state(): ObjectReader['state'] {
    return this.#word === '' && this.#blockedPrompt === '' ? 'open' : 'finished';
  }

  take(sent: JsonFields): boolean {
    const chunk = sent === this.#checked ? sent : camelCased(sent);
    this.#checked = chunk;
    if (saysSomething(chunk['error'])) {
      this.#failure = fromErrorObject(chunk);
      return true;
    }
    this.#info(chunk);
    const counts = countsOfMetadata(chunk['usageMetadata']);
    if (counts !== undefined) this.#sink({ type: 'usage', usage: counts });
    const feedback = recordIn(chunk, 'promptFeedback');
    const reason = wordIn(feedback, 'blockReason');
    if (reason !== '' && reason !== 'BLOCKED_REASON_UNSPECIFIED') {
      this.#blockedPrompt = reason;
      this.#detail = wordIn(feedback, 'blockReasonMessage');
    }
    // Some relays wrap every chunk.
    if (!('candidates' in chunk) && 'candidates' in recordIn(chunk, 'response')) return this.take(recordIn(chunk, 'response'));
    // One answer is ever asked for.
    for (const candidate of partsIn(chunk, 'candidates')) this.#candidate(candidate);
    return counts !== undefined || reason !== '' || 'candidates' in chunk || this.#id !== '';
  }

  end(): Ending {
    const detail = this.#detail === '' ? {} : { detail: this.#detail };
    if (this.#word === '') {
      if (this.#blockedPrompt === '') return { type: 'cut' };
      return { type: 'finish', reason: 'content-filter', word: `prompt:${this.#blockedPrompt}`, ...detail };
    }
    const word = this.#word;
    const meaning = meaningOfFinish(word) ?? 'cut';
    switch (meaning) {
      case 'error':
        return {
          type: 'failure',
          failure: this.#detail === '' ? ownFailure('ended-with-error', [word]) : { kind: 'server', message: this.#detail },
        };
      case 'pause':
        return this.#continues ? { type: 'finish', reason: 'pause', word } : { type: 'cut', word };
      case 'cut':
        return { type: 'cut', word };
      case 'stop':
        if (this.#calls.open) return { type: 'cut', word };
        return { type: 'finish', reason: this.#calls.any ? 'tool-calls' : 'stop', word, ...detail };
      case 'length':
      case 'content-filter':
      case 'tool-calls':
      case 'other':
        return { type: 'finish', reason: meaning, word, ...detail };
      default:
        return meaning satisfies never;
    }
  }

  /** Repeated in every chunk. */
  #info(chunk: JsonFields): void {
    const id = wordIn(chunk, 'responseId') || this.#id;
    const model = wordIn(chunk, 'modelVersion') || this.#model;
    if (id === this.#id && model === this.#model) return;
    this.#id = id;
    this.#model = model;
    this.#sink(responseDelta(id, model));
  }

  #candidate(candidate: JsonFields): void {
    const content = candidate['content'];
    const parts = isRecord(content) && !Array.isArray(content) ? partsIn(content, 'parts') : partsIn(candidate, 'content');
    for (const part of parts) this.#part(part);
    const citations = recordIn(candidate, 'citationMetadata');
    for (const name of ['citationSources', 'citations']) for (const source of recordsIn(citations, name)) this.#cite(source);
    for (const chunk of recordsIn(recordIn(candidate, 'groundingMetadata'), 'groundingChunks')) this.#cite(recordIn(chunk, 'web'));
    const word = finishWord(finishIn(candidate));
    if (meaningOfFinish(word) === undefined) return;
    this.#word = word;
    this.#detail = wordIn(candidate, 'finishMessage');
    this.#calls.close();
    const continuationToken = wordIn(candidate, 'continuationToken');
    if (meaningOfFinish(word) !== 'pause' || continuationToken === '') return;
    this.#continues = true;
    this.#keep({ on: 'pause', continuationToken });
  }

  #part(part: JsonFields): void {
    const thoughtSignature = wordIn(part, 'thoughtSignature');
    const call = part['functionCall'];
    if (typeof call === 'object' && call !== null) {
      this.#calls.take(call as JsonFields, thoughtSignature);
      return;
    }
    const { thought } = part;
    // A flag, or the thought itself.
    const text = spelled(part['text']) || (typeof thought === 'string' && thought !== 'true' ? thought : '');
    const on = thought === undefined || thought === null || String(thought) === 'false' ? 'text' : 'thought';
    if (text !== '') this.#sink({ type: on === 'thought' ? 'reasoning' : 'text', text });
    // A signature may come alone, with an empty text or without any.
    if (thoughtSignature !== '') this.#keep({ on, thoughtSignature, text });
    const what = typeof part['text'] === 'string' ? undefined : Object.keys(part).find((name) => !besides.has(name));
    if (text === '' && what !== undefined) this.#sink({ type: 'unshown', what });
  }

  #keep(kept: Kept): void {
    this.#sink({ type: 'opaque', value: kept, anchor: kept.on });
  }

  #cite(source: JsonFields): void {
    const url = wordIn(source, 'uri');
    const title = wordIn(source, 'title');
    // Servers repeat a source once its title is known.
    const known = `${url} ${title}`;
    if (url === '' || this.#cited.has(known)) return;
    this.#cited.add(known);
    this.#sink(citationDelta(url, title));
  }
}

/** The finish reasons by number, as far as all of Google's APIs agree. */
const numbered = ['', 'STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION', 'OTHER'];

/** The finish reason by its name, where the server sends its number. */
function finishWord(word: string): string {
  return /^\d+$/.test(word) ? (numbered[Number(word)] ?? `FINISH_REASON_${word}`) : word;
}

function meaningOfFinish(word: string): ReasonMeaning | undefined {
  return word.toUpperCase() === 'CONTINUATION' ? 'pause' : meaningOf(word);
}
