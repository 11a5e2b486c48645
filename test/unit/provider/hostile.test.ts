// What a hostile or broken server may send a hundred thousand times. Work is counted in what is handed on and in how the
// time per piece would grow: the memory of a decoder and the work of the parts of an answer stay in line with the input.
import { describe, expect, it } from 'vitest';
import { AnswerParts } from '../../../src/core/answer/writing/answerParts.ts';
import { gemini } from '../../../src/core/provider/gemini/protocol.ts';
import { messages } from '../../../src/core/provider/anthropicMessages/protocol.ts';
import type { Delta, Ending } from '../../../src/core/provider/provider.ts';
import type { Protocol } from '../../../src/core/provider/protocol.ts';
import { ToolCalls } from '../../../src/core/request/toolCalls.ts';

const many = 100_000;
const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
const start = (index: number, content_block: object): string => event({ type: 'content_block_start', index, content_block });
const delta = (index: number, of: object): string => event({ type: 'content_block_delta', index, delta: of });
const stop = (index: number): string => event({ type: 'content_block_stop', index });
const part = (of: object, more: object = {}): string => event({ candidates: [{ content: { parts: [of] }, index: 0, ...more }] });

const cases: readonly (readonly [what: string, protocol: Protocol, piece: (at: number) => string, handedOn: number])[] = [
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
];

describe('a hundred thousand times', () => {
  it.each(cases)('%s', (_, protocol, piece, handedOn) => {
    const calls = new ToolCalls();
    const parts = new AnswerParts([]);
    let deltas = 0;
    const decoder = protocol.decoder((given: Delta) => {
      deltas++;
      parts.push(given);
      if (given.type === 'tool') calls.push(given);
    });
    const encode = new TextEncoder();
    for (let at = 0; at < many; at += 100) {
      let text = '';
      for (let one = at; one < at + 100; one++) text += piece(one);
      decoder.feed(encode.encode(text));
    }
    const ending: Ending['type'] = decoder.end().type;
    const assembled = calls.assemble();
    parts.parts(assembled.type === 'calls' ? assembled.calls : []);
    expect([ending, deltas]).toEqual(['cut', handedOn]);
  });
});
