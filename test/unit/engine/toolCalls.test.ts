// How pieces of tool calls become whole calls, and which calls are withheld.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToolCalls } from '../../../src/core/request/toolCalls.ts';
import { assembled } from '../../support/assembled.ts';
import type { Api } from '../../../src/core/provider/provider.ts';
import { body, chunk, doneEvent, finished, seen } from '../../support/body.ts';
import { collect, endOf, rig } from '../../support/engine.ts';

type Piece = readonly [index: number, id: string, name: string, json: string];

const callsOf = (...pieces: readonly Piece[]): unknown => {
  const calls = new ToolCalls();
  for (const [index, id, name, json] of pieces) calls.push({ type: 'tool', index, id, name, arguments: json });
  const all = assembled(calls);
  if (all.type === 'broken') return all.failure.code;
  return all.calls.map((call) => [call.id, call.name, call.arguments]);
};

describe('the pieces of a call', () => {
  it('are joined by their index, in whatever order they come', () => {
    expect(callsOf([0, 'a', 'find', ''], [1, 'b', 'read', '{"x":'], [0, '', '', '{"y"'], [1, '', '', '1}'], [0, '', '', ':2}'])).toEqual([
      ['a', 'find', '{"y":2}'],
      ['b', 'read', '{"x":1}'],
    ]);
  });

  it('bring the name and the id once, or every time', () => {
    expect(callsOf([0, 'a', 'find', '{"y"'], [0, 'a', 'find', ':2}'])).toEqual([['a', 'find', '{"y":2}']]);
  });

  it('belong to the call before while that has no end, whatever id they have', () => {
    expect([
      callsOf([0, 'call_a', 'read', ''], [0, 'tool-1', '', '{"path":'], [0, 'tool-1', '', '"a.ts"}']),
      callsOf([0, 'x1', 'read', '{"pa'], [0, 'x2', '', 'th":'], [0, 'x3', '', '"a.ts"}']),
      callsOf([0, 'x1', 'read', '{"pa'], [0, 'x2', 'read', 'th":'], [0, 'x3', 'read', '"a.ts"}']),
    ]).toEqual([[['call_a', 'read', '{"path":"a.ts"}']], [['x1', 'read', '{"path":"a.ts"}']], [['x1', 'read', '{"path":"a.ts"}']]]);
  });

  it('may be followed by an empty object with its id', () => {
    expect(callsOf([0, 'a', 'find', '{"y":2}'], [0, 'a', 'find', '{}'])).toEqual([['a', 'find', '{"y":2}']]);
  });

  it('belong to the call with their id where calls come by turns under one index', () => {
    expect(
      callsOf(
        [0, 'a', 'find', '{"p":'],
        [0, 'b', 'read', '{"q":'],
        [0, 'a', '', '1'],
        [0, 'b', '', '2'],
        [0, 'a', '', '}'],
        [0, 'b', '', '}'],
      ),
    ).toEqual([
      ['a', 'find', '{"p":1}'],
      ['b', 'read', '{"q":2}'],
    ]);
  });

  it('may bring a name in pieces, the id with the first alone', () => {
    expect([
      callsOf([0, 'a', 'read_', ''], [0, '', 'file', ''], [0, '', '', '{"p":1}']),
      callsOf([0, 'a', 'read_', ''], [0, '', 'file', '{"p":1}']),
      callsOf([0, 'a', 'now', '{}'], [0, '', 'date', '{}']),
    ]).toEqual([
      [['a', 'read_file', '{"p":1}']],
      [['a', 'read_file', '{"p":1}']],
      [
        ['a', 'now', '{}'],
        ['call_1', 'date', '{}'],
      ],
    ]);
  });

  it('belong to the call before while that has no end, whatever index they have', () => {
    expect(callsOf([0, 'a', 'read', '{"path":'], [1, '', '', '"a'], [2, '', '', '.ts"}'])).toEqual([['a', 'read', '{"path":"a.ts"}']]);
  });

  it('may each repeat all so far', () => {
    expect([
      callsOf([0, 'a', 'read', '{"pa'], [0, 'a', 'read', '{"path":"a'], [0, 'a', 'read', '{"path":"a.ts"}']),
      callsOf([0, 'a', 're', ''], [0, 'a', 'read', '{'], [0, 'a', 'read', '{"path":1'], [0, 'a', 'read', '{"path":1}']),
    ]).toEqual([[['a', 'read', '{"path":"a.ts"}']], [['a', 'read', '{"path":1}']]]);
  });

  it('may be followed by the whole again, and by nothing', () => {
    const pieces: Piece[] = [
      [0, 'p1', 'read', ''],
      [0, '', '', '{"path":'],
      [0, '', '', '"a.ts"}'],
    ];
    const once = [['p1', 'read', '{"path":"a.ts"}']];
    expect([
      callsOf(...pieces, [0, 'p1', 'read', '{"path":"a.ts"}']),
      callsOf(...pieces, [0, '', '', '{"path": "a.ts"}']),
      callsOf(...pieces, [1, 'p1', 'read', '{"path":"a.ts"}']),
      callsOf(...pieces, [0, '', '', ''], [0, '', 'read', '']),
    ]).toEqual([once, once, once, once]);
  });

  it('may come by turns with nothing but names before them', () => {
    expect(
      callsOf(
        [0, 'a', 'read', ''],
        [0, 'b', 'find', ''],
        [0, 'a', '', '{"x":'],
        [0, 'b', '', '{"y":'],
        [0, 'a', '', '1}'],
        [0, 'b', '', '2}'],
      ),
    ).toEqual([
      ['a', 'read', '{"x":1}'],
      ['b', 'find', '{"y":2}'],
    ]);
  });

  it('may bring the name last', () => {
    expect([callsOf([0, 'a', '', '{"x":'], [0, '', 'read', '1}']), callsOf([0, 'a', '', '{"x":1}'], [0, 'a', 'read', ''])]).toEqual([
      [['a', 'read', '{"x":1}']],
      [['a', 'read', '{"x":1}']],
    ]);
  });

  it('may have an index of their own each', () => {
    expect(callsOf([0, 'a', 'read', ''], [1, '', '', '{"x":'], [2, '', '', '1}'])).toEqual([['a', 'read', '{"x":1}']]);
  });

  it('may each close what has come so far, or repeat it in another order', () => {
    expect([
      callsOf([0, 'a', 'read', '{"p":"a"}'], [0, 'a', 'read', '{"p":"a.t","l":[1]}'], [0, 'a', 'read', '{"p":"a.ts","l":[1,2]}']),
      callsOf([0, 'a', 'read', '{"x":1,"y":2}'], [0, 'a', 'read', '{"y":2,"x":1}']),
    ]).toEqual([[['a', 'read', '{"p":"a.ts","l":[1,2]}']], [['a', 'read', '{"x":1,"y":2}']]]);
  });

  it('may stand under two indices with the same id', () => {
    expect([
      callsOf([0, 'e1', 'exec', ''], [1, 'e1', 'exec', '{"cmd":"date"}']),
      callsOf([0, 'e1', 'exec', ''], [1, 'e1', 'exec', '{"cmd":'], [1, '', '', '"date"}']),
    ]).toEqual([[['e1', 'exec', '{"cmd":"date"}']], [['e1', 'exec', '{"cmd":"date"}']]]);
  });

  it('may begin with an empty object that holds their place', () => {
    expect(callsOf([0, 'a', 'read', '{}'], [0, '', '', '{"path":'], [0, '', '', '1}'])).toEqual([['a', 'read', '{"path":1}']]);
  });
});

describe('another call under the same index', () => {
  const two = (...ids: readonly [string, string]): unknown => [
    [ids[0], 'weather', '{"city":"Oslo"}'],
    [ids[1], 'weather', '{"city":"Rome"}'],
  ];

  it('begins where the JSON before it has ended', () => {
    expect([
      callsOf([0, 'a', 'weather', '{"city":"Oslo"}'], [0, 'b', 'weather', '{"city":"Rome"}']),
      callsOf([0, '', 'weather', '{"city":"Oslo"}'], [0, '', 'weather', '{"city":"Rome"}']),
      callsOf([0, '', 'weather', '{"city":"Oslo"}'], [0, '', 'weather', ''], [0, '', '', '{"city":'], [0, '', '', '"Rome"}']),
      callsOf([0, 'a', 'weather', '{"city":"Oslo"}'], [0, 'b', 'weather', ''], [0, 'b', '', '{"city":'], [0, 'b', '', '"Rome"}']),
    ]).toEqual([two('a', 'b'), two('call_0', 'call_1'), two('call_0', 'call_1'), two('a', 'b')]);
  });

  it('begins with another name', () => {
    expect(callsOf([0, '', 'time', ''], [0, '', 'weather', '{"city":"Rome"}'])).toEqual([
      ['call_0', 'time', '{}'],
      ['call_1', 'weather', '{"city":"Rome"}'],
    ]);
  });

  it('with the id of the first is given an id of its own', () => {
    expect(callsOf([0, 'a', 'weather', '{"city":"Oslo"}'], [1, 'a', 'weather', '{"city":"Rome"}'])).toEqual(two('a', 'call_1'));
  });
});

describe('what is handed out', () => {
  it('has an id that no other call has, in the order of the indices', () => {
    expect(callsOf([1, 'call_0', 'read', '{}'], [0, '', 'find', ''])).toEqual([
      ['call_0', 'find', '{}'],
      ['call_1', 'read', '{}'],
    ]);
  });

  it.each([
    ['arguments without a name', [[0, 'a', '', '{"x":1}']], 'tool-without-name'],
    ['half an object', [[0, 'a', 'read', '{"x":']], 'tool-arguments'],
    ['a list', [[0, 'a', 'read', '[1]']], 'tool-arguments'],
    ['a number', [[0, 'a', 'read', '5']], 'tool-arguments'],
    [
      'an object and something after it',
      [
        [0, 'a', 'read', '{"x":1}'],
        [0, '', '', ' oops'],
      ],
      'tool-without-name',
    ],
    [
      'two objects, the second one without a name',
      [
        [0, 'a', 'read', '{"x":1}'],
        [0, '', '', '{"x":2}'],
      ],
      'tool-without-name',
    ],
    [
      'one whole call and one half',
      [
        [0, 'a', 'read', '{"x":1}'],
        [1, 'b', 'read', '{"x"'],
      ],
      'tool-arguments',
    ],
  ] as readonly (readonly [string, readonly Piece[], string])[])('is nothing at all where there is %s', (_, pieces, code) => {
    expect(callsOf(...pieces)).toBe(code);
  });

  it('is no call that says nothing', () => {
    expect(callsOf([0, '', '', ''], [1, 'a', '', ''])).toEqual([]);
  });

  it('is an empty object for a tool without parameters', () => {
    expect([callsOf([0, 'a', 'now', '']), callsOf([0, 'a', 'now', 'null']), callsOf([0, 'a', 'now', '{}'])]).toEqual(
      Array.from({ length: 3 }, () => [['a', 'now', '{}']]),
    );
  });

  it('is the object in a text that was encoded twice', () => {
    expect(callsOf([0, 'a', 'read', JSON.stringify('{"x":1}')])).toEqual([['a', 'read', '{"x":1}']]);
  });

  it.each([
    ['a bracket too many', ['{"a":{"b":1}}}']],
    ['brackets too many in pieces of their own', ['{"a":{"b":1}}', '}', ' ]']],
    ['a mark of the model’s template', ['{"a":{"b":1}}<|im_end|>']],
    ['the end of an element', ['{"a":{"b":1}}\n</tool_call>']],
    ['a code block', ['```json\n{"a":{"b":1}}\n```']],
    ['the whole again in one piece', ['{"a":{"b":1}}{"a": {"b": 1}}']],
    ['an empty object before it', ['{}{"a":{"b":1}}']],
  ])('is the object without what adds nothing to it: %s', (_, pieces) => {
    const deltas = pieces.map((piece, at): Piece => (at === 0 ? [0, 'a', 'f', piece] : [0, '', '', piece]));
    expect(callsOf(...deltas, [1, 'b', 'g', '{}'])).toEqual([
      ['a', 'f', '{"a":{"b":1}}'],
      ['b', 'g', '{}'],
    ]);
  });

  it('has its control characters escaped, and no white space around its name', () => {
    expect(callsOf([0, 'a', ' f ', '{"a":"x\ty\nz"}'])).toEqual([['a', 'f', '{"a":"x\\u0009y\\u000az"}']]);
  });

  it.each(['{"a":1}{"a":2}', '{"a":1} and more', '{"a":1', '{"a":1}{"b":', '[{"a":1}]', "{'a':1}", '{"a":1,}'])(
    'is nothing where it is not one: %s',
    (json) => {
      expect(callsOf([0, 'a', 'f', json])).not.toEqual([['a', 'f', expect.anything()]]);
    },
  );

  it('is what was called, however the arguments are cut into pieces', () => {
    const call = fc.record({ name: fc.constantFrom('read', '__proto__', 'toString'), input: fc.object({ maxDepth: 2 }) });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 4 }), fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (calls, sizes) => {
        const pieces = calls.flatMap(({ name, input }, index) => {
          const json = JSON.stringify(input);
          const parts: Piece[] = [[index, `id${index}`, name, '']];
          for (let at = 0, turn = 0; at < json.length; turn++) {
            const size = sizes[turn % sizes.length] as number;
            parts.push([index, '', '', json.slice(at, at + size)]);
            at += size;
          }
          return parts;
        });
        expect(callsOf(...pieces)).toEqual(calls.map(({ name, input }, index) => [`id${index}`, name, JSON.stringify(input)]));
      }),
      { seed: 3 },
    );
  });
});

it('takes each piece once, whatever their number', () => {
  let compared = 0;
  // Numbers that count how often one is compared: what is looked up is not.
  const index = (value: number): number =>
    ({
      valueOf: () => {
        compared++;
        return value;
      },
    }) as unknown as number;
  const calls = new ToolCalls();
  const count = 20_000;
  for (let at = 0; at < count; at++) calls.push({ type: 'tool', index: index(at), id: `c${at}`, name: 'f', arguments: '{}' });
  const whilePushing = compared;
  const all = assembled(calls);
  expect([all.type === 'calls' && all.calls.length, whilePushing, compared < count * 40]).toEqual([count, 0, true]);
});

describe('an answer with tool calls', () => {
  const tools = (...calls: readonly object[]): object => chunk({ tool_calls: calls });
  const outcome = async (...parts: readonly (object | string)[]): Promise<unknown> => {
    const { text, reason, kind, calls, requests } = await seen(body(...parts, doneEvent));
    return [text, reason, kind, calls.map((call) => [call.id, call.name, call.arguments]), requests];
  };

  it('may give the arguments as an object, a number or a piece of one', async () => {
    const call = (args: unknown, more: object = { id: 'o1' }): object =>
      tools({ index: 0, ...more, function: { name: 'bash', arguments: args } });
    expect([
      await outcome(call({ command: 'ls -l', n: 2 }), finished('tool_calls')),
      await outcome(call('{"n":'), call(2, {}), call('}', {}), finished('tool_calls')),
    ]).toEqual([
      ['', 'tool-calls', undefined, [['o1', 'bash', '{"command":"ls -l","n":2}']], 1],
      ['', 'tool-calls', undefined, [['o1', 'bash', '{"n":2}']], 1],
    ]);
  });

  it('may have them in other choices, in one object, in the old field, or flat', async () => {
    const call = { id: 'a', function: { name: 'now', arguments: '{"x":1}' } };
    const one = ['', 'tool-calls', undefined, [['a', 'now', '{"x":1}']], 1];
    expect([
      await outcome({ choices: [{ index: 1, delta: { tool_calls: [{ index: 0, ...call }] } }] }, finished('tool_calls')),
      await outcome(chunk({ tool_calls: call }), finished('tool_calls')),
      await outcome(tools({ index: '0', id: 'a', name: 'now', arguments: '{"x":1}' }), finished('tool_calls')),
      await outcome(
        chunk({ function_call: { name: 'now', arguments: '{"x":' } }),
        chunk({ function_call: { arguments: '1}' } }),
        finished('function_call'),
      ),
    ]).toEqual([one, one, one, ['', 'tool-calls', undefined, [['call_0', 'now', '{"x":1}']], 1]]);
  });

  it('is never called without arguments that stand in a field of another name', async () => {
    const calls: readonly object[] = [
      tools({ index: 0, id: 'a', function: { name: 'now', args: { x: 1 } } }),
      tools({ index: 0, id: 'a', function: { name: 'now', kwargs: '{"x":1}' } }),
      tools({ index: 0, id: 'a', custom: { name: 'now', input: '{"x":1}' } }),
      tools({ index: 0, id: 'a', tool_name: 'now', arguments: '{"x":1}' }),
      chunk({ tool_call: { id: 'a', function: { name: 'now', arguments: '{"x":1}' } } }),
      chunk({ content: [{ type: 'tool_use', id: 'a', name: 'now', input: { x: 1 } }] }),
      { choices: [{ index: 0, delta: {}, tool_calls: [{ id: 'a', function: { name: 'now', arguments: '{"x":1}' } }] }] },
    ];
    const ends = await Promise.all(calls.map((call) => outcome(call, finished('tool_calls'))));
    expect(ends).toEqual(calls.map(() => ['', 'tool-calls', undefined, [['a', 'now', '{"x":1}']], 1]));
  });

  it('may come in a message after the text', async () => {
    const message = { content: 'Look.', tool_calls: [{ id: 'a', function: { name: 'now', arguments: '{}' } }] };
    expect(await outcome(chunk({ content: 'Look.' }), { choices: [{ index: 0, message, finish_reason: 'tool_calls' }] })).toEqual([
      'Look.',
      'tool-calls',
      undefined,
      [['a', 'now', '{}']],
      1,
    ]);
  });

  it('calls nothing where a phantom stands beside a finished text', async () => {
    const phantoms = [{}, { name: '', arguments: '' }, { name: '', arguments: '{}' }, { arguments: {} }];
    const ends = await Promise.all(
      phantoms.map((phantom) =>
        outcome(chunk({ content: 'All done.' }), tools({ index: 0, id: '', type: 'function', function: phantom }), finished()),
      ),
    );
    expect(ends).toEqual(phantoms.map(() => ['All done.', 'stop', undefined, [], 1]));
  });

  it('hands out no half call, whatever the server calls the end', async () => {
    const half = tools({ index: 0, id: 'a', function: { name: 'write', arguments: '{"text":"half' } });
    const ends = ['stop', 'tool_calls', 'abort', 'length', 'content_filter', 'no_such_word', 'MALFORMED_FUNCTION_CALL'];
    const seenEnds = await Promise.all(
      ends.map(async (end) => (await seen(body(half, finished(end), doneEvent), { retry: { maxAttempts: 1 } })).calls),
    );
    expect(seenEnds).toEqual(ends.map(() => []));
  });

  it.each([
    ['another field of the function', { function: { arguments_delta: '/b' } }],
    ['another field of the call', { partial_json: '/b' }],
    ['a text in its place', '/b'],
  ])('hands out none that lacks a piece: %s', async (_what, piece) => {
    const begun = tools({ index: 0, id: 'a', function: { name: 'bash', arguments: '{"cmd":"rm -rf a' } });
    const missing = chunk({ tool_calls: [typeof piece === 'string' ? piece : { index: 0, ...piece }] });
    const { reason, kind, calls } = await seen(
      body(begun, missing, tools({ index: 0, function: { arguments: '"}' } }), finished('tool_calls'), doneEvent),
    );
    expect([reason, kind, calls]).toEqual(['error', 'malformed', []]);
  });

  it('keeps the digits of long numbers, also of two calls that differ in nothing else', async () => {
    const one = '{"id":1234567890123456789}';
    const two = '{"id":1234567890123456790}';
    const zero = JSON.stringify(tools({ index: 0, id: 'a', function: { name: 'drop', arguments: 0 } }));
    const asObject = `data: ${zero.replace(':0}}', `:${one}}}`)}\n\n`;
    const asText = (json: string): object => tools({ index: 0, id: '', function: { name: 'drop', arguments: json } });
    const given = async (...parts: readonly (object | string)[]): Promise<readonly string[]> =>
      (await seen(body(...parts, finished('tool_calls'), doneEvent))).calls.map((call) => call.arguments);
    expect([await given(asObject), await given(asText(one), asText(two))]).toEqual([[one], [one, two]]);
  });

  it('makes no number of NaN in arguments', async () => {
    const text = JSON.stringify(tools({ index: 0, id: 'a', function: { name: 'pay', arguments: { euros: 0 } } })).replace(':0}}', ':NaN}}');
    const { kind, calls } = await seen(body(`data: ${text}\n\n`, finished('tool_calls'), doneEvent));
    expect([kind, calls]).toEqual(['malformed', []]);
  });

  it('that the server announces and does not send is no good end', async () => {
    expect(await outcome(chunk({ content: 'Let me look.' }), finished('tool_calls'))).toEqual([
      'Let me look.',
      'error',
      'malformed',
      [],
      1,
    ]);
  });

  it('takes a call with an end by another name for one with a call', async () => {
    expect(await outcome(tools({ index: 0, id: 'a', function: { name: 'now', arguments: '{}' } }), finished('stop'))).toEqual([
      '',
      'tool-calls',
      undefined,
      [['a', 'now', '{}']],
      1,
    ]);
  });
});

describe('a call of another protocol', () => {
  const outcome = async (api: Api, ...objects: readonly object[]): Promise<unknown> => {
    const { start } = rig({ fetch: async () => new Response(body(...objects)) });
    const stream = start('http://127.0.0.1:1/v1', { endpoint: { api }, options: { retry: { maxAttempts: 1 } } });
    return [endOf(await collect(stream)).reason, stream.toolCalls.map((call) => [call.name, call.arguments])];
  };
  const piece = (delta: object): object => ({ type: 'content_block_delta', index: 0, delta });
  const messages = (block: object, ...pieces: readonly object[]): Promise<unknown> =>
    outcome(
      'messages',
      { type: 'message_start', message: { id: 'm', content: [] } },
      { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'a', name: 'bash', ...block } },
      ...pieces,
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
      { type: 'message_stop' },
    );
  const responses = (item: object, ...pieces: readonly object[]): Promise<unknown> =>
    outcome(
      'responses',
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: { type: 'function_call', id: 'i', call_id: 'a', name: 'bash', ...item },
      },
      ...pieces.map((one) => ({ type: 'response.function_call_arguments.delta', output_index: 0, item_id: 'i', ...one })),
      { type: 'response.completed', response: { status: 'completed', output: [] } },
    );

  it('is not handed out without one of its pieces', async () => {
    const begin = { type: 'input_json_delta', partial_json: '{"cmd":"rm -rf a' };
    const end = { type: 'input_json_delta', partial_json: '"}' };
    expect([
      await messages({}, piece(begin), piece({ type: 'input_patch', text: '/b' }), piece(end)),
      await messages({}, piece(begin), piece({ text_of_json: '/b' }), piece(end)),
      await responses({}, { delta: '{"cmd":"rm -rf a' }, { text: '/b' }, { delta: '"}' }),
      await responses({}, { delta: '{"cmd":"rm -rf a' }, { type: 'response.function_call_arguments.append', delta: '/b' }, { delta: '"}' }),
    ]).toEqual(Array.from({ length: 4 }, () => ['error', []]));
  });

  it('has the arguments that it is sent with, whatever their field is called', async () => {
    const call = { name: 'bash', call_with: { id: 1 } };
    expect([
      await messages({ params: '{"id":1}' }),
      await responses({ parameters: { id: 1 } }),
      await outcome('gemini', { candidates: [{ content: { parts: [{ functionCall: call }] }, finishReason: 'STOP' }] }),
      await outcome('ollama', { message: { content: '', tool_calls: [{ function: call }] }, done: true, done_reason: 'stop' }),
    ]).toEqual(Array.from({ length: 4 }, () => ['tool-calls', [['bash', '{"id":1}']]]));
  });
});
