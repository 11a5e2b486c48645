/** Anthropic's Messages: encodes an answer as consecutive blocks or as one message. */
import type { Usage } from '../../../../api.ts';
import { argumentsObject } from '../../../../core/provider/parts.ts';
import type { EndEvent } from '../../../../core/answer/liveStream.ts';
import type { ToolCall } from '../../../../core/request/toolCalls.ts';
import { isCutByLimit, notesOf, type Problem, problemOf } from '../../problem.ts';
import { type AnswerPiece, piecesSoFar } from '../../answerPieces.ts';
import type { AnswerHead, Dialect, Encoder, Frame } from '../serviceApi.ts';
import { toEnvelope, rawOf } from '../opaque.ts';
import { present } from '../../../../core/present.ts';

type Block =
  | { readonly type: 'text'; text: string; readonly citations: null }
  | { readonly type: 'thinking'; thinking: string; signature: string };

export function messagesDialect(head: AnswerHead): Dialect {
  return {
    encoder: () => new BlockEncoder(head),
    whole: (stream) => {
      const encoder = new BlockEncoder(head);
      for (const piece of piecesSoFar(stream)) encoder.take(piece);
      return encoder.message(stream.end, stream.usage());
    },
  };
}

class BlockEncoder implements Encoder {
  readonly #head: AnswerHead;
  readonly #content: object[] = [];
  /** The last block, while it is open. */
  #open: Block | undefined;
  /** The next block of reasoning follows another of the same attempt. */
  #hasThought = false;
  #calls = 0;

  constructor(head: AnswerHead) {
    this.#head = head;
  }

  open(): readonly Frame[] {
    return [named({ type: 'message_start', message: this.#message([], null, { input_tokens: 0, output_tokens: 0 }) })];
  }

  take(piece: AnswerPiece): readonly Frame[] {
    switch (piece.type) {
      case 'text':
        return this.#text(piece.text);
      case 'reasoning':
        return this.#thinking(piece.text);
      case 'opaque':
        return this.#sealed(piece.value);
      case 'again':
        this.#hasThought = false;
        return this.#open?.type === 'thinking' ? this.#close() : [];
      case 'call':
        this.#calls++;
        return [...this.#close(), ...this.#callOf(piece.call)];
      case 'end':
        return [...this.#close(), ...this.#end(piece.end)];
      default:
        return piece satisfies never;
    }
  }

  /** The stop reason is null while the answer is not whole. */
  message(end: EndEvent | undefined, usage: Usage): object {
    const problem = end === undefined ? undefined : problemOf(end);
    const reason = end === undefined || problem !== undefined ? null : this.#stopReason(end);
    return {
      ...this.#message(this.#content, reason, usageOf(usage)),
      ...(end === undefined ? {} : notesOf(end)),
      ...(problem === undefined ? {} : { error: errorOf(problem) }),
    };
  }

  #message(content: readonly object[], stop_reason: string | null, usage: object): object {
    const { id, model } = this.#head;
    return { id, type: 'message', role: 'assistant', model, content, stop_reason, stop_sequence: null, usage };
  }

  #text(text: string): readonly Frame[] {
    if (this.#open?.type !== 'text') {
      const closed = this.#close();
      return [...closed, ...this.#start({ type: 'text', text: '', citations: null }), ...this.#text(text)];
    }
    this.#open.text += text;
    return [this.#delta({ type: 'text_delta', text })];
  }

  #thinking(text: string): readonly Frame[] {
    if (this.#open?.type !== 'thinking') {
      const closed = this.#close();
      // The paragraph that parts two blocks belongs to neither.
      const words = this.#hasThought ? text.replace(/^\n\n/, '') : text;
      return [...closed, ...this.#start({ type: 'thinking', thinking: '', signature: '' }), ...this.#thinking(words)];
    }
    this.#hasThought = true;
    this.#open.thinking += text;
    return text === '' ? [] : [this.#delta({ type: 'thinking_delta', thinking: text })];
  }

  #sealed(opaque: unknown): readonly Frame[] {
    const raw = rawOf(opaque, 'messages');
    if (this.#open?.type === 'thinking') {
      const isSame = raw?.['type'] === 'thinking' && raw['thinking'] === this.#open.thinking && typeof raw['signature'] === 'string';
      const signature = isSame ? String(raw['signature']) : toEnvelope(opaque);
      this.#open.signature = signature;
      return [this.#delta({ type: 'signature_delta', signature }), ...this.#close()];
    }
    const isBlock = raw !== undefined && typeof raw['type'] === 'string';
    const frames = [...this.#close(), ...this.#start(isBlock ? raw : { type: 'redacted_thinking', data: toEnvelope(opaque) })];
    return [...frames, ...this.#close()];
  }

  #callOf({ id, name, arguments: json }: ToolCall): readonly Frame[] {
    const input = argumentsObject(json);
    const index = this.#content.push({ type: 'tool_use', id, name, input }) - 1;
    return [
      named({ type: 'content_block_start', index, content_block: { type: 'tool_use', id, name, input: {} } }),
      named({ type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: JSON.stringify(input) } }),
      named({ type: 'content_block_stop', index }),
    ];
  }

  #start(block: object): readonly Frame[] {
    // A copy: the frame must stay as it is while the block grows.
    const frame = named({ type: 'content_block_start', index: this.#content.push(block) - 1, content_block: { ...block } });
    this.#open = block as Block;
    return [frame];
  }

  #delta(delta: object): Frame {
    return named({ type: 'content_block_delta', index: this.#content.length - 1, delta });
  }

  #close(): readonly Frame[] {
    if (this.#open === undefined) return [];
    this.#open = undefined;
    return [named({ type: 'content_block_stop', index: this.#content.length - 1 })];
  }

  #end(end: EndEvent): readonly Frame[] {
    const problem = problemOf(end);
    if (problem !== undefined) return [named({ type: 'error', error: errorOf(problem) })];
    return [
      named({
        type: 'message_delta',
        delta: { stop_reason: this.#stopReason(end), stop_sequence: null },
        usage: usageOf(end.usage),
        ...notesOf(end),
      }),
      named({ type: 'message_stop' }),
    ];
  }

  #stopReason({ reason, word = '' }: EndEvent): string {
    if (this.#calls > 0) return 'tool_use';
    if (ownWords.includes(word)) return word;
    if (isCutByLimit(reason)) return 'max_tokens';
    return reason === 'content-filter' ? 'refusal' : 'end_turn';
  }
}

/** These stop reasons are more precise than Rivulet's. */
const ownWords: readonly string[] = ['stop_sequence', 'model_context_window_exceeded'];

function named(data: { readonly type: string; readonly [field: string]: unknown }): Frame {
  return { event: data.type, data };
}

export function messagesError(problem: Problem): object {
  return { type: 'error', error: errorOf(problem) };
}

function errorOf({ status, message }: Problem): object {
  return { type: errorTypes[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error'), message };
}

const errorTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
};

/** The API's input count excludes tokens read from or written to the cache. */
function usageOf({ prompt, completion, cached, cacheWrite, estimated }: Usage): object {
  return {
    input_tokens: Math.max(0, prompt - (cached ?? 0) - (cacheWrite ?? 0)),
    output_tokens: completion,
    ...present({ cache_read_input_tokens: cached, cache_creation_input_tokens: cacheWrite }),
    ...(estimated ? { estimated: true } : {}),
  };
}
