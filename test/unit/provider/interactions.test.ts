// Google's Interactions as recorded, read whole, byte by byte, and asked for.
import { expect, it } from 'vitest';
import { interactionBody, interactions } from '../../../src/core/provider/gemini/interactions.ts';
import { collect, endOf, rig } from '../../support/engine.ts';
import { fakeServer, status } from '../../support/fakeServer.ts';
import { finishWord, protocolBodies, readProtocol } from '../../support/protocolCorpus.ts';

const { decoder } = interactions('v1beta');
// The second half of a broken one is nothing without the first; see the tests of rejoining.
const bodies = protocolBodies('interactions').filter(({ name }) => name !== '03b-background-resumed');

it.each(bodies.map((body) => [body.name, body.what, body] as const))('reads %s: %s', (_, __, { bytes, expect: wanted }) => {
  const ways = [[bytes], Array.from(bytes, (byte) => Uint8Array.of(byte))];
  const read = ways.map((pieces) => {
    const { text, reasoning, tools, usage, model, ending } = readProtocol((sink) => decoder(sink), pieces);
    return { text, reasoning, tools, model, finish: finishWord(ending), total: usage['total'], completion: usage['completion'] };
  });
  const { text, reasoning, tools, model, finish, usage } = wanted;
  const expected = { text, reasoning, tools, model, finish, total: usage?.['total'], completion: usage?.['completion'] };
  expect(read).toEqual([expected, expected]);
});

it('gives back thoughts, calls and results as steps', () => {
  const body = interactionBody({
    model: 'm',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Go.' },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm', opaque: { on: 'step', signature: 's' } },
          { type: 'tool-call', id: 'c', name: 'now', arguments: '{"zone":"UTC"}' },
        ],
      },
      { role: 'user', content: [{ type: 'tool-result', id: 'c', content: 'noon' }] },
    ],
    toolChoice: { name: 'now' },
    maxTokens: 5,
  });
  expect(body).toEqual({
    model: 'm',
    input: [
      { type: 'user_input', content: [{ type: 'text', text: 'Go.' }] },
      { type: 'thought', summary: [{ type: 'text', text: 'Hm' }], signature: 's' },
      { type: 'function_call', id: 'c', name: 'now', arguments: { zone: 'UTC' } },
      { type: 'function_result', call_id: 'c', result: 'noon' },
    ],
    stream: true,
    store: true,
    background: true,
    system_instruction: 'Be brief.',
    generation_config: {
      max_output_tokens: 5,
      thinking_summaries: 'auto',
      tool_choice: { allowed_tools: { mode: 'any', tools: ['now'] } },
    },
  });
});

it('hands out no call whose arguments cannot be read, or belong to no call', () => {
  const event = (fields: object): string => `data: ${JSON.stringify(fields)}\n\n`;
  const whole = (delta: object, index = 0): unknown => {
    const body = [
      event({ event_type: 'step.start', index: 0, step: { type: 'function_call', id: 'c', name: 'f' } }),
      event({ event_type: 'step.delta', index, delta }),
      event({ event_type: 'interaction.completed', interaction: { id: 'i', status: 'requires_action' } }),
    ].join('');
    const { tools, text, ending } = readProtocol((sink) => decoder(sink), [new TextEncoder().encode(body)]);
    return [tools.map((tool) => tool.arguments), text, finishWord(ending)];
  };
  expect([
    whole({ type: 'arguments_delta', arguments: '{"a":1}' }),
    whole({ type: 'arguments_delta', args: '{"a":1}' }),
    whole({}),
    whole({ type: 'arguments_delta', arguments: '{"a":1}' }, 1),
  ]).toEqual([
    [['{"a":1}'], '', 'tool_calls'],
    [[], '', 'error'],
    [[], '', 'error'],
    [[], '', 'error'],
  ]);
});

it('asks in the plain form where a gateway has no other', async () => {
  await using server = await fakeServer();
  server.next(...status(400, { error: { message: 'API key not valid' } }));
  const stream = rig().start(server.url, { endpoint: { api: 'gemini', resumable: true } });
  const end = endOf(await collect(stream));
  // The fake server has no path for interactions and answers 404.
  expect([end.error?.status, server.others.map(({ path }) => path), server.requests.length]).toEqual([
    400,
    ['/v1/interactions?alt=sse'],
    1,
  ]);
});
