// An API key is sent to the address that it was entered for, and nowhere else.
import { afterEach, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { ApiKeyStore } from '../../../src/vscode/settings/apiKeys.ts';

const openai = 'https://api.openai.com/v1';

function storeOf(entries: Record<string, string> = {}): ApiKeyStore {
  const kept = new Map(Object.entries(entries));
  const secrets = {
    get: async (name: string) => kept.get(name),
    store: async (name: string, value: string) => void kept.set(name, value),
    delete: async (name: string) => void kept.delete(name),
  };
  return new ApiKeyStore(secrets as unknown as vscode.SecretStorage);
}

afterEach(() => vi.unstubAllEnvs());

it('gives the key of the environment to its vendor alone', async () => {
  vi.stubEnv('OPENAI_API_KEY', 'sk-environment');
  const keys = storeOf();
  const asked = [
    ['openai', openai],
    ['openai', 'https://api.openai.com:443/v2'],
    ['openai', 'http://api.openai.com/v1'],
    ['openai', 'https://other.example/v1'],
    ['openai', 'https://api.openai.com.other.example/v1'],
    ['openai', 'https://api.openai.com@other.example/v1'],
    ['openai', 'https://api.openai.com:8443/v1'],
    ['openai', 'not an address'],
    ['other', openai],
  ] as const;
  expect(await Promise.all(asked.map(([id, address]) => keys.get(id, address)))).toEqual([
    'sk-environment',
    'sk-environment',
    ...Array(7).fill(undefined),
  ]);
});

it('gives a stored key to the address that it was entered for, and puts none of the environment in its place', async () => {
  vi.stubEnv('OPENAI_API_KEY', 'sk-environment');
  const keys = storeOf();
  await keys.set('openai', openai, 'sk-stored');
  await keys.set('mine', 'http://127.0.0.1:1/v1', 'sk-mine');
  expect([
    await keys.get('openai', openai),
    await keys.get('openai', 'https://other.example/v1'),
    await keys.get('mine', 'http://127.0.0.1:1/v2'),
    await keys.get('mine', 'http://127.0.0.1:2/v1'),
    await keys.get('mine', 'https://127.0.0.1:1/v1'),
  ]).toEqual(['sk-stored', undefined, 'sk-mine', undefined, undefined]);
});

it('takes a damaged entry of the key store for none, and the environment without the line break of a file', async () => {
  const entries = ['not JSON', '{"key":5,"origin":"https://api.openai.com"}', 'null', '{"key":"k"}', '"text"'];
  vi.stubEnv('OPENAI_API_KEY', '  ');
  const without = await Promise.all(entries.map((entry) => storeOf({ 'rivulet.key.openai': entry }).get('openai', openai)));
  vi.stubEnv('OPENAI_API_KEY', 'sk-environment\r\n');
  const withOne = await storeOf({ 'rivulet.key.openai': 'not JSON' }).get('openai', openai);
  expect([without, withOne]).toEqual([entries.map(() => undefined), 'sk-environment']);
});
