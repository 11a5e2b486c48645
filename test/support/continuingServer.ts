// A stateless server: it sends one known answer, continues it from the part that a request contains, and counts repeated
// characters. Its connections break at any byte of a response that a test names.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { breakingSend, headerBytes } from './breakingSend.ts';

export type ContinuingApi = 'chat' | 'messages' | 'ollama';

export interface KnownAnswer {
  readonly reasoning: string;
  readonly text: string;
  readonly call: boolean;
}

export interface ContinuingModel extends KnownAnswer {
  readonly api: ContinuingApi;
  /** Whether it continues a trailing assistant message; otherwise it refuses such a request. */
  readonly takesPrefill: boolean;
  /** Number of characters repeated at the start of a continuation. */
  readonly repeats: number;
  /** Whether it reasons again before it continues. */
  readonly thinksAgain: boolean;
  /** Length of a piece, in characters. */
  readonly pieceSize: number;
}

/** Tokens of one request, where each character is one token. */
interface Written {
  readonly prompt: number;
  /** Tokens of the answer that the request contains. */
  readonly partial: string | undefined;
  /** It requests text that a later request already contained. */
  readonly isProbe: boolean;
  readonly pieces: readonly Piece[];
  /** Tokens reported before its first text. */
  readonly first: number;
}

type Kind = 'reasoning' | 'text' | 'call';

interface Piece {
  /** Its content; undefined for events without any. */
  readonly kind?: Kind;
  readonly text: string;
  /** It reports a charged prompt. */
  readonly bills: boolean;
  /** It marks the answer as complete. */
  readonly finishes: boolean;
  /** End of its JSON in the body. */
  readonly end: number;
}

export interface ContinuingServer extends AsyncDisposable {
  readonly url: string;
  /** Number of raw bytes after which each of the next responses breaks; later ones do not break. */
  cuts: number[];
  /** Mistakes of the client. */
  readonly problems: readonly string[];
  /** Tokens that were paid for more than once, given the number of bytes of each body that reached the client. */
  paidAgain(received: (body: number) => number, said: string): { readonly prompt: number; readonly completion: number };
}

const lengthOf = (text: string): number => [...text].length;
const call = { id: 'call_1', name: 'look', arguments: '{"at":"the second line"}' };
/** Number of the response, to attribute the client's bytes. */
export const bodyHeader = 'x-body';

export async function continuingServer(model: ContinuingModel, torn: () => boolean): Promise<ContinuingServer> {
  const written: Written[] = [];
  const problems: string[] = [];
  let furthest = 0;
  let open = 0;
  const http = createServer({ keepAliveTimeout: 0 }, async (incoming, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const part of incoming) chunks.push(part as Buffer);
    } catch {
      return;
    }
    const { path, messages } = { path: incoming.url ?? '', messages: messagesIn(Buffer.concat(chunks).toString()) };
    if (incoming.method !== 'POST') {
      response.writeHead(404, { connection: 'close' }).end('{}');
      return;
    }
    const last = messages.at(-1)!;
    const said = messages.findLast(({ role }) => role === 'assistant');
    if (last.role === 'assistant' && !model.takesPrefill) {
      const refusal = { error: { type: 'invalid_request_error', message: 'This model does not support assistant message prefill.' } };
      response.writeHead(400, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(refusal));
      return;
    }
    const partial = said?.text;
    if (partial !== undefined && !model.text.startsWith(partial)) problems.push(`${path}: ${JSON.stringify(partial)} was never said`);
    const isProbe = partial !== undefined && partial.length < furthest;
    furthest = Math.max(furthest, partial?.length ?? 0);
    if (!isProbe && open > 0) problems.push(`${path}: two generations are open`);
    const prompt = 3 + messages.reduce((sum, { text }) => sum + lengthOf(text) + 3, 0);
    // A few characters could repeat by chance, so the model starts over.
    const repeats = furthest < 16 ? furthest : model.repeats;
    const { body, pieces } = bodyOf({ ...model, repeats }, partial, prompt);
    const number = written.push({ prompt, partial, isProbe, pieces, first: model.api === 'messages' ? 1 : 0 }) - 1;
    if (!isProbe) {
      open++;
      response.socket?.once('close', () => open--);
    }
    const type = model.api === 'ollama' ? 'application/x-ndjson' : 'text/event-stream';
    breakingSend(response, body, { cut: server.cuts.shift(), reset: torn(), type, headers: { [bodyHeader]: String(number) } });
  });
  http.on('connection', (socket) => socket.on('error', () => undefined));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const server: ContinuingServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`,
    cuts: [],
    problems,
    paidAgain: (received, said) => paidAgain(written, received, said, model.api !== 'messages'),
    [Symbol.asyncDispose]: async () => {
      const closed = once(http, 'close');
      http.close();
      http.closeAllConnections();
      await closed;
    },
  };
  return server;
}

const mayBecomeTag = /^\s*(?:[<[][a-z_:|]*)?$/i;

/** Counts the tokens that are not part of the final answer: repeated or discarded ones. */
function paidAgain(
  written: readonly Written[],
  received: (body: number) => number,
  said: string,
  mayHoldTags: boolean,
): { prompt: number; completion: number } {
  let prompt = 0;
  let completion = -lengthOf(said);
  let isPaid = false;
  let hasReasoned = false;
  const got = written.map(({ pieces }, number) => {
    const came = pieces.filter(({ end, text, bills }) => (text !== '' || bills) && end <= received(number));
    // Text that may become a reasoning tag is held back, and lost with its connection.
    const words = came.map(({ kind, text }) => (kind === 'text' ? text : '')).join('');
    const isHeld = mayHoldTags && !pieces.some(({ finishes, end }) => finishes && end <= received(number)) && mayBecomeTag.test(words);
    return isHeld ? came.filter(({ kind }) => kind !== 'text') : came;
  });
  for (const [number, { partial, isProbe, ...one }] of written.entries()) {
    const pieces = got[number]!;
    if (pieces.length === 0) continue;
    const sum = (kinds: readonly Kind[]): number =>
      pieces.reduce((all, { kind, text }) => all + (kind !== undefined && kinds.includes(kind) ? lengthOf(text) : 0), 0);
    if (isPaid) prompt += one.prompt;
    isPaid = true;
    const hasText = sum(['text']) > 0;
    const isFollowed = got.slice(number + 1).some((later) => later.length > 0);
    // A partial call, or reasoning without answer text: the next request starts over.
    const isLost = isProbe || (partial === undefined && !hasText && isFollowed);
    completion += sum(['text']);
    if (isLost) completion += sum(['reasoning', 'call']);
    else if (hasReasoned) completion += sum(['reasoning']);
    if (isLost && sum(['reasoning', 'text', 'call']) === 0) completion += one.first;
    hasReasoned ||= !isLost && sum(['reasoning']) > 0;
  }
  return { prompt, completion };
}

interface Said {
  readonly role: string;
  readonly text: string;
}

function messagesIn(json: string): readonly Said[] {
  if (json === '') return [];
  const { messages = [] } = JSON.parse(json) as { messages?: { role: string; content: string | { text?: string }[] }[] };
  return messages.map(({ role, content }) => ({
    role,
    text: typeof content === 'string' ? content : content.map(({ text = '' }) => text).join(''),
  }));
}

function bodyOf(model: ContinuingModel, partial: string | undefined, prompt: number): { readonly body: Buffer; readonly pieces: Piece[] } {
  const pieces: Piece[] = [];
  const parts: Buffer[] = [];
  let length = 0;
  let completion = 0;
  const add = (json: object | string, kind?: Kind, text = ''): void => {
    const data = typeof json === 'string' ? json : JSON.stringify(json);
    const name = typeof json === 'object' && 'type' in json ? `event: ${String(json.type)}\n` : '';
    const head = model.api === 'ollama' ? '' : `${name}data: `;
    const end = length + Buffer.byteLength(head + data);
    completion += lengthOf(text);
    pieces.push({
      ...(kind === undefined ? {} : { kind }),
      text,
      bills: /"(?:input_tokens|prompt_tokens|prompt_eval_count)"/.test(data),
      finishes: /"finish_reason":"|"done":true/.test(data),
      end,
    });
    const part = Buffer.from(head + data + (model.api === 'ollama' ? '\n' : '\n\n'));
    length += part.length;
    parts.push(part);
  };
  const chars = [...model.text];
  const had = lengthOf(partial ?? '');
  const from = Math.max(0, had - (partial === undefined ? 0 : model.repeats));
  const thinks = model.reasoning !== '' && (partial === undefined || model.thinksAgain);
  const write = writers[model.api](add, prompt, () => completion);
  write.begin();
  for (const piece of thinks ? piecesOf([...model.reasoning], model.pieceSize) : []) write.reasoning(piece);
  for (const text of piecesOf(chars.slice(from), model.pieceSize)) write.text(text);
  if (model.call) write.call();
  write.end(model.call);
  return { body: Buffer.concat(parts), pieces };
}

function piecesOf(chars: readonly string[], size: number): readonly string[] {
  return Array.from({ length: Math.ceil(chars.length / size) }, (_, index) => chars.slice(index * size, (index + 1) * size).join(''));
}

interface Writer {
  begin(): void;
  reasoning(text: string): void;
  text(text: string): void;
  call(): void;
  end(calls: boolean): void;
}

type Add = (json: object | string, kind?: Kind, text?: string) => void;

const writers: Readonly<Record<ContinuingApi, (add: Add, prompt: number, completion: () => number) => Writer>> = {
  chat: (add, prompt, completion) => {
    const chunk = (fields: object): object => ({ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: 'm', ...fields });
    const delta = (fields: object): object => chunk({ choices: [{ index: 0, delta: fields, finish_reason: null }] });
    return {
      begin: () => add(delta({ role: 'assistant', content: '' })),
      reasoning: (text) => add(delta({ reasoning_content: text }), 'reasoning', text),
      text: (text) => add(delta({ content: text }), 'text', text),
      call: () => {
        const { id, name, arguments: json } = call;
        add(delta({ tool_calls: [{ index: 0, id, type: 'function', function: { name, arguments: '' } }] }));
        for (const text of piecesOf([...json], 7)) {
          add(delta({ tool_calls: [{ index: 0, function: { arguments: text } }] }), 'call', text);
        }
      },
      end: (calls) => {
        add(chunk({ choices: [{ index: 0, delta: {}, finish_reason: calls ? 'tool_calls' : 'stop' }] }));
        const usage = { prompt_tokens: prompt, completion_tokens: completion(), total_tokens: prompt + completion() };
        add(chunk({ choices: [], usage }));
        add('[DONE]');
      },
    };
  },
  messages: (add, prompt, completion) => {
    let index = -1;
    let openBlock = '';
    const close = (): void => {
      if (openBlock !== '') add({ type: 'content_block_stop', index });
      openBlock = '';
    };
    const block = (type: string, content: object): void => {
      if (openBlock === type) return;
      close();
      openBlock = type;
      add({ type: 'content_block_start', index: ++index, content_block: { type, ...content } });
    };
    const delta = (fields: object): object => ({ type: 'content_block_delta', index, delta: fields });
    return {
      begin: () =>
        add({
          type: 'message_start',
          message: { id: 'msg_1', type: 'message', role: 'assistant', content: [], usage: { input_tokens: prompt, output_tokens: 1 } },
        }),
      reasoning: (text) => {
        block('thinking', { thinking: '', signature: '' });
        add(delta({ type: 'thinking_delta', thinking: text }), 'reasoning', text);
      },
      text: (text) => {
        block('text', { text: '' });
        add(delta({ type: 'text_delta', text }), 'text', text);
      },
      call: () => {
        block('tool_use', { id: call.id, name: call.name, input: {} });
        for (const text of piecesOf([...call.arguments], 7)) add(delta({ type: 'input_json_delta', partial_json: text }), 'call', text);
      },
      end: (calls) => {
        close();
        const usage = { input_tokens: prompt, output_tokens: completion() };
        add({ type: 'message_delta', delta: { stop_reason: calls ? 'tool_use' : 'end_turn' }, usage });
        add({ type: 'message_stop' });
      },
    };
  },
  ollama: (add, prompt, completion) => {
    const line = (message: object, more: object = {}): object => ({
      model: 'm',
      message: { role: 'assistant', ...message },
      done: false,
      ...more,
    });
    return {
      begin: () => undefined,
      reasoning: (text) => add(line({ content: '', thinking: text }), 'reasoning', text),
      text: (text) => add(line({ content: text }), 'text', text),
      call: () => {
        const { name, arguments: json } = call;
        const asObject = JSON.parse(json) as object;
        add(line({ content: '', tool_calls: [{ function: { name, arguments: asObject } }] }), 'call', JSON.stringify(asObject));
      },
      end: () => {
        const counts = { prompt_eval_count: prompt, eval_count: completion() };
        add(line({ content: '' }, { done: true, done_reason: 'stop', ...counts }));
      },
    };
  },
};

/** Length of a response's headers, in raw bytes; smaller cuts are inside them. */
export const continuingHeaderBytes = headerBytes('text/event-stream', { [bodyHeader]: '0' });
