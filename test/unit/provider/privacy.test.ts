// What leaves the machine, and to where: the question and the key, to the chosen server, and nothing else.
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createProvider } from '../../../src/core/provider/protocols.ts';
import type { Provider } from '../../../src/core/provider/provider.ts';
import { presets } from '../../../src/core/provider/catalog.ts';
import { answer, type FakeServer, fakeServer, status } from '../../support/fakeServer.ts';

const client = createProvider((input, init) => fetch(input, init), Date.now);
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
const clientFolder = new URL('../../../node_modules/openai/', import.meta.url);

it('sends what is needed and the headers of the settings; nothing about the system, the runtime or the user', async () => {
  await using server = await fakeServer();
  server.next(...answer('Hi'));
  const opened = await client.open(endpointAt(server), { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }, {}, signal);
  if (opened.type === 'opened') await opened.body.cancel();
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = server.requests[0]!.headers;
  expect(headers).toEqual({
    accept: 'text/event-stream, application/json',
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

describe('whatever the environment of the openai client holds', () => {
  /** What the client's own source reads, so that a newer version is tested by what it reads. */
  const names = [
    ...new Set(
      readdirSync(clientFolder, { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.m?js$/.test(file))
        .flatMap((file) => [...readFileSync(new URL(file, clientFolder), 'utf8').matchAll(/\b(?:OPENAI|AZURE_OPENAI|AWS)_[A-Z_]+\b/g)])
        .map(([name]) => name),
    ),
  ];
  afterEach(() => vi.unstubAllEnvs());

  it('goes nowhere and changes nothing', async () => {
    await using server = await fakeServer();
    await using other = await fakeServer();
    server.always(() => answer('Hi'));
    const wire = async (fresh: Provider): Promise<unknown[]> => {
      const before = [server.requests.length, server.others.length] as const;
      for (const endpoint of [endpointAt(server), { ...endpointAt(server), apiKey: undefined, headers: undefined }]) {
        const { apiKey, headers, ...rest } = endpoint;
        const target = { ...rest, ...(apiKey && { apiKey }), ...(headers && { headers }) };
        const opened = await fresh.open(target, { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }, {}, signal);
        if (opened.type === 'opened') await opened.body.cancel();
        await fresh.models(target, signal);
      }
      return [...server.requests.slice(before[0]), ...server.others.slice(before[1])].map(({ headers, path, body }) => [
        path,
        headers,
        body,
      ]);
    };
    const clean = await wire(createProvider((input, init) => fetch(input, init), Date.now));
    for (const name of names) vi.stubEnv(name, `env-${name}`);
    vi.stubEnv('OPENAI_BASE_URL', other.url);
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'X-Company-Key: env-secret\nAuthorization: Bearer env-secret\nUser-Agent: env\nAccept: env');
    vi.stubEnv('OPENAI_LOG', 'debug');
    const set = await wire(createProvider((input, init) => fetch(input, init), Date.now));
    expect({ names: names.length > 6 && names.includes('OPENAI_CUSTOM_HEADERS'), set, reached: other.sockets.length }).toEqual({
      names: true,
      set: clean,
      reached: 0,
    });
  });
});

it('names no server but those that one can choose', () => {
  const src = new URL('../../../src/', import.meta.url);
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const hosts = files.flatMap((file) =>
    [...readFileSync(new URL(file, src), 'utf8').matchAll(/https?:\/\/([\w{}-]+(\.[\w-]+)+)/g)].map(([, host]) => host!),
  );
  const known = presets
    .flatMap(({ baseURL, keyPage }) => [baseURL, keyPage ?? baseURL])
    .map((address) => /\/\/([^/:]+)/.exec(address)![1]!);
  expect([...new Set(hosts)].filter((host) => !known.includes(host) && !['127.0.0.1', 'api.example.com'].includes(host))).toEqual([]);
});
