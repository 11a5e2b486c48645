// A recording is the stream as it was, plus when its pieces came, minus the keys.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProvider } from '../../../src/core/provider/protocols.ts';
import type { Provider } from '../../../src/core/provider/provider.ts';
import { type RecordedPart, Recorder, type Recording, readRecording, writeRecording } from '../../../src/core/provider/http/recording.ts';
import { DeltaDecoder, type DeltaPiece } from '../../../src/core/provider/reading/deltaDecoder.ts';
import { likelySecrets, masked, redact } from '../../../src/core/provider/failures/secrets.ts';
import { findInWindows, windowLength } from '../../../src/core/provider/failures/secretWindows.ts';
import { read, recordedStreams } from '../../support/corpus.ts';
import { collect, endOf, rig, TestClock } from '../../support/engine.ts';
import { answer, fakeServer, hang, raw, text } from '../../support/fakeServer.ts';

const recordingOf = (parts: readonly RecordedPart[], secrets: readonly string[] = []): Recording => ({
  model: 'm',
  startedMs: 0,
  status: 200,
  contentType: 'text/event-stream',
  parts,
  byteLength: 0,
  secrets,
});
const write = (recording: Recording): Promise<Uint8Array> => writeRecording(recording, async () => undefined);
const joined = (parts: readonly RecordedPart[]): Buffer => Buffer.concat(parts.map(({ bytes }) => bytes));

/** The bytes in pieces of these lengths, each some milliseconds after the one before it. */
function cut(bytes: Uint8Array, lengths: readonly number[]): RecordedPart[] {
  const parts: RecordedPart[] = [];
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const length = lengths[index % lengths.length]!;
    parts.push({ atMs: index * 7, bytes: bytes.subarray(at, at + length) });
    at += length;
  }
  return parts;
}

describe.each(recordedStreams())('$name', ({ bytes }) => {
  it('is the same stream after it was written down and read again, however the network cut it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 }), async (lengths) => {
        const file = await write(recordingOf(cut(bytes, lengths)));
        const parts = [...readRecording(file)];
        // The file itself is a stream too: comments change nothing for those who read it as one.
        expect([joined(parts).equals(bytes), read([file])]).toEqual([true, read([bytes])]);
      }),
      { numRuns: 30 },
    );
  });
});

it('tells when each event was complete', async () => {
  const bytes = (words: string): Uint8Array => new TextEncoder().encode(words);
  const parts = [
    { atMs: 312, bytes: bytes('data: 1\n\nda') },
    { atMs: 350.4, bytes: bytes('ta: 2\n\n: keep-alive\n\n') },
    { atMs: 900, bytes: bytes('data: [DONE]\n\n') },
  ];
  const file = Buffer.from(await write(recordingOf(parts))).toString();
  expect([file, [...readRecording(Buffer.from(file))].map(({ atMs, bytes: piece }) => [atMs, Buffer.from(piece).toString()])]).toEqual([
    ': rivulet recording 1\n: model m, status 200, text/event-stream\n' +
      ': at 312 ms\ndata: 1\n\n: at 350 ms\ndata: 2\n\n: keep-alive\n\n: at 900 ms\ndata: [DONE]\n\n',
    [
      [312, 'data: 1\n\n'],
      [350, 'data: 2\n\n'],
      [350, ': keep-alive\n\n'],
      [900, 'data: [DONE]\n\n'],
    ],
  ]);
});

it('gives a stream without times an even pace', () => {
  expect([...readRecording(Buffer.from('data: 1\n\ndata: 2\n\n'))].map(({ atMs }) => atMs)).toEqual([20, 40]);
});

it('holds no key that was sent, and nothing that looks like one', async () => {
  const file = Buffer.from(
    await write(
      recordingOf(
        [{ atMs: 1, bytes: Buffer.from('data: {"error": "team-secret is wrong, sk-proj-abcdefgh1234 too, Bearer abc.def.ghi-jkl"}\n\n') }],
        ['team-secret'],
      ),
    ),
  ).toString();
  expect(file.split('\n')[3]).toBe(`data: {"error": "${'*'.repeat(11)} is wrong, ${'*'.repeat(20)} too, Bearer ${'*'.repeat(15)}"}`);
  expect(redact('ask a risk-free question about sk- and hf_', [])).toBe('ask a risk-free question about sk- and hf_');
});

it('keeps the newest answers as they came, broken ones too, and not too much of them', async () => {
  await using server = await fakeServer();
  const clock = new TestClock();
  const recorder = new Recorder(clock);
  const client: Provider = recorder.watch(createProvider((input, init) => fetch(input, init), clock.wall));
  const { start } = rig({ client });
  server.next(...answer('one'));
  await collect(start(server.url, { endpoint: { apiKey: 'sk-secret', headers: { 'x-team': 'team-secret' } } }));
  server.next(text('half'), hang());
  const second = start(server.url, { request: { model: 'other' } });
  await collect(second, ({ type }) => {
    if (type === 'text') second.stop();
  });
  const seen = recorder.recordings.map(({ model, status, parts, secrets }) => [
    model,
    status,
    read(parts.map(({ bytes }) => bytes)).text,
    secrets,
  ]);
  server.always(() => answer('x'.repeat(1_000_000)));
  for (let index = 0; index < 12; index++) await collect(start(server.url));
  const kept = recorder.recordings.map(({ byteLength }) => byteLength);
  server.next(...answer(...Array.from({ length: 60 }, () => 'x'.repeat(200_000))));
  await collect(start(server.url, { options: { limits: { stopRepetition: false } } }));
  const [longest] = recorder.recordings;
  expect({
    seen,
    many: kept.length > 5 && kept.length <= 10,
    small: kept.reduce((sum, bytes) => sum + bytes) <= 8 * 1024 * 1024,
    beginning: Math.round((longest?.byteLength ?? 0) / 1024 / 1024),
  }).toEqual({
    seen: [
      ['other', 200, 'half', []],
      ['fake', 200, 'one', ['sk-secret', 'team-secret']],
    ],
    many: true,
    small: true,
    beginning: 4,
  });
});

it('hides a secret that the model wrote in several events, and leaves the stream readable', async () => {
  const event = (field: string, text: string): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { [field]: text } }] })}\n\n`;
  const written = async (texts: readonly string[], secrets: readonly string[] = []): Promise<string> => {
    const bytes = Buffer.from([...texts.map((text) => event('content', text)), event('reasoning_content', 'between')].join(''));
    return read([await write(recordingOf([{ atMs: 1, bytes }], secrets))]).text;
  };
  expect([
    await written(['Your key is sk-', 'proj', '-abcdefgh12345', ', keep it.']),
    await written(['It was "', 'my"o', 'wn-', 'key-42', '".'], ['my"own-key-42']),
    await written(['é', 'pass', 'wört', '-0815é'], ['passwört-0815']),
    await written(['Authorization: Bearer ', 'mytok', 'en123456', ' ok']),
    await written(['a', 'b', 'c']),
  ]).toEqual([
    `Your key is ${'*'.repeat(21)}, keep it.`,
    // An escape is hidden whole.
    expect.stringMatching(/^It was "\*{13,14}"\.$/),
    expect.stringMatching(/^é\*{13,14}é$/),
    `Authorization: Bearer ${'*'.repeat(13)} ok`,
    'abc',
  ]);
});

it.each<[string, (text: string) => object, string]>([
  ['responses', (delta) => ({ type: 'response.output_text.delta', output_index: 0, content_index: 0, delta }), 'data: '],
  ['messages', (text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }), 'data: '],
  [
    'messages tools',
    (json) => ({ type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: json } }),
    'data: ',
  ],
  ['gemini', (text) => ({ candidates: [{ content: { parts: [{ text }] } }] }), 'data: '],
  ['ollama', (content) => ({ message: { role: 'assistant', content }, done: false }), ''],
  ['ollama thoughts', (thinking) => ({ message: { role: 'assistant', thinking }, done: false }), ''],
])('hides a secret that a model wrote in several events of %s', async (_, event, prefix) => {
  const texts = ['Your key is sk-', 'proj', '-abcdefgh12345', ', keep it.'];
  const bytes = Buffer.from(texts.map((text) => `${prefix}${JSON.stringify(event(text))}\n${prefix === '' ? '' : '\n'}`).join(''));
  const file = Buffer.from(await write(recordingOf([{ atMs: 1, bytes }]))).toString();
  expect([/sk-|proj|abcdefgh/.test(file), file.includes('Your key is '), file.includes(', keep it.')]).toEqual([false, true, true]);
});

function bodyOf(deltas: readonly DeltaPiece[]): ReadableStream<DeltaPiece> {
  return new ReadableStream({
    start: (controller) => {
      for (const delta of deltas) controller.enqueue(delta);
      controller.close();
    },
  });
}

it('keeps the deltas of a provider without a body as a stream that reads the same', async () => {
  const deltas: readonly DeltaPiece[] = [
    { type: 'reasoning', text: 'Hm.' },
    { type: 'text', text: 'See ' },
    { type: 'citation', url: 'https://a.example', title: 'A' },
    { type: 'text', text: 'there.' },
    { type: 'tool', index: 0, id: 'c1', name: 'look', arguments: '{"at":1}' },
    { type: 'usage', usage: { prompt: 1, completion: 2, total: 3 } },
    { type: 'end', ending: { type: 'finish', reason: 'tool-calls' } },
  ];
  const own: Provider = {
    open: async () => ({ type: 'opened', body: bodyOf(deltas), decoder: (sink) => new DeltaDecoder(sink) }),
    models: async () => ({ type: 'models', models: [], told: [] }),
    facts: async () => ({ told: [], loaded: [] }),
  };
  const recorder = new Recorder(new TestClock());
  const first = endOf(await collect(rig({ client: recorder.watch(own) }).start('own:address')));
  await using server = await fakeServer();
  server.next(raw(await write(recorder.recordings[0]!)));
  const again = endOf(await collect(rig().start(server.url)));
  const told = ({ text: said, reason, parts, citations, usage: { total } }: typeof first): unknown[] => [
    said,
    reason,
    parts,
    citations,
    total,
  ];
  expect([told(again), first.citations]).toEqual([told(first), [{ url: 'https://a.example', title: 'A' }]]);
});

describe('a body of megabytes', () => {
  const million = (piece: string): string => piece.repeat(Math.ceil(1_000_000 / piece.length));
  const key = 'sk-proj-abcdefgh1234';

  it.each([
    'data: {"choices":[{"delta":{"content":"\\u0061 \\" \\\\ %41 ://"}}],"q":"""""x":"\n\n',
    'eyJaaaaaaaaaaaa-',
    'eyJaaaaaaaaaaaa.',
    'hf-',
    'hf_aaaaaaaa-',
    'token=',
    'token=null',
    'token=1|',
    'token=a|',
    'bearer aaaaaaaa',
    '://a:',
    `-----BEGIN ${'PRIVATE'} KEY-----`,
    '%2525',
    '"a":"',
    '\\"',
    '\n',
  ])('of %j is written in short steps, and the key after it is hidden', async (piece) => {
    let steps = 0;
    const bytes = Buffer.from(`${million(piece)} "${key}"`);
    const file = await writeRecording(recordingOf([{ atMs: 1, bytes }], ['team-secret-0123']), async () => void steps++);
    expect([steps > 10, Buffer.from(file).toString('latin1').includes(key)]).toEqual([true, false]);
  });

  it('with half a million fields of one letter leaves room for other work at least once in two windows', async () => {
    const bytes = Buffer.from('"a":"b",'.repeat(500_000));
    let steps = 0;
    await writeRecording(recordingOf([{ atMs: 1, bytes }]), async () => void steps++);
    // Its fields are found, and it and their joined texts are looked through.
    expect(steps > (1.5 * bytes.length) / windowLength).toBe(true);
  });

  it('is looked through in pieces of one size, and a key is found wherever they meet', async () => {
    const pieces = new Set<number>();
    const find = (piece: string) => {
      pieces.add(piece.length);
      return likelySecrets(piece);
    };
    const left: unknown[] = [];
    for (let before = windowLength - 24; before < windowLength + 4; before++) {
      const text = `${'word '.repeat(before / 5)}${'.'.repeat(before % 5)} ${key} ${'word '.repeat(windowLength / 5)}`;
      const hidden = masked(text, await findInWindows(text, find, async () => undefined));
      if (hidden !== redact(text, [])) left.push(before);
    }
    expect([left, Math.max(...pieces) < 2 * windowLength]).toEqual([[], true]);
  });

  it('that is one secret is hidden to its end', async () => {
    const secret = `sk-${million('a1b2')}`;
    const text = `Its key is ${secret}, they say.`;
    expect(masked(text, await findInWindows(text, likelySecrets, async () => undefined))).toBe(
      text.replace(secret, '*'.repeat(secret.length)),
    );
  });
});
