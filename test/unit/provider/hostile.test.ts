// What a hostile or broken server may send a hundred thousand times. Work is counted in what is handed on and in how the
// time per piece would grow: the memory of a decoder and the work of the parts of an answer stay in line with the input.
import { describe, expect, it } from 'vitest';
import { AnswerParts } from '../../../src/core/answer/writing/answerParts.ts';
import { gemini } from '../../../src/core/provider/gemini/protocol.ts';
import { messages } from '../../../src/core/provider/anthropicMessages/protocol.ts';
import { chatCompletions } from '../../../src/core/provider/openaiChat/protocol.ts';
import { ollama } from '../../../src/core/provider/ollama/protocol.ts';
import { responses } from '../../../src/core/provider/openaiResponses/protocol.ts';
import type { Delta, Ending } from '../../../src/core/provider/provider.ts';
import type { Protocol } from '../../../src/core/provider/protocol.ts';
import { ToolCalls } from '../../../src/core/request/toolCalls.ts';
import { assembled } from '../../support/assembled.ts';
import { kept } from '../../support/kept.ts';

const many = 100_000;
const piecesOfOneRead = 100;
const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
const start = (index: number, content_block: object): string => event({ type: 'content_block_start', index, content_block });
const delta = (index: number, of: object): string => event({ type: 'content_block_delta', index, delta: of });
const stop = (index: number): string => event({ type: 'content_block_stop', index });
const part = (of: object, more: object = {}): string => event({ candidates: [{ content: { parts: [of] }, index: 0, ...more }] });
const item = (at: number, of: object): string => event({ type: 'response.output_item.added', output_index: at, item: of });
const said = (type: string, of: object): string => event({ type: `response.${type}`, ...of });
const line = (message: object, more: object = {}): string => `${JSON.stringify({ model: 'm', message, done: false, ...more })}\n`;
const chunk = (delta: object, choice: object = {}, more: object = {}): string =>
  event({ choices: [{ index: 0, delta, ...choice }], ...more });

const cases: readonly (readonly [
  what: string,
  protocol: Protocol,
  piece: (at: number) => string,
  handedOn: number,
  ending?: Ending['type'],
])[] = [
  ['blocks that are opened and never closed', messages, (at) => start(at, { type: 'text', text: '' }), 0],
  ['blocks of an unknown type', messages, (at) => start(at, { type: 'mood', mood: 'x' }) + delta(at, { type: 'mood_delta' }), many],
  ['empty blocks of thinking', messages, (at) => start(at, { type: 'thinking', thinking: '' }) + stop(at), many],
  ['pieces of one thought', messages, () => delta(0, { type: 'thinking_delta', thinking: 'a' }), many],
  ['signatures of one thought', messages, () => delta(0, { type: 'signature_delta', signature: 'aaaa' }), 0],
  ['calls without input', messages, (at) => start(at, { type: 'tool_use', id: `t${at}`, name: 'f', input: {} }) + stop(at), 2 * many],
  ['citations', messages, (at) => delta(0, { type: 'citations_delta', citation: { url: `https://example.org/${at}` } }), 0],
  ['counts', messages, (at) => event({ type: 'message_delta', delta: {}, usage: { output_tokens: at } }), many],
  ['ends of blocks that never were', messages, (at) => stop(at), 0],
  ['empty parts', gemini, () => part({ text: '' }), 0],
  ['signatures', gemini, (at) => part({ text: '', thoughtSignature: `s${at}` }), many],
  ['calls', gemini, (at) => part({ functionCall: { name: 'f', args: { at } } }), 2 * many - 1],
  [
    'places of a list in arguments',
    gemini,
    (at) =>
      part({
        functionCall: {
          ...(at === 0 ? { name: 'f' } : {}),
          partialArgs: [{ jsonPath: `$.a[${at}]`, numberValue: at }],
          willContinue: true,
        },
      }),
    1,
  ],
  [
    'pieces of a text in arguments',
    gemini,
    (at) =>
      part({
        functionCall: { ...(at === 0 ? { name: 'f' } : {}), partialArgs: [{ jsonPath: '$.a', stringValue: 'x' }], willContinue: true },
      }),
    1,
  ],
  ['parts of an unknown kind', gemini, (at) => part({ [`kind${at}`]: {} }), many],
  [
    'citations in every chunk',
    gemini,
    (at) => part({ text: 'x' }, { citationMetadata: { citations: [{ uri: `https://example.org/${at % 10}` }] } }),
    many + 10,
  ],
  ['prompts that are blocked', gemini, () => event({ promptFeedback: { blockReason: 'X' } }), 0, 'finish'],
  ['pings', messages, () => event({ type: 'ping' }), 0],
  ['empty texts', messages, () => delta(0, { type: 'text_delta', text: '' }), 0],
  ['items that never end', responses, (at) => item(at, { type: 'message', content: [] }), 0],
  ['calls at many places', responses, (at) => item(at, { type: 'function_call', call_id: `c${at}`, name: 'f', arguments: '' }), many],
  ['texts at many places', responses, (at) => said('output_text.delta', { output_index: at, content_index: at, delta: 'x' }), many],
  ['ends of texts', responses, (at) => said('output_text.done', { output_index: at, text: '' }), 0],
  ['parts of a summary', responses, (at) => said('reasoning_summary_text.delta', { summary_index: at, delta: 'x' }), many],
  ['empty deltas', responses, () => said('output_text.delta', { output_index: 0, delta: '' }), 0],
  ['annotations', responses, (at) => said('output_text.annotation.added', { annotation: { url: `https://example.org/${at}` } }), many],
  ['events of unknown types', responses, (at) => said(`kind${at}`, {}), 0],
  ['signs of life', responses, () => said('in_progress', { response: {} }), many],
  [
    'pieces of one call',
    responses,
    (at) =>
      at === 0 ? item(0, { type: 'function_call', name: 'f' }) : said('function_call_arguments.delta', { output_index: 0, delta: '1' }),
    many,
  ],
  ['empty messages', ollama, () => line({ content: '' }), 1],
  ['thoughts', ollama, () => line({ content: '', thinking: 'x' }), many + 1],
  ['whole calls', ollama, (at) => line({ content: '', tool_calls: [{ function: { name: 'f', arguments: { at } } }] }), many + 1],
  ['unknown fields', ollama, (at) => line({ content: '', [`field${at}`]: at }), 1],
  ['blank lines', ollama, () => '\n', 0],
  ['empty deltas of a choice', chatCompletions, () => chunk({ content: '' }), 0],
  ['comments', chatCompletions, () => ': ping\n\n', 0],
  ['choices', chatCompletions, (at) => chunk({ content: '' }, { index: at }), 0],
  ['ends of choices', chatCompletions, (at) => chunk({}, { index: at, finish_reason: 'banana' }), 0, 'finish'],
  [
    'calls under many indices',
    chatCompletions,
    (at) => chunk({ tool_calls: [{ index: at, id: `c${at}`, function: { name: 'f', arguments: '{}' } }] }),
    many,
  ],
  [
    'pieces of a call under one index',
    chatCompletions,
    () => chunk({ tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '1' } }] }),
    many,
  ],
  [
    'annotations of deltas',
    chatCompletions,
    (at) => chunk({ annotations: [{ url_citation: { url: `https://example.org/${at}` } }] }),
    many,
  ],
  ['thoughts in deltas', chatCompletions, () => chunk({ reasoning_content: 'x' }), many],
  ['counts in every chunk', chatCompletions, (at) => chunk({}, {}, { usage: { completion_tokens: at } }), many],
];

/** Pieces that belong to the answer, or that later ones have to be compared with. Of all others nothing may be kept. */
const isKept: ReadonlySet<string> = new Set([
  'blocks that are opened and never closed',
  'blocks of an unknown type',
  'pieces of one thought',
  'calls without input',
  'calls',
  'places of a list in arguments',
  'pieces of a text in arguments',
  'calls at many places',
  'texts at many places',
  'parts of a summary',
  'pieces of one call',
  'whole calls',
  'ends of choices',
  'calls under many indices',
  'pieces of a call under one index',
  'annotations of deltas',
]);

it('a hundred thousand calls are assembled in steps of a thousand', () => {
  const calls = new ToolCalls();
  for (let at = 0; at < many; at++) calls.push({ type: 'tool', index: at, id: `c${at}`, name: 'f', arguments: '{}' });
  const steps = [...calls.assembling()].length;
  expect([steps, assembled(calls)]).toMatchObject([many / 1_000, { type: 'calls', calls: { length: many } }]);
});

describe('a hundred thousand times', () => {
  it.each(cases.map(([what, protocol, piece, handedOn, how = 'cut']) => [what, protocol, piece, handedOn, how] as const))(
    '%s',
    (what, protocol, piece, handedOn, how) => {
      const calls = new ToolCalls();
      const parts = new AnswerParts([]);
      let deltas = 0;
      let mostOfOneRead = 0;
      let characters = 0;
      const decoder = protocol.decoder((given: Delta) => {
        deltas++;
        parts.push(given);
        if (given.type === 'tool') calls.push(given);
      });
      const encode = new TextEncoder();
      for (let at = 0; at < many; at += piecesOfOneRead) {
        let text = '';
        for (let one = at; one < at + piecesOfOneRead; one++) text += piece(one);
        characters += text.length;
        const before = deltas;
        decoder.feed(encode.encode(text));
        mostOfOneRead = Math.max(mostOfOneRead, deltas - before);
      }
      const keptAfterwards = kept({ decoder, calls });
      // Nothing is saved up for one turn: what a read holds is handed on with that read.
      const { type } = decoder.end();
      const all = assembled(calls);
      parts.parts(all.type === 'calls' ? all.calls : []);
      const bounds = [mostOfOneRead <= 2 * piecesOfOneRead + 10, keptAfterwards <= (isKept.has(what) ? characters / 2 : 1_000)];
      expect([type, deltas, bounds]).toEqual([how, handedOn, [true, true]]);
    },
  );
});
