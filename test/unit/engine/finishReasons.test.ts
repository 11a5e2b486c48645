// What servers call the end of an answer, and when they say it.
import { describe, expect, it } from 'vitest';
import type { Api } from '../../../src/core/provider/provider.ts';
import { body, chunk, doneEvent, finished, seen } from '../../support/body.ts';
import { collect, endOf, rig, TestClock } from '../../support/engine.ts';

const once = { retry: { maxAttempts: 1 }, resume: { maxResumes: 0 } };
const done = [finished(), doneEvent] as const;
const said = chunk({ content: 'Half an answer' });

describe('a finish reason', () => {
  const outcome = async (finish: unknown, options: object = once): Promise<unknown> => {
    const { text, reason, kind } = await seen(body(said, finished(finish), doneEvent), options);
    return [text, reason, kind];
  };

  const words: readonly (readonly [word: unknown, reason: string, kind: string | undefined])[] = [
    ...[
      'stop',
      'STOP',
      'Stop',
      'eos',
      'end_turn',
      'completed',
      'FINISH_REASON_STOP',
      'EndTurn',
      'stopSequence',
      'normal',
      'eos_found',
      '</s>',
    ].map((word) => [word, 'stop', undefined] as const),
    ...[
      'length',
      'MAX_TOKENS',
      'out_of_tokens',
      'reached max',
      'max_output_tokens',
      'model_context_window_exceeded',
      'max_new_tokens',
      'maxOutputTokens',
      'max_len',
      'too_long',
    ].map((word) => [word, 'length', undefined] as const),
    ...[
      'SAFETY',
      'refusal',
      'content_filter: RECITATION',
      'prohibited_content',
      'Blocked',
      'unsafe',
      'policy_violation',
      'moderated',
      'risk',
    ].map((word) => [word, 'content-filter', undefined] as const),
    ...[
      'abort',
      'timeout',
      'cancelled',
      'insufficient_system_resource',
      'engine_overloaded',
      'TIMED_OUT',
      'timeLimit',
      'oom',
      'unfinished',
      'rate_limit',
    ].map((word) => [word, 'truncated', 'connection'] as const),
    ...['error', 'MALFORMED_FUNCTION_CALL', 'network_error', 'failed', 'unexpected_eof', 'panic'].map(
      (word) => [word, 'error', 'server'] as const,
    ),
    ...['something_new', '长度', '???', 7, true, { type: 'what' }].map((word) => [word, 'other', 'server'] as const),
  ];

  it.each(words)('%j means %s', async (word, reason, kind) => {
    expect(await outcome(word)).toEqual(['Half an answer', reason, kind]);
  });

  it.each([[''], [null], ['null'], ['None'], ['FINISH_REASON_UNSPECIFIED'], [false]])('%j is none', async (word) => {
    const { text, reason } = await seen(body(chunk({ content: 'One ' }, word), chunk({ content: 'two' }, word)), once);
    expect([text, reason]).toEqual(['One two', 'truncated']);
  });

  it('is read in whatever field it stands', async () => {
    const whole = (more: object, delta: object = {}): Promise<unknown> =>
      seen(body(said, { choices: [{ index: 0, delta, ...more }] }, doneEvent), once).then(({ text, reason }) => [text, reason]);
    expect([
      await whole({ finishReason: 'length' }),
      await whole({ stop_reason: 'max_tokens' }),
      await whole({}, { finish_reason: 'length' }),
      await whole({ finishReason: 'length' }, { content: '!' }),
      await seen(body(said, { choices: [{ index: 0, delta: {} }], finish_reason: 'length' }, doneEvent), once).then(({ reason }) => reason),
      await whole({ finish_reason: 'stop', stop_reason: 151645 }),
      await whole({ finish_details: { type: 'max_tokens' } }),
    ]).toEqual([
      ['Half an answer', 'length'],
      ['Half an answer', 'length'],
      ['Half an answer', 'length'],
      ['Half an answer!', 'length'],
      'length',
      ['Half an answer', 'stop'],
      ['Half an answer', 'length'],
    ]);
  });

  it('is found in an object or a list of any shape', async () => {
    const shapes = [{ name: 'length', value: 2 }, { kind: 'abort' }, ['length', 'stop'], { details: { type: 'max_tokens' } }];
    expect(await Promise.all(shapes.map(async (shape) => (await seen(body(said, finished(shape), doneEvent), once)).reason))).toEqual([
      'length',
      'truncated',
      'length',
      'length',
    ]);
  });

  it('that is good takes back none that was not', async () => {
    const last = async (...reasons: readonly string[]): Promise<string> =>
      (await seen(body(said, ...reasons.map(finished), doneEvent), once)).reason;
    expect([
      await last('length', 'stop'),
      await last('stop', 'content_filter'),
      await last('soon', 'stop'),
      await last('abort', 'stop'),
    ]).toEqual(['length', 'content-filter', 'stop', 'truncated']);
  });

  it('that is not known is told with the server’s word', async () => {
    expect((await seen(body(said, finished('something_new'), doneEvent))).message).toContain('something_new');
  });

  it('that breaks the answer off lets it be continued', async () => {
    const bodies = [body(said, finished('abort'), doneEvent), body(chunk({ content: ', and the rest.' }), ...done)];
    const { text, reason, requests } = await seen(bodies);
    expect([text, reason, requests]).toEqual(['Half an answer, and the rest.', 'stop', 2]);
  });

  it.each(['stop', 'something_new', 'tool_calls'])('makes nothing of an answer without words: %s', async (word) => {
    const { reason, kind, requests } = await seen(body(chunk({ role: 'assistant' }), finished(word), doneEvent));
    expect([reason, kind, requests]).toEqual(['error', 'empty', 2]);
  });
});

it('an end and nothing else is an empty answer', async () => {
  const { reason, kind, requests } = await seen(doneEvent);
  expect([reason, kind, requests]).toEqual(['error', 'empty', 2]);
});

describe('a finish reason that comes early', () => {
  /** The chunks, each so many seconds after the one before it; then the body stays open. */
  async function paced(seconds: number, chunks: readonly (object | string)[], api: Api = 'chat'): Promise<unknown> {
    const clock = new TestClock();
    const encoder = new TextEncoder();
    let at = 0;
    const stream = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          await Promise.resolve();
          const part = chunks[at++];
          if (part === undefined) setTimeout(() => clock.advance(600_000), 0);
          else {
            clock.advance(seconds * 1000);
            controller.enqueue(encoder.encode(body(part)));
          }
        },
      },
      { highWaterMark: 0 },
    );
    const { start } = rig({ clock, fetch: async () => new Response(stream) });
    const answer = start('http://127.0.0.1:1/v1', { endpoint: { api }, options: once });
    const { text, reason, usage } = endOf(await collect(answer));
    return [text, reason, usage.estimated, answer.toolCalls.map((call) => call.arguments)];
  }

  const words = Array.from({ length: 10 }, (_, index) => `w${index} `);

  it('on the reasoning does not end the words after it', async () => {
    const chunks = [chunk({ reasoning_content: 'Hm. ' }, 'stop'), ...words.map((content) => chunk({ content }, 'stop')), doneEvent];
    expect(await paced(0.35, chunks)).toEqual([words.join(''), 'stop', true, []]);
  });

  it('once, on the reasoning, does not either', async () => {
    const chunks = [chunk({ reasoning_content: 'Hm. ' }, 'stop'), ...words.map((content) => chunk({ content })), doneEvent];
    expect(await paced(1.5, chunks)).toEqual([words.join(''), 'stop', true, []]);
  });

  it('on every word does not end them, however slow they are', async () => {
    expect(await paced(4, [...words.map((content) => chunk({ content }, 'stop')), doneEvent])).toEqual([words.join(''), 'stop', true, []]);
  });

  it('on every piece of a call hands out no half of it', async () => {
    const pieces = ['{"text":"', 'aaaa', 'bbbb', 'cccc', '"}'].map((args, index) =>
      chunk(
        {
          tool_calls: [
            { index: 0, ...(index === 0 ? { id: 'a' } : {}), function: { ...(index === 0 ? { name: 'f' } : {}), arguments: args } },
          ],
        },
        'tool_calls',
      ),
    );
    expect(await paced(3, [...pieces, doneEvent])).toEqual(['', 'tool-calls', true, ['{"text":"aaaabbbbcccc"}']]);
  });

  it('before any word does not end them, though the first takes its time', async () => {
    expect(await paced(9, [finished(), said, doneEvent])).toEqual(['Half an answer', 'stop', true, []]);
  });

  it('before the end of a block does not end it, however slow the server is', async () => {
    const events = [
      { type: 'message_start', message: { content: [] } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
      ...['Half ', 'an ', 'answer'].map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
      { type: 'content_block_stop', index: 0 },
      { type: 'message_stop' },
    ];
    expect(await paced(30, events, 'messages')).toEqual(['Half an answer', 'stop', true, []]);
  });

  it('waits for the count of tokens', async () => {
    const usage = { choices: [], usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 } };
    expect(await paced(2.6, [said, finished(), usage, doneEvent])).toEqual(['Half an answer', 'stop', false, []]);
  });

  it.each([
    ['empty chunks', chunk({ content: '' })],
    ['comments', ': ping\n\n'],
  ])('waits while %s come between two pieces, but not for ever', async (_, sign) => {
    const more = [chunk({ content: ' and more' }), finished(), doneEvent];
    expect(await paced(3, [said, finished(), sign, sign, sign, ...more])).toEqual(['Half an answer and more', 'stop', true, []]);
    const signs = Array.from({ length: 30 }, () => sign);
    expect(await paced(3, [said, finished(), ...signs, ...more])).toEqual(['Half an answer', 'stop', true, []]);
  });

  it('ends an answer whose server says nothing more and leaves the body open', async () => {
    expect(await paced(0.1, [said, finished()])).toEqual(['Half an answer', 'stop', true, []]);
  });
});
