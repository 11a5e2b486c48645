// Chunks that share an event, and chunks that cannot be read: no word is lost silently, and a lost one forbids a good end.
import { describe, expect, it } from 'vitest';
import { body, chunk, doneEvent, finished, seen } from '../../support/body.ts';

const one = chunk({ content: 'One ' });
const two = chunk({ content: 'two ' });
const three = chunk({ content: 'three' });
const json = JSON.stringify;

async function outcome(text: string): Promise<unknown> {
  const { text: said, reason, kind, requests } = await seen(text);
  return [said, reason, kind, requests];
}

describe('chunks that lost what parted them', () => {
  const whole = ['One two three', 'stop', undefined, 1];

  it.each([
    ['one line end between two of them', body(one, `data: ${json(two)}\n`, three, finished(), doneEvent)],
    ['one line end between all of them', [one, two, three, finished()].map((part) => `data: ${json(part)}\n`).join('') + doneEvent],
    ['no line end between two of them', body(one, `data: ${json(two)}data: ${json(three)}\n\n`, finished(), doneEvent)],
    ['two objects on one line', body(one, `data: ${json(two)}${json(three)}\n\n`, finished(), doneEvent)],
    ['a comma between two objects', body(one, `data: ${json(two)}, ${json(three)}\n\n`, finished(), doneEvent)],
    ['the finish and [DONE] in one event', body(one, two, three, `data: ${json(finished())}\n${doneEvent}`)],
    ['the last text, the finish and [DONE] in one event', body(one, two, `data: ${json(three)}\ndata: ${json(finished())}\n${doneEvent}`)],
    ['[DONE] right behind the finish', body(one, two, three, `data: ${json(finished())}[DONE]\n\n`)],
    ['a field name twice', body(one, `data: data: ${json(two)}\n\n`, three, finished(), 'data: data: [DONE]\n\n')],
    ['a damaged field name', body(one, `dat: ${json(two)}\n\n`, three, finished(), doneEvent)],
    ['no field name', body(one, `${json(two)}\n\n`, three, finished(), doneEvent)],
    ['an event name on the same line', body(one, `data: ${json(two)}event: message\n`, three, finished(), doneEvent)],
    ['an event name before it on the same line', body(one, `event: pingdata: ${json(two)}\n\n`, three, finished(), doneEvent)],
    ['an event number before it on the same line', body(one, `id: 5data: ${json(two)}\n\n`, three, finished(), doneEvent)],
    ['a chunk encoded twice', body(one, `data: ${json(json(two))}\n\n`, three, finished(), doneEvent)],
    ['chunks in a list', body(`data: ${json([one, two, three])}\n\n`, finished(), doneEvent)],
  ])('are all read: %s', async (_, text) => {
    expect(await outcome(text)).toEqual(whole);
  });

  it('give an error that shares an event with text its place', async () => {
    const error = { error: { message: 'worker died', code: 500 } };
    const { text, reason, message } = await seen(body(`data: ${json(one)}\n`, error), { resume: { maxResumes: 0 } });
    expect([text, reason, message]).toEqual(['One ', 'error', 'worker died']);
  });
});

describe('an error is told', () => {
  const error = { error: { message: 'worker died', code: 500 } };

  it.each([
    ['after a colon alone', body(one, `: ${json(error)}\n\n`, doneEvent)],
    ['in an event name on the line of a text', body(`data: ${json(one)}event: error\n\n`, doneEvent)],
    [
      'in a sentence after finish reasons in every chunk',
      `${body(chunk({ content: 'x' }, 'stop'), chunk({ content: 'One ' }, 'stop'))}upstream connect error\n`,
    ],
  ])('%s', async (_, text) => {
    const { reason } = await seen(text, { resume: { maxResumes: 0 } });
    expect(reason).toBe('error');
  });
});

describe('JSON that strict readers refuse', () => {
  it.each([
    ['a raw tab in a text', `data: ${json(two).replace('two ', 'two\t')}\n\n`, 'One two\tthree'],
    ['a raw line end in a text', `data: ${json(two).replace('two ', 'two\ndata: ')}\n\n`, 'One two\nthree'],
    ['NaN in a number', `data: ${json(chunk({ content: 'two ' }, null, { logprob: 0 })).replace(':0}', ':NaN}')}\n\n`, 'One two three'],
    [
      '-Infinity in a number',
      `data: ${json(chunk({ content: 'two ' }, null, { x: 0 })).replace(':0}', ':-Infinity}')}\n\n`,
      'One two three',
    ],
    ['NaN as a word', `data: ${json(chunk({ content: 0 })).replace(':0}', ':NaN}')}\n\n`, 'One NaNthree'],
    ['-Infinity as a word', `data: ${json(chunk({ content: 0 })).replace(':0}', ':-Infinity}')}\n\n`, 'One -Infinitythree'],
  ])('is read all the same: %s', async (_, event, text) => {
    expect(await outcome(body(one, event, three, finished(), doneEvent))).toEqual([text, 'stop', undefined, 1]);
  });
});

describe('a chunk that cannot be read', () => {
  const broken = json(two);

  it.each([
    ['its end is missing', `data: ${broken.slice(0, -9)}\n\n`],
    ['its beginning is missing', `data: ${broken.slice(9)}\n\n`],
    ['its middle is missing', `data: ${broken.slice(0, 20)}${broken.slice(30)}\n\n`],
    ['it was spelled as an object', 'data: [object Object]\n\n'],
    ['its quotes are of the wrong kind', `data: ${broken.replaceAll('"', "'")}\n\n`],
    ['an error was written into it', `data: ${broken.slice(0, 40)}data: ${json({ note: 1 })}\n\n`],
    ['it stands outside of any field, and half', `${broken.slice(0, 40)}\n\n`],
  ])('keeps the text before it, asks nobody again, and never ends well: %s', async (_, event) => {
    expect(await outcome(body(one, event, three, finished(), doneEvent))).toEqual(['One ', 'truncated', 'malformed', 1]);
  });

  it('is the end of an answer that has no text yet', async () => {
    expect(await outcome(body(`data: ${broken.slice(0, -9)}\n\n`, three, finished(), doneEvent))).toEqual(['', 'error', 'malformed', 1]);
  });

  it('at the end of the body is a cut, which is continued', async () => {
    const { text, reason, requests } = await seen([body(one, `data: ${broken.slice(0, -9)}`), body(two, three, finished(), doneEvent)]);
    expect([text, reason, requests]).toEqual(['One two three', 'stop', 2]);
  });

  it('gives out no tool call, not even a shorter one that is valid', async () => {
    const call = (args: string, more: object = {}): object =>
      chunk({ tool_calls: [{ index: 0, ...more, function: { name: 'bash', arguments: args } }] });
    const start = call('{"cmd":"rm -rf build', { id: 'c1' });
    const end = [call('"}'), finished('tool_calls'), doneEvent];
    const joined = await seen(body(start, `data: ${json(call('/old'))}\n`, call('/cache'), ...end));
    const lost = await seen(body(start, `data: ${json(call('/old')).slice(0, -5)}\n\n`, call('/cache'), ...end));
    expect([joined.reason, joined.calls, lost.reason, lost.kind, lost.calls]).toEqual([
      'tool-calls',
      [{ id: 'c1', name: 'bash', arguments: '{"cmd":"rm -rf build/old/cache"}' }],
      'error',
      'malformed',
      [],
    ]);
  });
});

describe('notes of servers and relays', () => {
  it.each([
    ['heartbeats', body('data:\n\n', 'event: ping\n\n', 'data: ping\n\n', 'data: {}\n\n', 'data: null\n\n', 'data: 1\n\n')],
    ['unknown fields', 'foo: bar\n\nx-trace: 9\n\n'],
    [
      'objects without choices',
      body({ type: 'ping' }, { object: 'queue', position: 3 }, { status: 'processing', message: 'Loading the model' }),
    ],
    ['comments', ': error rate 0.1%\n\n: no error\n\n'],
    ['lengths of HTTP chunks', '3a\r\n\r\n'],
    ['sentences', 'data: OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n'],
  ])('are no part of the answer, and do no harm: %s', async (_, notes) => {
    expect(await outcome(body(notes, one, notes, two, notes, three, finished(), notes, doneEvent))).toEqual([
      'One two three',
      'stop',
      undefined,
      1,
    ]);
  });
});
