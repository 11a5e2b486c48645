// Models that another extension offers to VS Code, asked through Rivulet. The other one is test/fixtures/consumer.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RivuletApi, StreamEvent } from '../../src/api.ts';
import { gate } from '../support/fakeServer.ts';
import { type Consumer, consumer } from './consumer.ts';
import { vscodeModels, vscodeModelsAddress } from '../../src/vscode/runtime/vscodeModels.ts';

const vendor = 'consumer';
const id = `vscode/${vendor}/parrot`;

suite('Models of other extensions', () => {
  let api: RivuletApi;
  let parrot: Consumer['parrot'];

  suiteSetup(async () => {
    ({ rivulet: api, parrot } = await consumer());
  });
  setup(() => {
    parrot.asked.length = 0;
    parrot.planned.length = 0;
  });

  const collect = async (
    model = id,
    token?: vscode.CancellationToken,
    onEvent: (event: StreamEvent) => void = () => undefined,
  ): Promise<StreamEvent[]> => {
    const events: StreamEvent[] = [];
    const request = {
      model,
      messages: [
        { role: 'system' as const, content: 'Be brief.' },
        { role: 'user' as const, content: 'Hello?' },
      ],
      temperature: 0.5,
      maxTokens: 9,
    };
    for await (const event of api.stream(request, { ...(token === undefined ? {} : { token }), retry: { maxAttempts: 2 } })) {
      events.push(event);
      onEvent(event);
    }
    return events;
  };
  const endOf = (events: readonly StreamEvent[]): unknown => {
    const end = events.at(-1);
    return end?.type === 'end' ? [end.reason, end.text, end.error?.kind] : end;
  };

  test('give the same events as a server, with the question and the options passed on', async () => {
    parrot.planned.push((say, _token, progress) => {
      say('Hel');
      say('lo');
      progress.report(
        new vscode.LanguageModelDataPart(new TextEncoder().encode('{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}'), 'usage'),
      );
    });
    const events = await collect();
    const text = events.map((event) => (event.type === 'text' ? event.text : '')).join('');
    const end = events.at(-1)!;
    assert.deepEqual(
      { start: events[0], text, end: endOf(events), usage: end.type === 'end' && end.usage, asked: parrot.asked },
      {
        start: { type: 'start', model: id, attempt: 1 },
        text: 'Hello',
        end: ['stop', 'Hello', undefined],
        usage: { prompt: 5, completion: 2, total: 7, estimated: false, attempts: 1 },
        asked: [
          {
            messages: [
              { role: 1, text: 'Be brief.' },
              { role: 1, text: 'Hello?' },
            ],
            modelOptions: { temperature: 0.5, max_tokens: 9 },
          },
        ],
      },
    );
  });

  test('name what they send besides text', async () => {
    parrot.planned.push((say, _token, progress) => {
      say('Here.');
      progress.report(new vscode.LanguageModelDataPart(new Uint8Array([1]), 'audio/wav'));
    });
    const end = (await collect()).at(-1)!;
    assert.deepEqual(end.type === 'end' && [end.reason, end.text, end.unshown], ['stop', 'Here.', ['audio/wav']]);
  });

  test('are told when the asker cancels', async () => {
    let told = false;
    parrot.planned.push(async (say, token) => {
      say('Begun ');
      await new Promise<void>((resolve) => token.onCancellationRequested(() => resolve()));
      told = true;
    });
    const source = new vscode.CancellationTokenSource();
    const events = await collect(id, source.token, (event) => event.type === 'text' && source.cancel());
    assert.deepEqual([endOf(events), await eventually(() => told)], [['cancelled', 'Begun ', undefined], true]);
  });

  test('are asked for the rest when they fail in the middle', async () => {
    const half = gate();
    parrot.planned.push(async (say) => {
      say('The first half, ');
      // VS Code throws away what was not read yet.
      await half.opened;
      throw new Error('The line broke');
    });
    parrot.planned.push((say) => say('and the second.'));
    const events = await collect(id, undefined, ({ type }) => type === 'text' && half.open());
    assert.deepEqual(
      [endOf(events), parrot.asked.map(({ messages }) => messages.length)],
      [
        ['stop', 'The first half, and the second.', undefined],
        [2, 4],
      ],
    );
  });

  test('report their errors by kind', async () => {
    parrot.planned.push(
      () => Promise.reject(vscode.LanguageModelError.NoPermissions('No')),
      () => Promise.reject(vscode.LanguageModelError.Blocked('No')),
      () => Promise.reject(vscode.LanguageModelError.NotFound('No')),
    );
    const ends = [
      await collect(),
      await collect(),
      await collect(),
      await collect(`vscode/${vendor}/gone`),
      await collect('vscode/rivulet/demo/tour'),
    ].map(endOf);
    assert.deepEqual(ends, [
      ['error', '', 'auth'],
      ['error', '', 'quota'],
      ['error', '', 'not-found'],
      ['error', '', 'not-found'],
      ['error', '', 'not-found'],
    ]);
  });

  test('are listed where the settings name them, without an address', async () => {
    const settings = vscode.workspace.getConfiguration('rivulet');
    await settings.update('endpoints', [{ id: 'birds', kind: 'vscode' }], vscode.ConfigurationTarget.Global);
    parrot.planned.push((say) => say('Squawk'));
    const models = await api.listModels();
    const events = await collect(`birds/${vendor}/parrot`);
    const offered = await vscode.lm.selectChatModels({ vendor: 'rivulet' });
    await settings.update('endpoints', undefined, vscode.ConfigurationTarget.Global);
    assert.deepEqual(
      [models.filter(({ model }) => model.startsWith(vendor)), endOf(events), offered.map((model) => model.id)],
      [[{ endpoint: 'birds', model: `${vendor}/parrot` }], ['stop', 'Squawk', undefined], ['demo/tour']],
    );
  });

  test('call the tools of a request to the chat service, and get the results', async () => {
    const { url, token } = await vscode.commands.executeCommand<{ url: string; token: string }>('rivulet.startChatService');
    const post = async (body: object): Promise<unknown> => {
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ model: id, ...body }),
      });
      const { choices, error } = (await response.json()) as {
        choices?: { message: Record<string, unknown>; finish_reason: string }[];
        error?: unknown;
      };
      const { content, tool_calls } = choices?.[0]?.message ?? {};
      return choices === undefined ? error : [choices[0]!.finish_reason, content, tool_calls];
    };
    const parameters = { type: 'object', properties: { city: { type: 'string' } } };
    const tool = (name: string) => ({ type: 'function', function: { name, description: `The ${name}`, parameters } });
    const call = { id: 'a', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } };
    const question = { role: 'user', content: 'Weather?' };
    parrot.planned.push((_say, _token, progress) =>
      progress.report(new vscode.LanguageModelToolCallPart('a', 'weather', { city: 'Rome' })),
    );
    const called = await post({
      messages: [question],
      tools: [tool('time'), tool('weather')],
      tool_choice: { type: 'function', function: { name: 'weather' } },
    });
    parrot.planned.push((say) => say('Sun.'));
    const told = await post({
      messages: [question, { role: 'assistant', content: null, tool_calls: [call] }, { role: 'tool', tool_call_id: 'a', content: 'sun' }],
      tools: [tool('weather')],
    });
    await vscode.commands.executeCommand('rivulet.stopChatService');
    const { Required, Auto } = vscode.LanguageModelChatToolMode;
    const weather = { name: 'weather', description: 'The weather', inputSchema: parameters };
    assert.deepEqual(
      { called, told, asked: parrot.asked.map(({ messages, tools, toolMode }) => ({ messages, tools, toolMode })) },
      {
        called: ['tool_calls', null, [call]],
        told: ['stop', 'Sun.', undefined],
        asked: [
          { messages: [{ role: 1, text: 'Weather?' }], tools: [weather], toolMode: Required },
          {
            messages: [
              { role: 1, text: 'Weather?' },
              { role: 2, text: '', calls: [['a', 'weather', { city: 'Rome' }]] },
              { role: 1, text: '', calls: [['a', 'result', 'sun']] },
            ],
            tools: [weather],
            toolMode: Auto,
          },
        ],
      },
    );
  });

  test('are not asked by a program before the user has allowed it', async () => {
    const permission: { value: boolean | undefined } = { value: undefined };
    const client = vscodeModels({ mayAsk: () => permission.value });
    const endpoint = { id: 'vscode', name: 'VS Code', baseURL: vscodeModelsAddress, continuation: 'ask' } as const;
    const request = { model: `${vendor}/parrot`, messages: [{ role: 'user', content: 'Hello?' }] } as const;
    const open = async (byProgram: boolean): Promise<string> => {
      parrot.planned.push((say) => say('Squawk'));
      const opened = await client.open(endpoint, byProgram ? { ...request, byProgram: true } : request, {}, new AbortController().signal);
      return opened.type === 'failed' ? opened.failure.kind : (await opened.body.getReader().read()).done ? 'silent' : 'answered';
    };
    const seen = [await open(true), await open(false)];
    permission.value = false;
    seen.push(await open(true));
    permission.value = true;
    seen.push(await open(true));
    assert.deepEqual([seen, parrot.asked.length], [['auth', 'answered', 'auth', 'answered'], 2]);
  });
});

async function eventually(check: () => boolean): Promise<boolean> {
  while (!check()) await new Promise((resolve) => setTimeout(resolve, 5));
  return true;
}
