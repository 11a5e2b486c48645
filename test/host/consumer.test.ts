// Another extension (test/fixtures/consumer) uses Rivulet by its exported API and by VS Code's language models.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { StreamEvent } from '../../src/api.ts';
import { answer, done, drop, type FakeServer, fakeServer, finish, hang, text, usage } from '../support/fakeServer.ts';
import { type Consumer, consumer } from './consumer.ts';

suite('Another extension', () => {
  let server: FakeServer;
  let other: Consumer;

  suiteSetup(async () => {
    other = await consumer();
  });
  setup(async () => {
    server = await fakeServer();
    const endpoints = [{ id: 'fake', baseURL: server.url, models: ['red', 'green'], continuation: 'ask' }];
    await vscode.workspace.getConfiguration('rivulet').update('endpoints', endpoints, vscode.ConfigurationTarget.Global);
  });
  teardown(async () => {
    await vscode.workspace.getConfiguration('rivulet').update('endpoints', undefined, vscode.ConfigurationTarget.Global);
    await server.close();
  });
  const ask = (content: string, model = 'fake/red') => ({ model, messages: [{ role: 'user' as const, content }] });

  test('lists the models and streams an answer, event by event', async () => {
    server.next(text('```js\n1\n```\n'), finish(), usage(3, 4), done());
    const models = await other.rivulet.listModels();
    const events: StreamEvent[] = [];
    for await (const event of other.rivulet.stream(ask('One?'))) events.push(event);
    const end = events.at(-1);
    assert.deepEqual(
      { models, types: events.map(({ type }) => type), end: end?.type === 'end' && [end.reason, end.text, end.usage] },
      {
        models: [
          { endpoint: 'fake', model: 'red' },
          { endpoint: 'fake', model: 'green' },
          { endpoint: 'demo', model: 'tour' },
        ],
        types: ['start', 'text', 'fence', 'fence', 'usage', 'end'],
        end: ['stop', '```js\n1\n```\n', { prompt: 3, completion: 4, total: 7, estimated: false, attempts: 1 }],
      },
    );
  });

  test('asks several models at once and gets each answer to its own end', async () => {
    server.always(({ body }) => answer(`I am ${body.model}.`));
    const texts = ['', ''];
    const ends: number[] = [];
    for await (const { index, event } of other.rivulet.streamMany([ask('Who?'), ask('Who?', 'fake/green')], { order: 'in-order' })) {
      if (event.type === 'text') texts[index] += event.text;
      if (event.type === 'end') ends.push(index);
    }
    assert.deepEqual(
      [texts, ends],
      [
        ['I am red.', 'I am green.'],
        [0, 1],
      ],
    );
  });

  test('cancels by leaving the loop, by a CancellationToken and by a signal; the server sees the connection close', async () => {
    const reasons: (string | undefined)[] = [];
    const how = async (index: number): Promise<string> => (await (await server.arrived(index)).over).how;
    server.always([text('On and on'), hang()]);

    for await (const event of other.rivulet.stream(ask('Break'))) if (event.type === 'text') break;
    reasons.push(await how(0));

    const source = new vscode.CancellationTokenSource();
    for await (const event of other.rivulet.stream(ask('Token'), { token: source.token })) {
      if (event.type === 'text') source.cancel();
      if (event.type === 'end') reasons.push(event.reason);
    }
    reasons.push(await how(1));

    const controller = new AbortController();
    for await (const event of other.rivulet.stream(ask('Signal'), { signal: controller.signal })) {
      if (event.type === 'text') controller.abort();
      if (event.type === 'end') reasons.push(event.reason);
    }
    reasons.push(await how(2));
    assert.deepEqual(reasons, ['client-left', 'cancelled', 'client-left', 'cancelled', 'client-left']);
  });

  test('gets the whole text through VS Code’s own language models although the server cuts it', async () => {
    server.next(text('The quick brown fox '), drop());
    server.next(...answer('jumps over the lazy dog.'));
    assert.deepEqual(
      [await other.askModel('fake/red', 'A pangram'), server.requests.length],
      ['The quick brown fox jumps over the lazy dog.', 2],
    );
  });

  test('can run no command through a trigger', async () => {
    const triggers = [{ name: 'sneaky', on: 'text' as const, match: 'x', action: { command: 'workbench.action.quit' } }];
    const events: StreamEvent[] = [];
    for await (const event of other.rivulet.stream(ask('x'), { triggers })) events.push(event);
    const [end] = events;
    assert.deepEqual(
      [events.length, end?.type === 'end' && [end.reason, end.error?.kind], server.requests.length],
      [1, ['error', 'bad-request'], 0],
    );
  });
});
