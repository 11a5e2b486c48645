// What relays change in the protocols that have types of their own: a value of another type, a word in other letters, a list cut short.
import { expect, it } from 'vitest';
import type { Api } from '../../../src/core/provider/provider.ts';
import { collect, endOf, rig } from '../../support/engine.ts';

const event = (fields: { readonly type: string } & Record<string, unknown>): string => `data: ${JSON.stringify(fields)}\n\n`;
const line = (fields: object): string => `${JSON.stringify(fields)}\n`;
const list = (...chunks: readonly object[]): string => `[${chunks.map((chunk) => JSON.stringify(chunk)).join(',\n')}`;

const block = (delta: object, reason = 'end_turn'): string =>
  [
    event({ type: 'message_start', message: { content: [] } }),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    event({ type: 'content_block_delta', index: 0, delta }),
    event({ type: 'content_block_stop', index: 0 }),
    event({ type: 'message_delta', delta: { stop_reason: reason } }),
    event({ type: 'message_stop' }),
  ].join('');
const hi = { type: 'text_delta', text: 'Hi' };
const candidate = (parts: readonly object[], finishReason?: string): object => ({ candidates: [{ content: { parts }, finishReason }] });
const completed = (...output: readonly object[]): string =>
  event({ type: 'response.completed', response: { status: 'completed', output } });
const done = (content: string, done_reason: string): string =>
  line({ message: { content }, done: false }) + line({ message: { content: '' }, done: true, done_reason });

const call = (fields: object, piece?: unknown): string =>
  [
    event({ type: 'message_start', message: { content: [] } }),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'a', name: 'f', ...fields } }),
    ...(piece === undefined
      ? []
      : [event({ type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: piece } })]),
    event({ type: 'content_block_stop', index: 0 }),
    event({ type: 'message_delta', delta: { stop_reason: 'tool_use' } }),
    event({ type: 'message_stop' }),
  ].join('');
const generated = (...pieces: readonly string[]): string =>
  [...pieces.map((response) => line({ response, done: false })), line({ response: '', done: true, done_reason: 'stop' })].join('');
const called = (...tool_calls: readonly object[]): string =>
  line({ message: { content: '', tool_calls }, done: false }) + line({ message: { content: '' }, done: true, done_reason: 'stop' });

it.each<[what: string, api: Api, body: string, seen: readonly unknown[]]>([
  ['a number where text belongs', 'messages', block({ type: 'text_delta', text: 6 }), ['6', 'stop']],
  ['a number where text belongs', 'responses', event({ type: 'response.output_text.delta', delta: 6 }) + completed(), ['6', 'stop']],
  ['a number where text belongs', 'gemini', list(candidate([{ text: 6 }], 'STOP')), ['6', 'stop']],
  ['a number where text belongs', 'ollama', line({ message: { content: 6 }, done: false }) + done('', 'stop'), ['6', 'stop']],
  [
    'a text in place of the list of parts',
    'messages',
    JSON.stringify({ type: 'message', content: 'Hi', stop_reason: 'end_turn' }),
    ['Hi', 'stop'],
  ],
  ['a text in place of the list of parts', 'responses', completed({ type: 'message', content: 'Hi' }), ['Hi', 'stop']],
  [
    'texts in the list of parts',
    'gemini',
    JSON.stringify({ candidates: [{ content: { parts: ['H', 'i'] }, finishReason: 'STOP' }] }),
    ['Hi', 'stop'],
  ],
  ['a list in place of the text', 'ollama', line({ message: { content: ['H', 'i'] }, done: false }) + done('', 'stop'), ['Hi', 'stop']],
  ['a message that does not say so', 'responses', completed({ content: [{ type: 'text', text: 'Hi' }] }), ['Hi', 'stop']],
  [
    'a thought in a block of text',
    'messages',
    block({ type: 'thinking_delta', thinking: 'Hm' }).replace(
      '{"type":"content_block_stop"',
      `${JSON.stringify({ type: 'content_block_delta', index: 0, delta: hi })}\n\ndata: {"type":"content_block_stop"`,
    ),
    ['Hi', 'stop', 'Hm'],
  ],
  [
    'a thought where the flag belongs',
    'gemini',
    list(candidate([{ thought: 'Hm' }]), candidate([{ text: 'Hi' }], 'STOP')),
    ['Hi', 'stop', 'Hm'],
  ],
  [
    'a flag as a text',
    'gemini',
    list(candidate([{ text: 'Hm', thought: 'true' }]), candidate([{ text: 'Hi' }], 'STOP')),
    ['Hi', 'stop', 'Hm'],
  ],
  [
    'a thought under another name',
    'ollama',
    line({ message: { content: '', reasoning_content: 'Hm' }, done: false }) + done('Hi', 'stop'),
    ['Hi', 'stop', 'Hm'],
  ],
  [
    'a status in other letters',
    'responses',
    event({ type: 'response.output_text.delta', delta: 'Hi' }) + event({ type: 'response.completed', response: { status: 'COMPLETED' } }),
    ['Hi', 'stop'],
  ],
  ['a last word after the end', 'messages', `${block(hi)}data: {"x\n\n`, ['Hi', 'stop']],
  ['a reason in other letters', 'messages', block(hi, 'END_TURN'), ['Hi', 'stop']],
  ['a reason in other letters', 'gemini', list(candidate([{ text: 'Hi' }], 'max_tokens')), ['Hi', 'length']],
  ['a reason in other letters', 'ollama', done('Hi', 'STOP'), ['Hi', 'stop']],
  ['a reason of another protocol', 'messages', block(hi, 'content_filter'), ['Hi', 'content-filter']],
  ['a reason that is no end', 'messages', block(hi, 'engine_overloaded'), ['Hi', 'truncated']],
  ['a reason that is no end', 'gemini', list(candidate([{ text: 'Hi' }], 'CANCELLED')), ['Hi', 'truncated']],
  ['a reason that is no end', 'ollama', done('Hi', 'abort'), ['Hi', 'truncated']],
  ['a reason that is not known', 'ollama', done('Hi', 'no_such_word'), ['Hi', 'other']],
  [
    'arguments as JSON text',
    'gemini',
    list(candidate([{ functionCall: { name: 'f', args: '{"a":1}' } }], 'STOP')),
    ['', 'tool-calls', 'f({"a":1})'],
  ],
  ['arguments that are no object', 'gemini', list(candidate([{ functionCall: { name: 'f', args: [1] } }], 'STOP')), ['', 'error']],
  [
    'arguments as an object',
    'responses',
    completed({ type: 'function_call', call_id: 'a', name: 'f', arguments: { a: 1 } }),
    ['', 'tool-calls', 'f({"a":1})'],
  ],
  ['input as JSON text', 'messages', call({ input: '{"a":1}' }), ['', 'tool-calls', 'f({"a":1})']],
  ['input as an object in a piece', 'messages', call({ input: {} }, { a: 1 }), ['', 'tool-calls', 'f({"a":1})']],
  ['a call without the field for its function', 'ollama', called({ name: 'f', arguments: { a: 1 } }), ['', 'tool-calls', 'f({"a":1})']],
  ['a call without a name', 'ollama', called({ function: { arguments: { a: 1 } } }), ['', 'error']],
  ['an object where text belongs', 'messages', block({ type: 'text_delta', text: { text: 'Hi' } }), ['Hi', 'stop']],
  [
    'an object where text belongs',
    'responses',
    event({ type: 'response.output_text.delta', delta: { text: 'Hi' } }) + completed(),
    ['Hi', 'stop'],
  ],
  [
    'an object where text belongs',
    'ollama',
    line({ message: { content: { text: 'Hi' } }, done: false }) + done('', 'stop'),
    ['Hi', 'stop'],
  ],
  [
    'a list where text belongs',
    'ollama',
    line({ message: { content: 'H' }, done: false }) + line({ message: { content: ['i'] }, done: false }) + done('', 'stop'),
    ['Hi', 'stop'],
  ],
  ['text in another field', 'responses', event({ type: 'response.output_text.delta', text: 'Hi' }) + completed(), ['Hi', 'stop']],
  ['a delta without its text', 'messages', block({ type: 'text_delta', content: 'Hi' }), ['', 'error']],
  ['a piece of a call without its JSON', 'messages', call({ input: {} }, null), ['', 'error']],
  [
    'one part without its list',
    'gemini',
    list({ candidates: [{ content: { parts: { text: 'Hi' } }, finishReason: 'STOP' }] }),
    ['Hi', 'stop'],
  ],
  ['one candidate without its list', 'gemini', list({ candidates: { content: [{ text: 'Hi' }], finishReason: 'STOP' } }), ['Hi', 'stop']],
  ['a text in place of parts', 'gemini', list({ candidates: [{ content: 'Hi', finishReason: 'STOP' }] }), ['Hi', 'stop']],
  ['chunks in a field', 'gemini', list({ response: candidate([{ text: 'Hi' }], 'STOP') }), ['Hi', 'stop']],
  [
    'arguments under another name',
    'gemini',
    list(candidate([{ functionCall: { name: 'f', arguments: { a: 1 } } }], 'STOP')),
    ['', 'tool-calls', 'f({"a":1})'],
  ],
  ['arguments under another name', 'ollama', called({ function: { name: 'f', parameters: { a: 1 } } }), ['', 'tool-calls', 'f({"a":1})']],
  ['arguments under another name', 'messages', call({ arguments: { a: 1 } }), ['', 'tool-calls', 'f({"a":1})']],
  [
    'items without their index',
    'responses',
    ['a', 'b'].map((id) => event({ type: 'response.output_item.added', item: { type: 'function_call', id, name: id } })).join('') +
      ['b', 'a'].map((id) => event({ type: 'response.function_call_arguments.delta', item_id: id, delta: `{"${id}":1}` })).join('') +
      completed(
        { type: 'function_call', id: 'a', name: 'a', arguments: '{"a":1}' },
        { type: 'function_call', id: 'b', name: 'b', arguments: '{"b":1}' },
      ),
    ['', 'tool-calls', 'a({"a":1})', 'b({"b":1})'],
  ],
  [
    'text without its index, repeated in the end',
    'responses',
    event({ type: 'response.reasoning_text.delta', item_id: 'r', delta: 'Hm' }) +
      event({ type: 'response.output_text.delta', item_id: 'm', delta: 'Hi' }) +
      completed(
        { type: 'reasoning', id: 'r', content: [{ text: 'Hm' }] },
        { type: 'message', id: 'm', content: [{ type: 'output_text', text: 'Hi' }] },
      ),
    ['Hi', 'stop', 'Hm'],
  ],
  [
    'an end without the response',
    'responses',
    event({ type: 'response.output_text.delta', delta: 'Hi' }) + event({ type: 'response.completed' }),
    ['Hi', 'stop'],
  ],
  [
    'an end with the response as it was',
    'responses',
    event({ type: 'response.output_text.delta', delta: 'Hi' }) +
      event({ type: 'response.done', response: { status: 'completed', output: [] } }),
    ['Hi', 'stop'],
  ],
  [
    'another reason for what is incomplete',
    'responses',
    event({ type: 'response.output_text.delta', delta: 'Hi' }) +
      event({ type: 'response.incomplete', response: { status: 'in_progress', incomplete_details: { reason: 'max_tokens' } } }),
    ['Hi', 'length'],
  ],
  [
    'names with underscores',
    'gemini',
    list({ candidates: [{ content: { parts: [{ text: 'Hi' }] }, finish_reason: 'MAX_TOKENS' }] }),
    ['Hi', 'length'],
  ],
  [
    'names with underscores around those of a tool',
    'gemini',
    list(candidate([{ function_call: { name: 'f', args: { some_key: 1 } }, thought_signature: 's' }], 'STOP')),
    ['', 'tool-calls', '', 'f({"some_key":1})'],
  ],
  ['a prompt that was refused, with underscores', 'gemini', list({ prompt_feedback: { block_reason: 'SAFETY' } }), ['', 'content-filter']],
  ['the number of a reason', 'gemini', list({ candidates: [{ content: { parts: [{ text: 'Hi' }] }, finishReason: 1 }] }), ['Hi', 'stop']],
  ['the number of a reason', 'gemini', list(candidate([{ text: 'Hi' }], '2')), ['Hi', 'length']],
  [
    'a number that is no reason',
    'gemini',
    list({ candidates: [{ content: { parts: [{ text: 'Hi' }] }, finishReason: 77 }] }),
    ['Hi', 'other'],
  ],
  ['the form of /api/generate', 'ollama', generated('He', 'llo'), ['Hello', 'stop']],
  [
    'the form of /api/generate with thoughts',
    'ollama',
    line({ response: '', thinking: 'Hm.', done: false }) + generated('Hi'),
    ['Hi', 'stop', 'Hm.'],
  ],
  ['a text in place of the message', 'ollama', line({ message: 'Hi', done: false }) + done('', 'stop'), ['Hi', 'stop']],
  [
    'an end as a word',
    'ollama',
    line({ message: { content: 'Hi' }, done: 'false' }) + line({ done: 'true', done_reason: 'stop' }),
    ['Hi', 'stop'],
  ],
  [
    'a bracket too many',
    'gemini',
    list(candidate([{ functionCall: { name: 'f', args: '{"a":1}}' } }], 'STOP')),
    ['', 'tool-calls', 'f({"a":1})'],
  ],
  ['a bracket too many', 'ollama', called({ function: { name: 'f', arguments: '{"a":1}}' } }), ['', 'tool-calls', 'f({"a":1})']],
  ['a bracket too many', 'messages', call({ input: {} }, '{"a":1}}'), ['', 'tool-calls', 'f({"a":1})']],
  ['a status that says why', 'responses', event({ type: 'response.completed', response: { status: 'safety' } }), ['', 'content-filter']],
  [
    'a reason that is an error',
    'responses',
    event({ type: 'response.incomplete', response: { status: 'incomplete', incomplete_details: { reason: 'malformed_function_call' } } }),
    ['', 'error'],
  ],
  ['a list that is cut', 'gemini', list(candidate([{ text: 'Hi' }]), {}).slice(0, -2), ['Hi', 'truncated']],
  ['thoughts in the content', 'ollama', done('<think>Hm.</think>Hi', 'stop'), ['Hi', 'stop', 'Hm.']],
  ['nothing but what cannot be shown', 'responses', completed({ type: 'custom_tool_call', name: 'f', input: 'x' }), ['', 'error']],
])('%s (%s)', async (_what, api, body, seen) => {
  const { start } = rig({ fetch: async () => new Response(body) });
  const stream = start('http://127.0.0.1:1/v1', { endpoint: { api }, options: { retry: { maxAttempts: 1 }, resume: { maxResumes: 0 } } });
  const events = await collect(stream);
  const { text, reason } = endOf(events);
  const beside = events.flatMap((one) => {
    if (one.type === 'tool-call') return [`${one.name}(${one.arguments})`];
    return one.type === 'reasoning' ? [one.text] : [];
  });
  expect([text, reason, ...beside]).toEqual(seen);
});

it.each<[what: string, api: Api, body: string, seen: readonly unknown[]]>([
  [
    'an error that only its event names',
    'messages',
    block(hi).replace('data: {"type":"message_stop"}', 'event: error\ndata: {"message":"It broke."}'),
    ['Hi', 'error', 'It broke.'],
  ],
  [
    'an error in words that only its event names',
    'gemini',
    `data: ${JSON.stringify(candidate([{ text: 'Hi' }]))}\n\nevent: error\ndata: worker 3\n\n`,
    ['Hi', 'error', 'worker 3'],
  ],
  [
    'an error in a response that is completed',
    'responses',
    event({ type: 'response.output_text.delta', delta: 'Hi' }) +
      event({ type: 'response.completed', response: { status: 'completed', error: { message: 'It broke.' } } }),
    ['Hi', 'error', 'It broke.'],
  ],
  [
    'an error in place of a message',
    'messages',
    event({ type: 'message_start', message: { type: 'error', error: { message: 'It broke.' } } }),
    ['', 'error', 'It broke.'],
  ],
  [
    'an error in place of the last delta',
    'messages',
    block(hi).replace('{"stop_reason":"end_turn"}', '{"error":{"message":"It broke."}}'),
    ['Hi', 'error', 'It broke.'],
  ],
  [
    'an error named as Java does',
    'messages',
    `${block(hi).split('data: {"type":"content_block_stop"')[0]}data: {"serverException":{"message":"It broke."}}\n\n`,
    ['Hi', 'error', 'It broke.'],
  ],
  [
    'a sentence in another language',
    'gemini',
    `data: ${JSON.stringify(candidate([{ text: 'Hi' }]))}\n\ndata: 服务器着火了\n\n`,
    ['Hi', 'error', '服务器着火了'],
  ],
  ['a newer kind of delta', 'messages', block({ type: 'video_delta', video: 'AA' }), ['', 'error', 'video_delta']],
  [
    'a newer kind of delta',
    'responses',
    event({ type: 'response.video.delta', delta: 'AA' }) + event({ type: 'response.output_text.delta', delta: 'Hi' }) + completed(),
    ['Hi', 'stop', 'response.video.delta'],
  ],
  [
    'a newer event with words',
    'responses',
    event({ type: 'response.aside.added', text: 'Psst.' }) + event({ type: 'response.output_text.delta', delta: 'Hi' }) + completed(),
    ['Hi', 'stop', 'response.aside.added'],
  ],
  [
    'a newer event with words of the answer',
    'responses',
    event({ type: 'response.output_text.delta', delta: 'Hi' }) + event({ type: 'response.output_text.tail', delta: ' you.' }) + completed(),
    ['Hi', 'truncated', 'The server sent data that cannot be read. What follows it was ignored: response.output_text.tail'],
  ],
  [
    'nothing where the end repeats the words of a newer event',
    'responses',
    event({ type: 'response.output_text.delta', delta: 'Hi' }) +
      event({ type: 'response.output_text.tail', text: ' you.' }) +
      completed({ type: 'message', content: [{ type: 'output_text', text: 'Hi you.' }] }),
    ['Hi you.', 'stop', undefined],
  ],
  [
    'nothing where the end of a part has words that were not sent',
    'responses',
    event({ type: 'response.output_text.delta', delta: 'Hi' }) +
      event({ type: 'response.content_part.done', part: { type: 'output_text', text: 'Hi you.' } }) +
      completed(),
    ['Hi you.', 'stop', undefined],
  ],
  ['a newer event with words', 'messages', event({ type: 'aside', text: 'Psst.' }) + block(hi), ['Hi', 'stop', 'aside']],
])('tells of %s (%s)', async (_what, api, body, seen) => {
  const { start } = rig({ fetch: async () => new Response(body) });
  const stream = start('http://127.0.0.1:1/v1', { endpoint: { api }, options: { retry: { maxAttempts: 1 }, resume: { maxResumes: 0 } } });
  const { text, reason, error, unshown } = endOf(await collect(stream));
  expect([text, reason, ...(unshown ?? [error?.message])]).toEqual(seen);
});
