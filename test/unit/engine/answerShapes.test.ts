// The shapes in which servers send the words of an answer: types, choices, and bodies that are no event stream.
import { describe, expect, it } from 'vitest';
import { body, chunk, doneEvent, finished, seen } from '../../support/body.ts';
import { collect, endOf, rig } from '../../support/engine.ts';

const done = [finished(), doneEvent] as const;
const said = chunk({ content: 'Half an answer' });

describe('words of another type than text', () => {
  it.each([
    ['numbers', ['It costs $', 0.005, ' a call [', 6, ']'], 'It costs $0.005 a call [6]'],
    ['booleans', ['It is ', true, ' or ', false], 'It is true or false'],
    ['a part', [{ type: 'text', text: 'Hello' }], 'Hello'],
    [
      'parts of any name',
      [
        [
          { type: 'output_text', text: 'Hel' },
          { type: 'text', text: { value: 'lo' } },
        ],
      ],
      'Hello',
    ],
    [
      'texts in a list',
      [
        ['Hel', 'lo'],
        [' ', 4],
      ],
      'Hello 4',
    ],
  ])('are spelt out: %s', async (_, contents, text) => {
    const { text: got, reason, requests } = await seen(body(...contents.map((content) => chunk({ content })), ...done));
    expect([got, reason, requests]).toEqual([text, 'stop', 1]);
  });

  it('are spelt out in reasoning and in a whole message too', async () => {
    const streamed = await seen(body(chunk({ reasoning_content: 42 }), chunk({ content: 'ok' }), ...done));
    const whole = await seen(JSON.stringify({ choices: [{ message: { content: [{ text: 'ok' }] }, finish_reason: 'stop' }] }));
    expect([streamed.reasoning, streamed.text, whole.text]).toEqual(['42', 'ok', 'ok']);
  });

  it('are read where the delta holds them under another name', async () => {
    const deltas: readonly object[] = [
      { text: 'ok' },
      { content: '', output_text: 'ok' },
      { generated_text: 'ok' },
      { token: { id: 5, text: 'ok' } },
    ];
    const ends = await Promise.all(deltas.map((delta) => seen(body(said, chunk(delta), ...done))));
    expect(ends.map(({ text, reason }) => [text, reason])).toEqual(deltas.map(() => ['Half an answerok', 'stop']));
  });

  it('are missed where nothing is left of them', async () => {
    const lost: readonly unknown[] = [{ content: { a: 1 } }, { tool_calls: 'x' }, { tool_calls: ['x'] }];
    const ends = await Promise.all(lost.map((delta) => seen(body(said, chunk(delta), chunk({ content: '!' }), ...done))));
    expect(ends.map(({ text, reason, kind }) => [text, reason, kind])).toEqual(
      lost.map(() => ['Half an answer', 'truncated', 'malformed']),
    );
  });
});

describe('choices', () => {
  const outcome = async (...parts: readonly (object | string)[]): Promise<unknown> => {
    const { text, reasoning, reason, requests } = await seen(body(...parts, doneEvent));
    return [text, reasoning, reason, requests];
  };
  const at = (index: unknown, delta: object, finish_reason: unknown = null): object => ({ choices: [{ index, delta, finish_reason }] });

  it('of several indices are one answer, since only one is asked for', async () => {
    const answer = ['The answer is 4.', 'Hm.', 'stop', 1];
    expect([
      await outcome(at(0, { reasoning_content: 'Hm.' }), at(1, { content: 'The answer is 4.' }), at(0, {}, 'stop')),
      await outcome(at(1, { reasoning_content: 'Hm.' }), at(1, { content: 'The answer is 4.' }), at(1, {}, 'stop')),
      await outcome(at('0', { reasoning_content: 'Hm.' }), at('0', { content: 'The answer is 4.' }), at('0', {}, 'stop')),
      await outcome(at(null, { reasoning_content: 'Hm.' }), at(7, { content: 'The answer is 4.' }), at(null, {}, 'stop')),
      await outcome(at(0, { content: '\n\n', reasoning_content: 'Hm.' }), at(1, { content: 'The answer is 4.' }, 'stop')),
      await outcome({ choices: { index: 0, delta: { reasoning: 'Hm.', content: 'The answer is 4.' }, finish_reason: 'stop' } }),
    ]).toEqual([answer, answer, answer, answer, ['\n\nThe answer is 4.', 'Hm.', 'stop', 1], answer]);
  });

  it('of one chunk with the same index are both read', async () => {
    const call = { tool_calls: [{ index: 0, id: 'a', function: { name: 'now', arguments: '{}' } }] };
    const both = {
      choices: [
        { index: 0, delta: { content: 'Let me look.' } },
        { index: 0, delta: call },
      ],
    };
    const { text, reason, calls } = await seen(body(both, finished('tool_calls'), doneEvent));
    expect([text, reason, calls.length]).toEqual(['Let me look.', 'tool-calls', 1]);
  });

  it('in an object are read by their index', async () => {
    const keyed = (content: string, finish_reason: unknown = null): object => ({ choices: { 0: { delta: { content }, finish_reason } } });
    expect(await outcome(keyed('The answer '), keyed('is 4.', 'stop'))).toEqual(['The answer is 4.', '', 'stop', 1]);
  });

  it('are read inside of two objects, and with a thought beside the delta', async () => {
    const inside = (choice: object): object => ({ result: { response: { choices: [choice] } } });
    expect([
      await outcome(inside({ delta: { content: 'Hi' } }), inside({ delta: {}, finish_reason: 'stop' })),
      await outcome({ choices: [{ index: 0, delta: {}, reasoning: 'Hm.' }] }, at(0, { content: 'Hi' }, 'stop')),
    ]).toEqual([
      ['Hi', '', 'stop', 1],
      ['Hi', 'Hm.', 'stop', 1],
    ]);
  });

  it('with an error beside a text are an answer that failed', async () => {
    const { text, reason, message } = await seen(
      body(
        said,
        { choices: [{ index: 0, delta: { content: '.' } }], base_resp: { status_code: 1027, status_msg: 'It broke.' } },
        doneEvent,
      ),
    );
    expect([text, reason, message]).toEqual(['Half an answer', 'error', 'It broke.']);
  });

  it('whose index counts the chunks are one answer', async () => {
    expect(
      await outcome(at(0, { content: 'The ' }), at(1, { content: 'answer ' }), at(2, { content: 'is 4.' }), at(2, {}, 'stop')),
    ).toEqual(['The answer is 4.', '', 'stop', 1]);
  });

  it('that bring two texts are two answers, of which the first is taken', async () => {
    const two = [
      at(0, { content: 'North ' }),
      at(1, { content: 'South ' }),
      at(0, { content: 'bank' }),
      at(1, {}, 'length'),
      at(0, {}, 'stop'),
    ];
    expect(await outcome(...two)).toEqual(['North bank', '', 'stop', 1]);
  });
});

describe('a body that is no event stream', () => {
  const outcome = async (text: string): Promise<unknown> => {
    const { text: got, reason, kind, message, requests } = await seen(text);
    return [got, reason, kind, message, requests];
  };
  const json = JSON.stringify;

  it('is read as lines of JSON while they come', async () => {
    const lines = `${json(chunk({ content: 'Hel' }))}\n${json(chunk({ content: 'lo' }))}\n${json(finished())}\n`;
    const encoder = new TextEncoder();
    const pieces = lines.split('\n').map((line) => `${line}\n`);
    let pulls = 0;
    const texts: number[] = [];
    const stream = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          const piece = pieces[pulls++];
          if (piece === undefined) controller.close();
          else controller.enqueue(encoder.encode(piece));
        },
      },
      { highWaterMark: 0 },
    );
    const { start } = rig({ fetch: async () => new Response(stream) });
    await collect(start('http://127.0.0.1:1/v1'), ({ type }) => void (type === 'text' && texts.push(pulls)));
    expect([await outcome(lines), texts[0]! < pieces.length]).toEqual([['Hello', 'stop', undefined, undefined, 1], true]);
  });

  const whole = {
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: 'pong' }, finish_reason: 'stop' }],
  };

  it.each([
    ['one answer and [DONE] after it', `${json(whole)}\ndata: [DONE]\n\n`],
    ['one answer, printed over many lines, and [DONE]', `${json(whole, undefined, 2)}\n\ndata: [DONE]\n\n`],
    ['one answer in an event', `data: ${json(whole)}\n\n`],
    ['one answer without a reason for its end', json({ choices: [{ message: { content: 'pong' } }] })],
    ['one answer in a list', json([whole])],
    ['one answer in a field', json({ code: 0, data: whole })],
  ])('is read as %s', async (_, text) => {
    expect(await outcome(text)).toEqual(['pong', 'stop', undefined, undefined, 1]);
  });

  it('is read as an error with [DONE] after it', async () => {
    expect(await outcome('{"error":{"message":"adapter not loaded","code":400}}\n\ndata: [DONE]\n\n')).toEqual([
      '',
      'error',
      'bad-request',
      'adapter not loaded',
      1,
    ]);
  });

  it('may be the pieces of a message, or the message so far, or the text alone', async () => {
    const message = (content: string): object => ({ choices: [{ index: 0, message: { content }, finish_reason: null }] });
    const text = (piece: string): object => ({ choices: [{ index: 0, text: piece, finish_reason: null }] });
    const all = ['One two three', 'stop', undefined, undefined, 1];
    expect([
      await outcome(body(message('One '), message('two '), message('three'), ...done)),
      await outcome(body(message('One '), message('One two '), message('One two three'), ...done)),
      await outcome(body(text('One '), text('two '), text('three'), ...done)),
    ]).toEqual([all, all, all]);
  });

  it('may end with the message, which brings what is missing', async () => {
    const { text } = await seen(
      body(chunk({ content: 'Half an ' }), { choices: [{ index: 0, message: { content: 'Half an answer' }, finish_reason: 'stop' }] }),
    );
    expect(text).toBe('Half an answer');
  });

  it('may repeat the whole at its end', async () => {
    const words = ['A first half of some length, ', 'and a second half of it.'];
    const { text } = await seen(body(...words.map((content) => chunk({ content })), chunk({ content: words.join('') }, 'stop'), doneEvent));
    expect(text).toBe(words.join(''));
  });

  it.each([
    ['bytes that are no text', Uint8Array.from({ length: 400 }, (_, index) => (index * 37) % 256)],
    ['a sentence', new TextEncoder().encode('Service for humans only')],
    ['half a value', new TextEncoder().encode('{"hello": "wor')],
    ['nothing of a chat', new TextEncoder().encode('{"hello": "world"}')],
  ])('and nothing else either is told at once: %s', async (_, bytes) => {
    const { text, reason, kind, requests } = await seen(bytes);
    expect([text, reason, kind, requests]).toEqual(['', 'error', 'malformed', 1]);
  });

  it('of pictures alone is asked for once, and told for what it is', async () => {
    const { reason, kind, message, requests } = await seen(
      body(chunk({ content: '', images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,x' } }] }), ...done),
    );
    expect([reason, kind, message, requests]).toEqual([
      'error',
      'empty',
      'The answer contains only images, which cannot be shown here.',
      1,
    ]);
  });

  it('with a picture beside its text says that a part is not shown', async () => {
    const picture = { images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,x' } }] };
    const { start } = rig({
      fetch: async () => new Response(body(said, chunk(picture), chunk({ content: [{ type: 'audio' }] }), ...done)),
    });
    const { text, reason, error, unshown } = endOf(await collect(start('http://127.0.0.1:1/v1')));
    expect([text, reason, error, unshown]).toEqual(['Half an answer', 'stop', undefined, ['images', 'audio']]);
  });

  it('without a line end is refused at 16 MB, whatever it begins with', async () => {
    for (const start of ['x', '{"a":"', 'data: "', ': ']) {
      let megabytes = 0;
      const megabyte = new TextEncoder().encode('x'.repeat(1024 * 1024));
      const stream = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode(start)),
        pull: (controller) => (megabytes++ < 1024 ? controller.enqueue(megabyte) : controller.close()),
      });
      const { start: begin } = rig({ fetch: async () => new Response(stream) });
      const { error } = endOf(await collect(begin('http://127.0.0.1:1/v1')));
      expect([start, error?.kind, error?.code, megabytes <= 20]).toEqual([start, 'malformed', 'event-too-long', true]);
    }
  });
});
