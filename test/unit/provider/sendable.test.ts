// What is wrong with a key, a header or an address is said before anything is sent, and without the secret.
import { describe, expect, it } from 'vitest';
import { cleanBaseURL, isReadableOnTheWay } from '../../../src/core/provider/baseURL.ts';
import type { Endpoint } from '../../../src/core/provider/provider.ts';
import { unsendable } from '../../../src/core/provider/http/sendable.ts';
import { collect, endOf, rig } from '../../support/engine.ts';
import { answer, fakeServer, status } from '../../support/fakeServer.ts';

describe('nothing is sent, and nothing is asked again, when', () => {
  it.each<[what: string, endpoint: Partial<Endpoint>, code: string]>([
    ['the key has an invisible space', { apiKey: 'sk-abc\u200bdef' }, 'key-unsendable'],
    ['the key has words of another script', { apiKey: '你的密钥sk-abcdef' }, 'key-unsendable'],
    ['the key has an accent', { apiKey: 'clé-abcdef' }, 'key-unsendable'],
    ['the key has two lines', { apiKey: 'sk-live-0123456789abcdef\r\nsk-live-second' }, 'key-unsendable'],
    ['the key has a NUL', { apiKey: 'sk-live-0123456789\0' }, 'key-unsendable'],
    ['the key has a blank', { apiKey: 'Bearer sk-live-0123456789' }, 'key-unsendable'],
    ['a header has a dash of print', { headers: { 'x-team': 'Équipe – bleue' } }, 'header-value-unsendable'],
    ['a header has two lines', { headers: { 'x-team': 'team-SECRET-123\nx' } }, 'header-value-unsendable'],
    ['a header has a bell', { headers: { 'x-team': 'team\u0007' } }, 'header-value-unsendable'],
    ['a header has a name with a blank', { headers: { 'X Team': 'a' } }, 'header-name-unsendable'],
    ['a header has a name with a colon', { headers: { 'X-Team:': 'a' } }, 'header-name-unsendable'],
    ['a header has no name', { headers: { '': 'a' } }, 'header-name-unsendable'],
    ['a header belongs to the connection', { headers: { 'Content-Length': '5' } }, 'header-reserved'],
    ['the address has a password', { baseURL: 'http://user:p4ssw0rd@127.0.0.1:9/v1' }, 'address-with-password'],
    ['the address has a user', { baseURL: 'http://tok3nt0k3n@127.0.0.1:9/v1' }, 'address-with-password'],
    ['the address is none', { baseURL: 'localhost' }, 'address-invalid'],
  ])('%s', async (_what, endpoint, code) => {
    await using server = await fakeServer();
    const events = await collect(rig().start(server.url, { endpoint }));
    const { error, usage } = endOf(events);
    const secret = /sk-|SECRET|p4ss|tok3n|密钥/.exec(JSON.stringify(events));
    expect([error?.code, usage.attempts, server.sockets.length, secret]).toEqual([code, 1, 0, null]);
  });
});

it('sends keys and headers that are unusual and right', () => {
  const { apiKey, headers } = {
    apiKey: "!#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~",
    headers: { 'x-e': 'Équipe\tbleue ', "!#$%&'*+.^_`|~": '' },
  };
  expect(unsendable({ baseURL: 'https://host/v1', apiKey, headers })).toBe(undefined);
});

describe('a base address is what is left of', () => {
  it.each([
    ['http://h:1/v1/chat/completions', 'http://h:1/v1'],
    ['http://h:1/v1/chat/completions/', 'http://h:1/v1'],
    ['https://h/openai/v1/chat/completions?api-version=1', 'https://h/openai/v1?api-version=1'],
    ['https://h/v1/models', 'https://h/v1'],
    ['https://h/v1/responses', 'https://h/v1'],
    ['https://h/v1/messages', 'https://h/v1'],
    ['https://h/v1/Chat/Completions', 'https://h/v1'],
    ['https://h/v1#x', 'https://h/v1'],
    ['  https://h/v1 ', 'https://h/v1'],
    ['"https://h/v1"', 'https://h/v1'],
    ['\u200b<https://h/v1>', 'https://h/v1'],
    ['POST https://h/v1/chat/completions', 'https://h/v1'],
    ['curl https://h/v1/chat/completions \\', 'https://h/v1'],
    ['base_url="https://h/v1",', 'https://h/v1'],
    ['“https://h/v1”;', 'https://h/v1'],
    ['https://h/api/version', 'https://h'],
    ['https://h/v1/messages/batches', 'https://h/v1'],
    ['https://h/v1beta/models/m:generateContent', 'https://h/v1beta'],
    ['https://h/v1/audio/transcriptions', 'https://h/v1'],
    ['https://h/v1///', 'https://h/v1'],
    ['https://h/v1/?api-version=1', 'https://h/v1?api-version=1'],
    ['https://api.h.test./v1/chat/completions', 'https://api.h.test/v1'],
    ['http://localhost.:8080', 'http://localhost:8080'],
    ['export OPENAI_BASE_URL=https://h/v1', 'https://h/v1'],
    ['- （https://h/v1）。', 'https://h/v1'],
    ['https://h/v1%20', 'https://h/v1'],
    ['https://h', 'https://h'],
    ['https://models/', 'https://models'],
    ['https://h/models-of-mine/v1', 'https://h/models-of-mine/v1'],
    ['', ''],
    ['not an address/', 'not an address/'],
    [`https://h/${'/'.repeat(100_000)}`, 'https://h'],
  ])('%s', (text, base) => {
    expect(cleanBaseURL(text)).toBe(base);
  });
});

it('knows which addresses others on the way can read', () => {
  const readable = ['http://example.com/v1', 'http://192.168.1.5/v1', 'http://10.0.0.1:8080', 'http://127.example.com'];
  const not = [
    'https://example.com',
    'http://127.0.0.1:1',
    'http://127.9.9.9',
    'http://localhost:5',
    'http://a.localhost',
    'http://[::1]:8',
    'x',
  ];
  expect([readable.map(isReadableOnTheWay), not.map(isReadableOnTheWay)]).toEqual([readable.map(() => true), not.map(() => false)]);
});

describe('a secret that a server repeats is shown nowhere', () => {
  const endpoint: Partial<Endpoint> = {
    apiKey: 'my-own-key-0123456789',
    headers: { 'x-team': 'team-secret-77', authorization: 'Token tok-9876543210' },
  };
  it.each<[where: string, steps: Parameters<typeof answer>[0][] | ReturnType<typeof status>]>([
    ['in a refusal', status(401, { error: { message: 'Invalid API key: my-own-key-0123456789' } })],
    ['in a refusal, cut', status(401, { error: { message: 'Invalid API key: my-own-key-01234…' } })],
    ['in a refusal, in base64', status(400, { error: { message: `Bad: ${btoa('user:my-own-key-0123456789')}` } })],
    ['in a code', status(400, { error: { message: 'x team-secret-77', code: 'tok-9876543210', type: 'my-own-key-0123456789' } })],
    ['in a page', status(500, '<title>tok-9876543210 my-own-key-0123456789</title>')],
    ['in a redirect', status(302, '', { location: 'https://elsewhere/?key=my-own-key-0123456789' })],
    ['in a wait', status(429, { error: { message: 'team-secret-77 is busy' } }, { 'retry-after': '7200' })],
  ])('%s', async (_where, steps) => {
    await using server = await fakeServer();
    server.always(() => steps as ReturnType<typeof status>);
    const events = await collect(rig().start(server.url, { endpoint, options: { retry: { maxAttempts: 1 } } }));
    expect([endOf(events).reason, /my-own-ke|team-secret|tok-98|bXktb3duL/.exec(JSON.stringify(events))]).toEqual(['error', null]);
  });

  it('in the stream', async () => {
    await using server = await fakeServer();
    const said = JSON.stringify({ error: { message: 'my-own-key-0123456789 is used up', code: 402 } });
    server.next({ type: 'write', bytes: `data: {"choices":[{"delta":{"content":"Half"}}]}\n\ndata: ${said}\n\n` });
    const events = await collect(rig().start(server.url, { endpoint }));
    expect([endOf(events).error?.kind, /my-own-ke/.exec(JSON.stringify(events))]).toEqual(['quota', null]);
  });
});
