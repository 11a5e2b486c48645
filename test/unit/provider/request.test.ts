// What a chat completions server is sent for a neutral request, beside what OpenAI's own types call for.
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { expect, it } from 'vitest';
import type { Message } from '../../../src/api.ts';
import { wireFields, wireMessages } from '../../../src/core/provider/openaiChat/request.ts';
import { base64, fromBase64, readableText } from '../../../src/core/provider/parts.ts';

const picture = { type: 'image', mime: 'image/png', data: new Uint8Array([1, 2, 255]) } as const;

it('sends texts as texts, pictures as data, and the results of tools before what the user says besides', () => {
  const messages: readonly Message[] = [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: [{ type: 'text', text: 'What is this?' }, picture] },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Hm', opaque: { signature: 'x' } },
        { type: 'text', text: 'Let me look.' },
        { type: 'tool-call', id: 'c1', name: 'look', arguments: '{"at":1}' },
        { type: 'tool-call', id: 'c2', name: 'look', arguments: '{}' },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool-result', id: 'c1', content: 'A cat' },
        { type: 'tool-result', id: 'c2', content: [{ type: 'text', text: 'A dog' }, picture] },
        { type: 'text', text: 'Go on.' },
      ],
    },
    { role: 'user', content: [{ type: 'tool-result', id: 'c3', content: '' }] },
  ];
  const sent: readonly ChatCompletionMessageParam[] = [
    { role: 'system', content: 'Be short.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AQL/' } },
      ],
    },
    {
      role: 'assistant',
      content: 'Let me look.',
      tool_calls: [
        { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } },
        { id: 'c2', type: 'function', function: { name: 'look', arguments: '{}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'c1', content: 'A cat' },
    { role: 'tool', tool_call_id: 'c2', content: 'A dog[image/png]' },
    { role: 'user', content: 'Go on.' },
    { role: 'tool', tool_call_id: 'c3', content: '' },
  ];
  expect(wireMessages({ model: 'm', messages })).toEqual(sent);
});

it('sends each wish under its own name, further fields last, and nothing that was not asked for', () => {
  const tool = { name: 'look', description: 'Looks', parameters: { type: 'object', properties: {} } };
  expect([
    wireFields({ model: 'm', messages: [] }),
    wireFields({
      model: 'm',
      messages: [],
      tools: [tool, { name: 'bare' }],
      toolChoice: { name: 'look' },
      parallelTools: false,
      topP: 0.5,
      stop: ['\n'],
      effort: 'low',
      body: { top_p: 0.9, seed: 7 },
    }),
  ]).toEqual([
    {},
    {
      tools: [
        { type: 'function', function: tool },
        { type: 'function', function: { name: 'bare' } },
      ],
      tool_choice: { type: 'function', function: { name: 'look' } },
      parallel_tool_calls: false,
      stop: ['\n'],
      reasoning_effort: 'low',
      top_p: 0.9,
      seed: 7,
    },
  ]);
});

it('marks the answer that is to be continued in the two ways that servers know', () => {
  const messages: readonly Message[] = [
    { role: 'user', content: 'Count' },
    { role: 'assistant', content: 'One, tw' },
  ];
  const prefix = { model: 'm', messages, continues: 'prefix' } as const;
  const prefill = { model: 'm', messages, continues: 'prefill' } as const;
  expect([wireMessages(prefix).at(-1), wireFields(prefix), wireMessages(prefill).at(-1), wireFields(prefill)]).toEqual([
    { role: 'assistant', content: 'One, tw', prefix: true },
    {},
    { role: 'assistant', content: 'One, tw' },
    { continue_final_message: true, add_generation_prompt: false },
  ]);
});

it('turns bytes into base64 as Node does, and back, and refuses what is none', () => {
  const bytes = Uint8Array.from({ length: 100_003 }, (_, at) => (at * 7919) % 256);
  const text = Buffer.from(bytes).toString('base64');
  expect([base64(bytes) === text, Buffer.from(fromBase64(text)!).equals(Buffer.from(bytes)), fromBase64('?!')]).toEqual([
    true,
    true,
    undefined,
  ]);
});

it('counts the words of tool calls and their results among the words of a message', () => {
  const words = readableText([
    { type: 'text', text: 'a' },
    picture,
    { type: 'tool-call', id: 'c', name: 'b', arguments: '{c}' },
    { type: 'tool-result', id: 'c', content: [{ type: 'text', text: 'd' }] },
    { type: 'reasoning', text: 'e' },
  ]);
  expect(words).toBe('ab{c}de');
});
