// Lists of models in any shape, of any length; what is no list is said.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createProvider } from '../../../src/core/provider/protocols.ts';
import { type FakeServer, fakeServer, head, raw, type Script, status } from '../../support/fakeServer.ts';
import { turnsOfParsing } from '../../support/turns.ts';

const client = createProvider((input, init) => fetch(input, init), Date.now);
const { signal } = new AbortController();

async function listed(script: Script, look: (server: FakeServer) => unknown = () => undefined): Promise<unknown> {
  await using server = await fakeServer();
  server.models = script;
  const list = await client.models({ id: 'x', name: 'X', baseURL: server.url, apiKey: 'sk-secret-0123', continuation: 'auto' }, signal);
  look(server);
  return list.type === 'models' ? list.models : [list.failure.kind, list.failure.code, list.failure.values ?? list.failure.message];
}

describe('models are found in', () => {
  it.each<[shape: string, body: unknown, models: readonly string[]]>([
    ["OpenAI's list", { object: 'list', data: [{ id: 'm1' }, { id: 'm2' }] }, ['m1', 'm2']],
    ['a bare list', [{ id: 'meta/llama', object: 'model' }, { id: 'qwen/q3' }], ['meta/llama', 'qwen/q3']],
    ["Ollama's list", { models: [{ name: 'llama3:8b', model: 'llama3:8b' }] }, ['llama3:8b']],
    ['a list of names', { data: ['m1', 'm2'] }, ['m1', 'm2']],
    ['a bare list of names', ['m1'], ['m1']],
    ['entries with a name only', { data: [{ name: 'm1' }] }, ['m1']],
    ['entries with an empty id and a name', { data: [{ id: '', name: 'm1' }] }, ['m1']],
    ['a list with holes', { data: [null, { id: 'm1' }, 7, {}, { id: 5 }] }, ['m1']],
    ['an object by name', { data: { m1: {}, m2: { id: 'm2-id' } } }, ['m1', 'm2-id']],
    ['an object by id', { m1: { id: 'm1' }, m2: { id: 'm2' } }, ['m1', 'm2']],
    ['a list in a list', { result: { models: [{ id: 'm1' }] } }, ['m1']],
    ['a list in a field of another name', { code: 0, data: { list: [{ model: 'm1' }], total: 1 } }, ['m1']],
    ['a list two fields deep', { output: { models: [{ model: 'm1' }] } }, ['m1']],
    ['a list with doubles and blanks', { data: [{ id: 'm1' }, { id: 'm1' }, { id: '' }, { id: ' m2 ' }] }, ['m1', 'm2']],
    ['lists by vendor', { one: [{ id: 'm1' }], other: [{ id: 'm2' }] }, ['m1', 'm2']],
    ['entries in a field', { data: [{ model: { id: 'm1' } }, { id: { name: 'm2' } }] }, ['m1', 'm2']],
    ['entries of a picker', [{ value: 'm1', label: 'M 1' }], ['m1']],
    ['names in a field for ids', { model_ids: ['m1'] }, ['m1']],
    ['a list of lists', { data: [[{ id: 'm1' }], [{ id: 'm2' }]] }, ['m1', 'm2']],
    ['names in a field for models', { available_models: ['m1'] }, ['m1']],
    ['one model', { id: 'm1', object: 'model', meta: { n_ctx: 4096 } }, ['m1']],
    ['one model in a field', { model: { id: 'm1' } }, ['m1']],
    ['one model in place of a list', { object: 'list', data: { id: 'm1', object: 'model' } }, ['m1']],
    ['objects by name', { m1: { context: 4096 }, m2: { context: 8192 } }, ['m1', 'm2']],
    [
      'lists in a list of vendors',
      {
        data: [
          { name: 'One', models: [{ id: 'm1' }] },
          { name: 'Two', models: ['m2'] },
        ],
      },
      ['m1', 'm2'],
    ],
    ['numbers by name', { models: { m1: 8192, m2: 4096 } }, ['m1', 'm2']],
    ['which are there, by name', { data: { models: { m1: true, m2: false } } }, ['m1']],
    ['names in capitals', { Models: [{ Id: 'm1' }, { ID: 'm2' }] }, ['m1', 'm2']],
    ['nodes of GraphQL', { data: { allModels: { nodes: [{ id: 'm1' }] } } }, ['m1']],
    ['edges of GraphQL', { data: { models: { edges: [{ cursor: 'x', node: { name: 'm1' } }] } } }, ['m1']],
    ['objects by name in a list of vendors', { providers: [{ id: 'p', models: [{ id: 'm1' }] }, { models: { m2: {} } }] }, ['m1', 'm2']],
    ['vendors by name', { one: { models: { m1: { id: 'm1' } } }, two: { models: { m2: { id: 'm2' } } } }, ['m1', 'm2']],
    ['an empty list', { data: [] }, []],
    ['no list at all', { object: 'list', data: null }, []],
  ])('%s', async (_shape, body, models) => {
    expect(await listed(status(200, body))).toEqual(models);
  });

  it('lines of JSON', async () => {
    expect(await listed([head(200), raw('{"id":"m1"}\n{"id":"m2"}\n')])).toEqual(['m1', 'm2']);
  });

  it('JSON that is guarded, or in a call', async () => {
    for (const text of [')]}\'\n{"data":[{"id":"m1"}]}', 'callback({"data":[{"id":"m1"}]});']) {
      expect(await listed([head(200), raw(text)])).toEqual(['m1']);
    }
  });

  it('JSON with a byte order mark, sent as text', async () => {
    expect(await listed([head(200, { 'content-type': 'text/plain' }), raw('\ufeff{"data":[{"id":"m1"}]}')])).toEqual(['m1']);
  });
});

describe('it is said when the answer is', () => {
  it.each<[what: string, script: Script, said: unknown]>([
    ['a page', status(200, '<html><title>Sign in</title></html>'), ['malformed', 'models-page', ['Sign in']]],
    ['an error with status 200', status(200, { error: { message: 'Invalid token' } }), ['auth', undefined, 'Invalid token']],
    [
      'an error in other words',
      status(200, { code: 1004, msg: 'login fail: unauthorized' }),
      ['auth', undefined, 'login fail: unauthorized'],
    ],
    [
      'other JSON',
      status(200, { status: 'ok', key: 'sk-secret-0123' }),
      ['malformed', 'no-models', ['{"status":"ok","key":"**************"}']],
    ],
    ['an error with an id', status(200, { id: 'req_1', code: 401, message: 'No such key' }), ['auth', undefined, 'No such key']],
    ['a list of errors', status(200, { errors: [{ message: 'Invalid API key' }] }), ['auth', undefined, 'Invalid API key']],
    ['errors of GraphQL', status(200, { errors: [{ message: 'No access' }], data: null }), ['server', undefined, 'No access']],
    ['a list of what has no name', status(200, { data: [{ x: 1 }] }), ['malformed', 'no-models', ['{"data":[{"x":1}]}']]],
    ['a list of texts', status(200, { notes: ['m1', 'm2'] }), ['malformed', 'no-models', ['{"notes":["m1","m2"]}']]],
    ['nothing', status(200, ''), ['malformed', 'no-models', ['""']]],
    ['refused', status(401, { error: { message: 'No such key sk-secret-0123' } }), ['auth', undefined, 'No such key **************']],
  ])('%s', async (_what, script, said) => {
    expect(await listed(script)).toEqual(said);
  });
});

it('parses a list once, in a turn between those in which it is read and used', async () => {
  const { decoded, parsed, ended } = await turnsOfParsing('"long-list"', () => listed([head(200), raw('{"data":[{"id":"long-list"}]}')]));
  expect([decoded.length, parsed.length, decoded[0]! < parsed[0]!, parsed[0]! < ended]).toEqual([1, 1, true, true]);
});

it('reads some MB of a list without end, and no more', async () => {
  const part = `${JSON.stringify({ id: 'm'.repeat(1_000) })},`.repeat(100);
  function* endless() {
    yield raw('{"data":[');
    for (;;) yield raw(part);
  }
  let sent = 0;
  const said = await listed(endless, (server) => (sent = server.others[0]!.sentBytes));
  expect([said, sent < 64 * 1024 * 1024]).toEqual([['malformed', 'models-too-long', [8]], true]);
});

it('reads some MB of what a small body unpacks to', async () => {
  const bomb = gzipSync(Buffer.from(`{"data":[],"x":"${'a'.repeat(40 * 1024 * 1024)}"}`));
  expect([bomb.length < 100_000, await listed([head(200, { 'content-encoding': 'gzip' }), raw(bomb)])]).toEqual([
    true,
    ['malformed', 'models-too-long', [8]],
  ]);
});
