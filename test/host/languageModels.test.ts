// Another extension's view: Rivulet's models through VS Code's own language model API, against a server that misbehaves.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { chosenEffort, informationOf } from '../../src/vscode/languageModels/modelInformation.ts';
import {
  answer,
  chunk,
  delta,
  done,
  drop,
  fakeServer,
  type FakeServer,
  finish,
  gate,
  hang,
  status,
  text,
  wait,
  usage,
} from '../support/fakeServer.ts';

const { User, Assistant } = vscode.LanguageModelChatMessage;
const weather: vscode.LanguageModelChatTool = {
  name: 'weather',
  description: 'The weather of a city',
  inputSchema: { type: 'object', properties: { city: { type: 'string' } } },
};
const onePixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const piece = (index: number, call: Record<string, unknown>) => delta({ tool_calls: [{ index, ...call }] });

suite("Rivulet's models in VS Code", () => {
  let server: FakeServer;
  let model: vscode.LanguageModelChat;

  suiteSetup(async () => {
    server = await fakeServer();
    const settings = vscode.workspace.getConfiguration();
    const endpoints = [
      {
        id: 'fake',
        name: 'Fake',
        baseURL: server.url,
        models: ['one', 'team/two', 'gpt-4', 'qwen/qwen3-8b'],
        contextWindow: 40_000,
        continuation: 'ask',
      },
      { id: 'nowhere', models: ['lost'] },
    ];
    await settings.update('rivulet.endpoints', endpoints, vscode.ConfigurationTarget.Global);
    await vscode.extensions.getExtension('rivulet-dev.rivulet')!.activate();
    model = (await selectChatModels('fake/one'))!;
  });

  suiteTeardown(async () => {
    await vscode.workspace.getConfiguration().update('rivulet.endpoints', undefined, vscode.ConfigurationTarget.Global);
    await server.close();
  });

  test('shows the models of all endpoints', async () => {
    const models = await vscode.lm.selectChatModels({ vendor: 'rivulet' });
    assert.deepEqual(models.map(({ id, name, family, maxInputTokens }) => [id, name, family, maxInputTokens]).sort(), [
      ['demo/tour', 'Demo (offline, no model)', 'tour', 24_576],
      ['fake/gpt-4', 'gpt-4', 'gpt-4', 30_000],
      ['fake/one', 'one', 'one', 30_000],
      ['fake/qwen/qwen3-8b', 'qwen/qwen3-8b', 'qwen/qwen3-8b', 30_000],
      ['fake/team/two', 'team/two', 'team/two', 30_000],
    ]);
  });

  test('counts tokens as the tokenizer of the model does', async () => {
    const text = '流式输出把等待变成阅读。1234567 👩‍💻';
    const counts: Record<string, number> = {};
    for (const each of await vscode.lm.selectChatModels({ vendor: 'rivulet' })) counts[each.id] = await each.countTokens(text);
    assert.deepEqual(
      [counts, await model.countTokens(User(text)), await model.countTokens('')],
      [{ 'demo/tour': 17, 'fake/gpt-4': 22, 'fake/one': 17, 'fake/qwen/qwen3-8b': 20, 'fake/team/two': 17 }, 17, 0],
    );
  });

  test('takes the options of a caller as parameters, and others as they are; sends and counts pictures', async () => {
    const first = server.requests.length;
    server.next(...answer('Ok.'));
    // Of one pixel; VS Code decodes it on the way.
    const png = Buffer.from(onePixel, 'base64');
    const asked = User([new vscode.LanguageModelTextPart('What is this?'), vscode.LanguageModelDataPart.image(png, 'image/png')]);
    const modelOptions = { temperature: 0.3, top_p: 0.5, stop: ['X'], reasoning_effort: 'low', max_tokens: 50, seed: 7 };
    const response = await model.sendRequest([asked], { modelOptions });
    for await (const _ of response.text);
    const { messages, temperature, top_p, stop, reasoning_effort, max_tokens, seed } = server.requests[first]!.body;
    assert.deepEqual(
      [
        { temperature, top_p, stop, reasoning_effort, max_tokens, seed },
        messages[0].content.map(({ type }: { type: string }) => type),
        (await model.countTokens(asked)) - (await model.countTokens(User('What is this?'))),
      ],
      [modelOptions, ['text', 'image_url'], 3],
    );
  });

  test('tells VS Code all that is known of a model, and offers its efforts beside it', () => {
    const facts = {
      contextWindow: 200_000,
      maxOutput: 64_000,
      vision: true,
      thinking: true,
      efforts: ['low', 'high'],
      price: { in: 3, out: 15 },
      lifecycle: 'deprecated',
    };
    const source = { by: 'server', route: '/v1/models', atMs: 0 } as const;
    const sources = Object.fromEntries(Object.keys(facts).map((name) => [name, source]));
    const common = { id: 'x/m', model: 'm', endpointName: 'X', accepted: 0, isLocal: false, isDemo: false, effort: 'high' };
    const { tooltip, ...known } = informationOf({ ...common, known: { facts, sources } });
    const unknown = informationOf({ ...common, effort: undefined, isLocal: true, known: { facts: {}, sources: {} } });
    const { maxInputTokens, maxOutputTokens, maxContextWindowTokens, capabilities, configurationSchema, category } = unknown;
    assert.deepEqual(
      [known, { maxInputTokens, maxOutputTokens, maxContextWindowTokens, capabilities, configurationSchema, category }],
      [
        {
          id: 'x/m',
          name: 'm',
          detail: 'X',
          family: 'm',
          version: '1',
          maxInputTokens: 150_000,
          maxOutputTokens: 50_000,
          maxContextWindowTokens: 200_000,
          capabilities: { toolCalling: true, imageInput: true },
          isBYOK: true,
          pricing: '$3 in, $15 out per million tokens',
          configurationSchema: {
            properties: {
              reasoningEffort: {
                type: 'string',
                title: 'Thinking Effort',
                enum: ['default', 'low', 'high'],
                enumItemLabels: ['Default', 'Low', 'High'],
                default: 'high',
                group: 'navigation',
              },
            },
          },
          warningText: { lifecycle: 'The server will stop offering this model.' },
        },
        {
          maxInputTokens: 3_072,
          maxOutputTokens: 1_024,
          maxContextWindowTokens: undefined,
          capabilities: { toolCalling: true, imageInput: false },
          configurationSchema: undefined,
          category: 'local',
        },
      ],
    );
    assert.match(tooltip ?? '', /Context window: 200,000 \(reported by \/v1\/models/);
    assert.match(unknown.tooltip ?? '', /context window is unknown/);
  });

  test('sends the effort that was chosen in the picker of VS Code, and none where there is no such picker', () => {
    const options = (modelConfiguration?: object) => ({ modelOptions: {}, toolMode: 1, modelConfiguration }) as never;
    const chosen = [undefined, {}, { reasoningEffort: 'default' }, { reasoningEffort: 'high' }, { reasoningEffort: 3 }];
    assert.deepEqual(
      chosen.map((configuration) => chosenEffort(options(configuration))),
      [undefined, undefined, undefined, 'high', undefined],
    );
  });

  test('waits out a refusal, goes on where the server cuts, and gives the whole text', async () => {
    const first = server.requests.length;
    server.next(...status(429, { error: { message: 'Slow down' } }, { 'retry-after': '0' }));
    server.next(text('The quick brown fox '), text('jumps over '), drop());
    server.next(...answer('the lazy dog.'));
    const response = await model.sendRequest([User('A pangram')], { modelOptions: { temperature: 0 } });
    let whole = '';
    for await (const part of response.text) whole += part;
    assert.deepEqual(
      {
        whole,
        requests: server.requests.length - first,
        asked: server.requests[first]!.body.messages,
        temperature: server.requests[first]!.body.temperature,
      },
      {
        whole: 'The quick brown fox jumps over the lazy dog.',
        requests: 3,
        asked: [{ role: 'user', content: 'A pangram' }],
        temperature: 0,
      },
    );
  });

  test('closes the connection when the caller cancels', async () => {
    const first = server.requests.length;
    server.next(text('begun'), hang());
    const source = new vscode.CancellationTokenSource();
    const response = await model.sendRequest([User('Never end')], {}, source.token);
    let seen = '';
    try {
      for await (const part of response.text) {
        seen += part;
        source.cancel();
      }
    } catch {
      // VS Code may end the loop by its own cancellation error.
    }
    const { how } = await (await server.arrived(first)).over;
    assert.deepEqual({ seen, how }, { seen: 'begun', how: 'client-left' });
  });

  test('gives tool calls whole, two at once, and takes their results back', async () => {
    const first = server.requests.length;
    server.next(
      text('Let me see.'),
      piece(0, { id: 'a', type: 'function', function: { name: 'weather', arguments: '' } }),
      piece(0, { function: { arguments: '{"city":' } }),
      piece(1, { id: 'b', type: 'function', function: { name: 'weather', arguments: '{"ci' } }),
      piece(0, { function: { arguments: '"Rome"}' } }),
      piece(1, { function: { arguments: 'ty":"Oslo"}' } }),
      finish('tool_calls'),
      done(),
    );
    const calls: unknown[] = [];
    const asked = [User('Weather in Rome and Oslo?')];
    const parts: vscode.LanguageModelToolCallPart[] = [];
    const response = await model.sendRequest(asked, { tools: [weather], toolMode: vscode.LanguageModelChatToolMode.Required });
    for await (const part of response.stream) {
      if (part instanceof vscode.LanguageModelToolCallPart) {
        parts.push(part);
        calls.push([part.callId, part.name, part.input]);
      } else if (part instanceof vscode.LanguageModelTextPart) calls.push(part.value);
    }
    server.next(...answer('Sun and snow.'));
    const results = [
      new vscode.LanguageModelToolResultPart('a', [new vscode.LanguageModelTextPart('sun')]),
      new vscode.LanguageModelToolResultPart('b', [new vscode.LanguageModelTextPart('snow')]),
    ];
    const second = await model.sendRequest([...asked, Assistant(parts), User(results)], { tools: [weather] });
    let whole = '';
    for await (const part of second.text) whole += part;
    const [one, two] = server.requests.slice(first);
    const call = (id: string, city: string) => ({
      id,
      type: 'function',
      function: { name: 'weather', arguments: JSON.stringify({ city }) },
    });
    assert.deepEqual(
      { calls, tools: one!.body.tools, choices: [one!.body.tool_choice, two!.body.tool_choice], messages: two!.body.messages, whole },
      {
        calls: ['Let me see.', ['a', 'weather', { city: 'Rome' }], ['b', 'weather', { city: 'Oslo' }]],
        tools: [{ type: 'function', function: { name: 'weather', description: weather.description, parameters: weather.inputSchema } }],
        choices: ['required', 'auto'],
        messages: [
          { role: 'user', content: 'Weather in Rome and Oslo?' },
          { role: 'assistant', content: '', tool_calls: [call('a', 'Rome'), call('b', 'Oslo')] },
          { role: 'tool', tool_call_id: 'a', content: 'sun' },
          { role: 'tool', tool_call_id: 'b', content: 'snow' },
        ],
        whole: 'Sun and snow.',
      },
    );
  });

  test('reads the text of prompt-tsx in the result of a tool, and names a file that no model can read', async () => {
    const first = server.requests.length;
    server.next(...answer('Ok.'));
    const tsx = {
      node: {
        type: 1,
        children: [
          { type: 2, text: 'Sunny', lineBreakBefore: false },
          { type: 2, text: '20', lineBreakBefore: true },
        ],
      },
    };
    const result = new vscode.LanguageModelToolResultPart('t', [new vscode.LanguageModelPromptTsxPart(tsx)]);
    const pdf = new vscode.LanguageModelDataPart(new TextEncoder().encode('%PDF'), 'application/pdf');
    const call = new vscode.LanguageModelToolCallPart('t', 'weather', { city: 'Rome' });
    const response = await model.sendRequest([User('Weather?'), Assistant([call]), User([result, pdf])], { tools: [weather] });
    for await (const _ of response.text);
    const { body } = await server.arrived(first);
    assert.deepEqual(
      body.messages.slice(2).map(({ content }: { content: unknown }) => content),
      ['Sunny\n20', '[application/pdf: not sent]'],
    );
  });

  test('hands a picture on before the words about it', async () => {
    const first = server.requests.length;
    server.next(...answer('A dot.'));
    // One pixel; VS Code decodes it before it hands it on.
    const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
    const picture = vscode.LanguageModelDataPart.image(Buffer.from(dot, 'base64'), 'image/png');
    const response = await model.sendRequest([User([picture, new vscode.LanguageModelTextPart('What is this?')])]);
    let said = '';
    for await (const piece of response.text) said += piece;
    const { body } = await server.arrived(first);
    const [sent, words] = body.messages.at(-1).content;
    assert.deepEqual(
      [said, sent.type, sent.image_url.url.startsWith('data:image/png;base64,iVBORw0KGgo'), words],
      ['A dot.', 'image_url', true, { type: 'text', text: 'What is this?' }],
    );
  });

  test('shows what a model thinks, and gives it back in the tool round, also for a caller that lost it', async () => {
    const first = server.requests.length;
    server.next(
      delta({ reasoning_content: 'Rome, ' }),
      delta({ reasoning_content: 'then.' }),
      piece(0, { id: 't', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } }),
      finish('tool_calls'),
      done(),
    );
    const asked = [User('Weather in Rome?')];
    const parts: unknown[] = [];
    const response = await model.sendRequest(asked, { tools: [weather] });
    for await (const part of response.stream) if (!(part instanceof vscode.LanguageModelDataPart)) parts.push(part);
    const thoughts = parts.map((part) => (part as { value?: unknown }).value).filter((value) => typeof value === 'string');
    server.next(...status(400, { error: { message: 'The reasoning_content must be passed back to the API.' } }));
    server.always(() => answer('Sun.'));
    const result = User([new vscode.LanguageModelToolResultPart('t', [new vscode.LanguageModelTextPart('sun')])]);
    const call = new vscode.LanguageModelToolCallPart('t', 'weather', { city: 'Rome' });
    for (const said of [parts as vscode.LanguageModelToolCallPart[], [call]]) {
      const second = await model.sendRequest([...asked, Assistant(said), result], { tools: [weather] });
      for await (const _ of second.text);
    }
    const back = server.requests
      .slice(first)
      .map(({ body }) => (body.messages[1] as { reasoning_content?: string } | undefined)?.reasoning_content);
    const hasThinking = 'LanguageModelThinkingPart' in vscode;
    assert.deepEqual(
      [back, hasThinking && thoughts.length > 0 ? thoughts.join('') : 'Rome, then.'],
      [[undefined, undefined, 'Rome, then.', 'Rome, then.'], 'Rome, then.'],
    );
  });

  test('never gives half a tool call: one that is cut alone is asked for again, one behind text fails', async () => {
    const first = server.requests.length;
    const half = piece(0, { id: 'half', type: 'function', function: { name: 'weather', arguments: '{"city":"Ro' } });
    const whole = piece(0, { id: 'whole', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } });
    const read = gate();
    const run = async (): Promise<unknown[]> => {
      const seen: unknown[] = [];
      try {
        const response = await model.sendRequest([User('Weather?')], { tools: [weather] });
        for await (const part of response.stream) {
          if (part instanceof vscode.LanguageModelToolCallPart) seen.push(part.callId);
          else if (part instanceof vscode.LanguageModelTextPart) {
            seen.push(part.value);
            read.open();
          }
        }
      } catch (error) {
        seen.push(/was interrupted/.test(String(error)) ? 'broke off' : String(error));
      }
      return seen;
    };
    server.next(half, drop());
    server.next(whole, finish('tool_calls'), done());
    const alone = await run();
    server.next(text('I look. '), wait(read.opened), half, drop());
    const behind = await run();
    assert.deepEqual(
      { alone, behind, requests: server.requests.length - first },
      { alone: ['whole'], behind: ['I look. ', 'broke off'], requests: 3 },
    );
  });

  test('lets an agent ask a second model, and says when the answer is not whole', async () => {
    const first = server.requests.length;
    const ask = async (model: string): Promise<unknown> => {
      const input = { question: 'Is it right?', model };
      try {
        const { content } = await vscode.lm.invokeTool('rivulet_askModel', { input, toolInvocationToken: undefined });
        return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : part));
      } catch (error) {
        return error instanceof Error ? error.message : error;
      }
    };
    server.next(...answer('Yes, ', 'it is.'));
    const whole = await ask('fake/team/two');
    server.next(text('Only ha'), finish('length'), done());
    const half = await ask('fake/one');
    assert.deepEqual(
      {
        whole,
        half,
        unknown: await ask('fak/one'),
        nowhere: await ask('nowhere/lost'),
        asked: server.requests.slice(first).map(({ body }) => [body.model, body.messages]),
      },
      {
        whole: ['Yes, it is.'],
        half: ['Only ha\n\n[Incomplete answer: length]'],
        unknown: 'rivulet.endpoints has no model "fak/one".',
        nowhere: 'rivulet.endpoints has no model "nowhere/lost".',
        asked: [
          ['team/two', [{ role: 'user', content: 'Is it right?' }]],
          ['one', [{ role: 'user', content: 'Is it right?' }]],
        ],
      },
    );
  });

  test('sends the count of tokens behind the text, and an error behind the text that it belongs to', async () => {
    server.next(text('Hello'), finish(), usage(7, 2), done());
    server.next(text('Not allo'), finish('content_filter'), done());
    const seen: unknown[] = [];
    for (const question of ['Hi', 'Something forbidden']) {
      try {
        const response = await model.sendRequest([User(question)]);
        for await (const part of response.stream) {
          if (part instanceof vscode.LanguageModelTextPart) seen.push(part.value);
          else if (part instanceof vscode.LanguageModelDataPart) {
            const { prompt_tokens, completion_tokens } = JSON.parse(new TextDecoder().decode(part.data)) as Record<string, number>;
            seen.push(question === 'Hi' ? [part.mimeType, prompt_tokens, completion_tokens] : part.mimeType);
          }
        }
      } catch (error) {
        seen.push(error instanceof Error ? error.message : error);
      }
    }
    assert.deepEqual(seen, ['Hello', ['usage', 7, 2], 'Not allo', 'usage', "The server's content filter ended the answer."]);
  });

  test('tells the caller what went wrong', async () => {
    server.next(...status(401, { error: { message: 'Wrong key' } }));
    server.next(chunk({ error: { message: 'Out of memory', code: 400 } }));
    const problems: unknown[] = [];
    for (const question of ['With a wrong key', 'Too much']) {
      try {
        const response = await model.sendRequest([User(question)]);
        for await (const part of response.text) problems.push(part);
      } catch (error) {
        problems.push(error instanceof Error ? error.message : error);
      }
    }
    assert.deepEqual(problems, ['Wrong key', 'Out of memory']);
  });
});

async function selectChatModels(id: string): Promise<vscode.LanguageModelChat | undefined> {
  return (await vscode.lm.selectChatModels({ vendor: 'rivulet', id }))[0];
}
