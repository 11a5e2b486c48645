// The end event carries what the server said: its reason, the category of a refusal, and citations.
import { expect, it } from 'vitest';
import type { Api } from '../../../src/core/provider/provider.ts';
import { collect, endOf, rig } from '../../support/engine.ts';
import { chunk, delta, fakeServer, finish, head, raw, text, done, type Step } from '../../support/fakeServer.ts';

const events = (...all: readonly object[]): Step[] => [
  head(200, { 'content-type': 'text/event-stream' }),
  ...all.map((one) => raw(`data: ${JSON.stringify(one)}\n\n`)),
];
const message = { type: 'message_start', message: { id: 'm', model: 'c', usage: { input_tokens: 1, output_tokens: 1 } } };
const block = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'No.' } };
const stop = (fields: object): object => ({ type: 'message_delta', delta: fields, usage: { output_tokens: 2 } });
const gemini = (candidate: object): object => ({
  candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'No.' }] }, ...candidate }],
});
const refusal = { stop_reason: 'refusal', stop_details: { category: 'bio', explanation: 'Not this.' } };
const sites = [{ url: 'https://a.example', title: 'A' }, { url: 'https://b.example' }];

it.each<[string, Api, readonly Step[], object]>([
  [
    'a refusal',
    'messages',
    events(message, block, stop(refusal), { type: 'message_stop' }),
    {
      reason: 'content-filter',
      word: 'refusal',
      detail: 'bio: Not this.',
    },
  ],
  [
    'a stop at one of the texts',
    'messages',
    events(message, block, stop({ stop_reason: 'stop_sequence' }), { type: 'message_stop' }),
    {
      reason: 'stop',
      word: 'stop_sequence',
    },
  ],
  [
    'a filter',
    'gemini',
    events(gemini({ finishReason: 'SAFETY', finishMessage: 'Blocked.' })),
    {
      reason: 'content-filter',
      word: 'SAFETY',
      detail: 'Blocked.',
    },
  ],
  [
    'an address that is named twice',
    'gemini',
    events(
      gemini({ citationMetadata: { citationSources: [{ uri: 'https://a.example' }, { uri: 'https://b.example' }] } }),
      gemini({ finishReason: 'STOP', groundingMetadata: { groundingChunks: [{ web: { uri: 'https://a.example', title: 'A' } }] } }),
    ),
    { reason: 'stop', citations: sites },
  ],
  [
    'code that the server has run',
    'gemini',
    events(
      gemini({ content: { parts: [{ text: 'No.' }, { executableCode: { code: '1' } }, { codeExecutionResult: { output: '1' } }] } }),
      gemini({ content: { parts: [{ inlineData: { mimeType: 'image/png', data: 'x' } }] }, finishReason: 'STOP' }),
    ),
    { reason: 'stop', unshown: ['executableCode', 'codeExecutionResult', 'inlineData'] },
  ],
  [
    'a hosted search, a picture and a call for the computer',
    'responses',
    events(
      ...['web_search_call', 'image_generation_call', 'computer_call', 'mcp_call', 'file_search_call', 'brand_new_call'].map(
        (type, output_index) => ({ type: 'response.output_item.done', output_index, item: { type, id: type, status: 'completed' } }),
      ),
      { type: 'response.output_text.delta', output_index: 6, content_index: 0, delta: 'No.' },
      { type: 'response.completed', response: { id: 'r', model: 'm', status: 'completed', output: [] } },
    ),
    {
      reason: 'stop',
      word: 'completed',
      unshown: ['web_search_call', 'image_generation_call', 'computer_call', 'mcp_call', 'file_search_call', 'brand_new_call'],
    },
  ],
  [
    'a block that is not known',
    'messages',
    events(
      message,
      block,
      { type: 'content_block_start', index: 1, content_block: { type: 'hologram' } },
      stop({ stop_reason: 'end_turn' }),
      {
        type: 'message_stop',
      },
    ),
    { reason: 'stop', word: 'end_turn', unshown: ['hologram'] },
  ],
  [
    'a picture of a local model',
    'ollama',
    [raw('{"model":"m","message":{"content":"No.","images":["x"]},"done":false}\n{"model":"m","done":true,"done_reason":"stop"}\n')],
    { reason: 'stop', unshown: ['images'] },
  ],
  ['a word that says the same as the reason', 'chat', [text('No.'), finish('length'), done()], { reason: 'length' }],
  [
    'a word that nobody knows',
    'chat',
    [text('No.'), finish('tired'), done()],
    { reason: 'other', word: 'tired', error: expect.anything() },
  ],
  [
    'sources of a search, repeated with every chunk',
    'chat',
    [
      chunk({ citations: ['https://a.example', 'not an address', 7], choices: [{ index: 0, delta: { content: 'No.' } }] }),
      chunk({
        citations: ['https://a.example', 'https://b.example'],
        search_results: [{ title: 'A', url: 'https://a.example' }],
        choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
      }),
      done(),
    ],
    { reason: 'stop', citations: sites },
  ],
  [
    'annotations of the message',
    'chat',
    [
      text('No.'),
      delta({ annotations: [{ type: 'url_citation', url_citation: { url: 'https://a.example', title: 'A', start_index: 0 } }] }),
      delta({
        annotations: [
          { type: 'url_citation', url_citation: { url: 'https://b.example' } },
          { type: 'file', file: {} },
        ],
      }),
      finish(),
      done(),
    ],
    { reason: 'stop', citations: sites },
  ],
])('of %s', async (_, api, steps, wanted) => {
  await using server = await fakeServer();
  server.next(...steps);
  const { type: __, text: ___, usage: ____, timing: _____, ...end } = endOf(await collect(rig().start(server.url, { endpoint: { api } })));
  expect(end).toEqual(wanted);
});
