// The requests of other extensions, which are programs of any quality: the first problem is named, in one sentence.
import { expect, it } from 'vitest';
import { requestProblem } from '../../../src/vscode/languageModels/requestSchema.ts';

const messages = [{ role: 'user', content: 'Hi.' }];
const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

it.each<[name: string, request: unknown, options: unknown]>([
  ['a question', { messages }, {}],
  [
    'every field',
    { model: 'a/b', messages, tools: [{ name: 'f', parameters: {} }], toolChoice: { name: 'f' }, temperature: 0, body: {} },
    {},
  ],
  ['fields of a later version', { messages, seed: 1 }, { later: true }],
  [
    'parts of all kinds',
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', mime: 'image/png', data: new Uint8Array(1) },
            { type: 'text', text: '?' },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: '', opaque: 1 },
            { type: 'tool-call', id: 'i', name: 'f', arguments: '{}' },
          ],
        },
        { role: 'user', content: [{ type: 'tool-result', id: 'i', content: [{ type: 'text', text: 'x' }], isError: true }] },
      ],
    },
    { limits: { maxTokens: 0 }, triggers: [{ name: 'T', on: 'regex', match: 'a+' }] },
  ],
])('takes %s', (_, request, options) => {
  expect(requestProblem(request, options)).toBe(undefined);
});

it.each<[sentence: string, request: unknown, options?: unknown]>([
  ['The request must be an object with "messages".', undefined],
  ['The request must be an object with "messages".', 'Hi.'],
  ['"messages" is missing.', {}],
  ['"messages" must be a list.', { messages: 'Hi.' }],
  ['"messages" must hold at least one message.', { messages: [] }],
  ['messages[0] must be an object.', { messages: [null] }],
  ['messages[0].role must be "system", "user" or "assistant".', { messages: [{ role: 'tool', content: 'x' }] }],
  ['messages[1].content is missing.', { messages: [...messages, { role: 'user' }] }],
  ['messages[0].content must be a text or a list of parts.', { messages: [{ role: 'user', content: 5 }] }],
  [
    'messages[0].content[0] must be a part whose type is "text", "image", "tool-call", "tool-result" or "reasoning".',
    { messages: [{ role: 'user', content: [{ type: 'input_audio' }] }] },
  ],
  [
    'messages[0].content[0].data must be a Uint8Array.',
    { messages: [{ role: 'user', content: [{ type: 'image', mime: 'image/png', data: 'AA' }] }] },
  ],
  ['"temperature" must be a number.', { messages, temperature: 'hot' }],
  ['"maxTokens" must not be negative.', { messages, maxTokens: -1 }],
  ['"stop" must be a list.', { messages, stop: 'END' }],
  ['"body" must be an object.', { messages, body: 'x' }],
  ['tools[0].name is missing.', { messages, tools: [{ function: { name: 'f' } }] }],
  ['"toolChoice" must be "none", "auto", "required" or {"name": "…"}.', { messages, toolChoice: 'any' }],
  ['The options must be an object.', { messages }, 5],
  ['limits.maxTokens must be a number.', { messages }, { limits: { maxTokens: '9' } }],
  ['timeouts.idleSeconds must be a finite number.', { messages }, { timeouts: { idleSeconds: Infinity } }],
  ['triggers[0].on is not a kind of trigger.', { messages }, { triggers: [{ name: 'T', on: 'word' }] }],
  [
    'triggers[0].action must be "event" or "stop": commands are taken from the user\'s settings only.',
    { messages },
    { triggers: [{ name: 'T', on: 'text', match: 'x', action: { command: 'x' } }] },
  ],
  ['"messages" must be a list.', { messages: cyclic }],
])('answers: %s', (sentence, request, options = {}) => {
  expect(requestProblem(request, options)).toBe(sentence);
});

it('names a regular expression that is none', () => {
  expect(requestProblem({ messages }, { triggers: [{ name: 'T', on: 'regex', match: '(' }] })).toContain('trigger "T"');
});
