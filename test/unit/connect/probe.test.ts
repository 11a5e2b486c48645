// What answers at an address: an API, with or without a list, a web page, nothing, a proxy.
import { expect, it } from 'vitest';
import { addressCandidates } from '../../../src/core/connect/address.ts';
import { likelyModel } from '../../../src/core/connect/likelyModel.ts';
import { probeServer } from '../../../src/core/connect/probe.ts';
import { createProvider } from '../../../src/core/provider/protocols.ts';
import { fakeServer, status, type FakeRequest, type Step } from '../../support/fakeServer.ts';

const client = createProvider((input, init) => fetch(input, init), Date.now);
const list = status(200, { data: [{ id: 'm1' }] });
const page = status(200, '<!doctype html><title>Relay</title>');

/** Asks a server that answers each path as told, and everything else with its web page. */
async function probed(path: string, answers: Readonly<Record<string, readonly Step[]>>, key?: string): Promise<unknown> {
  await using server = await fakeServer();
  server.models = (request: FakeRequest) => answers[request.path] ?? page;
  const origin = server.url.replace(/\/v1$/, '');
  const target = { name: 'Relay', baseURL: origin + path, ...(key === undefined ? {} : { key }) };
  const result = await probeServer(client, target, new AbortController().signal);
  const { baseURL, ...rest } = result;
  const told = rest.type === 'failed' ? { type: rest.type, reason: rest.reason, code: rest.failure.code ?? rest.failure.kind } : rest;
  return { ...told, at: baseURL.slice(origin.length), asked: server.others.map((request) => request.path) };
}

it('asks an address that is right once', async () => {
  expect(await probed('/v1', { '/v1/models': list })).toEqual({ type: 'connected', models: ['m1'], at: '/v1', asked: ['/v1/models'] });
});

it('asks a host without a path below /v1 first', async () => {
  expect(await probed('', { '/v1/models': list })).toEqual({ type: 'connected', models: ['m1'], at: '/v1', asked: ['/v1/models'] });
});

it('finds an API that has no version', async () => {
  const answers = { '/v1/models': status(404, { error: 'no' }), '/models': list };
  expect(await probed('', answers)).toEqual({ type: 'connected', models: ['m1'], at: '', asked: ['/v1/models', '/models'] });
});

it('finds the API beside a page of the same server', async () => {
  expect(await probed('/console/token', { '/v1/models': list })).toEqual({
    type: 'connected',
    models: ['m1'],
    at: '/v1',
    asked: ['/console/token/models', '/console/token/v1/models', '/v1/models'],
  });
});

it('adds the version below a path', async () => {
  expect(await probed('/api', { '/api/v1/models': list })).toEqual({
    type: 'connected',
    models: ['m1'],
    at: '/api/v1',
    asked: ['/api/models', '/api/v1/models'],
  });
});

it.each([
  ['the key', status(401, { error: { message: 'Invalid token' } }), { type: 'failed', reason: 'key', code: 'auth' }],
  ['a firewall', status(403, '<h1>Access denied by firewall</h1>'), { type: 'failed', reason: 'proxy', code: 'blocked' }],
  ['a server that is down', status(503, { error: { message: 'Overloaded' } }), { type: 'failed', reason: 'server', code: 'server' }],
])('tells %s, and asks no other address', async (_, answer, told) => {
  expect(await probed('/v1', { '/v1/models': answer }, 'sk-a')).toEqual({ ...told, at: '/v1', asked: ['/v1/models'] });
});

it('tells a web page at every address', async () => {
  expect(await probed('', {})).toEqual({
    type: 'failed',
    reason: 'address',
    code: 'models-page',
    at: '/v1',
    asked: ['/v1/models', '/models'],
  });
});

it('tells an API that lists nothing from none', async () => {
  const none = status(404, { error: { message: 'Not Found' } });
  expect(await probed('/v1', { '/v1/models': none })).toMatchObject({ type: 'unlisted', at: '/v1' });
  expect(await probed('/v1', { '/v1/models': status(404, '<h1>Not Found</h1>') })).toMatchObject({ type: 'failed', reason: 'address' });
});

it('tells that nothing runs at an address of this machine', async () => {
  const server = await fakeServer();
  await server.close();
  const result = await probeServer(client, { name: 'Ollama', baseURL: server.url }, new AbortController().signal);
  expect(result).toMatchObject({
    type: 'failed',
    reason: 'unreachable',
    failure: { code: 'nothing-listens', values: [`127.0.0.1:${server.port}`] },
  });
});

it("asks Azure's resource below its path of the v1 API", () => {
  const at = ['https://me.openai.azure.com', 'https://me.services.ai.azure.com/', 'https://me.openai.azure.com/openai/v1'];
  expect(at.map(addressCandidates)).toEqual([
    ['https://me.openai.azure.com/openai/v1'],
    ['https://me.services.ai.azure.com/openai/v1'],
    ['https://me.openai.azure.com/openai/v1', 'https://me.openai.azure.com/v1'],
  ]);
});

it('gives a key to no other server', () => {
  const addresses = ['https://a.test', 'https://a.test/x/y', 'http://b.test:81/v1', 'https://c.test/v1beta?x=1'];
  expect(addresses.flatMap(addressCandidates).map((address) => new URL(address).origin)).toEqual([
    ...Array(2).fill('https://a.test'),
    ...Array(3).fill('https://a.test'),
    ...Array(1).fill('http://b.test:81'),
    ...Array(2).fill('https://c.test'),
  ]);
});

it.each([
  ['the one of an example', ['a', 'b'], ['b'], 'b'],
  ['a model for chat', ['text-embedding-3-small', 'whisper-1', 'my-chat'], [], 'my-chat'],
  ['the newest of a family', ['gpt-4o', 'deepseek-chat', 'claude-3-5-sonnet', 'claude-sonnet-4-5'], [], 'claude-sonnet-4-5'],
  ['the only one', ['bge-m3'], [], 'bge-m3'],
  ['none of none', [], ['x'], undefined],
] as const)('chooses %s', (_, models, wanted, chosen) => {
  expect(likelyModel(models, wanted)).toBe(chosen);
});
