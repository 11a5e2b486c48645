/** Chat completions: encodes an answer as chunks or as one object. */
import type { Usage } from '../../../../api.ts';
import type { EndEvent, LiveStream } from '../../../../core/answer/liveStream.ts';
import type { ToolCall } from '../../../../core/request/toolCalls.ts';
import { isCutByLimit, notesOf, type Problem, problemOf } from '../../problem.ts';
import { piecesSoFar } from '../../answerPieces.ts';
import type { AnswerHead, Dialect, Encoder, Frame } from '../serviceApi.ts';
import { toEnvelope } from '../opaque.ts';

export function chatDialect(head: AnswerHead, includeUsage: boolean): Dialect {
  return { encoder: () => new ChunkEncoder(head, includeUsage), whole: (stream) => completion(head, stream) };
}

class ChunkEncoder implements Encoder {
  readonly #head: object;
  readonly #includeUsage: boolean;
  #role: object = { role: 'assistant' };
  #calls = 0;

  constructor({ id, model, createdSeconds }: AnswerHead, includeUsage: boolean) {
    this.#head = { id, object: 'chat.completion.chunk', created: createdSeconds, model };
    this.#includeUsage = includeUsage;
  }

  open(): readonly Frame[] {
    return [];
  }

  take(piece: Parameters<Encoder['take']>[0]): readonly Frame[] {
    switch (piece.type) {
      case 'text':
        return [this.#delta({ content: piece.text })];
      case 'reasoning':
        return [this.#delta({ reasoning_content: piece.text })];
      case 'opaque':
        return [this.#delta({ reasoning_details: [detailOf(piece.value)] })];
      case 'call':
        return [this.#delta({ tool_calls: [{ index: this.#calls++, ...asOpenAI(piece.call) }] })];
      case 'again':
        return [];
      case 'end':
        return this.#end(piece.end);
      default:
        return piece satisfies never;
    }
  }

  #end(end: EndEvent): readonly Frame[] {
    const problem = problemOf(end);
    if (problem !== undefined) return [{ data: openaiError(problem) }];
    const annotations = annotationsOf(end);
    return [
      ...(annotations.length === 0 ? [] : [this.#delta({ annotations })]),
      this.#delta({}, finishReason(end, this.#calls > 0), notesOf(end)),
      ...(this.#includeUsage ? [{ data: { ...this.#head, choices: [], usage: openaiUsage(end.usage) } }] : []),
      { data: '[DONE]' },
    ];
  }

  #delta(fields: object, finish_reason: string | null = null, more: object = {}): Frame {
    const frame = { data: { ...this.#head, choices: [{ index: 0, delta: { ...this.#role, ...fields }, finish_reason }], ...more } };
    this.#role = {};
    return frame;
  }
}

export function openaiError({ kind, message, status }: Problem): object {
  const code = kind === 'refused' ? null : kind;
  return { error: { message, type: status < 500 ? 'invalid_request_error' : 'api_error', code, param: null } };
}

/** The finish reason is null while the answer is not whole. */
function completion({ id, model, createdSeconds }: AnswerHead, stream: LiveStream): object {
  const pieces = piecesSoFar(stream);
  const { text, end } = stream;
  const reasoning = pieces.map((each) => (each.type === 'reasoning' ? each.text : '')).join('');
  const opaque = pieces.flatMap((each) => (each.type === 'opaque' ? [each.value] : []));
  const calls = pieces.flatMap((each) => (each.type === 'call' ? [each.call] : []));
  const problem = end === undefined ? undefined : problemOf(end);
  const message = {
    role: 'assistant',
    // Content of an answer with only tool calls: null, as OpenAI sends it.
    content: text === '' && calls.length > 0 ? null : text,
    refusal: null,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(opaque.length === 0 ? {} : { reasoning_details: opaque.map(detailOf) }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(asOpenAI) }),
    ...(end?.citations === undefined ? {} : { annotations: annotationsOf(end) }),
  };
  const finish_reason = end === undefined || problem !== undefined ? null : finishReason(end, calls.length > 0);
  return {
    id,
    object: 'chat.completion',
    created: createdSeconds,
    model,
    choices: [{ index: 0, message, logprobs: null, finish_reason }],
    usage: openaiUsage(stream.usage()),
    ...(end === undefined ? {} : notesOf(end)),
    ...(problem === undefined ? {} : openaiError(problem)),
  };
}

/** The position of a source in the text is unknown, so it goes to the end. */
function annotationsOf({ citations = [], text }: EndEvent): readonly object[] {
  const [start_index, end_index] = [text.length, text.length];
  return citations.map(({ url, title = url }) => ({ type: 'url_citation', url_citation: { url, title, start_index, end_index } }));
}

/** As OpenRouter sends it. */
function detailOf(opaque: unknown, index = 0): object {
  return { type: 'reasoning.encrypted', data: toEnvelope(opaque), index };
}

/** A call may have no arguments; clients parse them anyway. */
function asOpenAI({ id, name, arguments: json }: ToolCall): object {
  return { id, type: 'function', function: { name, arguments: json.trim() === '' ? '{}' : json } };
}

/** Some servers send `stop` after a tool call; clients expect `tool_calls`. */
function finishReason({ reason }: EndEvent, hasCalls: boolean): string {
  if (hasCalls) return 'tool_calls';
  if (isCutByLimit(reason)) return 'length';
  return reason === 'content-filter' ? 'content_filter' : 'stop';
}

/** `estimated` means that Rivulet counted, not the server. */
function openaiUsage({ prompt, completion: written, total, reasoning, cached, estimated }: Usage): object {
  return {
    prompt_tokens: prompt,
    completion_tokens: written,
    total_tokens: total,
    ...(reasoning === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
    ...(cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: cached } }),
    ...(estimated ? { estimated: true } : {}),
  };
}
