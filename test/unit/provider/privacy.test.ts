// What leaves the machine, and for whom: the question and the key for the server that was chosen, and nothing else.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createClient } from '../../../src/core/provider/openaiChat/client.ts';
import { presets } from '../../../src/core/provider/catalog.ts';
import { answer, type FakeServer, fakeServer, status } from '../../support/fakeServer.ts';

const client = createClient((input, init) => fetch(input, init), Date.now);
const endpointAt = (server: FakeServer) =>
  ({
    id: 'x',
    name: 'X',
    baseURL: server.url,
    apiKey: 'sk-secret',
    headers: { 'x-team-key': 'team-secret' },
    continuation: 'auto',
  }) as const;
const { signal } = new AbortController();

it('sends what is needed and the headers of the settings; nothing about the system, the runtime or the user', async () => {
  await using server = await fakeServer();
  server.next(...answer('Hi'));
  const opened = await client.open(endpointAt(server), { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }, {}, signal);
  if (opened.type === 'opened') await opened.body.cancel();
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = server.requests[0]!.headers;
  expect(headers).toEqual({
    accept: 'application/json',
    'accept-encoding': expect.any(String),
    'accept-language': '*',
    authorization: 'Bearer sk-secret',
    'content-type': 'application/json',
    'sec-fetch-mode': 'cors',
    'user-agent': expect.stringMatching(/^OpenAI\/JS [\d.]+$/),
    'x-team-key': 'team-secret',
  });
});

it.each([301, 302, 303, 307, 308])(
  'does not follow a redirect (%d) to another origin, so neither key nor question goes there',
  async (code) => {
    await using server = await fakeServer();
    await using elsewhere = await fakeServer();
    const redirect = status(code, '', { location: `${elsewhere.url}/chat/completions` });
    server.next(...redirect);
    server.models = redirect;
    const opened = await client.open(endpointAt(server), { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }, {}, signal);
    const list = await client.models(endpointAt(server), signal);
    expect({
      opened: opened.type,
      list: list.type,
      asked: server.requests.length + server.others.length,
      reached: elsewhere.sockets.length,
    }).toEqual({
      opened: 'failed',
      list: 'failed',
      asked: 2,
      reached: 0,
    });
  },
);

it('names no server but those that one can choose', () => {
  const src = new URL('../../../src/', import.meta.url);
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const hosts = files.flatMap((file) =>
    [...readFileSync(new URL(file, src), 'utf8').matchAll(/https?:\/\/([\w{}-]+(\.[\w-]+)+)/g)].map(([, host]) => host!),
  );
  const known = presets
    .flatMap(({ baseURL, keyPage }) => [baseURL, keyPage ?? baseURL])
    .map((address) => /\/\/([^/:]+)/.exec(address)![1]!);
  expect([...new Set(hosts)].filter((host) => !known.includes(host) && host !== '127.0.0.1')).toEqual([]);
});
