// Errors that servers and relays send inside a stream, and streams of other protocols, by whatever spelling.
import { describe, expect, it } from 'vitest';
import { body, chunk, doneEvent, finished, seen } from '../../support/body.ts';
import { collect, endOf, rig } from '../../support/engine.ts';

const once = { retry: { maxAttempts: 1 }, resume: { maxResumes: 0 } };
const done = [finished(), doneEvent] as const;
const said = chunk({ content: 'Half an answer' });

describe('an error inside a stream', () => {
  const outcome = async (...parts: readonly (object | string)[]): Promise<unknown> => {
    const { text, reason, kind, message } = await seen(body(said, ...parts), once);
    return [text, reason, kind, message];
  };

  it.each([
    ['a sentence as data', 'data: error: out of memory on device 0\n\n', 'server', 'out of memory on device 0'],
    ['a sentence as JSON', 'data: "Error: out of memory on device 0"\n\n', 'server', 'out of memory on device 0'],
    ['a sentence in Chinese', 'data: 错误：显存不足\n\n', 'server', '显存不足'],
    ['a sentence in another language', 'data: サーバーが燃えている\n\n', 'server', 'サーバーが燃えている'],
    ['a sentence without a word of error', 'data: the worker went home\n\n', 'server', 'the worker went home'],
    ['an exception as Java names it', { internalServerException: { message: 'GPU fell over' } }, 'server', 'GPU fell over'],
    ['an error two objects deep', { Response: { Error: { Code: 'X', Message: 'GPU fell over' } } }, 'server', 'GPU fell over'],
    ['a flag and a description', { ok: false, description: 'GPU fell over' }, 'server', 'GPU fell over'],
    ['JSON after the word error', 'error: {"message":"GPU fell over"}\n\n', 'server', 'GPU fell over'],
    ['an error in the delta', chunk({ error: { message: 'GPU fell over' } }), 'server', 'GPU fell over'],
    ['an event in JSON', { event: 'error', data: { message: 'GPU fell over' } }, 'server', 'GPU fell over'],
    ['a failed response', { type: 'response.failed', response: { error: { message: 'GPU fell over' } } }, 'server', 'GPU fell over'],
    ['a flag beside the message', { is_error: true, message: 'GPU fell over' }, 'server', 'GPU fell over'],
    [
      'a chunk without choices',
      { object: 'chat.completion.chunk', choices: [], message: 'GPU fell over', code: 500 },
      'server',
      'GPU fell over',
    ],
    ['a comment', ': error: GPU fell over\n\n', 'server', 'GPU fell over'],
    ['a comment in Chinese', ': 错误：显存不足\n\n', 'server', '显存不足'],
    ['a sentence in Russian', 'data: Ошибка: сервер занят\n\n', 'server', 'сервер занят'],
    ['a comment with JSON', ': {"error":{"message":"GPU fell over"}}\n\n', 'server', 'GPU fell over'],
    ['a field in capitals', 'EVENT: error\nDATA: {"message":"GPU fell over"}\n\n', 'server', 'GPU fell over'],
    [
      'an error inside of something else',
      { type: 'message', payload: { type: 'error', message: 'GPU fell over' } },
      'server',
      'GPU fell over',
    ],
    ['errors by field', { errors: { model: ['GPU fell over'] } }, 'server', 'GPU fell over'],
    ['a sentence in brackets', 'data: [ERROR] out of memory on device 0\n\n', 'server', 'out of memory on device 0'],
    [
      'a sentence outside of data',
      'upstream connect error or disconnect/reset before headers\n\n',
      'server',
      'upstream connect error or disconnect/reset before headers',
    ],
    ['an event named timeout, with nothing in it', 'event: timeout\ndata: {}\n\n', 'server', 'timeout'],
    ['an event that tells of an abort by its name', 'event: stream.aborted\ndata: null\n\n', 'server', 'stream.aborted'],
    ['the number of an HTTP error', 'data: 503\n\n', 'server', 'The server reported an error without a message.'],
    ['an event named error', 'event: error\ndata: {"message":"GPU fell over"}\n\n', 'server', 'GPU fell over'],
    ['an event named error, with a text field', 'event: error\ndata: {"text":"GPU fell over"}\n\n', 'server', 'GPU fell over'],
    ['an event named ERROR, with a sentence', 'event: ERROR\ndata: upstream connect error\n\n', 'server', 'upstream connect error'],
    [
      'an event named error, with a code of its own',
      'event: error\ndata: {"message":"The monthly budget of your team is used up","code":402}\n\n',
      'quota',
      'The monthly budget of your team is used up',
    ],
    [
      'pretty-printed JSON',
      '{\n  "error": {\n    "code": 429,\n    "message": "Resource has been exhausted",\n    "status": "RESOURCE_EXHAUSTED"\n  }\n}\n',
      'rate-limit',
      'Resource has been exhausted',
    ],
    ['JSON on one line', '{"error":{"code":429,"message":"Resource has been exhausted"}}\n', 'rate-limit', 'Resource has been exhausted'],
    ['a list with an error', 'data: [{"error":{"code":503,"message":"Busy"}}]\n\n', 'server', 'Busy'],
    [
      'an object of the type error',
      'data: {"type":"error","message":"Overloaded, try later","code":"overloaded_error"}\n\n',
      'server',
      'Overloaded, try later',
    ],
    [
      'an error in an object of the type error',
      'data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
      'server',
      'Overloaded',
    ],
    [
      'code and message at the top',
      'data: {"code":"DataInspectionFailed","message":"Input data may contain inappropriate content."}\n\n',
      'bad-request',
      'Input data may contain inappropriate content.',
    ],
    ['code and msg at the top', 'data: {"code":1002,"msg":"The balance is not enough"}\n\n', 'quota', 'The balance is not enough'],
    ['a detail at the top', 'data: {"detail":"Not authenticated"}\n\n', 'auth', 'Not authenticated'],
    ['an object that says it is no success', 'data: {"success":false,"errorMessage":"GPU lost"}\n\n', 'server', 'GPU lost'],
    ['a header with a code', 'data: {"header":{"code":10013,"message":"input blocked"}}\n\n', 'server', 'input blocked'],
    [
      'a status message in base_resp',
      'data: {"choices":null,"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}\n\n',
      'quota',
      'insufficient balance',
    ],
    [
      'an error in the choice',
      'data: {"choices":[{"error":{"code":502,"message":"Upstream idle timeout exceeded"},"finish_reason":"error"}]}\n\n',
      'server',
      'Upstream idle timeout exceeded',
    ],
    ['a fault', 'data: {"fault":{"faultstring":"Quota violation"}}\n\n', 'server', 'Quota violation'],
    ['an exception in words', 'data: {"exception":"RuntimeError: CUDA error"}\n\n', 'server', 'RuntimeError: CUDA error'],
    ['err', 'data: {"err":"worker crashed"}\n\n', 'server', 'worker crashed'],
    ['a list of errors in words', 'data: {"errors":["worker crashed"]}\n\n', 'server', 'worker crashed'],
    ['an event named failure, with a sentence', 'event: failure\ndata: it broke\n\n', 'server', 'it broke'],
    ['an event named stream.error', 'event: stream.error\ndata: {"text":"it broke"}\n\n', 'server', 'it broke'],
    ['the trace of a crash', 'data: Traceback (most recent call last): in run\n\n', 'server', 'Traceback (most recent call last): in run'],
    ['a web page', '<html>\n<head><title>502 Bad Gateway</title></head>\n</html>\n', 'server', '502 Bad Gateway'],
    ['the field error:', 'error: {"code":500,"message":"slot unavailable"}\n\n', 'server', 'slot unavailable'],
  ])('is one whatever its spelling, also with [DONE] after it: %s', async (_, event, kind, message) => {
    expect([await outcome(event), await outcome(event, doneEvent)]).toEqual([
      ['Half an answer', 'error', kind, message],
      ['Half an answer', 'error', kind, message],
    ]);
  });

  it('without a word is one too', async () => {
    expect(await outcome('event: error\n\n', doneEvent)).toEqual([
      'Half an answer',
      'error',
      'server',
      'The server reported an error without a message.',
    ]);
  });

  it('is asked again only where that helps', async () => {
    const requests = async (event: string): Promise<number> => (await seen(body(event, doneEvent))).requests;
    expect([
      await requests('data: {"code":1002,"msg":"The balance is not enough"}\n\n'),
      await requests('{"detail":"Not authenticated"}'),
      await requests('event: error\ndata: {"message":"GPU fell over"}\n\n'),
    ]).toEqual([1, 1, 3]);
  });

  it('is none while it says nothing', async () => {
    const empties = [
      '',
      null,
      {},
      [],
      false,
      0,
      { code: 0, message: '' },
      { code: 200, message: 'OK' },
      'NaN',
      { message: null, details: [] },
    ];
    const ends = await Promise.all(
      empties.flatMap((error) => [
        seen(body(chunk({ content: 'Whole' }, null, { error }), chunk({}, 'stop', { error }), doneEvent)),
        seen(body(chunk({ content: 'Whole' }), chunk({}, 'stop', { error_message: error }), doneEvent)),
      ]),
    );
    expect(ends.map(({ text, reason, requests }) => [text, reason, requests])).toEqual(ends.map(() => ['Whole', 'stop', 1]));
  });

  it('is none where the answer goes on after it, or had ended before', async () => {
    const note = 'data: {"message":"worker 3 failed over"}\n\n';
    expect([await outcome(note, chunk({ content: ', and the rest' }), ...done), await outcome(finished(), note, doneEvent)]).toEqual([
      ['Half an answer, and the rest', 'stop', undefined, undefined],
      ['Half an answer', 'stop', undefined, undefined],
    ]);
  });

  it('nested 100,000 deep is told as malformed or as an error, not as a broken connection', async () => {
    const deep = `data: {"error":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}\n\n`;
    const { reason, kind } = await seen(body(said, deep), once);
    expect([reason, kind === 'server' || kind === 'malformed']).toEqual(['error', true]);
  });
});

describe('a stream of another protocol', () => {
  it.each([
    [
      'Messages',
      [
        { type: 'message_start', message: { id: 'm', content: [] } },
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
      ],
    ],
    [
      'Responses',
      [
        { type: 'response.created', response: { id: 'r' } },
        { type: 'response.output_text.delta', delta: 'Hi' },
      ],
    ],
    ['Gemini', [{ candidates: [{ content: { parts: [{ text: 'Hi' }] } }] }]],
  ])('is told at once and not asked for again: %s', async (_, events) => {
    const { reason, kind, requests } = await seen(body(...events));
    expect([reason, kind, requests]).toEqual(['error', 'malformed', 1]);
  });

  it('in JSON lines too', async () => {
    const lines = [{ message: { role: 'assistant', content: 'Hi' }, done: false }, { done: true }];
    const { reason, kind, requests } = await seen(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect([reason, kind, requests]).toEqual(['error', 'malformed', 1]);
  });

  it('is not read to its end', async () => {
    let pulled = 0;
    const event = new TextEncoder().encode(body({ type: 'content_block_delta', delta: { text: 'x' } }));
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => (pulled++ < 5_000 ? controller.enqueue(event) : controller.close()),
    });
    const { start } = rig({ fetch: async () => new Response(stream) });
    expect([endOf(await collect(start('http://127.0.0.1:1/v1'))).error?.kind, pulled < 50]).toEqual(['malformed', true]);
  });
});

describe('words of no known meaning in place of an end', () => {
  it.each([
    ['a comment', ': ERROR GPU fell over\n\n'],
    ['an event of another name', 'event: abort\ndata: {"why":"GPU fell over"}\n\n'],
    ['an outcome', { outcome: 'failed', explanation: 'GPU fell over' }],
  ])('are told after half an answer and before any, and do no harm to a whole one: %s', async (_what, words) => {
    const ends = [body(said, words, doneEvent), body(words, doneEvent), body(said, words, said, ...done)];
    const all = await Promise.all(ends.map((one) => seen(one, once)));
    expect(all.map(({ text, reason, message }) => [text, reason, message])).toEqual([
      ['Half an answer', 'error', expect.stringContaining('GPU fell over')],
      ['', 'error', expect.stringContaining('GPU fell over')],
      ['Half an answerHalf an answer', 'stop', undefined],
    ]);
  });

  it('are an error of the server, not a web page, in XML', async () => {
    const { kind, message } = await seen(
      '<?xml version="1.0"?>\n<Error><Code>SlowDown</Code><Message>Too many requests</Message></Error>',
      once,
    );
    expect([kind, message]).toEqual(['rate-limit', 'SlowDown Too many requests']);
  });
});

it.each(['-', 'N/A', 'No error', 'undefined', '成功'])('an error field with %j is no error', async (error) => {
  const { text, reason } = await seen(body(chunk({ content: 'Hi' }, null, { error }), ...done));
  expect([text, reason]).toEqual(['Hi', 'stop']);
});
