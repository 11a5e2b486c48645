/**
 * What servers say, in one language: every dialect of the chat completions stream becomes the same few deltas.
 * The shapes and where they come from are in test/fixtures/streams; a new quirk is a line here and a fixture there.
 */
import { type Failure, fromErrorObject, isRecord } from '../failure.ts';
import { Template } from './template.ts';
import { ThinkSplitter } from '../thinkTags.ts';

export type FinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'other';

/** Tokens of one request as the server counted them. */
export interface WireUsage {
  readonly prompt: number;
  readonly completion: number;
  readonly total: number;
  readonly reasoning: number;
  readonly cached: number;
}

export type Delta =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  /** A piece of a tool call: `name` and `id` come once, `arguments` in pieces of JSON text. */
  | { readonly type: 'tool'; readonly index: number; readonly id: string; readonly name: string; readonly arguments: string }
  | { readonly type: 'usage'; readonly usage: WireUsage };

export type DeltaSink = (delta: Delta) => void;

/** How the server ended, as far as it has said so. An error beats a finish reason, which beats `[DONE]`. */
export type Ending =
  | { readonly type: 'finish'; readonly reason: FinishReason }
  | { readonly type: 'failure'; readonly failure: Failure }
  | { readonly type: 'none' };

const finishReasons: ReadonlyMap<string, FinishReason | 'error'> = new Map([
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['model_length', 'length'],
  ['content_filter', 'content-filter'],
  ['sensitive', 'content-filter'],
  ['safety', 'content-filter'],
  ['tool_calls', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['tool_use', 'tool-calls'],
  ['error', 'error'],
  ['network_error', 'error'],
]);

/** Reads the JSON of one stream, event by event, and says what it means. One instance per response. */
export class ChatCompletionsDecoder {
  readonly #sink: DeltaSink;
  readonly #think: ThinkSplitter;
  readonly #template = new Template();
  #finish: FinishReason | 'error' | undefined;
  #failure: Failure | undefined;
  #anyText = false;
  /** An event with text and nothing else has come. */
  #spoken = false;
  #anyEvent = false;
  /** A first half of a surrogate pair; deltas are cut by tokens, not by characters. */
  #halfPair = '';

  constructor(sink: DeltaSink) {
    this.#sink = sink;
    this.#think = new ThinkSplitter({
      text: (text) => this.#text(text),
      reasoning: (text) => sink({ type: 'reasoning', text }),
    });
  }

  /** The server has named a finish reason; content may still follow it. */
  get finished(): boolean {
    return this.#finish !== undefined;
  }

  /** The server has reported an error; nothing of worth follows one. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** True once a JSON object has come; without one, what came was not such a stream. */
  get understood(): boolean {
    return this.#anyEvent;
  }

  /** One event's data. What is not a JSON object is passed over, as servers append notes of their own. */
  event(json: string): void {
    const text = this.#template.textOf(json);
    if (text !== undefined) {
      if (text !== '') this.#content(text);
      return;
    }
    let value: unknown;
    try {
      value = JSON.parse(json);
    } catch {
      return;
    }
    if (Array.isArray(value)) value = value[0];
    if (!isRecord(value) || !this.#chunk(value)) return;
    // A person waits for the first word: it is not held up for the sake of those to come.
    if (this.#spoken) this.#template.learn(json);
    this.#spoken = true;
  }

  /** The payload of an `error:` field, which llama.cpp's server sent in place of `data:` until autumn 2025. */
  errorField(text: string): void {
    let error: unknown = text;
    try {
      error = JSON.parse(text);
    } catch {
      // A sentence without JSON around it is the message itself.
    }
    this.#anyEvent = true;
    this.#failure ??= fromErrorObject(error);
  }

  /** Nothing more will come. Gives what was held back and returns how the server ended. */
  end(): Ending {
    this.#think.end();
    if (this.#failure !== undefined) return { type: 'failure', failure: this.#failure };
    switch (this.#finish) {
      case undefined:
        return { type: 'none' };
      case 'error':
        return { type: 'failure', failure: { kind: 'server', message: 'The server ended the answer with an error.' } };
      default:
        return { type: 'finish', reason: this.#finish };
    }
  }

  /** True when there was text in it and nothing else. */
  #chunk(chunk: Record<string, unknown>): boolean {
    this.#anyEvent = true;
    const choice = firstChoice(chunk['choices']);
    const delta = choice?.['delta'];
    const reason = choice?.['finish_reason'];
    // Nearly every event is text and nothing else; looking for all that others may hold takes as long as the text.
    if (isRecord(delta) && !reason && !chunk['usage'] && typeof delta['content'] === 'string' && delta['content'] !== '') {
      this.#message(delta);
      return isTextAlone(delta);
    }
    const error = errorOf(chunk);
    if (error !== undefined) this.#failure ??= fromErrorObject(error);
    if (choice !== undefined) {
      const message = choice['message'];
      if (isRecord(delta)) this.#message(delta);
      else if (isRecord(message) && !this.#anyText) this.#message(message);
      if (typeof reason === 'string' && reason !== '') this.#finish = finishReasons.get(reason) ?? 'other';
    }
    const usage = usageOf(chunk, choice);
    if (usage !== undefined) this.#sink({ type: 'usage', usage });
    return false;
  }

  #message(message: Record<string, unknown>): void {
    const reasoning = message['reasoning_content'] ?? message['reasoning'];
    if (typeof reasoning === 'string' && reasoning !== '') this.#sink({ type: 'reasoning', text: reasoning });
    const content = message['content'];
    if (typeof content === 'string') {
      if (content !== '') this.#content(content);
    } else if (Array.isArray(content)) this.#parts(content);
    const refusal = message['refusal'];
    if (typeof refusal === 'string' && refusal !== '') this.#text(refusal);
    const tools = message['tool_calls'];
    if (Array.isArray(tools)) this.#tools(tools);
  }

  #parts(parts: readonly unknown[]): void {
    for (const part of parts) {
      if (!isRecord(part)) continue;
      if (part['type'] === 'text' && typeof part['text'] === 'string') this.#content(part['text']);
      const thinking = part['thinking'];
      if (part['type'] !== 'thinking' || !Array.isArray(thinking)) continue;
      for (const thought of thinking) {
        if (isRecord(thought) && typeof thought['text'] === 'string' && thought['text'] !== '') {
          this.#sink({ type: 'reasoning', text: thought['text'] });
        }
      }
    }
  }

  #tools(tools: readonly unknown[]): void {
    for (const [place, tool] of tools.entries()) {
      if (!isRecord(tool)) continue;
      const call = isRecord(tool['function']) ? tool['function'] : {};
      this.#sink({
        type: 'tool',
        index: typeof tool['index'] === 'number' ? tool['index'] : place,
        id: stringOr(tool['id']),
        name: stringOr(call['name']),
        arguments: stringOr(call['arguments']),
      });
    }
  }

  #content(text: string): void {
    this.#anyText = true;
    this.#think.push(text);
  }

  #text(text: string): void {
    this.#anyText = true;
    let whole = text;
    if (this.#halfPair !== '') {
      whole = this.#halfPair + text;
      this.#halfPair = '';
    }
    const last = whole.charCodeAt(whole.length - 1);
    if (last >= 0xd800 && last <= 0xdbff) {
      this.#halfPair = whole.slice(-1);
      whole = whole.slice(0, -1);
    }
    if (whole !== '') this.#sink({ type: 'text', text: whole });
  }
}

/** Nothing of what `Dialect` reads in a message beside its text. */
function isTextAlone(delta: Record<string, unknown>): boolean {
  const tools = delta['tool_calls'];
  return !(delta['reasoning_content'] || delta['reasoning'] || delta['refusal'] || (Array.isArray(tools) && tools.length > 0));
}

/** The choice with index 0, or without one; answers to n > 1 hold others too. */
function firstChoice(choices: unknown): Record<string, unknown> | undefined {
  if (!Array.isArray(choices)) return undefined;
  for (let place = 0; place < choices.length; place++) {
    const choice: unknown = choices[place];
    if (isRecord(choice) && (choice['index'] ?? 0) === 0) return choice;
  }
  return undefined;
}

function errorOf(chunk: Record<string, unknown>): unknown {
  if (chunk['error_message'] !== undefined) return { message: chunk['error_message'], type: chunk['error_type'] };
  const error = chunk['error'] ?? (chunk['object'] === 'error' ? chunk : undefined);
  if (error === undefined || error === null || error === false) return undefined;
  return error;
}

function usageOf(chunk: Record<string, unknown>, choice: Record<string, unknown> | undefined): WireUsage | undefined {
  const groq = chunk['x_groq'];
  const usage = countsOf(chunk['usage']) ?? (isRecord(groq) ? countsOf(groq['usage']) : undefined) ?? countsOf(choice?.['usage']);
  return usage;
}

function countsOf(usage: unknown): WireUsage | undefined {
  if (!isRecord(usage) || !Number.isInteger(usage['prompt_tokens'])) return undefined;
  const completionDetails = usage['completion_tokens_details'];
  const promptDetails = usage['prompt_tokens_details'];
  const prompt = count(usage['prompt_tokens']);
  const completion = count(usage['completion_tokens']);
  return {
    prompt,
    completion,
    total: count(usage['total_tokens']) || prompt + completion,
    reasoning: isRecord(completionDetails) ? count(completionDetails['reasoning_tokens']) : 0,
    cached: count(
      (isRecord(promptDetails) ? promptDetails['cached_tokens'] : undefined) ?? usage['prompt_cache_hit_tokens'] ?? usage['cached_tokens'],
    ),
  };
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}

function stringOr(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
