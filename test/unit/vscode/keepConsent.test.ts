// The question whether a server may keep answers: asked once for each server, after a break, and both choices are remembered.
import { expect, it } from 'vitest';
import type { EndpointSetting } from '../../../src/core/settings/endpointSettings.ts';
import { readSettings } from '../../../src/core/settings/settings.ts';
import type { KeptEndpoint } from '../../../src/vscode/models/endpointList.ts';
import { askToKeep, mayKeep } from '../../../src/vscode/models/keepConsent.ts';
import { collect, rig } from '../../support/engine.ts';
import { headerBytes, keepingServer } from '../../support/keepingServer.ts';
import { keptRecordings } from '../../support/keptRecordings.ts';

interface Scene {
  readonly setting?: Partial<EndpointSetting>;
  /** Whether each of the answers, one after the other, breaks off. */
  readonly breaks?: readonly boolean[];
  /** What is pressed: the first button, the second, or none. */
  readonly presses?: 0 | 1;
}

/** What was asked, and what stands in the settings afterwards. */
async function askedAfter({ setting = {}, breaks = [true], presses }: Scene) {
  await using server = await keepingServer(keptRecordings('responses')[0]!);
  const { baseURL = 'https://api.openai.com/v1', api = 'responses' } = setting;
  // The address says whose server it is; the connection goes to the one of the test.
  const { engine, start } = rig({
    fetch: (url, init) => fetch(String(url).replace(new URL(baseURL).origin, new URL(server.url).origin), init),
  });
  const kept: KeptEndpoint[] = [];
  const memory = new Map<string, unknown>();
  const questions: string[] = [];
  const wanted = { id: 'test', name: 'OpenAI', baseURL, api, ...setting };
  const consent = askToKeep({
    engine,
    settings: { now: () => readSettings((key) => (key === 'endpoints' ? [{ ...wanted, ...kept.at(-1) }] : undefined)) },
    memory: { get: (key: string) => memory.get(key) ?? [], update: async (key, value) => void memory.set(key, value) },
    ask: async (question, ...buttons) => {
      questions.push(question);
      return presses === undefined ? undefined : buttons[presses];
    },
    keep: async (endpoint) => void kept.push(endpoint),
  });
  for (const isBroken of breaks) {
    server.cuts = isBroken ? [headerBytes + 1_900] : [];
    await collect(start('', { endpoint: { baseURL, ...(api === 'auto' ? {} : { api }) } }));
  }
  consent.dispose();
  return { questions, resumable: kept.map(({ id, resumable }) => [id, resumable]) };
}

it('names the server, what it stores, and for how long, after an answer has broken off', async () => {
  const { questions } = await askedAfter({});
  expect(questions).toEqual([expect.stringMatching(/OpenAI.*\u3002.*OpenAI.*30/)]);
});

it.each([
  ['a choice', 0, [['test', true]]],
  ['a refusal', 1, [['test', false]]],
  ['nothing where the question is closed', undefined, []],
] as const)('is asked once, however many answers break off, and remembers %s', async (_, presses, resumable) => {
  const got = await askedAfter({ breaks: [true, true, true], ...(presses === undefined ? {} : { presses }) });
  expect([got.questions.length, got.resumable]).toEqual([1, resumable]);
});

it.each([
  ['no answer has broken off', { breaks: [false, false] }],
  ['the settings refuse it', { setting: { resumable: false } }],
  ['the settings allow it', { setting: { resumable: true } }],
  ['the server is on this machine', { setting: { baseURL: 'http://127.0.0.1:8000/v1' } }],
  ['servers of the protocol keep nothing', { setting: { api: 'chat' } }],
] as const)('is not asked where %s', async (_, scene) => {
  expect((await askedAfter(scene)).questions).toEqual([]);
});

it.each([
  ['https://api.openai.com/v1', undefined, false],
  ['https://api.openai.com/v1', true, true],
  ['http://192.168.1.5:8000/v1', undefined, false],
  ['http://localhost:8000/v1', undefined, true],
  ['http://[::1]:8000/v1', undefined, true],
  ['http://127.0.0.1:8000/v1', false, false],
])('%s with resumable %s may keep answers: %s', (baseURL, resumable, wanted) => {
  expect(mayKeep({ baseURL, ...(resumable === undefined ? {} : { resumable }) })).toBe(wanted);
});
