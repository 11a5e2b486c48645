// The same answer in each protocol: what a server sends for a text, an end, an error and a refusal.
import type { Api } from '../../src/core/provider/provider.ts';

export interface Dialect {
  readonly api: Api;
  /** Sent before the first text. */
  readonly begin: string;
  text(words: string): string;
  end(how: 'stop' | 'length' | 'content-filter'): string;
  /** An error after the headers, and what it leads to. */
  readonly overloaded: string;
  /** The body of an HTTP refusal. */
  refusal(words: string): object;
}

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
const named = (data: { readonly type: string }): string => `event: ${data.type}\n${event(data)}`;
const line = (data: object): string => `${JSON.stringify(data)}\n`;
const openaiError = (message: string): object => ({ error: { message, type: 'x' } });

export const dialects: readonly Dialect[] = [
  {
    api: 'chat',
    begin: '',
    text: (content) => event({ choices: [{ index: 0, delta: { content } }] }),
    end: (how) => `${event({ choices: [{ index: 0, delta: {}, finish_reason: how.replace('-', '_') }] })}data: [DONE]\n\n`,
    overloaded: event({ error: { message: 'The server is overloaded', code: 503 } }),
    refusal: openaiError,
  },
  {
    api: 'responses',
    begin: event({ type: 'response.created', response: { id: 'r', status: 'in_progress' } }),
    text: (delta) => event({ type: 'response.output_text.delta', output_index: 0, content_index: 0, delta }),
    end: (how) =>
      how === 'stop'
        ? event({ type: 'response.completed', response: { status: 'completed' } })
        : event({
            type: 'response.incomplete',
            response: { status: 'incomplete', incomplete_details: { reason: how === 'length' ? 'max_output_tokens' : 'content_filter' } },
          }),
    overloaded: event({ type: 'error', error: { code: 'server_error', message: 'The server is overloaded' } }),
    refusal: openaiError,
  },
  {
    api: 'messages',
    begin:
      named({ type: 'message_start', message: { id: 'm', model: 'm', content: [] } } as { type: string }) +
      named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } } as { type: string }),
    text: (text) => named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } } as { type: string }),
    end: (how) =>
      named({ type: 'content_block_stop', index: 0 } as { type: string }) +
      named({
        type: 'message_delta',
        delta: { stop_reason: { stop: 'end_turn', length: 'max_tokens', 'content-filter': 'refusal' }[how] },
      } as { type: string }) +
      named({ type: 'message_stop' }),
    overloaded: named({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } } as { type: string }),
    refusal: (message) => ({ type: 'error', error: { type: 'x', message } }),
  },
  {
    api: 'gemini',
    begin: '',
    text: (text) => event({ candidates: [{ content: { parts: [{ text }], role: 'model' }, index: 0 }] }),
    end: (how) =>
      event({ candidates: [{ finishReason: { stop: 'STOP', length: 'MAX_TOKENS', 'content-filter': 'SAFETY' }[how], index: 0 }] }),
    overloaded: event({ error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }),
    refusal: (message) => ({ error: { code: 400, message, status: 'X' } }),
  },
  {
    api: 'ollama',
    begin: '',
    text: (content) => line({ model: 'm', message: { role: 'assistant', content }, done: false }),
    // Its server has no filter.
    end: (how) => line({ model: 'm', message: { role: 'assistant', content: '' }, done: true, done_reason: how }),
    overloaded: line({ error: 'server busy, please try again' }),
    refusal: (message) => ({ error: message }),
  },
];
