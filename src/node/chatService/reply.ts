/**
 * A running answer as a client of the chat service gets it: its events in one of two dialects. The client is a pacing
 * reader of the tape, so one that reads slowly slows the server that writes the answer down, and nothing piles up here.
 */
import type { ServerResponse } from 'node:http';
import type { EndReason, ErrorKind, StreamEvent, Usage } from '../../api.ts';
import { takeJoined } from '../../core/answer/takeJoined.ts';
import type { LiveStream } from '../../core/answer/liveStream.ts';
import type { Clock } from '../../core/request/clock.ts';
import type { ToolCall } from '../../core/request/toolCalls.ts';
import { sendJson, write } from './http.ts';

type End = Extract<StreamEvent, { type: 'end' }>;

/** How the events of an answer are spelt. */
export interface ReplyFormat {
  text(text: string): string;
  reasoning(text: string): string;
  /** The last words of an answer that ended well, and the tools that it calls: a call is sent when it is whole. */
  end(end: End, calls: readonly ToolCall[]): string;
  /** The last words of one that did not. */
  failed(problem: Problem): string;
  /** What an error looks like when nothing was sent yet; undefined sends it as an event of the stream. */
  readonly refuse?: (problem: Problem) => object;
}

export interface Problem {
  readonly kind: ErrorKind | 'cancelled' | 'truncated' | 'content-filter';
  readonly message: string;
  /** HTTP status for a client that has got nothing yet. */
  readonly status: number;
}

const eventStream = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};

/** Sends the answer while it is written, until its end or until the client leaves or reads no more. */
export async function streamTo(
  response: ServerResponse,
  stream: LiveStream,
  dialect: ReplyFormat,
  clock: Pick<Clock, 'timer'>,
): Promise<void> {
  const gone = new AbortController();
  const reader = stream.tape.read({ pacing: true });
  const leave = (): void => {
    gone.abort();
    reader.leave();
  };
  response.once('close', leave);
  if (response.destroyed) leave();
  while (!reader.finished) {
    await reader.more();
    const { out, end } = spell(takeJoined(reader), dialect);
    const problem = end === undefined ? undefined : problemOf(end);
    // Until the first word the status may still become that of an error.
    if (out === '' && end === undefined) continue;
    if (!response.headersSent) {
      if (problem !== undefined && out === '' && dialect.refuse !== undefined) {
        sendJson(response, problem.status, dialect.refuse(problem), final);
        return;
      }
      response.writeHead(200, eventStream);
    }
    const last = end === undefined ? '' : problem === undefined ? dialect.end(end, stream.toolCalls) : dialect.failed(problem);
    await write(response, out + last, gone.signal, clock);
  }
  response.end();
}

function spell(events: readonly StreamEvent[], dialect: ReplyFormat): { readonly out: string; readonly end: End | undefined } {
  let out = '';
  let end: End | undefined;
  for (const event of events) {
    if (event.type === 'text' || event.type === 'reasoning') out += dialect[event.type](event.text);
    else if (event.type === 'end') end = event;
  }
  return { out, end };
}

/** The engine has asked again as often as it may; a client that asks once more would only double that. */
export const final = { 'x-should-retry': 'false' };

/** What is wrong with this end, if anything is: a client must not take half an answer for a whole one. */
export function problemOf({ reason, error }: End): Problem | undefined {
  switch (reason) {
    case 'stop':
    case 'length':
    case 'content-filter':
    case 'tool-calls':
    case 'other':
    case 'limit':
    case 'trigger':
      return undefined;
    case 'cancelled':
      return { kind: 'cancelled', message: 'The answer was stopped in VS Code.', status: 503 };
    case 'truncated':
      return { kind: 'truncated', message: error?.message ?? 'The answer broke off and could not be continued.', status: 502 };
    case 'error':
      return { kind: error?.kind ?? 'server', message: error?.message ?? 'The server failed.', status: statusOf(error?.kind ?? 'server') };
    default:
      return reason satisfies never;
  }
}

/** A key that the model's server refuses is not the client's: for the client it is a gateway that fails. */
function statusOf(kind: ErrorKind): number {
  switch (kind) {
    case 'bad-request':
    case 'context-length':
      return 400;
    case 'not-found':
      return 404;
    case 'rate-limit':
    case 'quota':
      return 429;
    case 'connect-timeout':
    case 'first-token-timeout':
    case 'stall':
      return 504;
    case 'auth':
    case 'connection':
    case 'server':
    case 'malformed':
    case 'empty':
      return 502;
    default:
      return kind satisfies never;
  }
}

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;

/** `POST /chat`: `{content}`, at the end `{done, tokens, usage}`, or `{error}`. */
export const plain: ReplyFormat = {
  text: (content) => event({ content }),
  reasoning: (reasoning) => event({ reasoning }),
  end: ({ reason, usage }) => event({ done: true, end: reason, tokens: usage.completion, usage }),
  failed: ({ kind, message }) => event({ error: message, kind }),
};

/** `POST /v1/chat/completions`, streamed. */
export function openai(id: string, model: string, createdSeconds: number, includeUsage: boolean): ReplyFormat {
  const head = { id, object: 'chat.completion.chunk', created: createdSeconds, model };
  let role: object = { role: 'assistant' };
  const delta = (fields: object, finish_reason: string | null = null): string => {
    const chunk = event({ ...head, choices: [{ index: 0, delta: { ...role, ...fields }, finish_reason }] });
    role = {};
    return chunk;
  };
  return {
    text: (content) => delta({ content }),
    reasoning: (reasoning_content) => delta({ reasoning_content }),
    end: ({ reason, usage }, calls) =>
      calls.map((call, index) => delta({ tool_calls: [{ index, ...asOpenAI(call) }] })).join('') +
      delta({}, finishReason(reason, calls)) +
      (includeUsage ? event({ ...head, choices: [], usage: openaiUsage(usage) }) : '') +
      'data: [DONE]\n\n',
    failed: (problem) => event(openaiError(problem)),
    refuse: openaiError,
  };
}

export const openaiError = ({ kind, message, status }: Problem): object => ({
  error: { message, type: status < 500 ? 'invalid_request_error' : 'api_error', code: kind, param: null },
});

export interface Whole {
  readonly end: End;
  readonly reasoning: string;
  readonly calls: readonly ToolCall[];
}

/** The whole answer as one object. */
export function openaiWhole(id: string, model: string, createdSeconds: number, { end, reasoning, calls }: Whole): object {
  const message = {
    role: 'assistant',
    // Who only calls tools says nothing: null, as OpenAI has it.
    content: end.text === '' && calls.length > 0 ? null : end.text,
    refusal: null,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(asOpenAI) }),
  };
  return {
    id,
    object: 'chat.completion',
    created: createdSeconds,
    model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason(end.reason, calls) }],
    usage: openaiUsage(end.usage),
  };
}

/** A tool without parameters may come without arguments; clients parse them all. */
function asOpenAI({ id, name, arguments: json }: ToolCall): object {
  return { id, type: 'function', function: { name, arguments: json.trim() === '' ? '{}' : json } };
}

/** Some servers say `stop` behind a tool call; clients look for its own reason. */
function finishReason(reason: EndReason, calls: readonly ToolCall[]): string {
  if (calls.length > 0) return 'tool_calls';
  switch (reason) {
    case 'length':
    case 'limit':
      return 'length';
    case 'content-filter':
      return 'content_filter';
    case 'stop':
    case 'tool-calls':
    case 'other':
    case 'trigger':
    case 'cancelled':
    case 'truncated':
    case 'error':
      return 'stop';
    default:
      return reason satisfies never;
  }
}

/** `estimated` is ours: it says that the server did not count and Rivulet did. */
function openaiUsage({ prompt, completion, total, reasoning, cached, estimated }: Usage): object {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: total,
    ...(reasoning === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
    ...(cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: cached } }),
    ...(estimated ? { estimated: true } : {}),
  };
}
