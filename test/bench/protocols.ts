// What each protocol costs to read: the floor, Rivulet's transport, and the vendor's own client, in turns in one run.
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { messages } from '../../src/core/provider/anthropicMessages/protocol.ts';
import { gemini } from '../../src/core/provider/gemini/protocol.ts';
import { ollama } from '../../src/core/provider/ollama/protocol.ts';
import { responses } from '../../src/core/provider/openaiResponses/protocol.ts';
import type { Protocol } from '../../src/core/provider/protocol.ts';

export type Read = (body: () => Response) => Promise<number>;

export interface ProtocolBench {
  readonly events: readonly string[];
  /** By name; the first is the floor. Each returns how many characters of text it has read. */
  readonly entrants: Readonly<Record<string, Read>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** Decodes, splits at the frames' ends, and parses; nothing that reads this protocol can do less. */
function floorOf(framed: string, prefix: number, textOf: (chunk: any) => string | undefined): Read {
  return async (body) => {
    const reader = body().body!.getReader();
    const decoder = new TextDecoder();
    let pending = '';
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return length;
      pending += decoder.decode(value, { stream: true });
      let from = 0;
      for (let end = pending.indexOf(framed, from); end !== -1; end = pending.indexOf(framed, from)) {
        const data = prefix === 0 ? pending.slice(from, end) : pending.slice(pending.indexOf('data: ', from) + prefix, end);
        from = end + framed.length;
        length += textOf(JSON.parse(data))?.length ?? 0;
      }
      pending = pending.slice(from);
    }
  };
}

function transportOf(protocol: Protocol): Read {
  return async (body) => {
    let length = 0;
    const decoder = protocol.decoder((delta) => {
      if (delta.type === 'text') length += delta.text.length;
    });
    const reader = body().body!.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      decoder.feed(value);
      if (decoder.state === 'done') break;
    }
    decoder.end();
    return length;
  };
}

const named = (event: Fields & { readonly type: string }): string => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
const address = 'http://127.0.0.1:1';
const user = { role: 'user', content: 'Go.' } as const;

/** @param words one event for each */
export function protocolBenches(words: readonly string[]): Readonly<Record<string, ProtocolBench>> {
  const delta = { item_id: 'msg_0123456789abcdef', output_index: 0, content_index: 0, logprobs: [] };
  const padding = (at: number): string => 'kX2f9aQ1bY7mTz0c'.slice(0, 1 + ((at * 7) % 16));
  const item = { id: delta.item_id, type: 'message', role: 'assistant', status: 'completed', content: [] };
  const usage = { input_tokens: 9, output_tokens: words.length };
  const candidate = (text: string, at: number, finish: object): object => ({
    candidates: [{ content: { parts: [{ text }], role: 'model' }, index: 0, ...finish }],
    usageMetadata: { promptTokenCount: 9, candidatesTokenCount: at, totalTokenCount: 9 + at },
    modelVersion: 'gemini-x',
    responseId: 'aBcDeFgHiJkLmNoP',
  });
  let nanoseconds = 100_000_000;
  const line = (fields: object): string =>
    `${JSON.stringify({ model: 'm', created_at: `2026-01-01T00:00:00.${(nanoseconds += 20_123)}Z`, ...fields })}\n`;
  return {
    responses: {
      events: [
        named({ type: 'response.created', sequence_number: 0, response: { id: 'resp_1', status: 'in_progress', output: [] } }),
        named({ type: 'response.output_item.added', output_index: 0, item }),
        named({ type: 'response.content_part.added', ...delta, part: { type: 'output_text', text: '', annotations: [] } }),
        ...words.map((word, at) =>
          named({ type: 'response.output_text.delta', sequence_number: at, ...delta, delta: word, obfuscation: padding(at) }),
        ),
        named({ type: 'response.completed', response: { id: 'resp_1', status: 'completed', output: [], usage } }),
      ],
      entrants: {
        floor: floorOf('\n\n', 6, (chunk) => (chunk.type === 'response.output_text.delta' ? chunk.delta : undefined)),
        Rivulet: transportOf(responses),
        'openai SDK': async (body) => {
          const client = new OpenAI({ apiKey: 'none', baseURL: `${address}/v1`, maxRetries: 0, fetch: async () => body() });
          let length = 0;
          for await (const event of await client.responses.create({ model: 'm', input: 'Go.', stream: true }))
            if (event.type === 'response.output_text.delta') length += event.delta.length;
          return length;
        },
      },
    },
    messages: {
      events: [
        named({ type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', content: [], model: 'm', usage } }),
        named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
        ...words.map((text) => named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
        named({ type: 'content_block_stop', index: 0 }),
        named({ type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage }),
        named({ type: 'message_stop' }),
      ],
      entrants: {
        floor: floorOf('\n\n', 6, (chunk) => (chunk.type === 'content_block_delta' ? chunk.delta.text : undefined)),
        Rivulet: transportOf(messages),
        '@anthropic-ai/sdk': async (body) => {
          const client = new Anthropic({ apiKey: 'none', baseURL: address, maxRetries: 0, fetch: async () => body() });
          let length = 0;
          for await (const event of await client.messages.create({ model: 'm', max_tokens: 9, messages: [user], stream: true }))
            if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') length += event.delta.text.length;
          return length;
        },
      },
    },
    gemini: {
      events: [...words.map((word, at) => candidate(word, at, {})), candidate('', words.length, { finishReason: 'STOP' })].map(
        (chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`,
      ),
      entrants: {
        floor: floorOf('\r\n\r\n', 6, (chunk) => chunk.candidates[0].content.parts[0].text),
        Rivulet: transportOf(gemini),
        '@google/genai': async (body) => {
          // This client has no way to be given a fetch.
          const { fetch } = globalThis;
          globalThis.fetch = async () => body();
          try {
            const client = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: address } });
            let length = 0;
            for await (const chunk of await client.models.generateContentStream({ model: 'm', contents: 'Go.' }))
              length += chunk.text?.length ?? 0;
            return length;
          } finally {
            globalThis.fetch = fetch;
          }
        },
      },
    },
    ollama: {
      events: [
        ...words.map((content) => line({ message: { role: 'assistant', content }, done: false })),
        line({
          message: { role: 'assistant', content: '' },
          done: true,
          done_reason: 'stop',
          prompt_eval_count: 9,
          eval_count: words.length,
        }),
      ],
      entrants: {
        floor: floorOf('\n', 0, (chunk) => chunk.message.content),
        Rivulet: transportOf(ollama),
        'ollama client': async (body) => {
          const client = new Ollama({ host: address, fetch: async () => body() });
          let length = 0;
          for await (const chunk of await client.chat({ model: 'm', messages: [user], stream: true }))
            length += chunk.message.content.length;
          return length;
        },
      },
    },
  };
}
