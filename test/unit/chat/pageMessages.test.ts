// What a page may send: each message as it is, and nothing else.
import { expect, it } from 'vitest';
import { readPageMessage } from '../../../src/core/chat/page/pageMessages.ts';

it.each([
  { type: 'ready' },
  { type: 'send', text: 'Hi' },
  { type: 'lost', message: 'm1', part: 'text', have: 3 },
  { type: 'version', message: 'm1', step: -1 },
  { type: 'attachBytes', name: 'a.txt', bytes: new Uint8Array([1]) },
  { type: 'findFiles', request: 1, names: ['src/a.ts:12'] },
  { type: 'code', use: 'apply', language: 'ts src/a.ts', code: 'const a = 1;\n' },
])('takes $type as it is', (message) => {
  expect(readPageMessage(message)).toEqual(message);
});

it.each([
  ['nothing', undefined, 'A message of the page was ignored'],
  ['a text', 'send', 'A message of the page was ignored'],
  ['an unknown type', { type: 'run', command: 'x' }, '"type"'],
  ['a missing field', { type: 'send' }, '"text"'],
  ['a field of the wrong type', { type: 'drawn', frame: '1' }, '"frame"'],
  ['a number that is no count', { type: 'drawn', frame: -1 }, '"frame"'],
  ['an unknown use of a code block', { type: 'code', use: 'run', language: 'sh', code: 'ls' }, '"use"'],
  ['a code block without its code', { type: 'code', use: 'apply', language: 'sh' }, '"code"'],
  ['an unknown command', { type: 'action', message: 'm', command: 'deleteAll' }, '"command"'],
  ['a list with a stranger in it', { type: 'findFiles', request: 1, names: ['a', 7] }, '"names.1"'],
])('names what is wrong with %s', (_what, message, named) => {
  expect(readPageMessage(message)).toEqual(expect.stringContaining(named));
});

it('passes on no field that it does not know', () => {
  expect(readPageMessage({ type: 'ready', __proto__: null, extra: 1 })).toEqual({ type: 'ready' });
});
