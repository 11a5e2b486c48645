// How the pieces of tool calls that servers send become whole calls.
import { expect, it } from 'vitest';
import { ToolCalls } from '../../../src/core/request/toolCalls.ts';

type Piece = readonly [index: number, id: string, name: string, json: string];

const callsOf = (...pieces: readonly Piece[]) => {
  const calls = new ToolCalls();
  for (const [index, id, name, json] of pieces) calls.push({ type: 'tool', index, id, name, arguments: json });
  return calls.calls().map((call) => [call.id, call.name, call.arguments]);
};

it('joins the pieces of each index, in whatever order they come', () => {
  expect(callsOf([0, 'a', 'find', ''], [1, 'b', 'read', '{"x":'], [0, '', '', '{"y"'], [1, '', '', '1}'], [0, '', '', ':2}'])).toEqual([
    ['a', 'find', '{"y":2}'],
    ['b', 'read', '{"x":1}'],
  ]);
});

it('takes a name and an id that come with every piece once', () => {
  expect(callsOf([0, 'a', 'find', '{"y"'], [0, 'a', 'find', ':2}'])).toEqual([['a', 'find', '{"y":2}']]);
});

it('takes another id under the same index for another call', () => {
  expect(callsOf([0, 'a', 'find', '{"y":2}'], [0, 'b', 'find', '{"y":3}'])).toEqual([
    ['a', 'find', '{"y":2}'],
    ['b', 'find', '{"y":3}'],
  ]);
});

it('gives calls without an id one of their own, and keeps the order of the indices', () => {
  expect(callsOf([1, '', 'read', '{}'], [0, '', 'find', ''])).toEqual([
    ['call_0', 'find', ''],
    ['call_1', 'read', '{}'],
  ]);
});
