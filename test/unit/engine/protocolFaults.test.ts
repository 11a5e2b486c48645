// The faults that every protocol has, in each of them: what breaks, what a server refuses, and how it says that it ended.
import { describe, expect, it } from 'vitest';
import type { StreamEvent, StreamOptions } from '../../../src/api.ts';
import { createProvider } from '../../../src/core/provider/protocols.ts';
import { collect, endOf, problemsOf, rig, type Start, TestClock } from '../../support/engine.ts';
import { dialects } from '../../support/dialects.ts';
import { drop, type FakeServer, fakeServer, gate, hang, raw, status, type Step, wait } from '../../support/fakeServer.ts';

const once: StreamOptions = { retry: { maxAttempts: 1 }, resume: { maxResumes: 0 } };

describe.each(dialects)('$api', ({ api, begin, text, end, overloaded, refusal }) => {
  const start: Start = { endpoint: { api, continuation: 'ask' } };
  const whole = raw(begin + text('Hello') + text(' world') + end('stop'));

  /** Each script answers one request. */
  async function told(scripts: readonly (readonly Step[])[], options?: StreamOptions, at: At = () => undefined): Promise<unknown[]> {
    await using server = await fakeServer();
    for (const script of scripts) server.next(...script);
    const clock = new TestClock();
    const stream = rig({ clock }).start(server.url, { ...start, ...(options === undefined ? {} : { options }) });
    const events = await collect(stream, (event) => {
      at(event, { clock, server });
      if (event.type === 'wait') queueMicrotask(() => clock.advance(event.seconds * 1_000));
    });
    const { text: said, reason, error } = endOf(events);
    const waits = events.flatMap((event) => (event.type === 'wait' ? [event.seconds] : []));
    return [said, reason, error?.kind, server.requests.length, waits, ...problemsOf(events)];
  }
  type At = (event: StreamEvent, scene: { readonly clock: TestClock; readonly server: FakeServer }) => void;

  it('says that it was cut, wherever it was', async () => {
    const bytes = new TextEncoder().encode(whole.type === 'write' ? (whole.bytes as string) : '');
    const wrong: unknown[] = [];
    for (let at = 0; at < bytes.length; at++) {
      const fetch = async (): Promise<Response> => new Response(bytes.slice(0, at));
      const stream = rig({ fetch: fetch as typeof globalThis.fetch }).start('http://127.0.0.1:1/v1', { ...start, options: once });
      const events = await collect(stream);
      const { text: said, reason } = endOf(events);
      const isPrefix = 'Hello world'.startsWith(said) && problemsOf(events).length === 0;
      if (!isPrefix || (reason !== 'truncated' && !(reason === 'stop' && said === 'Hello world'))) wrong.push([at, said, reason]);
    }
    expect(wrong.map(String)).toEqual([]);
  });

  it.each([
    ['a detail', { detail: 'Not authenticated' }, 'auth'],
    ['a code and words', { code: 1002, msg: 'The balance is not enough' }, 'quota'],
    ['an exception', { exception: 'GPU lost' }, 'server'],
    ['the type error', { type: 'error', message: 'Overloaded' }, 'server'],
    ['a text without Latin letters', { error: '系统开小差了' }, 'server'],
    ['a field by no known name, in a script without spaces', { 说明: '系统开小差了' }, 'server'],
    ['no success', { success: false, errorMessage: 'GPU lost' }, 'server'],
  ])('hears an error in the words of others, before the first word and after it: %s', async (_what, error, kind) => {
    const line = api === 'ollama' ? `${JSON.stringify(error)}\n` : `data: ${JSON.stringify(error)}\n\n`;
    expect([await told([[raw(line)]], once), await told([[raw(begin + text('Half') + line)]], once)]).toEqual([
      ['', 'error', kind, 1, []],
      ['Half', 'error', kind, 1, []],
    ]);
  });

  it.each([
    ['cut inside its own JSON', '{"error":{"message":"It is too busy', 'server'],
    ['cut before its words', '{"error":{"type":"overloaded_error","mess', 'server'],
    ['cut in a list', '[{"error":{"message":"It is too busy","code":503},', 'server'],
    ['cut after an escape', '{"code":500,"message":"It broke: \\"x\\', 'server'],
    ['a list of errors', '[{"error":{"message":"It is too busy","code":503}}]', 'server'],
    ['a list of errors in a field', '{"errors":[{"message":"It is too busy"}]}', 'server'],
    ['a list of words', '["Error: out of memory"]', 'server'],
    ['names with something before them', '{"resultCode":"40301","resultMsg":"The balance is not enough"}', 'quota'],
    ['XML', '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Too many requests</Message></Error>', 'server'],
  ])('hears an error after the first word, at the end of the body: %s', async (_what, error, kind) => {
    const begun = begin + text('Half');
    const field = api === 'ollama' || error.startsWith('<') ? '' : 'data: ';
    expect([await told([[raw(begun + field + error)]], once), await told([[raw(`${begun}${field}${error}\n\n`)]], once)]).toEqual([
      ['Half', 'error', kind, 1, []],
      ['Half', 'error', kind, 1, []],
    ]);
  });

  it('hears no error in the empty fields for one', async () => {
    const line = (note: object): string => (api === 'ollama' ? `${JSON.stringify(note)}\n` : `data: ${JSON.stringify(note)}\n\n`);
    const notes = line({ error: {} }) + line({ error: '' }) + line({ error: { code: 0, message: '' } });
    expect(await told([[raw(begin + text('Hello') + notes + text(' world') + end('stop'))]], once)).toEqual([
      'Hello world',
      'stop',
      undefined,
      1,
      [],
    ]);
  });

  it('reads on where the name of a field is damaged, and never over what cannot be read', async () => {
    const field = api === 'ollama' ? '' : 'data: ';
    const damaged = (before: string): string => begin + text('One ') + before + text('two') + end('stop');
    const bodies = [`\ufeff`, field, ' ', ': ', ': ping', ': {"id":"\n\n', `${field}eyJjaG9pY2VzIjpbXX0=\n\n`, ': {"x":1}\n\n'].map(
      damaged,
    );
    const read = [];
    for (const one of bodies) read.push((await told([[raw(one)]], once)).slice(0, 2).join());
    const hole = 'One ,truncated';
    expect(read).toEqual([...Array.from({ length: 5 }, () => 'One two,stop'), hole, hole, 'One two,stop']);
  });

  it('waits for the answer where signs of life come first, in objects of their own', async () => {
    const line = (note: object): string => (api === 'ollama' ? `${JSON.stringify(note)}\n` : `data: ${JSON.stringify(note)}\n\n`);
    const queue = Array.from({ length: 20 }, (_, at) => line({ status: 'queued', position: 20 - at })).join('');
    expect(await told([[raw(queue + begin + text('Hello') + end('stop'))]], once)).toEqual(['Hello', 'stop', undefined, 1, []]);
  });

  it('hears no error in an object that is a note', async () => {
    const line = (note: object): string => (api === 'ollama' ? `${JSON.stringify(note)}\n` : `data: ${JSON.stringify(note)}\n\n`);
    const notes = line({ status: 'processing' }) + line({ x_gateway: { region: 'eu' } }) + line({ message: 'worker 3 took over' });
    expect(await told([[raw(begin + text('Hello') + notes + text(' world') + end('stop'))]], once)).toEqual([
      'Hello world',
      'stop',
      undefined,
      1,
      [],
    ]);
  });

  it('continues after a reset', async () => {
    const read = gate();
    const broken = [raw(begin + text('Hello')), wait(read.opened), drop({ reset: true })];
    const rest = [raw(begin + text(' world') + end('stop'))];
    const atText: At = (event) => {
      if (event.type === 'text') setImmediate(read.open);
    };
    expect(await told([broken, rest], undefined, atText)).toEqual(['Hello world', 'stop', undefined, 2, []]);
  });

  it('continues after it has fallen silent', async () => {
    const atText: At = (event, { clock }) => {
      if (event.type === 'text' && event.text === 'Hello') setImmediate(() => clock.advance(61_000));
    };
    const silent = [raw(begin + text('Hello')), hang()];
    expect(await told([silent, [raw(begin + text(' world') + end('stop'))]], undefined, atText)).toEqual([
      'Hello world',
      'stop',
      undefined,
      2,
      [],
    ]);
  });

  it.each([
    ['seconds', { 'retry-after': '7' }, 'Slow down', 7],
    ['milliseconds', { 'retry-after-ms': '350' }, 'Slow down', 0.35],
    ['a date', { 'retry-after': new Date(1_760_000_012_000).toUTCString() }, 'Slow down', 12],
    ['words', {}, 'Slow down. Please retry in 22.5s.', 22.5],
  ])('waits after a 429 as long as it says in %s', async (_, headers, words, seconds) => {
    const refused = status(429, refusal(words), headers);
    expect(await told([refused, [whole]])).toEqual(['Hello world', 'stop', undefined, 2, [seconds]]);
  });

  it('asks again after a 503 and after a body without a word', async () => {
    expect(await told([status(503, refusal('Overloaded')), [raw('')], [whole]])).toEqual([
      'Hello world',
      'stop',
      undefined,
      3,
      [0.25, 0.5],
    ]);
  });

  it('asks again where an error is all that comes, and continues where it follows words', async () => {
    expect([
      await told([[raw(overloaded)], [whole]]),
      await told([[raw(begin + text('Hello') + overloaded)], [raw(begin + text(' world') + end('stop'))]]),
      await told([[raw(begin + text('Hello') + overloaded + text(' more') + end('stop'))]], once),
    ]).toEqual([
      ['Hello world', 'stop', undefined, 2, [0.25]],
      ['Hello world', 'stop', undefined, 2, [0.25]],
      ['Hello', 'error', 'server', 1, []],
    ]);
  });

  it('never asks again with a wrong key, or for a prompt that is too long', async () => {
    expect([
      (await told([status(401, refusal('No such key'))])).slice(1, 4),
      (await told([status(400, refusal('prompt is too long: 213462 tokens > 200000 maximum'))])).slice(1, 4),
    ]).toEqual([
      ['error', 'auth', 1],
      ['error', 'context-length', 1],
    ]);
  });

  it('tells a length and a filter from a good end', async () => {
    const ends = api === 'ollama' ? (['length'] as const) : (['length', 'content-filter'] as const);
    for (const how of ends) expect(await told([[raw(begin + text('Hello') + end(how))]])).toEqual(['Hello', how, undefined, 1, []]);
  });

  it('takes nothing after a hole', async () => {
    const hole = api === 'ollama' ? '{"model":"m","message":{"content":"x"},,}\n' : 'data: {"half":\n\n';
    expect(await told([[raw(begin + text('Hello') + hole + text(' world') + end('stop'))]], once)).toEqual([
      'Hello',
      'truncated',
      'malformed',
      1,
      [],
    ]);
  });

  it('takes a web page for no answer', async () => {
    expect((await told([status(200, '<!doctype html><title>Sign in</title>')], once)).slice(0, 4)).toEqual(['', 'error', 'malformed', 1]);
  });

  it('takes an answer in another protocol for none', async () => {
    for (const other of dialects) {
      if (other.api === api) continue;
      const body = raw(other.begin + other.text('Hello') + other.text(' world') + other.end('stop'));
      expect([other.api, ...(await told([[body]], once))].slice(0, 5)).toEqual([other.api, '', 'error', 'malformed', 1]);
    }
  });

  it('hands on no half of a character', async () => {
    const body = begin + text('\ud83d') + text('\ude00 and ') + text('\ud83d') + text('x') + end('stop');
    const provider = createProvider(
      async () => new Response(body),
      () => 0,
    );
    const endpoint = { id: 'x', name: 'X', baseURL: 'http://127.0.0.1:1/v1', continuation: 'ask', api } as const;
    const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } as const;
    const opened = await provider.open(endpoint, request, {}, new AbortController().signal);
    if (opened.type === 'failed') throw new Error(opened.failure.message);
    const texts: string[] = [];
    opened
      .decoder((delta) => {
        if (delta.type === 'text') texts.push(delta.text);
      })
      .feed(new TextEncoder().encode(body));
    expect([texts.join(''), texts.every((one) => one.isWellFormed())]).toEqual(['\u{1f600} and \ufffdx', true]);
  });

  it('passes over signs of life', async () => {
    const alive = api === 'ollama' ? '\n' : ': ping\n\ndata:\n\nevent: ping\n\ndata: keep-alive\n\n';
    expect(await told([[raw(alive + begin + alive + text('Hello') + alive + text(' world') + alive + end('stop'))]])).toEqual([
      'Hello world',
      'stop',
      undefined,
      1,
      [],
    ]);
  });
});
