// Which machine was not reached: the errors are those that Node's own sockets and resolver make.
import { createServer } from 'node:net';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { fromException } from '../../../src/core/provider/failures/failure.ts';

/** A port of this machine at which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

const failed = async (task: Promise<unknown>): Promise<unknown> => {
  try {
    return await task;
  } catch (error) {
    return error;
  }
};
const told = (error: unknown, baseURL: string) => {
  const { kind, code, values, shouldRetry } = fromException(error, [], baseURL);
  return { kind, code, values, shouldRetry };
};

it('tells a server that is off from a proxy that is off', async () => {
  const port = await closedPort();
  const refused = await failed(fetch(`http://127.0.0.1:${port}/v1/models`));
  const at = `127.0.0.1:${port}`;
  const proxy = { kind: 'connection', code: 'proxy-unreachable', values: [at], shouldRetry: undefined };
  expect([
    told(refused, `http://127.0.0.1:${port}/v1`),
    told(refused, `http://localhost:${port}/v1`),
    told(refused, 'http://127.0.0.1:11434/v1'),
    told(refused, 'https://api.example.com/v1'),
    told(refused, `https://api.example.com:${port}/v1`),
  ]).toEqual([
    { kind: 'connection', code: 'nothing-listens', values: [at], shouldRetry: undefined },
    { kind: 'connection', code: 'nothing-listens', values: [at], shouldRetry: undefined },
    proxy,
    proxy,
    proxy,
  ]);
});

it('tells a name that nobody knows: that of the server, or that of a proxy', async () => {
  const unknown = await failed(lookup('no-such-host.invalid'));
  expect([told(unknown, 'https://no-such-host.invalid/v1').code, told(unknown, 'https://api.example.com/v1').code]).toEqual([
    'no-such-host',
    'proxy-unreachable',
  ]);
});

it('looks into errors of several addresses, and through causes', () => {
  const refused = (address: string) =>
    Object.assign(new Error(`connect ECONNREFUSED ${address}:9`), { code: 'ECONNREFUSED', address, port: 9 });
  const both = Object.assign(new AggregateError([refused('::1'), refused('127.0.0.1')]), { code: 'ECONNREFUSED' });
  expect(told(new TypeError('fetch failed', { cause: both }), 'https://api.example.com/v1')).toMatchObject({
    code: 'proxy-unreachable',
    values: ['::1:9'],
  });
});

it('says that a proxy refused, and does not ask again', () => {
  const tunnel = new TypeError('fetch failed', { cause: new Error('Proxy response (407) !== 200 when HTTP Tunneling') });
  expect(told(tunnel, 'https://api.example.com/v1')).toMatchObject({ code: 'proxy-refused', values: ['HTTP 407'], shouldRetry: false });
});

it('does not guess where the error names no machine', () => {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  expect(told(new TypeError('fetch failed', { cause: reset }), 'https://api.example.com/v1').code).toBe(undefined);
});
