// The log names what happened to an answer and no word of it, unless the user wants the words.
import { expect, it } from 'vitest';
import { Statistics } from '../../../src/core/answer/statistics.ts';
import { type Log, logStreams } from '../../../src/vscode/support/streamLog.ts';
import { collect, rig } from '../../support/engine.ts';
import { answer, done, drop, fakeServer, finish, status, text, usage } from '../../support/fakeServer.ts';

const secrets = ['sk-secret', 'team-secret', 'My question', 'My answer', 'the refused words'];

async function logged(withText: boolean): Promise<{ lines: string[]; statistics: Statistics }> {
  await using server = await fakeServer();
  const lines: string[] = [];
  const at = (level: string) => (line: string) => void lines.push(`${level} ${line.replace(/\d+\.\d\d s/g, 'N s')}`);
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn') };
  const { engine, start } = rig({ random: () => 0 });
  const statistics = new Statistics();
  const streamLog = logStreams({ engine, log, statistics, withText: () => withText });
  const how = {
    request: { messages: [{ role: 'user', content: 'My question' }] },
    endpoint: { apiKey: 'sk-secret', headers: { 'x-team': 'team-secret' } },
    options: { retry: { maxAttempts: 2 } },
  } as const;
  server.next(...answer('My answer'));
  await collect(start(server.url, how));
  server.next(...status(500, { error: { message: 'Once' } }, { 'retry-after-ms': '1' }));
  server.next(text('My answer is a longer one that breaks off in'), drop());
  server.next(text(' the middle.'), finish(), usage(9, 5), done());
  await collect(start(server.url, how));
  server.next(...status(400, { error: { message: 'You sent "the refused words" with sk-secret' } }));
  await collect(start(server.url, how));
  streamLog.dispose();
  return { lines, statistics };
}

it('tells numbers, names and kinds, and neither keys nor words', async () => {
  const { lines, statistics } = await logged(false);
  expect({
    lines,
    leaked: secrets.filter((secret) => lines.some((line) => line.includes(secret))),
    statistics: statistics.report(),
  }).toEqual({
    lines: [
      'debug #1 test/fake: asked with 1 messages.',
      expect.stringMatching(/^info #1 test\/fake: stop after N s, first token after N s, \d+ tokens, 1 requests\.$/),
      'debug #2 test/fake: asked with 1 messages.',
      'debug #2 test/fake: waited N s for attempt 2 (server).',
      'debug #2 test/fake: went on at character 44; 0 repeated ones were left out.',
      expect.stringMatching(/^info #2 test\/fake: stop after N s, first token after N s, \d+ tokens, 3 requests\.$/),
      'debug #3 test/fake: asked with 1 messages.',
      'warn #3 test/fake: error after N s, no token, 0 tokens, 1 requests. bad-request, status 400.',
    ],
    leaked: [],
    statistics: {
      answers: 3,
      requests: 5,
      reasons: { stop: 2, error: 1 },
      errors: { 'bad-request': 1 },
      seams: 1,
      waits: 1,
      promptTokens: expect.any(Number),
      completionTokens: expect.any(Number),
      medianFirstTokenMs: expect.any(Number),
    },
  });
});

it('tells the words when the user wants them, and keys never', async () => {
  const { lines } = await logged(true);
  const leaked = secrets.filter((secret) => lines.some((line) => line.includes(secret)));
  expect(leaked).toEqual(['My question', 'My answer', 'the refused words']);
});

it.each<[what: string, withText: boolean, value: unknown]>([
  ['is cyclic, and nothing is logged of it', false, cyclic()],
  ['is cyclic, and its words are logged', true, cyclic()],
  ['is a BigInt', true, 1n],
  ['throws when it is written', true, { toJSON: () => JSON.parse('no') as unknown }],
])('refuses a request of another extension that %s; nothing of it stays running', async (_what, withText, value) => {
  await using server = await fakeServer();
  const { engine, start } = rig();
  const log: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
  using _log = Object.assign(logStreams({ engine, log, statistics: new Statistics(), withText: () => withText }), {
    [Symbol.dispose]: () => undefined,
  });
  const message = { role: 'user', content: 'Hi', self: value } as const;
  const { reason, error, usage: used } = await start(server.url, { request: { messages: [message], body: { value } } }).ended;
  expect([reason, error?.kind, error?.code, used.attempts, engine.running.length, server.sockets.length]).toEqual([
    'error',
    'bad-request',
    'unwritable-request',
    1,
    0,
    0,
  ]);
});

function cyclic(): object {
  const made: { self?: unknown } = {};
  made.self = made;
  return made;
}

it('keeps a stream and the other listeners going when one listener throws', async () => {
  await using server = await fakeServer();
  server.next(...answer('Hi'));
  const { engine, start } = rig();
  const heard: string[] = [];
  const uncaught: unknown[] = [];
  const onError = (error: unknown): void => void uncaught.push(error);
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').on('uncaughtException', onError);
  engine.onChange(() => {
    throw new Error('A listener');
  });
  engine.onChange(() => heard.push(`${engine.running.length} running`));
  const { text: said } = await start(server.url).ended;
  await new Promise((resolve) => setImmediate(resolve));
  process.removeAllListeners('uncaughtException');
  for (const listener of before) process.on('uncaughtException', listener);
  expect([said, heard, uncaught.map(String)]).toEqual(['Hi', ['1 running', '0 running'], ['Error: A listener', 'Error: A listener']]);
});
